"""What one block amounts to: samples of all products, figures of some, factors of some lines.

Belongs here: the functions that a partition of the graph, a task of a cluster or this
process call alike; what comes out depends on the layout and the key alone. Does not belong
here: who calls them, and putting parts together (``together``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pipelines.errors import FaultyData
from pipelines.footprint.bulk_choices import OPEN, decided_in_bulk
from pipelines.footprint.partition.block_rule import span_of
from pipelines.footprint.sampling.productive import Unproductive
from pipelines.footprint.sampling.sample import sample_span
from pipelines.footprint.selection import select
from pipelines.footprint.uncertainty import figure_columns
from schemas.partition import LINE_CHOICE, SAMPLED_PRODUCT
from schemas.render.frame import conform, frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from pipelines.footprint.library import Library
    from pipelines.footprint.partition.laid_out import Layout
    from pipelines.footprint.sampling.sample import Samples
    from pipelines.footprint.selection import Choice

    Array = NDArray[np.float64]
    Part = Mapping[str, pl.DataFrame]

UNPRODUCTIVE: dict[str, Any] = {
    "layout_id": pl.String, "system": pl.Int64, "sample": pl.Int64, "radius": pl.Float64,
    "loop": pl.List(pl.Int64),
}  # fmt: skip

# What tells a line from another that asks the same.
OF_A_LINE = ("inventory_id", "process_id", "line")
# Pairs of a request and a candidate that are ranked at once, about a gigabyte of them.
CANDIDATES = 1_000_000
# From so many on the compiled ranking is worth loading.
MANY = 20_000
DECIDED: dict[str, Any] = {
    "kind": pl.UInt32, "factor_id": pl.String, "version": pl.String, "selection_rank": pl.Int64,
    "reason_zh": pl.String, "reason_en": pl.String, "runners_up": pl.String,
}  # fmt: skip


def samples_of_block(layout: Layout, key: str) -> dict[str, pl.DataFrame]:
    """A block of samples of every output, and those without a solution.

    Args:
        layout: the batch.
        key: the block, as ``keys_of_blocks`` names it.

    Returns:
        ``sample``: a row per output, its intensities in that block; ``unproductive``.
    """
    span = span_of(key)
    count = layout.frames["output"].height
    intensity = np.empty((count, len(span)))
    bad: list[tuple[Any, ...]] = []
    for number in range(layout.frames["system"].height):
        outputs = layout.outputs_of(number)
        found = _sampled(layout, number, span, outputs["node"].to_numpy(), intensity)
        intensity[outputs["number"].to_numpy()] = found.intensity
        bad += [
            (layout.layout_id, number, one.sample, one.radius, list(one.loop))
            for one in found.unproductive
        ]
    sample = pl.DataFrame(
        {
            "layout_id": [layout.layout_id] * count,
            "intensity": pl.Series(intensity, dtype=pl.Array(pl.Float64, len(span))),
        }
    )
    return {
        "sample": sample,
        "unproductive": pl.DataFrame(bad, schema=UNPRODUCTIVE, orient="row"),
    }


def _sampled(
    layout: Layout, number: int, span: range, nodes: NDArray[np.int64], intensity: Array
) -> Samples:
    """The block of one system; what it takes of other products stands in ``intensity``."""
    system, plan = layout.systems[number], layout.plans[number]
    given = {}
    for at, output in layout.given_of(number):
        # A sample is found under its own number, whichever block it stands in.
        given[at] = np.ones(span.stop)
        given[at][span.start :] = _moved(layout, output, intensity[output])
    system = replace(system, given=given)
    if plan is not None:
        plan = replace(plan, system=system)
    return sample_span(system, plan, layout.about["seed"], span, nodes)


def _moved(layout: Layout, output: int, intensity: Array) -> Array:
    """An output's samples over its nominal one."""
    row = layout.frames["output"].row(output, named=True)
    nominal = row["demand"] * float(layout.nominals[row["system"]][row["node"]])
    return intensity * row["demand"] / nominal if nominal else np.ones_like(intensity)


def figures_of_block(
    layout: Layout, key: str, parts: Mapping[str, Mapping[str, pl.DataFrame | pl.LazyFrame]]
) -> pl.DataFrame:
    """What some products come to, from the samples of every block.

    Args:
        layout: the batch.
        key: the block of products.
        parts: the parts of ``samples_of_block`` by their keys; all of them.

    Returns:
        Rows of ``sampled_product``.
    """
    span = span_of(key)
    order = sorted(parts)
    blocks = [
        parts[one]["sample"].lazy().slice(span.start, len(span)).collect()["intensity"].to_numpy()
        for one in order
    ]
    intensity = np.concatenate(blocks, axis=1)
    bad = pl.concat([parts[one]["unproductive"].lazy().collect() for one in order])
    of_system = _named_loops(layout, bad)
    rows = []
    outputs = layout.frames["output"][span.start : span.stop]
    for samples, row in zip(intensity, outputs.iter_rows(named=True), strict=True):
        found = figure_columns(
            samples * row["demand"], of_system.get(row["system"], []), layout.about["seed"]
        )
        whose = {name: row[name] for name in ("product_id", "gwp_set", "inventory_id")}
        rows.append({**whose, **found, "release_id": layout.about["release_id"]})
    return frame_of(SAMPLED_PRODUCT, rows).with_columns(layout_id=pl.lit(layout.layout_id))


