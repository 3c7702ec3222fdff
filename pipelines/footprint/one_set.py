"""An inventory under one GWP set: what serves each line, and each product's rows.

Belongs here: choosing, characterising, running and accounting for one set. Does not belong
here: which sets are computed (``compute``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.footprint.account import (
    ZERO,
    Context,
    counted,
    line_rows,
    per_unit,
    stage_component_gas_rows,
    total_row,
)
from pipelines.footprint.characterise import Characteriser
from pipelines.footprint.contributions import atoms_of, parts_of_lines, run_product
from pipelines.footprint.instruments import contractual_parts, factors_of_instruments
from pipelines.footprint.model import inventory_result_rows, model_row
from pipelines.footprint.outputs import fraction
from pipelines.footprint.product_links import result_of
from pipelines.footprint.requests import requests_of
from pipelines.footprint.selection import select
from pipelines.footprint.standing import parents_of
from pipelines.quantities.number import result_decimal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.footprint.contributions import LineParts, Run
    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.library import Library
    from pipelines.footprint.product_links import ProductResult
    from pipelines.footprint.reference import FlowBook
    from pipelines.footprint.solve import Solver
    from pipelines.footprint.system import ProductSystem

    Parts = dict[tuple[str, str], list[LineParts]]


@dataclass(frozen=True)
class Served:
    """What serves each line of an inventory under one GWP set.

    Attributes:
        gwp_set: the set.
        parts: location-based parts of each line.
        contractual: parts with instruments applied.
    """

    gwp_set: str
    parts: Parts
    contractual: Parts


@dataclass(frozen=True)
class ProductRows:
    """A product's rows by table, and its result for others to use."""

    rows: dict[str, list[dict[str, Any]]]
    result: ProductResult


def served_lines(
    inventory: Inventory, library: Library, gwp_set: str, products: Mapping[str, ProductResult]
) -> Served:
    """Choose and characterise what serves each line.

    Args:
        inventory: checked.
        library: the release's tables.
        gwp_set: the GWP set asked for.
        products: results of other products under this set.

    Raises:
        FaultyData: the set cannot be computed for this inventory.
    """
    if gwp_set not in library.gwp:
        raise FaultyData(finding("E-FPT-10", value=gwp_set))
    rule = library.resolution
    choices = select(
        requests_of(inventory, rule, gwp_set), library.factor, library.factor_gas,
        library.chains, rule, library.book,
    )  # fmt: skip
    characteriser = Characteriser(
        gwp_set, library.gwp[gwp_set], library.book.components, library.gases,
        rule.removal_component,
    )  # fmt: skip
    parts = parts_of_lines(
        inventory.rows["exchange"], choices, products, characteriser, library.book
    )
    contractual = contractual_parts(
        parts,
        inventory.rows["instrument"],
        factors_of_instruments(inventory, library, gwp_set),
        characteriser,
        library.book,
    )
    return Served(gwp_set, parts, contractual)


def product_rows(
    product: dict[str, Any],
    inventory: Inventory,
    library: Library,
    system: ProductSystem,
    solver: Solver,
    served: Served,
) -> ProductRows:
    """Run a product's system and account for it.

    Raises:
        FaultyData: the system has no solution or uses more than it makes.
    """
    root = system.root_of[product["process_id"]]
    run = run_product(system, solver, root, _demand(product, system, root, library.book))
    context = Context(
        product,
        served.gwp_set,
        library.rules[product["accounting_rule"]],
        library.quality,
        len(inventory.rows["assumption"]),
        parents_of(inventory, system, run),
    )
    atoms = atoms_of(system, run, served.parts)
    is_same = served.contractual == served.parts
    by_contract = atoms if is_same else atoms_of(system, run, served.contractual)
    lines = line_rows(context, system, run, served.parts, atoms)
    row = total_row(context, atoms, lines)
    inside = counted(by_contract, context.convention)
    row["value_contractual"] = sum((a.co2e for a in inside), start=ZERO)
    stages, components, gases = stage_component_gas_rows(context, atoms)
    rows = {
        "footprint": [row],
        "footprint_line": lines,
        "footprint_stage": stages,
        "footprint_component": components,
        "footprint_gas": gases,
        "footprint_supply": _supply_rows(context, system, solver, run, served.parts),
    }
    if product["gwp_set"] == served.gwp_set:
        covered = {
            key: all(e.choice is None or e.choice.factor is not None for e in entries)
            for key, entries in served.parts.items()
        }
        rows["model"] = [model_row(product, system, run)]
        rows["inventory_result"] = inventory_result_rows(product, system, run, covered)
    return ProductRows(rows, result_of(row, atoms, by_contract))


def _demand(product: dict[str, Any], system: ProductSystem, root: int, book: FlowBook) -> float:
    node = system.nodes[root]
    ratio = book.ratio(node.flow, product["declared_unit"], node.unit)
    if ratio is None:
        raise ValueError(f"{product['declared_unit']} is not {node.unit}")
    return float(fraction(product["declared_amount"]) * ratio)


def _supply_rows(
    context: Context,
    system: ProductSystem,
    solver: Solver,
    run: Run,
    parts: Parts,
) -> list[dict[str, Any]]:
    direct = np.array(
        [
            sum(float(amount) * _of_line(context, parts, line) for line, amount in lines)
            for lines in system.direct
        ],
        dtype=np.float64,
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


def _of_line(context: Context, parts: Parts, line: dict[str, Any]) -> float:
    entries = parts.get((line["process_id"], line["line"]), [])
    return sum((per_unit(entry, context.convention) for entry in entries), 0.0)
