"""Factors for a million lines, against ten passes of pandas merge_asof under the same rule.

``python -m benchmarks.resolution [lines] [factors]``: regions outward in five levels, the
asked technology before the generic one, nearest day, of two equally near the later. Every
line is compared. Both sides start from numbers; what encoding and indexing cost is told.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from pipelines.footprint.bulk_resolution import encoded, resolved
from pipelines.footprint.factor_index import index_of
from pipelines.footprint.reference import FlowBook
from pipelines.footprint.resolution_rule import read_resolution_rule
from pipelines.ingest.reference import read_reference
from pipelines.settings import Settings

ACTIVITIES, FIRST_YEAR, YEARS = 20_000, 2000, 26
GRIDS, PROVINCES, CITIES = 7, 31, 340
ROUNDS = 3
KINDS = ("same", "province", "grid_region", "country", "world")


def places() -> tuple[dict[str, list[tuple[str, str]]], np.ndarray]:
    """Region chains by name, and the same as numbers: city, province, grid, nation, world."""
    total = 2 + GRIDS + PROVINCES + CITIES
    chain = np.full((total, 5), -1)
    chains = {}
    for number in range(total):
        at, way = number, []
        while at >= 0:
            way.append(at)
            if at == 0:
                at = -1
            elif at == 1:
                at = 0
            elif at < 2 + GRIDS:
                at = 1
            elif at < 2 + GRIDS + PROVINCES:
                at = 2 + (at - 2 - GRIDS) % GRIDS
            else:
                at = 2 + GRIDS + (at - 2 - GRIDS - PROVINCES) % PROVINCES
        chain[number, : len(way)] = way
        kinds = ("same", *KINDS[len(KINDS) - len(way) + 1 :])
        chains[f"R{number:03d}"] = [(f"R{r:03d}", k) for r, k in zip(way, kinds, strict=True)]
    return chains, chain


def heavy(random: np.random.Generator, count: int, size: int, power: float) -> np.ndarray:
    """Numbers below ``size``, the first much more often."""
    top = (size + 1.0) ** (1 - power) - 1
    drawn = (top * random.random(count) + 1) ** (1 / (1 - power)) - 1
    return np.minimum(drawn, size - 1).astype(np.int64)


def made(lines: int, factors: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Simulated factors and requests as numbers: activity, region, technology, day."""
    random = np.random.default_rng(3)
    level = random.choice(5, factors, p=[0.12, 0.2, 0.12, 0.31, 0.25])
    low = np.array([0, 1, 2, 2 + GRIDS, 2 + GRIDS + PROVINCES])[level]
    span = np.array([1, 1, GRIDS, PROVINCES, CITIES])[level]
    factor = pl.DataFrame(
        {
            "activity": heavy(random, factors, ACTIVITIES, 0.8),
            "region": low + (random.random(factors) * span).astype(np.int64),
            "technology": np.where(random.random(factors) < 0.5, 0, random.integers(1, 6, factors)),
            "year": random.integers(FIRST_YEAR, FIRST_YEAR + YEARS, factors),
        }
    )
    generic = pl.DataFrame(
        {"activity": np.arange(ACTIVITIES), "region": 0, "technology": 0, "year": FIRST_YEAR}
    )
    request = pl.DataFrame(
        {
            "activity": heavy(random, lines, ACTIVITIES, 0.9),
            "region": random.integers(2 + GRIDS, 2 + GRIDS + PROVINCES + CITIES, lines),
            "technology": random.integers(1, 6, lines),
            "year": random.integers(FIRST_YEAR + 10, FIRST_YEAR + YEARS, lines),
        }
    )
    day = pl.date(pl.col("year"), 7, 1).cast(pl.Int32).cast(pl.Int64)
    both = pl.concat([generic.cast(factor.schema), factor]).unique(maintain_order=True)
    return both.with_columns(day=day), request.with_columns(day=day)


