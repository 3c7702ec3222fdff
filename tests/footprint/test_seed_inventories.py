"""Does every shipped inventory give a result that adds up, is explained and can be re-walked?"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from decimal import Decimal

import polars as pl
import pytest

from pipelines.footprint import compute
from pipelines.footprint.computation import OUT
from schemas import ALL_TABLES
from schemas.render.pandera import require
from tests.conftest import SEEDS
from tests.footprint.handmade import Outcome, exact_sum, walked

FOLDERS = sorted(p for p in (SEEDS / "inventories").iterdir() if p.is_dir())
SETS = ("AR4", "AR5", "AR5-feedback", "AR6")


def read(folder, name):
    """The rows of a file of a shipped inventory, read without the room."""
    path = SEEDS / "inventories" / folder / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


PRODUCTS = {row["product_id"]: p.name for p in FOLDERS for row in read(p.name, "product")}
RESULTS = [(product_id, gwp_set) for product_id in PRODUCTS for gwp_set in SETS]
KG = {"kg": 1.0, "t": 1000.0}

every_product = pytest.mark.parametrize("product_id", PRODUCTS)
every_result = pytest.mark.parametrize(("product_id", "gwp_set"), RESULTS)


def of(product_id, gwp_set="AR5"):
    """The cells that name one result."""
    return {"product_id": product_id, "gwp_set": gwp_set}


def test_every_inventory_has_a_result_under_every_set(seed_results):
    found = {(r["product_id"], r["gwp_set"]) for r in seed_results.rows("footprint")}
    assert found == set(RESULTS)
    assert len(FOLDERS) >= 7


def test_every_table_keeps_to_its_declaration(seed_tables, seed_results):
    tables = {**seed_tables, **seed_results.tables}
    for table in OUT:
        require(ALL_TABLES[table.name], seed_results.tables[table.name], tables)


@every_result
def test_stages_gases_and_lines_each_sum_to_the_total(seed_results, product_id, gwp_set):
    at = of(product_id, gwp_set)
    total = seed_results.row("footprint", **at)["footprint_value"]
    for table in ("footprint_stage", "footprint_gas", "footprint_line"):
        assert exact_sum(seed_results.rows(table, **at)) == total, table


@every_result
def test_components_sum_to_the_total_of_their_convention(seed_results, product_id, gwp_set):
    at = of(product_id, gwp_set)
    row = seed_results.row("footprint", **at)
    parts = {
        r["component"]: r["contribution"] for r in seed_results.rows("footprint_component", **at)
    }
    breath = {"biogenic_uptake", "biogenic_co2_emission"}
    inside = [v for name, v in parts.items() if name not in {*breath, "aircraft"}]
    assert sum(inside, Decimal(0)) == row["value_excluding_uptake"]
    more = [v for name, v in parts.items() if name in breath]
    assert sum(inside + more, Decimal(0)) == row["value_including_uptake"]
    assert row["footprint_value"] == row["value_excluding_uptake"]


@every_result
def test_masses_of_gas_times_potentials_are_their_contributions(
    seed_tables, seed_results, product_id, gwp_set
):
    potential = dict(
        seed_tables["gwp"].filter(gwp_set=gwp_set).select("gas", "gwp100").iter_rows()
    )  # fmt: skip
    rows = seed_results.rows("footprint_gas", **of(product_id, gwp_set))
    for row in rows:
        if row["gas_or_unsplit"] == "co2e_unsplit":
            assert row["gas_mass"] is None
        else:
            expected = float(row["gas_mass"]) * potential[row["gas_or_unsplit"]]
            assert float(row["contribution"]) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@every_result
def test_shares_and_counts_agree_with_the_lines(seed_results, product_id, gwp_set):
    at = of(product_id, gwp_set)
    row = seed_results.row("footprint", **at)
    lines = seed_results.rows("footprint_line", **at)
    assert row["lines_total"] == len(lines) > 0
    assert row["lines_uncovered"] == sum(not line["is_covered"] for line in lines)
    assert sum(line["share"] for line in lines) == pytest.approx(1)
    unsplit = exact_sum(
        seed_results.rows("footprint_gas", **at, gas_or_unsplit="co2e_unsplit")
    )  # fmt: skip
    assert row["unsplit_share"] == pytest.approx(float(unsplit / row["footprint_value"]))


@every_product
def test_every_line_is_its_amount_times_its_factor_or_a_gap(seed_results, product_id):
    for line in seed_results.rows("footprint_line", **of(product_id)):
        assert re.search(r"[一-鿿]", line["reason_zh"])
        assert re.search(r"[a-z]", line["reason_en"])
        if line["is_covered"]:
            expected = float(line["scaled_amount"]) * line["applied_value"]
            assert float(line["contribution"]) == pytest.approx(expected, rel=1e-9, abs=1e-12)
        else:
            assert (line["applied_value"], line["factor_id"]) == (None, None)
            assert line["contribution"] == 0
            assert "不按零计" in line["reason_zh"]


def supply_of(folder, product):
    """Kilograms of each process's output for the declared amount, by walking the files."""
    processes = {row["process_id"]: row for row in read(folder, "process")}
    assert {row["allocation"] for row in processes.values()} == {"none"}
    takes = defaultdict(float)
    for row in read(folder, "exchange"):
        if row["provider"] in processes:
            taker = processes[row["process_id"]]
            made = float(taker["reference_amount"]) * KG[taker["reference_unit"]]
            takes[row["process_id"], row["provider"]] += (
                float(row["amount"]) * KG[row["unit"]] / made
            )
    asked = float(product["declared_amount"]) * KG[product["declared_unit"]]
    return walked({product["process_id"]: asked}, takes), processes


