"""Factors in time and in print: by day, across releases, as a citation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipelines.cli.presentation import Result
from pipelines.cli.withdrawn import tombstones
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def _line(row: dict[str, Any], name: str) -> str:
    value = f"{row['value']:.6g} {row['value_unit']}/{row['reference_unit']}"
    return (
        f"{row['factor_id']}@{row['version']:<5} {value:<30} {row['region_code']:<7} "
        f"{row['reference_year'] or '-':<5} {row['release_id']:<10} {row[name]}"
    )


def _holds(row: dict[str, Any], query: str) -> bool:
    texts = (row["factor_id"], row["name_zh"], row["name_en"])
    return any(query.lower() in str(text).lower() for text in texts)


def found_in_time(
    query: str,
    region: str | None,
    year: int | None,
    kind: str | None,
    home: Path | None,
    as_of: datetime | None,
    known_at: datetime | None,
) -> Result:
    """Factors valid on a day, as known on a day.

    Without ``as_of`` the release that was the newest on the day of knowledge answers alone.
    """
    from pipelines.serve.history import release_known_at, valid_on
    from pipelines.serve.lookup import Library

    where = Settings.resolve(home=home).home
    known = known_at.date() if known_at else None
    if as_of is None and known is not None:
        folder = release_known_at(where, known)
        if folder is None:
            raise WrongUsage(finding("E-USE-05", value=str(known)))
        found, total = Library(folder).search(query, region=region, year=year, kind=kind)
        rows = [{**row, "release_id": folder.name} for row in found]
    else:
        day = as_of.date() if as_of else None
        rows = [
            row
            for row in (valid_on(where, day, known) if day else [])
            if _holds(row, query)
            and region in {None, row["region_code"]}
            and year in {None, row["reference_year"]}
            and kind in {None, row["factor_kind"]}
        ]
        total = len(rows)
    tails = (f"共 {total} 条", f"{total} found")
    return Result(
        "factor get",
        summary={"found": total, "shown": len(rows)},
        data=rows,
        text_zh="\n".join([*(_line(r, "name_zh") for r in rows[:50]), tails[0]]),
        text_en="\n".join([*(_line(r, "name_en") for r in rows[:50]), tails[1]]),
    )


def history_result(factor_id: str, home: Path | None) -> Result:
    """What happened to a factor, release by release."""
    from pipelines.serve.history import history_of

    rows = history_of(Settings.resolve(home=home).home, factor_id)
    if not rows:
        raise WrongUsage(finding("E-USE-02", value=factor_id, what_zh="因子", what_en="factor"))
    lines = []
    for row in rows:
        value = f" {row['value']!r} {row['value_unit']}/{row['reference_unit']}" if (
            row.get("value") is not None
        ) else ""  # fmt: skip
        lines.append(
            f"{row['release_id']}  {row['released_on']}  @{row['version']} {row['status']}{value}"
        )
        lines += [
            f"    {c['change_class']} ({c['change_reason']}) {c['column_name']}: "
            f"{c['old_text'] or '-'} -> {c['new_text'] or '-'} {c['note_zh'] or ''}"
            for c in row["changes"]
        ]
    text = "\n".join(lines)
    return Result(
        "factor history", summary={"releases": len(rows)}, data=rows, text_zh=text, text_en=text
    )


def cite_result(factor: dict[str, Any], folder: Path, style: str) -> Result:
    """The citation of a factor."""
    from pipelines.serve.citation import STYLES, cite

    if style not in STYLES:
        raise WrongUsage(
            finding(
                "E-USE-02", value=style, what_zh="引文格式", what_en="style of citation",
                expected=list(STYLES),
            )
        )  # fmt: skip
    manifest = json.loads((folder / "manifest.json").read_bytes())
    gone = tombstones(folder.parent).get(folder.name)
    texts = cite(factor, manifest, gone)
    return Result(
        "factor cite",
        release=manifest["release_id"],
        data=texts,
        text_zh=texts[style],
        text_en=texts[style],
    )
