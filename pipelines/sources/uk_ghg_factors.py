"""UK Government conversion factors for company reporting: flat file and full set.

A total in CO2e and its ``of which`` parts by gas are one factor. The parts are printed in
CO2e; their masses follow from the GWPs that the same edition prints for methane and
nitrous oxide, which also tell the set.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NoReturn

from pipelines.ingest.published_harvest import LeftOut, PublishedHarvest
from pipelines.quantities.number import exact, to_double
from pipelines.quantities.unit import UnknownUnit
from pipelines.sources import _uk_ghg_factors_meaning as words
from pipelines.sources._uk_ghg_factors_gases import (
    PARTS,
    TOTAL,
    DeclaredGwp,
    declared_gwp,
    mass_of,
    parts_add_up,
    step_of,
)
from pipelines.sources._uk_ghg_factors_layout import VALUE, flat_rows
from pipelines.sources._workbook_grid import is_number, key_of, workbook_of
from pipelines.sources.contract import Source
from pipelines.tabular.text_table import TextRow, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition
    from pipelines.sources._uk_ghg_factors_layout import FlatRow
    from pipelines.sources._uk_ghg_factors_meaning import Meaning

    Record = Mapping[str, FlatRow]


def _read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> PublishedHarvest:
    harvest = PublishedHarvest(edition, lookups)
    name, sheets = workbook_of(edition)
    rows = flat_rows(harvest, name, sheets)
    harvest.take(len(rows))
    reader = _Reader(harvest, declared_gwp(edition, rows), _countries(edition))
    records: dict[str, dict[str, FlatRow]] = {}
    for row in rows:
        harvest.mend(row.row, _record_key(row))
        if reader.is_of_no_factor(row):
            continue
        parts = records.setdefault(row.key, {})
        if row.quantity in parts:
            reader.leave_out_twin(row)
        else:
            parts[row.quantity] = row
    for key, record in records.items():
        try:
            reader.hand_in(key, record)
        except LeftOut:
            continue
    return harvest


def _record_key(row: FlatRow) -> str:
    """The key a figure is known by: its activity's, with the gas where it is a part."""
    if row.quantity not in PARTS:
        return row.key
    return f"{row.key}|{PARTS[row.quantity][1]}"


def _countries(edition: Edition) -> dict[str, str]:
    rows = read_rows(
        edition.folder / "country.csv", needed=("name", "region_code", "citation"), key="name",
        name=edition.shown("country.csv"),
    )  # fmt: skip
    return {key_of(row["name"]): row["region_code"] for row in rows}


def _of_year(year: int | None) -> dict[str, dt.date | None]:
    """The calendar year that the publisher says a set is for."""
    if year is None:
        return {"valid_from": None, "valid_until": None}
    return {"valid_from": dt.date(year, 1, 1), "valid_until": dt.date(year, 12, 31)}


