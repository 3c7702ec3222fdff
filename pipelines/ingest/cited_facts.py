"""Figures cited from documents: the layout in which they are kept, and its meaning.

Belongs here: one row is one printed figure with its document, table and transcription;
rows of one activity are joined to one factor with several gases. Does not belong here:
what kind of factor a publication prints (the source's own module says so).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.ingest.cited_checks import (
    CONFIDENCE_ORDER,
    check_activities,
    check_gas,
    check_names,
    check_potential_unit,
    year_of,
)
from pipelines.quantities.number import text_of, to_double

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from pipelines.ingest.harvest import Harvest
    from pipelines.quantities.unit import FactorUnit
    from pipelines.tabular.text_table import TextRow

    Meaning = Callable[["Fact"], dict[str, Any]]

COLUMNS = (
    "record_key", "activity_key", "also_of", "role", "parameter_kind", "name_zh", "name_en",
    "flow_id", "category_id", "value", "unit", "unit_found", "lower95", "upper95", "gas",
    "gwp_set", "region_code", "year", "route", "technology", "document", "place", "seen_in",
    "second_source", "confidence", "flags", "note_zh", "note_en",
)  # fmt: skip
ROLES = ("factor", "parameter", "gwp")


@dataclass(frozen=True)
class Fact:
    """One figure of an emission factor, read and normalised to kg per reference unit.

    Attributes:
        row: the row it stands in.
        gas: gas code, or ``CO2e``.
        unit: its unit, taken apart.
        mass: kg of the gas (or CO2e) per reference unit, exactly.
        lower: lower 95 % limit in the same unit, if printed.
        upper: upper 95 % limit in the same unit, if printed.
        steps: the conversion steps taken.
    """

    row: TextRow
    gas: str
    unit: FactorUnit
    mass: Fraction
    lower: Fraction | None
    upper: Fraction | None
    steps: tuple[dict[str, str], ...]

    @property
    def key(self) -> str:
        """The record's permanent key."""
        return self.row["record_key"]

    @property
    def flags(self) -> list[str]:
        """Machine-readable flags of the row."""
        return [flag for flag in self.row["flags"].split(";") if flag]


def weakest(confidences: list[str]) -> str:
    """The weakest of several confidences.

    Example:
        >>> weakest(["high", "medium", "high"])
        'medium'
    """
    known = [one for one in confidences if one in CONFIDENCE_ORDER]
    return max(known, key=CONFIDENCE_ORDER.index, default=CONFIDENCE_ORDER[-1])


def hand_in(harvest: Harvest, name: str, meaning: Meaning) -> None:
    """Hand in every row of a file of cited figures.

    ``also_of`` names what else a figure holds for: further activities of a factor (one CO2
    row serves two sectors), or further gas codes of a GWP (a report that does not split
    methane by origin).

    Args:
        harvest: collects the rows.
        name: file name within the source's folder.
        meaning: for the first figure of an activity, the columns of ``candidate`` that the
            publication fixes: kind, boundary, delivery scope and so on.
    """
    rows = harvest.rows(name, needed=COLUMNS, key="record_key")
    facts: dict[str, list[Fact]] = {}
    for row in rows:
        role = harvest.one_of(row, "role", ROLES)
        check_names(harvest, row)
        if role == "parameter":
            _parameter(harvest, row)
        elif role == "gwp":
            _characterisation(harvest, row)
        elif role == "factor":
            fact = read_fact(harvest, row)
            if fact is not None:
                for activity in (row["activity_key"], *filter(None, row["also_of"].split(";"))):
                    facts.setdefault(activity, []).append(fact)
    check_activities(harvest, facts)
    for activity, members in facts.items():
        own = [f for f in members if f.row["activity_key"] == activity]
        if own:
            _factor(harvest, own, members, meaning)


def read_fact(harvest: Harvest, row: TextRow) -> Fact | None:
    """The figure of a row in kg of gas per reference unit; faults are noted."""
    unit = harvest.factor_unit(row, "unit")
    value = harvest.number(row, "value")
    lower = harvest.optional_number(row, "lower95")
    upper = harvest.optional_number(row, "upper95")
    gas: str | None = "CO2e" if row["gas"] == "CO2e" else harvest.gas(row, "gas")
    if unit is None or value is None or gas is None:
        return None
    check_gas(harvest, row, unit, gas)
    ratio = unit.to_kg
    steps = []
    if ratio != 1:
        steps.append(
            {
                "step": f"{row['unit']} -> {unit.value_unit}/{unit.reference_unit}",
                "constant": text_of(ratio),
                "source": "reference/unit.csv",
            }
        )
    element = harvest.lookups.stoichiometry.get(unit.gas)
    if element is not None:
        ratio *= element.ratio
        steps.append(
            {
                "step": f"{element.step_zh} | {element.step_en}",
                "constant": element.ratio_exact,
                "source": element.citation,
            }
        )
    return Fact(
        row,
        gas,
        unit,
        value * ratio,
        None if lower is None else lower * ratio,
        None if upper is None else upper * ratio,
        tuple(steps),
    )


