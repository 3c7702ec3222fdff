"""What does each shipped category come to, counted again from its population file?"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from decimal import Decimal
from math import floor
from types import SimpleNamespace

import numpy as np
import pytest

from pipelines.findings import catalogue
from pipelines.grade import read_disclosure_rule, read_grade_rules, read_population
from pipelines.settings import REPOSITORY
from schemas.footprint import FOOTPRINT
from schemas.grade import BENCHMARK, GRADE, GRADE_THRESHOLD
from schemas.product import PRODUCT
from schemas.render.frame import empty
from schemas.render.pandera import require
from tests.grade.samples import (
    ON,
    build_all,
)

SEEDS = REPOSITORY / "seeds"
FILES = [
    path
    for path in sorted((SEEDS / "populations").rglob("*.csv"))
    if path.parent.name != "constructed"
]
NAMES = [path.relative_to(SEEDS / "populations").with_suffix("").as_posix() for path in FILES]
STATISTICS = ["G-KIND-01", "G-CMP-01", "G-GWP-01", "G-RULE-01", "G-OWN-04"]
ALONE = ["G-CMP-01", "G-BOU-01", "G-GWP-01", "G-RULE-01"]
# Rows, owners, rows of the largest owner and of the two largest, whether limits are shown
# as a demonstration, reasons. No shipped category may grade.
EXPECTED = {
    "agribalyse_foods/food_alcoholic_drink_kg": (42, 0, 0, 0, True, STATISTICS),
    "agribalyse_foods/food_cheese_kg": (121, 0, 0, 0, True, STATISTICS),
    "agribalyse_foods/food_fresh_fruit_raw_kg": (59, 0, 0, 0, True, STATISTICS),
    "agribalyse_foods/food_red_meat_raw_kg": (46, 0, 0, 0, True, STATISTICS),
    "agribalyse_foods/food_yogurt_kg": (27, 0, 0, 0, True, STATISTICS),
    "cbam_country_defaults/hr_flat_steel_country_default_tonne": (33, 0, 0, 0, True, STATISTICS),
    "cbam_country_defaults/urea_country_default_tonne": (38, 0, 0, 0, True, STATISTICS),
    "carbon_catalogue_pcf/jeans_unit": (
        11, 1, 11, 11, False, [*ALONE, "G-OWN-01", "G-OWN-02", "G-OWN-03"],
    ),
    "carbon_catalogue_pcf/office_chair_unit": (
        25, 4, 14, 23, False, [*ALONE, "G-OWN-01", "G-OWN-02", "G-OWN-03"],
    ),
    "carbon_catalogue_pcf/paperboard_tonne": (37, 7, 26, 30, False, [*ALONE, "G-OWN-02"]),
    "carbon_catalogue_pcf/passenger_car_unit": (
        44, 2, 37, 44, False, [*ALONE, "G-OWN-01", "G-OWN-02", "G-OWN-03"],
    ),
    "carbon_catalogue_pcf/printer_laser_unit": (59, 8, 29, 39, True, ALONE),
}  # fmt: skip


def rows_of(name: str) -> list[dict[str, str]]:
    with (SEEDS / "populations" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def shipped() -> SimpleNamespace:
    rules = {
        name: rule
        for name, rule in read_grade_rules(SEEDS).items()
        if rule.population_kind != "constructed"
    }
    populations = {n: read_population(p) for n, p in zip(NAMES, FILES, strict=True)}
    tables = build_all(
        rules, populations, read_disclosure_rule(SEEDS), empty(FOOTPRINT), empty(PRODUCT), ON
    )
    return SimpleNamespace(
        rules=rules,
        tables=tables,
        rule_of={r.population: r for r in rules.values() if r.population},
        row_of={r["rule_id"]: r for r in tables["benchmark"].iter_rows(named=True)},
    )


def test_every_category_has_one_rule_and_every_rule_its_population(shipped):
    named = [r.population for r in shipped.rules.values() if r.population]
    assert sorted(named) == sorted(NAMES) == sorted(EXPECTED)
    for name in NAMES:
        assert {r["category_id"] for r in rows_of(name)} == {shipped.rule_of[name].category_id}


def test_every_rule_has_a_verdict_and_keeps_the_contract(shipped):
    assert set(shipped.row_of) == set(shipped.rules)
    for table in (BENCHMARK, GRADE_THRESHOLD):
        require(table, shipped.tables[table.name], shipped.tables)
    assert shipped.tables[GRADE.name].height == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_the_one_counted_from_the_file(shipped, name):
    rule = shipped.rule_of[name]
    rows, row = rows_of(name), shipped.row_of[rule.rule_id]
    owned = [n for _, n in Counter(r["owner_id"] for r in rows if r["owner_id"]).most_common()]
    total = sum(owned)
    first, last = rule.reference_period
    agrees = {
        "G-UNIT-01": [r["unit"] == rule.indicator_unit for r in rows],
        "G-BOU-01": [r["boundary"] == rule.boundary for r in rows],
        "G-GWP-01": [r["gwp_set"] == rule.gwp_set for r in rows],
        "G-RULE-01": [r["accounting_rule"] == rule.accounting_rule for r in rows],
        "G-WIN-01": [
            first <= int(r["period_start"][:4]) and int(r["period_end"][:4]) <= last for r in rows
        ],
    }
    comparable = sum(map(all, zip(*agrees.values(), strict=True)))
    assert comparable == row["rows_comparable"] == 0
    broken = [code for code, each in agrees.items() if not all(each)]
    reasons = [] if rule.population_kind == "producer" else ["G-KIND-01"]
    reasons += ["G-CMP-01", *sorted(broken)]
    if not owned:
        reasons.append("G-OWN-04")
    elif len(owned) < 5:
        reasons.append("G-OWN-01")
    reasons += ["G-OWN-02"] if total and owned[0] / total >= 0.5 else []
    reasons += ["G-OWN-03"] if total and sum(owned[:2]) / total >= 0.85 else []
    shown = rule.population_kind != "producer" or not any("OWN" in code for code in reasons)

    assert len({r["product_id"] for r in rows}) == len(rows)
    assert EXPECTED[name] == (
        len(rows), len(owned), sum(owned[:1]), sum(owned[:2]), shown, reasons,
    )  # fmt: skip
    assert row["reason_codes"] == reasons
    assert (row["rows_in"], row["owners"]) == (len(rows), len(owned))
    assert (row["is_graded"], row["is_demonstration"]) == (False, shown)
    assert row["largest_owner_share"] == (floor(100 * owned[0] / total) / 100 if owned else None)
    assert row["two_largest_share"] == (
        floor(100 * sum(owned[:2]) / total) / 100 if owned else None
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_gives_each_reason_in_chinese_and_in_english(shipped, name):
    row = shipped.row_of[shipped.rule_of[name].rule_id]
    zh, en = row["reasons_zh"].split("；"), row["reasons_en"].split("; ")
    assert len(zh) == len(en) == len(row["reason_codes"]) > 0
    for code, one_zh, one_en in zip(row["reason_codes"], zh, en, strict=True):
        entry = catalogue()[code]
        for text, template in ((one_zh, entry.zh), (one_en, entry.en)):
            pattern = re.sub(r"\\\{\w+\\\}", ".+", re.escape(template))
            assert re.fullmatch(pattern, text)
        assert re.search(r"[一-鿿]", one_zh)
        assert not re.search(r"[一-鿿]", one_en)


@pytest.mark.parametrize("name", NAMES)
def test_the_limits_shown_are_rounded_quantiles_and_nobodys_value(shipped, name):
    rule = shipped.rule_of[name]
    values = [float(r["value"]) for r in rows_of(name)]
    shown = shipped.tables["grade_threshold"].filter(rule_id=rule.rule_id)
    limits = shown["upper_limit"].to_list()
    if not EXPECTED[name][4]:
        assert limits == []
        return
    assert shown["is_demonstration"].all()
    assert shown["label"].to_list() == list(rule.labels)
    assert limits.pop() is None
    assert not set(limits) & set(values)
    taken = {Decimal(r["value"]) for r in rows_of(name)}
    for limit, quantile in zip(limits, np.quantile(values, rule.quantiles), strict=True):
        wanted = Decimal(f"{quantile:.1e}")
        # A limit on a value lies above it, so that the value is in the better class.
        is_tied = min(abs(v - quantile) for v in values) < 1e-12
        if is_tied and wanted < Decimal(repr(float(quantile))):
            wanted += Decimal(1).scaleb(wanted.adjusted() - 1)
        unit = Decimal(1).scaleb(wanted.adjusted() - 1)
        while wanted in taken:
            wanted += unit
        assert limit == float(wanted)


def test_the_kind_of_a_population_is_that_of_its_source(shipped):
    for name in NAMES:
        folder = (SEEDS / "populations" / name).parent
        source = tomllib.loads((folder / "source.toml").read_text("utf-8"))
        assert shipped.rule_of[name].population_kind == source["population_kind"]


def test_no_owner_of_a_shipped_population_is_named():
    owners = {r["owner_id"] for name in NAMES for r in rows_of(name)}
    assert len(owners) > 1
    assert all(re.fullmatch(r"(owner-\d\d)?", owner) for owner in owners)
