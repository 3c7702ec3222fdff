"""Which records of a file handed in again need review again.

Belongs here: telling rows that stay where they are from rows to be looked at. Does not belong
here: what changed (``pipelines.desk.comparison``), taking the file in (``submission``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.commands.review import cases_of

if TYPE_CHECKING:
    from pipelines.desk.check import Checked
    from pipelines.desk.comparison import Comparison
    from pipelines.settings import Settings

# States in which a row handed in again as it was stays where it is.
STANDS = ("prechecked", "assigned", "in_review", "public_notice", "admitted", "published")


def records_to_review(
    settings: Settings,
    checked: Checked,
    comparison: Comparison | None,
    records: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """The records that need review again: a row as it was keeps its review and its standing.

    Where a document or right changed, every row may rest on it and all are reviewed again.

    Args:
        settings: seeds and home.
        checked: the file handed in now.
        comparison: what changed against the version it answers; None for a first one.
        records: its records.

    Returns:
        The records to be entered for review; all of them where nothing would be left.
    """
    if comparison is None:
        return records
    source = checked.sheets.get("source")
    documents = {row.texts.get("source_title", "") for row in source.rows} if source else set()
    if documents & set(comparison.rows_changed):
        return records
    cases, same = cases_of(settings), set(comparison.rows_same)
    changed = []
    for record in records:
        now = cases.now(record["subject_id"])
        stands = now is not None and now.state in STANDS
        if not (stands and record["record_key"] in same):
            changed.append(record)
    return changed or records
