"""Unit processes as rows of ``process`` and ``exchange``, per unit of the main product.

Belongs here: one row per process, one per exchange whose unit our table knows. Does not
belong here: factors (``_uslci_factors``).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from pipelines.identity import record_id
from pipelines.quantities.number import to_double
from pipelines.sources._uslci_gases import NOT_HELD, UPTAKE

if TYPE_CHECKING:
    from fractions import Fraction

    from pipelines.ingest.published_harvest import PublishedHarvest
    from pipelines.sources._uslci_allocation import Allocation
    from pipelines.sources._uslci_gases import GasReading
    from pipelines.sources._uslci_inventory import Line, UnitProcess
    from pipelines.sources._uslci_linking import LinkedSystem, Supply
    from pipelines.sources._uslci_rules import LinkingRules, Measure

VERSION = "1.0"
INVENTORY = "uslci"
# The name by which the ``exchange`` table calls a process's own reference flow.
REFERENCE_FLOW = "reference_flow"
UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
# What became of an exchange: a row; the main product, which the process row states; no row.
ROW, MAIN, NO_UNIT, NO_PROCESS = (
    "rows",
    "main_products",
    "unit_not_known",
    "of_processes_without_row",
)
METHODS = {"single": "none", "reference_takes_all": "none"}


def process_id_of(process: UnitProcess) -> str:
    """The permanent id of a unit process in the tables."""
    if UUID.match(process.key):
        return f"{INVENTORY}_{process.key}"
    return f"{INVENTORY}_{record_id('U', INVENTORY, process.key)[1:].lower()}"


def clean(name: str) -> str:
    """A name without blanks at the ends or repeated."""
    return " ".join(name.split())


class UnitProcessTables:
    """Hands unit processes in and counts what became of every exchange."""

    def __init__(
        self,
        harvest: PublishedHarvest,
        system: LinkedSystem,
        reading: GasReading,
        rules: LinkingRules,
        *,
        has_uuids: bool,
    ) -> None:
        """Keep what rows are made from.

        Args:
            harvest: takes flows and rows.
            system: as linked.
            reading: what elementary flows mean.
            rules: the declared choices.
            has_uuids: whether flow identifiers are UUIDs.
        """
        self._harvest = harvest
        self._system = system
        self._reading = reading
        self._rules = rules
        self._has_uuids = has_uuids
        self._flows: dict[tuple[str, str], str] = {}
        self.without_unit: Counter[str] = Counter()
        self.lines: Counter[str] = Counter()

    def flow(self, line: Line, measure: Measure, category_id: str = "unclassified") -> str:
        """The flow id of a line; elementary flows are told apart by their compartment."""
        assert measure.unit is not None
        key = (line.flow, measure.group)
        if key not in self._flows:
            name = clean(line.name)
            if line.kind == "elementary" and line.category:
                name = f"{name} [{line.category}]"
            self._flows[key] = self._harvest.flow(
                name,
                measure.unit,
                category_id=category_id,
                kind=line.kind,
                external_ids=[f"urn:uuid:{line.flow}"] if self._has_uuids else [],
            )
        return self._flows[key]

    def hand_in(self, process: UnitProcess, region_code: str) -> None:
        """Hand in a process whose region and reference unit are known."""
        allocation = self._system.allocation[process.key]
        main = allocation.main
        unit = main.measure.unit
        assert unit is not None
        category = self._rules.category(process.category)
        row = {
            "process_id": process_id_of(process),
            "version": VERSION,
            "inventory_id": INVENTORY,
            "name_zh": clean(process.name),
            "name_en": clean(process.name),
            "region_code": region_code,
            "reference_flow": self.flow(main.line, main.measure, category),
            "reference_amount": 1.0,
            "reference_flow_unit": unit,
            "allocation": self._method(process, allocation),
            "technology": process.technology or None,
            "route": None,
            "data_origin": self._harvest.edition.row["data_origin"],
            "confidence": "medium",
        }
        supplies = iter(self._system.supplies[process.key])
        exchanges = []
        for line in process.lines:
            supply = next(supplies) if line.kind == "product" and line.is_input else None
            made = self._exchange(process, allocation, line, supply)
            self.lines[ROW if made else MAIN if line is main.line else NO_UNIT] += 1
            if made is not None:
                exchanges.append({**made, "region_code": region_code})
        self._harvest.unit_process(row, exchanges)

    @staticmethod
    def _method(process: UnitProcess, allocation: Allocation) -> str:
        """Our allocation code; ``none`` where the main product takes all."""
        if allocation.method == "publisher":
            return process.factor_method
        return METHODS.get(allocation.method, allocation.method)

    def _exchange(
        self, process: UnitProcess, allocation: Allocation, line: Line, supply: Supply | None
    ) -> dict[str, Any] | None:
        """The row of a line; None for the main product without co-products."""
        main = allocation.main
        is_main = line is main.line
        if is_main and len(allocation.outputs) == 1:
            return None
        measure = self._rules.measure(line)
        if measure is None or measure.unit is None:
            self.without_unit[line.unit] += 1
            return None
        per_main = 1 / (main.line.amount * main.measure.per_unit)
        amount = line.amount * measure.per_unit * per_main
        gas = self._reading.by_line.get((process.key, line.line))
        direction = self._direction(line, allocation, gas)
        if direction in {"emission", "removal"} and amount < 0:
            amount = -amount
            direction = "removal" if direction == "emission" else "emission"
        return {
            "process_id": process_id_of(process),
            "version": VERSION,
            "line": re.sub(r"[^A-Za-z0-9_.-]", "-", line.line),
            "stage": "production",
            "direction": direction,
            "flow": REFERENCE_FLOW if is_main else self._flow_text(line, measure, gas),
            "flow_use": None,
            "amount": to_double(amount),
            "amount_unit": measure.unit,
            "provider": self._provider(supply),
            "route": None,
            "data_origin": self._harvest.edition.row["data_origin"],
            "uncertainty_kind": line.spread_kind,
            "uncertainty_value": line.spread,
            "derivation": "unknown",
            "allocation_value": self._weight(allocation, line, amount),
            "confidence": "medium",
            "line_source": f"{process.row.file} {process.locator}",
            "note": self._note(line, supply),
        }

    @staticmethod
    def _direction(line: Line, allocation: Allocation, gas: str | None) -> str:
        if line.kind == "elementary":
            if line.is_input:
                return "removal" if gas == UPTAKE else "input"
            return "emission"
        if line.is_input:
            return "input"
        return "waste" if line.kind == "waste" or line in allocation.wastes else "coproduct"

    def _flow_text(self, line: Line, measure: Measure, gas: str | None) -> str:
        if gas == UPTAKE:
            return "co2_biogenic"
        return self.flow(line, measure) if gas in {None, NOT_HELD} else str(gas)

    def _provider(self, supply: Supply | None) -> str | None:
        if supply is None or supply.node is None:
            return None
        return process_id_of(self._system.nodes[supply.node].process)

    @staticmethod
    def _weight(allocation: Allocation, line: Line, amount: Fraction) -> float | None:
        """Weight per unit, so that amount times weight is the share of the process."""
        if len(allocation.outputs) == 1 or amount == 0:
            return None
        share = next((o.share for o in allocation.outputs if o.line is line), None)
        return None if share is None else to_double(share / amount)

    @staticmethod
    def _note(line: Line, supply: Supply | None) -> str | None:
        found = f"{line.text} {line.unit} {clean(line.name)}"
        return found if supply is None else f"{found}; {supply.status}"
