"""Electricity Maps' emission factors by grid zone and generation mode, each dated and sourced.

Direct factors are the emission at the plant per kWh generated, life-cycle ones are the whole
chain; what storage gives back is the mean of the grid, a third kind. The defaults hold for the
world and serve where a zone states nothing. Units are not in the files, GWP sets nowhere.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.ingest.published_harvest import Layout, LeftOut, PublishedHarvest
from pipelines.quantities.number import NotANumber, exact, text_of, to_double
from pipelines.sources._electricity_zone_factors_modes import (
    CHARGE,
    data_year,
    meaning_of,
    mode_of,
)
from pipelines.sources._electricity_zone_factors_validity import (
    contradictions,
    day_of,
    direct_values,
    held_until,
    key_of,
)
from pipelines.sources._electricity_zone_factors_yaml import (
    ACCOUNTINGS,
    ENTRY_COLUMNS,
    FACTORS,
    read_zone,
)
from pipelines.sources._electricity_zones import WORLD, Place, Places
from pipelines.sources.contract import Source
from pipelines.tabular.text_table import TextRow, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition
    from pipelines.sources._electricity_zone_factors_modes import Mode
    from pipelines.sources._electricity_zone_factors_yaml import ZoneFile

_TOP = (
    "timezone", "bounding_box", "flag_file_name", "contributors", "parsers", "capacity",
    "fallbackZoneMixes", "sources", "comment", "delays", "_comment", "estimation_method",
    "isLowCarbon", "isRenewable", "subZoneNames", "bypassedSubZones", "disclaimer",
)  # fmt: skip
_NEEDED = (FACTORS, *(f"{FACTORS}.{one}" for one in ACCOUNTINGS), "entry.value", "entry.source")
ZONES = Layout(
    "zone files", _NEEDED, (*_NEEDED, *(f"entry.{c}" for c in ENTRY_COLUMNS), *_TOP)
)  # fmt: skip

FALLBACK = "defaults"
PROSE = ".md"
MIT_FILES = "mit_files.csv"
DOCUMENTATION = "https://github.com/electricitymaps/electricitymaps-contrib/wiki/Emission-factors"
UNIT, UNIT_AS_READ = "gCO2eq/kWh", "gCO2e/kWh"
WORDS = {"direct": ("直接排放", "direct"), "lifecycle": ("全生命周期", "life cycle")}
# Files not among those under MIT: nobody has granted their publication.
WITHOUT_RIGHT = {"licence": "unknown", "authorisation_scope": "none", "data_class": "restricted"}


class _Reading:
    """An edition being read."""

    def __init__(self, edition: Edition, lookups: Lookups) -> None:
        self.harvest = PublishedHarvest(edition, lookups)
        self.places = Places(self.harvest)
        self.unit = lookups.units.factor_unit(UNIT_AS_READ)
        rows = read_rows(
            edition.folder / MIT_FILES, needed=("file_name", "sha256"), key="file_name",
            name=edition.shown(MIT_FILES),
        )  # fmt: skip
        self._under_mit = {row["sha256"] for row in rows}
        self._seen: set[str] = set()

    def rights(self, file_name: str) -> dict[str, str]:
        """What the licence of a file's state allows, known by its bytes."""
        is_known = self.harvest.edition.sha256(file_name) in self._under_mit
        return {} if is_known else WITHOUT_RIGHT

    def left_out(self, row: TextRow, code: str, column: str, **words: Any) -> LeftOut:
        """Leave a row out at its place in the file; the exception to raise."""
        self.harvest.leave_out(row, code, column, row["pointer"], **words)
        return LeftOut()

    def new_key(self, row: TextRow, key: str) -> None:
        """Leave an entry out whose key an earlier one has.

        Raises:
            LeftOut: it has.
        """
        if key in self._seen:
            row.cells["record_key"] = key
            raise self.left_out(row, "S-DUP-01", "record_key")
        self._seen.add(key)