@every_product
def test_a_walk_through_the_files_finds_the_same_amounts(seed_results, product_id):
    folder = PRODUCTS[product_id]
    (product,) = [r for r in read(folder, "product") if r["product_id"] == product_id]
    supply, processes = supply_of(folder, product)
    scales = {
        r["process_id"]: float(r["scale"]) * KG[r["reference_flow_unit"]]
        for r in seed_results.rows("footprint_supply", **of(product_id))
    }
    assert scales == pytest.approx(supply, rel=1e-9)
    expected = {}
    for row in read(folder, "exchange"):
        made = processes[row["process_id"]]
        if row["process_id"] in supply and row["provider"] not in processes:
            per = float(made["reference_amount"]) * KG[made["reference_unit"]]
            name = f"{row['process_id']}/{row['line']}"
            expected[name] = supply[row["process_id"]] * float(row["amount"]) / per
    lines = seed_results.lines(product_id)
    found = {
        name: float(line["scaled_amount"])
        for name, line in lines.items()
        if not name.endswith(".supply")
    }
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-14)


@every_product
def test_intensity_times_amount_is_the_total(seed_results, product_id):
    row = seed_results.row("footprint", **of(product_id))
    (product,) = [r for r in read(PRODUCTS[product_id], "product") if r["product_id"] == product_id]
    asked = float(product["declared_amount"])
    intensity = seed_results.intensity(product_id, product["process_id"])
    assert float(row["footprint_value"]) == pytest.approx(asked * intensity, rel=1e-9)


@every_product
def test_no_shipped_result_claims_more_than_it_can(seed_results, product_id):
    row = seed_results.row("footprint", **of(product_id))
    (product,) = [r for r in read(PRODUCTS[product_id], "product") if r["product_id"] == product_id]
    assert row["result_state"] in {"provisional", "demonstration"}
    assert "assumptions" in row["flags"]
    assert row["is_limit_activity"] == (product["is_limit_activity"] == "true")
    assert ("limit_values_not_plant_measurements" in row["flags"]) == row["is_limit_activity"]
    if product["confidence"] == "low":
        assert row["result_state"] == "demonstration"
        assert "demonstration" in row["flags"]


def test_no_grid_co2_factor_enters_a_shipped_result(seed_tables, seed_results):
    used = seed_results.tables["footprint_line"].filter(pl.col("factor_id").is_not_null())
    kinds = used.join(seed_tables["factor"], on=["factor_id", "version"], suffix="_f")
    assert kinds.height == used.height > 0
    assert set(kinds["factor_kind"]) == {"footprint_factor", "direct_ef"}
    power = kinds.filter(pl.col("flow") == "electricity")
    assert set(power["factor_kind"]) == {"footprint_factor"}
    burnt = kinds.filter(pl.col("flow_use") == "combustion")
    assert set(burnt["factor_kind"]) == {"direct_ef"}


# Figures that a person can reckon from the files and the official values.


def test_aluminium_takes_the_official_footprint_of_power(seed_tables, seed_results):
    line = seed_results.lines("al-ingot-cn")["al-ingot-cn/IL0456"]
    official = seed_tables["factor"].filter(
        pl.col("factor_id") == line["factor_id"], pl.col("version") == line["version"]
    )
    (row,) = official.to_dicts()
    assert row["record_key"].startswith("ELEC-CFP-2023-NAT")
    assert (row["source_id"], row["factor_kind"]) == ("mee_electricity_footprint",
                                                      "footprint_factor")  # fmt: skip
    assert (row["value"], row["gwp_set"]) == (0.6205, "not_stated")
    assert float(line["contribution"]) == pytest.approx(13400 * 0.6205)
    # The other year's official value lost by time; grid CO2 factors are told by their kind.
    second, *rest = json.loads(line["runners_up"])
    assert second["lost_on"] == "r_time"
    assert rest
    assert all("F-KIND-01" in other["lost_on"] for other in rest)


@pytest.mark.parametrize("gwp_set", SETS)
def test_the_power_of_aluminium_is_not_split_by_gas(seed_results, gwp_set):
    gases = seed_results.parts("gas", "al-ingot-cn", gwp_set)
    assert gases["co2e_unsplit"] == pytest.approx(8314.7)
    row = seed_results.row("footprint", **of("al-ingot-cn", gwp_set))
    assert "gwp_not_stated" in row["flags"]
    assert row["unsplit_share"] == pytest.approx(8314.7 / float(row["footprint_value"]))


