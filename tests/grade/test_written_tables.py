"""Do the checks of the graph see limits that tell of an owner, and limits that moved?"""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl
import pytest

from pipelines.defs import grade as assets
from tests.conftest import SEEDS
from tests.grade.samples import DISCLOSURE, ON, a_rule, build_all, footprints, population, products

VALUES = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]


@pytest.fixture
def tables():
    return build_all(
        {"rule-1": a_rule()}, {"milk": population(VALUES)}, DISCLOSURE, footprints(), products(), ON
    )


@pytest.fixture
def house(tmp_path):
    return assets.House(seeds=str(SEEDS), home=str(tmp_path))


def disclosed(house, tables, **changes) -> list[str]:
    """The rules that the blocking check names once a column was changed."""
    benchmark, threshold = tables["benchmark"], tables["grade_threshold"]
    for name, value in changes.items():
        if name in benchmark.columns:
            benchmark = benchmark.with_columns(
                pl.lit(value).alias(name).cast(benchmark[name].dtype)
            )
        else:
            threshold = threshold.with_columns(pl.lit(value).alias(name))
    found = assets.disclosure_holds(house, grade_threshold=threshold, benchmark=benchmark)
    rules = found.metadata["rules"].value
    assert found.passed == (not rules)
    return rules


def test_sound_limits_pass_the_blocking_check(house, tables):
    assert disclosed(house, tables) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"upper_limit": 22.5},  # three digits
        {"owners": 4},
        {"owners_needed": 7},
        {"largest_owner_share": 0.5},
        {"largest_below": 0.1},
        {"two_largest_share": 0.85},
    ],
)
def test_a_limit_that_breaks_the_disclosure_rule_stops_the_release(house, tables, fault):
    assert disclosed(house, tables, **fault) == ["rule-1"]


def test_averages_without_owners_break_no_rule(house, tables):
    assert disclosed(house, tables, owners=0, population_kind="modelled_average") == []


def test_limits_that_moved_since_the_release_before_are_named(house, tables, tmp_path, monkeypatch):
    before = tables["grade_threshold"].with_columns(pl.col("upper_limit") * 1.06)
    folder = tmp_path / "2026.1.0"
    (folder / "data").mkdir(parents=True)
    head = SimpleNamespace(release_id="2026.1.0")
    monkeypatch.setattr(assets.Store, "head", lambda _: head)
    monkeypatch.setattr(assets.Store, "folder", lambda _, name: folder)
    for frame, rules in ((before, ["rule-1"]), (tables["grade_threshold"], [])):
        frame.write_parquet(folder / "data" / "grade_threshold.parquet")
        found = assets.limits_do_not_drift(house, grade_threshold=tables["grade_threshold"])
        assert (found.passed, found.metadata["rules"].value) == (not rules, rules)
        assert found.severity.value == "WARN"


def test_a_first_release_has_nothing_to_drift_from(house, tables):
    assert assets.limits_do_not_drift(house, grade_threshold=tables["grade_threshold"]).passed
