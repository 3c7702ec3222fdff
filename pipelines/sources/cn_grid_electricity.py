"""A second transcription of the grid CO2 factors that the ministry and the bureau announce.

Every row is held against the announcements kept in the seeds (``mee_grid_co2``): one that
agrees is a duplicate, one that differs is left out with both values, and only a figure the
seeds lack becomes a candidate. Direct CO2 of generation: never a footprint.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.identity import record_id
from pipelines.ingest.published_harvest import Layout, LeftOut, PublishedHarvest
from pipelines.ingest.seed_folder import read_editions
from pipelines.quantities.number import exact, text_of, to_double
from pipelines.sources.contract import Source
from pipelines.tabular.published_file import read_csv
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition

ANNOUNCED = "mee_grid_co2"
_NEEDED = ("data_year", "level", "gb2260_code", "name_en", "indicator", "value", "unit")
LAYOUT = Layout(
    "transcribed grid CO2 factors", _NEEDED, (*_NEEDED, "name_zh", "copies", "n_copies")
)
YEAR = re.compile(r"^(?:19|20)[0-9]{2}$")
PROVINCE = re.compile(r"^[1-9][0-9]$")
# The seven grid regions as the table names them.
GRID_REGIONS = {
    "North China": "CN-GRID7-NORTH",
    "Northeast": "CN-GRID7-NORTHEAST",
    "East China": "CN-GRID7-EAST",
    "Central China": "CN-GRID7-CENTRAL",
    "Northwest": "CN-GRID7-NORTHWEST",
    "South China": "CN-GRID7-SOUTH",
    "Southwest": "CN-GRID7-SOUTHWEST",
}
# Indicator to route and names.
INDICATORS = {
    "grid average": ("grid.average", "电力平均二氧化碳排放因子", "average grid CO2 factor"),
    "grid average excluding market-traded non-fossil electricity": (
        "grid.excluding_market_non_fossil",
        "电力平均二氧化碳排放因子（不包括市场化交易的非化石能源电量）",
        "average grid CO2 factor excluding market-traded non-fossil electricity",
    ),
    "fossil generation": (
        "grid.fossil_only", "化石能源电力二氧化碳排放因子", "fossil-only electricity CO2 factor",
    ),
}  # fmt: skip
SLIP = Fraction(1000)


@dataclass(frozen=True)
class _Figure:
    """An announced figure: its key in the seeds and its kgCO2 per kWh."""

    record_key: str
    value: Fraction

    @property
    def factor_id(self) -> str:
        """The factor that the library already holds."""
        return record_id("F", ANNOUNCED, self.record_key)


_Key = tuple[str, str, str]


def _announced(edition: Edition, lookups: Lookups) -> dict[_Key, _Figure]:
    """The announced figures by year, region and route.

    Raises:
        UnreadableInput: the seeds of the announcements are missing or changed.
    """
    found: dict[_Key, _Figure] = {}
    needed = ("record_key", "year", "region_code", "route", "value", "unit")
    for one in read_editions(edition.folder.parent / ANNOUNCED):
        for file in one.file_rows:
            for row in one.rows(file["file_name"], needed=needed, key="record_key"):
                unit = lookups.units.factor_unit(row["unit"])
                per_kwh = unit.to_kg * lookups.units.ratio("kWh", unit.reference_unit)
                key = (row["year"], row["region_code"], row["route"])
                found[key] = _Figure(row["record_key"], exact(row["value"]) * per_kwh)
    return found


class _Reading:
    """An edition being read."""

    def __init__(self, edition: Edition, lookups: Lookups) -> None:
        self.harvest = PublishedHarvest(edition, lookups)
        self.announced = _announced(edition, lookups)
        self._seen: set[_Key] = set()

    def left_out(
        self, row: TextRow, code: str, column: str, value: str = "", **words: str
    ) -> LeftOut:
        """Leave a row out, telling a value that no cell holds where one is given."""
        told = TextRow(row.file, row.number, {**row.cells, column: value}) if value else row
        self.harvest.leave_out(told, code, column, **words)
        return LeftOut()

    def new_key(self, row: TextRow, key: _Key) -> None:
        """Leave a row out whose figure an earlier row holds.

        Raises:
            LeftOut: it does.
        """
        if key in self._seen:
            raise self.left_out(row, "S-DUP-01", "key", "/".join(key))
        self._seen.add(key)


def _region(reading: _Reading, row: TextRow) -> str:
    level, code = row["level"], row["gb2260_code"]
    if level == "national":
        return reading.harvest.cell_region(row, "gb2260_code")
    if level == "region":
        return reading.harvest.cell_region(row, "name_en", GRID_REGIONS.get(row["name_en"], "-"))
    if level == "province":
        made = f"{code}0000" if PROVINCE.match(code) else code
        return reading.harvest.cell_region(row, "gb2260_code", made)
    raise reading.left_out(row, "E-CODE-01", "level")


def _kg_per_kwh(reading: _Reading, row: TextRow) -> tuple[Fraction, Fraction]:
    """The figure in kgCO2 per kWh, and the ratio by which it was converted."""
    units = reading.harvest.lookups.units
    unit = reading.harvest.cell_unit(row, "unit")
    is_energy = units.find(unit.reference_unit).unit_group == units.find("kWh").unit_group
    if unit.gas != "CO2" or not is_energy:
        raise reading.left_out(row, "E-UNIT-01", "unit")
    ratio = unit.to_kg * units.ratio("kWh", unit.reference_unit)
    return reading.harvest.cell_number(row, "value") * ratio, ratio


def _row(reading: _Reading, row: TextRow) -> None:
    if not YEAR.match(row["data_year"]):
        raise reading.left_out(row, "E-NUM-01", "data_year")
    if row["indicator"] not in INDICATORS:
        raise reading.left_out(row, "E-CODE-01", "indicator")
    key = (row["data_year"], _region(reading, row), INDICATORS[row["indicator"]][0])
    reading.harvest.mend(row, "/".join(key))
    for column in ("value", "unit"):
        if row.get(column) is None:
            raise reading.left_out(row, "S-BLANK-01", column)
    value, ratio = _kg_per_kwh(reading, row)
    reading.new_key(row, key)
    held = reading.announced.get(key)
    if held is None:
        _candidate(reading, row, key, value, ratio)
    elif held.value == value:
        same = f"{ANNOUNCED}/{held.record_key} = {held.factor_id}"
        raise reading.left_out(row, "S-SAME-01", "key", "/".join(key), factor=same)
    else:
        raise _conflict(reading, row, key, value, held)


def _conflict(
    reading: _Reading, row: TextRow, key: _Key, value: Fraction, held: _Figure
) -> LeftOut:
    """Leave a row out that says otherwise than the announcement; both values are told."""
    wanted = f"{text_of(held.value)} kgCO2/kWh"
    if value and held.value / value in {SLIP, 1 / SLIP}:
        wanted += "（相差 1000 倍，疑为单位错位 | 1000 times apart: a slip of the unit）"
    factor = f"{ANNOUNCED}/{held.record_key} = {held.factor_id}"
    found = f"{text_of(value)} kgCO2/kWh"
    return reading.left_out(
        row, "S-DIFF-01", "key", "/".join(key), found=found, wanted=wanted, factor=factor
    )


def _candidate(
    reading: _Reading, row: TextRow, key: _Key, value: Fraction, ratio: Fraction
) -> None:
    """Hand in a figure that the announcements in the seeds do not hold."""
    harvest = reading.harvest
    year, region, route = key
    _, zh, en = INDICATORS[row["indicator"]]
    record_key = "/".join(key)
    step = {
        "step": f"{row['unit']} -> kgCO2/kWh",
        "constant": text_of(ratio),
        "source": "reference/unit.csv",
    }
    evidence_id = harvest.evidence_at(
        row,
        record_key,
        text=row["value"],
        unit=row["unit"],
        place=f"copies {row.get('copies') or '-'}",
        steps=[step] if ratio != 1 else [],
    )
    factor_id = harvest.candidate(
        row,
        record_key,
        factor_kind="energy_indirect_ef",
        value_convention="direct",
        boundary="activity",
        delivery_scope="not_stated",
        location_type="consumption",
        derivation="calculated",
        name_zh=f"{year}年{row.get('name_zh') or row['name_en']}{zh}",
        name_en=f"{year} {en}, {row['name_en']}",
        flow_id="electricity",
        category_id="energy.electricity.grid",
        route=route,
        value=to_double(value),
        value_unit="kgCO2",
        reference_unit="kWh",
        gwp_set="not_applicable",
        region_code=region,
        data_start=dt.date(int(year), 1, 1),
        data_end=dt.date(int(year), 12, 31),
        reference_year=int(year),
        confidence="medium",
        flags=["single_copy"] if row.get("n_copies") == "1" else [],
        evidence_id=evidence_id,
    )
    harvest.candidate_gas(factor_id, "co2_fossil", value, evidence_id=evidence_id)


def _read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> PublishedHarvest:
    reading = _Reading(edition, lookups)
    harvest = reading.harvest
    for file in edition.file_rows:
        name = file["file_name"]
        table = read_csv(edition.path(name), edition.shown(name))
        harvest.layout(name, table.header, (LAYOUT,))
        harvest.take(len(table.rows) + len(table.ragged))
        for row, cells in table.ragged:
            harvest.leave_out(row, "S-RAG-01", found=cells, wanted=len(table.header))
        for row in table.rows:
            try:
                _row(reading, row)
            except LeftOut:
                continue
    return harvest


SOURCE = Source(
    "cn_grid_electricity",
    "中国电网二氧化碳排放因子转录 2021、2022（与公告核对）",
    "Transcription of China's grid CO2 factors 2021 and 2022, held against the announcements",
    _read,
)
