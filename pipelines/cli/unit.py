"""``tanyuan unit``: what a unit means, exactly."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.presentation import Result
from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.quantities.number import NotANumber, exact, text_of
from pipelines.quantities.unit import UnitTable, UnknownUnit, load_units
from pipelines.settings import Settings

if TYPE_CHECKING:
    from fractions import Fraction

APP = typer.Typer(no_args_is_help=True)
_AMOUNT = re.compile(r"^\s*([+-]?[0-9][^\s一-鿿A-Za-z%]*(?:[eE][+-]?[0-9]+)?)?\s*(\S.*?)\s*$")


def _units() -> UnitTable:
    return load_units(Settings.resolve().seeds / "reference" / "unit.csv")


def _meaning(amount: Fraction, unit: str, units: UnitTable) -> dict[str, Any]:
    if "/" in unit:
        factor = units.factor_unit(unit)
        return {
            "kind": "factor_unit",
            "amount": text_of(amount * factor.to_kg),
            "value_unit": factor.value_unit,
            "reference_unit": factor.reference_unit,
        }
    found = units.find(unit)
    base = next(
        u for u in units.units.values() if u.unit_group == found.unit_group and u.to_base == 1
    )
    return {
        "kind": "unit",
        "amount": text_of(amount),
        "unit": found.unit,
        "unit_group": found.unit_group,
        "base_amount": text_of(amount * found.to_base),
        "base_unit": base.unit,
        "name_zh": found.name_zh,
        "name_en": found.name_en,
    }


def _line(meaning: dict[str, Any]) -> str:
    if meaning["kind"] == "factor_unit":
        return f"= {meaning['amount']} {meaning['value_unit']}/{meaning['reference_unit']}"
    return (
        f"= {meaning['amount']} {meaning['unit']} = {meaning['base_amount']} "
        f"{meaning['base_unit']} ({meaning['unit_group']})"
    )


@APP.command()
def parse(
    text: Annotated[str, typer.Argument(help="例 for example '3.2 万kWh', 'tCO2/TJ'")],
) -> Result:
    """读出数与单位 | read a number with its unit, or a unit alone."""
    units = _units()
    match = _AMOUNT.match(text)
    number, unit = (match[1], match[2]) if match else (None, text)
    try:
        meaning = _meaning(exact(number) if number else exact("1"), unit, units)
    except NotANumber as error:
        raise FaultyData(
            finding("E-NUM-01", file="-", row=1, column="number", value=number)
        ) from error
    except UnknownUnit as error:
        near = _near(unit, units)
        raise FaultyData(
            finding("E-UNIT-01", file="-", row=1, column="unit", value=unit, expected=near)
        ) from error
    line = _line(meaning)
    return Result("unit parse", data=meaning, text_zh=f"{text} {line}", text_en=f"{text} {line}")


def _near(unit: str, units: UnitTable) -> list[str]:
    return difflib.get_close_matches(unit, units.units, n=3, cutoff=0.4)


@APP.command("list")
def list_units() -> Result:
    """全部单位 | every unit."""
    rows = [
        {
            "unit": u.unit,
            "unit_group": u.unit_group,
            "to_base": text_of(u.to_base),
            "name_zh": u.name_zh,
            "name_en": u.name_en,
        }
        for u in _units().units.values()
    ]
    lines = [f"{r['unit']:<12} {r['unit_group']:<16} {r['to_base']:<16}" for r in rows]
    return Result(
        "unit list",
        summary={"units": len(rows)},
        data=rows,
        text_zh="\n".join(f"{line} {r['name_zh']}" for line, r in zip(lines, rows, strict=True)),
        text_en="\n".join(f"{line} {r['name_en']}" for line, r in zip(lines, rows, strict=True)),
    )
