"""What people type in a cell is read by an allow-list, or refused with its own question."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.quantities.typed_number import Refused, read_number, render_number
from pipelines.quantities.typed_unit import TypedUnit, read_numerator, read_unit, render_unit
from pipelines.quantities.unit import UnknownUnit, load_units
from pipelines.settings import REPOSITORY

UNITS = load_units(REPOSITORY / "seeds" / "reference" / "unit.csv")
WIDE = str.maketrans("0123456789.,+-eE", "０１２３４５６７８９．，＋－ｅＥ")
decimals = st.decimals(
    allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12
)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0.6187", "0.6187"), ("１２３．４", "123.4"), ("1,234.5", "1234.5"), (" 0.58 ", "0.58"),
        ("-1,234,567", "-1234567"), ("－３", "-3"), ("−3", "-3"), ("2.5×10⁴", "25000"),
        ("10⁴", "10000"), ("10^-3", "0.001"), ("1.5e-3", "0.0015"), ("　7　", "7"),
    ],
)  # fmt: skip
def test_what_people_type_is_read_exactly(typed, value):
    assert read_number(typed).value == Fraction(value)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "E-FIG-01"), ("约0.5", "E-FIG-01"), ("3.2 t", "E-FIG-01"), ("٣", "E-FIG-01"),
        ("½", "E-FIG-01"), ("1/2", "E-FIG-01"), ("<0.1", "E-FIG-01"), ("1 234", "E-FIG-01"),
        ("nan", "E-FIG-02"), ("-INF", "E-FIG-02"), ("Infinity", "E-FIG-02"), ("∞", "E-FIG-02"),
        ("1_000", "E-FIG-03"), ("0x1F", "E-FIG-03"), ("0b101", "E-FIG-03"),
        ("1,23", "E-FIG-04"), ("1.234,5", "E-FIG-04"), ("12,34,567", "E-FIG-04"),
        ("1，23", "E-FIG-04"), ("0.5-0.7", "E-FIG-05"), ("0.5～0.7", "E-FIG-05"),
        ("1至2", "E-FIG-05"), ("0.5±0.1", "E-FIG-06"), ("0.5 +/- 0.1", "E-FIG-06"),
        ("5%", "E-FIG-07"), ("５％", "E-FIG-07"), ("1e999", "E-FIG-08"), ("1e-999", "E-FIG-08"),
        ("9" * 400, "E-FIG-08"), ("x" * 100000, "E-FIG-01"), ("1-" * 40000, "E-FIG-01"),
    ],
)  # fmt: skip
def test_what_is_no_number_gets_its_own_question(typed, code):
    with pytest.raises(Refused) as caught:
        read_number(typed)
    assert caught.value.code == code


@given(decimals)
def test_a_number_survives_being_written_and_read(value):
    there = read_number(render_number(Fraction(value)))
    assert there.value == Fraction(value)
    assert there.is_plain


@given(decimals)
def test_neither_full_width_digits_nor_separators_change_a_number(value):
    grouped = format(value, ",f")
    assert read_number(grouped).value == Fraction(value)
    assert read_number(grouped.translate(WIDE)).value == Fraction(value)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_question(text):
    code = ""
    try:
        read_number(text)
    except Refused as refused:
        code = refused.code
    assert code in {"", *(f"E-FIG-0{n}" for n in range(1, 9))}


@pytest.mark.parametrize(
    ("typed", "unit", "scale", "condition"),
    [
        ("10⁴Nm³", "万Nm3", 1, ""), ("10^4 Nm3", "万Nm3", 1, ""), ("万kWh", "万kWh", 1, ""),
        ("10³kWh", "MWh", 1, ""), ("10³Nm³", "Nm3", 1000, ""), ("亿kWh", "kWh", 10**8, ""),
        ("m³", "m3", 1, ""), ("吨", "t", 1, ""), ("t(干基)", "t", 1, "干基"), ("ｔ", "t", 1, ""),
        ("Nm³（0 ℃）", "Nm3", 1, "0 ℃"), ("千吨", "kt", 1, ""), ("t·km", "t*km", 1, ""),
        ("tce", "tce", 1, ""), ("百万吨", "Mt", 1, ""),
    ],
)  # fmt: skip
def test_a_typed_unit_means_one_thing(typed, unit, scale, condition):
    found = read_unit(typed, UNITS)
    assert (found.unit, found.scale, found.condition) == (unit, scale, condition)


def test_ten_thousand_normal_cubic_metres_are_never_a_hundred_and_four():
    found = read_unit("10⁴Nm³", UNITS)
    assert UNITS.find(found.unit).to_base * found.scale == 10_000
    for typed in ("104Nm3", "104 Nm3", "104Nm³"):
        with pytest.raises(UnknownUnit):
            read_unit(typed, UNITS)


@pytest.mark.parametrize("typed", ["", "度电", "kWh/t", "10⁻⁴Nm³", "10^99kWh", "%%", "x" * 90])
def test_an_unknown_unit_is_refused(typed):
    with pytest.raises(UnknownUnit):
        read_unit(typed, UNITS)


@given(
    st.sampled_from(sorted(UNITS.units)),
    st.sampled_from([0, 1, 2, 3, 4, 5, 7, 8]),
    st.sampled_from(["", "干基", "0 ℃", "2020年价，不含税"]),
)
def test_a_unit_survives_being_written_and_read(unit, power, condition):
    meant = TypedUnit(unit, Fraction(10) ** power, condition, is_plain=False)
    found = read_unit(render_unit(meant), UNITS)
    assert UNITS.find(found.unit).unit_group == UNITS.find(unit).unit_group
    assert UNITS.find(found.unit).to_base * found.scale == UNITS.find(unit).to_base * meant.scale
    assert found.condition.replace(",", "，") == condition
    assert read_unit(render_unit(found), UNITS).unit == found.unit


def test_numerators_are_spelt_out():
    assert read_numerator("千克二氧化碳当量") == "kgCO2e"
    assert read_numerator("kg CO₂e") == "kgCO2e"