@dataclass(frozen=True)
class _Context:
    """What the other entries of its file and the file's licence say about an entry."""

    links: Mapping[str, str]
    rights: Mapping[str, str]
    until: Mapping[str, dt.date]
    direct: Mapping[tuple[str, str | None], Fraction]
    contradicted: Mapping[str, tuple[str, ...]]


def _read_zone_file(reading: _Reading, zone: ZoneFile, file_name: str) -> None:
    context = _Context(
        zone.links, reading.rights(file_name), held_until(zone), direct_values(zone),
        contradictions(zone),
    )  # fmt: skip
    for row in zone.entries:
        try:
            _factor(reading, row, context)
        except LeftOut:
            continue


def _without_factors(reading: _Reading, zone: ZoneFile, file_name: str) -> None:
    """A zone that states nothing: the defaults of the world serve it."""
    row = TextRow(reading.harvest.edition.shown(file_name), 1, {FACTORS: "", "zone": zone.zone})
    reading.harvest.leave_out(row, "S-BLANK-01", FACTORS, f"/{FACTORS}")


def _require_usable(reading: _Reading, row: TextRow) -> None:
    if row["accounting"] not in ACCOUNTINGS:
        raise reading.left_out(row, "E-CODE-01", "accounting")
    if not row["mode"] or not row["mode"].isprintable():
        raise reading.left_out(row, "E-CODE-01", "mode")
    if CHARGE.search(row["mode"]):
        raise reading.left_out(row, "S-CONV-01", "mode")
    for column in ("value", "source"):
        if row.get(column) is None:
            raise reading.left_out(row, "S-BLANK-01", column)
    if row.get("datetime") and day_of(row["datetime"]) is None:
        raise reading.left_out(row, "E-CODE-01", "datetime")


def _value(reading: _Reading, row: TextRow) -> Fraction:
    try:
        value = exact(row["value"]) * reading.unit.to_kg
        to_double(value)
    except NotANumber as error:
        raise reading.left_out(row, "E-NUM-01", "value") from error
    return value


def _place(reading: _Reading, row: TextRow) -> Place:
    if row["zone"] == FALLBACK:
        return reading.places.of_region(row, "zone", WORLD)
    return reading.places.of_zone(row, "zone")


def _factor(reading: _Reading, row: TextRow, context: _Context) -> None:
    key = key_of(row)
    reading.harvest.mend(row, key)
    _require_usable(reading, row)
    place = _place(reading, row)
    value = _value(reading, row)
    reading.new_key(row, key)
    mode = mode_of(row["mode"])
    from_day, year = day_of(row.get("datetime")), data_year(row["source"])
    reading.harvest.candidate(
        row,
        key,
        **_names(row, mode, place),
        **meaning_of(row["accounting"], mode),
        **_source_words(row, context),
        **context.rights,
        flow_id=_flow(reading.harvest, row, mode, place),
        category_id="energy.electricity.generation",
        route=mode.route,
        technology=f"{row['mode']}, zone {place.code}" if place.is_part else row["mode"],
        value=to_double(value),
        value_unit="kgCO2e",
        reference_unit=reading.unit.reference_unit,
        gwp_set="not_stated",
        region_code=place.region_code,
        data_start=dt.date(year, 1, 1) if year else None,
        data_end=dt.date(year, 12, 31) if year else None,
        reference_year=year,
        valid_from=from_day,
        valid_until=context.until.get(row["pointer"]),
        derivation="default" if row["zone"] == FALLBACK else "calculated",
        # A publisher that contradicts itself: the first value is shown, none is admitted.
        confidence="low" if row["pointer"] in context.contradicted else "medium",
        flags=_flags(row, mode, place, value / reading.unit.to_kg, context),
        evidence_id=_evidence(reading, row, key),
    )


def _names(row: TextRow, mode: Mode, place: Place) -> dict[str, str]:
    zh, en = WORDS[row["accounting"]]
    day = row.get("datetime")
    return {
        "name_zh": f"{place.name_zh}{mode.name_zh}{zh}因子" + (f"（自 {day}）" if day else ""),
        "name_en": f"{mode.name_en}, {en}, {place.name_en}" + (f", from {day}" if day else ""),
    }


