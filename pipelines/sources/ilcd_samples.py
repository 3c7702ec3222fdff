"""ILCD, ILCD+EPD and TIDAS samples: climate results of declarations by module.

Belongs here: which rows of the samples become candidates and why the others do not. Does not
belong here: the files (``_ilcd_samples_datasets``), results and modules
(``_ilcd_samples_results``), the declared unit (``_ilcd_samples_reference``).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipelines.ingest.published_harvest import LeftOut, PublishedHarvest
from pipelines.quantities.number import NotANumber, exact, text_of, to_double
from pipelines.quantities.unit import UnknownUnit
from pipelines.sources._ilcd_samples_datasets import (
    METHOD,
    PROCESS,
    DataSet,
    DataSets,
    attribute,
    first,
    read_datasets,
    text,
)
from pipelines.sources._ilcd_samples_outside import (
    leave_out_method,
    leave_out_table,
    leave_out_tidas,
)
from pipelines.sources._ilcd_samples_reference import Declared, NotTold, declared
from pipelines.sources._ilcd_samples_results import (
    AMOUNT,
    BIOGENIC,
    FOSSIL,
    GWP,
    LAND,
    PLAIN,
    TOTAL,
    Result,
    boundary_of,
    gwp_set_of,
    is_kg_co2e,
    results_of,
)
from pipelines.sources.contract import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition

REGIONS = {"GLO": "001", "RER": "150"}
PARTS = {FOSSIL: "fossil", LAND: "land_use_change"}
_DATE = re.compile(r"^\d{4}(-\d{2}-\d{2})?")


@dataclass(frozen=True)
class _Declaration:
    """A process while it is read: its results by module, and what they are per."""

    process: DataSet
    unit: Declared | str
    is_newest: bool
    parts: Mapping[tuple[str, str], Mapping[str, Result]]


def _read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> PublishedHarvest:
    harvest = PublishedHarvest(edition, lookups)
    datasets = read_datasets(edition)
    for process in datasets.by_kind.get(PROCESS, []):
        _process(harvest, process, datasets)
    for method in datasets.by_kind.get(METHOD, []):
        leave_out_method(harvest, method)
    for name, kind, content in datasets.tidas:
        if kind == PROCESS:
            leave_out_tidas(harvest, name, content)
    for name in datasets.tables:
        leave_out_table(harvest, name)
    return harvest


def _process(harvest: PublishedHarvest, process: DataSet, datasets: DataSets) -> None:
    results = results_of(process, harvest.edition.shown(process.name))
    harvest.take(len(results))
    parts: dict[tuple[str, str], dict[str, Result]] = {}
    for result in results:
        if result.indicator in (FOSSIL, BIOGENIC, LAND):
            parts.setdefault((result.module, result.scenario), {})[result.indicator] = result
    unit: Declared | str
    try:
        unit = declared(process, datasets)
    except NotTold as error:
        unit = str(error)
    newest = datasets.find(PROCESS, process.uuid)
    declaration = _Declaration(process, unit, newest is process, parts)
    made: dict[tuple[str, str], str] = {}
    for result in sorted(results, key=lambda r: r.indicator not in (TOTAL, PLAIN)):
        try:
            _result(harvest, declaration, result, datasets, made)
        except LeftOut:
            continue


def _out(harvest: PublishedHarvest, result: Result, code: str, column: str, **w: Any) -> LeftOut:
    harvest.leave_out(result.row, code, column, result.locator, **w)
    return LeftOut()


def _result(
    harvest: PublishedHarvest,
    declaration: _Declaration,
    result: Result,
    datasets: DataSets,
    made: dict[tuple[str, str], str],
) -> None:
    """Hand in one climate result of one module, or leave it out."""
    if not result.indicator:
        raise _out(harvest, result, "S-SCOPE-01", "indicator")
    boundary = boundary_of(result.module)
    if boundary is None:
        raise _out(harvest, result, "S-SCOPE-01", "module")
    at = (result.module, result.scenario)
    _number(harvest, result)
    if result.indicator not in (TOTAL, PLAIN) and at in made:
        raise _out(harvest, result, "S-PART-01", "indicator", factor=made[at])
    gwp_set = gwp_set_of(result.method, datasets)
    if gwp_set is None:
        raise _out(harvest, result, "S-GWP-01", GWP)
    if result.indicator not in (TOTAL, PLAIN):
        raise _out(harvest, result, "S-SCOPE-01", "indicator")
    if not declaration.is_newest or at in made:
        raise _out(harvest, result, "S-DUP-01", "indicator")
    made[at] = _candidate(harvest, declaration, result, gwp_set, boundary)


def _number(harvest: PublishedHarvest, result: Result) -> Fraction:
    """The exact amount of a result; the row is left out when it is none."""
    try:
        return exact(result.row[AMOUNT])
    except NotANumber as error:
        raise _out(harvest, result, "E-NUM-01", AMOUNT) from error


def _unit(harvest: PublishedHarvest, declaration: _Declaration, result: Result) -> Declared:
    """What the result is per, in a unit of the table."""
    unit = declaration.unit
    if not is_kg_co2e(result.row["unit"]):
        raise _out(harvest, result, "E-UNIT-01", "unit")
    if isinstance(unit, str):
        result.row.cells["declared unit"] = unit
        raise _out(harvest, result, "E-UNIT-01", "declared unit")
    try:
        return Declared(unit.amount, harvest.lookups.units.find(unit.unit).unit, unit.steps)
    except UnknownUnit as error:
        result.row.cells["declared unit"] = unit.unit
        raise _out(harvest, result, "E-UNIT-01", "declared unit") from error


def _candidate(
    harvest: PublishedHarvest,
    declaration: _Declaration,
    result: Result,
    gwp_set: str,
    boundary: str,
) -> str:
    root = declaration.process.root
    total, unit = _number(harvest, result), _unit(harvest, declaration, result)
    region = _region(harvest, root, result)
    components, flags = _components(declaration, result, total, unit)
    place = ", ".join(p for p in (result.module, result.scenario) if p)
    names = first(root, "processInformation", "dataSetInformation", "name")
    name_de = text(names, "baseName")
    name_en = text(names, "baseName", language="en") or name_de
    name_zh = text(names, "baseName", language="zh")
    flags += [] if name_zh else ["name_not_translated"]
    flags += [] if result.module in ("", "A1-A3") else ["single_module"]
    suffix = f" [{place}]" if place else ""
    key = "/".join([declaration.process.uuid, result.indicator, result.module, result.scenario])
    return harvest.candidate(
        result.row,
        key,
        factor_kind="footprint_factor",
        name_zh=(name_zh or name_en) + suffix,
        name_en=name_en + suffix,
        flow_id=harvest.flow(
            name_en, unit.unit, name_zh=name_zh or None,
            external_ids=[f"urn:uuid:{declaration.process.uuid}"],
        ),
        category_id="unclassified",
        value=to_double(total / unit.amount),
        value_convention="including_uptake" if result.indicator == TOTAL else "not_stated",
        value_unit="kgCO2e",
        reference_unit=unit.unit,
        gwp_set=gwp_set,
        boundary=boundary,
        region_code=region,
        **_times(root),
        technology=f"module {place}" if place else None,
        derivation="calculated",
        evidence_id=harvest.evidence_at(
            result.row, key, text=result.row[AMOUNT], unit=result.row["unit"],
            locator=result.locator, place=result.row["indicator"],
            steps=[*unit.steps, {
                "step": f"÷ -> kgCO2e/{unit.unit}", "constant": text_of(unit.amount),
                "source": declaration.process.name,
            }],
        ),
        confidence="medium",
        flags=sorted(flags),
        **components,
    )  # fmt: skip


def _region(harvest: PublishedHarvest, root: Any, result: Result) -> str:
    place = first(root, "processInformation", "geography", "locationOfOperationSupplyOrProduction")
    code = attribute(place, "location")
    code = REGIONS.get(code, code)
    if code not in harvest.lookups.regions:
        result.row.cells["location"] = code
        raise _out(harvest, result, "E-REG-01", "location")
    return code


def _components(
    declaration: _Declaration,
    result: Result,
    total: Fraction,
    unit: Declared,
) -> tuple[dict[str, float], list[str]]:
    """Fossil and land use parts of a total; whether the three parts add up to it."""
    parts = declaration.parts.get((result.module, result.scenario), {})
    if result.indicator != TOTAL or not parts:
        return {}, []
    figures: dict[str, Fraction] = {}
    for what, part in parts.items():
        # A part that is no number is left out on its own row.
        with contextlib.suppress(NotANumber):
            figures[what] = exact(part.row[AMOUNT])
    columns, flags = {}, []
    for what, column in PARTS.items():
        if what in figures and not (column == "fossil" and figures[what] < 0):
            columns[column] = to_double(figures[what] / unit.amount)
    texts = [result.row[AMOUNT], *(p.row[AMOUNT] for p in parts.values())]
    loose = sum((Fraction(1, 2 * 10 ** len(t.partition(".")[2])) for t in texts), Fraction(0))
    if len(figures) == len((FOSSIL, BIOGENIC, LAND)) and abs(sum(figures.values()) - total) > loose:
        flags.append("components_differ_from_total")
    return columns, flags


def _times(root: Any) -> dict[str, Any]:
    """Reference year, validity and publication, each on its own."""
    time = first(root, "processInformation", "time")
    year = text(time, "referenceYear")
    until = text(time, "other", "expirationDateOfEPD") or text(time, "dataSetValidUntil")
    since = text(time, "other", "publicationDateOfEPD")
    first_day, last_day = _day(since, 1, 1), _day(until, 12, 31)
    if first_day and last_day and first_day > last_day:
        first_day, last_day = None, None
    return {
        "reference_year": int(year) if re.fullmatch(r"(19|20)\d{2}", year) else None,
        "valid_from": first_day,
        "valid_until": last_day,
        "published_on": since if _day(since, 1, 1) else None,
    }


def _day(written: str, month: int, day: int) -> dt.date | None:
    """A date, or a year's first or last day; None where neither is written."""
    if not _DATE.match(written):
        return None
    try:
        if len(written) > 4:
            return dt.date.fromisoformat(written[:10])
        return dt.date(int(written), month, day)
    except ValueError:
        return None


SOURCE = Source(
    "ilcd_samples",
    "ILCD、ILCD+EPD、TIDAS 格式示例",
    "Samples of the formats ILCD, ILCD+EPD and TIDAS",
    _read,
)