def by_pandas(factor: pd.DataFrame, request: pd.DataFrame, chain: np.ndarray) -> np.ndarray:
    """Ten passes, each over the lines still open; the time axis runs backwards for ties."""
    right = factor.sort_values("back")
    found = np.full(len(request), -1)
    left = request.assign(line=np.arange(len(request))).sort_values("back")
    for level in range(5):
        for is_generic in (False, True):
            open_lines = left[found[left["line"].to_numpy()] < 0]
            region = chain[open_lines["asked_region"].to_numpy(), level]
            technology = 0 if is_generic else open_lines["asked_technology"]
            asked = open_lines.assign(region=region, technology=technology)
            merged = pd.merge_asof(
                asked, right, on="back", by=["activity", "region", "technology"],
                direction="nearest",
            )  # fmt: skip
            hit = merged["row"].notna().to_numpy()
            found[merged["line"].to_numpy()[hit]] = merged["row"].to_numpy()[hit]
    return found


def names(frame: pl.DataFrame, seeds: Any) -> pl.DataFrame:
    """The same rows as rows of the ``factor`` table, or as requests."""
    day = pl.col("day").cast(pl.Int32).cast(pl.Date)
    return frame.select(
        flow_id=pl.format("flow{}", "activity"),
        region_code=pl.format("R{}", pl.col("region").cast(pl.String).str.zfill(3)),
        route=pl.when(pl.col("technology") > 0).then(pl.format("t{}", "technology")),
        midpoint=day,
        data_start=day,
        data_end=day,
    )


def table_of(factor: pl.DataFrame, seeds: Any) -> pl.DataFrame:
    """The simulated factors as the index takes them."""
    return names(factor, seeds).with_columns(
        factor_id=pl.format("F{}", pl.int_range(pl.len()).cast(pl.String).str.zfill(12)),
        version=pl.lit("1.0"), row=pl.int_range(pl.len()), factor_kind=pl.lit("direct_ef"),
        boundary=pl.lit("activity"), value_unit=pl.lit("kgCO2"), gwp_set=pl.lit("not_applicable"),
        has_gas=pl.lit(value=True), reference_unit=pl.lit("kg"), data_origin=pl.lit("secondary"),
        dqr=pl.lit(2.0), published_on=pl.lit("2026"), valid_from=pl.lit(None, pl.Date),
        valid_until=pl.lit(None, pl.Date),
    )  # fmt: skip


def main() -> None:
    """Print times, the ratio and the number of lines on which the two differ."""
    lines = int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
    factors = int(float(sys.argv[2])) if len(sys.argv) > 2 else 900_000
    seeds = Settings.resolve().seeds
    chains, chain = places()
    factor, request = made(lines, factors)
    book = FlowBook.over(read_reference(seeds))
    book.groups.update({f"flow{i}": "mass" for i in range(ACTIVITIES)})
    start = time.perf_counter()
    index = index_of(
        table_of(factor, seeds), chains, read_resolution_rule(seeds), book, "combustion", "AR5"
    )
    indexing = time.perf_counter() - start
    start = time.perf_counter()
    asked = encoded(index, names(request, seeds))
    encoding = time.perf_counter() - start
    resolved(index, asked)
    right = pd.DataFrame(
        {name: factor[name].to_numpy() for name in ("activity", "region", "technology")}
    ).assign(back=-factor["day"].to_numpy(), row=np.arange(len(factor)))
    left = pd.DataFrame({"activity": request["activity"].to_numpy()}).assign(
        asked_region=request["region"].to_numpy(), back=-request["day"].to_numpy(),
        asked_technology=request["technology"].to_numpy(),
    )  # fmt: skip
    seconds: dict[str, list[float]] = {"pandas merge_asof": [], "1 thread": [], "2 threads": []}
    for _ in range(ROUNDS):
        start = time.perf_counter()
        peer = by_pandas(right, left, chain)
        seconds["pandas merge_asof"].append(time.perf_counter() - start)
        for workers, name in ((1, "1 thread"), (2, "2 threads")):
            start = time.perf_counter()
            ours = resolved(index, asked, workers)
            seconds[name].append(time.perf_counter() - start)
    rows = index.factor["row"].to_numpy()
    differing = int((np.where(ours >= 0, rows[ours], ours) != peer).sum())
    best = {name: min(values) for name, values in seconds.items()}
    print(f"{lines} lines, {len(factor)} factors; indexing {indexing:.2f} s once, "
          f"encoding of names {encoding:.2f} s, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    for name, value in best.items():
        ratio = best["pandas merge_asof"] / value
        print(
            f"{name:20s} {value:8.4f} s  {value / lines * 1e9:8.1f} ns per line  ratio {ratio:6.1f}"
        )
    print(f"lines on which the two differ: {differing}")


if __name__ == "__main__":
    main()
