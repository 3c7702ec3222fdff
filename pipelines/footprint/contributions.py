"""The atoms of a result: each line's part by stage, gas and component, rounded once.

Belongs here: scaling lines by the supply of their process, the stage by which upstream
enters, contractual instruments. Every total elsewhere is the exact sum of these atoms.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.footprint.characterise import Part
from pipelines.footprint.requests import USES, product_of
from pipelines.footprint.solve import refuse_negative
from pipelines.quantities.number import result_decimal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from fractions import Fraction

    from pipelines.footprint.characterise import Characteriser
    from pipelines.footprint.product_links import ProductResult
    from pipelines.footprint.reference import FlowBook
    from pipelines.footprint.selection import Choice
    from pipelines.footprint.solve import Solver
    from pipelines.footprint.system import ProductSystem

MAIN = ""


@dataclass(frozen=True)
class Atom:
    """One part of a result: a line's contribution of one gas and component in one stage."""

    process_id: str
    line: str
    use: str
    stage: str
    gas: str
    component: str
    mass: Decimal | None
    co2e: Decimal


@dataclass(frozen=True)
class Cover:
    """How certificates and contracts cover the supply of a line of electricity.

    Attributes:
        share: part of the line they cover.
        instruments: their ids.
        covered: parts they bring, per amount unit of the line.
        rest: parts of what they do not cover, per amount unit of the line.
        basis: ``residual_mix``, ``average`` or ``not_served``: what the rest is counted by.
        residual: the residual mix used, as id@version.
    """

    share: Fraction
    instruments: tuple[str, ...]
    covered: tuple[Part, ...]
    rest: tuple[Part, ...]
    basis: str
    residual: str | None = None


@dataclass(frozen=True)
class LineParts:
    """What one unit of a line brings: its parts and where they come from.

    Attributes:
        line: the inventory's line.
        use: supply, combustion, or empty for emissions and removals.
        choice: the factor choice, None for emissions, removals and products.
        parts: parts per amount unit.
        product: the product whose result serves the line, if one does.
        product_units: declared units of that product per amount unit.
        cover: in the contractual view, what covers a line of electricity.
    """

    line: dict[str, Any]
    use: str
    choice: Choice | None
    parts: tuple[Part, ...]
    product: ProductResult | None = None
    product_units: float = 1.0
    cover: Cover | None = field(default=None, compare=False)


def parts_of_lines(
    lines: list[dict[str, Any]],
    choices: Mapping[tuple[str, str, str], Choice],
    products: Mapping[str, ProductResult],
    characteriser: Characteriser,
    book: FlowBook,
) -> dict[tuple[str, str], list[LineParts]]:
    """The parts of every line that is not served by another process.

    Args:
        lines: rows of the ``exchange`` table.
        choices: the factor choices.
        products: results of products of other inventories, by product.
        characteriser: turns gases and factors into parts.
        book: converts units.

    Returns:
        ``(process_id, line)`` to one entry per use.

    Raises:
        FaultyData: a gas has no GWP in the set asked for, or a product no result in it.
    """
    found: dict[tuple[str, str], list[LineParts]] = {}
    for line in lines:
        key = (line["process_id"], line["line"])
        product_id = product_of(line)
        if line["direction"] in {"emission", "removal"}:
            mass = float(book.units.ratio(line["amount_unit"], "kg"))
            parts = characteriser.of_gas(line["flow"], line["direction"], mass, key)
            found[key] = [LineParts(line, MAIN, None, parts)]
        elif product_id is not None:
            found[key] = [_of_product(line, product_id, products, book)]
        for use in () if line["direction"] in {"emission", "removal"} else USES[line["flow_use"]]:
            choice = choices.get((*key, use))
            if choice is None:
                continue
            chosen = choice.factor
            of = characteriser.of_factor(chosen, choice.unit_ratio, key) if chosen else ()
            found.setdefault(key, []).append(LineParts(line, use, choice, of))
    return found


def _of_product(
    line: dict[str, Any], product_id: str, products: Mapping[str, ProductResult], book: FlowBook
) -> LineParts:
    product = products.get(product_id)
    if product is None:
        raise FaultyData(finding("E-FPT-09", value=product_id))
    ratio = float(book.ratio(line["flow"], line["amount_unit"], product.unit) or 0)
    parts = tuple(
        Part(p.gas, p.component, None if p.mass is None else p.mass * ratio, p.co2e * ratio)
        for p in product.parts
    )
    return LineParts(line, MAIN, None, parts, product, ratio)


