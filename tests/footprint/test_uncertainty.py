"""Is the interval of a footprint that of its lines and factors, and told as it is?"""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from pipelines.footprint import compute
from pipelines.footprint.sampling.draw_formula import drawn
from pipelines.footprint.sampling.uncertain_system import keys_of
from tests.footprint.handmade import (
    FACTORS,
    LIME,
    POWER,
    SAND,
    Outcome,
    emission,
    line,
    pinned,
    process,
    product,
    refusal,
    write,
)

Z = 1.959963984540054


def spread(kind, value, **more):
    return {"uncertainty_kind": kind, "uncertainty_value": value, **more}


def run(tmp_path, library, samples=2000, seed=1, **files):
    folder = write(tmp_path / "one", **files)
    return Outcome(compute([folder], library, gwp_sets=("AR5",), samples=samples, seed=seed))


def kiln(*lines, **more):
    return {
        "product": [product("kiln", **more)],
        "process": [process("kiln")],
        "exchange": list(lines),
    }


@pytest.fixture(scope="module")
def uncertain(library_with):
    """The hand-made library with a spread on power and sand."""
    variances = {POWER: 0.04, SAND: 0.01}
    return library_with(
        factors=[{**row, "variance_ln": variances.get(row["factor_id"])} for row in FACTORS]
    )


KINDS = (
    ("variance_ln", "0.04", {}, 0.04),
    ("sigma_ln", "0.2", {}, 0.04),
    ("gsd", repr(math.exp(0.2)), {}, 0.04),
    ("gsd2", repr(math.exp(0.4)), {}, 0.04),
    ("cv", "0.3", {}, math.log1p(0.09)),
    ("ci95_rel", "0.5", {}, math.log1p((0.5 / Z) ** 2)),
    ("ci95_abs", "", {"amount_lower95": 1.0, "amount_upper95": 4.0},
     (math.log(4) / (2 * Z)) ** 2),
    ("pedigree", "(2,2,2,2,2)", {"basic_variance": 0.01}, 0.01 + 0.0006 + 0.0001 + 0.0002
     + 0.000025 + 0.0006),
    ("pedigree", "(1,1,1,1,1)", {}, 0.0006),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "more", "variance"), KINDS, ids=str)
def test_every_kind_of_stated_spread_gives_its_interval(
    tmp_path, library, kind, value, more, variance
):
    entry = line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER), **spread(kind, value, **more))
    row = run(tmp_path, library, **kiln(entry)).row("footprint")
    sigma = math.sqrt(variance)
    assert row["gsd2_analytic"] == pytest.approx(math.exp(2 * sigma))
    assert row["gsd2"] == pytest.approx(math.exp(2 * sigma), rel=0.06)
    for name, wanted in (("median", 1), ("p2_5", math.exp(-Z * sigma)),
                         ("p97_5", math.exp(Z * sigma))):  # fmt: skip
        assert float(row[name]) == pytest.approx(wanted, abs=5 * float(row[f"{name}_se"]))
    assert row["half_width_approach1"] == pytest.approx(math.sinh(Z * sigma))
    assert (row["samples"], row["seed"], row["uncertainty_coverage"]) == (2000, 1, 1)


@pytest.mark.parametrize(
    ("kind", "value", "more", "code"),
    [
        ("sigma_ln", "0", {}, "E-UNC-02"),
        ("gsd2", "0.9", {}, "E-UNC-02"),
        ("gsd", "x", {}, "E-UNC-02"),
        ("pedigree", "(1,2,3,4)", {}, "E-UNC-03"),
        ("ci95_abs", "", {}, "E-UNC-07"),
        ("ci95_abs", "", {"amount_lower95": -1, "amount_upper95": 4}, "E-UNC-07"),
    ],
)
def test_a_spread_that_cannot_be_is_refused_with_its_row(
    tmp_path, library, kind, value, more, code
):
    entry = line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER), **spread(kind, value, **more))
    (found,) = refusal(tmp_path / "one", library, **kiln(entry))
    assert found.code == code
    assert (found.place["row"], found.place["file"]) == (2, "one/exchange.csv")


