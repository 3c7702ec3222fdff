"""Rows that lie at the limits of the rules, on either side.

Belongs here: what is just allowed and what is just not. Does not belong here: what is said of
them (``approved``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from schemas import ALL_TABLES
from schemas.parameter import PARAMETER
from schemas.reference import GWP
from schemas.render.frame import empty, frame_of
from tests.admit.samples import GWPS
from tests.entries.hearing import CARBON, Tables
from tests.entries.plant import record

Add = Callable[..., None]
# Rows of the planted batch that are judged although their contract is broken.
KEPT = ("candidate.confidence.required", "candidate.data_class.required",
        "candidate.licence.required", "candidate.source_id.required", "candidate.value.finite",
        "candidate.R-FAC-01")  # fmt: skip
PER_T = {"reference_unit": "t", "category_id": "process.carbonate"}
NOTED = {"note_zh": "另有说明"}
CO2 = {"value_unit": "kgCO2", "gwp_set": "not_applicable"}
FOOTPRINT = {"factor_kind": "footprint_factor", "boundary": "cradle_to_gate"}
PARTS = {"fossil": 1.0, "biogenic_non_co2": 0.5, "land_use_change": 0.5,
         "land_management_emission": 0.25, "land_management_removal": -0.125,
         "technological_removal": -0.0625, "ccs_capture": -0.0625}  # fmt: skip
WITH_UPTAKE = {**PARTS, "biogenic_uptake": -1.5, "biogenic_co2_emission": 0.5,
               "value_convention": "including_uptake"}  # fmt: skip


def _given(key: str, gases: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    return record(key, {"fields": fields, "gases": gases or []})


def _gas(mass: float, gas: str = "co2_fossil") -> list[dict[str, Any]]:
    return [{"gas": gas, "mass": mass}]


def _sums(add: Add) -> None:
    """Ages and sums of parts."""
    # Ages at the limit of a score, the day before and the day after; end of February.
    for day in ("2023-11-20", "2023-11-21", "2023-11-22", "2020-11-21", "2020-11-22",
                "2016-11-21", "2016-11-22", "2011-11-21", "2011-11-22"):  # fmt: skip
        add(f"age.{day}", data_start=None, data_end=day)
    # Sums of parts within and beyond the tolerance of a thousandth.
    for value in (2.0, 2.0019, 2.0021, 1.9979):
        add(f"parts.{value}", **FOOTPRINT, **PARTS, value=value,
            value_convention="excluding_uptake")  # fmt: skip
    for value in (1.0, 1.002):
        add(f"uptake.{value}", **FOOTPRINT, **WITH_UPTAKE, value=value)


def _laws(add: Add) -> None:
    """Gases, carbon and formulas."""
    # Gases against the value stated, five thousandths either way.
    for mass in (2.512, 2.513, 2.488, 2.487):
        add(f"gases.{mass}", _gas(mass), **FOOTPRINT)
    # The carbon of diesel: 20.2 tC/TJ, at most 102 %, at least 80 % / 1.02 of 44/12 of it.
    for mass in (75.5, 75.6, 58.2, 58.0):
        add(f"carbon.{mass}", _gas(mass), **CO2, value=mass)
    add("carbon.biogenic", _gas(75.6, "co2_biogenic"), **CO2, value=75.6)
    add("carbon.methane", _gas(80.0, "ch4_fossil"), value_unit="kgCH4", gwp_set="not_applicable",
        value=80.0)  # fmt: skip
    for uptake in (-1.80, -1.79, -1.87, -1.88):
        add(f"grown.{uptake}", biogenic_uptake=uptake, carbon_content_biogenic=0.5)
    add("grown.nothing", biogenic_uptake=-1.0, carbon_content_biogenic=0.0)
    # A carbonate gives off what its formula holds: 0.4397 kg per kg, and half a hundredth more.
    for mass in (441.8, 442.0):
        add(f"formula.{mass}", _gas(mass), flow_id="calcium_carbonate", **PER_T, **CO2, value=mass)


def _peers(add: Add) -> None:
    """Peers, far and near."""
    # Peers: eight of them, and seven; a slip of a thousand and one of seven hundred.
    for n in range(7):
        add(f"eight.{n}", flow_id="coke", reference_unit="t", category_id="energy.fuel.coal",
            value=1.0 + n / 100, technology="eight")  # fmt: skip
        if n:
            add(f"seven.{n}", flow_id="coke", reference_unit="t", category_id="energy.fuel.coal",
                value=1.0 + n / 100, technology="seven")  # fmt: skip
    for name, value in (("eight", 1031.0), ("seven", 1031.0)):
        add(f"{name}.odd", flow_id="coke", reference_unit="t", category_id="energy.fuel.coal",
            value=value, technology=name)  # fmt: skip
    for name, value in (("z1", 1.28), ("z2", 1.40), ("z3", 700.0), ("z4", 0.0011), ("z5", 1.4e6)):
        for n in range(8):
            add(f"{name}.{n}", flow_id="lime", reference_unit="kg", category_id="process.mineral",
                value=1.0 + n / 1000, technology=name)  # fmt: skip
        add(f"{name}.odd", flow_id="lime", reference_unit="kg", category_id="process.mineral",
            value=value, technology=name)  # fmt: skip


def _series(add: Add) -> None:
    """Same values and jumps."""
    # One value for six activities, and for five; signs and zeros count no digits.
    same = ("gasoline", "kerosene", "lpg", "naphtha", "fuel_oil", "crude_oil")
    for n, flow in enumerate(same):
        add(f"same.{n}", flow_id=flow, value=0.0456, technology="same")
        add(f"round.{n}", flow_id=flow, value=4500.0, technology="round")
        add(f"minus.{n}", flow_id=flow, value=-0.0789, factor_kind="removal_factor",
            technology="minus")  # fmt: skip
        if n:
            add(f"five.{n}", flow_id=flow, value=0.0567, technology="five")
    # A jump by half, and by a little more and less; with a note; years apart.
    for name, value, more in (
        ("half", 1.5, {}),
        ("over", 1.501, {}),
        ("under", 0.666, {}),
        ("third", 0.6667, {}),
        ("noted", 9.0, NOTED),
    ):
        for year, figure in ((2021, 1.0), (2023, value)):
            add(f"jump.{name}.{year}", flow_id="limestone", value=figure, reference_year=year,
                category_id="material.mineral", reference_unit="t", name_zh=f"{year}年石灰石",
                technology=name, **(more if year == 2023 else {}))  # fmt: skip


def _figures(add: Add) -> None:
    """Uncertainties and gases in place of a value."""
    # Uncertainties: limits, kinds, scores.
    add("limits", lower95=2.0, upper95=3.0)
    add("limits.point", lower95=2.5, upper95=2.5)
    add("limits.below", lower95=-1.0, upper95=3.0)
    add("limits.nothing", lower95=0.0, upper95=3.0)
    for kind, text in (("gsd2", "1.21"), ("gsd", "1.1"), ("cv", "0.1"), ("variance_ln", "0.04"),
                       ("sigma_ln", "0.2"), ("pedigree", "(2,3,4,1,4)"), ("gsd2", "1"),
                       ("pedigree", "(1,-,3,4,5)"), ("cv", "abc"), ("gsd", "")):  # fmt: skip
        add(f"uncertain.{kind}.{text}", uncertainty_kind=kind, uncertainty_value=text)
    # Gases in place of a value, by every set; a set that lacks one; biogenic apart.
    for gwp_set in ("AR4", "AR5", "AR6"):
        add(f"of_gases.{gwp_set}", _gas(1.0) + _gas(0.1, "ch4_fossil") + _gas(0.5, "co2_biogenic"),
            value=None, gwp_set=gwp_set)  # fmt: skip
        add(f"of_nf3.{gwp_set}", _gas(1.0, "nf3") + _gas(0.1, "n2o"), value=None, gwp_set=gwp_set)
    add("negative_mass", _gas(-0.1, "n2o") + _gas(9.0), value=None)
    add("negative_credit", _gas(-0.1, "n2o") + _gas(99.0), value=None, **FOOTPRINT)
    add("endless", _gas(1e308, "n2o"), value=None)


def _words(add: Add, made: dict[str, Any]) -> None:
    """Words, signs, processes."""
    # Words against the boundary.
    add("words.upper", **FOOTPRINT, name_en="diesel TTW")
    add("words.technology", technology="摇篮到大门")
    add("words.gate", boundary="gate_to_gate", factor_kind="removal_factor", name_en="Life Cycle")
    # What is less than nothing, with and without removals.
    taken = {"value_convention": "excluding_uptake", **FOOTPRINT}
    add("sign.taken", **taken, value=-1.0, fossil=0.2, ccs_capture=-1.2)
    add("sign.more", **taken, value=-1.5, ccs_capture=-1.2)
    add("sign.removal", value=-1.0, factor_kind="removal_factor")
    add("sign.zero", value=0.0)
    # Processes: as much out as in, and a fiftieth more.
    for entering in (1000.0, 981.0, 979.0):
        made[f"at.mass.{entering}"] = record(f"at.mass.{entering}", {
            "process": {"input": entering}, "fields": {}})  # fmt: skip
    made["at.mass.waste"] = record("at.mass.waste", {
        "process": {"input": 1100.0, "waste": 60.0, "coproduct": 60.0}})  # fmt: skip


def rows() -> dict[str, dict[str, Any]]:
    """By key, the rows at the limits."""
    made: dict[str, dict[str, Any]] = {}

    def add(key: str, gases: list[dict[str, Any]] | None = None, **fields: Any) -> None:
        made[f"at.{key}"] = _given(f"at.{key}", gases, **fields)

    _sums(add)
    _laws(add)
    _peers(add)
    _series(add)
    _figures(add)
    _words(add, made)
    return made


def library(reference: Tables) -> Tables:
    """Reference tables, GWPs and the carbon of diesel; no other source."""
    gwps = [{"gwp_set": s, "gas": g, "gwp100": v} for s, held in GWPS.items()
            for g, v in held.items()]  # fmt: skip
    nothing = {n: empty(ALL_TABLES[n]) for n in ("candidate", "candidate_gas", "evidence",
                                                 "source", "row_count")}  # fmt: skip
    more: dict[str, pl.DataFrame] = {
        "gwp": frame_of(GWP, gwps), "parameter": frame_of(PARAMETER, [CARBON]),
    }  # fmt: skip
    return {**nothing, **reference, **more}
