"""Does a factor score by its distance from the use: place, year, technology?"""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.admit.use_context import Context, chain_of, context_of, scores_in_use
from pipelines.admit.use_rubric import read_use_rubrics
from pipelines.errors import FaultyData, UnreadableInput, WrongUsage
from pipelines.ingest.reference import read_reference
from pipelines.settings import REPOSITORY

SEEDS = REPOSITORY / "seeds"
OWN = {"ter": 3.0, "ger": 2.0, "tir": 4.0, "precision_score": 2.0}


@cache
def regions() -> dict[str, dict[str, Any]]:
    return {row["region_code"]: row for row in read_reference(SEEDS)["region"].to_dicts()}


def factor(**changed: Any) -> dict[str, Any]:
    return {
        "region_code": "640000",
        "route": "grid.average",
        "data_start": dt.date(2022, 1, 1),
        "data_end": dt.date(2022, 12, 31),
        "market_share": None,
        "derivation": "calculated",
        **changed,
    }


def scored(use: Context, scale: str = "tanyuan-use-1", **changed: Any) -> dict[str, float]:
    rubric = read_use_rubrics(SEEDS)[scale]
    found = scores_in_use(factor(**changed), OWN, use, rubric, regions())
    return {s.criterion: s.score for s in found}


SHENYANG = Context("210100", 2026, "grid.average")
YINCHUAN = Context("640100", 2026, "grid.average")


def test_one_factor_scores_differently_for_shenyang_and_for_ningxia() -> None:
    assert scored(YINCHUAN) == {"tir": 2, "ger": 2, "ter": 1}
    assert scored(SHENYANG) == {"tir": 2, "ger": 4, "ter": 1}


@pytest.mark.parametrize(
    ("of", "score"),
    [
        ("210100", 1), ("210000", 2), ("CN-GRID7-NORTHEAST", 3), ("CN", 4), ("142", 5), ("001", 5),
        ("210200", 2), ("220000", 3), ("110000", 4), ("JP", 5), ("no-such", 5), (None, 5),
    ],
)  # fmt: skip
def test_places_score_by_levels_of_the_region_table(of, score) -> None:
    assert scored(SHENYANG, region_code=of)["ger"] == score


def test_a_part_of_the_region_of_use_is_as_good_as_the_region() -> None:
    assert scored(Context(region="210000"), region_code="210100")["ger"] == 1
    assert scored(Context(region="CN"), region_code="640000")["ger"] == 1


@pytest.mark.parametrize("code", ["JP", "US", "DE"])
def test_another_country_is_a_proxy_however_near(code) -> None:
    assert scored(Context(region="CN"), region_code=code)["ger"] == 5


@pytest.mark.parametrize(
    ("year", "score"),
    [(2022, 1), (2024, 1), (2025, 2), (2027, 2), (2028, 3), (2031, 3), (2032, 4), (2036, 4),
     (2037, 5), (2020, 1), (2019, 2)],
)  # fmt: skip
def test_years_score_on_both_sides_of_every_limit(year, score) -> None:
    assert scored(Context(year=year))["tir"] == score


@pytest.mark.parametrize(
    ("route", "score"),
    [("a.b.c.d", 1), ("a.b.c.d.e", 1), ("a.b.c.x", 2), ("a.b.c", 2), ("a.b.x.d", 3), ("a.x", 4),
     ("x", 5), ("x.b.c.d", 5), ("", 5), (None, 5)],
)  # fmt: skip
def test_routes_score_by_shared_levels_and_the_unknown_is_worst(route, score) -> None:
    assert scored(Context(route="a.b.c.d"), route=route)["ter"] == score


def test_an_unknown_data_period_is_the_worst() -> None:
    assert scored(SHENYANG, data_end=None)["tir"] == 5
    assert scored(SHENYANG, "pact-2", data_end=None)["temporal"] == 3


def test_what_the_use_does_not_say_is_left_to_the_own_scope() -> None:
    assert scored(Context(year=2022)) == {"tir": 1, "ger": 2, "ter": 3}


def test_scales_are_separate_and_have_their_own_worst() -> None:
    assert scored(Context(), "pact-2") == {
        "technological": 3, "temporal": 3, "geographical": 3, "completeness": 3, "reliability": 2,
    }  # fmt: skip
    assert scored(Context(), "pact-3") == {"technological": 5, "temporal": 5, "geographical": 5}
    assert scored(SHENYANG, "pact-2")["geographical"] == 1
    assert scored(SHENYANG, "pact-2", region_code="JP")["geographical"] == 2
    assert scored(SHENYANG, "pact-2", market_share=1.0, derivation="measured") == {
        "technological": 1, "temporal": 2, "geographical": 1, "completeness": 1, "reliability": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("地区=沈阳", "E-USEC-01"), ("region", "E-USEC-01"), ("region=", "E-USEC-01"),
        ("year=26", "E-USEC-01"), ("year=2026,year=2027", "E-USEC-01"), ("", "E-USEC-01"),
        ("year=２０２６", "E-USEC-01"), ("region=999999", "E-USEC-02"),
    ],
)  # fmt: skip
def test_a_use_that_cannot_be_read_is_refused(text, code) -> None:
    with pytest.raises(WrongUsage) as caught:
        context_of(text, regions())
    assert [f.code for f in caught.value.findings] == [code]


def test_a_use_is_read_with_chinese_commas_too() -> None:
    assert context_of(" region = 210100，year=2026 ", regions()) == Context("210100", 2026, None)


def test_a_prefecture_lies_in_province_grid_region_country_and_world() -> None:
    assert chain_of("210100", regions()) == [
        "210100", "210000", "CN-GRID7-NORTHEAST", "CN", "142", "001",
    ]  # fmt: skip


@given(st.sampled_from(sorted(regions())), st.sampled_from(sorted(regions())))
def test_no_place_scores_better_than_the_place_itself(use, its) -> None:
    assert scored(Context(region=use), region_code=use)["ger"] == 1
    assert 1 <= scored(Context(region=use), region_code=its)["ger"] <= 5


@given(st.integers(2022, 2080))
def test_representativeness_never_improves_with_age(year) -> None:
    assert scored(Context(year=year))["tir"] <= scored(Context(year=year + 1))["tir"]


def spoil(tmp_path, change) -> None:
    (tmp_path / "rules").mkdir()
    name = "rules/representativeness_of_use.csv"
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda rows: rows[0].update(citation=""), "E-SEED-09"),
        (lambda rows: rows[0].update(inclusion="=<"), "E-USEC-03"),
        (lambda rows: rows[0].update(score="0"), "E-USEC-03"),
        (lambda rows: rows.pop(4), "E-USEC-03"),
        (lambda rows: rows[4].update(score="1"), "E-USEC-03"),
    ],
)
def test_a_rubric_row_without_source_inclusion_or_worst_end_is_refused(tmp_path, change, code):
    spoil(tmp_path, change)
    with pytest.raises(FaultyData) as caught:
        read_use_rubrics(tmp_path)
    assert code in [f.code for f in caught.value.findings]


def test_a_missing_rubric_is_named(tmp_path) -> None:
    with pytest.raises(UnreadableInput):
        read_use_rubrics(tmp_path)
