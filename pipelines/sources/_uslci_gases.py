"""What elementary flows mean: which greenhouse gas, released or taken from the air.

Belongs here: gases by normalised names, uptake, the origin of CO2 where an edition lost it.
Does not belong here: the names themselves (``linking.toml``), solving.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.sources._uslci_inventory import normalised
from pipelines.sources._uslci_rules import gas_names

if TYPE_CHECKING:
    from pipelines.sources._uslci_inventory import Inventory, Line, UnitProcess
    from pipelines.sources._uslci_rules import LinkingRules

UPTAKE, NOT_HELD = "uptake", "not_held"
BIOGENIC, PLAIN = "co2_biogenic", "carbon dioxide"


@dataclass
class GasReading:
    """What the elementary flows mean, and how that was found.

    Attributes:
        direct: exact kg per run, by process key and gas.
        spellings: how often a name as found was read under another spelling.
        origins: exchanges whose biogenic origin was restored, by ground.
        not_held: exchanges of greenhouse gases that the gas table does not hold, by name.
        by_line: gas by process key and line.
    """

    direct: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    spellings: Counter[tuple[str, str]] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    not_held: Counter[str] = field(default_factory=Counter)
    by_line: dict[tuple[str, str], str] = field(default_factory=dict)


def read_gases(inventory: Inventory, rules: LinkingRules) -> GasReading:
    """The greenhouse gases that each process gives off or takes from the air.

    Names are compared normalised, so that a trailing blank loses no carbon. Inputs of CO2
    are uptake and stand apart.
    """
    names = gas_names(rules)
    known = {normalised(n): n for row in rules.block["gas"] for n in row["names"]}
    uptake = {normalised(n) for n in rules.block["uptake"]["names"]}
    not_held = {normalised(n) for n in rules.block["gas_not_held"]["names"]}
    states_origin = any(
        names.get(normalised(x.name)) == BIOGENIC for p in inventory.processes for x in p.lines
    )
    reading = GasReading()
    for process in inventory.processes:
        for line in process.lines:
            if line.kind != "elementary":
                continue
            name = normalised(line.name)
            gas = _meaning(line, name, names, uptake, not_held, rules)
            if gas == "co2_fossil" and name == PLAIN and not states_origin:
                gas = _origin(process, line, rules, reading)
            if gas is None:
                continue
            if gas == NOT_HELD:
                reading.not_held[name] += 1
            if name in known and line.name != known[name]:
                reading.spellings[line.name, known[name]] += 1
            _add(reading, process, line, gas, rules)
    return reading


def _meaning(
    line: Line, name: str, names: dict[str, str], uptake: set[str], not_held: set[str],
    rules: LinkingRules,
) -> str | None:  # fmt: skip
    if line.is_input:
        return UPTAKE if name in uptake else None
    if name not in names and name not in not_held:
        return None
    return names.get(name, NOT_HELD) if rules.is_air(line) else None


def _origin(process: UnitProcess, line: Line, rules: LinkingRules, reading: GasReading) -> str:
    """The origin of plain CO2 in an edition that names no biogenic CO2 at all."""
    stated = rules.origins.get((process.key, line.amount))
    if stated is not None:
        reading.origins["stated by another edition"] += 1
        return stated
    block = rules.block["co2_origin"]
    title = process.title.casefold().replace(";", ",")
    if any(word in title for word in block["words"]):
        reading.origins["by the name of the process"] += 1
        return str(block["gas"])
    reading.origins["read as fossil"] += 1
    return "co2_fossil"


def _add(
    reading: GasReading, process: UnitProcess, line: Line, gas: str, rules: LinkingRules
) -> None:
    measure = rules.measure(line)
    if measure is None or measure.group != "mass":
        return
    mass = line.amount * measure.to_base
    gases = reading.direct.setdefault(process.key, {})
    gases[gas] = gases.get(gas, Fraction(0)) + mass
    reading.by_line[process.key, line.line] = gas
