"""Units as people type them: superscripts, powers of ten, stated conditions.

Belongs here: what a typed unit means by the unit table, and which condition (dry, wet,
reference temperature, price year) it states. Does not belong here: whether a row may use it
(``pipelines.desk``), the table itself (``unit``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.quantities.typed_number import HALF_WIDTH
from pipelines.quantities.unit import UnknownUnit

if TYPE_CHECKING:
    from pipelines.quantities.unit import Unit, UnitTable

_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SUB = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
_POWER = re.compile(rf"^10(?:\^([0-9]{{1,2}})|([{_RAISED}]{{1,2}}))\s*[×*·]?\s*(\S.*)$")
_CHINESE_POWERS = {"百万": 10**6, "千万": 10**7, "万": 10**4, "亿": 10**8, "千": 10**3}
_CONDITION = re.compile(r"^(.*?)\s*\(([^()]*)\)$")
_METRE_POWER = re.compile(r"(?<=m)[²³](?![⁰¹²³⁴⁵⁶⁷⁸⁹])")
_LONGEST = 60


@dataclass(frozen=True)
class TypedUnit:
    """A unit read from what was typed.

    Attributes:
        unit: its canonical spelling in the unit table.
        scale: how many of that unit one typed unit is; 1 unless a power of ten was typed that
            the table has no unit for.
        condition: what stood in brackets behind it, empty when nothing did.
        is_plain: whether it was typed in the canonical spelling already.
    """

    unit: str
    scale: Fraction
    condition: str
    is_plain: bool


def render_unit(unit: TypedUnit) -> str:
    """A unit as ``read_unit`` gives it back.

    Example:
        >>> render_unit(TypedUnit("Nm3", Fraction(1000), "0 ℃", is_plain=False))
        '10^3 Nm3(0 ℃)'
    """
    digits = len(str(unit.scale.numerator)) - 1
    head = unit.unit if unit.scale == 1 else f"10^{digits} {unit.unit}"
    return f"{head}({unit.condition})" if unit.condition else head


def read_unit(text: str, table: UnitTable) -> TypedUnit:
    """The unit that was typed.

    Args:
        text: a cell as found, for example ``10⁴Nm³(0 ℃)``, ``万千瓦时``, ``t(干基)``.
        table: the unit table.

    Returns:
        What it means.

    Raises:
        UnknownUnit: the table has no such unit; ``104Nm3`` is none, for nobody knows whether
            104 or ten thousand was meant.
    """
    typed = text.strip()
    if len(typed) > _LONGEST:
        raise UnknownUnit(typed[:_LONGEST])
    # The table's own spellings come first: some hold brackets.
    own = _named(typed, table)
    if own is not None:
        return TypedUnit(own.unit, Fraction(1), "", is_plain=own.unit == typed)
    half = typed.translate(HALF_WIDTH).strip()
    match = _CONDITION.match(half)
    head, condition = (match[1].strip(), match[2].strip()) if match else (half, "")
    unit, scale = _scaled(head, table)
    is_plain = head == unit.unit and (not match or half == typed)
    return TypedUnit(unit.unit, scale, condition, is_plain)


def _named(text: str, table: UnitTable) -> Unit | None:
    for spelling in (text, _METRE_POWER.sub(lambda m: m[0].translate(_SUPER), text)):
        try:
            return table.find(spelling)
        except UnknownUnit:
            continue
    return None


def _scaled(text: str, table: UnitTable) -> tuple[Unit, Fraction]:
    unit = _named(text, table)
    if unit is not None:
        return unit, Fraction(1)
    match = _POWER.match(text)
    if match is not None:
        exponent = int(match[1] or match[2].translate(_SUPER))
        rest = _named(match[3].strip(), table)
        if rest is not None and 0 < exponent <= 12:
            return _canonical(rest, Fraction(10) ** exponent, table)
    for prefix, power in _CHINESE_POWERS.items():
        rest = _named(text.removeprefix(prefix).strip(), table) if text.startswith(prefix) else None
        if rest is not None:
            return _canonical(rest, Fraction(power), table)
    raise UnknownUnit(text)


def _canonical(unit: Unit, scale: Fraction, table: UnitTable) -> tuple[Unit, Fraction]:
    """A unit of the table that is exactly so many of another, else the other and the scale."""
    wanted = unit.to_base * scale
    for other in table.units.values():
        if other.unit_group == unit.unit_group and other.to_base == wanted:
            return other, Fraction(1)
    return unit, scale


def read_numerator(text: str) -> str:
    """The numerator of a factor's unit with Chinese words and subscripts spelt out.

    Example:
        >>> read_numerator("吨 CO₂e"), read_numerator("ｋｇCO2"), read_numerator("t CO2")
        ('tCO2e', 'kgCO2', 'tCO2')
    """
    half = text.strip().translate(HALF_WIDTH).translate(_SUB)
    for word, spelt in _MASS_WORDS:
        if half.startswith(word):
            half = spelt + half[len(word) :]
            break
    for word, spelt in _GAS_WORDS:
        half = half.replace(word, spelt)
    return re.sub(r"\s+", "", half)


_MASS_WORDS = (("千克", "kg"), ("公斤", "kg"), ("吨", "t"), ("克", "g"), ("毫克", "mg"))
_GAS_WORDS = (
    ("二氧化碳当量", "CO2e"), ("CO2当量", "CO2e"), ("CO2eq", "CO2e"), ("CO2-eq", "CO2e"),
    ("二氧化碳", "CO2"), ("甲烷", "CH4"), ("氧化亚氮", "N2O"),
)  # fmt: skip
