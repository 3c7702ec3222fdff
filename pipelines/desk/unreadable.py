"""What the parsing process raises when it cannot read a file.

Belongs here: that one exception, importing nothing. Does not belong here: reading.
"""

from __future__ import annotations


class UnreadableText(ValueError):
    """The bytes cannot be read, or are too many; ``code`` says which finding it is."""

    def __init__(self, code: str, reason: str) -> None:
        """Keep the finding's code and the reason."""
        super().__init__(reason)
        self.code = code
