"""Masses of single gases beside CO2e in the supply chain factors: which set, do they agree?

Belongs here: rows of gases by commodity, the GWP set of an edition, agreement of masses
and CO2e. Does not belong here: reading files and handing factors in.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.quantities.number import NotANumber, exact
from pipelines.sources._epa_supply_chain_ghg_files import GHG, WITH, WITHOUT, code_column
from pipelines.sources._printed_co2e import compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from pipelines.ingest.published_harvest import PublishedHarvest
    from pipelines.sources._epa_supply_chain_ghg_files import Line, Stated

COLUMNS = (WITHOUT, WITH)
# Names of gases that the table of gases does not hold as they are spelled here.
GASES = {
    "Carbon dioxide": "co2_fossil", "Carbon tetrafluoride": "cf4", "Hexafluoroethane": "c2f6",
    "Perfluorocyclobutane": "c_c4f8", "Perfluoropropane": "c3f8", "Sulfur hexafluoride": "sf6",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A row of one gas of a commodity, with its mass by column."""

    line: Line
    gas: str
    masses: Mapping[str, Fraction]


@dataclass(frozen=True)
class Declared:
    """The GWP set of an edition and how it is known."""

    gwp_set: str
    source: str


@dataclass
class Masses:
    """Rows of gases by commodity.

    Attributes:
        parts: rows whose gas and figures are known.
        incomplete: commodities that lack a gas because its row was left out.
    """

    parts: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    incomplete: set[str] = field(default_factory=set)


def figure(text: str) -> Fraction | None:
    """The number a text writes; None when it is no finite number."""
    try:
        return exact(text)
    except NotANumber:
        return None


def masses_of(harvest: PublishedHarvest, lines: Iterable[Line]) -> Masses:
    """Rows of one gas by code; unknown gases, unreadable and repeated rows are left out."""
    found = Masses()
    seen: set[tuple[str, str]] = set()
    for line in lines:
        gas = GASES.get(line.row[GHG]) or harvest.lookups.gases.get(line.row[GHG])
        masses = {c: figure(line.row[c]) for c in COLUMNS}
        bad = next((column for column, mass in masses.items() if mass is None), None)
        if gas is None or bad:
            found.incomplete.add(line.code)
            harvest.leave_out(line.row, "E-NUM-01" if bad else "E-GAS-01", bad or GHG)
        elif (line.code, gas) in seen:
            harvest.leave_out(line.row, "S-DUP-01", code_column(line))
        else:
            seen.add((line.code, gas))
            known = {column: mass for column, mass in masses.items() if mass is not None}
            found.parts[line.code].append(Part(line, gas, known))
    return found


def declared_set(
    stated: Stated,
    totals: Mapping[str, Line],
    parts: Mapping[str, list[Part]],
    gwp: Mapping[str, Mapping[str, Fraction]],
) -> Declared | None:
    """The set that the metadata state; else the only one that reproduces every total.

    Args:
        stated: what the metadata state.
        totals: rows of CO2e by code.
        parts: rows of gases by code.
        gwp: warming potentials by set and gas.

    Returns:
        The set and how it is known; None where neither tells.
    """
    if stated.gwp_set in gwp:
        return Declared(str(stated.gwp_set), stated.file)
    held = [(line, parts[code]) for code, line in totals.items() if parts.get(code)]
    fitting = [
        gwp_set
        for gwp_set, potentials in gwp.items()
        if held and all(agrees(line, rows, potentials) for line, rows in held)
    ]
    if len(fitting) != 1:
        return None
    return Declared(
        fitting[0],
        f"only {fitting[0]} reproduces the printed CO2e of all {len(held)} commodities "
        "from their masses, within rounding",
    )


def agrees(line: Line, rows: list[Part], potentials: Mapping[str, Fraction]) -> bool:
    """Whether masses and CO2e of a commodity agree under a set, for both factors."""
    if not all(part.gas in potentials for part in rows):
        return False
    return all(
        figure(line.row[column]) is not None
        and compare(
            line.row[column], [(part.line.row[column], potentials[part.gas]) for part in rows]
        ).agrees
        for column in COLUMNS
    )
