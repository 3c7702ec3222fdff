"""Published check values beside our results, in one unit, with the difference explained."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.footprint.inventory import id_of
from pipelines.quantities.number import NotANumber, exact, to_double
from pipelines.quantities.unit import UnitMismatch, UnknownUnit
from pipelines.tabular.text_table import TextRow, read_rows
from schemas.footprint import FOOTPRINT_CHECK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pipelines.findings import Finding
    from pipelines.footprint.reference import FlowBook

COLUMNS = (
    "product_id", "check_id", "check_kind", "check_value", "check_unit", "check_boundary",
    "explanation_zh", "explanation_en", "citation", "confidence",
)  # fmt: skip


def read_checks(folder: Path) -> list[TextRow]:
    """The check values of an inventory folder; none when it has no ``check.csv``.

    Raises:
        FaultyData: a column is missing, a row is ragged, a cell holds what no table of a release
            could.
    """
    path = folder / "check.csv"
    if not path.exists():
        return []
    rows = read_rows(path, needed=COLUMNS, key="check_id", name=f"{id_of(folder)}/check.csv")
    faults = [fault for row in rows for name in COLUMNS for fault in _cell_faults(row, name)]
    if faults:
        raise FaultyData(faults)
    return rows


def _cell_faults(check: TextRow, name: str) -> Iterator[Finding]:
    """A blank cell, an id or a code that the table of check values could not hold."""
    column, cell = FOOTPRINT_CHECK[name], check.get(name)
    if cell is None:
        yield _fault("E-TEXT-01", check, name)
    elif column.pattern and not re.match(column.pattern, cell):
        yield _fault("E-INV-21", check, name, [column.pattern])
    elif column.vocabulary and cell not in column.vocabulary.codes:
        yield _fault("E-CODE-01", check, name, column.vocabulary.codes)


def check_rows(
    checks: list[TextRow], results: Mapping[str, dict[str, Any]], book: FlowBook
) -> list[dict[str, Any]]:
    """Rows of ``footprint_check``.

    Args:
        checks: check values as read.
        results: the main result of each product: row of ``footprint``.
        book: reads the units.

    Returns:
        One row per check value; ``ratio`` is ours over theirs, per one declared unit.

    Raises:
        FaultyData: a value or unit cannot be read, or a product has no result.
    """
    rows = []
    for check in checks:
        ours = results.get(check["product_id"])
        if ours is None:
            raise FaultyData(
                finding(
                    "E-FPT-09",
                    file=check.file,
                    row=check.number,
                    column="product_id",
                    value=check["product_id"],
                )
            )
        try:
            value = to_double(exact(check["check_value"]))
            unit = book.units.factor_unit(check["check_unit"])
        except NotANumber as error:
            raise FaultyData(_fault("E-NUM-01", check, "check_value")) from error
        except UnknownUnit as error:
            raise FaultyData(_fault("E-UNIT-01", check, "check_unit")) from error
        per_unit = float(ours["footprint_value"]) / ours["declared_amount"]
        try:
            declared = float(book.units.ratio(ours["declared_unit"], unit.reference_unit))
        except UnitMismatch as error:
            raise FaultyData(_mismatch(check, ours)) from error
        in_theirs = per_unit / declared / float(unit.to_kg)
        rows.append(
            {
                **{name: check[name] for name in COLUMNS},
                "gwp_set": ours["gwp_set"],
                "check_value": value,
                "our_value": ours["footprint_value"],
                "ratio": round(in_theirs / value, 6) if value else None,
            }
        )
    return rows


def _mismatch(check: TextRow, ours: dict[str, Any]) -> Finding:
    return finding(
        "E-INV-02", file=check.file, row=check.number, column="check_unit",
        value=check["check_unit"], flow=ours["product_id"], expected=[ours["declared_unit"]],
    )  # fmt: skip


def _fault(code: str, check: TextRow, column: str, expected: Iterable[str] = ()) -> Finding:
    return finding(
        code, file=check.file, row=check.number, column=column, value=check.get(column),
        expected=list(expected),
    )  # fmt: skip
