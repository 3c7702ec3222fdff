"""US EPA GHG Emission Factors Hub: twelve tables for people on one sheet.

Gas masses of one activity are one factor; its CO2e is their sum under the GWP set that the
edition declares, so that a change of the set shows apart from a change of the figures.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NoReturn

from pipelines.ingest.published_harvest import Layout, LeftOut, PublishedHarvest
from pipelines.quantities.number import exact
from pipelines.quantities.unit import UnknownUnit
from pipelines.sources import _epa_ef_hub_meaning as words
from pipelines.sources._epa_ef_hub_amounts import mass_step, to_kg, total_of
from pipelines.sources._epa_ef_hub_declared import declared_gwp, last_modified
from pipelines.sources._epa_ef_hub_tables import first_table, tables_of
from pipelines.sources._workbook_grid import a1, filled, is_number, key_of, workbook_of
from pipelines.sources.contract import Source
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition
    from pipelines.sources._epa_ef_hub_declared import DeclaredGwp
    from pipelines.sources._epa_ef_hub_tables import Record
    from pipelines.sources._workbook_grid import Grid

NUMBERED = Layout("numbered tables", ("Table 1",), ("Table 1",))
REGION = "US"
NOT_GIVEN = ("", "na", "n/a")


def _read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> PublishedHarvest:
    harvest = PublishedHarvest(edition, lookups)
    name, sheets = workbook_of(edition)
    if not any(first_table(grid) is not None for grid in sheets.values()):
        harvest.layout(name, [], [NUMBERED])
    for sheet, grid in sheets.items():
        start = first_table(grid)
        if start is None:
            _pass_over(harvest, name, sheet, grid)
            continue
        records, strays = tables_of(harvest, name, sheet, grid)
        harvest.take(len(records) + len(strays))
        for row, column in strays:
            _left_over(harvest, name, sheet, row, column, grid[row][column])
        reader = _Reader(harvest, name, declared_gwp(sheet, grid[:start]), grid[:start])
        for record in records:
            try:
                reader.hand_in(record)
            except LeftOut:
                continue
    return harvest


def _pass_over(harvest: PublishedHarvest, name: str, sheet: str, grid: Grid) -> None:
    """Leave out the rows of a sheet without numbered tables, each counted."""
    for row, cells in enumerate(grid):
        found = filled(cells)
        if found:
            harvest.take(1)
            column = min(found)
            _left_over(harvest, name, sheet, row, column, found[column])


def _left_over(
    harvest: PublishedHarvest, name: str, sheet: str, row: int, column: int, text: str
) -> None:
    """Leave out a row that stands in no table known."""
    place = f"{sheet}!{a1(row, column)}"
    left = TextRow(harvest.edition.shown(name), row + 1, {"table": text})
    harvest.leave_out(left, "S-SCOPE-01", "table", locator=place)


class _Reader:
    """Hands the records of one sheet in, or leaves them out with the reason."""

    def __init__(
        self, harvest: PublishedHarvest, name: str, gwp: DeclaredGwp | None, head: Grid
    ) -> None:
        self.harvest = harvest
        self.units = harvest.lookups.units
        self.name = name
        self.gwp = gwp
        self.published_on = last_modified(head) or harvest.edition.row["published_on"]
        self.seen: set[str] = set()

    def hand_in(self, record: Record) -> None:
        """Hand in a factor or a heat content.

        Raises:
            LeftOut: the record cannot become either; it is left out.
        """
        key = words.key_of_record(record)
        per, unit = words.per_of(record)
        row = TextRow(
            self.harvest.edition.shown(self.name),
            record.row,
            {
                **{measure: figure.text for measure, figure in record.figures.items()},
                "key": key, "unit": per or "-", "table": record.family,
            },
        )  # fmt: skip
        self.harvest.mend(row, key)
        given = [m for m in record.figures if key_of(row[m]) not in NOT_GIVEN]
        if record.family in words.GWP_FAMILIES:
            self._without(row, record, "S-SCOPE-01", "GWP")
        if not given:
            self._without(row, record, "S-BLANK-01", next(iter(record.figures)))
        if key in self.seen:
            self._without(row, record, "S-DUP-01", "key")
        self.seen.add(key)
        for measure in given:
            if not is_number(row[measure]):
                self._without(row, record, "E-NUM-01", measure)
        if "HHV" in record.figures:
            self._heat_content(row, record, key, unit)
        else:
            self._factor(row, record, key, unit, given)

    def _without(self, row: TextRow, record: Record, code: str, column: str) -> NoReturn:
        """Leave a record out.

        Raises:
            LeftOut: always.
        """
        self.harvest.leave_out(row, code, column, locator=_place(record))
        raise LeftOut

    def _known(self, row: TextRow, record: Record, unit: str) -> str:
        """Our spelling of a unit; a unit that is not in the table leaves the record out."""
        try:
            return self.units.find(unit).unit
        except UnknownUnit:
            self._without(row, record, "E-UNIT-01", "unit")

    def _flow(self, record: Record, unit: str) -> str:
        if record.family == "electricity":
            return words.ELECTRICITY
        return self.harvest.flow(
            words.flow_name(record),
            unit,
            category_id=words.category_of(record),
            kind="waste" if record.family == "waste" else "product",
        )

    # -- heat contents -------------------------------------------------------------------

    def _heat_content(self, row: TextRow, record: Record, key: str, unit: str) -> None:
        unit = self._known(row, record, unit)
        energy = self._known(row, record, "mmBtu")
        name = f"{words.name_of(record)}: heat content, higher heating value"
        figure = record.figures["HHV"]
        self.harvest.parameter(
            row,
            key,
            exact(row["HHV"]),
            parameter_kind="gross_calorific_value",
            name_zh=name,
            name_en=name,
            flow_id=self._flow(record, unit),
            parameter_unit=f"{energy}/{unit}",
            region_code=REGION,
            evidence_id=self._evidence(row, record, key, row["HHV"], figure.unit),
            confidence="medium",
        )

    # -- factors -------------------------------------------------------------------------

    def _factor(self, row: TextRow, record: Record, key: str, unit: str, given: list[str]) -> None:
        unit = self._known(row, record, unit)
        try:
            ratios = {measure: to_kg(self.units, record, measure) for measure in given}
        except UnknownUnit:
            self._without(row, record, "E-UNIT-01", "unit")
        masses = {measure: exact(row[measure]) * ratio for measure, ratio in ratios.items()}
        reporting = self.harvest.lookups.reporting_gwp_set
        total = total_of(record, masses, self.gwp, reporting)
        if total.gwp_set is None:
            self._without(row, record, "S-GWP-01", "table")
        note_zh, note_en = words.note_of(record)
        name = words.name_of(record)
        meaning = words.MEANINGS[record.family]
        year = words.data_year(record)
        found = [record.figures[measure] for measure in given]
        factor_id = self.harvest.candidate(
            row,
            key,
            name_zh=name,
            name_en=name,
            flow_id=self._flow(record, unit),
            category_id=words.category_of(record),
            route=meaning.route,
            technology=words.technology_of(record),
            factor_kind=meaning.factor_kind,
            boundary=meaning.boundary,
            value_convention=meaning.value_convention,
            delivery_scope=meaning.delivery_scope,
            location_type=meaning.location_type,
            derivation=meaning.derivation,
            value=total.value,
            value_unit=total.value_unit,
            gwp_set=total.gwp_set,
            reference_unit=unit,
            region_code=REGION,
            data_start=dt.date(year, 1, 1) if year else None,
            data_end=dt.date(year, 12, 31) if year else None,
            reference_year=year,
            published_on=self.published_on,
            evidence_id=self._evidence(
                row,
                record,
                key,
                "; ".join(row[measure] for measure in given),
                "; ".join(dict.fromkeys(f"{figure.unit}" for figure in found)),
                total.steps,
            ),
            confidence="medium",
            flags=sorted(words.flags_of(record, given) | total.flags),
            note_zh=note_zh,
            note_en=note_en,
        )
        for measure in given:
            if measure != "CO2e":
                self._gas(factor_id, row, record, key, measure, ratios[measure])

    def _gas(
        self,
        factor_id: str,
        row: TextRow,
        record: Record,
        key: str,
        measure: str,
        ratio: Fraction,
    ) -> None:
        code = words.gas_code(record, measure)
        figure = record.figures[measure]
        step = mass_step(record, measure, ratio)
        read = self._evidence(
            row, record, f"{key}|{code}", row[measure], figure.unit, [step],
            place=f"{record.sheet}!{figure.cell}",
        )  # fmt: skip
        self.harvest.candidate_gas(factor_id, code, exact(row[measure]) * ratio, evidence_id=read)

    def _evidence(
        self,
        row: TextRow,
        record: Record,
        key: str,
        text: str,
        unit: str,
        steps: list[dict[str, str]] | None = None,
        place: str | None = None,
    ) -> str:
        return self.harvest.evidence_at(
            row, key, text=text, unit=unit, locator=place or _place(record), steps=steps,
            place=record.family,
        )  # fmt: skip


def _place(record: Record) -> str:
    """The cells of a record."""
    cells = [figure.cell for figure in record.figures.values()]
    return f"{record.sheet}!{cells[0]}" + (f":{cells[-1]}" if len(cells) > 1 else "")


SOURCE = Source(
    "epa_ef_hub",
    "美国环保署温室气体排放因子中心（年度）",
    "US EPA GHG Emission Factors Hub, yearly",
    _read,
)