@dataclass(frozen=True)
class Run:
    """The solved demand of one product.

    Attributes:
        scale: (n) supply of each node for the declared amount.
        by_stage: supply of each node by the stage through which it enters the root.
        demand: the amount asked of the root node.
        root: index of the root node.
    """

    scale: np.ndarray[Any, np.dtype[np.float64]]
    by_stage: dict[str, np.ndarray[Any, np.dtype[np.float64]]]
    demand: float
    root: int


def run_product(system: ProductSystem, solver: Solver, root: int, demand: float) -> Run:
    """Supply for a demand of the root node, apart by the stage of the root's own lines.

    Args:
        system: the linked system.
        solver: its factorisation.
        root: index of the root node.
        demand: amount of the root node's output.

    Returns:
        The supply in all and by stage; the root's own demand is in no stage.

    Raises:
        FaultyData: a node would run backwards without substitution.
    """
    n = len(system.nodes)
    asked = np.zeros(n)
    asked[root] = demand
    scale = solver.supply(asked)
    refuse_negative(scale, system, root)
    wanted: dict[str, np.ndarray[Any, np.dtype[np.float64]]] = {}
    for link in system.links:
        if link.taker == root:
            stage = wanted.setdefault(link.line["stage"], np.zeros(n))
            stage[link.provider] += float(link.amount) * demand
    by_stage = {stage: solver.supply(needed) for stage, needed in sorted(wanted.items())}
    return Run(scale, by_stage, demand, root)


def atoms_of(
    system: ProductSystem, run: Run, parts: Mapping[tuple[str, str], list[LineParts]]
) -> list[Atom]:
    """The atoms of one product's result.

    Args:
        system: the linked system.
        run: the solved demand.
        parts: parts of every line.

    Returns:
        Atoms in the order of process, line, use, stage, gas and component; zero atoms of
        lines without factor are left out.
    """
    sums: dict[tuple[str, str, str, str, str, str], list[tuple[float, float | None]]] = defaultdict(
        list
    )
    for i, lines in enumerate(system.direct):
        for line, amount in lines:
            stages = [(s, float(v[i])) for s, v in run.by_stage.items() if v[i] != 0]
            if i == run.root:
                stages.append((line["stage"], run.demand))
            for entry in parts.get((line["process_id"], line["line"]), []):
                for stage, scale in stages:
                    for part in entry.parts:
                        key = (line["process_id"], line["line"], entry.use, stage, part.gas,
                               part.component)  # fmt: skip
                        scaled = scale * float(amount)
                        mass = None if part.mass is None else scaled * part.mass
                        sums[key].append((scaled * part.co2e, mass))
    atoms = []
    for key in sorted(sums):
        values = sums[key]
        co2e = result_decimal(math.fsum([v for v, _ in values]))
        masses = [m for _, m in values if m is not None]
        total_mass = result_decimal(math.fsum(masses)) if masses else None
        atoms.append(Atom(*key, mass=total_mass, co2e=co2e))
    return atoms


def scaled_amounts(
    system: ProductSystem, run: Run
) -> dict[tuple[str, str], tuple[float, dict[str, float]]]:
    """Amount of every line for the declared amount of product, in all and by stage.

    Returns:
        ``(process_id, line)`` to the amount over all nodes the line stands in and its part
        in each stage; lines the product does not draw on are left out.
    """
    whole: dict[tuple[str, str], list[float]] = defaultdict(list)
    staged: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for i, lines in enumerate(system.direct):
        supplies = [(s, float(v[i])) for s, v in run.by_stage.items() if v[i] != 0]
        for line, amount in lines:
            key = (line["process_id"], line["line"])
            whole[key].append(float(run.scale[i]) * float(amount))
            own = [(line["stage"], run.demand)] if i == run.root else []
            for stage, supply in (*supplies, *own):
                staged[key][stage].append(supply * float(amount))
    sums = {key: math.fsum(values) for key, values in whole.items()}
    return {
        key: (total, {s: math.fsum(v) for s, v in sorted(staged[key].items())})
        for key, total in sorted(sums.items())
        if total != 0
    }
