"""Source and rights: which document a row rests on and what may be done with it.

Belongs here: the rights of a row, taken from the row or from the source sheet. Does not
belong here: whether those rights suffice (the admission rules say so).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.desk.cell_text import visible

if TYPE_CHECKING:
    from pipelines.desk.notes import FilledRow, FilledSheet, Notebook

NEEDED = ("licence", "authorisation_scope", "authorisation_document", "data_class")
MAY = ("authorisation_until", "methodology_url", "source_url", "publisher", "published_on")


def check_rights(filled: FilledSheet, sources: FilledSheet | None, notes: Notebook) -> None:
    """Complete the rights of every row from the source sheet; what is missing is noted.

    Args:
        filled: the main sheet.
        sources: the source sheet; None in a CSV.
        notes: where findings go.
    """
    known = _by_title(sources)
    for row in filled.rows:
        if "E-FORM-12" in row.faults or "source_title" not in row.values:
            continue
        given = known.get(visible(row.texts["source_title"]), {})
        for name in (*NEEDED, *MAY):
            if name not in row.values and name not in row.texts and name in given:
                row.values[name] = given[name]
        missing = [n for n in NEEDED if n not in row.values and n not in row.bad]
        for name in missing:
            notes.at("E-RIGHT-01", filled, row, name, title=row.texts["source_title"][:80])


def _by_title(sources: FilledSheet | None) -> dict[str, dict[str, Any]]:
    if sources is None:
        return {}
    found: dict[str, dict[str, Any]] = {}
    for row in sources.rows:
        found.setdefault(visible(row.texts.get("source_title", "")), _kept(row))
    return found


def _kept(row: FilledRow) -> dict[str, Any]:
    return {n: row.values[n] for n in (*NEEDED, *MAY) if n in row.values}
