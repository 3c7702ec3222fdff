"""Yearly carbon intensity of grids: Electricity Maps by zone, Ember by country.

Two quantities that are never averaged: Electricity Maps follows what is consumed over the
whole life cycle, Ember what is generated. The kind, place and boundary of a factor say which.
Neither publisher names a GWP set; the values are handed in as not stated.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.ingest.published_harvest import LeftOut, PublishedHarvest
from pipelines.quantities.number import NotANumber, text_of, to_double
from pipelines.sources._electricity_zones import Place, Places
from pipelines.sources._grid_intensity_json import KEY, read_records
from pipelines.sources._grid_intensity_meaning import (
    CONSUMED,
    GENERATED,
    INTENSITY,
    LATEST,
    PER_KWH,
    SHARES,
    UNIT,
    YEARLY,
)
from pipelines.sources._json_pointer import pointer
from pipelines.sources.contract import Source
from pipelines.tabular.text_table import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition
    from pipelines.sources._grid_intensity_json import Records
    from pipelines.tabular.text_table import TextRow

YEAR_OF_FILE = re.compile(r"(?:^|[/_-])((?:19|20)[0-9]{2})\.json$")
YEAR = re.compile(r"^(?:19|20)[0-9]{2}$")
PLACES = "places.csv"
GRID = "electricity"
# The state announces the electricity footprint of these itself: the series of zones stands
# on a flow of its own, so that it never takes the place of the official figure.
OFFICIALLY_ANNOUNCED = frozenset({"CN"})
PART = ("name_not_translated", "subnational")


class _Reading:
    """An edition being read: what it yields, its places, the keys seen."""

    def __init__(self, edition: Edition, lookups: Lookups) -> None:
        self.harvest = PublishedHarvest(edition, lookups)
        self.places = Places(self.harvest)
        rows = read_rows(
            edition.folder / PLACES, needed=("place", "region_code", "citation"), key="place",
            name=edition.shown(PLACES),
        )  # fmt: skip
        self.regions = {row["place"]: row["region_code"] for row in rows}
        self._seen: set[str] = set()

    def new_key(self, row: TextRow, record_key: str) -> None:
        """Leave a row out whose key an earlier row has.

        Raises:
            LeftOut: it has.
        """
        if record_key in self._seen:
            self.harvest.leave_out(row, "S-DUP-01", KEY, pointer(row[KEY]))
            raise LeftOut
        self._seen.add(record_key)

    def present(self, row: TextRow, *columns: str) -> None:
        """Leave a row out that has no text in a column.

        Raises:
            LeftOut: a column is blank.
        """
        for column in columns:
            if row.get(column) is None:
                self.harvest.leave_out(row, "S-BLANK-01", column, pointer(row[KEY]))
                raise LeftOut

    def per_kwh(self, row: TextRow, column: str, unit_column: str, unit: str) -> Fraction:
        """The kgCO2e per kWh in a cell, exactly.

        Raises:
            LeftOut: no finite number, or another unit than grams or so of CO2e per kWh.
        """
        read = self.harvest.cell_unit(row, unit_column, unit)
        if (read.gas, read.reference_unit) != ("CO2e", "kWh"):
            self.harvest.leave_out(row, "E-UNIT-01", unit_column, pointer(row[KEY]))
            raise LeftOut
        value = self.harvest.cell_number(row, column) * read.to_kg
        try:
            to_double(value)
        except NotANumber as error:
            self.harvest.leave_out(row, "E-NUM-01", column, pointer(row[KEY]))
            raise LeftOut from error
        return value


def _step(unit: str, to_kg: Fraction) -> dict[str, str]:
    return {
        "step": f"{unit} -> kgCO2e/kWh",
        "constant": text_of(to_kg),
        "source": "reference/unit.csv",
    }


def _period(year: int) -> dict[str, Any]:
    return {
        "data_start": dt.date(year, 1, 1),
        "data_end": dt.date(year, 12, 31),
        "reference_year": year,
    }


# -- Electricity Maps ---------------------------------------------------------------------


def _year_of(name: str, shown: str) -> int:
    """The year a file of zones is about: only its name says so."""
    found = YEAR_OF_FILE.search(name)
    if found is None:
        raise UnreadableInput(
            finding(
                "E-FILE-02", file=shown, value=YEARLY.name, column="year (yearly_YYYY.json)",
                expected=["yearly_YYYY.json"],
            )
        )  # fmt: skip
    return int(found[1])


def _read_year(reading: _Reading, name: str, records: Records) -> None:
    year = _year_of(name, reading.harvest.edition.shown(name))
    for row in records.rows:
        try:
            _zone(reading, row, year)
        except LeftOut:
            continue


def _zone(reading: _Reading, row: TextRow, year: int) -> None:
    harvest = reading.harvest
    record_key = f"electricity-maps/{row[KEY]}/{year}"
    harvest.mend(row, record_key)
    reading.present(row, INTENSITY, UNIT)
    place = reading.places.of_zone(row, KEY)
    unit = row[UNIT].replace("CO2eq", "CO2e")
    value = reading.per_kwh(row, INTENSITY, UNIT, unit)
    reading.new_key(row, record_key)
    called = row.get("zone.zoneName") or row[KEY]
    name_en = f"Electricity, consumption mix, {place.name_en}, {year}"
    harvest.candidate(
        row,
        record_key,
        **CONSUMED,
        **_period(year),
        name_zh=f"{year}年{place.name_zh}电力消费混合碳强度（全生命周期）",
        name_en=f"{name_en}: {called}" if place.is_part else name_en,
        flow_id=_flow_of_zone(harvest, place),
        value=to_double(value),
        reference_unit="kWh",
        region_code=place.region_code,
        flags=[
            "gwp_not_stated",
            *(["name_not_translated", "subnational"] if place.is_part else []),
        ],
        evidence_id=harvest.evidence_at(
            row,
            record_key,
            text=row[INTENSITY],
            unit=row[UNIT],
            locator=pointer(row[KEY], *INTENSITY.split(".")),
            place=f"{called}, {year}",
            steps=[_step(row[UNIT], harvest.lookups.units.factor_unit(unit).to_kg)],
        ),
        **_shares(row),
    )


def _flow_of_zone(harvest: PublishedHarvest, place: Place) -> str:
    """Grid electricity for a whole country; a flow of its own for a part of one."""
    if not place.is_part and place.region_code not in OFFICIALLY_ANNOUNCED:
        return GRID
    return harvest.flow(
        f"Electricity, consumption mix, zone {place.code}",
        "kWh",
        category_id=CONSUMED["category_id"],
        name_zh=f"{place.name_zh}电力消费混合",
        external_ids=[f"urn:electricitymaps:zone:{place.code}"],
        route=CONSUMED["route"],
    )


def _shares(row: TextRow) -> dict[str, str]:
    """What the record says beside its intensity."""
    renewable, free = (row.get(column) or "-" for column in SHARES)
    return {
        "note_zh": f"同一记录：可再生电力 {renewable} %，无碳电力 {free} %",
        "note_en": f"same record: renewable {renewable} %, carbon-free {free} %",
    }


# -- Ember --------------------------------------------------------------------------------


def _read_latest(reading: _Reading, _name: str, records: Records) -> None:
    for row in records.rows:
        try:
            _country(reading, row)
        except LeftOut:
            continue


def _country(reading: _Reading, row: TextRow) -> None:
    harvest = reading.harvest
    # An aggregate has no code; its name stands for it.
    column = "country_code" if row.get("country_code") else "country_or_region"
    record_key = f"ember/{row.get(column) or row[KEY]}"
    harvest.mend(row, record_key)
    reading.present(row, PER_KWH, "year", "country_or_region")
    if not YEAR.match(row["year"]):
        harvest.leave_out(row, "E-NUM-01", "year", pointer(row[KEY]))
        raise LeftOut
    year = int(row["year"])
    place = reading.places.of_region(row, column, reading.regions.get(row[column], "-"))
    value = reading.per_kwh(row, PER_KWH, PER_KWH, "gCO2e/kWh")
    reading.new_key(row, record_key)
    harvest.candidate(
        row,
        record_key,
        **GENERATED,
        **_period(year),
        name_zh=f"{place.name_zh}发电侧碳强度（不含进出口，全生命周期）",
        name_en=f"Electricity, generation mix, {place.name_en}",
        flow_id=GRID,
        value=to_double(value),
        reference_unit="kWh",
        region_code=place.region_code,
        flags=["gwp_not_stated", "unit_from_column_name", *([] if value else ["zero_intensity"])],
        evidence_id=harvest.evidence_at(
            row,
            record_key,
            text=row[PER_KWH],
            unit=PER_KWH,
            locator=pointer(row[KEY], PER_KWH),
            place=f"{row['country_or_region']}, {year}",
            steps=[
                {
                    "step": "列名写 gCO2，实为全部气体的 CO2e | "
                    "the column says gCO2; it is CO2e of all gases",
                    "constant": "1",
                    "source": GENERATED["methodology_url"],
                },
                _step("gCO2e/kWh", harvest.lookups.units.factor_unit("gCO2e/kWh").to_kg),
            ],
        ),
        note_zh="发布方按国别给出最近一年；各国年份不同",
        note_en="the publisher gives the latest year of each country; years differ",
    )


READERS = {YEARLY.name: _read_year, LATEST.name: _read_latest}


def _read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> PublishedHarvest:
    reading = _Reading(edition, lookups)
    for file in edition.file_rows:
        name = file["file_name"]
        records = read_records(edition.path(name), edition.shown(name))
        layout = reading.harvest.layout(name, records.header, (YEARLY, LATEST))
        reading.harvest.take(len(records.rows))
        READERS[layout.name](reading, name, records)
    return reading.harvest


SOURCE = Source(
    "grid_intensity",
    "电网碳强度：Electricity Maps 分区逐年、Ember 分国最近年",
    "Carbon intensity of grids: Electricity Maps by zone and year, Ember by country",
    _read,
)