def _double(value: Fraction | None) -> float | None:
    return None if value is None else to_double(value)


def _value_unit(harvest: Harvest, fact: Fact) -> str:
    element = harvest.lookups.stoichiometry.get(fact.unit.gas)
    return f"kg{element.gas}" if element else fact.unit.value_unit


def _factor(harvest: Harvest, own: list[Fact], members: list[Fact], meaning: Meaning) -> None:
    head = own[0]
    row = head.row
    one_gas = len(members) == 1
    is_co2e = head.gas == "CO2e"
    evidence_id = harvest.evidence(row, head.key, steps=list(head.steps))
    year = year_of(row)
    start, end = _year_bounds(year) if year else (None, None)
    has_limits = one_gas and head.lower is not None and head.upper is not None
    gwp_set = row.get("gwp_set") if is_co2e else "not_applicable"
    factor_id = harvest.candidate(
        row,
        head.key,
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        flow_id=row["flow_id"],
        category_id=row["category_id"],
        route=row.get("route"),
        technology=row.get("technology"),
        value=to_double(head.mass) if one_gas else None,
        value_unit=_value_unit(harvest, head) if one_gas else "kgCO2e",
        reference_unit=head.unit.reference_unit,
        gwp_set=gwp_set if one_gas else harvest.lookups.reporting_gwp_set,
        region_code=row["region_code"],
        data_start=start,
        data_end=end,
        reference_year=year,
        uncertainty_kind="ci95_abs" if has_limits else "none",
        lower95=_double(head.lower) if has_limits else None,
        upper95=_double(head.upper) if has_limits else None,
        evidence_id=evidence_id,
        confidence=weakest([f.row["confidence"] for f in members]),
        note_zh=row.get("note_zh"),
        note_en=row.get("note_en"),
        **{**meaning(head), "flags": sorted({*head.flags, *meaning(head).get("flags", [])})},
    )
    for fact in members:
        _gas(harvest, factor_id, fact, evidence_id if fact is head else None)
    for fact in own[1:]:
        harvest.skip(fact.row, "S-JOIN-01", factor=factor_id)


def _gas(harvest: Harvest, factor_id: str, fact: Fact, evidence_id: str | None) -> None:
    if fact.gas == "CO2e":
        return
    read = evidence_id or harvest.evidence(fact.row, fact.key, steps=list(fact.steps))
    harvest.candidate_gas(
        factor_id,
        fact.gas,
        fact.mass,
        mass_lower95=_double(fact.lower),
        mass_upper95=_double(fact.upper),
        evidence_id=read,
    )


def _parameter(harvest: Harvest, row: TextRow) -> None:
    value = harvest.number(row, "value")
    lower = harvest.optional_number(row, "lower95")
    upper = harvest.optional_number(row, "upper95")
    if not harvest.lookups.units.is_known(row["unit"]):
        harvest.fault("E-UNIT-01", row, "unit", harvest.lookups.units.units)
    if value is None:
        return
    harvest.parameter(
        row,
        row["record_key"],
        value,
        parameter_kind=row["parameter_kind"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        flow_id=row.get("flow_id"),
        parameter_unit=row["unit"],
        parameter_lower95=_double(lower),
        parameter_upper95=_double(upper),
        region_code=row["region_code"],
        evidence_id=harvest.evidence(row, row["record_key"]),
        confidence=row["confidence"],
        note_zh=row.get("note_zh"),
        note_en=row.get("note_en"),
    )


def _characterisation(harvest: Harvest, row: TextRow) -> None:
    value = harvest.number(row, "value")
    gas = harvest.gas(row, "gas")
    check_potential_unit(harvest, row)
    if value is None or gas is None:
        return
    read = harvest.evidence(row, row["record_key"])
    others = [code for code in row["also_of"].split(";") if code]
    harvest.characterisation(
        [
            {
                "gwp_set": row["gwp_set"],
                "gas": code,
                "gwp100": to_double(value),
                "record_key": row["record_key"],
                "citation": f"{row['document']} {row['place']}",
                "confidence": row["confidence"],
                "evidence_id": read,
                "note_zh": row.get("note_zh"),
                "note_en": row.get("note_en"),
            }
            for code in (gas, *others)
        ]
    )


def _year_bounds(year: int) -> tuple[dt.date, dt.date]:
    """First and last day of a year."""
    return dt.date(year, 1, 1), dt.date(year, 12, 31)
