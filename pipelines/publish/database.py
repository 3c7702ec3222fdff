"""The DuckDB file of a release: built fresh from the public Parquet files, commented.

Fresh on purpose: rows deleted from a DuckDB file stay in its bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from schemas.render.duckdb import comments, create_table, in_load_order, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from schemas.table import Table

STORAGE = "v1.2.0"
# Many small tables: with the default block of 256 KiB the file is mostly empty.
BLOCK = 16_384
VIEWS = (
    (
        "latest",
        "SELECT * FROM factor WHERE status IN ('admitted', 'provisional')",
        "现行因子：入库与暂定 | present factors: admitted and provisional",
    ),
    (
        "open",
        "SELECT * FROM factor WHERE data_class = 'public'",
        "公开因子 | public factors",
    ),
)


def build_database(tables: Sequence[Table], data: Path, path: Path) -> None:
    """Build the database of a release.

    Args:
        tables: the published tables.
        data: folder of their Parquet files.
        path: the file to make; it must not exist.

    Raises:
        duckdb.Error: a row breaks a declared constraint.
    """
    con = duckdb.connect(config={"threads": 1})
    try:
        con.execute(
            f"ATTACH {literal(str(path))} AS release "
            f"(STORAGE_VERSION '{STORAGE}', BLOCK_SIZE {BLOCK})"
        )
        con.execute("USE release")
        con.execute("SET preserve_insertion_order = true")
        # One transaction: hundreds of comments would each be a commit of their own.
        con.execute("BEGIN")
        for table in in_load_order(tables):
            con.execute(create_table(table))
            columns = ", ".join(quoted(c) for c in table.columns)
            source = literal(str(data / f"{table.name}.parquet"))
            con.execute(
                f"INSERT INTO {quoted(table.name)} ({columns}) "
                f"SELECT {columns} FROM read_parquet({source})"
            )
            for statement in comments(table):
                con.execute(statement)
        for name, query, words in VIEWS:
            con.execute(f"CREATE VIEW {quoted(name)} AS {query}")
            con.execute(f"COMMENT ON VIEW {quoted(name)} IS {literal(words)}")
        con.execute("COMMIT")
        con.execute("CHECKPOINT release")
        con.execute("USE memory")
        con.execute("DETACH release")
    finally:
        con.close()
