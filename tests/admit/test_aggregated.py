"""Aggregated data: the largest contributions that make up the rule's share, weighted by size."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.admit.ageing import read_quality_levels
from pipelines.admit.aggregated import (
    FILE,
    AggregatedRule,
    aggregated_quality,
    largest,
    read_aggregated_rule,
)
from pipelines.admit.renewal import read_renewal_years, renewal_list
from pipelines.errors import FaultyData, UnreadableInput
from schemas import ALL_TABLES
from schemas.render.frame import frame_of
from schemas.render.pandera import require
from tests.conftest import SEEDS

RULE = AggregatedRule(Decimal("0.8"), "aggregated test")
WORST, BEST = 5.0, 1.0


def world(*lines: tuple[str, float, float | None]):
    """Results of one product: (name of the factor, contribution, its score or None)."""
    scored = {name: score for name, _, score in lines if score is not None}
    return {
        "footprint": frame_of(ALL_TABLES["footprint"], [
            {"product_id": "p", "gwp_set": "AR5"},
            {"product_id": "other", "gwp_set": "AR5", "ter": 2.0, "ger": 2.0, "tir": 2.0,
             "precision_score": 2.0},
        ]),
        "footprint_line": frame_of(ALL_TABLES["footprint_line"], [
            {"product_id": "p", "gwp_set": "AR5", "process_id": "x", "line": str(n),
             "factor_id": None if name.startswith("product:") else name, "version": "1.0",
             "provider": name if name.startswith("product:") else None,
             "contribution": Decimal(repr(value))}
            for n, (name, value, _) in enumerate(lines)
        ]),
        "factor_quality": frame_of(ALL_TABLES["factor_quality"], [
            {"factor_id": name, "version": "1.0", "ter": s, "ger": s, "tir": s,
             "precision_score": s} for name, s in scored.items()
        ]),
    }  # fmt: skip


def told(*lines, rule: AggregatedRule = RULE) -> dict:
    made = world(*lines)
    found = aggregated_quality(made, rule)
    [row] = found.to_dicts()
    return row


def test_only_the_largest_contributions_count_weighted_by_their_size() -> None:
    row = told(("a", 60.0, 1.0), ("b", -30.0, 3.0), ("c", 10.0, WORST))
    assert (row["lines_weighed"], row["lines_total"], row["share_weighed"]) == (2, 3, 0.9)
    assert (row["product_id"], row["gwp_set"], row["rubric_id"]) == ("p", "AR5", RULE.version)
    assert row["dqr"] == row["ter"] == pytest.approx((60 * 1 + 30 * 3) / 90, abs=1e-9)


@pytest.mark.parametrize(("second", "counted"), [(20.0, 1), (20.1, 2), (19.9, 1)])
def test_the_share_is_reached_at_its_limit(second, counted) -> None:
    """80 of 100 is 80 %, and enough; 80 of 100.1 is not."""
    assert told(("a", 80.0, BEST), ("b", second, WORST))["lines_weighed"] == counted


def test_lines_as_large_as_the_last_one_count_too() -> None:
    row = told(*((name, 20.0, BEST if name < "c" else WORST) for name in "abcde"))
    assert row["lines_weighed"] == 5
    assert row["dqr"] == pytest.approx((2 * BEST + 3 * WORST) / 5)


def test_what_nobody_rated_is_the_worst_never_the_best() -> None:
    assert told(("a", 90.0, None), ("b", 10.0, BEST))["dqr"] == WORST
    assert told(("product:nobody", 90.0, None), ("b", 10.0, BEST))["dqr"] == WORST


def test_another_products_result_counts_by_its_own_scores() -> None:
    assert told(("product:other", 90.0, None), ("b", 10.0, WORST))["dqr"] == 2.0


def test_a_result_without_contributions_has_no_row() -> None:
    assert aggregated_quality(world(("a", 0.0, BEST)), RULE).is_empty()


@given(st.lists(st.decimals(-1000, 1000, places=3), min_size=1, max_size=12),
       st.sampled_from(["0.5", "0.8", "1"]))  # fmt: skip
def test_what_counts_makes_up_the_share_and_nothing_less_would(sizes, share) -> None:
    least = largest(sizes, Decimal(share))
    total = sum(map(abs, sizes), Decimal(0))
    counted = sum((abs(s) for s in sizes if abs(s) >= least), Decimal(0))
    fewer = sum((abs(s) for s in sizes if abs(s) > least), Decimal(0))
    assert counted >= Decimal(share) * total
    assert total == 0 or fewer < Decimal(share) * total


def test_the_shipped_results_are_rated(release_folder) -> None:
    data = release_folder / "data"
    found = pl.read_parquet(data / "aggregated_quality.parquet")
    whole = pl.read_parquet(data / "footprint.parquet")
    require(ALL_TABLES["aggregated_quality"], found, {"footprint": whole})
    assert found.height == whole.filter(pl.col("footprint_value") != 0).height
    assert found["share_weighed"].min() >= 0.8


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("share = 0.8", "share = 0.0", "E-SEED-02"), ("share = 0.8", "share = 1.1", "E-SEED-02"),
     ("share = 0.8", 'share = "most"', "E-SEED-02"), ("source =", "sauce =", "E-SEED-09"),
     ("share = 0.8", "share = ", "E-SEED-08")],
)  # fmt: skip
def test_a_rule_without_share_or_source_is_refused(tmp_path, old, new, code) -> None:
    path = tmp_path / FILE
    path.parent.mkdir()
    path.write_text((SEEDS / FILE).read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(FaultyData) as refused:
        read_aggregated_rule(tmp_path)
    assert refused.value.findings[0].code == code
    with pytest.raises(UnreadableInput):
        read_aggregated_rule(tmp_path / "nowhere")


def test_all_contributions_may_have_to_count(tmp_path) -> None:
    path = tmp_path / FILE
    path.parent.mkdir()
    text = (SEEDS / FILE).read_text("utf-8")
    path.write_text(text.replace("share = 0.8", "share = 1.0"), "utf-8")
    assert read_aggregated_rule(tmp_path).share == 1
    assert read_aggregated_rule(SEEDS).share == Decimal("0.8")


@pytest.mark.parametrize(
    ("key", "code", "named"),
    [("years", "E-SEED-02", "renewal.years"), ("source", "E-SEED-09", "renewal"),
     ("", "E-SEED-02", "renewal")],
)  # fmt: skip
def test_a_renewal_list_without_years_or_source_is_refused(tmp_path, key, code, named) -> None:
    blocks = {"years": "3", "source": '"project rule"'}
    written = "".join(f"{k} = {v}\n" for k, v in blocks.items() if k != key)
    (tmp_path / "rules").mkdir()
    path = tmp_path / "rules" / "review.toml"
    path.write_text(f"[renewal]\n{written}", "utf-8")
    if not key:
        assert read_renewal_years(tmp_path) == 3
        path.write_text("", "utf-8")
    with pytest.raises(FaultyData) as refused:
        read_renewal_years(tmp_path)
    [found] = refused.value.findings
    told = tuple(found.as_json()[name] for name in ("code", "file", "field"))
    assert told == (code, "rules/review.toml", named)
    path.unlink()
    with pytest.raises(UnreadableInput):
        read_renewal_years(tmp_path)


def test_the_renewal_list_names_what_crosses_a_level_and_the_day(rulebook) -> None:
    ends = {"soon": dt.date(2024, 3, 1), "late": dt.date(2026, 11, 21), "old": dt.date(1990, 1, 1)}
    factor = frame_of(ALL_TABLES["factor"], [
        {"factor_id": n, "version": "1.0", "status": "admitted", "data_end": end,
         "region_code": "CN", "flow_id": "x", "route": "y", "derivation": "calculated"}
        for n, end in ends.items()
    ] + [{"factor_id": "gone", "version": "1.0", "status": "withdrawn",
          "data_end": ends["soon"], "region_code": "CN", "flow_id": "x", "route": "y",
          "derivation": "calculated"}])  # fmt: skip
    region = frame_of(ALL_TABLES["region"], [{"region_code": "CN", "region_kind": "country"}])
    levels = read_quality_levels(SEEDS)
    found = renewal_list(factor, region, rulebook, levels, read_renewal_years(SEEDS))
    rows = {r["factor_id"]: r for r in found.to_dicts()}
    assert set(rows) == {"soon", "late"}
    assert rows["soon"]["next_loss"] == dt.date(2027, 3, 1)
    assert rows["late"]["next_loss"] == rows["late"]["aged_until"] == dt.date(2029, 11, 21)
    assert (rows["soon"]["quality_level"], rows["soon"]["quality_level_then"]) == (1, 2)
