"""Footprints of inventories: read, check, order, compute, collect.

Belongs here: the order of steps for one inventory and for all of them, which GWP sets are
computed, the tables. Does not belong here: a result under one set (``one_set``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.footprint.assumption_ledger import assumed, ledger_rows
from pipelines.footprint.cell_checks import heaviest, placed
from pipelines.footprint.check import check_rows, read_checks
from pipelines.footprint.double_counting import FactorBook, double_counted, flags_of
from pipelines.footprint.inventory import Inventory, inventory_of, read_inventory
from pipelines.footprint.inventory_checks import check_inventory
from pipelines.footprint.one_set import Draws, product_rows, served_lines
from pipelines.footprint.product_links import ProductResult, in_order
from pipelines.footprint.shared_ids import require_apart
from pipelines.footprint.solve import Solver, links_of
from pipelines.footprint.spread import spread_faults
from pipelines.footprint.system import build_system
from pipelines.footprint.transport import join_hauls
from pipelines.footprint.uncertainty import comparison_rows
from pipelines.quantities.number import NotANumber
from schemas.footprint import FOOTPRINT_TABLES
from schemas.footprint_apart import APART_TABLES
from schemas.footprint_uncertainty import UNCERTAINTY_TABLES
from schemas.product import (
    ASSUMPTION,
    EXCHANGE,
    INSTRUMENT,
    INVENTORY_RESULT,
    MODEL,
    PROCESS,
    PRODUCT,
)
from schemas.render.frame import frame_of, ordered
from schemas.table import DECIMAL_PRECISION, DECIMAL_SCALE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import polars as pl

    from pipelines.findings import Finding
    from pipelines.footprint.double_counting_rule import DoubleCountingRule
    from pipelines.footprint.library import Library
    from pipelines.footprint.one_set import Served
    from pipelines.tabular.text_table import TextRow

GWP_SETS = ("AR4", "AR5", "AR5-feedback", "AR6")
OUT = (
    PRODUCT, PROCESS, EXCHANGE, INSTRUMENT, ASSUMPTION, MODEL, INVENTORY_RESULT,
    *FOOTPRINT_TABLES, *APART_TABLES, *UNCERTAINTY_TABLES,
)  # fmt: skip
HANDED_IN = ("product", "process", "exchange", "instrument", "assumption")
# What a decimal column of a table can hold.
CEILING = Decimal(10) ** (DECIMAL_PRECISION - DECIMAL_SCALE)


@dataclass
class Results:
    """Rows of every table that footprints fill, collected over inventories."""

    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {table.name: [] for table in OUT}
    )

    def add(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        """Add rows to a table.

        Raises:
            OverflowError: a result is too large for its column.
        """
        for row in rows:
            if any(isinstance(v, Decimal) and abs(v) >= CEILING for v in row.values()):
                raise OverflowError(name)
            self.rows[name].append(row)

    def frames(self) -> dict[str, pl.DataFrame]:
        """Every table as a frame, sorted by key."""
        return {t.name: ordered(t, frame_of(t, self.rows[t.name])) for t in OUT}


def load(folder: Path, library: Library) -> Inventory:
    """A folder's inventory, read and checked.

    Raises:
        UnreadableInput: a file is missing.
        FaultyData: any fault of the inventory, all of them together.
    """
    return sound(read_inventory(folder), library)


def sound(inventory: Inventory, library: Library) -> Inventory:
    """An inventory whose rows make sense; flows and gases become their ids on the way.

    Raises:
        FaultyData: any fault of the inventory, all of them together.
    """
    faults = [
        *join_hauls(inventory, library.book, library.spreads),
        *check_inventory(inventory, library.book, library.rules, library.gwp, library.on),
    ]
    faults = [*faults, *spread_faults(inventory, library.book, library.spreads)]
    if faults:
        raise FaultyData(faults)
    return inventory


def compute(
    folders: Iterable[Path],
    library: Library,
    *,
    gwp_sets: tuple[str, ...] | None = None,
    samples: int | None = None,
    seed: int | None = None,
    double_counting: DoubleCountingRule | None = None,
    handed_in: Mapping[str, Mapping[str, list[TextRow]]] | None = None,
    is_release: bool = False,
) -> dict[str, pl.DataFrame]:
    """Footprints of inventories under GWP sets, as tables.

    Args:
        folders: inventory folders; one may use the products of another.
        library: the release's tables.
        gwp_sets: sets that must be computed besides the products' own. By default those of
            ``GWP_SETS`` that can be: a set that cannot is left out, and the flag
            ``not_computed:<set>:<code>`` of the product's own result says why.
        samples: Monte Carlo samples; the rule's number by default, 0 for none.
        seed: their seed; the rule's by default.
        double_counting: results in which something is counted twice carry a flag by this rule
            and stand in the assumption ledger.
        handed_in: further inventories as rows of text by table, by their ids.
        is_release: whether the tables are for a release, which holds every product, process
            and certificate once.

    Returns:
        Every table of ``OUT``, sorted by key.

    Raises:
        UnreadableInput: a file is missing.
        FaultyData: an inventory is faulty, a choice ties, a system has no solution.
    """
    at = {}
    loaded = []
    for folder in folders:
        inventory = load(folder, library)
        at[id(inventory)] = folder
        loaded.append(inventory)
    loaded += [
        sound(inventory_of(name, rows), library) for name, rows in sorted((handed_in or {}).items())
    ]
    if is_release:
        require_apart(loaded)
    results = Results()
    made: dict[str, dict[str, ProductResult]] = {}
    rule = library.spreads
    draws = Draws(rule.samples if samples is None else samples, rule.seed if seed is None else seed)
    sampled: dict[str, dict[str, Any]] = {}
    for inventory in in_order(loaded, library.book):
        try:
            main = _compute_inventory(inventory, library, gwp_sets, made, results, draws, sampled)
        except (NotANumber, OverflowError) as error:
            raise FaultyData(finding("E-FPT-11", **heaviest(inventory))) from error
        except FaultyData as error:
            raise FaultyData(placed(error.findings, inventory)) from error
        checks = read_checks(at[id(inventory)]) if id(inventory) in at else []
        results.add("footprint_check", check_rows(checks, main, library.book))
    for gwp_set, of_products in sorted(sampled.items()):
        rows = comparison_rows(results.rows["product"], of_products, gwp_set)
        results.add("footprint_comparison", rows)
    found = [assumed(results.rows, library)]
    if double_counting is not None:
        found.append(_flag_doubles(results, library, double_counting))
    results.add("assumption", ledger_rows(results.rows, found))
    return results.frames()


def _flag_doubles(
    results: Results, library: Library, rule: DoubleCountingRule
) -> dict[tuple[str, str], list[Finding]]:
    found = double_counted(
        results.rows, FactorBook.over(library.factor, library.book.categories), rule
    )
    for row in results.rows["footprint"]:
        more = flags_of(found.get((row["product_id"], row["gwp_set"]), ()))
        row["flags"] = sorted([*row["flags"], *more])
    return found


def _compute_inventory(
    inventory: Inventory,
    library: Library,
    gwp_sets: tuple[str, ...] | None,
    made: dict[str, dict[str, ProductResult]],
    results: Results,
    draws: Draws,
    sampled: dict[str, dict[str, Any]],
) -> dict[str, dict[str, Any]]:
    """Add an inventory's rows; returns each product's result under its own GWP set."""
    for name in HANDED_IN:
        results.add(name, inventory.rows[name])
    system = build_system(inventory, library.book)
    solver = Solver(links_of(system), tuple(node.process_id for node in system.nodes))
    served, left_out = _served(inventory, library, gwp_sets, made)
    main = {}
    for gwp_set, lines in served.items():
        for product in inventory.rows["product"]:
            found = product_rows(product, inventory, library, system, solver, lines, draws)
            (row,) = found.rows["footprint"]
            if product["gwp_set"] == gwp_set:
                row["flags"] = sorted([*row["flags"], *left_out])
                main[product["product_id"]] = row
            for name, rows in found.rows.items():
                results.add(name, rows)
            made.setdefault(gwp_set, {})[product["product_id"]] = found.result
            if draws.samples:
                sampled.setdefault(gwp_set, {})[product["product_id"]] = found.samples
    return main


def _served(
    inventory: Inventory,
    library: Library,
    gwp_sets: tuple[str, ...] | None,
    made: dict[str, dict[str, ProductResult]],
) -> tuple[dict[str, Served], list[str]]:
    """What serves each line under each set, and flags for sets that cannot be computed."""
    own = sorted({product["gwp_set"] for product in inventory.rows["product"]})
    needed = {*own, *(gwp_sets or ())}
    served, left_out = {}, []
    for gwp_set in dict.fromkeys((*own, *(GWP_SETS if gwp_sets is None else gwp_sets))):
        try:
            served[gwp_set] = served_lines(inventory, library, gwp_set, made.get(gwp_set, {}))
        except FaultyData as error:
            if gwp_set in needed:
                raise
            codes = sorted({found.code for found in error.findings})
            left_out += [f"not_computed:{gwp_set}:{code}" for code in codes]
    return served, left_out