@pytest.mark.parametrize(
    ("gwp_set", "cf4", "c2f6"),
    [("AR4", 7390, 12200), ("AR5", 6630, 11100), ("AR5-feedback", 7349, 12340),
     ("AR6", 7380, 12400)],
)  # fmt: skip
def test_the_anode_effect_of_aluminium_follows_the_set(seed_results, gwp_set, cf4, c2f6):
    gases = seed_results.parts("gas", "al-ingot-cn", gwp_set)
    assert gases["cf4"] == pytest.approx(0.4 * cf4)
    assert gases["c2f6"] == pytest.approx(0.04 * c2f6)


# IPCC: methane of biogenic and of fossil origin, nitrous oxide, kgCO2e per kg over 100 years.
POTENTIALS = {
    "AR4": (25, 25, 298), "AR5": (28, 30, 265), "AR5-feedback": (34, 34, 298),
    "AR6": (27.0, 29.8, 273),
}  # fmt: skip


@pytest.mark.parametrize("gwp_set", SETS)
def test_methane_and_nitrous_oxide_of_milk_follow_the_set(seed_results, gwp_set):
    methane, _, nitrous = POTENTIALS[gwp_set]
    expected = (0.010947 + 0.000590679) * methane + 0.000144134 * nitrous
    assert seed_results.total("raw-milk-ningxia", gwp_set) == pytest.approx(expected, rel=1e-9)
    components = seed_results.parts("component", "raw-milk-ningxia", gwp_set)
    assert set(components) == {"biogenic_non_co2"}


@pytest.mark.parametrize("gwp_set", SETS)
def test_fossil_methane_of_ferrosilicon_follows_the_set(seed_results, gwp_set):
    _, methane, _ = POTENTIALS[gwp_set]
    assert seed_results.total("ferrosilicon75-cn", gwp_set) == pytest.approx(
        8300 * 0.6205 + 4000 + 1 * methane
    )


def test_the_calcination_of_clinker_is_as_the_inventory_gives_it(seed_results):
    lines = seed_results.lines("clinker-cn")
    assert float(lines["clinker-cn/IL0454"]["contribution"]) == 535
    assert float(lines["clinker-cn/IL0453"]["contribution"]) == pytest.approx(57 * 0.6205)
    assert lines["clinker-cn/IL0452"]["flow_use"] == "combustion"
    assert not lines["clinker-cn/IL0452.supply"]["is_covered"]


def test_hydrogen_and_methanol_are_solved_as_a_loop(seed_results):
    takes_methanol, takes_hydrogen = 0.00444, 0.138976
    loop = 1 / (1 - takes_methanol * 1.0 * takes_hydrogen)
    supply = {
        r["process_id"]: float(r["scale"])
        for r in seed_results.rows("footprint_supply", **of("ammonia-coal"))
    }
    assert supply["hydrogen-coal-cn"] == pytest.approx(0.178 * loop, rel=1e-9)
    assert supply["methanol-coal"] == pytest.approx(0.178 * takes_methanol * loop, rel=1e-9)
    assert supply["hydrogen-coal-cn"] > 0.178


# Published values beside ours.

CHECKS = [
    (row["product_id"], row["check_id"])
    for folder in FOLDERS
    for row in read(folder.name, "check")
]  # fmt: skip


def test_the_chief_products_have_published_values_beside_them():
    assert {product_id for product_id, _ in CHECKS} >= {
        "al-ingot-cn", "clinker-cn", "ammonia-coal", "raw-milk-ningxia",
    }  # fmt: skip


@pytest.mark.parametrize(("product_id", "check_id"), CHECKS)
def test_a_published_value_stands_beside_ours_with_the_difference_explained(
    seed_results, product_id, check_id
):
    row = seed_results.row("footprint_check", product_id=product_id, check_id=check_id)
    ours = seed_results.row("footprint", **of(product_id))
    assert row["our_value"] == ours["footprint_value"]
    assert re.search(r"[一-鿿]", row["explanation_zh"])
    assert re.search(r"[a-z]{3}", row["explanation_en"])
    assert not re.search(r"[一-鿿]", row["explanation_en"])
    assert row["citation"]
    assert row["check_boundary"]
    mass, _, per = row["check_unit"].partition("CO2e/")
    theirs = row["check_value"] * KG[mass] / KG[per]
    per_kg = float(ours["footprint_value"]) / ours["declared_amount"] / KG[ours["declared_unit"]]
    assert row["ratio"] == pytest.approx(per_kg / theirs, rel=1e-4)


def test_a_second_run_gives_the_same_to_the_last_digit(seed_library, seed_results):
    milk = SEEDS / "inventories" / "raw_milk"
    loop = SEEDS / "inventories" / "coal_ammonia"
    again = Outcome(compute([loop, milk], seed_library))
    for name, frame in again.tables.items():
        if "product_id" in frame.columns:
            before = seed_results.tables[name]
            mine = before.filter(pl.col("product_id").is_in(frame["product_id"].to_list()))
            assert mine.equals(frame), name
