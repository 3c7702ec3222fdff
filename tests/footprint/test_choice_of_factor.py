"""Is the factor of a line chosen by the one rule, criterion after criterion, and explained?"""

from __future__ import annotations

import datetime as dt
import json

import pytest

from pipelines.errors import FaultyData
from tests.footprint.handmade import (
    DIESEL,
    FACTORS,
    computed,
    emission,
    factor,
    line,
    process,
    product,
)

FIRST, SECOND = "FZZFIRSTAAAAA", "FAASECONDAAAA"
NINGXIA, GANSU = "640000", "620000"


def day(text):
    """A date."""
    return dt.date.fromisoformat(text)


def plant(region=NINGXIA, **of_line):
    """A plant in a region that buys a kilogram of clay in 2025."""
    return {
        "product": [product("plant", region_code=region)],
        "process": [process("plant", region_code=region)],
        "exchange": [line("plant", 1, "clay", 1, "kg", **of_line)],
    }


def pair(winner, loser):
    """Two factors of clay; the winner's id sorts last, so that no alphabet decides."""
    return (
        factor(FIRST, "clay", 1.0, "kg", **winner),
        factor(SECOND, "clay", 2.0, "kg", **loser),
    )


@pytest.fixture(scope="module")
def northwest(reference):
    """The grid region of Ningxia."""
    row = reference["region"].filter(region_code=NINGXIA).row(0, named=True)
    return row["grid_region_code"]