def test_one_factor_is_drawn_once_for_all_its_uses(tmp_path, uncertain):
    alike = [line("kiln", i, "electricity", 1, "kWh", **pinned(POWER)) for i in range(4)]
    outcome = run(tmp_path, uncertain, **kiln(*alike))
    # Four independent draws would narrow the interval to half its width.
    assert outcome.row("footprint")["gsd2_analytic"] == pytest.approx(math.exp(0.4))
    (only,) = outcome.rows("footprint_uncertainty")
    assert only["quantity"] == f"factor:{POWER}@1.0"
    assert (only["sensitivity"], only["variance_share"]) == (pytest.approx(1), 1)
    shares = [row["variance_share"] for row in outcome.rows("footprint_line")]
    assert shares == pytest.approx([0.25] * 4)


def test_shares_of_variance_say_what_to_improve_first(tmp_path, uncertain):
    outcome = run(
        tmp_path, uncertain,
        **kiln(
            line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER)),
            line("kiln", 2, "sand", 1.5, "kg", **pinned(SAND), **spread("sigma_ln", "0.1")),
        ),
    )  # fmt: skip
    # 1 kg of power with variance 0.04, 3 kg of sand with 0.01 from the factor and the line.
    wanted = {f"factor:{POWER}@1.0": 0.04, f"factor:{SAND}@1.0": 0.09, "line:one/kiln/2": 0.09}
    rows = outcome.rows("footprint_uncertainty")
    whole = sum(wanted.values())
    shares = {row["quantity"]: row["variance_share"] for row in rows}
    assert shares == pytest.approx({name: part / whole for name, part in wanted.items()})
    assert max(rows, key=lambda row: row["variance_rank"])["quantity"] == f"factor:{POWER}@1.0"
    by_line = sum(row["variance_share"] for row in outcome.rows("footprint_line"))
    assert by_line == pytest.approx(1)


def test_the_spread_of_a_link_moves_what_comes_through_it(tmp_path, library):
    files = {
        "product": [product("kiln")],
        "process": [process("kiln"), process("mill", "lime")],
        "exchange": [
            line("kiln", "m", "lime", 3, "kg", provider="mill", **spread("sigma_ln", "0.2")),
            emission("mill", "e", "CO2", 1),
            emission("kiln", "e", "CO2", 1),
        ],
    }
    outcome = run(tmp_path, library, **files)
    (only,) = outcome.rows("footprint_uncertainty")
    assert (only["quantity"], only["sensitivity"]) == ("line:one/kiln/m", pytest.approx(0.75))
    row = outcome.row("footprint")
    assert float(row["p97_5"]) == pytest.approx(1 + 3 * math.exp(Z * 0.2), rel=0.03)


def test_the_sensitivity_in_a_loop_is_that_of_a_small_change(tmp_path, library):
    def files(amount, **more):
        return {
            "product": [product("kiln")],
            "process": [process("kiln"), process("mill", "lime")],
            "exchange": [
                line("kiln", "m", "lime", amount, "kg", provider="mill", **more),
                line("mill", "k", "clinker", 0.5, "kg", provider="kiln"),
                emission("mill", "e", "CO2", 1),
                emission("kiln", "e", "CO2", 2),
            ],
        }

    base = run(tmp_path / "a", library, **files(0.6, **spread("sigma_ln", "0.1")))
    more = run(tmp_path / "b", library, **files(0.6 * 1.000001))
    moved = math.log(more.total("kiln-out") / base.total("kiln-out")) / math.log(1.000001)
    (only,) = base.rows("footprint_uncertainty")
    assert only["sensitivity"] == pytest.approx(moved, rel=1e-4)


