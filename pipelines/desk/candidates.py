"""Checked factor rows as the pipeline's own tables, so that one set of rules judges both.

Belongs here: how a row of the factor template becomes a ``candidate`` with its gas, evidence
and source. Does not belong here: judging it (``pipelines.admit``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.desk.row_evidence import evidence_of
from pipelines.desk.unit_checks import value_in_kg
from pipelines.findings import finding
from pipelines.identity import record_id
from pipelines.quantities.number import NotANumber, to_double
from schemas.candidate import CANDIDATE, CANDIDATE_GAS
from schemas.factor import COMPONENTS
from schemas.parameter import PARAMETER
from schemas.reference import FLOW, GWP
from schemas.render.frame import frame_of
from schemas.source import EVIDENCE, ROW_COUNT, SKIPPED_ROW, SOURCE, SOURCE_FILE

if TYPE_CHECKING:
    import polars as pl

    from pipelines.desk.flow_book import Flow, FlowBook
    from pipelines.desk.notes import FilledRow, FilledSheet

NOT_STATED, NOT_STATED_FLAG = "not_stated", "gwp_not_stated"
OPEN_SCOPES = ("public", "figures_only")
# Plain columns that a candidate takes from a row as they were read.
_SAME = (
    "factor_kind", "route", "value_convention", "gwp_set", "boundary", "region_code",
    "data_start", "data_end", "reference_year", "valid_from", "valid_until", "technology",
    "data_origin", "derivation", "uncertainty_kind", "uncertainty_value", "licence",
    "authorisation_scope", "data_class", "methodology_url", "published_on",
)  # fmt: skip
_SCALED = ("value", "lower95", "upper95", *(f.name for f in COMPONENTS))
_RIGHTS = (
    "source_title", "licence", "authorisation_scope", "authorisation_document",
    "authorisation_until", "data_class", "methodology_url", "source_url", "publisher",
    "published_on",
)  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """Where a file of rows comes from.

    Attributes:
        source_id: whose records these are; ids of factors follow from it.
        edition: name of this submission.
        publisher: who handed it in, as an organisation or role.
        received_on: day it was taken in, ISO.
        file_name: name of the file.
        file_sha256: hash of its bytes.
        file_bytes: how many they are.
        how_obtained: how the file came to be.
        confidence: how sure the transcription is.
    """

    source_id: str
    edition: str
    publisher: str
    received_on: str
    file_name: str
    file_sha256: str
    file_bytes: int
    how_obtained: str
    confidence: str = "medium"


def source_tables(filled: FilledSheet, origin: Origin) -> dict[str, pl.DataFrame]:
    """The documents of a source sheet as ``source`` and ``source_file``, an edition each.

    Args:
        filled: the checked source sheet.
        origin: where the file comes from.
    """
    made: dict[str, list[dict[str, Any]]] = {SOURCE.name: [], SOURCE_FILE.name: []}
    editions: dict[tuple[Any, ...], str] = {}
    for row in filled.rows:
        _edition(row, editions, origin, made)
    return {table.name: frame_of(table, made[table.name]) for table in (SOURCE, SOURCE_FILE)}


def factor_id_of(origin: Origin, row: FilledRow) -> str | None:
    """The permanent id of a row's factor; None when the row has no usable key."""
    key = str(row.values.get("record_key", ""))
    if not key or "\x1f" in key:
        return None
    return record_id("F", origin.source_id, key)


def tables_of_rows(
    filled: FilledSheet, book: FlowBook, origin: Origin, *, good_only: bool
) -> dict[str, pl.DataFrame]:
    """Rows of the factor template as the tables that a source yields.

    Args:
        filled: the checked main sheet.
        book: flows and units.
        origin: where the file comes from.
        good_only: leave out rows against which an error stands, as ``skipped_row``; else
            every row that has a key, with what could be read of it.

    Returns:
        ``source``, ``source_file``, ``row_count``, ``candidate``, ``candidate_gas``,
        ``evidence``, ``skipped_row``, ``flow`` (those proposed for new products); one edition
        per document and right.
    """
    made: dict[str, list[dict[str, Any]]] = {t.name: [] for t in _TABLES}
    editions: dict[tuple[Any, ...], str] = {}
    counts: dict[str, dict[str, int]] = {}
    seen: set[str] = set()
    for row in filled.rows:
        edition = _edition(row, editions, origin, made)
        count = counts.setdefault(edition, {"candidates": 0, "skipped": 0})
        factor_id = factor_id_of(origin, row)
        if factor_id is None or factor_id in seen or (good_only and row.faults):
            made["skipped_row"].append(_skipped(filled, row, origin, edition))
            count["skipped"] += 1
            continue
        seen.add(factor_id)
        count["candidates"] += 1
        _hand_in(filled, row, book, origin, edition, factor_id, made)
    for edition, count in counts.items():
        made["row_count"].append(
            {
                "source_id": origin.source_id, "edition": edition, "parameters": 0, **count,
                "rows_in": count["candidates"] + count["skipped"],
            }
        )  # fmt: skip
    made["flow"] = list({flow["flow_id"]: flow for flow in reversed(made["flow"])}.values())[::-1]
    return {table.name: frame_of(table, made[table.name]) for table in _TABLES}


_TABLES = (
    SOURCE, SOURCE_FILE, ROW_COUNT, CANDIDATE, CANDIDATE_GAS, EVIDENCE, SKIPPED_ROW, PARAMETER,
    GWP, FLOW,
)  # fmt: skip


