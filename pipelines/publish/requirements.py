"""Which article is met for this release, by which check, with which figure.

Belongs here: reading ``seeds/rules/requirement.csv`` and running its checks. The checks
are SQL files (``sql/requirement``) that an auditor can run again on the released Parquet.
An article without a check is shown as not built; nothing is claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.settings import REPOSITORY
from pipelines.tabular.text_table import read_rows
from schemas.release import REQUIREMENT
from schemas.render.frame import frame_of, ordered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

STATEMENTS = REPOSITORY / "sql" / "requirement"
COLUMNS = ("article", "capability", "requirement_zh", "requirement_en", "check_name")


def requirement_table(
    seeds: Path, frames: Mapping[str, pl.DataFrame], statements: Path = STATEMENTS
) -> pl.DataFrame:
    """The ``requirement`` table of a release.

    Args:
        seeds: the seeds folder.
        frames: the release's tables by name.
        statements: folder of the checks.

    Returns:
        One row per article and capability with the result of its check.

    Raises:
        UnreadableInput: the list of articles is missing.
        FaultyData: a row names a check that does not exist.
    """
    name = "rules/requirement.csv"
    listed = read_rows(seeds / "rules" / "requirement.csv", needed=COLUMNS, name=name, filled=True)
    con = duckdb.connect(config={"threads": 1})
    try:
        for table, frame in frames.items():
            con.register(table, frame.to_arrow())
        rows = []
        for position, row in enumerate(listed, start=1):
            cells = {column: row.get(column) for column in COLUMNS}
            result, figure = "not_built", None
            check = cells["check_name"]
            if check:
                path = statements / f"{check}.sql"
                if not path.is_file():
                    raise FaultyData(
                        finding(
                            "E-REL-09", file=name, row=row.number, column="check_name", value=check
                        )
                    )
                answer = con.execute(path.read_text("utf-8")).fetchone()
                result, figure = answer or ("not_met", None)
            rows.append({**cells, "result": result, "finding": figure, "position": position})
    finally:
        con.close()
    return ordered(REQUIREMENT, frame_of(REQUIREMENT, rows))
