"""An inventory under one GWP set: what serves each line, and each product's rows.

Belongs here: choosing, characterising, running and accounting for one set. Does not belong
here: which sets are computed (``compute``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.footprint.account import (
    ZERO,
    Context,
    counted,
    line_rows,
    stage_component_gas_rows,
    total_row,
)
from pipelines.footprint.characterise import Characteriser
from pipelines.footprint.contributions import (
    atoms_of,
    parts_of_lines,
    run_product,
    scaled_amounts,
)
from pipelines.footprint.electricity import electricity_rows
from pipelines.footprint.gap_weights import Scales
from pipelines.footprint.gaps import gap_rows, omitted, supplied_flows
from pipelines.footprint.instruments import (
    contractual_parts,
    factors_of_instruments,
    residual_choices,
)
from pipelines.footprint.model import inventory_result_rows, model_row
from pipelines.footprint.outputs import fraction
from pipelines.footprint.product_links import result_of
from pipelines.footprint.requests import SUPPLY_PART, requests_of
from pipelines.footprint.selection import select
from pipelines.footprint.separate import carbon_balance, part_rows
from pipelines.footprint.standing import parents_of
from pipelines.footprint.uncertain_inventory import sampled_inventory
from pipelines.footprint.uncertainty import uncertainty_of
from pipelines.quantities.number import result_decimal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    import numpy as np
    from numpy.typing import NDArray

    from pipelines.footprint.contributions import Atom, LineParts, Run
    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.library import Library
    from pipelines.footprint.product_links import ProductResult
    from pipelines.footprint.reference import FlowBook
    from pipelines.footprint.solve import Solver
    from pipelines.footprint.system import ProductSystem
    from pipelines.footprint.uncertain_inventory import UncertainInventory

    Parts = dict[tuple[str, str], list[LineParts]]


@dataclass(frozen=True)
class Served:
    """What serves each line of an inventory under one GWP set.

    Attributes:
        gwp_set: the set.
        parts: location-based parts of each line.
        contractual: parts by contract.
        characteriser: turns factors into parts under the set.
        sampled: the sampled inventory by biogenic convention and view, filled at first use.
        scales: what weighs gaps, by biogenic convention, filled at first use.
    """

    gwp_set: str
    parts: Parts
    contractual: Parts
    characteriser: Characteriser
    sampled: dict[tuple[str, bool], UncertainInventory] = field(default_factory=dict)
    scales: dict[str, Scales] = field(default_factory=dict)


@dataclass(frozen=True)
class Draws:
    """How many samples, from which seed."""

    samples: int
    seed: int


@dataclass(frozen=True)
class ProductRows:
    """A product's rows by table, its result for others to use, samples per declared unit."""

    rows: dict[str, list[dict[str, Any]]]
    result: ProductResult
    samples: NDArray[np.float64]


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
        residual_choices(inventory, library, gwp_set, parts),
        characteriser,
        library,
    )
    return Served(gwp_set, parts, contractual, characteriser)


