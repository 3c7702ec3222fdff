"""A block of lines with reasons and runners-up, beside the bare choice of the kernel.

``python -m benchmarks.line_blocks [lines] [factors] [lines of an inventory]``: a partition of
lines says for each line which factor serves it, why, and which came next or were refused. The
same lines are decided inventory by inventory (each alone), as one block, and by the compiled
kernel, which gives the factor alone. Every factor chosen is compared.
"""

from __future__ import annotations

import os
import sys
import time
from types import SimpleNamespace
from typing import Any

import polars as pl

from benchmarks.resolution import ACTIVITIES, made, names, places, table_of
from pipelines.footprint.bulk_resolution import encoded, resolved
from pipelines.footprint.factor_index import index_of
from pipelines.footprint.partition.block_work import choices_of_block
from pipelines.footprint.partition.laid_out import FRAMES, Layout
from pipelines.footprint.partition.together import LINES, keys_of
from pipelines.footprint.reference import FlowBook
from pipelines.footprint.resolution_rule import read_resolution_rule
from pipelines.footprint.selection import select
from pipelines.ingest.reference import read_reference
from pipelines.settings import Settings

ROUNDS = 2
# Lines, factors, lines of an inventory.
DEFAULTS = ("20000", "50000", "200")
USE, SET = "combustion", "AR5"


def library_of(factor: pl.DataFrame, chains: dict[str, Any], seeds: Any) -> Any:
    """What a block of lines reads of a release."""
    book = FlowBook.over(read_reference(seeds))
    book.groups.update({f"flow{i}": "mass" for i in range(ACTIVITIES)})
    told = {"status": "admitted", "name_zh": "因子", "name_en": "factor"}
    table = table_of(factor, seeds).with_columns(
        flags=pl.lit([], pl.List(pl.String)), **{k: pl.lit(v) for k, v in told.items()}
    )
    gas = table.select("factor_id", "version")
    return SimpleNamespace(
        factor=table.drop("has_gas"), factor_gas=gas, chains=chains, book=book,
        resolution=read_resolution_rule(seeds), indexed=table,
    )  # fmt: skip


def layout_of(request: pl.DataFrame, seeds: Any, size: int) -> Layout:
    """The lines laid out, so many to an inventory, as one block."""
    at = pl.int_range(pl.len())
    asked = names(request, seeds).select(
        inventory_id=pl.format("inventory{}", at // size), process_id=pl.lit("p"),
        line=at.cast(pl.String), use=pl.lit(USE), flow_id="flow_id", region_code="region_code",
        route="route", supplier_id=pl.lit(None, pl.String), midpoint="midpoint",
        amount_unit=pl.lit("kg"), gwp_set=pl.lit(SET), pinned=pl.lit(None, pl.String),
    )  # fmt: skip
    frames = {name: pl.DataFrame(schema=schema) for name, schema in FRAMES.items()}
    return Layout.of(
        {**frames, "request": asked}, release_id="", batch="", made_by="", seed=1, samples=16,
        sample_block=16, product_block=1, line_block=request.height,
    )  # fmt: skip


def one_by_one(asked: pl.DataFrame, library: Any) -> list[str | None]:
    """Each inventory alone."""
    found = []
    for lines in asked.partition_by("inventory_id", maintain_order=True):
        choices = select(
            lines.drop("inventory_id"), library.factor, library.factor_gas, library.chains,
            library.resolution, library.book,
        )  # fmt: skip
        found += [one.factor["factor_id"] if one.factor else None for one in choices.values()]
    return found


def as_one_block(layout: Layout, library: Any) -> list[str | None]:
    """All lines as a partition."""
    (key,) = keys_of(layout)[LINES]
    chosen: list[str | None] = choices_of_block(layout, key, library)["factor_id"].to_list()
    return chosen


def main() -> None:
    """Print lines per second of each way and the number of lines on which they differ."""
    given = (*sys.argv[1:], *DEFAULTS[len(sys.argv) - 1 :])
    count, held, size = (int(float(one)) for one in given)
    seeds = Settings.resolve().seeds
    chains, _ = places()
    factor, request = made(count, held)
    library = library_of(factor, chains, seeds)
    layout = layout_of(request, seeds, size)
    asked = layout.frames["request"]
    start = time.perf_counter()
    index = index_of(library.indexed, chains, library.resolution, library.book, USE, SET)
    indexing = time.perf_counter() - start
    ids = index.factor["factor_id"]
    ways = {
        "inventory by inventory": lambda: one_by_one(asked, library),
        "one block": lambda: as_one_block(layout, library),
        "kernel, no reasons": lambda: [
            ids[row] if row >= 0 else None
            for row in resolved(index, encoded(index, asked), workers=1).tolist()
        ],
    }
    ways["kernel, no reasons"]()
    best = dict.fromkeys(ways, float("inf"))
    found: dict[str, list[str | None]] = {}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.process_time()
            found[name] = way()
            best[name] = min(best[name], time.process_time() - start)
    print(f"{count} lines of {-(-count // size)} inventories, {factor.height} factors, indexing "
          f"{indexing:.2f} s once, load {os.getloadavg()[0]:.1f}; processor time")  # fmt: skip
    for name, seconds in best.items():
        print(f"{name:24s} {seconds:8.3f} s  {count / seconds:10.0f} lines a second  "
              f"ratio {best['inventory by inventory'] / seconds:7.1f}")  # fmt: skip
    bare = found["kernel, no reasons"]
    differing = sum(len({*three}) > 1 for three in zip(*found.values(), strict=True))
    print(f"lines on which they differ: {differing}; served {sum(x is not None for x in bare)}")


if __name__ == "__main__":
    main()
