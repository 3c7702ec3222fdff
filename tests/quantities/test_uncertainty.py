"""Is every kind of stated uncertainty the variance of ln x it should be, and else refused?"""

from __future__ import annotations

import csv
import math
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import FaultyData
from pipelines.quantities.pedigree import (
    INDICATORS,
    WORST_KNOWN,
    pedigree_variance,
    read_pedigree_tables,
    scores_of,
)
from pipelines.quantities.uncertainty import (
    KINDS,
    gsd2_of,
    variance_of_figure,
    variance_of_interval,
)
from pipelines.settings import REPOSITORY

SEEDS = REPOSITORY / "seeds"
Z = 1.959963984540054


def codes(caught: pytest.ExceptionInfo[FaultyData]) -> list[str]:
    return [f.code for f in caught.value.findings]


@given(st.floats(1e-6, 4.0))
def test_one_spread_said_in_five_kinds_is_one_variance(sigma: float) -> None:
    said = {
        "variance_ln": sigma**2,
        "sigma_ln": sigma,
        "gsd": math.exp(sigma),
        "gsd2": math.exp(2 * sigma),
        "cv": math.sqrt(math.expm1(sigma**2)),
    }
    for kind, figure in said.items():
        assert variance_of_figure(kind, figure, Z) == pytest.approx(sigma**2, rel=1e-8)


def test_gsd_is_never_taken_for_gsd2() -> None:
    assert variance_of_figure("gsd", 1.5, Z) == pytest.approx(
        4 * variance_of_figure("gsd2", 1.5, Z)
    )


def test_the_cv_is_that_of_drawn_numbers() -> None:
    sigma = math.sqrt(variance_of_figure("cv", 0.3, Z))
    drawn = np.exp(np.random.default_rng(7).normal(0, sigma, 400_000))
    assert drawn.std() / drawn.mean() == pytest.approx(0.3, rel=0.01)


def test_a_relative_half_width_is_z_times_the_coefficient_of_variation() -> None:
    assert variance_of_figure("ci95_rel", 0.2, Z) == variance_of_figure("cv", 0.2 / Z, Z)


@pytest.mark.parametrize(
    ("kind", "figure"),
    [
        *[(kind, bad) for kind in KINDS for bad in (0.0, -1.0, math.nan, math.inf)],
        ("gsd2", 0.95), ("gsd2", 1.0), ("gsd", 1.0), ("gsd", 0.5), ("sigma_ln", 1e-200),
    ],
)  # fmt: skip
def test_a_figure_the_kind_cannot_have_is_refused(kind: str, figure: float) -> None:
    with pytest.raises(FaultyData) as caught:
        variance_of_figure(kind, figure, Z)
    assert codes(caught) == ["E-UNC-02"]


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(FaultyData) as caught:
        variance_of_figure("sd", 1.0, Z)
    assert codes(caught) == ["E-UNC-01"]
    assert "gsd2" in caught.value.findings[0].fix_zh


@pytest.mark.parametrize(
    ("value", "lower", "upper"),
    [(1, 0, 2), (1, -1, 2), (1, 2, 1), (3, 1, 2), (1, 1, 1), (1, 0.5, math.inf), (1, math.nan, 2)],
)
def test_limits_that_are_no_interval_are_refused(value, lower, upper) -> None:
    with pytest.raises(FaultyData) as caught:
        variance_of_interval(value, lower, upper, Z)
    assert codes(caught) == ["E-UNC-07"]


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 2.0))
def test_the_interval_of_a_lognormal_gives_its_variance_back(median, sigma) -> None:
    limits = median * math.exp(-Z * sigma), median * math.exp(Z * sigma)
    assert variance_of_interval(median, *limits, Z) == pytest.approx(sigma**2, rel=1e-6)


# -- pedigree ---------------------------------------------------------------------------


TABLES = read_pedigree_tables(SEEDS)


def test_best_scores_add_nothing_to_the_basic_part() -> None:
    for table in TABLES.values():
        assert pedigree_variance(table, (1, 1, 1, 1, 1), 0.0006).variance_ln == 0.0006


def test_variances_of_the_default_table_are_added() -> None:
    # 0.0006 + 0.002 (reliability 3) + 0.0001 + 0.008 (temporal 4) + 0.000025 + 0.0006
    found = pedigree_variance(TABLES["ecoinvent_3"], (3, 2, 4, 2, 2), 0.0006)
    assert found.variance_ln == pytest.approx(0.011325, abs=1e-15)
    assert found.imputed == ()


def test_classic_factors_are_gsd2_and_combine_as_the_root_of_squares() -> None:
    u = [1.05, 1.1, 1.02, 1.1, 1.01, 1.2]
    gsd2 = math.exp(math.sqrt(sum(math.log(x) ** 2 for x in u)))
    found = pedigree_variance(TABLES["ecoinvent_2"], (3, 2, 3, 2, 3), flow_group="energy")
    assert gsd2_of(found.variance_ln) == pytest.approx(gsd2, rel=1e-12)


