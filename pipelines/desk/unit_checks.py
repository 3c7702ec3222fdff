"""Units: what a row's unit means, and whether its flow may be counted in it.

Belongs here: numerators, reference units, stated conditions of gases and of wet and dry
matter, the bridge between mass, volume and energy. Does not belong here: numbers.

Source:
    GB/T 32151.22-2024 annex C table C.1 note (0 °C and 101.325 kPa); GB/T 17291 (20 °C is
    another reference condition in use, so that a normal cubic metre must say which it is).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.desk.flow_book import nearest, proposed_flow
from pipelines.quantities.typed_unit import TypedUnit, read_numerator, read_unit
from pipelines.quantities.unit import UnknownUnit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.desk.codelists import CodeList
    from pipelines.desk.flow_book import Flow, FlowBook
    from pipelines.desk.notes import FilledRow, FilledSheet, Notebook
    from pipelines.quantities.unit import Unit

# Units whose amounts mean nothing without a stated temperature.
_NORMAL = {"normal_volume"}
_CURRENCY = {"currency"}
_TEMPERATURE = re.compile(
    r"(?<![0-9.])(0|15|20|25)\s*(?:℃|°\s*C|摄氏度|度C|deg\s*C)", re.IGNORECASE
)
_PRICE_YEAR = re.compile(r"[12][0-9]{3}\s*年|[12][0-9]{3}\s*(?:price|prices|CNY)", re.IGNORECASE)
_TAX = re.compile(r"含税|税前|税后|tax|VAT", re.IGNORECASE)
_DRY, _WET = (
    re.compile(r"干基|绝干|dry", re.IGNORECASE),
    re.compile(r"湿基|收到基|wet|as received", re.IGNORECASE),
)
_OWN_TEMPERATURE = "0"
_MASSES = ("kg", "g", "mg", "t", "kt", "Mt", "Gg")
_CO2E = "CO2e"
GOOD_NUMERATORS = ("kgCO2e", "tCO2e", "kgCO2", "kgCH4", "kgN2O")


def check_factor_units(
    filled: FilledSheet, book: FlowBook, lists: Mapping[str, CodeList], notes: Notebook
) -> None:
    """Read the units of factor rows; what cannot stand is noted.

    A good row gets ``flow`` (the flow its name means, or one proposed for its name),
    ``to_kg`` (kg per mass unit of the numerator), ``value_unit``, ``gas_text`` and ``per``
    (the reference unit as read).
    """
    for row in filled.rows:
        if "E-FORM-12" in row.faults:
            continue
        _read_numerator(filled, row, book, notes)
        _check_gas(filled, row, lists, notes)
        flow = _find_flow(filled, row, book, notes)
        if "reference_unit" in row.values:
            _read_reference(filled, row, flow, book, notes)


def _read_numerator(filled: FilledSheet, row: FilledRow, book: FlowBook, notes: Notebook) -> None:
    typed = row.values.get("value_unit")
    if typed is None:
        return
    try:
        # The factor unit grammar wants a denominator; any known one will do.
        found = book.units.factor_unit(f"{read_numerator(typed)}/kg")
    except UnknownUnit:
        notes.at("E-UNIT-03", filled, row, "value_unit", expected=GOOD_NUMERATORS)
        return
    row.values["to_kg"] = found.to_kg
    row.values["value_unit"] = found.value_unit
    row.values["gas_text"] = found.gas


def _check_gas(
    filled: FilledSheet, row: FilledRow, lists: Mapping[str, CodeList], notes: Notebook
) -> None:
    """The gas named against the gas of the numerator."""
    typed, gas = row.values.get("gas_text"), row.values.get("gas")
    if typed is None:
        return
    if typed == _CO2E:
        if gas is not None:
            notes.at("E-UNIT-09", filled, row, "gas", unit=row.texts["value_unit"])
        return
    if gas is None:
        if "gas" not in row.texts:
            notes.at("E-FIG-17", filled, row, "gas", expected=lists["gas"].near(typed))
        return
    if not _is_gas_of(typed, gas):
        notes.at("E-UNIT-09", filled, row, "gas", unit=row.texts["value_unit"])


def _is_gas_of(typed: str, gas: str) -> bool:
    """Whether a gas code is the gas of a numerator: ``co2_fossil`` is CO2.

    Example:
        >>> _is_gas_of("CO2", "co2_fossil"), _is_gas_of("CH4", "n2o")
        (True, False)
    """
    return gas.split("_", maxsplit=1)[0].casefold() == typed.casefold().replace("-", "")


def _find_flow(filled: FilledSheet, row: FilledRow, book: FlowBook, notes: Notebook) -> Flow | None:
    name = row.values.get("name_zh")
    if name is None:
        return None
    category = row.values.get("category_code")
    flow = book.find(name, category) or (
        book.find(row.values["name_en"], category) if "name_en" in row.values else None
    )
    if flow is None:
        near = book.near(name)
        # A new product is for a person to look at; without a category nobody could place it.
        code = "E-FLOW-02" if category else "E-FLOW-01"
        notes.at(code, filled, row, "name_zh", expected=near, **nearest(near))
        return None
    row.values["flow"] = flow
    return flow


def _read_reference(
    filled: FilledSheet, row: FilledRow, flow: Flow | None, book: FlowBook, notes: Notebook
) -> None:
    read = unit_of(filled, row, "reference_unit", book, notes)
    if read is None:
        return
    unit = book.units.find(read.unit)
    stated = _stated(read, row)
    row.values["per"] = read
    if flow is None and {"name_zh", "category_code"} <= row.values.keys():
        row.values["flow"] = flow = proposed_flow(
            row.values["name_zh"], row.values.get("name_en"), row.values["category_code"],
            unit.unit_group,
        )  # fmt: skip
    check_condition(filled, row, "reference_unit", unit, stated, flow, notes)
    check_dimension(filled, row, "reference_unit", unit, flow, book, notes)


def unit_of(
    filled: FilledSheet, row: FilledRow, name: str, book: FlowBook, notes: Notebook
) -> TypedUnit | None:
    """The unit a cell means; an unknown one is noted, another spelling told.

    Args:
        filled: the sheet.
        row: the row.
        name: machine name of the unit's column.
        book: flows and units.
        notes: where findings go.
    """
    typed = str(row.values.get(name, ""))
    try:
        read = read_unit(typed, book.units)
    except UnknownUnit:
        near = _near_units(typed, book)
        notes.at("E-UNIT-04", filled, row, name, expected=near, **nearest(near))
        return None
    spelt = read.unit if read.scale == 1 else f"10^{len(str(read.scale.numerator)) - 1} {read.unit}"
    # What the drop-down puts into the cell ends with the unit's name and is no other spelling.
    offered = {spelt, book.units.find(read.unit).name_zh}
    if not read.is_plain and not read.condition and typed not in offered:
        notes.at("W-UNIT-10", filled, row, name, expected=[spelt])
    return read


def _near_units(typed: str, book: FlowBook) -> list[str]:
    import difflib

    return difflib.get_close_matches(typed, book.units.units, 3, 0.3)


def _stated(read: TypedUnit, row: FilledRow) -> str:
    """Everything in a row that may state a condition: the unit's brackets, then its words."""
    words = [read.condition]
    words += [str(row.values.get(n, "")) for n in ("technology", "note", "name_zh", "name_en")]
    return " ; ".join(w for w in words if w)


