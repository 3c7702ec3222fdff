"""Does the calendar alone lower a factor's quality on the right day, and name its dependents?"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from pipelines.admit import judge
from pipelines.admit.ageing import ageing, anniversary, level_of, read_quality_levels
from pipelines.commands.factor_ageing import dependents_of
from pipelines.errors import FaultyData, UnreadableInput
from pipelines.settings import REPOSITORY
from tests.admit.samples import RELEASED_ON, candidate, enter, tables

LEVELS = read_quality_levels(REPOSITORY / "seeds")


def aged(rulebook, then: dt.date, *ends: dt.date | None) -> list[dict]:
    given = tables(
        [
            candidate(f"k{n}", data_start=None, data_end=end, reference_unit=unit)
            for n, (end, unit) in enumerate(zip(ends, ("kg", "t", "g", "m3"), strict=False))
        ]
    )
    factor = judge(given, rulebook, enter)["factor"]
    rows = ageing(factor, given["region"], rulebook, LEVELS, then).to_dicts()
    names = dict(factor.select("factor_id", "name_zh").iter_rows())
    return [{**row, "key": names[row["factor_id"]].split()[1]} for row in rows]


def test_three_years_make_exactly_the_factors_older_that_cross_a_limit(rulebook) -> None:
    then = anniversary(RELEASED_ON, 3)
    rows = aged(
        rulebook, then,
        dt.date(2026, 1, 1),  # 0 years, then 3: crosses on 2029-01-01
        dt.date(2022, 12, 31),  # 3 years, then 6: crosses on 2028-12-31
        dt.date(2005, 1, 1),  # worst already
        None,  # unknown is worst already
    )  # fmt: skip
    assert {r["key"]: (r["tir"], r["tir_then"], r["next_loss"]) for r in rows} == {
        "k0": (1, 2, dt.date(2029, 1, 1)),
        "k1": (2, 3, dt.date(2028, 12, 31)),
    }


def test_the_day_before_the_loss_nothing_ages_and_on_the_day_it_does(rulebook) -> None:
    end = dt.date(2026, 1, 1)
    assert aged(rulebook, dt.date(2028, 12, 31), end) == []
    (row,) = aged(rulebook, dt.date(2029, 1, 1), end)
    assert row["next_loss"] == dt.date(2029, 1, 1)


def test_losing_a_score_is_not_always_losing_a_level(rulebook) -> None:
    (row,) = aged(rulebook, anniversary(RELEASED_ON, 3), dt.date(2026, 1, 1))
    assert row["crosses_level"] == (row["level_then"] > row["level"])
    assert row["dqr_then"] == pytest.approx(row["dqr"] + 0.25)


def test_the_calendar_does_not_go_backwards(rulebook) -> None:
    assert aged(replace(rulebook, released_on=RELEASED_ON), RELEASED_ON, dt.date(2026, 1, 1)) == []


@pytest.mark.parametrize(
    ("dqr", "level"),
    [(1.0, 1), (1.5, 1), (1.51, 2), (2.0, 2), (2.01, 3), (3.0, 3), (4.0, 4), (4.01, 5), (5.0, 5)],
)
def test_a_rating_on_a_limit_is_of_the_better_level(dqr, level) -> None:
    assert pl.select(level_of(pl.lit(dqr), LEVELS)).item() == level


def test_an_anniversary_of_a_leap_day_is_the_first_of_march() -> None:
    assert anniversary(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 29)
    assert anniversary(dt.date(2024, 2, 29), 3) == dt.date(2027, 3, 1)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("（≤1.5）", "", None),
        ("1,1.5,<=,", "1,1.5,,", "E-USEC-03"),
        ("2,2.0", "2,1.2", "E-USEC-03"),
    ],
)
def test_levels_rise_and_state_their_inclusion(tmp_path, old, new, code) -> None:
    text = (REPOSITORY / "seeds" / "rules" / "quality_level.csv").read_text("utf-8")
    assert old in text
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "quality_level.csv").write_text(text.replace(old, new), "utf-8")
    if code is None:
        assert read_quality_levels(tmp_path) == LEVELS
        return
    with pytest.raises(FaultyData) as caught:
        read_quality_levels(tmp_path)
    assert code in {f.code for f in caught.value.findings}


def test_levels_without_a_file_or_source_are_refused(tmp_path) -> None:
    with pytest.raises(UnreadableInput):
        read_quality_levels(tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "quality_level.csv").write_text(
        "level,limit,inclusion,name_zh,name_en,citation\n1,5,<=,优,good,\n", "utf-8"
    )
    with pytest.raises(FaultyData):
        read_quality_levels(tmp_path)


def test_dependents_are_found_through_derived_factors_and_other_products(tmp_path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    pl.DataFrame(
        {"factor_id": ["F1", "F2", "F3", "F4"], "evidence_id": ["E1", "E2", "E3", "E4"]}
    ).write_parquet(data / "factor.parquet")
    pl.DataFrame(
        {"evidence_id": ["E1", "E2", "E3", "E4"], "parents": [[], ["F1"], ["F2@1.0"], []]},
        schema={"evidence_id": pl.String, "parents": pl.List(pl.String)},
    ).write_parquet(data / "evidence.parquet")
    pl.DataFrame(
        {
            "product_id": ["p1", "p2", "p3"],
            "factor_id": ["F3", None, "F4"],
            "provider": [None, "product:p1", None],
        }
    ).write_parquet(data / "footprint_line.parquet")
    pl.DataFrame({"product_id": ["p2", "p3"]}).write_parquet(data / "grade.parquet")
    assert dependents_of(tmp_path, ["F1"]) == [
        ("F1", "factor", "F2"), ("F1", "factor", "F3"), ("F1", "footprint", "p1"),
        ("F1", "footprint", "p2"), ("F1", "grade", "p2"),
    ]  # fmt: skip
    assert dependents_of(tmp_path, []) == []