def product_rows(
    product: dict[str, Any],
    inventory: Inventory,
    library: Library,
    system: ProductSystem,
    solver: Solver,
    served: Served,
    draws: Draws,
) -> ProductRows:
    """Run a product's system, account for it and tell its uncertainty.

    Raises:
        FaultyData: the system has no solution or uses more than it makes.
    """
    root = system.root_of[product["process_id"]]
    run = run_product(system, solver, root, demand_of(product, system, root, library.book))
    context = Context(
        product,
        served.gwp_set,
        library.rules[product["accounting_rule"]],
        library.quality,
        len(inventory.rows["assumption"]),
        parents_of(inventory, system, run),
        {
            entry.product.product_id: entry.product
            for entries in served.parts.values()
            for entry in entries
            if entry.product is not None
        },
    )
    by_place = atoms_of(system, run, served.parts)
    is_same = served.contractual == served.parts
    by_contract = by_place if is_same else atoms_of(system, run, served.contractual)
    is_contractual = context.rule.is_contractual
    view = served.contractual if is_contractual else served.parts
    atoms = by_contract if is_contractual else by_place
    lines = line_rows(context, system, run, view, atoms)
    gaps = _gaps(context, inventory, library, served, scaled_amounts(system, run))
    row = total_row(context, atoms, lines)
    row |= {
        "value_location_based": _total(by_place, context),
        "value_contractual": _total(by_contract, context),
        "carbon_balance_biogenic": carbon_balance(atoms, library.reporting),
        **omitted(gaps, float(row["footprint_value"])),
    }
    stages, components, gases = stage_component_gas_rows(context, atoms)
    of_view = (context.convention, is_contractual)
    sampled = sampled_view(inventory, library, system, solver, served, of_view, draws)
    told = uncertainty_of(sampled, system, run, library.spreads.z975)
    row |= told.columns
    row["flags"] = sorted([*row["flags"], *told.flags])
    for entry in lines:
        key = (entry["process_id"], entry["line"].removesuffix(SUPPLY_PART))
        used = told.line_shares.get((*key, entry["flow_use"] or ""))
        entry["variance_share"] = told.line_shares.get((*key, "")) if used is None else used
    rows = {
        "footprint": [row],
        "footprint_line": lines,
        "footprint_stage": stages,
        "footprint_component": components,
        "footprint_gas": gases,
        "footprint_part": part_rows(context, atoms, library.reporting),
        "footprint_gap": gaps,
        "footprint_electricity": electricity_rows(
            context, scaled_amounts(system, run), served.parts, served.contractual
        ),
        "footprint_supply": _supply_rows(context, system, run, sampled.nominal),
        "footprint_uncertainty": [
            {"product_id": product["product_id"], "gwp_set": served.gwp_set, **entry}
            for entry in told.rows
        ],
    }
    if product["gwp_set"] == served.gwp_set:
        covered = {
            key: all(e.choice is None or e.choice.factor is not None for e in entries)
            for key, entries in served.parts.items()
        }
        rows["model"] = [model_row(product, system, run)]
        rows["inventory_result"] = inventory_result_rows(product, system, run, covered)
    nominal = run.demand * float(sampled.nominal[root])
    moved = told.samples / nominal if draws.samples and nominal else None
    result = replace(result_of(row, by_place, by_contract), samples=moved, moved_by=told.moved_by)
    return ProductRows(rows, result, told.samples / product["declared_amount"])


def _total(atoms: list[Atom], context: Context) -> Decimal:
    return sum((atom.co2e for atom in counted(atoms, context.convention)), start=ZERO)


def _gaps(
    context: Context,
    inventory: Inventory,
    library: Library,
    served: Served,
    amounts: Mapping[tuple[str, str], tuple[float, Any]],
) -> list[dict[str, Any]]:
    """What the result leaves out, weighed; the same scales for all products."""
    convention = context.convention
    if convention not in served.scales:
        served.scales[convention] = Scales(library, served.characteriser, convention)
    supplied = supplied_flows(inventory.rows["exchange"])
    return gap_rows(
        context.product, served.gwp_set, amounts, served.parts, supplied, served.scales[convention]
    )


def sampled_view(
    inventory: Inventory,
    library: Library,
    system: ProductSystem,
    solver: Solver,
    served: Served,
    key: tuple[str, bool],
    draws: Draws,
) -> UncertainInventory:
    """The sampled inventory: once for all products of one convention and view, the ``key``."""
    if key not in served.sampled:
        roots = [system.root_of[row["process_id"]] for row in inventory.rows["product"]]
        view = served.contractual if key[1] else served.parts
        served.sampled[key] = sampled_inventory(
            inventory.inventory_id,
            system,
            solver,
            view,
            key[0],
            library,
            roots,
            draws.samples,
            draws.seed,
        )
    return served.sampled[key]


def demand_of(product: dict[str, Any], system: ProductSystem, root: int, book: FlowBook) -> float:
    """How many units of its node a product declares."""
    node = system.nodes[root]
    ratio = book.ratio(node.flow, product["declared_unit"], node.unit)
    if ratio is None:
        raise ValueError(f"{product['declared_unit']} is not {node.unit}")
    return float(fraction(product["declared_amount"]) * ratio)


def _supply_rows(
    context: Context, system: ProductSystem, run: Run, intensity: NDArray[np.float64]
) -> list[dict[str, Any]]:
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
