"""Is a factor scored as the rubric says, at each of its limits, the unknown always worst?"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from pipelines.admit import judge
from pipelines.admit.quality import CRITERIA, quality_of
from pipelines.admit.rulebook import RubricRow
from schemas.vocabularies import DERIVATION, REGION_KIND
from tests.admit.samples import RELEASED_ON, candidate, enter, region, tables

OWN_SCOPE = {"country", "province", "prefecture", "county", "grid_region", "grid_region_former",
             "geographic_region"}  # fmt: skip
WIDE = {"world", "world_region", "economy_group"}
PRECISION = {"measured": 2, "calculated": 3, "default": 4, "estimated": 4, "unknown": 5}


def scored(rulebook, **changes) -> dict:
    (row,) = judge(tables([candidate(**changes)]), rulebook, enter)["factor_quality"].iter_rows(
        named=True
    )
    return row


def scored_all_the_same(rulebook, **changes) -> dict:
    """The scores of a row that is not admitted: of no flow, of a region nobody knows."""
    row = candidate(**{**changes, "flow_id": "coal", "region_code": "R-COUNTRY"})
    given = tables([row])
    changed = {name: pl.lit(value, pl.String) for name, value in changes.items()}
    factor = judge(given, rulebook, enter)["factor"].with_columns(**changed)
    return quality_of(factor, rulebook, given["region"]).row(0, named=True)


def years_before(years: int, days: int) -> dt.date:
    """The day so many years before the release, and so many days after that."""
    return RELEASED_ON.replace(year=RELEASED_ON.year - years) + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("years", "younger", "older"), [(3, 1, 2), (6, 2, 3), (10, 3, 4), (15, 4, 5)]
)
def test_the_score_of_time_changes_at_each_limit_of_age(rulebook, years, younger, older):
    assert scored(rulebook, data_start=None, data_end=years_before(years, +1))["tir"] == younger
    assert scored(rulebook, data_start=None, data_end=years_before(years, -1))["tir"] == older


@pytest.mark.parametrize(
    ("released_on", "end", "wanted"),
    [
        # Three calendar years: 1095 days without a leap day, 1096 with one.
        (dt.date(2023, 3, 1), dt.date(2020, 3, 1), 2),
        (dt.date(2023, 2, 28), dt.date(2020, 3, 1), 1),
        (dt.date(2025, 3, 1), dt.date(2022, 3, 1), 2),
        (dt.date(2025, 2, 28), dt.date(2022, 3, 1), 1),
        (dt.date(2027, 2, 28), dt.date(2024, 2, 29), 2),
        (dt.date(2027, 2, 27), dt.date(2024, 2, 29), 1),
    ],
)  # fmt: skip
def test_an_age_is_counted_in_calendar_years(rulebook, released_on, end, wanted):
    at = replace(rulebook, released_on=released_on)
    assert scored(at, data_start=None, data_end=end)["tir"] == wanted


@pytest.mark.parametrize(
    ("end", "wanted"), [(RELEASED_ON, 1), (dt.date(1990, 12, 31), 5), (None, 5)]
)
def test_the_score_of_time_is_best_for_new_data_and_worst_for_unknown(rulebook, end, wanted):
    assert scored(rulebook, data_start=None, data_end=end)["tir"] == wanted


def test_age_is_measured_at_the_release_and_not_by_the_clock(rulebook):
    later = replace(rulebook, released_on=RELEASED_ON + dt.timedelta(days=20 * 366))
    assert scored(rulebook, data_end=RELEASED_ON)["tir"] == 1
    assert scored(later, data_end=RELEASED_ON)["tir"] == 5


@pytest.mark.parametrize(("inclusion", "wanted"), [("<=", 1), ("<", 5)])
def test_an_age_at_the_limit_is_inside_only_where_the_row_says_so(rulebook, inclusion, wanted):
    row = RubricRow("own", "tir", 1, "age_years", "0", inclusion, "当年", "of the day")
    at_limit = replace(rulebook, rubric=(row,))
    assert scored(at_limit, data_end=RELEASED_ON)["tir"] == wanted


@pytest.mark.parametrize("kind", REGION_KIND.codes)
def test_the_score_of_place_follows_the_kind_of_region(rulebook, kind):
    wanted = 1 if kind in OWN_SCOPE else 3 if kind in WIDE else None
    assert scored(rulebook, region_code=region(kind))["ger"] == wanted


def test_an_unknown_region_scores_worst(rulebook):
    assert scored_all_the_same(rulebook, region_code="R-NOWHERE")["ger"] == 5
    assert scored(rulebook, region_code="R-COUNTRY")["ger"] == 1


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"route": "stoker", "technology": None}, 1),
        ({"route": None, "technology": "chain grate"}, 1),
        ({"route": None, "technology": None}, 3),
        ({"route": None, "technology": None, "flow_id": None}, 5),
        ({"route": "stoker", "flow_id": None}, 1),
    ],
)
def test_the_score_of_technology_asks_for_route_or_technology_then_flow(rulebook, said, wanted):
    asked = scored_all_the_same if "flow_id" in said else scored
    assert asked(rulebook, **said)["ter"] == wanted


@pytest.mark.parametrize("derivation", DERIVATION.codes)
def test_the_score_of_precision_follows_the_derivation(rulebook, derivation):
    row = scored(rulebook, derivation=derivation, note_zh="方法与理由")
    assert row["precision_score"] == PRECISION[derivation]


def test_the_rating_is_the_mean_of_the_four_scores_and_stands_in_the_factor(rulebook):
    row = candidate(route=None, region_code="R-WORLD", derivation="default")
    made = judge(tables([row]), rulebook, enter)
    (row,) = made["factor_quality"].iter_rows(named=True)
    assert [row[c] for c in ("ter", "ger", "tir", "precision_score")] == [3, 3, 1, 4]
    assert row["dqr"] == made["factor"]["dqr"][0] == 2.75
    assert row["rubric_id"] == "tanyuan-own-scope-1"


def test_each_score_is_given_with_its_reason_in_both_languages(rulebook):
    row = scored(rulebook, region_code="R-WORLD", derivation="estimated", note_zh="回归")
    assert row["reasons_zh"] == (
        "ter 3：仅产品或活动明确，未说明工艺；ger 3：全球或区域组缺省值，适用范围宽泛；"
        "tir 1：数据距发布不足3年；precision_score 4：有文件依据的缺省值或估算"
    )
    assert row["reasons_en"] == (
        "ter 3: product or activity stated without technology; "
        "ger 3: default for the world or a group of countries: a wide scope; "
        "tir 1: data less than 3 years old at release; "
        "precision_score 4: documented default or estimate"
    )


def test_where_no_row_of_the_rubric_fits_the_score_is_the_worst(rulebook):
    row = scored(replace(rulebook, rubric=()))
    assert [row[c] for c in CRITERIA] == [5.0] * 4
    assert (row["dqr"], row["rubric_id"]) == (5.0, "none")
    assert row["reasons_zh"].count("无适用细则") == row["reasons_en"].count("no row fits") == 4


def test_the_first_row_that_fits_decides(rulebook):
    best, worst = (
        RubricRow("own", "ger", n, "otherwise", "", "", f"第{n}", f"row {n}") for n in (1, 5)
    )
    for rubric, wanted in (((best, worst), 1), ((worst, best), 5)):
        assert scored(replace(rulebook, rubric=rubric))["ger"] == wanted


def test_every_shipped_factor_is_scored_from_its_own_columns(seeds, judged):
    kind_of = dict(seeds.tables["region"].select("region_code", "region_kind").iter_rows())
    quality = {r["factor_id"]: r for r in judged["factor_quality"].iter_rows(named=True)}
    assert len(quality) == len(judged["factor"]) > 700
    for row in judged["factor"].iter_rows(named=True):
        found = quality[row["factor_id"]]
        known = row["route"] or row["technology"]
        assert found["ter"] == (1 if known else 3 if row["flow_id"] else 5)
        assert found["ger"] == (1 if kind_of[row["region_code"]] in OWN_SCOPE else 3)
        assert found["precision_score"] == PRECISION[row["derivation"]]
        end = row["data_end"]
        limits = [years_before(n, 0) for n in (3, 6, 10, 15)]
        assert found["tir"] == (5 if end is None else 1 + sum(end <= limit for limit in limits))
        assert found["dqr"] == row["dqr"] == sum(found[c] for c in CRITERIA) / 4
