"""Numbers are read exactly or refused; results are rounded once."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.quantities.number import NotANumber, exact, result_decimal, text_of, to_double


@pytest.mark.parametrize(
    "text",
    ["", " ", "NaN", "nan", "inf", "-Infinity", "1_000", "0x1F", "1,23", "1,234.5", "１２３",
     "1.", ".5", "1e", "--1", "1e999", "1 ", "٣", "1" * 61, "10⁴", "½"],
)  # fmt: skip
def test_what_is_not_in_the_grammar_is_refused(text):
    with pytest.raises(NotANumber):
        exact(text)


def test_a_number_too_large_for_a_double_is_refused():
    with pytest.raises(NotANumber):
        to_double(exact("1e300") * 10**10)
    with pytest.raises(NotANumber):
        result_decimal(float("inf"))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9),
                   max_value=10**9))  # fmt: skip
def test_a_decimal_survives_reading_and_writing(value):
    assert Decimal(text_of(exact(format(value, "f")))) == value


@given(st.fractions(max_denominator=10**6))
def test_the_double_is_the_nearest_one(value):
    assert to_double(value) == value.numerator / value.denominator


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=1e-9, max_value=1e12))
def test_a_result_keeps_twelve_digits_and_fifteen_places(value):
    rounded = result_decimal(value)
    assert rounded.as_tuple().exponent >= -15
    assert abs(Fraction(rounded) - Fraction(value)) <= max(
        Fraction(value) * Fraction(1, 10**11), Fraction(1, 10**15)
    )


def test_noise_in_the_last_bits_does_not_reach_a_result():
    assert result_decimal(0.1 + 0.2) == result_decimal(0.3)
