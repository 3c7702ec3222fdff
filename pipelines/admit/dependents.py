"""Everything that rests on a verification by a body not in good standing, in one query.

Belongs here: running ``sql/review/agency_dependents.sql`` over tables. Does not belong here:
standings and verifications themselves (the ledger says them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import polars as pl

from pipelines.settings import REPOSITORY
from schemas.render.frame import conform, empty
from schemas.review import AGENCY_DEPENDENT

if TYPE_CHECKING:
    from collections.abc import Mapping

QUERY = REPOSITORY / "sql" / "review" / "agency_dependents.sql"
NEEDED = ("factor", "evidence", "product", "footprint_line", "grade")


def dependents_of(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The table ``agency_dependent``.

    Args:
        tables: ``agency``, ``verification`` and the tables of ``NEEDED``; one that is not
            given counts as empty.

    Returns:
        One row per body and dependent object, sorted by key.
    """
    from schemas import ALL_TABLES

    with duckdb.connect(config={"threads": 1}) as con:
        for name in ("agency", "verification", *NEEDED):
            con.register(name, tables.get(name, empty(ALL_TABLES[name])).to_arrow())
        found = con.sql(QUERY.read_text("utf-8")).to_arrow_table()
    return conform(AGENCY_DEPENDENT, pl.DataFrame(found))
