"""Mass, energy and elements: what adds up, what does not, and what nobody can say."""

from __future__ import annotations

import dataclasses
import shutil

import polars as pl
import pytest

from pipelines.admit.balance import NEEDED, balances_of
from pipelines.admit.balance_rule import (
    COMPOSITION,
    FILE,
    BalanceRule,
    Substance,
    read_balance_rule,
)
from pipelines.errors import FaultyData, UnreadableInput
from schemas import ALL_TABLES
from schemas.render.frame import empty, frame_of
from schemas.render.pandera import require
from tests.conftest import SEEDS

RULE: BalanceRule = read_balance_rule(SEEDS)
UNITS = [
    ("kg", "mass", 1.0), ("t", "mass", 1000.0), ("MJ", "energy", 1.0), ("kWh", "energy", 3.6),
    ("GJ", "energy", 1000.0), ("kgce", "energy", 29.3076), ("m3", "volume", 1.0),
    ("t*km", "freight", 1.0),
]  # fmt: skip
CATEGORY = {"electricity": "energy.electricity.grid", "coke": "energy.fuel.coal"}


def world(lines, product=("lime", 560.0, "kg"), *, properties=(), carbon=()):
    """One unit process with its lines (direction, flow, amount, unit, use)."""
    made = {name: empty(ALL_TABLES[name]) for name in NEEDED}
    flows = {product[0], *(line[1] for line in lines)}
    return made | {
        "unit": frame_of(ALL_TABLES["unit"], [
            {"unit": u, "unit_group": g, "to_base": b} for u, g, b in UNITS
        ]),
        "flow": frame_of(ALL_TABLES["flow"], [
            {"flow_id": f, "category_id": CATEGORY.get(f, "material.mineral")} for f in flows
        ]),
        "flow_property": frame_of(ALL_TABLES["flow_property"], [
            {"flow_id": f, "from_unit": a, "to_unit": b, "property_value": v}
            for f, a, b, v in properties
        ]),
        "parameter": frame_of(ALL_TABLES["parameter"], [
            {"parameter_id": f"P{n}", "version": "1.0", "flow_id": f, "parameter_value": v,
             "parameter_kind": "carbon_content", "parameter_unit": "tC/TJ"}
            for n, (f, v) in enumerate(carbon)
        ]),
        "process": frame_of(ALL_TABLES["process"], [
            {"process_id": "kiln", "version": "1.0", "reference_flow": product[0],
             "reference_amount": product[1], "reference_flow_unit": product[2]}
        ]),
        "exchange": frame_of(ALL_TABLES["exchange"], [
            {"process_id": "kiln", "version": "1.0", "line": str(n), "direction": d, "flow": f,
             "amount": a, "amount_unit": u, "flow_use": (use or [None])[0]}
            for n, (d, f, a, u, *use) in enumerate(lines)
        ]),
    }  # fmt: skip


def told(made, kind: str, rule: BalanceRule = RULE) -> dict:
    found = balances_of(made, rule)
    require(ALL_TABLES["balance"], found, made)
    [row] = found.filter(pl.col("balance_kind") == kind).to_dicts()
    return row


LIMESTONE = ("input", "limestone", 1000.0, "kg")
CO2 = ("emission", "co2_fossil", 440.0, "kg")


def test_limestone_becomes_lime_and_carbon_dioxide() -> None:
    made = world([LIMESTONE, CO2])
    for kind in ("mass", "C", "Ca"):
        assert told(made, kind)["balance_result"] == "closed", kind
    carbon = told(made, "C")
    assert carbon["entering_low"] == pytest.approx(1000 * 12.011 / 100.086)
    assert carbon["leaving_low"] == pytest.approx(440 * 12.011 / 44.009)
    assert carbon["balance_unit"] == "kg"
    assert carbon["lines_balanced"] == 3


@pytest.mark.parametrize(
    ("kilograms", "result"), [(440, "closed"), (500, "exceeds"), (400, "short"), (0, "short")]
)
def test_carbon_that_is_too_much_or_too_little_is_told(kilograms, result) -> None:
    made = world([LIMESTONE, ("emission", "co2_fossil", float(kilograms), "kg")])
    assert told(made, "C")["balance_result"] == result


@pytest.mark.parametrize(("share", "result"), [(1.05, "closed"), (1.0501, "exceeds"),
                                               (0.95, "closed"), (0.9499, "short")])  # fmt: skip
def test_the_tolerance_is_in_at_its_limit(share, result) -> None:
    rule = dataclasses.replace(RULE, mass=0.05)
    made = world([("input", "quartz", 1000.0, "kg")], ("brick", 1000.0 * share, "kg"))
    assert told(made, "mass", rule)["balance_result"] == result


