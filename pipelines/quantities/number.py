"""Exact numbers: read from text without a float in between, rounded once at the end.

Belongs here: the strict grammar for numbers in seed files, exact fractions, the one
rounding to a double, the exact text of a fraction. Does not belong here: units.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

_PLAIN = re.compile(r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$")
LONGEST = 60
RESULT_DIGITS = 12
RESULT_PLACES = 15


class NotANumber(ValueError):
    """The text is not a number in the strict grammar."""


@lru_cache(maxsize=1 << 16)
def exact(text: str) -> Fraction:
    """The number a text writes, exactly.

    Args:
        text: ASCII digits with an optional sign, decimal point and exponent.

    Returns:
        The exact value.

    Raises:
        NotANumber: any other writing (blank, NaN, inf, 1_000, 0x1F, full-width digits, a
            comma), more than 60 characters, or a size no double can hold.

    Example:
        >>> exact("0.6187")
        Fraction(6187, 10000)
        >>> exact("1_000")
        Traceback (most recent call last):
        ...
        pipelines.quantities.number.NotANumber: 1_000
    """
    if len(text) > LONGEST or not text.isascii() or not _PLAIN.match(text):
        raise NotANumber(text[:LONGEST])
    exponent = re.search(r"[eE]([+-]?[0-9]+)$", text)
    if exponent and abs(int(exponent.group(1))) > 300:
        raise NotANumber(text[:LONGEST])
    value = Fraction(text)
    if to_double(value) == 0 and value != 0:
        raise NotANumber(text[:LONGEST])
    return value


def exact_ratio(text: str) -> Fraction:
    """The number a text writes as a number or as a number over a number, exactly.

    Raises:
        NotANumber: another writing, or a division by zero.

    Example:
        >>> exact_ratio("44/12")
        Fraction(11, 3)
    """
    above, slash, below = text.partition("/")
    divisor = exact(below) if slash else Fraction(1)
    if divisor == 0:
        raise NotANumber(text[:LONGEST])
    return exact(above) / divisor


def to_double(value: Fraction) -> float:
    """The double nearest to an exact value: the one rounding of a published number.

    Raises:
        NotANumber: the value is too large for a double.

    Example:
        >>> to_double(Fraction(1, 10))
        0.1
    """
    try:
        rounded = float(value)
    except OverflowError as error:
        raise NotANumber(str(value)[:LONGEST]) from error
    if not math.isfinite(rounded):
        raise NotANumber(str(value)[:LONGEST])
    return rounded


def text_of(value: Fraction, digits: int = 17) -> str:
    """A fraction in decimal digits: exact where it ends, else to ``digits`` digits.

    Example:
        >>> text_of(Fraction(26, 10)), text_of(Fraction(44, 12), 6)
        ('2.6', '3.66667')
    """
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    with localcontext() as context:
        context.prec = 60 if denominator == 1 else digits
        context.rounding = ROUND_HALF_EVEN
        decimal = Decimal(value.numerator) / Decimal(value.denominator)
    text = format(decimal, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def result_decimal(value: float) -> Decimal:
    """A computed result as it is published: 12 significant digits, at most 15 places.

    The one rounding of results. Twelve digits hide the last bits of a floating sum, which
    may differ between machines; parts rounded so are then added exactly.

    Raises:
        NotANumber: the value is not finite.

    Example:
        >>> result_decimal(0.1 + 0.2)
        Decimal('0.300000000000')
    """
    if not math.isfinite(value):
        raise NotANumber(str(value))
    with localcontext() as context:
        context.prec = RESULT_DIGITS
        context.rounding = ROUND_HALF_EVEN
        rounded = +Decimal(value)
    with localcontext() as context:
        context.prec = 60
        step = Decimal(1).scaleb(-RESULT_PLACES)
        if rounded.as_tuple().exponent < -RESULT_PLACES:  # type: ignore[operator]
            rounded = rounded.quantize(step, rounding=ROUND_HALF_EVEN)
        return rounded
