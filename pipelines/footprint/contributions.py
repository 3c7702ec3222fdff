"""The atoms of a result: each line's part by stage, gas and component, rounded once.

Belongs here: scaling lines by the supply of their process, the stage by which upstream
enters, contractual instruments. Every total elsewhere is the exact sum of these atoms.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.footprint.requests import USES, needs_factor
from pipelines.footprint.solve import refuse_negative
from pipelines.quantities.number import result_decimal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from pipelines.footprint.characterise import Characteriser, Part
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
class LineParts:
    """What one unit of a line brings: its parts and where they come from.

    Attributes:
        line: the inventory's line.
        use: supply, combustion, or empty for emissions and removals.
        choice: the factor choice, None for emissions and removals.
        parts: parts per amount unit.
    """

    line: dict[str, Any]
    use: str
    choice: Choice | None
    parts: tuple[Part, ...]


def parts_of_lines(
    lines: list[dict[str, Any]],
    choices: Mapping[tuple[str, str, str], Choice],
    characteriser: Characteriser,
) -> dict[tuple[str, str], list[LineParts]]:
    """The parts of every line that is not served by another process.

    Args:
        lines: rows of the ``exchange`` table.
        choices: the factor choices.
        characteriser: turns gases and factors into parts.

    Returns:
        ``(process_id, line)`` to one entry per use.

    Raises:
        FaultyData: a gas has no GWP in the set asked for.
    """
    found: dict[tuple[str, str], list[LineParts]] = {}
    for line in lines:
        key = (line["process_id"], line["line"])
        if line["direction"] in {"emission", "removal"}:
            parts = characteriser.of_gas(line["flow"], line["direction"], key)
            found[key] = [LineParts(line, MAIN, None, parts)]
        elif needs_factor(line):
            found[key] = []
            for use in USES[line["flow_use"]]:
                choice = choices[*key, use]
                chosen = choice.factor
                of = characteriser.of_factor(chosen, choice.unit_ratio, key) if chosen else ()
                found[key].append(LineParts(line, use, choice, of))
    return found


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


def scaled_amount(system: ProductSystem, run: Run, key: tuple[str, str]) -> float:
    """Amount of a line for the declared amount of product, over all nodes it stands in."""
    total = []
    for i, lines in enumerate(system.direct):
        total += [
            float(run.scale[i]) * float(amount)
            for line, amount in lines
            if (line["process_id"], line["line"]) == key
        ]
    return math.fsum(total)