def test_the_oxygen_of_what_is_emitted_may_come_from_the_air() -> None:
    carbon = [("input", "carbon_block", 12.011, "kg"), ("emission", "co2_fossil", 44.009, "kg")]
    row = told(world(carbon, ("ash", 0.001, "kg")), "mass")
    assert row["balance_result"] == "closed"
    assert (row["entering_low"], row["entering_high"]) == pytest.approx((12.011, 44.009))
    more = [carbon[0], ("emission", "co2_fossil", 60.0, "kg")]
    assert told(world(more, ("ash", 0.001, "kg")), "mass")["balance_result"] == "exceeds"


def test_a_gas_that_nobody_can_weigh_takes_no_air() -> None:
    made = world([LIMESTONE, CO2, ("emission", "n2o", 5.0, "m3")])
    row = told(made, "mass")
    assert row["entering_high"] == told(world([LIMESTONE, CO2]), "mass")["entering_high"]
    assert (row["balance_result"], row["unknown_flows"]) == ("not_judged", ["n2o"])


def test_an_element_of_which_there_is_none_has_no_balance() -> None:
    rule = dataclasses.replace(RULE, composition={
        "quartz": Substance({"Si": (0.4, 0.5), "C": (0.0, 0.0), "S": (0.0, 0.1)})
    })  # fmt: skip
    kinds = balances_of(world([("input", "quartz", 1.0, "kg")]), rule)["balance_kind"]
    assert set(kinds) == {"mass", "energy", "S", "Si"}


def test_a_fuel_whose_heating_value_nobody_knows_tells_of_no_carbon() -> None:
    made = world([("input", "coke", 1.0, "t", "feedstock")], ("ash", 1.0, "kg"),
                 carbon=[("coke", 29.4)])  # fmt: skip
    assert set(balances_of(made, RULE)["balance_kind"]) == {"mass", "energy"}


def test_a_carbon_content_that_is_not_published_says_nothing() -> None:
    lines = [("input", "coke", 1.0, "t", "feedstock"), ("emission", "co2_fossil", 3.0, "t")]
    properties = [("coke", "t", "GJ", 28.0)]
    row = told(world(lines, properties=properties, carbon=[("coke", None)]), "C")
    assert (row["balance_result"], row["unknown_flows"]) == ("not_judged", ["coke"])


def test_what_enters_unknown_forbids_to_say_that_too_much_leaves() -> None:
    made = world([LIMESTONE, ("emission", "co2_fossil", 900.0, "kg"),
                  ("input", "electrode_paste", 5.0, "kg")])  # fmt: skip
    row = told(made, "C")
    assert row["balance_result"] == "not_judged"
    assert row["unknown_flows"] == ["electrode_paste"]
    assert row["lines_unknown"] == 1


def test_what_leaves_unknown_does_not_hide_that_too_much_leaves() -> None:
    made = world([LIMESTONE, ("emission", "co2_fossil", 900.0, "kg"),
                  ("waste", "sludge", 5.0, "m3")])  # fmt: skip
    assert told(made, "C")["balance_result"] == "exceeds"
    assert told(world([LIMESTONE, ("waste", "sludge", 5.0, "m3")]), "mass")[
        "balance_result"
    ] == "not_judged"  # fmt: skip


def test_a_fuel_weighs_by_its_heating_value_and_carries_its_carbon() -> None:
    made = world(
        [("input", "coke", 100.0, "kgce", "feedstock"), ("emission", "co2_fossil", 316.0, "kg")],
        properties=[("coke", "t", "GJ", 28.435)], carbon=[("coke", 29.4), ("coke", 29.5)],
    )  # fmt: skip
    mass, carbon = told(made, "mass"), told(made, "C")
    assert mass["entering_low"] == pytest.approx(100 * 29.3076 / 28.435)
    assert carbon["entering_low"] == pytest.approx(2930.76 * 29.4e-3)
    assert carbon["entering_high"] == pytest.approx(2930.76 * 29.5e-3)
    assert carbon["balance_result"] == "closed"


def test_a_fuel_burnt_on_the_spot_leaves_by_its_factor() -> None:
    burnt = ("input", "coke", 100.0, "kgce", "supply_and_combustion")
    made = world([LIMESTONE, CO2, burnt], properties=[("coke", "t", "GJ", 28.435)],
                 carbon=[("coke", 29.4)])  # fmt: skip
    assert told(made, "C")["balance_result"] == "closed"
    assert told(made, "mass")["balance_result"] == "closed"
    assert told(made, "energy")["entering_low"] == pytest.approx(2930.76)


def test_no_more_energy_leaves_than_enters() -> None:
    properties = [("methanol", "t", "GJ", 19.9)]
    power = ("input", "electricity", 1000.0, "kWh")
    for amount, result in ((100.0, "closed"), (300.0, "exceeds")):
        made = world([power], ("methanol", amount, "kg"), properties=properties)
        assert told(made, "energy")["balance_result"] == result
    raw = ("input", "feed", 10.0, "kg")
    made = world([power, raw], ("methanol", 300.0, "kg"), properties=properties)
    assert told(made, "energy")["balance_result"] == "not_judged"
    assert told(world([power]), "energy")["balance_result"] == "not_judged"


