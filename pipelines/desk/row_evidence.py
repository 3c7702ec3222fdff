"""The evidence of a row: the cell it was read from, what stood there, the steps taken.

Belongs here: what proves a submitted figure. Does not belong here: the figure itself
(``candidates``).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipelines.desk.submitted import cell_name
from pipelines.quantities.number import text_of
from pipelines.quantities.typed_unit import render_unit

if TYPE_CHECKING:
    from fractions import Fraction

    from pipelines.desk.flow_book import FlowBook
    from pipelines.desk.notes import FilledRow, FilledSheet


def evidence_of(filled: FilledSheet, row: FilledRow, book: FlowBook) -> dict[str, Any]:
    """The columns of ``evidence`` that the row itself tells.

    Args:
        filled: the sheet.
        row: a row whose cells were read.
        book: flows and units.
    """
    texts = row.texts
    place = cell_name(row.number, filled.header.columns["value"])
    return {
        "locator": f"{filled.sheet.name}!{place}",
        "document": row.values.get("source_title") or "-",
        "place": row.values.get("source_page"),
        "text_found": texts.get("value", "-"),
        "unit_found": f"{texts.get('value_unit', '-')}/{texts.get('reference_unit', '-')}",
        "steps": json.dumps(_steps(row, book), ensure_ascii=False, sort_keys=True),
        "parents": [],
    }


def _steps(row: FilledRow, book: FlowBook) -> list[dict[str, str]]:
    """The conversions from what was typed to kg per canonical unit, each with its source."""
    steps = []
    ratio: Fraction | None = row.values.get("to_kg")
    if ratio is not None and ratio != 1:
        steps.append(_step(f"{row.texts['value_unit']} -> {row.values['value_unit']}", ratio))
    per = row.values.get("per")
    if per is not None and per.scale != 1:
        steps.append(_step(f"{render_unit(per)} -> {per.unit}", 1 / per.scale))
    if per is not None:
        unit = book.units.find(per.unit)
        if unit.citation and "1 kgce" in unit.citation:
            steps.append(_step(f"1 {unit.unit} (MJ)", unit.to_base, unit.citation))
    return steps


def _step(step: str, constant: Fraction, source: str = "reference/unit.csv") -> dict[str, str]:
    return {"step": step, "constant": text_of(constant), "source": source}
