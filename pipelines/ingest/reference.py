"""The reference tables of ``seeds/reference`` and look-ups over them.

Belongs here: regions, unit groups, units, gases, categories, flows, flow properties,
licences, contacts and the closed vocabularies as tables; the look-ups that sources need. Does not
belong here: GWPs, which a source publishes and which carry evidence.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.ingest.reference_checks import broken_among
from pipelines.quantities.number import NotANumber, exact, exact_ratio, to_double
from pipelines.quantities.unit import UnitTable, load_units
from pipelines.tabular.text_table import TextRow, read_rows
from schemas.reference import (
    CATEGORY,
    CODELIST,
    FLOW,
    FLOW_PROPERTY,
    GAS,
    LICENCE,
    REGION,
    UNIT,
    UNIT_GROUP,
)
from schemas.render.frame import frame_of
from schemas.render.pandera import Breach, breaches_of, broken_references
from schemas.source import CONTACT
from schemas.vocabularies import ALL_VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction
    from pathlib import Path

    import polars as pl

    from schemas.table import Field, Table

FROM_FILES = (REGION, UNIT_GROUP, UNIT, GAS, CATEGORY, FLOW, FLOW_PROPERTY, LICENCE, CONTACT)


def _typed(field: Field, row: TextRow) -> Any:
    text = row.get(field.name)
    if text is None:
        return [] if field.kind == "texts" and field.required else None
    if field.kind == "texts":
        return [part.strip() for part in text.split(";") if part.strip()]
    if field.kind == "boolean":
        return {"true": True, "false": False}.get(text)
    if field.kind == "number":
        return to_double(exact(text))
    if field.kind == "integer":
        return int(exact(text))
    return text


def _row_of(table: Table, row: TextRow) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for field in table:
        if field.name == "to_base":
            continue
        try:
            typed[field.name] = _typed(field, row)
        except NotANumber as error:
            raise FaultyData(
                finding(
                    "E-NUM-01",
                    file=row.file,
                    row=row.number,
                    column=field.name,
                    value=row.get(field.name),
                )
            ) from error
    return typed


def breach_findings(breaches: Iterable[Breach], file: str, path: Path) -> list[Any]:
    """Contract breaches of a seed table as findings with row and column."""
    numbers = [row.number for row in read_rows(path, name=file)]
    return [
        finding(
            "E-SEED-10",
            file=file,
            row=numbers[b.first_rows[0]] if b.first_rows else None,
            column=b.column,
            value=b.first_values[0] if b.first_values else None,
            reason=b.rule,
            expected=[],
        )
        for b in breaches
    ]


def read_table(table: Table, path: Path, name: str) -> pl.DataFrame:
    """A seed table from its CSV file, typed and checked against its contract.

    Args:
        table: the declared table.
        path: the file; lists are separated by ``;``.
        name: how the file is called in messages.

    Returns:
        (n rows) in the order of the file.

    Raises:
        UnreadableInput: the file is missing.
        FaultyData: a column is missing or a value breaks a rule.
    """
    needed = tuple(f.name for f in table if f.name != "to_base")
    rows = read_rows(path, needed=needed, name=name)
    typed = [_row_of(table, row) for row in rows]
    if table is UNIT:
        units = load_units(path)
        for row in typed:
            row["to_base"] = to_double(units.find(row["unit"]).to_base)
    frame = frame_of(table, typed)
    found = breaches_of(table, frame)
    if found:
        raise FaultyData(breach_findings(found, name, path))
    return frame


def codelist() -> pl.DataFrame:
    """Every closed vocabulary as rows of the ``codelist`` table."""
    return frame_of(
        CODELIST,
        (
            {"vocabulary": v.name, "code": code, "name_zh": zh, "name_en": en, "position": i}
            for v in ALL_VOCABULARIES
            for i, (code, zh, en) in enumerate(v.items, start=1)
        ),
    )


def read_reference(seeds: Path) -> dict[str, pl.DataFrame]:
    """All reference tables, their references among each other checked.

    Raises:
        UnreadableInput: a file is missing.
        FaultyData: a rule or reference is broken.
    """
    folder = seeds / "reference"
    tables = {
        t.name: read_table(t, folder / f"{t.name}.csv", f"reference/{t.name}.csv")
        for t in FROM_FILES
    }
    faults = [
        fault
        for t in FROM_FILES
        for fault in breach_findings(
            broken_references(t, tables[t.name], tables),
            f"reference/{t.name}.csv",
            folder / f"{t.name}.csv",
        )
    ]
    faults += broken_among(folder)
    if faults:
        raise FaultyData(faults)
    tables["codelist"] = codelist()
    return tables


@dataclass(frozen=True)
class Element:
    """How a mass given as an element becomes the mass of its gas."""

    gas: str
    ratio: Fraction
    ratio_exact: str
    step_zh: str
    step_en: str
    citation: str


def _ratio(row: TextRow) -> Fraction:
    try:
        return exact_ratio(row["ratio_exact"])
    except NotANumber as error:
        raise FaultyData(
            finding(
                "E-NUM-01", file=row.file, row=row.number, column="ratio_exact",
                value=row["ratio_exact"],
            )
        ) from error  # fmt: skip


def read_stoichiometry(seeds: Path) -> dict[str, Element]:
    """Conversions of elements to gases, by the numerator as written (``N2O-N``).

    Raises:
        UnreadableInput: the file is missing.
        FaultyData: a column is missing or a row names no source.
    """
    columns = ("numerator", "gas", "ratio_exact", "step_zh", "step_en", "citation")
    rows = read_rows(
        seeds / "rules" / "stoichiometry.csv", needed=columns, key="numerator",
        name="rules/stoichiometry.csv", filled=True,
    )  # fmt: skip
    for row in rows:
        if not row.get("citation"):
            raise FaultyData(finding("E-SEED-09", file=row.file, row=row.number, column="citation"))
    return {
        r["numerator"]: Element(
            r["gas"], _ratio(r), r["ratio_exact"], r["step_zh"], r["step_en"],
            r["citation"],
        )
        for r in rows
    }  # fmt: skip


@dataclass(frozen=True)
class Lookups:
    """Look-ups over the reference tables that source modules use."""

    units: UnitTable
    regions: frozenset[str]
    gases: dict[str, str]
    flows: frozenset[str]
    categories: frozenset[str]
    reporting_gwp_set: str
    stoichiometry: dict[str, Element]
    formula: dict[str, str]

    @classmethod
    def over(cls, tables: dict[str, pl.DataFrame], seeds: Path, reporting_gwp_set: str) -> Lookups:
        """Look-ups over the tables that ``read_reference`` returned."""
        gases: dict[str, str] = {}
        for row in tables["gas"].iter_rows(named=True):
            for text in (row["gas"], *(row["aliases"] or [])):
                gases[text] = row["gas"]
        return cls(
            load_units(seeds / "reference" / "unit.csv"),
            frozenset(tables["region"]["region_code"]),
            gases,
            frozenset(tables["flow"]["flow_id"]),
            frozenset(tables["category"]["category_id"]),
            reporting_gwp_set,
            read_stoichiometry(seeds),
            dict(tables["gas"].select("gas", "formula").iter_rows()),
        )

    @staticmethod
    def near(text: str, known: Iterable[str]) -> list[str]:
        """Up to three known spellings that resemble a text."""
        return difflib.get_close_matches(text, list(known), n=3, cutoff=0.4)
