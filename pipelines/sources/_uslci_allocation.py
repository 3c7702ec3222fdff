"""Which part of a process each of its products carries, by the declared rule.

Belongs here: the main product, shares by mass or energy, products that carry nothing. Does
not belong here: who supplies an input (``_uslci_linking``).

Source:
    ISO 14044:2006, 4.3.4.2: the allocated parts add up to the whole; physical relations
    first.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.sources._uslci_inventory import plain

if TYPE_CHECKING:
    from pipelines.sources._uslci_inventory import Line, UnitProcess
    from pipelines.sources._uslci_rules import LinkingRules, Measure

SHARES, REFERENCE = "shares", "reference_takes_all"


class NoProduct(Exception):
    """A process has no product that could carry its burden; the message says why."""


@dataclass(frozen=True)
class Output:
    """A product output that carries a part of its process.

    Attributes:
        line: the exchange.
        measure: its unit.
        amount: its amount in base units of its group.
        share: part of the process it carries.
    """

    line: Line
    measure: Measure
    amount: Fraction
    share: Fraction


@dataclass(frozen=True)
class Allocation:
    """How a process is divided.

    Attributes:
        method: ``single``, ``publisher``, a unit group (``mass``, ``energy``) or
            ``reference_takes_all``.
        outputs: the products that carry a part, the main product first; shares sum to one.
        wastes: product outputs that are wastes by their name.
        unshared: other products that carry nothing.
        is_changed: whether the main product is not the reference that the publisher marks.
    """

    method: str
    outputs: tuple[Output, ...]
    wastes: tuple[Line, ...]
    unshared: tuple[Line, ...]
    is_changed: bool

    @property
    def main(self) -> Output:
        """The product the process is for."""
        return self.outputs[0]


def allocate(process: UnitProcess, rules: LinkingRules) -> Allocation:
    """Divide a process among its products.

    Args:
        process: as read.
        rules: the declared choices.

    Returns:
        The allocation.

    Raises:
        NoProduct: no reference, several of them, none of positive amount and known unit.
    """
    marked = [x for x in process.products if x.is_reference]
    if len(marked) != 1:
        raise NoProduct(f"{len(marked)} reference products")
    main = _main(process, rules) or marked[0]
    wastes = tuple(x for x in process.products if x is not main and _is_waste(x, rules))
    rest = [x for x in process.products if x is not main and x not in wastes]
    first = _output(main, rules, Fraction(1))
    if first is None:
        raise NoProduct(f"reference amount {main.text} {main.unit}")
    is_changed = main is not marked[0]
    if not rest:
        return Allocation("single", (first,), wastes, (), is_changed)
    others = [_output(x, rules, Fraction(0)) for x in rest]
    known = [first, *(o for o in others if o is not None)]
    if rules.allocation == SHARES and len(known) == len(rest) + 1:
        weights, method = _weights(process, known, rules)
        if weights:
            total = sum(weights, Fraction(0))
            shared = tuple(
                Output(o.line, o.measure, o.amount, w / total)
                for o, w in zip(known, weights, strict=True)
            )
            return Allocation(method, shared, wastes, (), is_changed)
    return Allocation(REFERENCE, (first,), wastes, tuple(rest), is_changed)


def _main(process: UnitProcess, rules: LinkingRules) -> Line | None:
    wanted = rules.main_product(process.title)
    return next((x for x in process.products if plain(x.name) == wanted), None)


def _is_waste(line: Line, rules: LinkingRules) -> bool:
    return rules.is_waste(line.name) or rules.is_cut_off(line)


def _output(line: Line, rules: LinkingRules, share: Fraction) -> Output | None:
    measure = rules.measure(line)
    if measure is None or line.amount <= 0:
        return None
    return Output(line, measure, line.amount * measure.to_base, share)


def _weights(
    process: UnitProcess, outputs: list[Output], rules: LinkingRules
) -> tuple[list[Fraction], str]:
    """A weight per output and the method; no weights where the rule allows no shares."""
    stated = process.factors or {}
    given = [stated.get(o.line.flow) for o in outputs]
    if all(g is not None and g >= 0 for g in given) and sum(g for g in given if g) == 1:
        return [g for g in given if g is not None], "publisher"
    for group in rules.groups:
        amounts = [_amount_in(o, group, rules) for o in outputs]
        if all(a is not None for a in amounts):
            return [a for a in amounts if a is not None], group
    return [], ""


def _amount_in(output: Output, group: str, rules: LinkingRules) -> Fraction | None:
    """An output in base units of a group; by a declared property of its flow if need be."""
    if output.measure.group == group:
        return output.amount
    ratio = rules.property_ratio(output.line.name, output.measure.group, group)
    return None if ratio is None else output.amount * ratio