def _edition(
    row: FilledRow, editions: dict[tuple[Any, ...], str], origin: Origin, made: Any
) -> str:
    """The edition of a row's document and right; a new one adds its source."""
    right = tuple(row.values.get(name) for name in _RIGHTS)
    if right not in editions:
        number = len(editions) + 1
        editions[right] = origin.edition if number == 1 else f"{origin.edition}.{number}"
        made["source"].append(_source(row, origin, editions[right]))
        made["source_file"].append(
            {
                "source_id": origin.source_id,
                "edition": editions[right],
                "file_name": origin.file_name,
                "file_sha256": origin.file_sha256,
                "file_bytes": origin.file_bytes,
                "how_obtained": origin.how_obtained,
            }
        )
    return editions[right]


def _source(row: FilledRow, origin: Origin, edition: str) -> dict[str, Any]:
    title = str(row.values.get("source_title") or origin.file_name)
    scope = row.values.get("authorisation_scope")
    return {
        "source_id": origin.source_id,
        "edition": edition,
        "title_zh": f"报送：{title}",
        "title_en": f"Submitted: {title}",
        "publisher": row.values.get("publisher") or origin.publisher,
        "published_on": row.values.get("published_on"),
        "accessed_on": origin.received_on,
        "url": row.values.get("source_url"),
        "citation": title,
        "licence": row.values.get("licence") or "unknown",
        "authorisation_scope": scope or "none",
        "authorisation_document": row.values.get("authorisation_document") or "-",
        "authorisation_until": row.values.get("authorisation_until"),
        "onward_publication": scope in OPEN_SCOPES,
        "data_class": row.values.get("data_class") or "restricted",
        "data_origin": row.values.get("data_origin") or "secondary",
        "methodology_url": row.values.get("methodology_url"),
        # Core data is stated row by row; the candidate says so.
        "core_data": False,
    }


def _skipped(filled: FilledSheet, row: FilledRow, origin: Origin, edition: str) -> dict[str, Any]:
    code = sorted(row.faults)[0] if row.faults else "E-FORM-11"
    why = finding("S-DESK-01", sheet=filled.sheet.name, row=row.number + 1, codes=code)
    return {
        "source_id": origin.source_id,
        "edition": edition,
        "file_name": origin.file_name,
        "locator": f"{filled.sheet.name} row {row.number + 1}",
        "reason_code": "S-DESK-01",
        "reason_zh": why.zh,
        "reason_en": why.en,
    }


def _hand_in(
    filled: FilledSheet,
    row: FilledRow,
    book: FlowBook,
    origin: Origin,
    edition: str,
    factor_id: str,
    made: dict[str, list[dict[str, Any]]],
) -> None:
    values = row.values
    flow = values.get("flow")
    evidence_id = record_id("E", origin.source_id, edition, values["record_key"])
    flags = [NOT_STATED_FLAG] if values.get("gwp_set") == NOT_STATED else []
    scaled = {name: _double(row, name) for name in _SCALED if name in values}
    share = values.get("market_share")
    made["candidate"].append(
        {
            **{f.name: None for f in COMPONENTS},
            **{name: values.get(name) for name in _SAME},
            **scaled,
            "record_key": values["record_key"],
            "factor_id": factor_id,
            "flow_id": flow.flow_id if flow else None,
            "name_zh": values.get("name_zh"),
            "name_en": values.get("name_en") or (flow.name_en if flow else None),
            "category_id": values.get("category_code"),
            "product_codes": [],
            "value_unit": values.get("value_unit"),
            "reference_unit": values["per"].unit if "per" in values else None,
            "delivery_scope": values.get("delivery_scope") or "not_applicable",
            "location_type": "not_stated",
            "market_share": None if share is None else to_double(share),
            "core_data": values.get("core_data") == "true",
            "source_id": origin.source_id,
            "edition": edition,
            "evidence_id": evidence_id,
            "flags": flags,
            "note_zh": values.get("note"),
            "confidence": origin.confidence,
        }
    )
    if flow is not None and flow.is_proposed:
        made["flow"].append(_proposed(flow, row, origin))
    of_source = {
        "evidence_id": evidence_id,
        "source_id": origin.source_id,
        "edition": edition,
        "file_name": origin.file_name,
        "file_sha256": origin.file_sha256,
    }
    made["evidence"].append({**of_source, **evidence_of(filled, row, book)})
    gas = values.get("gas")
    if gas is not None and scaled.get("value") is not None:
        made["candidate_gas"].append(
            {
                "factor_id": factor_id,
                "gas": gas,
                "mass": scaled["value"],
                "mass_lower95": scaled.get("lower95"),
                "mass_upper95": scaled.get("upper95"),
                "evidence_id": evidence_id,
            }
        )


def _proposed(flow: Flow, row: FilledRow, origin: Origin) -> dict[str, Any]:
    """The flow of a new product, as published sets bring theirs."""
    return {
        "flow_id": flow.flow_id,
        "name_zh": flow.name_zh,
        "name_en": flow.name_en,
        "flow_kind": "product",
        "category_id": flow.category_id,
        "unit_group": flow.unit_group,
        "state": None,
        "route": row.values.get("route"),
        "aliases": [],
        "external_ids": [],
        "citation": str(row.values.get("source_title") or origin.file_name),
    }


def _double(row: FilledRow, name: str) -> float | None:
    if "to_kg" not in row.values or "per" not in row.values:
        return None
    try:
        return to_double(value_in_kg(row, row.values[name]))
    except NotANumber:
        return None
