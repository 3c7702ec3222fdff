"""Factors computed from parameters: the rules of derivation, in exact fractions.

Belongs here: the three rules for fuels and the evidence they leave. Does not belong here:
which factors are derived (``seeds/tanyuan_derived/derivations.csv``).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipelines.identity import record_id
from pipelines.ingest.cited_checks import CONFIDENCE_ORDER
from pipelines.ingest.cited_facts import weakest
from pipelines.quantities.number import exact, text_of, to_double
from pipelines.quantities.unit import UnitMismatch, UnknownUnit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pipelines.ingest.harvest import Harvest
    from pipelines.quantities.unit import UnitTable
    from pipelines.tabular.text_table import TextRow

COLUMNS = (
    "record_key", "rule", "name_zh", "name_en", "flow_id", "category_id", "unit",
    "parent_source", "parents", "region_code", "route", "confidence", "flags", "value",
    "unit_found", "document", "place", "seen_in", "second_source",
)  # fmt: skip
# Each rule with how many parents it takes.
RULES = {"ncv_cc_of": 3, "cc_of": 2, "ncv_ef": 2}


class Parents:
    """The parameters and gas masses of other sources, by their permanent ids."""

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Index the tables ``parameter``, ``candidate`` and ``candidate_gas``."""
        self.parameters = {r["parameter_id"]: r for r in tables["parameter"].iter_rows(named=True)}
        self.candidates = {r["factor_id"]: r for r in tables["candidate"].iter_rows(named=True)}
        self.gases: dict[str, list[dict[str, Any]]] = {}
        for row in tables["candidate_gas"].sort("factor_id", "gas").iter_rows(named=True):
            self.gases.setdefault(row["factor_id"], []).append(row)

    def parameter(self, source: str, key: str) -> dict[str, Any] | None:
        """The parameter of a source by its record key."""
        return self.parameters.get(record_id("P", source, key)) if key else None

    def factor(self, source: str, key: str) -> dict[str, Any] | None:
        """The candidate factor of a source by its record key."""
        return self.candidates.get(record_id("F", source, key)) if key else None


def in_unit(parameter: dict[str, Any], target: str, units: UnitTable) -> Fraction:
    """A parameter such as ``26.7 GJ/t`` in another unit, exactly.

    Args:
        parameter: a row of the ``parameter`` table.
        target: a unit, or a unit per unit, of the same groups.
        units: the unit table.

    Returns:
        The exact value in the target unit.

    Raises:
        UnknownUnit: a unit is not in the table.
        UnitMismatch: the units belong to different groups.

    Example:
        27.4 tC/TJ are 27.4 × 1000 kgC over 1000 GJ: 27.4 kgC/GJ.
    """
    value = exact(parameter["parameter_value_exact"])
    above, _, below = parameter["parameter_unit"].partition("/")
    target_above, _, target_below = target.partition("/")
    if bool(below) != bool(target_below):
        raise UnitMismatch(f"{parameter['parameter_unit']} -> {target}")
    ratio = units.ratio(above, target_above)
    return value * (ratio / units.ratio(below, target_below) if below else ratio)


def derive(harvest: Harvest, row: TextRow, parents: Parents) -> None:
    """Hand in the derived factor of a row; faults of the row are noted.

    Args:
        harvest: collects the candidate.
        row: one derivation: rule, parents, unit.
        parents: what other sources yielded.
    """
    rule = harvest.one_of(row, "rule", RULES)
    harvest.one_of(row, "confidence", CONFIDENCE_ORDER)
    unit = harvest.factor_unit(row, "unit")
    keys = [key.strip() for key in row["parents"].split(";")]
    source = row["parent_source"]
    blank = [c for c in ("rule", "parents", "parent_source", "confidence") if not row.get(c)]
    for column in blank:
        harvest.fault("E-TEXT-01", row, column)
    if rule is None or unit is None or blank:
        return
    if len(keys) != RULES[rule]:
        harvest.fault("E-DRV-02", row, "parents", rule=rule, wanted=str(RULES[rule]))
        return
    names = keys[:-1] if rule == "ncv_ef" else keys
    parameters = [parents.parameter(source, key) for key in names]
    emission = parents.factor(source, keys[-1]) if rule == "ncv_ef" else None
    if None in parameters or (rule == "ncv_ef" and emission is None):
        harvest.fault("E-DRV-01", row, "parents")
        return
    known = [p for p in parameters if p is not None]
    wanted = {"CO2e", "CO2"} if rule == "ncv_ef" else {"CO2"}
    if unit.gas not in wanted:
        harvest.fault("E-UNIT-02", row, "unit", wanted=f"kg{max(wanted)}/{unit.reference_unit}")
        return
    try:
        if rule == "ncv_ef" and emission is not None:
            gases = parents.gases.get(emission["factor_id"], [])
            _per_mass(harvest, row, known[0], emission, gases)
        else:
            _combustion(harvest, row, known, unit.reference_unit)
    except (UnitMismatch, UnknownUnit) as error:
        harvest.fault("E-DRV-03", row, "parents", found=str(error))


