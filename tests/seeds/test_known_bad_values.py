"""Does none of the wrong figures that circulate stand in the library for its item?

``known_bad_values.csv`` names, for each wrong figure, the item it was claimed for, where it was
seen, what is right, and the cells by which it would enter the seeds. Blank means any; a region
or a key may hold ``*`` and ``?``.
"""

from __future__ import annotations

import fnmatch
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from pipelines.quantities.unit import UnitMismatch
from tests.sources.library import (
    SEEDS,
    Tables,
    change_cells,
    copy_of,
    lookups,
    read,
    rows_of,
)

CASES = rows_of(Path(__file__).with_name("known_bad_values.csv"))
ITEM = ("table", "source_id", "record_key", "kind", "flow_id", "gas", "gwp_set", "region_code",
        "year")  # fmt: skip

every_case = pytest.mark.parametrize("case", CASES, ids=[c["case"] for c in CASES])


def emissions_of(tables: Tables) -> list[dict[str, Any]]:
    """Kilograms of each gas, and of CO2e where a document prints nothing else."""
    factors = {row["factor_id"]: row for row in tables["candidate"].iter_rows(named=True)}
    emitted = list(tables["candidate_gas"].select("factor_id", "gas", "mass").iter_rows())
    emitted += [
        (row["factor_id"], "CO2e", row["value"])
        for row in factors.values()
        if row["value_unit"] == "kgCO2e" and row["value"] is not None
    ]
    return [
        row
        | {"table": "emission", "kind": row["factor_kind"], "gas": gas, "figure": figure}
        | {"year": row["reference_year"] or "", "unit": f"kg/{row['reference_unit']}"}
        for row, gas, figure in ((factors[f], gas, figure) for f, gas, figure in emitted)
    ]


def claims_of(tables: Tables) -> list[dict[str, Any]]:
    """Every figure of the library with its item and its unit."""
    blank = dict.fromkeys(ITEM, "")
    parameters = [
        blank
        | row
        | {"table": "parameter", "kind": row["parameter_kind"]}
        | {"figure": row["parameter_value"], "unit": row["parameter_unit"]}
        for row in tables["parameter"].iter_rows(named=True)
    ]
    potentials = [
        blank | row | {"table": "gwp", "figure": row["gwp100"], "unit": "1"}
        for row in tables["gwp"].iter_rows(named=True)
    ]
    return emissions_of(tables) + parameters + potentials


def is_item(claim: dict[str, Any], case: dict[str, str]) -> bool:
    return all(not case[name] or fnmatch.fnmatchcase(str(claim[name]), case[name]) for name in ITEM)


def in_unit(value: str, unit: str, target: str) -> float | None:
    """A figure in another unit, or nothing where the units measure different things."""
    table = lookups().units
    above, _, below = unit.partition("/")
    target_above, _, target_below = target.partition("/")
    if bool(below) != bool(target_below):
        return None
    try:
        ratio = table.ratio(above, target_above)
        ratio /= table.ratio(below, target_below) if below else 1
    except UnitMismatch:
        return None
    return float(Fraction(value) * ratio)


def standing(claims: list[dict[str, Any]], case: dict[str, str]) -> list[str]:
    """The records that give the wrong figure for the item."""
    return [
        claim["record_key"]
        for claim in claims
        if is_item(claim, case)
        and in_unit(case["bad_value"], case["bad_unit"], claim["unit"]) == claim["figure"]
    ]


@pytest.fixture(scope="session")
def claims(library):
    return claims_of(library)


@every_case
def test_a_wrong_figure_does_not_stand_for_its_item(claims, case):
    assert standing(claims, case) == [], case["what_it_should_be"]


@every_case
def test_a_wrong_figure_that_is_planted_is_found(tmp_path, case):
    folder = copy_of(case["plant_source"], tmp_path)
    cells = dict(pair.split("=", 1) for pair in case["plant_cells"].split(";"))
    change_cells(folder, case["plant_file"], case["plant_record_key"], **cells)
    key = cells.get("record_key", case["plant_record_key"])
    assert key in standing(claims_of(read(folder)), case)


@pytest.mark.parametrize("case", [c for c in CASES if c["right_value"]], ids=lambda c: c["case"])
def test_the_right_figure_stands_where_the_wrong_one_was_claimed(claims, case):
    rows = rows_of(SEEDS / case["plant_source"] / case["plant_file"])
    row = next(r for r in rows if r["record_key"] == case["plant_record_key"])
    assert Fraction(row["value"]) == Fraction(case["right_value"])
    items = [claim["record_key"] for claim in claims if is_item(claim, case)]
    assert case["plant_record_key"] in items


def test_every_wrong_figure_says_where_it_was_seen_and_what_it_teaches():
    for case in CASES:
        for name in ("printed", "claimed_as", "what_it_should_be", "lesson", "where_seen"):
            assert case[name].strip(), case["case"]
    assert len({case["where_seen"] for case in CASES}) >= 17


# -- what no single figure shows --------------------------------------------------------------


def test_three_quantities_called_pig_iron_are_three_items(claims):
    found = {
        (c["flow_id"], c["kind"], c["gas"], c["figure"])
        for c in claims
        if c["flow_id"] in {"pig_iron", "steel_pig_iron", "pig_iron_steelmaking"}
    }
    assert found == {
        ("pig_iron", "direct_ef", "co2_fossil", 1350.0),
        ("pig_iron", "direct_ef", "co2_fossil", 1430.0),
        ("steel_pig_iron", "direct_ef", "co2_fossil", 172.0),
        ("pig_iron_steelmaking", "footprint_factor", "CO2e", 1700.0),
    }


def test_no_factor_is_given_for_tibet_alone(library):
    assert library["candidate"].filter(region_code="540000").is_empty()


def test_no_grid_factor_of_direct_emission_is_in_co2e(library):
    grid = library["candidate"].filter(factor_kind="energy_indirect_ef", flow_id="electricity")
    assert set(grid["value_unit"]) == {"kgCO2"}


def test_one_key_names_one_record_of_a_source(library):
    keys = library["candidate"].select("source_id", "record_key")
    assert keys.is_unique().all()
