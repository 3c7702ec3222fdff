"""Ten million results in a thousand categories: limits and their error, sort included.

Ours against numpy resampling (a few categories and replicates, scaled to all of them) and
exact quantiles against DuckDB's, in one run and one process:

    python -m benchmarks.grade_ten_million
"""

from __future__ import annotations

import resource
import statistics
import time

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.comparison import Comparison
from pipelines.grade.categories import category_limits

RESULTS, CATEGORIES, REPLICATES = 10_000_000, 1_000, 200
QUANTILES = (0.1, 0.2, 0.4, 0.5, 0.6, 0.8)
SAMPLED_CATEGORIES, SAMPLED_REPLICATES, ROUNDS = 8, 40, 5
SEED = 20261121


def simulated() -> tuple[np.ndarray, np.ndarray]:
    """Lognormal results, categories drawn at random."""
    generator = np.random.default_rng(SEED)
    category = generator.integers(0, CATEGORIES, RESULTS).astype(np.int32)
    return category, generator.lognormal(0, 0.4, RESULTS)


def resampled(category: np.ndarray, values: np.ndarray) -> tuple[float, np.ndarray]:
    """Seconds of numpy resampling for everything, and the errors of the sampled categories."""
    generator = np.random.default_rng(1)
    own = [values[category == k] for k in range(SAMPLED_CATEGORIES)]
    start = time.perf_counter()
    errors = []
    for one in own:
        draws = [
            np.quantile(one[generator.integers(0, len(one), len(one))], QUANTILES)
            for _ in range(SAMPLED_REPLICATES)
        ]
        errors.append(np.std(draws, axis=0, ddof=1))
    spent = time.perf_counter() - start
    scale = (CATEGORIES / SAMPLED_CATEGORIES) * (REPLICATES / SAMPLED_REPLICATES)
    return spent * scale, np.array(errors)


def run() -> list[Comparison]:
    """Both comparisons."""
    category, values = simulated()
    con = duckdb.connect()
    con.execute("SET threads = 2")
    con.register("results", pa.table({"category": category, "value": values}))
    query = (
        f"SELECT category, quantile_cont(value, {list(QUANTILES)}) AS q FROM results "
        "GROUP BY category ORDER BY category"
    )
    category_limits(category[:1000], values[:1000], CATEGORIES, QUANTILES)
    whole, exact, peer = [], [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        with_errors = category_limits(
            category, values, CATEGORIES, QUANTILES, replicates=REPLICATES, seed=SEED
        )
        whole.append(time.perf_counter() - start)
        start = time.perf_counter()
        found = category_limits(category, values, CATEGORIES, QUANTILES, replicates=0)
        exact.append(time.perf_counter() - start)
        start = time.perf_counter()
        theirs = con.execute(query).fetchall()
        peer.append(time.perf_counter() - start)
    naive, naive_errors = resampled(category, values)
    duck = np.array([row[1] for row in theirs])
    off = float(np.max(np.abs(found.limits - duck) / np.abs(duck)))
    ratio = with_errors.errors[:SAMPLED_CATEGORIES] / naive_errors
    median = [statistics.median(t) for t in (whole, exact, peer)]
    spread = max(abs(x - m) / m for t, m in zip((whole, exact, peer), median, strict=True)
                 for x in t)  # fmt: skip
    size = f"{RESULTS:,} results, {CATEGORIES:,} categories, {len(QUANTILES)} quantiles"
    return [
        Comparison(
            f"limits with {REPLICATES} bootstraps, sort included, against numpy resampling "
            f"({SAMPLED_CATEGORIES} categories x {SAMPLED_REPLICATES}, scaled)",
            size, median[0], naive, spread, float(abs(np.median(ratio) - 1)),
        ),
        Comparison("exact quantiles against DuckDB", size, median[1], median[2], spread, off),
    ]  # fmt: skip


def main() -> None:
    """Print both comparisons and the largest memory of the process."""
    for c in run():
        print(f"{c.name}: {c.ours:.3f} s against {c.peer:.3f} s, ratio {c.ratio:.2f}, "
              f"spread ±{c.spread:.0%}, difference {c.error:.1e}")  # fmt: skip
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