def test_empirical_ratios_are_gsd_not_gsd2() -> None:
    found = pedigree_variance(TABLES["ciroth"], (2, 1, 1, 1, 1), 0.0)
    assert math.exp(math.sqrt(found.variance_ln)) == pytest.approx(1.54)


def test_the_default_table_is_the_classic_one_rounded_except_two_cells() -> None:
    classic = TABLES["ecoinvent_2"].variance
    far = {
        key
        for key, variance in TABLES["ecoinvent_3"].variance.items()
        if variance and classic[key] and not 0.7 < variance / classic[key] < 1.4
    }
    assert far == {("geographical", 4)}
    assert TABLES["ecoinvent_2"].variance["technological", 2] == 0
    assert TABLES["ecoinvent_3"].variance["technological", 2] == 0.0006


def test_a_cell_the_table_lacks_is_refused_or_imputed_by_a_recorded_policy() -> None:
    ciroth = TABLES["ciroth"]
    with pytest.raises(FaultyData) as caught:
        pedigree_variance(ciroth, (5, 1, 1, 1, 1), 0.0)
    assert codes(caught) == ["E-UNC-04"]
    found = pedigree_variance(ciroth, (5, 1, 1, 1, 1), 0.0, policy=WORST_KNOWN)
    assert found.imputed == (f"reliability 5: {WORST_KNOWN}",)
    assert found.variance_ln > ciroth.variance["reliability", 4]


@pytest.mark.parametrize(
    "text", ["(1,-,3,4,5)", "(1,,3,4,5)", "(1,2,3,4)", "(0,1,1,1,1)", "(6,1,1,1,1)", "1.5,1,1,1,1",
             "", "(1,2,3,4,5,1)", "(n.a.,1,1,1,1)", "１,1,1,1,1"],
)  # fmt: skip
def test_a_missing_or_impossible_score_is_never_the_best_one(text: str) -> None:
    with pytest.raises(FaultyData) as caught:
        scores_of(text)
    assert codes(caught) == ["E-UNC-03"]


@given(st.tuples(*[st.integers(1, 5)] * 5), st.integers(0, 4))
def test_a_worse_score_never_lowers_the_variance(scores, position) -> None:
    assert scores_of(str(scores)) == scores
    for name in ("ecoinvent_3", "ecoinvent_2"):
        table = TABLES[name]
        worse = list(scores)
        worse[position] = min(5, worse[position] + 1)
        before = pedigree_variance(table, scores, 0.0006).variance_ln
        assert pedigree_variance(table, tuple(worse), 0.0006).variance_ln >= before


@pytest.mark.parametrize(("basic", "code"), [(None, "E-UNC-06"), (-0.1, "E-UNC-02")])
def test_a_pedigree_without_its_basic_part_is_refused(basic, code) -> None:
    with pytest.raises(FaultyData) as caught:
        pedigree_variance(TABLES["ecoinvent_3"], (1, 1, 1, 1, 1), basic, flow_group="unheard_of")
    assert codes(caught) == [code]


def spoiled(tmp_path, name: str, change) -> list[str]:
    (tmp_path / "rules").mkdir()
    for file in ("pedigree.csv", "basic_uncertainty.csv"):
        shutil.copy(SEEDS / "rules" / file, tmp_path / "rules" / file)
    path = tmp_path / "rules" / name
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(FaultyData) as caught:
        read_pedigree_tables(tmp_path)
    return codes(caught)


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("pedigree.csv", lambda rows: rows[3].update(citation=" ")),
        ("pedigree.csv", lambda rows: rows[3].update(quantity="gsd2")),
        ("pedigree.csv", lambda rows: rows[3].update(quantity="sd")),
        ("pedigree.csv", lambda rows: rows[3].update(score="6")),
        ("pedigree.csv", lambda rows: rows[3].update(pedigree_indicator="age")),
        ("pedigree.csv", lambda rows: rows[3].update(value="0.0001")),
        ("pedigree.csv", lambda rows: rows.append(dict(rows[3]))),
        ("pedigree.csv", lambda rows: rows.pop(3)),
        ("basic_uncertainty.csv", lambda rows: rows[0].update(citation="")),
        ("pedigree.csv", lambda rows: rows[3].update(value="much")),
        ("basic_uncertainty.csv", lambda rows: rows[0].update(quantity="sd")),
        ("basic_uncertainty.csv", lambda rows: rows[0].update(value="１")),
        # A geometric standard deviation of nothing has no logarithm.
        ("basic_uncertainty.csv", lambda rows: rows[0].update(quantity="gsd2", value="0")),
    ],
)
def test_a_faulty_table_is_refused_by_row(tmp_path, file, change) -> None:
    assert set(spoiled(tmp_path, file, change)) == {"E-UNC-05"}


def test_every_indicator_and_score_has_its_cell() -> None:
    assert set(TABLES) == {"ecoinvent_3", "ecoinvent_2", "ciroth"}
    for table in TABLES.values():
        assert set(table.variance) == {(i, s) for i in INDICATORS for s in range(1, 6)}
