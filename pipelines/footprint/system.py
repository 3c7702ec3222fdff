"""An inventory as a linear system: nodes, links between them, direct parts of each node.

Belongs here: one node per output of a process (co-products by allocation), the amounts of
other nodes it takes per unit, the allocation shares. Does not belong here: solving
(``solve``) and factors (``selection``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.footprint.outputs import (
    coproduct_lines,
    fraction,
    is_reference_line,
    outputs_of,
)
from pipelines.footprint.requests import is_burnt, is_linked

if TYPE_CHECKING:
    from fractions import Fraction

    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.reference import FlowBook


@dataclass(frozen=True)
class Node:
    """One output of a process.

    Attributes:
        process_id: the process.
        flow: the output's flow.
        unit: the unit its amounts are counted in.
        amount: amount of the output per run of the process.
        share: part of the process's lines it carries (1 without allocation).
    """

    process_id: str
    flow: str
    unit: str
    amount: Fraction
    share: Fraction


@dataclass(frozen=True)
class Link:
    """A line by which a node takes from another: amount per unit of the taker."""

    taker: int
    provider: int
    line: dict[str, Any]
    amount: Fraction


@dataclass(frozen=True)
class ProductSystem:
    """The linked system of an inventory.

    Attributes:
        nodes: outputs of processes.
        links: lines served by another node.
        direct: per node, its other lines and those it burns itself, with their amount per
            unit of the node.
        root_of: node of each process's reference flow.
    """

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    direct: tuple[tuple[tuple[dict[str, Any], Fraction], ...], ...]
    root_of: dict[str, int]


def _nodes(inventory: Inventory, book: FlowBook) -> list[Node]:
    beside = coproduct_lines(inventory)
    return [
        Node(process["process_id"], output.flow, output.unit, output.amount, output.share)
        for process in inventory.rows["process"]
        for output in outputs_of(process, beside.get(process["process_id"], []), book)
    ]


def build_system(inventory: Inventory, book: FlowBook) -> ProductSystem:
    """The linked system of a checked inventory.

    Args:
        inventory: checked, so that every provider makes the flow and every unit converts.
        book: converts a line's amount into the unit of its provider.

    Returns:
        The system; amounts are exact and per unit of the taking node.

    Raises:
        KeyError: a line is linked to a process that does not make its flow.
        ValueError: a unit does not convert.
    """
    nodes = _nodes(inventory, book)
    index = {(n.process_id, n.flow): i for i, n in enumerate(nodes)}
    root_of = {
        p["process_id"]: index[p["process_id"], p["reference_flow"]]
        for p in inventory.rows["process"]
    }
    by_process: dict[str, list[dict[str, Any]]] = {}
    for line in inventory.rows["exchange"]:
        by_process.setdefault(line["process_id"], []).append(line)
    processes = {p["process_id"]: p for p in inventory.rows["process"]}
    links: list[Link] = []
    direct: list[tuple[tuple[dict[str, Any], Fraction], ...]] = []
    for i, node in enumerate(nodes):
        parts = []
        for line in by_process.get(node.process_id, []):
            amount = _per_unit(line, node, processes[node.process_id])
            if amount is None:
                continue
            if is_linked(line):
                target = index[line["provider"], line["flow"]]
                unit = nodes[target].unit
                ratio = book.ratio(line["flow"], line["amount_unit"], unit)
                if ratio is None:
                    raise ValueError(f"{line['line']}: {line['amount_unit']} is not {unit}")
                links.append(Link(i, target, line, amount * ratio))
            if not is_linked(line) or is_burnt(line):
                parts.append((line, amount))
        direct.append(tuple(parts))
    return ProductSystem(
        tuple(nodes),
        tuple(links),
        tuple(direct),
        root_of,
    )


def _per_unit(line: dict[str, Any], node: Node, process: dict[str, Any]) -> Fraction | None:
    """Amount of a line per unit of a node; None for lines that are outputs themselves."""
    amount = fraction(line["amount"])
    if line["direction"] == "coproduct":
        if process["allocation"] != "substitution" or is_reference_line(line, process):
            return None
        amount = -amount
    return amount * node.share / node.amount