OWN = {"data_origin": "primary", "flags": ["supplier:ACME"]}
# What wins, what loses, the criterion, what the line says.
BETTER = {
    "boundary": (
        {"boundary": "cradle_to_gate"}, {"boundary": "not_stated"}, "r_boundary", {},
    ),
    "boundary before place": (
        {"boundary": "cradle_to_gate", "region_code": "001"},
        {"boundary": "cradle_to_grave", "region_code": NINGXIA}, "r_boundary", {},
    ),
    "own supplier before place": (
        {**OWN, "region_code": "001"}, {"region_code": NINGXIA}, "r_supplier",
        {"supplier_id": "ACME"},
    ),
    "same place before nation": (
        {"region_code": NINGXIA}, {"region_code": "CN"}, "r_geography", {},
    ),
    "nation before world region": (
        {"region_code": "CN"}, {"region_code": "142"}, "r_geography", {},
    ),
    "world region before world": (
        {"region_code": "142"}, {"region_code": "001"}, "r_geography", {},
    ),
    "place before route": (
        {"region_code": NINGXIA, "route": "wet"}, {"region_code": "CN", "route": "dry.pit"},
        "r_geography", {"route": "dry.pit"},
    ),
    "route": (
        {"route": "dry.pit"}, {"route": "dry.river"}, "r_technology", {"route": "dry.pit"},
    ),
    "route by its trunk": (
        {"route": "dry.river"}, {"route": "wet"}, "r_technology", {"route": "dry.pit"},
    ),
    "route before time": (
        {"route": "dry", "data_start": day("2010-01-01"), "data_end": day("2010-12-31")},
        {"route": "wet"}, "r_technology", {"route": "dry"},
    ),
    "time": (
        {"data_start": day("2024-01-01"), "data_end": day("2024-12-31")},
        {"data_start": day("2022-01-01"), "data_end": day("2022-12-31")}, "r_time", {},
    ),
    "data to come count as far as data past": (
        {"data_start": day("2026-01-01"), "data_end": day("2026-12-31")},
        {"data_start": day("2020-01-01"), "data_end": day("2023-12-31")}, "r_time", {},
    ),
    "known time before unknown": (
        {"data_start": day("2000-01-01"), "data_end": day("2000-12-31")},
        {"data_start": None, "data_end": None}, "r_time", {},
    ),
    "later end of two that hold the year": (
        {"data_start": day("2020-01-01"), "data_end": day("2026-12-31")},
        {"data_start": day("2024-01-01"), "data_end": day("2025-12-31")}, "r_data_end", {},
    ),
    "data origin": (
        {"data_origin": "primary"}, {"data_origin": "mixed"}, "r_data_origin", {},
    ),
    "data origin before quality": (
        {"data_origin": "mixed", "dqr": 4.0}, {"dqr": 1.0}, "r_data_origin", {},
    ),
    "quality": ({"dqr": 1.5}, {"dqr": 1.6}, "r_dqr", {}),
    "quality before publication": (
        {"dqr": 1.5, "published_on": "2020"}, {"dqr": 1.6}, "r_dqr", {},
    ),
    "publication": (
        {"published_on": "2026-02-01"}, {"published_on": "2026-01-31"}, "r_publication", {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BETTER.values(), ids=BETTER)
@pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned"])
def test_the_better_factor_is_taken_and_the_other_told_why(tmp_path, library_with, case, turned):
    winner, loser, criterion, of_line = case
    factors = pair(winner, loser)
    library = library_with(factors=factors[::-1] if turned else factors, gases=())
    row = computed(tmp_path / "one", library, **plant(**of_line)).row("footprint_line")
    assert row["factor_id"] == FIRST
    assert row["selection_rank"] == 1
    (lost,) = json.loads(row["runners_up"])
    assert (lost["factor_id"], lost["lost_on"]) == (SECOND, criterion)
    assert lost["zh"]
    assert lost["en"]
    assert "2 个候选中第 1" in row["reason_zh"]
    assert "first of 2" in row["reason_en"]


def test_the_grid_region_stands_between_province_and_nation(tmp_path, library_with, northwest):
    ranks = [NINGXIA, northwest, "CN"]
    for near, far in ((0, 1), (1, 2)):
        factors = pair({"region_code": ranks[near]}, {"region_code": ranks[far]})
        outcome = computed(tmp_path / str(near), library_with(factors=factors, gases=()), **plant())
        row = outcome.row("footprint_line")
        assert (row["factor_id"], json.loads(row["runners_up"])[0]["lost_on"]) == (
            FIRST, "r_geography",
        )  # fmt: skip


def test_time_is_reckoned_from_the_middle_of_the_period(tmp_path, library_with):
    factors = pair(
        {"data_start": day("2025-01-01"), "data_end": day("2025-12-31")},
        {"data_start": day("2022-01-01"), "data_end": day("2022-12-31")},
    )
    files = plant()
    files["product"][0] |= {"period_start": "2022-07-01", "period_end": "2026-12-31"}
    outcome = computed(tmp_path / "one", library_with(factors=factors, gases=()), **files)
    row = outcome.row("footprint_line")
    # The middle is 2024-09-30: three months before the one, 21 months after the other.
    assert row["factor_id"] == FIRST
    assert "0.3 years apart" in row["reason_en"]
    assert "相距 0.3 年" in row["reason_zh"]


@pytest.mark.parametrize("elsewhere", [GANSU, "DE", "150"])
def test_a_factor_of_a_place_that_does_not_hold_the_plant_is_no_candidate(
    tmp_path, library_with, elsewhere
):
    factors = pair({"region_code": "001"}, {"region_code": elsewhere, "dqr": 1.0})
    outcome = computed(tmp_path / "one", library_with(factors=factors, gases=()), **plant())
    row = outcome.row("footprint_line")
    assert row["factor_id"] == FIRST
    assert json.loads(row["runners_up"])[0]["lost_on"] == "F-GEO-01"


def test_the_place_and_route_of_a_line_override_those_of_its_process(tmp_path, library_with):
    factors = pair({"region_code": GANSU, "route": "wet"}, {"region_code": NINGXIA})
    library = library_with(factors=factors, gases=())
    here = computed(tmp_path / "here", library, **plant())
    there = computed(tmp_path / "there", library, **plant(region_code=GANSU))
    assert here.row("footprint_line")["factor_id"] == SECOND
    assert there.row("footprint_line")["factor_id"] == FIRST


def test_a_supplier_s_data_serve_nobody_else(tmp_path, library_with):
    factors = pair({"region_code": NINGXIA}, {**OWN, "region_code": "CN"})
    library = library_with(factors=factors, gases=())
    for supplier in ("", "OTHER"):
        outcome = computed(tmp_path / "one", library, **plant(supplier_id=supplier))
        assert outcome.row("footprint_line")["factor_id"] == FIRST


@pytest.mark.parametrize(
    "of_factor",
    [
        {"valid_until": day("2024-12-31")},
        {"valid_from": day("2026-01-01")},
    ],
    ids=["past", "to come"],
)
def test_a_factor_not_valid_in_the_year_is_no_candidate(tmp_path, library_with, of_factor):
    factors = pair({"dqr": 5.0}, {"dqr": 1.0, **of_factor})
    outcome = computed(tmp_path / "one", library_with(factors=factors, gases=()), **plant())
    row = outcome.row("footprint_line")
    assert row["factor_id"] == FIRST
    assert json.loads(row["runners_up"])[0]["lost_on"] == "F-VAL-01"


def test_a_fuel_burnt_in_a_lorry_does_not_serve_a_boiler(tmp_path, library_with):
    lorry = [
        {**row, "route": "mobile.road"} if row["factor_id"] == DIESEL else row for row in FACTORS
    ]
    files = {
        "product": [product("plant")],
        "process": [process("plant")],
        "exchange": [line("plant", 1, "diesel", 1, "kg", flow_use="combustion")],
    }
    row = computed(tmp_path / "one", library_with(factors=lorry), **files).row("footprint_line")
    assert row["factor_id"] is None
    assert json.loads(row["runners_up"])[0]["lost_on"] == "F-TEC-01"
    files["exchange"][0]["route"] = "mobile.road"
    row = computed(tmp_path / "two", library_with(factors=lorry), **files).row("footprint_line")
    assert row["factor_id"] == DIESEL


@pytest.mark.parametrize(
    ("amount", "unit", "chosen"), [(1, "kWh", FIRST), (1, "t", SECOND), (1, "GJ", FIRST)]
)
def test_a_tie_is_settled_by_the_named_decision_on_units(
    tmp_path, library_with, amount, unit, chosen
):
    factors = (
        factor(FIRST, "diesel", 0.1, "MJ"),
        factor(SECOND, "diesel", 4.2652, "kg"),
    )
    files = {
        "product": [product("plant")],
        "process": [process("plant")],
        "exchange": [line("plant", 1, "diesel", amount, unit)],
    }
    outcome = computed(tmp_path / "one", library_with(factors=factors, gases=()), **files)
    row = outcome.row("footprint_line")
    assert row["factor_id"] == chosen
    assert json.loads(row["runners_up"])[0]["lost_on"] == "own_unit"


def test_the_only_factor_is_said_to_be_the_only_one(tmp_path, library_with):
    library = library_with(factors=pair({}, {})[:1], gases=())
    row = computed(tmp_path / "one", library, **plant()).row("footprint_line")
    assert row["reason_en"].startswith("the only one that serves: place nation")
    assert row["reason_zh"].startswith("唯一可用：地域 全国")
    assert json.loads(row["runners_up"]) == []


def test_a_pin_overrides_the_order_and_says_who_chose(tmp_path, library_with):
    factors = pair({"region_code": NINGXIA}, {"region_code": "DE"})
    library = library_with(factors=factors, gases=())
    files = plant(provider=f"factor:{SECOND}")
    row = computed(tmp_path / "one", library, **files).row("footprint_line")
    assert row["factor_id"] == SECOND
    assert row["reason_en"].startswith("pinned by the inventory")
    assert row["reason_zh"].startswith("清单指定")


def test_of_a_fuel_s_two_uses_the_pin_is_for_burning(tmp_path, library_with):
    upstream = factor(FIRST, "diesel", 0.4, "kg")
    files = {
        "product": [product("plant")],
        "process": [process("plant")],
        "exchange": [
            line("plant", 1, "diesel", 1, "kg", flow_use="supply_and_combustion",
                 provider=f"factor:{DIESEL}"),
        ],
    }  # fmt: skip
    library = library_with(factors=(*FACTORS, upstream))
    lines = computed(tmp_path / "one", library, **files).lines("plant-out")
    assert lines["plant/1"]["factor_id"] == DIESEL
    assert lines["plant/1"]["reason_en"].startswith("pinned by the inventory")
    assert lines["plant/1.supply"]["factor_id"] == FIRST
    assert lines["plant/1.supply"]["reason_en"].startswith("the only one that serves")


def test_the_runners_up_are_the_next_best_in_order(tmp_path, library_with):
    factors = [
        factor(f"FTIER{chr(ord('A') + n)}AAAAAAA", "clay", 1.0, "kg", dqr=1.0 + n / 10)
        for n in range(8)
    ]
    library = library_with(factors=factors[::-1], gases=())
    row = computed(tmp_path / "one", library, **plant()).row("footprint_line")
    assert row["factor_id"] == factors[0]["factor_id"]
    named = [lost["factor_id"] for lost in json.loads(row["runners_up"])]
    assert named == [f["factor_id"] for f in factors[1:6]]


def test_a_gas_given_by_the_inventory_needs_no_factor(tmp_path, library_with):
    files = plant()
    files["exchange"] = [emission("plant", 1, "CO2", 2)]
    row = computed(tmp_path / "one", library_with(factors=FACTORS), **files).row("footprint_line")
    assert row["factor_id"] is None
    assert row["is_covered"]
    assert row["reason_en"] == "mass of gas given by the inventory"
    assert row["reason_zh"] == "清单给出的气体质量"


def test_lines_asked_alike_are_decided_alike_and_each_faulty_one_is_named(tmp_path, library_with):
    lines = [line("plant", i, "diesel", 1, "kg", flow_use="combustion") for i in range(1, 6)]
    lines[3]["region_code"] = "650000"
    files = {"product": [product("plant")], "process": [process("plant")], "exchange": lines}
    found = computed(tmp_path / "one", library_with(), **files).lines("plant-out")
    chosen = {name: row["factor_id"] for name, row in found.items() if row["factor_id"]}
    assert len(chosen) == 5
    for row in lines:
        row["provider"] = "factor:F000000000000"
    with pytest.raises(FaultyData) as fault:
        computed(tmp_path / "two", library_with(), **files)
    assert len(fault.value.findings) == 5
