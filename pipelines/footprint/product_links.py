"""Lines served by the result of another product: in what order, with what parts.

Belongs here: the order of inventories, the checks of ``product:`` providers, a product's
result as the parts of one declared unit. Does not belong here: links within an inventory
(``system``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding
from pipelines.footprint.cell_checks import at
from pipelines.footprint.characterise import Part
from pipelines.footprint.output_checks import taken_faults
from pipelines.footprint.outputs import Output
from pipelines.footprint.requests import PRODUCT, product_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from pipelines.footprint.contributions import Atom
    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.reference import FlowBook

ONE = Fraction(1)
UNCOVERED = "uncovered_upstream"
SCORES = ("ter", "ger", "tir", "precision_score")


@dataclass(frozen=True)
class ProductResult:
    """What one declared unit of a product brings to whoever uses it.

    Attributes:
        product_id: the product.
        unit: its declared unit.
        parts: parts per declared unit, location based.
        contractual: parts per declared unit with its instruments applied.
        confidence: of its result.
        flags: what a line that uses it must say.
        scores: its own quality scores, by criterion.
        primary_share: its own share of primary data.
        samples: (s) its sampled results over the nominal one; None where none were drawn.
        moved_by: the quantities it hangs on: name, relative change per relative change and
            variance of ln x.
    """

    product_id: str
    unit: str
    parts: tuple[Part, ...]
    contractual: tuple[Part, ...]
    confidence: str
    flags: tuple[str, ...]
    scores: tuple[tuple[str, float | None], ...] = ()
    primary_share: float = 0.0
    samples: NDArray[np.float64] | None = field(default=None, compare=False)
    moved_by: tuple[tuple[str, float, float], ...] = field(default=(), compare=False)


def result_of(row: dict[str, Any], atoms: list[Atom], contractual: list[Atom]) -> ProductResult:
    """A product's result, for others to use.

    Args:
        row: its row of ``footprint``.
        atoms: the atoms of the result, whatever its convention leaves out included.
        contractual: the same with instruments applied.
    """
    flags = set(row["flags"]) & {"gwp_not_stated", "p"}
    if "provisional_factors" in row["flags"]:
        flags.add("factor_provisional")
    if "uncovered_lines" in row["flags"]:
        flags.add(UNCOVERED)
    amount = row["declared_amount"]
    return ProductResult(
        row["product_id"],
        row["declared_unit"],
        _parts(atoms, amount),
        _parts(contractual, amount),
        row["confidence"],
        tuple(sorted(flags)),
        tuple((name, row[name]) for name in SCORES),
        row["primary_data_share"],
    )


def _parts(atoms: list[Atom], amount: float) -> tuple[Part, ...]:
    sums: dict[tuple[str, str], list[Atom]] = defaultdict(list)
    for atom in atoms:
        sums[atom.gas, atom.component].append(atom)
    parts = []
    for (gas, component), entries in sorted(sums.items()):
        masses = [atom.mass for atom in entries if atom.mass is not None]
        mass = float(sum(masses, Decimal(0))) / amount if masses else None
        co2e = float(sum((atom.co2e for atom in entries), Decimal(0))) / amount
        parts.append(Part(gas, component, mass, co2e))
    return tuple(parts)


def in_order(inventories: list[Inventory], book: FlowBook) -> list[Inventory]:
    """The inventories so that each stands after those whose products it uses.

    Args:
        inventories: each checked by itself.
        book: converts units.

    Raises:
        FaultyData: a product stands in two inventories, a line uses a product that none
            makes or that is of another flow or unit, or products use each other.
    """
    outputs, makers, faults = _made(inventories)
    needs: dict[int, set[int]] = {n: set() for n in range(len(inventories))}
    for n, inventory in enumerate(inventories):
        for i, line in enumerate(inventory.rows["exchange"]):
            product_id = product_of(line)
            if product_id is None:
                continue
            place = at(inventory, "exchange", i)
            if product_id not in makers:
                faults.append(finding("E-FPT-09", **place, column="provider", value=product_id))
                continue
            output = outputs[product_id]
            faults += taken_faults(
                line, f"{PRODUCT}{product_id}", {output.flow: output}, book, place
            )
            needs[n].add(makers[product_id])
    if faults:
        raise FaultyData(faults)
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        names = " <- ".join(inventories[n].inventory_id for n in error.args[1])
        raise FaultyData(finding("E-FPT-13", value=names)) from error
    return [inventories[n] for n in order]


def _made(
    inventories: Iterable[Inventory],
) -> tuple[dict[str, Output], dict[str, int], list[Finding]]:
    """Each product's output, the inventory that makes it, products made twice."""
    outputs: dict[str, Output] = {}
    makers: dict[str, int] = {}
    faults = []
    for n, inventory in enumerate(inventories):
        processes = {row["process_id"]: row for row in inventory.rows["process"]}
        for i, row in enumerate(inventory.rows["product"]):
            product_id = row["product_id"]
            if product_id in makers:
                place = at(inventory, "product", i)
                faults.append(finding("E-SEED-07", **place, column="product_id", value=product_id))
            makers[product_id] = n
            flow = processes[row["process_id"]]["reference_flow"]
            outputs[product_id] = Output(flow, row["declared_unit"], ONE, ONE)
    return outputs, makers, faults
