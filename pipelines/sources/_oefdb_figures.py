"""The figures of a record of the Open Emission Factors Database: CO2e and masses of gases.

Belongs here: which printed figure is the value, under which GWP set, and whether the columns
named after gases hold masses or, as some underlying sources print them, CO2e by gas. A sum
that agrees with neither leaves the gases out, with a flag. Does not belong here: what the
record is about (``_oefdb_meaning``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.ingest.published_harvest import LeftOut, PublishedHarvest
from pipelines.quantities.number import text_of
from pipelines.sources._oefdb_layout import GASES, ONE_FACTOR
from pipelines.sources._printed_co2e import compare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.sources._oefdb_layout import Record, Spellings

NOT_SUPPLIED = "not-supplied"
_CO2E = re.compile(r"^kgCO2e-(?P<gwp_set>AR[0-9])$")
_OTHER_GASES = "kgCO2e-OtherGHGs-"
_CO2_ONLY = re.compile(r"CO2 only|value is in CO2\b|as CO2 by the original source")
GAS_CODES = {"kgCO2": "co2_fossil", "kgCH4": "ch4_unspecified", "kgN2O": "n2o"}
BIOGENIC_CO2 = "co2_biogenic"
PARTIAL = "p"


@dataclass(frozen=True)
class Mass:
    """The mass of one gas per written unit, kg, with the step that gave it."""

    gas: str
    column: str
    text: str
    kg: Fraction
    steps: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Figures:
    """What a record says in figures, per written unit.

    Attributes:
        value: kg of ``value_unit``; None where it follows from the masses.
        value_unit: kgCO2e, or kg of one gas.
        gwp_set: set of a CO2e value.
        column: column of the figure shown as found.
        text: that figure as printed.
        masses: gases, where the row gives all of them or only them.
        flags: what a reader must know.
        steps: conversions of the value.
        also: other printed figures of the same record, for the note.
    """

    value: Fraction | None
    value_unit: str
    gwp_set: str
    column: str
    text: str
    masses: tuple[Mass, ...] = ()
    flags: frozenset[str] = frozenset()
    steps: tuple[dict[str, str], ...] = ()
    also: tuple[str, ...] = ()


def says_co2_only(record: Record) -> bool:
    """Whether the publisher's own words say that the figure holds CO2 alone."""
    return bool(_CO2_ONLY.search(record.row.get("description") or ""))


def figures_of(
    harvest: PublishedHarvest,
    record: Record,
    spellings: Spellings,
    gwp: Mapping[str, Mapping[str, Fraction]],
) -> Figures:
    """The figures of a record.

    Args:
        harvest: leaves rows out whose figures cannot be read.
        record: the record.
        spellings: the publisher's writing as declared.
        gwp: warming potentials by set and gas.

    Raises:
        LeftOut: no figure, no number, or CO2e without a GWP set.
    """
    if record.layout is ONE_FACTOR:
        return _one_factor(harvest, record, spellings)
    return _by_gas(harvest, record, spellings, gwp)


# -- the layout with one factor column ----------------------------------------------------


def _one_factor(harvest: PublishedHarvest, record: Record, spellings: Spellings) -> Figures:
    row = record.row
    if row.get("factor") is None:
        harvest.leave_out(row, "S-BLANK-01", "factor")
        raise LeftOut
    to_kg = harvest.lookups.units.ratio(record.mass or "kg", "kg")
    value = harvest.cell_number(row, "factor") * to_kg
    mass_step = {
        "step": f"{record.mass}-CO2e -> kg-CO2e", "constant": text_of(to_kg),
        "source": "reference/unit.csv",
    }  # fmt: skip
    steps = () if to_kg == 1 else (mass_step,)
    flags = frozenset({PARTIAL} if says_co2_only(record) else ())
    declared = spellings.gwp_sets.get((row["source"], record.year))
    if declared:
        set_step = {"step": f"GWP = {declared[0]}", "constant": "", "source": declared[1]}
        return Figures(
            value, "kgCO2e", declared[0], "factor", row["factor"], flags=flags,
            steps=(*steps, set_step),
        )  # fmt: skip
    if says_co2_only(record):
        told = {"step": "kg-CO2e -> kgCO2", "constant": "1", "source": row["description"]}
        mass = Mass("co2_fossil", "factor", row["factor"], value, (*steps, told))
        return Figures(
            value, "kgCO2", "not_applicable", "factor", row["factor"], (mass,), flags, mass.steps
        )
    harvest.leave_out(row, "S-GWP-01", "unit")
    raise LeftOut


# -- the layout with columns by gas -------------------------------------------------------


def _printed(harvest: PublishedHarvest, record: Record, column: str) -> Fraction | None:
    """The number in a column; None where the publisher supplies none.

    Raises:
        LeftOut: another text than a number or ``not-supplied``.
    """
    text = record.row.get(column)
    return None if text in {None, NOT_SUPPLIED} else harvest.cell_number(record.row, column)