def check_condition(
    filled: FilledSheet,
    row: FilledRow,
    name: str,
    unit: Unit,
    stated: str,
    flow: Flow | None,
    notes: Notebook,
) -> None:
    """Note a condition that a unit needs and a row does not state, or states otherwise."""
    if unit.unit_group in _NORMAL or (
        flow is not None and flow.unit_group in _NORMAL and unit.unit_group == "volume"
    ):
        found = _TEMPERATURE.findall(stated)
        if not found:
            notes.at("E-UNIT-05", filled, row, name, expected=[f"{unit.unit}(0 ℃)"])
        elif set(found) != {_OWN_TEMPERATURE} or unit.unit_group not in _NORMAL:
            notes.at(
                "E-UNIT-06", filled, row, name, stated=f"{unit.unit}, {found[0]} ℃",
                wanted="Nm3, 0 ℃",
            )  # fmt: skip
    if unit.unit_group in _CURRENCY and not (_PRICE_YEAR.search(stated) and _TAX.search(stated)):
        notes.at("E-UNIT-08", filled, row, name, expected=[f"{unit.unit}(2020年价，不含税)"])
    _check_bases(filled, row, name, stated, flow, notes)


def _check_bases(
    filled: FilledSheet,
    row: FilledRow,
    name: str,
    stated: str,
    flow: Flow | None,
    notes: Notebook,
) -> None:
    """Note dry and wet mixed in one row, or against its flow."""
    known = f"{stated} ; {flow.state if flow else ''}"
    dry, wet = _DRY.search(known), _WET.search(known)
    if dry is not None and wet is not None:
        notes.at("E-UNIT-06", filled, row, name, stated=dry[0], wanted=wet[0])


def check_dimension(
    filled: FilledSheet,
    row: FilledRow,
    name: str,
    unit: Unit,
    flow: Flow | None,
    book: FlowBook,
    notes: Notebook,
) -> None:
    """Note a flow that cannot be counted in a unit, by its own group or a conversion."""
    if flow is None or book.converts(flow, unit.unit_group):
        return
    own = [u.unit for u in book.units.units.values() if u.unit_group == flow.unit_group][:4]
    notes.at("E-UNIT-07", filled, row, name, flow=flow.name_zh, expected=own)


def value_in_kg(row: FilledRow, value: Fraction) -> Fraction:
    """A figure of a row in kg per canonical reference unit, exactly."""
    return Fraction(value * row.values["to_kg"] / row.values["per"].scale)