def _step(what: str, constant: str, source: str) -> dict[str, str]:
    return {"step": what, "constant": constant, "source": source}


def _parameter_step(parameter: dict[str, Any]) -> dict[str, str]:
    value = f"{parameter['parameter_value_exact']} {parameter['parameter_unit']}"
    return _step(parameter["name_zh"], value, f"{parameter['parameter_id']}@{parameter['version']}")


def _combustion(
    harvest: Harvest, row: TextRow, parameters: list[dict[str, Any]], reference_unit: str
) -> None:
    """Heating value × carbon content × oxidation × 44/12, or the last three of it.

    Source:
        GB/T 32150-2015, 5.2.2; IPCC 2006 Guidelines, Volume 2, Chapter 2.
    """
    units = harvest.lookups.units
    carbon = harvest.lookups.stoichiometry["C"]
    heat = parameters[0] if row["rule"] == "ncv_cc_of" else None
    content, oxidation = parameters[-2], parameters[-1]
    energy = "GJ" if heat else reference_unit
    per = in_unit(content, f"kgC/{energy}", units) * in_unit(oxidation, "1", units) * carbon.ratio
    amount = in_unit(heat, f"GJ/{reference_unit}", units) if heat else Fraction(1)
    steps = [_parameter_step(p) for p in parameters]
    steps.append(_step(f"{carbon.step_zh} | {carbon.step_en}", carbon.ratio_exact, carbon.citation))
    _hand_in(
        harvest,
        row,
        {"co2_fossil": per * amount},
        steps,
        [f"{p['parameter_id']}@{p['version']}" for p in parameters],
        weakest([p["confidence"] for p in parameters]),
        ("kgCO2", "not_applicable"),
    )


def _per_mass(
    harvest: Harvest,
    row: TextRow,
    heat: dict[str, Any],
    emission: dict[str, Any],
    gases: list[dict[str, Any]],
) -> None:
    """Mass of each gas per tonne of fuel: heating value × mass per heating value."""
    unit = harvest.factor_unit(row, "unit")
    if unit is None:
        return
    energy = in_unit(
        heat, f"{emission['reference_unit']}/{unit.reference_unit}", harvest.lookups.units
    )
    if not gases:
        raise UnitMismatch(f"{emission['value_unit']} -> kg gas")
    masses = {g["gas"]: Fraction(repr(g["mass"])) * energy for g in gases}
    steps = [_parameter_step(heat)]
    steps += [
        _step(
            f"{emission['name_zh']} {g['gas']}",
            f"{g['mass']!r} kg/{emission['reference_unit']}",
            f"{emission['factor_id']}@1.0",
        )
        for g in gases
    ]
    several = len(masses) > 1
    alone = next(iter(masses))
    value_unit = "kgCO2e" if several else emission["value_unit"]
    gwp_set = harvest.lookups.reporting_gwp_set if several else "not_applicable"
    _hand_in(
        harvest,
        row,
        masses if several else {alone: masses[alone]},
        steps,
        [f"{heat['parameter_id']}@{heat['version']}", f"{emission['factor_id']}@1.0"],
        weakest([heat["confidence"], emission["confidence"]]),
        (value_unit, gwp_set),
    )


def _hand_in(
    harvest: Harvest,
    row: TextRow,
    masses: dict[str, Fraction],
    steps: list[dict[str, str]],
    parent_ids: list[str],
    confidence: str,
    unit_and_set: tuple[str, str],
) -> None:
    unit = harvest.factor_unit(row, "unit")
    region = harvest.region(row, "region_code")
    if unit is None or region is None:
        return
    evidence_id = harvest.evidence(row, row["record_key"], steps=steps, parents=parent_ids)
    only = next(iter(masses.values())) if len(masses) == 1 else None
    factor_id = harvest.candidate(
        row,
        row["record_key"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        flow_id=harvest.one_of(row, "flow_id", harvest.lookups.flows),
        category_id=harvest.one_of(row, "category_id", harvest.lookups.categories),
        route=row.get("route"),
        factor_kind="direct_ef",
        value=None if only is None else to_double(only),
        value_convention="direct",
        value_unit=unit_and_set[0],
        gwp_set=unit_and_set[1],
        reference_unit=unit.reference_unit,
        boundary="activity",
        region_code=region,
        derivation="calculated",
        evidence_id=evidence_id,
        confidence=weakest([confidence, row["confidence"]]),
        flags=sorted(flag for flag in row["flags"].split(";") if flag),
        note_zh=None if only is None else f"精确值 {text_of(only)}",
        note_en=None if only is None else f"exact value {text_of(only)}",
    )
    for gas, mass in masses.items():
        harvest.candidate_gas(factor_id, gas, mass, evidence_id=evidence_id)