def _flow(harvest: PublishedHarvest, row: TextRow, mode: Mode, place: Place) -> str:
    """The mode's flow; a part of a country has flows of its own, so that none is taken for it."""
    if mode.seed_flow and not place.is_part:
        return mode.seed_flow
    where = f", zone {place.code}" if place.is_part else ""
    elsewhere = f"urn:electricitymaps:mode:{row['mode'].replace(' ', '_')}"
    return harvest.flow(
        f"{mode.name_en}{where}",
        "kWh",
        category_id="energy.electricity.generation",
        name_zh=f"{mode.name_zh}（{place.code}）" if place.is_part else mode.name_zh,
        external_ids=[f"{elsewhere}:{place.code}" if place.is_part else elsewhere],
        route=mode.route,
    )


def _flags(row: TextRow, mode: Mode, place: Place, value: Fraction, context: _Context) -> list[str]:
    is_whole = row["accounting"] == "lifecycle"
    direct = context.direct.get((row["mode"], row.get("datetime"))) if is_whole else None
    told = {
        "conflicting_values": row["pointer"] in context.contradicted,
        "fallback_default": row["zone"] == FALLBACK,
        "gwp_not_stated": True,
        "lifecycle_below_direct": direct is not None and value < direct,
        "lifecycle_equals_direct": value == direct and value > 0,
        "name_not_translated": mode.route is None,
        "subnational": place.is_part,
        "undated": not row.get("datetime"),
        "unit_not_in_file": True,
    }
    return [flag for flag, stands in told.items() if stands]


def _source_words(row: TextRow, context: _Context) -> dict[str, str]:
    """The publisher's own source of the value, with the addresses its file gives."""
    source = row["source"]
    links = [f"{name}: {link}" for name, link in context.links.items() if name in source]
    more = [text for column in ("_url", "_comment") if (text := row.get(column))]
    against = ", ".join(context.contradicted.get(row["pointer"], ()))
    if against:
        more.append(f"the file states several values for this day: {against}")
    return {
        "note_zh": f"发布方所列出处：{source}" + (f"；同日数值不一：{against}" if against else ""),
        "note_en": "; ".join([f"source named by the publisher: {source}", *links, *more]),
    }


def _step(step: str, constant: str, source: str) -> dict[str, str]:
    return {"step": step, "constant": constant, "source": source}


def _evidence(reading: _Reading, row: TextRow, key: str) -> str:
    return reading.harvest.evidence_at(
        row,
        key,
        text=row["value"],
        unit=f"文件未写单位 | no unit in the file ({UNIT})",
        locator=row["pointer"],
        place=row["source"],
        steps=[
            _step(f"单位按发布方文档 | unit by the documentation: {UNIT}", "1", DOCUMENTATION),
            _step(f"{UNIT} -> kgCO2e/kWh", text_of(reading.unit.to_kg), "reference/unit.csv"),
        ],
    )


def _read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> PublishedHarvest:
    reading = _Reading(edition, lookups)
    names = [f["file_name"] for f in edition.file_rows if not f["file_name"].endswith(PROSE)]
    zones = [(name, read_zone(edition.path(name), edition.shown(name))) for name in names]
    header = sorted({column for _name, zone in zones for column in zone.header})
    reading.harvest.layout("zones", header, (ZONES,))
    for name, zone in zones:
        reading.harvest.take(len(zone.entries) or 1)
        if zone.entries:
            _read_zone_file(reading, zone, name)
        else:
            _without_factors(reading, zone, name)
    return reading.harvest


SOURCE = Source(
    "electricity_zone_factors",
    "Electricity Maps 分区分发电方式排放因子（2023-01-30 状态）",
    "Electricity Maps emission factors by zone and generation mode (state of 2023-01-30)",
    _read,
)
