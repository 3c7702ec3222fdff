"""Published tables as CSV for spreadsheets: UTF-8 with BOM, CRLF, no formula ever."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

LEADING = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    Example:
        >>> safe("=1+1"), safe("电石")
        ("'=1+1", '电石')
    """
    return f"'{text}" if text.startswith(LEADING) else text


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return safe(";".join(value))
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, float):
        return repr(value)
    return format(value, "f") if hasattr(value, "as_tuple") else str(value)


def write_csv(rows: pa.Table, path: Path) -> None:
    """Write a table as CSV.

    Args:
        rows: the published rows.
        path: where to.

    Raises:
        OSError: the disk refused.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(rows.column_names)
    for row in zip(*(rows.column(name).to_pylist() for name in rows.column_names), strict=True):
        writer.writerow([_cell(value) for value in row])
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
