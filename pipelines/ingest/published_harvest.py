"""What an edition of a published data set yields: a row's fault leaves the row out, coded.

Belongs here: what published sets need beyond ``Harvest``: rows counted as they come, rows
left out with a reason instead of stopping the run, layouts recognised, flows and unit
processes handed in. Does not belong here: the meaning of rows (source modules).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipelines.findings import finding
from pipelines.identity import record_id
from pipelines.ingest.harvest import Harvest
from pipelines.ingest.layout import Layout, fitting
from pipelines.quantities.number import NotANumber, exact
from pipelines.quantities.unit import FactorUnit, UnknownUnit
from schemas.product import EXCHANGE, PROCESS
from schemas.reference import FLOW
from schemas.render.frame import frame_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    import polars as pl

    from pipelines.tabular.text_table import TextRow


class LeftOut(Exception):
    """A row cannot become a candidate; the harvest has noted why."""


class PublishedHarvest(Harvest):
    """Collects what one edition of a published data set yields.

    Use: ``take`` the rows, then for each row hand in a candidate, a parameter or
    ``leave_out``; or read cells with ``cell_*``, which leave the row out and raise
    ``LeftOut`` when a cell cannot be used, and catch that once per row.
    """

    def __init__(self, *words: Any) -> None:
        """Begin an empty harvest of an edition."""
        super().__init__(*words)
        self.columns_new: set[str] = set()
        self.columns_lost: set[str] = set()
        self.ambiguous_units: set[str] = set()
        self.linking: dict[str, Any] = {}
        self._flows: dict[str, dict[str, Any]] = {}
        self._unit_processes: dict[str, list[dict[str, Any]]] = {"process": [], "exchange": []}
        self._skipped: dict[tuple[str, str], int] = {}

    # -- layout -------------------------------------------------------------------

    def layout(self, file: str, header: Sequence[str], layouts: Iterable[Layout]) -> Layout:
        """The layout whose needed columns are all there, the one knowing most of them.

        Columns of the file that it does not know and columns it knows that the file lacks
        are kept for the report.

        Raises:
            UnreadableInput: E-FILE-02, none fits; names what each lacks.
        """
        best = fitting(f"{self.edition.source_id}/{file}", header, layouts)
        have = set(header)
        self.columns_new |= have.difference(best.known) - {""}
        self.columns_lost |= set(best.known) - have
        return best

    # -- rows and cells -----------------------------------------------------------

    def take(self, count: int) -> None:
        """Count rows as read; each must then be handed in or left out."""
        self.rows_in += count

    def mend(self, row: TextRow, record_key: str) -> None:
        """Apply the corrections of a record; a stale one is a fault of the corrections file."""
        name = row.file.split("/", 1)[1]
        for mended in self.edition.corrections:
            if (mended.file, mended.record_key) != (name, record_key):
                continue
            found = row.cells.get(mended.column, "").strip()
            if found == mended.expected:
                row.mend(mended.column, mended.corrected)
                self.edition.used.add(mended.row)
                continue
            self._stale.add(mended.row)
            self._faults.append(mended.stale(self.edition.source_id, found))

    def leave_out(
        self, row: TextRow, code: str, column: str = "", locator: str | None = None, **words: Any
    ) -> None:
        """Leave a row out with a coded reason (``S-…`` or the fault of a cell, ``E-…``)."""
        value = row.cells.get(column) if column else None
        why = finding(code, file=row.file, row=row.number, column=column, value=value, **words)
        name = row.file.split("/", 1)[1]
        place = locator or f"row {row.number}"
        # One row may be several records; each keeps its own place.
        again = self._skipped.get((name, place), 0)
        self._skipped[name, place] = again + 1
        self._rows["skipped_row"].append(
            {
                "source_id": self.edition.source_id,
                "edition": self.edition.edition,
                "file_name": name,
                "locator": place if not again else f"{place} #{again + 1}",
                "reason_code": code,
                "reason_zh": why.zh,
                "reason_en": why.en,
            }
        )

    def cell_number(self, row: TextRow, column: str) -> Fraction:
        """The number in a cell, exactly.

        Raises:
            LeftOut: it is no finite number; the row is left out (E-NUM-01).
        """
        try:
            return exact(row[column])
        except NotANumber as error:
            self.leave_out(row, "E-NUM-01", column)
            raise LeftOut from error

    def cell_unit(self, row: TextRow, column: str, text: str | None = None) -> FactorUnit:
        """The factor unit in a cell, or in a text made from it.

        Raises:
            LeftOut: it is not known; the row is left out (E-UNIT-01).
        """
        try:
            return self.lookups.units.factor_unit(row[column] if text is None else text)
        except UnknownUnit as error:
            self.leave_out(row, "E-UNIT-01", column)
            raise LeftOut from error

    def reference_unit(self, row: TextRow, column: str, text: str | None = None) -> str:
        """The unit in a cell (``kWh``, ``tonnes``), as our table spells it.

        Raises:
            LeftOut: it is not known; the row is left out (E-UNIT-01).
        """
        try:
            return self.lookups.units.find(row[column] if text is None else text).unit
        except UnknownUnit as error:
            self.leave_out(row, "E-UNIT-01", column)
            raise LeftOut from error

    def cell_region(self, row: TextRow, column: str, code: str | None = None) -> str:
        """The region code in a cell, or one made from it.

        Raises:
            LeftOut: it is not known; the row is left out (E-REG-01).
        """
        found = row[column] if code is None else code
        if found not in self.lookups.regions:
            self.leave_out(row, "E-REG-01", column)
            raise LeftOut
        return found

    # -- handing in ---------------------------------------------------------------

    def evidence_at(
        self,
        row: TextRow,
        record_key: str,
        *,
        text: str,
        unit: str,
        locator: str | None = None,
        place: str | None = None,
        steps: list[dict[str, str]] | None = None,
        parents: list[str] | None = None,
    ) -> str:
        """Keep where a value was read; returns the evidence id.

        Args:
            row: the row; its file must be one of the edition.
            record_key: the record's key.
            text: the figure as found.
            unit: the unit as found.
            locator: ``row 12``, ``Sheet!D14`` or a JSON pointer; the row by default.
            place: table or section, in the publisher's words.
            steps: conversions, each with ``step``, ``constant``, ``source``.
            parents: ids of the records it was computed from.
        """
        name = row.file.split("/", 1)[1]
        evidence_id = record_id("E", self.edition.source_id, self.edition.edition, record_key)
        if evidence_id not in self._read:
            self._read.add(evidence_id)
            self._rows["evidence"].append(
                {
                    "evidence_id": evidence_id,
                    "source_id": self.edition.source_id,
                    "edition": self.edition.edition,
                    "file_name": name,
                    "file_sha256": self.edition.sha256(name),
                    "locator": locator or f"row {row.number}",
                    "document": self.edition.row["citation"],
                    "place": place,
                    "text_found": text,
                    "unit_found": unit,
                    "steps": json.dumps(steps or [], ensure_ascii=False, sort_keys=True),
                    "parents": parents or [],
                    "seen_in": None,
                    "second_source": None,
                }
            )
        return evidence_id

    def flow(
        self,
        name: str,
        reference_unit: str,
        *,
        category_id: str = "unclassified",
        name_zh: str | None = None,
        external_ids: Sequence[str] = (),
        aliases: Sequence[str] = (),
        kind: str = "product",
        route: str | None = None,
    ) -> str:
        """The flow a record of this source is about; handed in once, returns its id.

        Args:
            name: the publisher's name, in its language.
            reference_unit: a unit of our table; gives the unit group.
            category_id: our category.
            name_zh: Chinese name where the publisher has one; its own name otherwise.
            external_ids: identifiers elsewhere, as URNs.
            aliases: other spellings.
            kind: product, waste or elementary.
            route: technology route.
        """
        group = self.lookups.units.find(reference_unit).unit_group
        short = record_id("W", self.edition.source_id, kind, name, group)[1:].lower()
        flow_id = f"{self.edition.source_id}_{short}"
        self._flows.setdefault(
            flow_id,
            {
                "flow_id": flow_id,
                "name_zh": name_zh or name,
                "name_en": name,
                "flow_kind": kind,
                "category_id": category_id,
                "unit_group": group,
                "state": None,
                "route": route,
                "aliases": list(aliases),
                "external_ids": list(external_ids),
                "citation": self.edition.row["citation"],
            },
        )
        return flow_id

    def unit_process(self, process: dict[str, Any], exchanges: list[dict[str, Any]]) -> None:
        """Hand in a unit process with its lines (rows of ``process`` and ``exchange``)."""
        self._unit_processes["process"].append(process)
        self._unit_processes["exchange"] += exchanges

    def tables(self) -> dict[str, pl.DataFrame]:
        """Everything handed in, as tables; see ``Harvest.tables``."""
        return {
            **super().tables(),
            "flow": frame_of(FLOW, self._flows.values()),
            "process": frame_of(PROCESS, self._unit_processes["process"]),
            "exchange": frame_of(EXCHANGE, self._unit_processes["exchange"]),
        }


__all__ = ["Layout", "LeftOut", "PublishedHarvest"]
