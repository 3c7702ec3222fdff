"""Pointers to members of nested files, as evidence and left-out rows name them.

Belongs here: writing a pointer. Does not belong here: reading files.
"""

from __future__ import annotations


def pointer(*levels: str) -> str:
    """The JSON pointer of a member.

    Source:
        RFC 6901, JavaScript Object Notation (JSON) Pointer.

    Example:
        >>> pointer("Asia/Pacific", "year")
        '/Asia~1Pacific/year'
    """
    return "".join("/" + level.replace("~", "~0").replace("/", "~1") for level in levels)
