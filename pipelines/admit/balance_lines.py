"""The lines of unit processes and models in kilograms and megajoules, side by side.

Belongs here: which side a line stands on, what it weighs, what energy and which elements it
carries. Does not belong here: what follows from the sums (``balance``).
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.admit.balance_rule import BalanceRule

IN, OUT = "in", "out"
SIDES = {"input": IN, "removal": IN, "coproduct": OUT, "waste": OUT, "emission": OUT}
MATTER = ("mass", "volume", "normal_volume", "us_standard_volume", "count")
ENERGY, UNKNOWN = "energy", "unknown"
# A tonne of carbon per terajoule is a gram per megajoule.
KG_PER_G = 1e-3
Range = tuple[float, float]
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Matter:
    """One line: the flow, its side, kilograms and megajoules (None where not known).

    ``is_matter`` is false for electricity, heat, transport and the like; ``is_burnt`` for a
    fuel that leaves as flue gas by way of its factor.
    """

    flow: str
    side: str
    kg: float | None
    mj: float | None
    is_matter: bool
    is_burnt: bool


class Weights:
    """What an amount of a flow in a unit weighs and what energy it carries."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], rule: BalanceRule) -> None:
        """Read units, flow properties, categories and carbon contents once.

        Args:
            tables: ``unit``, ``flow``, ``flow_property``, ``parameter``.
            rule: what carries no matter; composition.
        """
        self.rule = rule
        units = tables["unit"].select("unit", "unit_group", "to_base").rows()
        self._units = {unit: (group, float(base)) for unit, group, base in units}
        self._category = dict(tables["flow"].select("flow_id", "category_id").iter_rows())
        self._per: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
        columns = ("flow_id", "from_unit", "to_unit", "property_value")
        for flow, from_unit, to_unit, value in tables["flow_property"].select(columns).rows():
            if from_unit in self._units and to_unit in self._units:
                (group, base), (other, per) = self._units[from_unit], self._units[to_unit]
                ratio = float(value) * per / base
                self._per[flow].setdefault((group, other), ratio)
                self._per[flow].setdefault((other, group), 1 / ratio)
        self._carbon = _carbon_contents(tables["parameter"])

    def line(self, flow: str, side: str, amount: float, unit: str, use: str | None) -> Matter:
        """One line in kilograms and megajoules; a negative amount stands on the other side."""
        if amount < 0:
            side, amount = OUT if side == IN else IN, -amount
        group, base = self._units.get(unit, (UNKNOWN, 1.0))
        category = self._category.get(flow) or ""
        known = self._per.get(flow, {})
        carries = group in MATTER or group in {ENERGY, UNKNOWN}
        is_matter = carries and not category.startswith(self.rule.immaterial)
        kg = self._as(amount * base, group, "mass", known)
        mj = self._as(amount * base, group, ENERGY, known)
        if mj is None and kg is not None and ("mass", ENERGY) in known:
            mj = kg * known["mass", ENERGY]
        burnt = side == IN and use in self.rule.burnt
        return Matter(flow, side, kg, mj, is_matter, burnt)

    @staticmethod
    def _as(
        amount: float, group: str, wanted: str, known: Mapping[tuple[str, str], float]
    ) -> float | None:
        if group == wanted:
            return amount
        return amount * known[group, wanted] if (group, wanted) in known else None

    def element(self, line: Matter, element: str) -> Range | None:
        """Kilograms of an element in a line, least and most; None where it is not known."""
        if not line.is_matter:
            return (0.0, 0.0)
        carbon = self._carbon.get(line.flow)
        if element == "C" and carbon is not None and line.mj is not None:
            return (line.mj * carbon[0] * KG_PER_G, line.mj * carbon[1] * KG_PER_G)
        made_of = self.rule.composition.get(line.flow)
        fraction = made_of.of(element) if made_of else None
        if fraction is None or line.kg is None:
            return None
        return (line.kg * fraction[0], line.kg * fraction[1])

    def names(self, lines: list[Matter]) -> list[str]:
        """Elements of which something is known in at least one line not burnt, in order."""
        found = set()
        for line in lines:
            made_of = self.rule.composition.get(line.flow)
            if made_of and line.kg:
                found |= {e for e, (_, most) in made_of.fractions.items() if most > 0}
            if line.flow in self._carbon and line.mj:
                found.add("C")
        return sorted(found)