def test_draws_that_use_more_than_they_make_are_named_and_left_out(tmp_path, library):
    files = {
        "product": [product("kiln")],
        "process": [process("kiln"), process("mill", "lime")],
        "exchange": [
            line("kiln", "m", "lime", 0.9, "kg", provider="mill", **spread("sigma_ln", "0.1")),
            line("mill", "k", "clinker", 0.9, "kg", provider="kiln"),
            emission("mill", "e", "CO2", 1),
        ],
    }
    outcome = run(tmp_path, library, samples=400, **files)
    row = outcome.row("footprint")
    # P(0.81 exp(0.1 z) >= 1) is 1.8 %.
    assert 0 < row["samples_unproductive"] < 30
    assert row["samples"] + row["samples_unproductive"] == 400
    assert "unproductive_draws" in row["flags"]
    assert float(row["p2_5"]) > 0
    for one in json.loads(row["unproductive"]):
        assert one["radius"] >= 1
        assert sorted(one["loop"]) == ["kiln", "mill"]
        assert 0 <= one["sample"] < 400


def test_a_product_s_own_draws_go_on_in_those_that_use_it(tmp_path, uncertain):
    mill = write(
        tmp_path / "mill",
        product=[product("mill")],
        process=[process("mill", "lime")],
        exchange=[line("mill", 1, "electricity", 2, "kWh", **pinned(POWER))],
    )
    user = write(
        tmp_path / "user",
        product=[product("kiln")],
        process=[process("kiln")],
        exchange=[
            line("kiln", 1, "lime", 1, "kg", provider="product:mill-out"),
            line("kiln", 2, "electricity", 2, "kWh", **pinned(POWER)),
        ],
    )
    outcome = Outcome(compute([user, mill], uncertain, gwp_sets=("AR5",), samples=500, seed=2))
    kiln_row = outcome.row("footprint", product_id="kiln-out")
    mill_row = outcome.row("footprint", product_id="mill-out")
    # The same draw of power in both: twice the mill in every sample, not only on average.
    for name in ("median", "p2_5", "p97_5"):
        assert float(kiln_row[name]) == pytest.approx(2 * float(mill_row[name]), rel=1e-6)
    # And it is one factor to improve, not two that blur each other.
    (only,) = outcome.rows("footprint_uncertainty", product_id="kiln-out")
    assert only["quantity"] == f"factor:{POWER}@1.0"
    assert (only["sensitivity"], only["variance_share"]) == (pytest.approx(1), 1)
    assert kiln_row["gsd2_analytic"] == pytest.approx(math.exp(0.4))
    shares = [
        row["variance_share"] for row in outcome.rows("footprint_line", product_id="kiln-out")
    ]
    assert shares == pytest.approx([0.5, 0.5])


def test_products_are_compared_on_common_draws(tmp_path, uncertain):
    files = {
        "product": [
            product("kiln"), product("oven"), product("mill", category_id="product.alumina"),
        ],
        "process": [process("kiln"), process("oven"), process("mill")],
        "exchange": [
            line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER)),
            line("oven", 1, "electricity", 2.1, "kWh", **pinned(POWER)),
            emission("mill", 1, "CO2", 1),
        ],
    }  # fmt: skip
    outcome = run(tmp_path, uncertain, **files)
    (pair,) = outcome.rows("footprint_comparison")
    assert (pair["product_id"], pair["other_product_id"]) == ("kiln-out", "oven-out")
    # Their intervals overlap widely, yet the kiln is below in every single sample.
    assert pair["share_below"] == 1


def test_lines_of_two_inventories_are_drawn_apart_whatever_they_are_called(tmp_path, uncertain):
    folders = [
        write(
            tmp_path / name,
            product=[product("kiln", product_id=name)],
            process=[process("kiln")],
            exchange=[
                line("kiln", 1, "electricity", amount, "kWh", **pinned(POWER),
                     **spread("sigma_ln", "0.3"))
            ],
        )
        for name, amount in (("a", 2), ("b", 2.2))
    ]  # fmt: skip
    outcome = Outcome(compute(folders, uncertain, gwp_sets=("AR5",), samples=2000, seed=2))
    (pair,) = outcome.rows("footprint_comparison")
    # The power is one for both, what the meters read is not: ln A - ln B is normal.
    apart = math.log(1.1) / math.hypot(0.3, 0.3)
    wanted = 0.5 * (1 + math.erf(apart / math.sqrt(2)))
    assert pair["share_below"] == pytest.approx(wanted, abs=4 * pair["share_below_se"])
    for name in ("a", "b"):
        shares = {
            row["quantity"]: row["variance_share"]
            for row in outcome.rows("footprint_uncertainty", product_id=name)
        }
        assert shares == pytest.approx(
            {f"factor:{POWER}@1.0": 0.04 / 0.13, f"line:{name}/kiln/1": 0.09 / 0.13}
        )


