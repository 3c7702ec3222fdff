"""A batch of inventories laid out: what is drawn, what is asked for, what comes of it.

Belongs here: from inventories and the library of one release to the frames of a layout.
Does not belong here: the frames themselves (``laid_out``) and working on them
(``block_work``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pipelines.errors import FaultyData
from pipelines.footprint.batch import batch_of
from pipelines.footprint.one_set import Draws, demand_of, product_rows, sampled_view, served_lines
from pipelines.footprint.partition.laid_out import FRAMES, Layout, system_frames
from pipelines.footprint.product_links import in_order
from pipelines.footprint.requests import product_of, requests_of
from pipelines.footprint.sampling.draw_formula import LANES
from pipelines.footprint.solve import Solver, links_of
from pipelines.footprint.system import build_system
from pipelines.footprint.uncertain_inventory import OF_PRODUCT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.library import Library
    from pipelines.footprint.one_set import Served
    from pipelines.footprint.partition.block_rule import BlockRule
    from pipelines.footprint.product_links import ProductResult
    from pipelines.footprint.sampling.uncertain_system import UncertainSystem
    from pipelines.footprint.system import ProductSystem
    from pipelines.footprint.uncertain_inventory import UncertainInventory


@dataclass
class _Laid:
    """Frames collected so far, systems counted, outputs by product and set."""

    frames: dict[str, list[pl.DataFrame]] = field(default_factory=lambda: {n: [] for n in FRAMES})
    outputs: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, found: UncertainInventory, system: ProductSystem, gwp_set: str) -> int:
        """Add a system; returns its number."""
        number = len(self.frames["system"])
        made = system_frames(number, found.system)
        names = pl.Series(found.names, dtype=pl.String)
        product = names.str.strip_prefix(OF_PRODUCT).set(~names.str.starts_with(OF_PRODUCT), None)
        at = [None if p is None else self.outputs[p, gwp_set] for p in product.to_list()]
        made["quantity"] = made["quantity"].with_columns(
            product.alias("of_product"), pl.Series("of_output", at, pl.Int64)
        )
        made["node"] = pl.DataFrame(
            {
                "system": np.full(len(system.nodes), number),
                "process_id": [node.process_id for node in system.nodes],
                "nominal": found.nominal,
            },
            schema=FRAMES["node"],
        )
        for name, frame in made.items():
            self.frames[name].append(frame)
        return number

    def add_output(self, product: str, gwp_set: str, *rest: Any) -> None:
        """Add what is asked of a system: inventory, system, node, demand."""
        self.outputs[product, gwp_set] = len(self.outputs)
        row = [(product, gwp_set, *rest)]
        self.frames["output"].append(pl.DataFrame(row, schema=FRAMES["output"], orient="row"))

    def layout(self, **about: Any) -> Layout:
        """Everything in one."""
        return Layout.of(
            {
                name: pl.concat(found) if found else pl.DataFrame(schema=FRAMES[name])
                for name, found in self.frames.items()
            },
            **about,
        )


def lay_out(
    inventories: Iterable[Inventory],
    library: Library,
    release_id: str,
    blocks: BlockRule,
    samples: int | None = None,
    seed: int | None = None,
    made_by: str = "",
) -> Layout:
    """Lay a batch of inventories out over the factors of one release.

    Every product stands under its own GWP set; where a product is taken by another
    inventory, under that one's too.

    Args:
        inventories: checked.
        library: the release's tables.
        release_id: the release.
        blocks: sizes of blocks.
        samples: how many; the rule's number by default.
        seed: their seed; the rule's by default.
        made_by: hash of the rules and the code at work.

    Raises:
        FaultyData: a choice ties, a system has no solution.
    """
    laid, rule = _Laid(), library.spreads
    batch = in_order(list(inventories), library.book)
    taken = {product_of(line) for one in batch for line in one.rows["exchange"]} - {None}
    from_rule = rule.seed if seed is None else seed
    # What a product brings must be drawn to be known as uncertain; a block of it will do.
    draws = Draws(LANES if taken else 0, from_rule)
    every = sorted({row["gwp_set"] for one in batch for row in one.rows["product"]})
    made: dict[str, dict[str, ProductResult]] = {name: {} for name in every}
    for inventory in batch:
        own = sorted({row["gwp_set"] for row in inventory.rows["product"]})
        for gwp_set in every if taken else own:
            try:
                served = served_lines(inventory, library, gwp_set, made[gwp_set])
            except FaultyData:
                if gwp_set in own:
                    raise
                continue
            _add(laid, inventory, library, served, draws, taken, made[gwp_set])
    return laid.layout(
        release_id=release_id,
        batch=batch_of(batch),
        made_by=made_by,
        seed=from_rule,
        samples=rule.samples if samples is None else samples,
        sample_block=blocks.samples,
        product_block=blocks.products,
        line_block=blocks.lines,
    )


def _add(
    laid: _Laid,
    inventory: Inventory,
    library: Library,
    served: Served,
    draws: Draws,
    taken: set[str | None],
    made: dict[str, ProductResult],
) -> None:
    """One inventory under one set: its requests, its systems, its outputs."""
    asked = requests_of(inventory, library.resolution, served.gwp_set)
    laid.frames["request"].append(
        asked.select(pl.lit(inventory.inventory_id).alias("inventory_id"), pl.all())
    )
    system = build_system(inventory, library.book)
    solver = Solver(links_of(system), tuple(node.process_id for node in system.nodes))
    numbers: dict[tuple[str, bool], int] = {}
    for product in inventory.rows["product"]:
        accounting = library.rules[product["accounting_rule"]]
        key = (accounting.biogenic_convention, accounting.is_contractual)
        if product["product_id"] in taken:
            found = product_rows(product, inventory, library, system, solver, served, draws)
            made[product["product_id"]] = found.result
        if key not in numbers:
            view = sampled_view(inventory, library, system, solver, served, key, draws)
            numbers[key] = laid.add(view, system, served.gwp_set)
        root = system.root_of[product["process_id"]]
        laid.add_output(
            product["product_id"], served.gwp_set, inventory.inventory_id, numbers[key], root,
            demand_of(product, system, root, library.book),
        )  # fmt: skip


def lay_out_system(
    system: UncertainSystem,
    nominal: NDArray[np.float64],
    outputs: Mapping[str, int],
    blocks: BlockRule,
    samples: int,
    seed: int,
) -> Layout:
    """A system that came as arrays, laid out; it asks for no factors.

    Args:
        system: medians and quantities.
        nominal: (n) intensities at the medians.
        outputs: node of each product asked for.
        blocks: sizes of blocks.
        samples: how many.
        seed: their seed.
    """
    frames = system_frames(0, system)
    frames["quantity"] = frames["quantity"].with_columns(
        pl.lit(None, pl.String).alias("of_product"), pl.lit(None, pl.Int64).alias("of_output")
    )
    names = [f"P{node}" for node in range(system.size)]
    frames["node"] = pl.DataFrame(
        {"system": np.zeros(system.size, np.int64), "process_id": names, "nominal": nominal},
        schema=FRAMES["node"],
    )
    rows = [(name, "", "", 0, node, 1.0) for name, node in outputs.items()]
    frames["output"] = pl.DataFrame(rows, schema=FRAMES["output"], orient="row")
    frames["request"] = pl.DataFrame(schema=FRAMES["request"])
    return Layout.of(
        frames, release_id="", batch="", made_by="", seed=seed, samples=samples,
        sample_block=blocks.samples, product_block=blocks.products, line_block=blocks.lines,
    )  # fmt: skip
