"""What a program says, whole, against what a person approved.

``TANYUAN_APPROVE=1 pytest tests/…`` writes the approved files anew; the difference is read
before it is kept, as any other change is.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import polars as pl


def approve(path: Path, text: str) -> None:
    """Hold a text against the approved one."""
    if os.environ.get("TANYUAN_APPROVE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text.splitlines() == path.read_text("utf-8").splitlines()


def as_lines(told: dict[str, Any]) -> str:
    """One line per entry, so that a difference shows where it lies."""
    return "".join(
        f"{json.dumps(k, ensure_ascii=False)}: "
        f"{json.dumps(plain(v), ensure_ascii=False, sort_keys=True)}\n"
        for k, v in told.items()
    )


def plain(value: Any) -> Any:
    """Frames as rows without nulls, findings as JSON, days as text."""
    if isinstance(value, pl.DataFrame):
        return [{k: v for k, v in plain(row).items() if v is not None} for row in value.to_dicts()]
    if hasattr(value, "as_json"):
        return plain(value.as_json())
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        several = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [plain(v) for v in several]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else repr(value)
