"""Characters that no answer needs: what could run, hide or reverse what is read.

Belongs here: the check of one cell's text. Does not belong here: what the text means.

Source:
    OWASP, CSV Injection: leading characters that spreadsheet programs run as formulas;
    Unicode Standard Annex 9, section 2.1 to 2.4 (directional formatting characters).
"""

from __future__ import annotations

import re

_BAD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ufffd\ufffe\uffff]"
)
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_RUNS = re.compile("^[\t\r]|^\\s*[=＝@＠]")
_SIGNED = re.compile(r"^\s*[+＋\-－−]")
# A sign may begin a number, or stand alone where somebody means "none".
_FIGURE = re.compile(
    r"^\s*[+＋\-－−][\s0-9０-９.．,，eE×x*^%％~～±⁰¹²³⁴⁵⁶⁷⁸⁹\-]*(?:nan|inf|infinity)?\s*$",
    re.IGNORECASE,
)


def cell_fault(text: str, longest: int) -> str | None:
    """The code of what is wrong with a cell's characters; None when nothing is.

    Args:
        text: the cell as found.
        longest: characters a cell may hold.

    Example:
        >>> cell_fault("=cmd|'/c calc'!A1", 100), cell_fault("-0.5", 100), cell_fault("碳", 100)
        ('E-FORM-07', None, None)
    """
    if len(text) > longest:
        return "E-FORM-09"
    if text.isascii() and text.isprintable() and text[:1] not in "=+-@":
        return None
    if _RUNS.match(text) or (_SIGNED.match(text) and not _FIGURE.match(text[:200])):
        return "E-FORM-07"
    if _BAD.search(text):
        return "E-FORM-08"
    if _INVISIBLE.search(text):
        return "W-FORM-25"
    return None


def visible(text: str) -> str:
    """A text without the characters that have no width, and without blanks around it.

    Example:
        >>> visible("  0\u200b.5 ")
        '0.5'
    """
    return (text if text.isascii() else _INVISIBLE.sub("", text)).strip()
