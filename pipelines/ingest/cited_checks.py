"""What a row of cited figures must keep before it becomes a figure, and with its fellows.

Belongs here: names, confidence, year, the agreement of unit and gas, the agreement of the
rows of one activity. Does not belong here: the reading of a figure (``cited_facts``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.quantities.unit import FactorUnit, UnknownUnit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.ingest.cited_facts import Fact
    from pipelines.ingest.harvest import Harvest
    from pipelines.tabular.text_table import TextRow

CONFIDENCE_ORDER = ("high", "medium", "low")
_YEAR = re.compile("[12][0-9]{3}")


def check_names(harvest: Harvest, row: TextRow) -> None:
    """Names, document, confidence, year and codes of a row; faults are noted."""
    for column in ("name_zh", "name_en", "document", "confidence", "role"):
        if not row.get(column):
            harvest.fault("E-TEXT-01", row, column)
    harvest.one_of(row, "confidence", CONFIDENCE_ORDER)
    harvest.one_of(row, "flow_id", harvest.lookups.flows)
    harvest.one_of(row, "category_id", harvest.lookups.categories)
    harvest.region(row, "region_code")
    if row.get("year") and year_of(row) is None:
        harvest.fault("E-NUM-01", row, "year")
    if row.get("role") == "factor" and not row.get("activity_key"):
        harvest.fault("E-TEXT-01", row, "activity_key")


def year_of(row: TextRow) -> int | None:
    """The year of a row: four ASCII digits; None when blank or anything else."""
    return int(row["year"]) if _YEAR.fullmatch(row["year"]) else None


def check_gas(harvest: Harvest, row: TextRow, unit: FactorUnit, gas: str) -> None:
    """Note a fault where the unit's gas is neither the row's gas nor an element of it."""
    element = harvest.lookups.stoichiometry.get(unit.gas)
    named = element.gas if element else unit.gas
    formula = harvest.lookups.formula
    wanted = formula.get(gas, gas)
    if formula.get(harvest.lookups.gases.get(named, ""), named) != wanted:
        harvest.fault("E-UNIT-02", row, "unit", wanted=f"kg{wanted}/…")


def check_potential_unit(harvest: Harvest, row: TextRow) -> None:
    """Note a fault where a potential is not in mass of CO2e per equal mass of gas."""
    units = harvest.lookups.units
    try:
        unit = units.factor_unit(row["unit"])
    except UnknownUnit:
        harvest.fault("E-UNIT-01", row, "unit", units.units)
        return
    mass, kg = units.find(unit.reference_unit), units.find("kg")
    fits = mass.unit_group == kg.unit_group and unit.to_kg == mass.to_base / kg.to_base
    if unit.gas != "CO2e" or not fits:
        harvest.fault("E-UNIT-02", row, "unit", wanted="kgCO2e/kg")


def check_activities(harvest: Harvest, facts: Mapping[str, list[Fact]]) -> None:
    """Note faults of rows that cannot be one activity, or that name one that is not there."""
    owned = {fact.row["activity_key"] for members in facts.values() for fact in members}
    for activity, members in facts.items():
        if activity not in owned:
            harvest.fault("E-CODE-01", members[0].row, "also_of", owned)
            continue
        head = next(f for f in members if f.row["activity_key"] == activity)
        for fact in members:
            _check_fellow(harvest, head, fact, activity)


def _check_fellow(harvest: Harvest, head: Fact, fact: Fact, activity: str) -> None:
    for column in ("region_code", "flow_id"):
        if fact.row[column] != head.row[column]:
            _differs(harvest, fact, column, head.row[column], activity)
    if fact.unit.reference_unit != head.unit.reference_unit:
        _differs(harvest, fact, "unit", head.row["unit"], activity)


def _differs(harvest: Harvest, fact: Fact, column: str, found: str, activity: str) -> None:
    harvest.fault("E-JOIN-01", fact.row, column, found=found or "-", activity=activity)