def _by_gas(
    harvest: PublishedHarvest,
    record: Record,
    spellings: Spellings,
    gwp: Mapping[str, Mapping[str, Fraction]],
) -> Figures:
    co2e = {
        found["gwp_set"]: value
        for column in record.row.cells
        if (found := _CO2E.match(column)) and found["gwp_set"] in gwp
        for value in (_printed(harvest, record, column),)
        if value is not None
    }
    masses = tuple(
        Mass(_gas_of(record, column, spellings), column, record.row[column], value)
        for column in GASES
        for value in (_printed(harvest, record, column),)
        if value is not None
    )
    has_others = any(
        _printed(harvest, record, column)
        for column in record.row.cells
        if column.startswith(_OTHER_GASES)
    )
    if co2e:
        reporting = harvest.lookups.reporting_gwp_set
        at = reporting if reporting in co2e else max(co2e)
        printed = _with_co2e(record, at, co2e, masses, gwp[at], has_others=has_others)
        return _apart(printed, reporting)
    if masses:
        return _of_masses(harvest, masses)
    harvest.leave_out(record.row, "S-BLANK-01", "kgCO2e-AR5")
    raise LeftOut


def _gas_of(record: Record, column: str, spellings: Spellings) -> str:
    fuel = record.activity_id.split("-")[0].removeprefix("fuel_type_")
    is_biogenic = column == "kgCO2" and fuel in spellings.biomass
    return BIOGENIC_CO2 if is_biogenic else GAS_CODES[column]


def _of_masses(harvest: PublishedHarvest, masses: tuple[Mass, ...]) -> Figures:
    """A record that prints masses only."""
    lacks = frozenset({PARTIAL} if len(masses) < len(GASES) else ())
    first = masses[0]
    if len(masses) == 1:
        return Figures(
            first.kg, first.column, "not_applicable", first.column, first.text, masses, lacks
        )
    return Figures(
        None, "kgCO2e", harvest.lookups.reporting_gwp_set, first.column, first.text, masses, lacks
    )


def _with_co2e(
    record: Record,
    at: str,
    co2e: Mapping[str, Fraction],
    masses: tuple[Mass, ...],
    gwp: Mapping[str, Fraction],
    *,
    has_others: bool,
) -> Figures:
    """A record that prints CO2e, perhaps with columns by gas beside it."""
    column = f"kgCO2e-{at}"
    text = record.row[column]
    flags = {PARTIAL} if says_co2_only(record) else set()
    kept: tuple[Mass, ...] = ()
    if masses and (has_others or len(masses) < len(GASES)):
        flags.add("gases_partial")
    elif masses:
        kept, told = _whole(text, at, masses, gwp)
        flags |= told
    also = tuple(
        f"kgCO2e-{other} = {record.row[f'kgCO2e-{other}']}" for other in sorted(co2e) if other != at
    )
    return Figures(co2e[at], "kgCO2e", at, column, text, kept, frozenset(flags), also=also)


def _apart(found: Figures, reporting: str) -> Figures:
    """Printed CO2e that adds biogenic CO2 up gives way to the masses, which keep it apart."""
    if not any(mass.gas == BIOGENIC_CO2 and mass.kg for mass in found.masses):
        return found
    step = {
        "step": f"{found.column} = {found.text} adds biogenic CO2 up; CO2e follows from the masses",
        "constant": "",
        "source": "biomass_fuels.csv",
    }
    flags = found.flags | {"printed_co2e_includes_biogenic_co2"}
    return replace(
        found, value=None, gwp_set=reporting, flags=flags, steps=(step,),
        also=(f"{found.column} = {found.text}", *found.also),
    )  # fmt: skip


def _whole(
    text: str, at: str, masses: tuple[Mass, ...], gwp: Mapping[str, Fraction]
) -> tuple[tuple[Mass, ...], set[str]]:
    """The masses of a record that prints all gases, as its own CO2e tells what they are."""
    one = Fraction(1)
    as_masses = compare(text, [(m.text, gwp[_plain(m.gas)]) for m in masses])
    as_co2e = compare(text, [(m.text, one) for m in masses])
    if as_masses.agrees and as_masses.residual <= as_co2e.residual:
        return masses, set()
    if as_co2e.agrees:
        return tuple(_mass_of_co2e(m, at, gwp) for m in masses), {"gas_columns_hold_co2e"}
    return (), {"gases_disagree_with_co2e"}


def _plain(gas: str) -> str:
    """The gas by which the printed CO2e counts it: biogenic CO2 like any CO2."""
    return "co2_fossil" if gas == BIOGENIC_CO2 else gas


def _mass_of_co2e(mass: Mass, at: str, gwp: Mapping[str, Fraction]) -> Mass:
    """The mass behind CO2e of one gas."""
    potential = gwp[_plain(mass.gas)]
    if potential == 1:
        return mass
    step = {
        "step": f"{mass.column} holds kgCO2e of the gas: the columns by gas add up to "
        f"kgCO2e-{at}; kgCO2e / GWP100 ({at}) -> kg",
        "constant": text_of(potential),
        "source": "ipcc_gwp100",
    }
    return Mass(mass.gas, mass.column, mass.text, mass.kg / potential, (step,))