def _named_loops(
    layout: Layout, bad: pl.DataFrame
) -> dict[int, list[tuple[Unproductive, tuple[str, ...]]]]:
    """Samples without a solution by system, with the processes of the loop at fault."""
    found: dict[int, list[tuple[Unproductive, tuple[str, ...]]]] = {}
    for row in bad.sort("system", "sample").iter_rows(named=True):
        process = layout.frames["node"].filter(pl.col("system") == row["system"])["process_id"]
        loop = tuple(row["loop"])
        one = Unproductive(row["sample"], row["radius"], loop)
        found.setdefault(row["system"], []).append((one, tuple(process[node] for node in loop)))
    return found


def choices_of_block(layout: Layout, key: str, library: Library) -> pl.DataFrame:
    """The factor of every line of a block, and why.

    Args:
        layout: the batch.
        key: the block of lines.
        library: the tables of the layout's release.

    Returns:
        Rows of ``line_choice``.

    Raises:
        FaultyData: a pinned factor cannot serve, or a tie is unsettled.
    """
    asked = layout.frames["request"][span_of(key).start : span_of(key).stop]
    alike = [name for name in asked.columns if name not in OF_A_LINE]
    kinds = asked.select(alike).unique(maintain_order=True).with_row_index("kind")
    try:
        rows = _all_decided(kinds, library)
    except FaultyData:
        _name_faults(asked, library)
        raise
    decided = pl.DataFrame(rows, schema=DECIDED, orient="row")
    found = asked.join(kinds, on=alike, how="left", nulls_equal=True, maintain_order="left")
    found = found.join(decided, on="kind", how="left", maintain_order="left")
    return conform(
        LINE_CHOICE,
        found.with_columns(release_id=pl.lit(layout.about["release_id"]), flow_use="use"),
    ).with_columns(layout_id=pl.lit(layout.layout_id))


def _all_decided(kinds: pl.DataFrame, library: Library) -> list[tuple[Any, ...]]:
    """Rows of ``DECIDED``: many open requests by the kernel, the others by the written rule."""
    met = _candidates_met(kinds, library)
    is_many = kinds.height > 0 and int(met.sum()) > MANY
    open_ = kinds.filter(OPEN) if is_many else kinds.clear()
    rows: list[tuple[Any, ...]] | None = decided_in_bulk(open_, library)
    rest = kinds if rows is None else kinds.join(open_, on="kind", how="anti")
    return (rows or []) + [
        row for part in _in_parts(rest, library) for row in _decided(part, library)
    ]


def _candidates_met(kinds: pl.DataFrame, library: Library) -> pl.Series:
    held = library.factor.group_by("flow_id").agg(held=pl.len())
    return kinds.join(held, on="flow_id", how="left", maintain_order="left")["held"].fill_null(1)


def _in_parts(kinds: pl.DataFrame, library: Library) -> Iterator[pl.DataFrame]:
    """Requests in runs that meet no more than so many candidates, as memory allows."""
    number = (_candidates_met(kinds, library).cum_sum() - 1) // CANDIDATES
    for part in kinds.with_columns(part=number).partition_by("part", maintain_order=True):
        yield part.drop("part")


def _decided(kinds: pl.DataFrame, library: Library) -> list[tuple[Any, ...]]:
    """Rows of ``DECIDED``: requests alike in all but their line, each decided once."""
    requests = kinds.select(
        pl.lit("").alias("process_id"), pl.col("kind").cast(pl.String).alias("line"),
        *kinds.columns[1:],
    )  # fmt: skip
    choices = _select(requests, library)
    return [
        (
            int(kind),
            choice.factor["factor_id"] if choice.factor else None,
            choice.factor["version"] if choice.factor else None,
            choice.rank, choice.reason_zh, choice.reason_en, choice.runners_up,
        )
        for (_, kind, _), choice in choices.items()
    ]  # fmt: skip


def _name_faults(asked: pl.DataFrame, library: Library) -> None:
    """Say which lines of which process are at fault, inventory by inventory.

    Raises:
        FaultyData: the first inventory with a fault.
    """
    for lines in asked.partition_by("inventory_id", "gwp_set", maintain_order=True):
        _select(lines.drop("inventory_id"), library)


def _select(requests: pl.DataFrame, library: Library) -> dict[tuple[str, str, str], Choice]:
    return select(
        requests, library.factor, library.factor_gas, library.chains, library.resolution,
        library.book,
    )  # fmt: skip
