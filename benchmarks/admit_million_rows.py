"""A million candidates through all rules of admission, beside the same rules written bare.

Belongs here: our rules, the same predicates in plain polars, and in plain DuckDB SQL over
the same Parquet files, in turns within one run; how often each reason stands must agree.
Does not belong here: hashes, decisions and the ledger, which no peer has; ``judge`` as a
whole is timed apart and has no ratio.

Run by itself with ``python -m benchmarks.admit_million_rows [ROWS]``.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from benchmarks.admit_bare_polars import bare_polars
from benchmarks.comparison import ROUNDS, Comparison
from benchmarks.million_candidates import TABLES, write_million
from pipelines.admit.characterise import co2e_by_set
from pipelines.admit.gases import finite_gases
from pipelines.admit.reviewed import REVIEW_CODES
from pipelines.admit.rules import reason_order, reasons_against
from pipelines.commands.judging import rulebook_of
from pipelines.settings import Settings
from schemas.candidate import CANDIDATE, CANDIDATE_GAS
from schemas.render.duckdb import row_checks

if TYPE_CHECKING:
    from pipelines.admit import Rulebook
    from schemas.table import Table

ROWS = 1_000_000
# Ours may take so many times what the bare work takes.
GOAL = 3.0
STATEMENT = Path(__file__).with_suffix(".sql")
Counts = dict[str, int]
# Hashes tie people's decisions to records; nobody handed these candidates in.
NO_HASHES = pl.DataFrame(schema={"factor_id": pl.String, "record_hash": pl.String})


def tables_in(folder: Path) -> dict[str, pl.DataFrame]:
    """Every table, read whole."""
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES}


def ours(folder: Path, co2e: pl.DataFrame, rulebook: Rulebook) -> Counts:
    """How often each reason stands, by the rules of admission."""
    judged = reasons_against(tables_in(folder), co2e, rulebook, NO_HASHES)
    found = dict(judged["reason_codes"].explode().drop_nulls().value_counts().iter_rows())
    admitted = judged.select((pl.col("reason_codes").list.len() == 0).sum()).item()
    codes = [code for code in reason_order(rulebook) if code not in REVIEW_CODES]
    return {code: found.get(code, 0) for code in codes} | {"admitted": admitted}


def in_sql(table: Table) -> str:
    """The rules of a row that no reason of its own tells, as the tables declare them in SQL."""
    told = ("confidence.", "R-SRC-01", "R-FAC-10", "R-FAC-11", "mass.required")
    return " AND ".join(
        f"coalesce({check}, true)"
        for name, check in row_checks(table).items()
        if not name.startswith(told) and not name.endswith(".finite")
    )


def bare_duckdb(folder: Path, rulebook: Rulebook) -> Counts:
    """How often each reason stands, by one SQL statement over the Parquet files."""
    con = duckdb.connect()
    try:
        for name in TABLES:
            con.execute(f"CREATE VIEW {name} AS FROM '{folder}/{name}.parquet'")
        asked = {
            "released_on": rulebook.released_on,
            "not_stated": sorted(rulebook.not_stated_sources),
            "confidence": sorted({c for p in rulebook.policies for c in p.confidence}),
            "parts": rulebook.sums.parts,
            "gases": rulebook.sums.gases,
        }
        statement = STATEMENT.read_text("utf-8").replace("/*CONTRACT*/", in_sql(CANDIDATE))
        answer = con.execute(statement.replace("/*GAS CONTRACT*/", in_sql(CANDIDATE_GAS)), asked)
        names = [column[0] for column in answer.description]
        row = answer.fetchone()
        assert row is not None
        return dict(zip(names, row, strict=True))
    finally:
        con.close()


def run(rows: int = ROWS) -> tuple[Comparison, ...]:
    """Ours against each peer, the three in turns.

    Raises:
        SystemExit: the peers count a reason differently, or a reason does not occur.
    """
    with tempfile.TemporaryDirectory() as spare:
        folder = Path(spare)
        write_million(folder, rows)
        rulebook = rulebook_of(Settings.resolve())
        given = tables_in(folder)
        # CO2e is another step with a benchmark of its own; the rules read it.
        co2e = co2e_by_set(finite_gases(given["candidate_gas"]), given["gwp"], given["gas"])
        del given
        sides = {
            "ours": lambda: ours(folder, co2e, rulebook),
            "polars": lambda: bare_polars(folder, rulebook),
            "duckdb": lambda: bare_duckdb(folder, rulebook),
        }
        times: dict[str, list[float]] = {name: [] for name in sides}
        counts: dict[str, Counts] = {}
        for _ in range(ROUNDS):
            for name, work in sides.items():
                start = time.perf_counter()
                counts[name] = work()
                times[name].append(time.perf_counter() - start)
    _require_same(counts)
    medians = {name: statistics.median(t) for name, t in times.items()}
    return tuple(
        Comparison(
            f"rules of admission against bare {peer}",
            f"{rows:,} candidates, {len(counts['ours']) - 1} reasons",
            medians["ours"],
            medians[peer],
            max(abs(x - medians[n]) / medians[n] for n in ("ours", peer) for x in times[n]),
            0.0,
        )
        for peer in ("polars", "duckdb")
    )


def _require_same(counts: dict[str, Counts]) -> None:
    for name, found in counts.items():
        differs = {k: (v, found.get(k)) for k, v in counts["ours"].items() if found.get(k) != v}
        if differs or found.keys() != counts["ours"].keys():
            raise SystemExit(f"bare {name} counts otherwise: {differs or sorted(found)}")
    never = [code for code, n in counts["ours"].items() if n == 0]
    if never:
        raise SystemExit(f"reasons that never occur: {', '.join(never)}")


def main() -> None:
    """Print both comparisons and the peak memory of the process."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    for c in run(rows):
        print(
            f"{c.name}, {c.size}: ours {c.ours:.2f} s, peer {c.peer:.2f} s, "
            f"{c.ours / c.peer:.2f} times the bare work (goal {GOAL:.0f}), "
            f"spread ±{c.spread * 100:.0f} %, counts of all reasons equal"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory {peak:.2f} GiB")


if __name__ == "__main__":
    main()