def _carbon_contents(parameter: pl.DataFrame) -> dict[str, Range]:
    """Least and most carbon of a fuel, grams per megajoule of heating value."""
    rows = parameter.filter(
        (pl.col("parameter_kind") == "carbon_content") & (pl.col("parameter_unit") == "tC/TJ")
    )
    found: dict[str, Range] = {}
    for flow, value in rows.select("flow_id", "parameter_value").drop_nulls().iter_rows():
        low, high = found.get(flow, (value, value))
        found[flow] = (min(low, value), max(high, value))
    return found


def process_lines(
    tables: Mapping[str, pl.DataFrame], weights: Weights
) -> Iterator[tuple[Key, list[Matter]]]:
    """Every unit process with its lines and its reference flow."""
    exchanges = _exchanges(tables["exchange"])
    for row in tables["process"].sort("process_id", "version").iter_rows(named=True):
        key = (row["process_id"], row["version"])
        lines = [_line(weights, one, 1.0) for one in exchanges.get(key, [])]
        lines.append(_reference(weights, row, 1.0))
        yield ("process", *key), [one for one in lines if one is not None]


def model_lines(
    tables: Mapping[str, pl.DataFrame], weights: Weights
) -> Iterator[tuple[Key, list[Matter]]]:
    """Every model with the lines that cross its boundary, per declared amount of product."""
    exchanges = _exchanges(tables["exchange"])
    processes = {row["process_id"]: row for row in tables["process"].iter_rows(named=True)}
    products = {row["product_id"]: row for row in tables["product"].iter_rows(named=True)}
    scales: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in tables["footprint_supply"].iter_rows(named=True):
        scales[row["product_id"], row["gwp_set"]][row["process_id"]] = float(row["scale"])
    for model in tables["model"].sort("model_id", "version").iter_rows(named=True):
        product = products.get(model["product_id"])
        if product is None:
            continue
        linked = {(one["process"], one["line"]) for one in json.loads(model["links"])}
        lines: list[Matter | None] = []
        for name, scale in sorted(scales[model["product_id"], product["gwp_set"]].items()):
            process = processes.get(name)
            if process is None:
                continue
            per = scale / process["reference_amount"]
            lines += [
                _line(weights, one, per)
                for one in exchanges.get((name, process["version"]), [])
                if (name, one["line"]) not in linked
            ]
        root = processes.get(product["process_id"])
        if root is not None:
            flow, unit = root["reference_flow"], product["declared_unit"]
            lines.append(weights.line(flow, OUT, product["declared_amount"], unit, None))
        key = ("model", model["model_id"], model["version"])
        yield key, [one for one in lines if one is not None]


def _exchanges(exchange: pl.DataFrame) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    columns = (
        "process_id", "version", "line", "direction", "flow", "flow_use", "amount", "amount_unit",
    )  # fmt: skip
    for row in exchange.select(columns).sort("process_id", "line").iter_rows(named=True):
        found[row["process_id"], row["version"]].append(row)
    return found


def _line(weights: Weights, row: Mapping[str, Any], per: float) -> Matter | None:
    side = SIDES.get(row["direction"])
    # The reference flow of an allocated process stands in the process, not in its line.
    if side is None or row["amount"] is None or row["flow"] == "reference_flow":
        return None
    return weights.line(row["flow"], side, row["amount"] * per, row["amount_unit"], row["flow_use"])


def _reference(weights: Weights, row: Mapping[str, Any], per: float) -> Matter:
    amount, unit = row["reference_amount"] * per, row["reference_flow_unit"]
    return weights.line(row["reference_flow"], OUT, amount, unit, None)
