"""Footprints of inventories: read, check, choose, solve, account.

Belongs here: the order of steps for one inventory and for all of them, as tables. Does not
belong here: any single step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.errors import FaultyData
from pipelines.footprint.account import (
    MEMO,
    Context,
    counted,
    line_rows,
    stage_component_gas_rows,
    total_row,
)
from pipelines.footprint.characterise import Characteriser
from pipelines.footprint.check import check_rows, read_checks
from pipelines.footprint.contributions import atoms_of, parts_of_lines, run_product
from pipelines.footprint.instruments import contractual_parts
from pipelines.footprint.inventory import Inventory, read_inventory
from pipelines.footprint.inventory_checks import check_inventory
from pipelines.footprint.model import inventory_result_rows, model_row
from pipelines.footprint.requests import requests_of
from pipelines.footprint.selection import select
from pipelines.footprint.solve import Solver, links_of
from pipelines.footprint.system import ProductSystem, build_system
from pipelines.quantities.number import result_decimal
from schemas.footprint import (
    FOOTPRINT,
    FOOTPRINT_CHECK,
    FOOTPRINT_COMPONENT,
    FOOTPRINT_GAS,
    FOOTPRINT_LINE,
    FOOTPRINT_STAGE,
    FOOTPRINT_SUPPLY,
)
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

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal
    from pathlib import Path

    import polars as pl

    from pipelines.footprint.contributions import LineParts, Run
    from pipelines.footprint.library import Library
    from pipelines.footprint.reference import FlowBook

GWP_SETS = ("AR4", "AR5", "AR5-feedback", "AR6")
OUT = (
    PRODUCT, PROCESS, EXCHANGE, INSTRUMENT, ASSUMPTION, MODEL, INVENTORY_RESULT, FOOTPRINT,
    FOOTPRINT_COMPONENT, FOOTPRINT_STAGE, FOOTPRINT_GAS, FOOTPRINT_LINE, FOOTPRINT_SUPPLY,
    FOOTPRINT_CHECK,
)  # fmt: skip


@dataclass
class Results:
    """Rows of every table that footprints fill, collected over inventories."""

    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {table.name: [] for table in OUT}
    )

    def add(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        """Add rows to a table."""
        self.rows[name] += rows

    def frames(self) -> dict[str, pl.DataFrame]:
        """Every table as a frame, sorted by key."""
        return {t.name: ordered(t, frame_of(t, self.rows[t.name])) for t in OUT}


def load(folder: Path, library: Library) -> Inventory:
    """A folder's inventory, read and checked.

    Raises:
        UnreadableInput: a file is missing.
        FaultyData: any fault of the inventory, all of them together.
    """
    inventory = read_inventory(folder)
    faults = check_inventory(inventory, library.book, library.rules, library.on)
    if faults:
        raise FaultyData(faults)
    return inventory


def compute(
    folders: Iterable[Path],
    library: Library,
    *,
    gwp_sets: tuple[str, ...] | None = None,
) -> dict[str, pl.DataFrame]:
    """Footprints of inventories under every GWP set, as tables.

    Args:
        folders: inventory folders.
        library: the release's tables.
        gwp_sets: sets to compute; those of ``GWP_SETS`` by default. The set of a product's
            own accounting rule is always among them.

    Returns:
        Every table of ``OUT``, sorted by key.

    Raises:
        UnreadableInput: a file is missing.
        FaultyData: an inventory is faulty, a choice ties, a system has no solution.
    """
    results = Results()
    for folder in folders:
        inventory = load(folder, library)
        main = _compute_inventory(inventory, library, gwp_sets or GWP_SETS, results)
        results.add("footprint_check", check_rows(read_checks(folder), main, library.book))
    return results.frames()


def _compute_inventory(
    inventory: Inventory, library: Library, gwp_sets: tuple[str, ...], results: Results
) -> dict[str, dict[str, Any]]:
    """Add an inventory's rows; returns each product's result under its own GWP set."""
    for name in ("product", "process", "exchange", "instrument", "assumption"):
        results.add(name, inventory.rows[name])
    system = build_system(inventory, library.book)
    solver = Solver(links_of(system), tuple(node.process_id for node in system.nodes))
    main = {}
    own_sets = {p["gwp_set"] for p in inventory.rows["product"]}
    for gwp_set in dict.fromkeys((*sorted(own_sets), *gwp_sets)):
        for product, row in _under_set(inventory, library, system, solver, gwp_set, results):
            if product["gwp_set"] == gwp_set:
                main[product["product_id"]] = row
    return main


def _under_set(
    inventory: Inventory,
    library: Library,
    system: ProductSystem,
    solver: Solver,
    gwp_set: str,
    results: Results,
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    rule = library.resolution
    requests = requests_of(inventory, rule, gwp_set)
    choices = select(
        requests, library.factor, library.factor_gas, library.chains, rule, library.book
    )
    characteriser = Characteriser(
        gwp_set, library.gwp[gwp_set], library.book.components, library.gases,
        rule.removal_component,
    )  # fmt: skip
    parts = parts_of_lines(inventory.rows["exchange"], choices, characteriser)
    contractual = contractual_parts(
        parts, inventory.rows["instrument"], library.by_name, characteriser, library.book
    )
    rows = []
    for product in inventory.rows["product"]:
        root = system.root_of[product["process_id"]]
        demand = _demand(product, system, root, library.book)
        run = run_product(system, solver, root, demand)
        context = Context(
            product,
            gwp_set,
            library.rules[product["accounting_rule"]].biogenic_convention,
            library.quality,
            len(inventory.rows["assumption"]),
            {},
        )
        atoms = atoms_of(system, run, parts)
        lines = line_rows(context, system, run, parts, atoms)
        row = total_row(context, atoms, lines)
        if inventory.rows["instrument"]:
            inside = counted(atoms_of(system, run, contractual), context.convention)
            row["value_contractual"] = sum((a.co2e for a in inside), start=_zero())
        stages, components, gases = stage_component_gas_rows(context, atoms)
        results.add("footprint", [row])
        results.add("footprint_line", lines)
        results.add("footprint_stage", stages)
        results.add("footprint_component", components)
        results.add("footprint_gas", gases)
        results.add("footprint_supply", _supply_rows(context, system, solver, run, parts))
        if product["gwp_set"] == gwp_set:
            covered = {
                key: all(e.choice is None or e.choice.factor is not None for e in entries)
                for key, entries in parts.items()
            }
            results.add("model", [model_row(product, system, run)])
            results.add("inventory_result", inventory_result_rows(product, system, run, covered))
        rows.append((product, row))
    return rows


def _zero() -> Decimal:
    return result_decimal(0.0)


def _demand(product: dict[str, Any], system: ProductSystem, root: int, book: FlowBook) -> float:
    node = system.nodes[root]
    ratio = book.ratio(node.flow, product["declared_unit"], node.unit)
    return float(product["declared_amount"]) * float(ratio or 1)


def _supply_rows(
    context: Context,
    system: ProductSystem,
    solver: Solver,
    run: Run,
    parts: dict[tuple[str, str], list[LineParts]],
) -> list[dict[str, Any]]:
    direct = np.array(
        [
            sum(float(amount) * _per_unit(parts.get(_key(line), [])) for line, amount in lines)
            for lines in system.direct
        ]
    )
    intensity = solver.intensity(direct)
    return [
        {
            "product_id": context.product["product_id"],
            "gwp_set": context.gwp_set,
            "process_id": system.nodes[i].process_id,
            "scale": result_decimal(float(run.scale[i])),
            "intensity": result_decimal(float(intensity[i])),
            "reference_flow_unit": system.nodes[i].unit,
        }
        for process, i in sorted(system.root_of.items())
        if run.scale[i] != 0 and process
    ]


def _per_unit(entries: list[LineParts]) -> float:
    return sum(p.co2e for e in entries for p in e.parts if p.component != MEMO)


def _key(line: dict[str, Any]) -> tuple[str, str]:
    return (line["process_id"], line["line"])
