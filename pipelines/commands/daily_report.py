"""What a steward should know each day: rights about to end, quality ageing, reviews waiting.

Belongs here: reading those three from the head release and the ledger, and writing them down.
Does not belong here: when it runs (``pipelines.defs``), what is done about it.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.commands.factor_ageing import ageing_by
from pipelines.commands.review_queue import queue_of
from pipelines.publish.store import Store
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import SIZE, SIZES, SOURCE, require_shape

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.settings import Settings

FILE = "rules/review.toml"
SHAPE = {
    "daily_report": {
        "rights_days": SIZE, "ageing_days": SIZE, "waiting_days": SIZES, "source": SOURCE,
    }
}  # fmt: skip
WAITING = ("submitted", "prechecked", "assigned", "in_review", "public_notice")


def _limits(seeds: Path) -> dict[str, Any]:
    top = read_toml(seeds / FILE, FILE)
    require_shape(top, FILE, SHAPE)
    block: dict[str, Any] = top["daily_report"]
    return block


def _head_folder(settings: Settings) -> Path | None:
    store = Store(settings)
    head = store.head()
    if head is None:
        return None
    if not store.folder(head.release_id).is_dir():
        store.recover()
    return store.folder(head.release_id)


def daily_report(settings: Settings, on: dt.date) -> dict[str, Any]:
    """The report of a day.

    Args:
        settings: seeds and home.
        on: the day.

    Returns:
        ``on``; ``expiring_rights``: editions whose authorisation ends within the rule's days,
        or has ended, with the number of factors of the head release they carry;
        ``ageing_quality``: factors whose rating crosses a level within the rule's days;
        ``open_reviews``: records waiting, by age, and the oldest of them.

    Raises:
        UnreadableInput: E-SEED-06, the rule of the report is missing or no text.
        FaultyData: E-SEED-08, E-SEED-02, E-SEED-09: it is not complete.
    """
    limits = _limits(settings.seeds)
    folder = _head_folder(settings)
    return {
        "on": on.isoformat(),
        "expiring_rights": [] if folder is None else _expiring(folder, on, limits["rights_days"]),
        "ageing_quality": []
        if folder is None
        else _ageing(settings, folder, on + dt.timedelta(days=limits["ageing_days"])),
        "open_reviews": _open_reviews(settings, on, limits["waiting_days"]),
    }


def _expiring(folder: Path, on: dt.date, days: int) -> list[dict[str, Any]]:
    source = pl.read_parquet(folder / "data" / "source.parquet")
    factor = pl.read_parquet(folder / "data" / "factor.parquet", columns=["source_id", "edition"])
    held = factor.group_by("source_id", "edition").agg(pl.len().alias("factors"))
    ending = (
        source.filter(pl.col("authorisation_until") <= on + dt.timedelta(days=days))
        .join(held, on=["source_id", "edition"], how="left")
        .sort("authorisation_until", "source_id", "edition")
    )
    return [
        {
            "source_id": row["source_id"],
            "edition": row["edition"],
            "authorisation_until": row["authorisation_until"].isoformat(),
            "days_left": (row["authorisation_until"] - on).days,
            "factors": row["factors"] or 0,
        }
        for row in ending.iter_rows(named=True)
    ]


def _ageing(settings: Settings, folder: Path, by: dt.date) -> list[dict[str, Any]]:
    released_on = json.loads((folder / "manifest.json").read_text("utf-8"))["released_on"]
    if by.isoformat() <= released_on:
        return []
    told: list[dict[str, Any]] = ageing_by(settings, folder, by.isoformat())["factors"]
    return told


def _open_reviews(settings: Settings, on: dt.date, steps: list[int]) -> dict[str, Any]:
    waiting = [
        {**row, "days": (on - dt.date.fromisoformat(row["since"])).days}
        for row in queue_of(settings)
        if row["state"] in WAITING
    ]
    edges = [0, *steps]
    by_age = {}
    for low, high in zip(edges, [*steps, None], strict=True):
        name = f"{low}-{high - 1}" if high is not None else f"{low}+"
        by_age[name] = sum(
            max(r["days"], 0) >= low and (high is None or r["days"] < high) for r in waiting
        )
    oldest = sorted(waiting, key=lambda r: (-r["days"], r["subject_id"]))[:20]
    shown = ("subject_id", "record_key", "state", "since", "days", "assigned")
    return {
        "waiting": len(waiting),
        "by_age_days": by_age,
        "oldest": [{k: row[k] for k in shown} for row in oldest],
    }


def write_daily_report(settings: Settings, on: dt.date) -> Path:
    """Write the report of a day under ``reports/daily`` of the home; returns its path.

    Raises:
        OSError: the home cannot be written.
    """
    folder = settings.home / "reports" / "daily"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{on.isoformat()}.json"
    beside = path.with_suffix(".next")
    text = json.dumps(daily_report(settings, on), ensure_ascii=False, indent=1, default=str)
    beside.write_text(text + "\n", "utf-8")
    beside.replace(path)
    return path
