"""Amounts of the EPA hub: a printed figure in kilograms, gases added up to CO2e.

Belongs here: conversion of mass units, the sum under the declared GWP set, the steps that
evidence keeps. Does not belong here: where figures stand, what they are of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.quantities.number import text_of, to_double
from pipelines.quantities.unit import UnknownUnit
from pipelines.sources._epa_ef_hub_declared import gwp_set_in
from pipelines.sources._epa_ef_hub_headings import unit_of
from pipelines.sources._epa_ef_hub_meaning import MASSES, gas_code
from pipelines.sources._workbook_grid import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.quantities.unit import UnitTable
    from pipelines.sources._epa_ef_hub_declared import DeclaredGwp
    from pipelines.sources._epa_ef_hub_tables import Record

UNIT_TABLE = "reference/unit.csv"
APART = "co2_biogenic"


@dataclass(frozen=True)
class Total:
    """The value of a factor.

    Attributes:
        value: the value; None where only the masses of the gases are known.
        value_unit: its numerator.
        gwp_set: the set it is under; None where figures in CO2e name none.
        steps: how it came about.
        flags: what a user must know of it.
    """

    value: float | None
    value_unit: str
    gwp_set: str | None
    steps: list[dict[str, str]] = field(default_factory=list)
    flags: frozenset[str] = frozenset()


def to_kg(units: UnitTable, record: Record, measure: str) -> Fraction:
    """Kilograms in the mass unit of a figure.

    Raises:
        UnknownUnit: the unit is not in the table, is no unit of a factor, or names another
            gas than its column.
    """
    text = record.figures[measure].unit
    found = unit_of(text)
    if found is None or found[1] not in {"", measure}:
        raise UnknownUnit(text)
    return units.ratio(MASSES.get(key_of(found[0]), found[0]), "kg")


def mass_step(record: Record, measure: str, ratio: Fraction) -> dict[str, str]:
    """The step from a figure to kilograms of its gas."""
    text = record.figures[measure].unit
    return {"step": f"{text} -> kg{measure}", "constant": text_of(ratio), "source": UNIT_TABLE}


def total_of(
    record: Record,
    masses: Mapping[str, Fraction],
    declared: DeclaredGwp | None,
    reporting_set: str,
) -> Total:
    """The value of a factor from its figures in kilograms.

    Args:
        record: the record; tables in CO2e name their GWP set in their notes.
        masses: kg per reference unit by ``CO2``, ``CH4``, ``N2O`` or ``CO2e``, exactly.
        declared: the set the edition declares, if it does.
        reporting_set: the set the library shows such factors in.

    Returns:
        One gas as its own mass; CO2e as printed; several gases as their sum under the declared
        set, biogenic CO2 apart, or left to the library where the edition declares none.
    """
    if "CO2e" in masses:
        step = mass_step(record, "CO2e", Fraction(1000))
        return Total(to_double(masses["CO2e"]), "kgCO2e", gwp_set_in(record.notes), [step])
    if len(masses) == 1:
        gas, mass = next(iter(masses.items()))
        return Total(to_double(mass), f"kg{gas}", "not_applicable")
    if declared is None:
        return Total(None, "kgCO2e", reporting_set, [], frozenset({"gwp_set_not_declared"}))
    counted = [gas for gas in masses if gas_code(record, gas) != APART]
    value = sum((masses[gas] * declared.gwp100[gas] for gas in counted), Fraction(0))
    step = {
        "step": f"sum of kg x GWP100 {declared.gwp_set} over {', '.join(counted)} -> kgCO2e",
        "constant": "; ".join(f"{gas} {text_of(declared.gwp100[gas])}" for gas in counted),
        "source": declared.place,
    }
    return Total(to_double(value), "kgCO2e", declared.gwp_set, [step])
