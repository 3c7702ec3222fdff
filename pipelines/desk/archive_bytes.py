"""What can be among the bytes of a part of an archive, found without a pattern.

Belongs here: what is asked of the raw bytes of a part, in either process. Does not belong
here: what a formula says (``archive``, ``behind_cells``). Imports nothing.
"""

from __future__ import annotations

# A part in which a letter is rarer than this is walked from one to the next.
_RARE = 1024
# How the name of a formula's tag begins and ends.
_ENDS = (b" ", b"/", b">", b"\t", b"\n", b"\r")
_FORMULAS = tuple(before + b"f" + after for before in (b"<", b":") for after in _ENDS)


def _occurs(part: bytes, words: tuple[bytes, ...], letter: bytes, before: int) -> bool:
    """Whether one of some words occurs, each with a letter behind as many bytes.

    Example:
        >>> _occurs(b"<a x='e'>", (b"='e'",), b"e", 2), _occurs(b"<e>", (b"='e'",), b"e", 2)
        (True, False)
    """
    at = part.find(letter, before)
    for _ in range(len(part) // _RARE + 1):
        if at < 0:
            return False
        if part.startswith(words, at - before):
            return True
        at = part.find(letter, at + 1)
    return any(word in part for word in words)


def has_formula(part: bytes) -> bool:
    """Whether a tag whose name begins with f may stand in a part, with a prefix or without.

    Example:
        >>> has_formula(b"<c><f>A1</f></c>"), has_formula(b"<x:f>"), has_formula(b"<v>f</v>")
        (True, True, False)
    """
    return _occurs(part, (b"<f", b":f"), b"f", 1)


def may_hide(part: bytes) -> bool:
    """Whether a formula, an error or a hidden row or column can be among the bytes of a part.

    Example:
        >>> may_hide(b'<c r="A1" t="e"/>'), may_hide(b'<c r="A1" t="s"><v>1</v></c>')
        (True, False)
        >>> may_hide(b"<fonts/>"), may_hide(b"<x:f>A1</x:f>")
        (False, True)
    """
    return (
        _occurs(part, (b'="e"', b"='e'"), b"e", 2)
        or _occurs(part, (b"hidden",), b"h", 0)
        or (has_formula(part) and any(formula in part for formula in _FORMULAS))
    )
