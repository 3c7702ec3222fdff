"""Numbers as people type them in a workbook: an allow-list, everything else a question.

Belongs here: full-width digits and signs, thousand separators in groups of three, powers of
ten, and the telling apart of what is refused. Does not belong here: numbers of seeds, which
are written in the strict grammar (``number``), and units (``typed_unit``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from pipelines.quantities.number import NotANumber, exact, text_of, to_double

_WIDE = {0xFF01 + i: 0x21 + i for i in range(94)}
# Full-width signs, and the two minus signs that are typed for a hyphen.
HALF_WIDTH = {**_WIDE, 0x3000: 0x20, 0x00A0: 0x20, 0x2212: 0x2D, 0xFE63: 0x2D}
_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_GROUPED = re.compile(r"^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$")
_POWER = re.compile(
    r"^(?:([+-]?[0-9]+(?:\.[0-9]+)?)\s*[×xX*·]\s*)?([+-]?)10(?:\^([+-]?[0-9]{1,3})|([⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]{1,4}))$"
)
_RANGE = re.compile(rf"^{_NUMBER}\s*(?:-|~|–|—|～|〜|至|到|\.\.|…)+\s*{_NUMBER}$")
_LONGEST = 80


class Refused(ValueError):
    """What was typed is no number of the grammar; ``code`` says of which kind it is."""

    def __init__(self, code: str) -> None:
        """Keep the finding's code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class TypedNumber:
    """A number read from what was typed.

    Attributes:
        value: exactly what was typed.
        is_plain: whether it was typed in the strict grammar already.
    """

    value: Fraction
    is_plain: bool


def render_number(value: Fraction) -> str:
    """A number in the strict grammar; ``read_number`` gives it back where it ends in decimals.

    Example:
        >>> render_number(Fraction(1, 8)), read_number(render_number(Fraction(1, 8))).value
        ('0.125', Fraction(1, 8))
    """
    return text_of(value)


def read_number(text: str) -> TypedNumber:
    """The number that was typed.

    Args:
        text: a cell as found; blanks around it do not count.

    Returns:
        Its exact value.

    Raises:
        Refused: with the code of the reason: not a number, nan or inf, an underscore or
            hexadecimal digits, a decimal comma, a range, a tolerance, per cent, a size that
            no double holds.

    Example:
        >>> read_number("１，２３４．５").value, read_number("2.5×10⁴").value
        (Fraction(2469, 2), Fraction(25000, 1))
    """
    typed = text.strip()
    half = typed.translate(HALF_WIDTH).strip()
    is_plain = half == typed
    power = _power(half)
    if power is not None:
        return TypedNumber(_sized(power), is_plain=False)
    plain = half
    if _GROUPED.match(half):
        plain, is_plain = half.replace(",", ""), False
    try:
        return TypedNumber(_sized(exact(plain)), is_plain)
    except NotANumber:
        raise Refused(_kind(half)) from None


def _sized(value: Fraction) -> Fraction:
    try:
        rounded = to_double(value)
    except NotANumber:
        raise Refused("E-FIG-08") from None
    if rounded == 0 and value != 0:
        raise Refused("E-FIG-08")
    return value


def _power(text: str) -> Fraction | None:
    """The value of ``2.5×10⁴`` or ``10^4``; None for any other writing."""
    match = _POWER.match(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    factor, sign, caret, raised = match.groups()
    try:
        exponent = int(caret or raised.translate(_SUPER))
        mantissa = exact(factor) if factor else Fraction(1)
    except (ValueError, NotANumber):
        return None
    if abs(exponent) > 300 or (factor and sign):
        return None
    return (-mantissa if sign == "-" else mantissa) * Fraction(10) ** exponent


def _kind(text: str) -> str:
    """The code of what was typed instead of a number."""
    bare = text.lower().lstrip("+-")
    tests = (
        ("E-FIG-02", bare in {"nan", "inf", "infinity", "#n/a", "n/a", "∞"}),
        ("E-FIG-03", "_" in text or re.match(r"^0[xob][0-9a-f]+$", bare) is not None),
        ("E-FIG-06", "±" in text or "+/-" in text or "+-" in text),
        ("E-FIG-07", "%" in text or "‰" in text),
        ("E-FIG-08", re.fullmatch(_NUMBER, text) is not None),
        ("E-FIG-05", len(text) <= _LONGEST and _RANGE.match(text) is not None),
        ("E-FIG-04", re.fullmatch(r"[+-]?[0-9.,]*,[0-9.,]*", text) is not None),
    )
    return next((code for code, holds in tests if holds), "E-FIG-01")
