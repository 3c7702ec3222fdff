"""The declared choices of ``seeds/uslci/linking.toml``, each with its source.

Belongs here: reading them and looking up by them. Does not belong here: the choices
themselves (seeds) and what follows from them (linking, allocation, factors).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.quantities.number import NotANumber, exact
from pipelines.quantities.unit import UnknownUnit
from pipelines.sources._uslci_inventory import normalised, plain
from pipelines.sources._uslci_shape import LINKING
from pipelines.tabular.text_table import read_rows
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import require_shape

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.quantities.unit import UnitTable
    from pipelines.sources._uslci_inventory import Line, UnitProcess

SHOWN = "uslci/linking.toml"
IDENTITIES, ORIGINS = "uslci/identities.csv", "uslci/co2_origin.csv"


@dataclass(frozen=True)
class Measure:
    """A unit as found: its group, its size, and how our table spells it.

    Attributes:
        group: unit group.
        to_base: base units of the group per unit.
        unit: unit of our table, None where the table has none yet.
        per_unit: units of our table per unit as found.
    """

    group: str
    to_base: Fraction
    unit: str | None
    per_unit: Fraction


@dataclass(frozen=True)
class LinkingRules:
    """The declared choices.

    Attributes:
        version: version of the file.
        order: what decides between several providers, first difference first.
        same_name: whether an input whose identifier nobody produces is linked by name.
        allocation: ``shares`` or ``reference_takes_all``.
        groups: unit groups by which shares are made.
        block: the whole file.
        units: our unit table.
        identities: permanent key by the key of a format without permanent identifiers.
        origins: gas by process key and exact amount, for editions that lost the origin.
    """

    version: str
    order: tuple[str, ...]
    same_name: bool
    allocation: str
    groups: tuple[str, ...]
    block: dict[str, Any]
    units: UnitTable
    identities: dict[str, str]
    origins: dict[tuple[str, Fraction], str]
    _measures: dict[tuple[str, str | None], Measure | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def measure(self, line: Line) -> Measure | None:
        """The unit of a line; None where it is not known or not of the stated group."""
        return self.measure_of(line.unit, line.unit_group)

    def measure_of(self, text: str, stated_group: str | None) -> Measure | None:
        """A unit as found; None where it is not known or not of the stated group."""
        key = (text, stated_group)
        if key not in self._measures:
            found = self._measure(text)
            names: dict[str, str] = self.block["unit_group"]["names"]
            if found and stated_group and names.get(stated_group) != found.group:
                found = None
            self._measures[key] = found
        return self._measures[key]

    def _measure(self, text: str) -> Measure | None:
        try:
            unit = self.units.find(text)
            return Measure(unit.unit_group, unit.to_base, unit.unit, Fraction(1))
        except UnknownUnit:
            row = next((u for u in self.block["unit"] if u["text"] == text), None)
        if row is None:
            return None
        per_unit = Fraction(row["per_unit"])
        try:
            unit = self.units.find(row["unit"])
        except UnknownUnit:
            return Measure(row["group"], per_unit, None, per_unit)
        return Measure(unit.unit_group, per_unit * unit.to_base, unit.unit, per_unit)

    def property_ratio(self, name: str, source: str, target: str) -> Fraction | None:
        """Base units of the target group per base unit of the source group, for one flow."""
        for row in self.block["property"]:
            one, other = self.units.find(row["from"]), self.units.find(row["to"])
            if plain(row["flow"]) == plain(name) and (source, target) == (
                one.unit_group, other.unit_group,
            ):  # fmt: skip
                return Fraction(row["per_unit"]) * other.to_base / one.to_base
        return None

    def is_cut_off(self, line: Line) -> bool:
        """Whether the publisher names an input as cut off."""
        block = self.block["cutoff"]
        return line.name.strip().startswith(tuple(block["prefixes"])) or any(
            part in block["categories"] for part in line.category.split("/")
        )

    def is_waste(self, name: str) -> bool:
        """Whether a product output is a waste or residue by its name.

        Words are compared whole: ``ash`` is not in ``wash``.
        """
        words = "|".join(re.escape(w) for w in self.block["allocation"]["waste_words"])
        return re.search(rf"\b({words})\b", name, re.IGNORECASE) is not None

    def main_product(self, title: str) -> str | None:
        """The product a process is named after, where the marked reference is another."""
        for row in self.block["main_product"]:
            if plain(row["process"]) == plain(title):
                return plain(row["product"])
        return None

    def withheld(self, process: UnitProcess) -> str | None:
        """Why a process is not handed on, where its amounts are plainly another unit's."""
        for row in self.block["withheld"]:
            if plain(row["process"]) != plain(process.title):
                continue
            if any(x.is_reference and x.unit == row["unit"] for x in process.products) and any(
                plain(x.name) == plain(row["flow"]) and x.amount == Fraction(row["amount"])
                for x in process.lines
            ):
                return str(row["reason"])
        return None

    def is_air(self, line: Line) -> bool:
        """Whether an elementary output goes to the air."""
        path = line.category.casefold()
        return not any(word in path for word in self.block["compartment"]["not_air"])

    def region(self, code: str) -> str:
        """Our region code for a location code; the code itself where none is stated."""
        block = self.block["region"]
        return str(block["codes"].get(code, code) if code else block["blank"])

    def category(self, name: str) -> str:
        """Our category for the publisher's."""
        known = {normalised(k): v for k, v in self.block["category"]["of"].items()}
        return str(known.get(normalised(name), "unclassified"))


def gas_names(rules: LinkingRules) -> dict[str, str]:
    """Gas code by normalised name of the elementary flow."""
    return {normalised(name): row["gas"] for row in rules.block["gas"] for name in row["names"]}


def read_linking_rules(folder: Path, units: UnitTable) -> LinkingRules:
    """The declared choices of a folder.

    Args:
        folder: ``seeds/uslci``.
        units: our unit table.

    Raises:
        UnreadableInput: E-SEED-06, a file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-09 a choice names no source, E-SEED-02 one
            is missing or of another kind, E-SEED-04 a table lacks a column, E-NUM-01 an amount
            is no number.
    """
    block = read_toml(folder / "linking.toml", SHOWN)
    require_shape(block, SHOWN, LINKING)
    provider, allocation = block["provider"], block["allocation"]
    return LinkingRules(
        block["version"], tuple(provider["order"]), provider["same_name"],
        allocation["method"], tuple(allocation["by"]), block, units,
        _identities(folder), _origins(folder),
    )  # fmt: skip


def _identities(folder: Path) -> dict[str, str]:
    rows = read_rows(folder / "identities.csv", needed=("process", "identity"), name=IDENTITIES)
    return {row["process"]: row["identity"] for row in rows}


def _origins(folder: Path) -> dict[tuple[str, Fraction], str]:
    columns = ("process", "amount", "gas")
    found, faults = {}, []
    for row in read_rows(folder / "co2_origin.csv", needed=columns, name=ORIGINS):
        try:
            found[row["process"], exact(row["amount"])] = row["gas"]
        except NotANumber:
            faults.append(
                finding("E-NUM-01", file=ORIGINS, row=row.number, column="amount",
                        value=row["amount"])
            )  # fmt: skip
    if faults:
        raise FaultyData(faults)
    return found