def test_shares_of_variance_in_a_loop_are_those_that_draws_show(tmp_path, uncertain):
    files = {
        "product": [product("kiln")],
        "process": [process("kiln"), process("mill", "lime")],
        "exchange": [
            line("kiln", "m", "lime", 0.6, "kg", provider="mill", **spread("sigma_ln", "0.03")),
            line("mill", "k", "clinker", 0.5, "kg", provider="kiln", **spread("sigma_ln", "0.04")),
            emission("mill", "e", "CO2", 1, **spread("sigma_ln", "0.05")),
            emission("kiln", "e", "CO2", 2, **spread("sigma_ln", "0.02")),
        ],
    }
    sigmas = {"line:one/kiln/m": 0.03, "line:one/mill/k": 0.04, "line:one/mill/e": 0.05,
              "line:one/kiln/e": 0.02}  # fmt: skip
    outcome = run(tmp_path, uncertain, **files)
    # The first way: what the result says, to first order. The second: the closed form of the
    # loop, (2 + 0.6 a) / (1 - 0.3 b), counted over draws of the same names.
    told = {row["quantity"]: row["variance_share"] for row in outcome.rows("footprint_uncertainty")}
    names = list(sigmas)
    moves = draws_of(names, [sigmas[n] for n in names], 50_000, 1)
    m, k, e_mill, e_kiln = moves.T
    totals = np.log((2 * e_kiln + 0.6 * m * e_mill) / (1 - 0.3 * m * k))
    counted = [np.corrcoef(np.log(one), totals)[0, 1] ** 2 for one in moves.T]
    assert [told[n] for n in names] == pytest.approx(counted, abs=0.015)
    assert sum(told.values()) == pytest.approx(1)
    assert sum(counted) == pytest.approx(1, abs=0.02)
    row = outcome.row("footprint")
    assert row["gsd2_analytic"] == pytest.approx(math.exp(2 * totals.std()), rel=0.005)


def draws_of(names, sigmas, count, seed):
    return drawn(keys_of(names), np.array(sigmas), count, seed).astype(float)


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(tmp_path, uncertain):
    files = kiln(line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER)))
    one, same = (run(tmp_path / n, uncertain, seed=5, **files) for n in "ab")
    other = run(tmp_path / "c", uncertain, seed=6, **files)
    assert one.tables["footprint"].equals(same.tables["footprint"])
    assert one.row("footprint")["mean"] != other.row("footprint")["mean"]


def test_what_states_no_spread_is_said(tmp_path, uncertain):
    files = kiln(
        line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER)),
        line("kiln", 2, "lime", 3, "kg", **pinned(LIME)),
    )
    row = run(tmp_path, uncertain, **files).row("footprint")
    assert row["uncertainty_coverage"] == pytest.approx(0.25)
    assert "uncertainty_partly_stated" in row["flags"]


def test_no_samples_leave_the_interval_empty(tmp_path, uncertain):
    files = kiln(line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER)))
    row = run(tmp_path, uncertain, samples=0, **files).row("footprint")
    assert (row["samples"], row["median"], row["gsd2"]) == (0, None, None)
    assert row["gsd2_analytic"] == pytest.approx(math.exp(0.4))


def test_the_mean_stands_above_the_median_by_construction(tmp_path, uncertain):
    files = kiln(line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER)))
    row = run(tmp_path, uncertain, samples=4000, **files).row("footprint")
    error = float(np.sqrt(np.expm1(0.04)) / np.sqrt(4000))
    assert float(row["mean"]) == pytest.approx(math.exp(0.02), abs=4 * error)