class _Reader:
    """Hands the records of one edition in, or leaves their rows out with the reason."""

    def __init__(
        self, harvest: PublishedHarvest, gwp: DeclaredGwp | None, countries: Mapping[str, str]
    ) -> None:
        self.harvest = harvest
        self.gwp = gwp
        self.countries = countries

    # -- rows that become nothing --------------------------------------------------------

    def leave_out(self, row: FlatRow, code: str, column: str = "", **more: str) -> None:
        self.harvest.leave_out(row.row, code, column, locator=row.locator, **more)

    def leave_out_twin(self, row: FlatRow) -> None:
        cells = {**row.row.cells, "key": f"{row.key} {row.quantity}"}
        named = TextRow(row.row.file, row.row.number, cells)
        self.harvest.leave_out(named, "S-DUP-01", "key", locator=row.locator)

    def is_of_no_factor(self, row: FlatRow) -> bool:
        """Whether a row can be no emission factor; it is then left out."""
        sheet = key_of(row["Level 1"])
        if row.quantity.startswith("kWh") or sheet in words.CONVERSIONS:
            self.leave_out(row, "S-CONV-01", "GHG/Unit" if row.quantity else "sheet")
        elif not row.is_figure:
            self.leave_out(row, "S-SCOPE-01", "sheet")
        elif sheet in words.OUTSIDE:
            self.leave_out(row, "S-SCOPE-01", words.OUTSIDE[sheet])
        elif words.meaning_of(row) is None:
            self.leave_out(row, "S-SCOPE-01", "Level 1")
        elif row.quantity != TOTAL and row.quantity not in PARTS:
            self.leave_out(row, "E-GAS-01", "GHG/Unit")
        else:
            return False
        return True

    def _without(self, record: Record, code: str, head: FlatRow, column: str) -> NoReturn:
        """Leave a record out: its parts fall with the row that has the fault."""
        for row in record.values():
            self.harvest.leave_out(head.row, code, column, locator=row.locator)
        raise LeftOut

    # -- records -------------------------------------------------------------------------

    def hand_in(self, key: str, record: Record) -> None:
        """Hand in the factor of one activity and unit; its parts are joined to it.

        Raises:
            LeftOut: it cannot become a factor; all its rows are left out.
        """
        head = record.get(TOTAL) or next(iter(record.values()))
        meaning = words.meaning_of(head)
        if meaning is None or TOTAL not in record or not head[VALUE]:
            self._without(record, "S-BLANK-01", head, VALUE)
        if not is_number(head[VALUE]):
            self._without(record, "E-NUM-01", head, VALUE)
        if self.gwp is None:
            self._without(record, "S-GWP-01", head, "GHG/Unit")
        unit, per = self._unit(record, head)
        region = self._region(record, head)
        parts = [row for quantity, row in record.items() if quantity != TOTAL]
        readable = [row for row in parts if is_number(row[VALUE])]
        gases = readable if meaning.has_gases and len(readable) == len(parts) else []
        flags = words.flags_of(head)
        if gases and not parts_add_up(head, gases):
            flags.add("parts_disagree")
        factor_id = self._candidate(key, head, meaning, (unit, per, region), flags)
        for row in gases:
            self._gas(factor_id, row, per)
        for row in parts:
            if row in readable:
                self.leave_out(row, "S-PART-01", factor=factor_id)
            else:
                self.leave_out(row, "E-NUM-01" if row[VALUE] else "S-BLANK-01", VALUE)

    def _unit(self, record: Record, head: FlatRow) -> tuple[str, int]:
        name, per = words.UNITS.get(head["UOM"], (head["UOM"], 1))
        try:
            return self.harvest.lookups.units.find(name).unit, per
        except UnknownUnit:
            self._without(record, "E-UNIT-01", head, "UOM")

    def _region(self, record: Record, head: FlatRow) -> str:
        found = words.UNITED_KINGDOM
        if key_of(head["Level 1"]) == "hotel stay":
            found = self.countries.get(key_of(head["Level 3"]), "")
        elif key_of(head["Level 3"]) == words.ABROAD:
            found = words.WORLD
        if found not in self.harvest.lookups.regions:
            self._without(record, "E-REG-01", head, "Level 3")
        return found

    def _evidence(self, row: FlatRow, key: str, steps: list[dict[str, str]], per: int) -> str:
        walked = list(steps)
        if per != 1:
            unit = words.UNITS[row["UOM"]][0]
            walked.append({"step": f"{row['UOM']} -> {unit}", "constant": str(per),
                           "source": "1 million = 1000000"})  # fmt: skip
        return self.harvest.evidence_at(
            row.row,
            key,
            text=row[VALUE],
            unit=f"{row.quantity} / {row['UOM']}",
            locator=row.locator,
            place=", ".join(row[label] for label in ("Level 1", "Level 2") if row[label]),
            steps=walked,
        )

    def _candidate(
        self,
        key: str,
        head: FlatRow,
        meaning: Meaning,
        per_what: tuple[str, int, str],
        flags: set[str],
    ) -> str:
        unit, per, region = per_what
        name = words.name_of(head)
        flow = words.own_flow(head) or self.harvest.flow(
            words.flow_name(head),
            unit,
            category_id=meaning.category_id,
            kind="waste" if meaning.boundary == "gate_to_grave" else "product",
        )
        return self.harvest.candidate(
            head.row,
            key,
            name_zh=name,
            name_en=name,
            flow_id=flow,
            category_id=meaning.category_id,
            route=words.route_of(head),
            technology=words.technology_of(head),
            factor_kind=meaning.factor_kind,
            boundary=meaning.boundary,
            value_convention=meaning.value_convention,
            delivery_scope=meaning.delivery_scope,
            location_type=meaning.location_type,
            value=to_double(exact(head[VALUE]) / per),
            value_unit="kgCO2e",
            reference_unit=unit,
            gwp_set=self.gwp.gwp_set if self.gwp else None,
            region_code=region,
            data_start=None,
            data_end=None,
            reference_year=None,
            **_of_year(head.year),
            derivation="default",
            evidence_id=self._evidence(head, key, [], per),
            confidence="medium",
            flags=sorted(flags),
        )

    def _gas(self, factor_id: str, row: FlatRow, per: int) -> None:
        if self.gwp is None:
            return
        _, gas = PARTS[row.quantity]
        read = self._evidence(row, _record_key(row), [step_of(row.quantity, self.gwp)], per)
        self.harvest.candidate_gas(factor_id, gas, mass_of(row, self.gwp) / per, evidence_id=read)


SOURCE = Source(
    "uk_ghg_factors",
    "英国政府企业报告温室气体换算因子（年度）",
    "UK Government GHG Conversion Factors for Company Reporting, yearly",
    _read,
)
