"""An inventory as a linear system: nodes, links between them, direct parts of each node.

Belongs here: one node per output of a process (co-products by allocation), the amounts of
other nodes it takes per unit, the allocation shares. Does not belong here: solving
(``solve``) and factors (``selection``).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipelines.footprint.inventory_checks import REFERENCE_FLOW
from pipelines.footprint.requests import is_linked

if TYPE_CHECKING:
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
        direct: per node, its other lines with their amount per unit of the node.
        root_of: node of each process's reference flow.
    """

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    direct: tuple[tuple[tuple[dict[str, Any], Fraction], ...], ...]
    root_of: dict[str, int]


def _fraction(value: float) -> Fraction:
    return Fraction(repr(value))


def shares_of(process: dict[str, Any], outputs: list[dict[str, Any]]) -> dict[str, Fraction]:
    """Part of a process that each output carries, by its flow.

    Args:
        process: row of the ``process`` table.
        outputs: its ``coproduct`` lines, the reference flow's own (``flow =
            reference_flow``) included.

    Returns:
        Shares that sum to one exactly.

    Source:
        ISO 14044:2006, 4.3.4.2: the sum of the allocated parts equals the whole.
    """
    weights: dict[str, Fraction] = {}
    for line in outputs:
        is_reference = line["flow"] == REFERENCE_FLOW
        flow = process["reference_flow"] if is_reference else line["flow"]
        amount = process["reference_amount"] if is_reference else line["amount"]
        weights[flow] = _fraction(amount) * _fraction(line["allocation_value"])
    total = sum(weights.values(), Fraction(0))
    return {flow: weight / total for flow, weight in weights.items()}


def _nodes(inventory: Inventory) -> list[Node]:
    nodes = []
    for process in inventory.rows["process"]:
        lines = [x for x in inventory.rows["exchange"] if x["process_id"] == process["process_id"]]
        outputs = [x for x in lines if x["direction"] == "coproduct"]
        is_shared = process["allocation"] in {"mass", "energy", "economic"}
        shares = shares_of(process, outputs) if is_shared and outputs else {}
        flow = process["reference_flow"]
        nodes.append(
            Node(
                process["process_id"],
                flow,
                process["reference_flow_unit"],
                _fraction(process["reference_amount"]),
                shares.get(flow, Fraction(1)),
            )
        )
        nodes += [
            Node(
                process["process_id"],
                x["flow"],
                x["amount_unit"],
                _fraction(x["amount"]),
                shares[x["flow"]],
            )
            for x in outputs
            if shares and x["flow"] != REFERENCE_FLOW
        ]
    return nodes


def build_system(inventory: Inventory, book: FlowBook) -> ProductSystem:
    """The linked system of a checked inventory.

    Args:
        inventory: checked, so that every provider exists and every unit converts.
        book: converts a line's amount into the unit of its provider.

    Returns:
        The system; amounts are exact and per unit of the taking node.
    """
    nodes = _nodes(inventory)
    index = {(n.process_id, n.flow): i for i, n in enumerate(nodes)}
    root_of = {
        p["process_id"]: index[p["process_id"], p["reference_flow"]]
        for p in inventory.rows["process"]
    }
    by_process: dict[str, list[dict[str, Any]]] = {}
    for line in inventory.rows["exchange"]:
        by_process.setdefault(line["process_id"], []).append(line)
    methods = {p["process_id"]: p["allocation"] for p in inventory.rows["process"]}
    links: list[Link] = []
    direct: list[tuple[tuple[dict[str, Any], Fraction], ...]] = []
    for i, node in enumerate(nodes):
        parts = []
        for line in by_process.get(node.process_id, []):
            amount = _per_unit(line, node, methods[node.process_id])
            if amount is None:
                continue
            if is_linked(line):
                target = index.get((line["provider"], line["flow"]), root_of[line["provider"]])
                unit = nodes[target].unit
                ratio = book.ratio(line["flow"], line["amount_unit"], unit) or Fraction(1)
                links.append(Link(i, target, line, amount * ratio))
            else:
                parts.append((line, amount))
        direct.append(tuple(parts))
    return ProductSystem(
        tuple(nodes),
        tuple(links),
        tuple(direct),
        root_of,
    )


def _per_unit(line: dict[str, Any], node: Node, method: str) -> Fraction | None:
    """Amount of a line per unit of a node; None for lines that are outputs themselves."""
    amount = _fraction(line["amount"])
    if line["direction"] == "coproduct":
        if method != "substitution" or line["flow"] == REFERENCE_FLOW:
            return None
        amount = -amount
    return amount * node.share / node.amount
