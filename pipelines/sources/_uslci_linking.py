"""Unit processes linked into one system: who supplies each input, what stays unlinked.

Belongs here: nodes (products that carry a burden), the supplier of every product input by
the declared order, links per unit. Does not belong here: allocation, solving, reporting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.sources._uslci_allocation import NoProduct, allocate
from pipelines.sources._uslci_inventory import normalised

if TYPE_CHECKING:
    from fractions import Fraction

    from pipelines.sources._uslci_allocation import Allocation, Output
    from pipelines.sources._uslci_inventory import Inventory, Line, UnitProcess
    from pipelines.sources._uslci_rules import LinkingRules

LINKED, AMBIGUOUS, CUTOFF = "linked", "ambiguous", "cutoff"
NO_PRODUCER, NO_SHARE = "no_producer", "coproduct_without_share"
OTHER_UNIT, AVOIDED, SAME_NAME = "other_unit", "avoided_product", "same_name_other_identifier"
UNLINKED = (NO_PRODUCER, NO_SHARE, OTHER_UNIT, AVOIDED, SAME_NAME)
LAST = 10**9
WHOLE = "*"


@dataclass(frozen=True)
class Node:
    """A product that carries a part of its process.

    Attributes:
        process: the process.
        output: the product with its share.
        is_main: whether it is the product the process is for.
    """

    process: UnitProcess
    output: Output
    is_main: bool


@dataclass(frozen=True)
class Supply:
    """How a product input is served.

    Attributes:
        line: the input.
        status: ``linked``, ``ambiguous`` (several suppliers, one taken), ``cutoff`` or one
            of ``UNLINKED``.
        node: index of the supplying node, where there is one.
        amount: its amount in base units of the supplier's group.
        candidates: identifiers of all suppliers, the one taken first.
    """

    line: Line
    status: str
    node: int | None = None
    amount: Fraction | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkedSystem:
    """The linked system of an edition.

    Attributes:
        nodes: products that carry a burden.
        main: node of each process by its key.
        allocation: how each process is divided, by its key.
        supplies: how each product input is served, by process key and in order.
        left_out: processes that have no product, with the reason.
    """

    nodes: tuple[Node, ...]
    main: dict[str, int]
    allocation: dict[str, Allocation]
    supplies: dict[str, tuple[Supply, ...]]
    left_out: tuple[tuple[UnitProcess, str], ...] = field(default=())

    def links(self) -> list[tuple[int, int, Fraction]]:
        """(supplier, taker, base units of the supplier per base unit of the taker)."""
        return [
            (supply.node, taker, supply.amount * node.output.share / node.output.amount)
            for taker, node in enumerate(self.nodes)
            for supply in self.supplies[node.process.key]
            if supply.node is not None and supply.amount is not None
        ]


def link(inventory: Inventory, rules: LinkingRules) -> LinkedSystem:
    """Link the unit processes of an edition.

    Args:
        inventory: as read.
        rules: the declared choices.

    Returns:
        The system; every product input has one supply, served or not.
    """
    allocation: dict[str, Allocation] = {}
    left_out = []
    for process in inventory.processes:
        try:
            allocation[process.key] = allocate(process, rules)
        except NoProduct as why:
            left_out.append((process, str(why)))
    kept = [p for p in inventory.processes if p.key in allocation]
    nodes = tuple(
        Node(p, output, output is allocation[p.key].main)
        for p in kept
        for output in allocation[p.key].outputs
    )
    linker = _Linker(nodes, kept, rules)
    return LinkedSystem(
        nodes,
        {n.process.key: i for i, n in enumerate(nodes) if n.is_main},
        allocation,
        {
            p.key: tuple(linker.supply(p, x) for x in p.lines if x.kind == "product" and x.is_input)
            for p in kept
        },
        tuple(left_out),
    )


class _Linker:
    """Finds the supplier of an input."""

    def __init__(
        self, nodes: tuple[Node, ...], processes: list[UnitProcess], rules: LinkingRules
    ) -> None:
        self._nodes = nodes
        self._rules = rules
        self._whole = {normalised(w).rstrip(".") for w in rules.block["provider"]["whole_area"]}
        self._by_flow: dict[str, list[int]] = {}
        self._by_name: dict[str, list[int]] = {}
        self._given_off = {x.flow for p in processes for x in p.products}
        for i, node in enumerate(nodes):
            self._by_flow.setdefault(node.output.line.flow, []).append(i)
            self._by_name.setdefault(normalised(node.output.line.name), []).append(i)

    def supply(self, taker: UnitProcess, line: Line) -> Supply:
        """How an input of a process is served."""
        if self._rules.is_cut_off(line):
            return Supply(line, CUTOFF)
        if line.is_avoided:
            return Supply(line, AVOIDED)
        found = self._by_flow.get(line.flow, [])
        if not found:
            found = self._by_name.get(normalised(line.name), [])
            if not found:
                made = line.flow in self._given_off
                return Supply(line, NO_SHARE if made else NO_PRODUCER)
            if not self._rules.same_name:
                return Supply(line, SAME_NAME)
        ranked = sorted(found, key=lambda i: self._rank(self._nodes[i], taker, line))
        several = tuple(self._nodes[i].process.identifier for i in ranked)
        amount = self._amount(line, self._nodes[ranked[0]])
        if amount is None:
            return Supply(line, OTHER_UNIT, candidates=several)
        status = AMBIGUOUS if len(ranked) > 1 else LINKED
        return Supply(line, status, ranked[0], amount, several)

    def _rank(self, node: Node, taker: UnitProcess, line: Line) -> tuple[object, ...]:
        """Smaller is nearer, criterion by criterion in the declared order."""
        process = node.process
        place = self._place(process)
        start = process.start.toordinal() if process.start else -LAST
        criteria: dict[str, object] = {
            "declared": line.provider != process.identifier,
            "reference_product": not node.output.line.is_reference,
            "same_geography": not place or place != self._place(taker),
            "same_location": process.location != (line.location or taker.location),
            "whole_area": place != WHOLE,
            "newest": -start,
            "smallest_id": process.identifier.rjust(40),
        }
        return tuple(criteria[name] for name in self._rules.order)

    def _place(self, process: UnitProcess) -> str:
        """Where a process is, in words; all words for the whole area are one place."""
        words = normalised(process.geography).rstrip(".")
        return WHOLE if words in self._whole else words

    def _amount(self, line: Line, node: Node) -> Fraction | None:
        measure = self._rules.measure(line)
        if measure is None:
            return None
        amount = line.amount * measure.to_base
        wanted = node.output.measure.group
        if measure.group == wanted:
            return amount
        ratio = self._rules.property_ratio(line.name, measure.group, wanted)
        return None if ratio is None else amount * ratio
