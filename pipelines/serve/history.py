"""What was known when: factors across the releases of a home, by day of validity and of knowledge.

Belongs here: reading the numbered log and the published factors behind it. Two days are kept
apart: ``known_at`` asks what the database had published by a day, ``as_of`` what was valid on
a day. Does not belong here: looking things up in one release (``lookup``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

COLUMNS = (
    "factor_id, version, status, name_zh, name_en, value, value_unit, reference_unit, "
    "factor_kind, boundary, gwp_set, region_code, reference_year, valid_from, valid_until, "
    "source_id, edition, known_from, supersedes, flags"
)


@dataclass(frozen=True)
class Released:
    """A committed release that lies readable: its place in the log, id, day and folder."""

    number: int
    release_id: str
    released_on: str
    folder: Path


def releases_of(home: Path, known_at: dt.date | None = None) -> list[Released]:
    """The releases of a home, oldest first.

    Args:
        home: the home.
        known_at: only those published by that day.
    """
    found = []
    for path in sorted((home / "log").glob("[0-9]*.json")):
        manifest = json.loads(path.read_bytes())
        folder = home / "releases" / manifest["release_id"]
        is_known = known_at is None or manifest["released_on"] <= str(known_at)
        if is_known and (folder / "data").is_dir():
            on = manifest["released_on"]
            found.append(Released(int(path.stem), manifest["release_id"], on, folder))
    return found


def release_known_at(home: Path, day: dt.date) -> Path | None:
    """The folder of the release that was the newest on a day; None before the first."""
    found = releases_of(home, day)
    return found[-1].folder if found else None


def history_of(home: Path, factor_id: str) -> list[dict[str, Any]]:
    """Every release in which a factor stands or changed, oldest first.

    Args:
        home: the home.
        factor_id: the factor.

    Returns:
        One row per release that changed it: ``release_id``, ``released_on``, ``version``,
        ``status``, ``value``, its unit, and the ``changes`` published with it (class, reason,
        column, old, new, note). The last row is the withdrawal where there is one.
    """
    con = duckdb.connect(config={"threads": 1})
    rows = []
    for release in releases_of(home):
        data = release.folder / "data"
        changes = _rows(
            con, "SELECT * FROM read_parquet($1) WHERE factor_id = $2 ORDER BY column_name",
            [str(data / "change.parquet"), factor_id],
        )  # fmt: skip
        if not changes:
            continue
        here = _rows(
            con, f"SELECT {COLUMNS} FROM read_parquet($1) WHERE factor_id = $2 "
            "ORDER BY string_split(version, '.')::INTEGER[] DESC LIMIT 1",
            [str(data / "factor.parquet"), factor_id],
        )  # fmt: skip
        kept = {k: v for k, v in (here[0] if here else {}).items() if k != "factor_id"}
        rows.append(
            {
                "release_id": release.release_id,
                "released_on": release.released_on,
                **(kept or {"version": changes[0]["version"], "status": "withdrawn"}),
                "changes": changes,
            }
        )
    con.close()
    return rows


def valid_on(home: Path, day: dt.date, known_at: dt.date | None = None) -> list[dict[str, Any]]:
    """Every factor version valid on a day, as far as it was known.

    Args:
        home: the home.
        day: the day of validity; an open end is valid.
        known_at: only what was published by that day; by default everything.

    Returns:
        Rows of the factor table, one per factor: of the versions valid on the day the one
        published last; a factor taken back in the meantime is left out.
    """
    con = duckdb.connect(config={"threads": 1})
    best: dict[str, dict[str, Any]] = {}
    for release in releases_of(home, known_at):
        found = _rows(
            con, f"SELECT {COLUMNS} FROM read_parquet($1) "
            "WHERE (valid_from IS NULL OR valid_from <= $2) "
            "AND (valid_until IS NULL OR valid_until >= $2)",
            [str(release.folder / "data" / "factor.parquet"), day],
        )  # fmt: skip
        for row in found:
            best[row["factor_id"]] = {**row, "release_id": release.release_id}
    con.close()
    return [best[name] for name in sorted(best) if best[name]["status"] != "withdrawn"]


def _rows(con: duckdb.DuckDBPyConnection, sql: str, given: list[Any]) -> list[dict[str, Any]]:
    cursor = con.execute(sql, given)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
