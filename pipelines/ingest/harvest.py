"""What a source yields: candidates, gases, parameters, evidence, skipped rows, counts.

Belongs here: collecting rows with their evidence so that every row read is accounted for.
Does not belong here: judging them (``pipelines.admit``).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding
from pipelines.identity import record_id
from pipelines.ingest.corrections import unused
from pipelines.ingest.reference import Lookups
from pipelines.quantities.number import NotANumber, exact, text_of, to_double
from pipelines.quantities.unit import FactorUnit, UnknownUnit
from schemas.candidate import CANDIDATE, CANDIDATE_GAS
from schemas.factor import COMPONENTS
from schemas.parameter import PARAMETER
from schemas.reference import GWP
from schemas.render.frame import frame_of
from schemas.source import EVIDENCE, ROW_COUNT, SKIPPED_ROW, SOURCE, SOURCE_FILE

if TYPE_CHECKING:
    from fractions import Fraction

    import polars as pl

    from pipelines.ingest.seed_folder import Edition
    from pipelines.tabular.text_table import TextRow

FIRST_VERSION = "1.0"
_BLANK: dict[str, Any] = {
    **{f.name: None for f in COMPONENTS},
    "product_codes": [],
    "location_type": "not_stated",
    "delivery_scope": "not_applicable",
    "uncertainty_kind": "none",
    "flags": [],
}


class Harvest:
    """Collects what one edition of a source yields; ``tables`` closes it.

    Rows are read through ``rows``, which counts them. Every row read must be handed to
    exactly one of ``candidate``, ``parameter``, ``characterisation`` or ``skip``; the
    contract of ``row_count`` refuses a harvest whose counts do not add up.
    """

    def __init__(self, edition: Edition, lookups: Lookups) -> None:
        """Begin an empty harvest of an edition."""
        self.edition = edition
        self.lookups = lookups
        self.rows_in = 0
        self._rows: dict[str, list[dict[str, Any]]] = {
            t.name: [] for t in (CANDIDATE, CANDIDATE_GAS, PARAMETER, GWP, EVIDENCE, SKIPPED_ROW)
        }
        self._faults: list[Finding] = []
        self._characterised = 0
        self._read: set[str] = set()
        self._stale: set[int] = set()

    # -- reading ---------

    def rows(self, name: str, *, needed: tuple[str, ...], key: str) -> list[TextRow]:
        """The rows of a file of the edition, corrections applied, counted as rows in.

        Raises:
            UnreadableInput: the file is missing or not UTF-8.
            FaultyData: see ``Edition.rows``.
        """
        rows = self.edition.rows(name, needed=needed, key=key)
        self.rows_in += len(rows)
        return rows

    # -- reading one cell ---------------------------------------------------------

    def number(self, row: TextRow, column: str) -> Fraction | None:
        """The number in a cell, exactly; a fault is noted and None returned."""
        try:
            return exact(row[column])
        except NotANumber:
            self.fault("E-NUM-01", row, column)
            return None

    def optional_number(self, row: TextRow, column: str) -> Fraction | None:
        """The number in a cell that may be blank."""
        return self.number(row, column) if row.get(column) else None

    def factor_unit(self, row: TextRow, column: str) -> FactorUnit | None:
        """The factor unit in a cell; a fault is noted and None returned."""
        try:
            return self.lookups.units.factor_unit(row[column])
        except UnknownUnit:
            self.fault("E-UNIT-01", row, column, self.lookups.units.units)
            return None

    def region(self, row: TextRow, column: str) -> str | None:
        """The region code in a cell; a fault is noted and None returned."""
        if row[column] in self.lookups.regions:
            return row[column]
        self.fault("E-REG-01", row, column, self.lookups.regions)
        return None

    def gas(self, row: TextRow, column: str, text: str | None = None) -> str | None:
        """The gas code in a cell (or text); a fault is noted and None returned."""
        found = self.lookups.gases.get(text or row[column])
        if found is None:
            self.fault("E-GAS-01", row, column, self.lookups.gases)
        return found

    def one_of(self, row: TextRow, column: str, known: Any) -> str | None:
        """The code in a cell that must be one of a list; blank is None."""
        text = row.get(column)
        if text is None or text in known:
            return text
        self.fault("E-CODE-01", row, column, known)
        return None

    def fault(self, code: str, row: TextRow, column: str, known: Any = (), **words: str) -> None:
        """Note a fault of a cell, with near spellings where a list is known."""
        self._faults.append(
            finding(
                code,
                file=row.file,
                row=row.number,
                column=column,
                value=row.get(column),
                expected=Lookups.near(row[column], known) if known else (),
                **words,
            )
        )

    # -- handing in rows ----------------------------------------------------------

    def evidence(
        self,
        row: TextRow,
        record_key: str,
        *,
        value_column: str = "value",
        unit_column: str = "unit_found",
        steps: list[dict[str, str]] | None = None,
        parents: list[str] | None = None,
    ) -> str:
        """Keep where a value was read; returns the evidence id.

        The row supplies ``document``, ``place``, ``seen_in`` and ``second_source``.
        """
        file_name = row.file.split("/", 1)[1]
        mends = self.edition.corrections_of(file_name, record_key)
        walked = [*(mend.step() for mend in mends), *(steps or [])]
        evidence_id = record_id("E", self.edition.source_id, self.edition.edition, record_key)
        if evidence_id in self._read:
            return evidence_id
        self._read.add(evidence_id)
        self._rows["evidence"].append(
            {
                "evidence_id": evidence_id,
                "source_id": self.edition.source_id,
                "edition": self.edition.edition,
                "file_name": file_name,
                "file_sha256": self.edition.sha256(file_name),
                "locator": f"row {row.number}",
                "document": row.get("document") or self.edition.row["citation"],
                "place": row.get("place"),
                "text_found": row.as_found(value_column),
                "unit_found": row.as_found(unit_column),
                "steps": json.dumps(walked, ensure_ascii=False, sort_keys=True),
                "parents": parents or [],
                "seen_in": row.get("seen_in"),
                "second_source": row.get("second_source"),
            }
        )
        return evidence_id

    def candidate(self, row: TextRow, record_key: str, **fields: Any) -> str:
        """Hand in a candidate factor; returns its permanent id.

        Args:
            row: the row it was read from.
            record_key: the record's permanent key in the source.
            fields: columns of the ``candidate`` table; rights and origin default to the
                edition's, components to not declared.
        """
        source = self.edition.row
        factor_id = record_id("F", self.edition.source_id, record_key)
        self._rows["candidate"].append(
            {
                **_BLANK,
                "record_key": record_key,
                "factor_id": factor_id,
                "published_on": source["published_on"],
                "data_origin": source["data_origin"],
                "core_data": source["core_data"],
                "methodology_url": source["methodology_url"],
                "licence": source["licence"],
                "authorisation_scope": source["authorisation_scope"],
                "data_class": source["data_class"],
                "source_id": self.edition.source_id,
                "edition": self.edition.edition,
                **fields,
            }
        )
        return factor_id

    def candidate_gas(self, factor_id: str, gas: str, mass: Fraction, **fields: Any) -> None:
        """Add the mass of one gas, kg per reference unit, to a candidate."""
        self._rows["candidate_gas"].append(
            {"factor_id": factor_id, "gas": gas, "mass": to_double(mass), **fields}
        )

    def parameter(self, row: TextRow, record_key: str, value: Fraction, **fields: Any) -> str:
        """Hand in a parameter; returns its permanent id."""
        parameter_id = record_id("P", self.edition.source_id, record_key)
        self._rows["parameter"].append(
            {
                "parameter_id": parameter_id,
                "version": FIRST_VERSION,
                "parameter_value": to_double(value),
                "parameter_value_exact": text_of(value),
                "published_on": self.edition.row["published_on"],
                "source_id": self.edition.source_id,
                "edition": self.edition.edition,
                "record_key": record_key,
                **fields,
            }
        )
        return parameter_id

    def characterisation(self, rows: list[dict[str, Any]]) -> None:
        """Hand in one characterisation factor, which may hold for several gas codes."""
        for fields in rows:
            self._rows["gwp"].append(
                {
                    "source_id": self.edition.source_id,
                    "edition": self.edition.edition,
                    **fields,
                }
            )
        self._characterised += 1

    def skip(self, row: TextRow, code: str, **words: object) -> None:
        """Leave a row out, with a coded reason."""
        why = finding(code, file=row.file, row=row.number, **words)  # type: ignore[arg-type]
        self._rows["skipped_row"].append(
            {
                "source_id": self.edition.source_id,
                "edition": self.edition.edition,
                "file_name": row.file.split("/", 1)[1],
                "locator": f"row {row.number}",
                "reason_code": code,
                "reason_zh": why.zh,
                "reason_en": why.en,
            }
        )

    # -- closing ------------------------------------------------------------------

    def tables(self) -> dict[str, pl.DataFrame]:
        """Everything handed in, as tables by name.

        Returns:
            ``source``, ``source_file``, ``row_count``, ``candidate``, ``candidate_gas``,
            ``parameter``, ``gwp``, ``evidence``, ``skipped_row``.

        Raises:
            FaultyData: a cell could not be read, or a correction met no record.
        """
        edition = self.edition
        done = edition.used | self._stale
        self._faults += unused(edition.corrections, edition.source_id, done)
        if self._faults:
            raise FaultyData(self._faults)
        rows = self._rows
        counts = {
            "source_id": self.edition.source_id,
            "edition": self.edition.edition,
            "rows_in": self.rows_in,
            "candidates": len(rows["candidate"]),
            "parameters": len(rows["parameter"]) + self._characterised,
            "skipped": len(rows["skipped_row"]),
        }
        made = {
            table.name: frame_of(table, rows[table.name])
            for table in (CANDIDATE, CANDIDATE_GAS, PARAMETER, GWP, EVIDENCE, SKIPPED_ROW)
        }
        made["source"] = frame_of(SOURCE, [self.edition.row])
        made["source_file"] = frame_of(SOURCE_FILE, self.edition.file_rows)
        made["row_count"] = frame_of(ROW_COUNT, [counts])
        return made