def test_power_and_transport_weigh_nothing() -> None:
    made = world([LIMESTONE, CO2, ("input", "electricity", 9e9, "kWh"),
                  ("input", "lorry", 9e9, "t*km")])  # fmt: skip
    row = told(made, "mass")
    assert (row["balance_result"], row["lines_unknown"]) == ("closed", 0)


def test_a_negative_amount_stands_on_the_other_side() -> None:
    made = world([LIMESTONE, ("input", "co2_fossil", -440.0, "kg")])
    assert told(made, "C")["balance_result"] == "closed"
    require(ALL_TABLES["balance"], balances_of(made, RULE), made)


def test_a_model_is_balanced_over_what_crosses_its_boundary() -> None:
    made = world([LIMESTONE, CO2])
    process = made["process"].row(0, named=True)
    works = {**process, "process_id": "works", "reference_flow": "quicklime",
             "reference_amount": 1.0, "reference_flow_unit": "t"}  # fmt: skip
    line = {"process_id": "works", "version": "1.0", "line": "1", "direction": "input",
            "flow": "lime", "amount": 1000.0, "amount_unit": "kg"}  # fmt: skip
    made["process"] = frame_of(ALL_TABLES["process"], [process, works])
    made["exchange"] = pl.concat([made["exchange"], frame_of(ALL_TABLES["exchange"], [line])])
    made["product"] = frame_of(ALL_TABLES["product"], [
        {"product_id": "p", "process_id": "works", "gwp_set": "AR5", "declared_amount": 1.0,
         "declared_unit": "t"}])  # fmt: skip
    made["model"] = frame_of(ALL_TABLES["model"], [
        {"model_id": "p", "version": "1.0", "product_id": "p",
         "links": '[{"process": "works", "line": "1", "provider": "kiln"}]'}])  # fmt: skip
    made["footprint_supply"] = frame_of(ALL_TABLES["footprint_supply"], [
        {"product_id": "p", "gwp_set": "AR5", "process_id": n, "scale": s}
        for n, s in (("kiln", 1000), ("works", 1), ("not told of", 7))])  # fmt: skip
    rows = balances_of(made, RULE).filter(balanced_kind="model", balance_kind="mass").to_dicts()
    assert [r["balance_result"] for r in rows] == ["closed"]
    assert rows[0]["entering_low"] == pytest.approx(1000 / 0.56)
    assert rows[0]["leaving_low"] == pytest.approx(1000 + 440 / 0.56)
    made["product"] = made["product"].clear()  # a model whose product is not told of
    assert set(balances_of(made, RULE)["balanced_kind"]) == {"process"}


def test_the_shipped_inventories_are_judged(release_folder) -> None:
    found = pl.read_parquet(release_folder / "data" / "balance.parquet")
    judged = {(r["balanced_id"], r["balance_kind"]): r["balance_result"] for r in found.to_dicts()
              if r["balanced_kind"] == "process"}  # fmt: skip
    assert judged["ammonia-coal", "mass"] == "closed"
    # The clinker inventory lists no raw meal: its carbon comes from nowhere, and that is said.
    assert judged["clinker-cn", "mass"] == "exceeds"
    processes = pl.read_parquet(release_folder / "data" / "process.parquet")
    assert {i for i, kind in judged if kind == "mass"} == set(processes["process_id"])


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        (FILE, 'source = "项目规则：电与热不计质量"', "", "E-SEED-09"),
        (FILE, "mass = 0.05", "", "E-SEED-02"),
        (FILE, "[tolerance]", "[tolerance", "E-SEED-08"),
        (
            COMPOSITION,
            "0.003,false,Al99.70,GB/T 1196：杂质合计不高于 0.30 %，碳按此为上限",
            "0.003,false,Al99.70,",
            "E-SEED-09",
        ),
        (COMPOSITION, "0.997,1,", "0.997,1.1,", "E-SEED-02"),
        (COMPOSITION, "0.997,1,", "many,1,", "E-SEED-02"),
    ],
)
def test_a_rule_without_source_or_sense_is_refused(tmp_path, name, old, new, code) -> None:
    (tmp_path / "rules").mkdir()
    for one in (FILE, COMPOSITION):
        shutil.copy(SEEDS / one, tmp_path / one)
    path = tmp_path / name
    text = path.read_text("utf-8")
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert old in text
    with pytest.raises(FaultyData) as refused:
        read_balance_rule(tmp_path)
    assert refused.value.findings[0].code == code


def test_a_missing_rule_is_unreadable(tmp_path) -> None:
    with pytest.raises(UnreadableInput):
        read_balance_rule(tmp_path)
