"""Whether a formula can be among the bytes of a sheet, found without a pattern.

Belongs here: what both processes ask of the raw bytes of a part. Does not belong here: what
a formula says (``archive``, ``behind_cells``). Imports nothing.
"""

from __future__ import annotations

# A part in which the letter is rarer than this is walked from one to the next.
_RARE = 256


def has_formula(part: bytes) -> bool:
    """Whether a tag whose name begins with f may stand in a part, with a prefix or without.

    Example:
        >>> has_formula(b"<c><f>A1</f></c>"), has_formula(b"<x:f>"), has_formula(b"<v>f</v>")
        (True, True, False)
    """
    if part.count(b"f") * _RARE > len(part):
        return b"<f" in part or b":f" in part
    at = part.find(b"f", 1)
    while at > 0:
        if part[at - 1] in b"<:":
            return True
        at = part.find(b"f", at + 1)
    return False
