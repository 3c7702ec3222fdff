"""Mass, energy and element balances of unit processes and models.

Belongs here: the sums of both sides, what follows, the table ``balance``. Does not belong
here: what a line weighs (``balance_lines``). A balance changes no value: it tells a reviewer
what does not add up, and of which lines too little is known to say.

Source:
    National guideline (环办气候函〔2025〕468号), annex, step 8.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pipelines.admit.balance_lines import (
    IN,
    OUT,
    Matter,
    Range,
    Weights,
    model_lines,
    process_lines,
)
from schemas.balance import BALANCE
from schemas.render.frame import frame_of, ordered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    import polars as pl

    from pipelines.admit.balance_rule import BalanceRule

NEEDED = (
    "process", "exchange", "product", "model", "footprint_supply", "unit", "flow",
    "flow_property", "parameter",
)  # fmt: skip
CLOSED, EXCEEDS, SHORT, NOT_JUDGED = "closed", "exceeds", "short", "not_judged"
SHOWN = 6
DIGITS = 12
NOTHING: Range = (0.0, 0.0)


def balances_of(tables: Mapping[str, pl.DataFrame], rule: BalanceRule) -> pl.DataFrame:
    """The table ``balance``.

    Args:
        tables: the tables of ``NEEDED``.
        rule: from ``read_balance_rule``.

    Returns:
        One row per unit process or model and quantity: mass and energy always, an element
        where the composition of at least one line names it.
    """
    weights = Weights(tables, rule)
    rows = []
    for key, lines in (*process_lines(tables, weights), *model_lines(tables, weights)):
        matter = [line for line in lines if line.is_matter and not line.is_burnt]
        air = _air(matter, weights, rule)
        rows.append(_row(key, "mass", "kg", _mass(matter, air), rule.mass))
        rows.append(_row(key, "energy", "MJ", _energy(lines), rule.energy, losses=True))
        for element in weights.names(matter):
            told = _element(matter, element, weights)
            if element == rule.air_element:
                told.enters.append((0.0, air))
            rows.append(_row(key, element, "kg", told, rule.element))
    return ordered(BALANCE, frame_of(BALANCE, rows))


class _Sides:
    """Ranges of both sides, and the flows of which nothing is known."""

    def __init__(self) -> None:
        self.enters: list[Range] = []
        self.leaves: list[Range] = []
        self.unknown_in: list[str] = []
        self.unknown_out: list[str] = []

    def add(self, line: Matter, amount: Range | None) -> None:
        known, unknown = (
            (self.enters, self.unknown_in) if line.side == IN else (self.leaves, self.unknown_out)
        )
        if amount is None:
            unknown.append(line.flow)
        else:
            known.append(amount)


def _sides(lines: Sequence[Matter], of: Callable[[Matter], Range | None]) -> _Sides:
    found = _Sides()
    for line in lines:
        found.add(line, of(line))
    return found


def _air(lines: Sequence[Matter], weights: Weights, rule: BalanceRule) -> float:
    """Kilograms of the element that may come from the air into what is emitted."""
    parts = [
        weights.element(line, rule.air_element) or NOTHING
        for line in lines
        if line.side == OUT and line.flow in rule.air_gases
    ]
    return math.fsum(most for _, most in parts)


def _mass(lines: Sequence[Matter], air: float) -> _Sides:
    found = _sides(lines, lambda line: None if line.kg is None else (line.kg, line.kg))
    found.enters.append((0.0, air))
    return found


def _energy(lines: Sequence[Matter]) -> _Sides:
    """Energy in and out; matter without a known heating value is unknown only where it enters."""
    found = _Sides()
    for line in lines:
        if line.mj is not None:
            found.add(line, (line.mj, line.mj))
        elif line.side == IN and line.is_matter:
            found.unknown_in.append(line.flow)
    return found


def _element(lines: Sequence[Matter], element: str, weights: Weights) -> _Sides:
    return _sides(lines, lambda line: weights.element(line, element))


def _total(parts: Sequence[Range]) -> Range:
    return tuple(  # type: ignore[return-value]
        float(f"{math.fsum(part[i] for part in parts):.{DIGITS}g}") for i in (0, 1)
    )


def _result(sides: _Sides, enters: Range, leaves: Range, slack: float, *, losses: bool) -> str:
    if leaves[0] > enters[1] * (1 + slack):
        return NOT_JUDGED if sides.unknown_in else EXCEEDS
    if losses:
        # Heat is lost everywhere: only more energy out than in is a fault.
        return CLOSED if leaves[1] > 0 else NOT_JUDGED
    if sides.unknown_in or sides.unknown_out or not sides.leaves:
        return NOT_JUDGED
    return SHORT if leaves[1] < enters[0] * (1 - slack) else CLOSED


def _row(
    key: tuple[str, str, str],
    kind: str,
    unit: str,
    sides: _Sides,
    slack: float,
    *,
    losses: bool = False,
) -> dict[str, Any]:
    enters, leaves = _total(sides.enters), _total(sides.leaves)
    unknown = sorted({*sides.unknown_in, *sides.unknown_out})
    return {
        "balanced_kind": key[0], "balanced_id": key[1], "version": key[2], "balance_kind": kind,
        "balance_unit": unit,
        "entering_low": enters[0], "entering_high": enters[1],
        "leaving_low": leaves[0], "leaving_high": leaves[1],
        "lines_balanced": len(sides.enters) + len(sides.leaves) - (0 if kind != "mass" else 1),
        "lines_unknown": len(sides.unknown_in) + len(sides.unknown_out),
        "unknown_flows": unknown[:SHOWN],
        "balance_result": _result(sides, enters, leaves, slack, losses=losses),
    }  # fmt: skip
