"""The files of factors that stand apart: one folder per licence, readable by itself.

Belongs here: ``separate/<licence>/`` and ``notices/`` of a release folder. Does not belong
here: which rows they hold (``separation``).
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from pipelines.publish import verify
from pipelines.publish.parquet import published, write_parquet
from schemas import ALL_TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from pipelines.publish.licence_rules import LicenceRules

FOLDER, NOTICES = "separate", "notices"


def write_separate(
    folder: Path,
    apart: Mapping[str, Mapping[str, pl.DataFrame]],
    licences: pl.DataFrame,
    rules: LicenceRules,
    words: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Write the tables of each licence and its terms.

    Args:
        folder: the release folder.
        apart: tables by licence.
        licences: the ``licence`` table.
        rules: the clause each licence is kept apart by.
        words: release id and date, for the files' metadata.

    Returns:
        One entry per licence for the manifest: licence, and its tables with rows and content.
    """
    entries = []
    for licence, tables in apart.items():
        own = folder / FOLDER / licence
        own.mkdir(parents=True)
        held = []
        for name, rows in tables.items():
            table = published(ALL_TABLES[name], rows, dict(words))
            write_parquet(ALL_TABLES[name], table, own / f"{name}.parquet")
            held.append(
                {
                    "name": name,
                    "rows": table.num_rows,
                    "content_sha256": verify.content_digest(table),
                }
            )
        (row,) = licences.filter(licence=licence).to_dicts()
        line = rules.of(licence)
        (own / "LICENSE.md").write_text(
            f"# {row['name_zh']} · {row['name_en']}\n\n"
            f"本文件夹内的数据库依 {licence} 发布：{row['licence_url']}\n"
            f"The database in this folder stands under {licence}: {row['licence_url']}\n\n"
            f"{line.rule_zh}。\n{line.rule_en}.\n\n条款 clause: {line.citation}\n",
            "utf-8",
        )
        entries.append({"licence": licence, "tables": held})
    return entries


def write_notices(
    folder: Path, seeds: Path, rules: LicenceRules, licences: list[str]
) -> dict[str, str]:
    """Copy the notices that must go along with rows of these licences.

    Returns:
        Path within the release by licence.
    """
    written = {}
    for licence in licences:
        notice = rules.of(licence).notice
        if notice:
            (folder / NOTICES).mkdir(exist_ok=True)
            written[licence] = f"{NOTICES}/{licence}.md"
            shutil.copyfile(seeds / notice, folder / written[licence])
    return written
