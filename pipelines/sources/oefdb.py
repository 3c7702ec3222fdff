"""Open Emission Factors Database: factors gathered from many publishers, one row each.

Two layouts: one factor column with the unit (2022-01), columns by GWP set and gas (2022-04).
A record is named by six parts (id, source, year, region, life-cycle activity, unit); ids
alone repeat. Gases are handed in only where the printed CO2e says what their columns hold.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NoReturn

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.ingest.published_harvest import LeftOut, PublishedHarvest
from pipelines.quantities.number import text_of, to_double
from pipelines.sources import _oefdb_meaning as words
from pipelines.sources._oefdb_figures import Figures, figures_of
from pipelines.sources._oefdb_layout import LAYOUTS, ONE_FACTOR, read_spellings, record_of
from pipelines.sources._printed_co2e import warming_potentials
from pipelines.sources.contract import Source
from pipelines.tabular.published_file import read_csv
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition
    from pipelines.sources._oefdb_layout import Conflict, Record
    from pipelines.sources._oefdb_meaning import Meaning

_YEARS = re.compile(r"^(?P<first>(?:19|20)[0-9]{2})(?:-(?P<last>(?:19|20)[0-9]{2}))?$")
_YEAR = re.compile(r"^(?:19|20)[0-9]{2}$")
_QUALITY = frozenset("oedphm")
# The state announces the electricity factors of these itself: the series gathered here
# stands on a flow of its own and never takes the place of the official figure.
OFFICIALLY_ANNOUNCED = frozenset({"CN"})
KEY = "record_key"


def _read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> PublishedHarvest:
    harvest = PublishedHarvest(edition, lookups)
    name = _only_file(edition)
    table = read_csv(edition.path(name), edition.shown(name))
    layout = harvest.layout(name, table.header, LAYOUTS)
    harvest.take(len(table.rows) + len(table.ragged))
    for row, found in table.ragged:
        harvest.leave_out(row, "S-RAG-01", found=found, wanted=len(table.header))
    reader = _Reader(harvest)
    by_key: dict[str, list[Record]] = defaultdict(list)
    for row in table.rows:
        lacking = next((c for c in layout.needed if c in _NAMING and not row.get(c)), None)
        if lacking:
            harvest.leave_out(row, "S-BLANK-01", lacking)
        else:
            record = record_of(row, layout, reader.spellings)
            by_key[record.key].append(record)
    for key, records in by_key.items():
        reader.records(key, records)
    return harvest


_NAMING = frozenset(
    {
        "id", "activity_id", "name", "unit", "activity_unit", "source", "year", "year_released",
        "region", "lca_activity",
    }
)  # fmt: skip


def _only_file(edition: Edition) -> str:
    names = [str(row["file_name"]) for row in edition.file_rows]
    if len(names) != 1:
        shown = edition.shown(", ".join(names))
        raise UnreadableInput(
            finding("E-FILE-01", file=shown, found=f"{len(names)} files", wanted="1 csv")
        )
    return names[0]


class _Reader:
    """Hands the records of one edition in, or leaves their rows out with the reason."""

    def __init__(self, harvest: PublishedHarvest) -> None:
        self.harvest = harvest
        self.spellings = read_spellings(harvest.edition)
        self.gwp = warming_potentials(harvest.edition.folder.parent)

    def records(self, key: str, records: list[Record]) -> None:
        """Hand in the one record of a key; rows that contradict each other all stay out."""
        is_one = len({record.figures for record in records}) == 1
        for record in records[1 if is_one else 0 :]:
            row = record.row
            named = TextRow(row.file, row.number, {**row.cells, KEY: key})
            self.harvest.leave_out(named, "S-DUP-01", KEY)
        if is_one:
            try:
                self._record(records[0])
            except LeftOut:
                return

    def _record(self, record: Record) -> None:
        row = record.row
        if row.get("category") in words.NO_FACTOR:
            self._out(record, "S-SCOPE-01", "category")
        if row.get("scope") == words.NO_SCOPE:
            self._out(record, "S-SCOPE-01", "scope")
        if not _YEAR.match(record.year):
            self._out(record, "E-NUM-01", record.year_column)
        if record.mass is None:
            self._out(record, "E-UNIT-01", record.unit_column)
        unit = self.harvest.reference_unit(row, record.unit_column, record.unit.unit)
        place = self.spellings.places.get(row["region"], row["region"])
        region = self.harvest.cell_region(row, "region", place)
        meaning = words.meaning_of(record)
        if meaning is None:
            self._out(record, "S-SCOPE-01", "lca_activity")
        self.harvest.mend(row, record.key)
        figures = figures_of(self.harvest, record, self.spellings, self.gwp)
        self._hand_in(record, figures, meaning, unit, region)

    def _out(self, record: Record, code: str, column: str) -> NoReturn:
        self.harvest.leave_out(record.row, code, column)
        raise LeftOut

    def _hand_in(
        self,
        record: Record,
        figures: Figures,
        meaning: Meaning,
        unit: str,
        region: str,
    ) -> None:
        row, key = record.row, record.key
        per_unit = self._per_unit(record, unit)
        value = figures.value
        against = record.contradicted(self.spellings)
        factor_id = self.harvest.candidate(
            row,
            key,
            **_names(record),
            **_periods(record),
            factor_kind=meaning.factor_kind,
            flow_id=self._flow(record, meaning, unit, region),
            category_id=words.category_of(record),
            value=None if value is None else to_double(value / record.unit.amount),
            value_convention=meaning.value_convention,
            value_unit=figures.value_unit,
            reference_unit=unit,
            gwp_set=figures.gwp_set,
            boundary=meaning.boundary,
            delivery_scope=meaning.delivery_scope,
            location_type=meaning.location_type,
            region_code=region,
            published_on=record.year,
            derivation="default",
            evidence_id=self._evidence(
                record, key, figures.column, figures.text, [*figures.steps, *per_unit]
            ),
            confidence="low" if against else "medium",
            flags=sorted(_flags(record, self._group(unit), against) | figures.flags),
            **_notes(record, figures, against),
        )
        for mass in figures.masses:
            found = self._evidence(
                record, f"{key}#{mass.column}", mass.column, mass.text,
                [*mass.steps, *per_unit],
            )  # fmt: skip
            kg: Fraction = mass.kg / record.unit.amount
            self.harvest.candidate_gas(factor_id, mass.gas, kg, evidence_id=found)

    def _group(self, unit: str) -> str:
        return self.harvest.lookups.units.find(unit).unit_group

    def _per_unit(self, record: Record, unit: str) -> list[dict[str, str]]:
        spelling = record.unit
        if spelling.amount == 1:
            return []
        return [
            {
                "step": f"per {spelling.key} -> per {unit}: / {text_of(spelling.amount)}",
                "constant": text_of(spelling.amount),
                "source": spelling.citation,
            }
        ]

    def _evidence(
        self, record: Record, key: str, column: str, text: str, steps: list[dict[str, str]]
    ) -> str:
        row = record.row
        written = row[record.unit_column]
        found = written if record.layout is ONE_FACTOR else f"{column}/{written}"
        return self.harvest.evidence_at(row, key, text=text, unit=found, place=column, steps=steps)

    def _flow(self, record: Record, meaning: Meaning, unit: str, region: str) -> str:
        if words.is_seed_electricity(record, meaning) and region not in OFFICIALLY_ANNOUNCED:
            return "electricity"
        name = record.activity_id
        if record.row.get("category") in words.POWER_AND_HEAT:
            # The supply of fuels to a plant and the losses of lines are no supply of power.
            name = f"{name} ({record.lca_activity})"
        return self.harvest.flow(
            name, unit, category_id=words.category_of(record),
            name_zh=f"{record.row['name']} [{name}]",
            external_ids=[f"urn:oefdb:{record.activity_id.replace(' ', '%20')}"],
        )  # fmt: skip


def _names(record: Record) -> dict[str, str]:
    """Name with what tells apart the records of one activity: source, year, phases."""
    row = record.row
    name = f"{row['name']} ({row['source']} {record.year}; {record.lca_activity})"
    return {"name_zh": name, "name_en": name}


def _periods(record: Record) -> dict[str, Any]:
    """The years the data describe and the years the publisher declares them valid for."""
    found: dict[str, Any] = {}
    for column, start, end in (
        ("years_calculated_from", "data_start", "data_end"),
        ("years_valid", "valid_from", "valid_until"),
    ):
        years = _YEARS.match(record.row.get(column) or "")
        first, last = (
            (int(years["first"]), int(years["last"] or years["first"])) if years else (1, 0)
        )
        if first <= last:
            found |= {start: dt.date(first, 1, 1), end: dt.date(last, 12, 31)}
            if column == "years_calculated_from" and first == last:
                found["reference_year"] = first
    return found


def _flags(record: Record, unit_group: str, against: Conflict | None) -> set[str]:
    row = record.row
    flags = {"name_not_translated", *(_QUALITY & set((row.get("data_quality") or "").split("|")))}
    if "cradle_to_shelf" in record.phases:
        flags.add("cradle_to_shelf")
    if row.get("category") == "Fuel" and unit_group == "energy":
        flags.add("heating_value_basis_not_in_unit")
    if against:
        flags.add("e")
    return flags


def _notes(record: Record, figures: Figures, against: Conflict | None) -> dict[str, str]:
    row = record.row
    told = [
        f"{against.reason_en}." if against else None,
        row.get("description"),
        f"Also printed: {', '.join(figures.also)}." if figures.also else None,
        f"Scope {row.get('scope')}." if row.get("scope") else None,
        f"Uncertainty {row.get('uncertainty')} % (level not stated)."
        if row.get("uncertainty")
        else None,
        f"Source link: {row.get('source_link')}" if row.get("source_link") else None,
    ]
    zh = (
        f"汇编数据：原始来源 {row['source']}（{record.year} 年发布），生命周期环节 "
        f"{record.lca_activity}；说明见英文栏。{against.reason_zh if against else ''}"
    )
    return {"note_zh": zh, "note_en": " ".join(filter(None, told))}


SOURCE = Source(
    "oefdb",
    "开放排放因子数据库（OEFDB，汇编多家发布方）",
    "Open Emission Factors Database (OEFDB, gathered from many publishers)",
    _read,
)
