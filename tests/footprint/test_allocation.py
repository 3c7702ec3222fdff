"""Do co-products share a process's burden as the method says, without loss or gain?"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.footprint.handmade import (
    LIME,
    POWER,
    computed,
    emission,
    few,
    line,
    output,
    pinned,
    process,
    product,
)

BYPRODUCTS = ("lime", "sand", "clay")


def mill(method, reference_worth, reference_amount=1, beside=(), burden=10):
    """A mill of clinker with co-products ``(flow, amount, worth)`` and a user of each."""
    return {
        "product": [
            product("mill", amount=reference_amount),
            *(product(f"use-{flow}", amount=1) for flow, _, _ in beside),
        ],
        "process": [
            process("mill", "clinker", reference_amount, allocation=method),
            *(process(f"use-{flow}", "gravel") for flow, _, _ in beside),
        ],
        "exchange": [
            emission("mill", "e", "CO2", burden),
            output("mill", "r", "reference_flow", reference_amount, "kg", reference_worth),
            *(output("mill", flow, flow, amount, "kg", worth) for flow, amount, worth in beside),
            *(
                line(f"use-{flow}", 1, flow, amount, "kg", provider="mill")
                for flow, amount, _ in beside
            ),
        ],
    }


def shares(outcome, beside):
    """Burden of the whole output of each product of the mill, the reference flow first."""
    return [outcome.total("mill-out"), *(outcome.total(f"use-{flow}-out") for flow in beside)]


@pytest.mark.parametrize(
    ("method", "reference_worth", "amount", "worth", "expected"),
    [
        # 1 kg and 3 kg: a quarter and three quarters of 10.
        ("mass", 1, 3, 1, (2.5, 7.5)),
        # 1 kg at 20 MJ and 2 kg at 15 MJ: 20 and 30 of 50 MJ.
        ("energy", 20, 2, 15, (4, 6)),
        # 1 kg at 9 yuan and 5 kg at 0.2 yuan: 9 and 1 of 10 yuan.
        ("economic", 9, 5, 0.2, (9, 1)),
    ],
)
def test_a_burden_is_shared_by_amount_times_worth(
    tmp_path, library, method, reference_worth, amount, worth, expected
):
    files = mill(method, reference_worth, beside=(("lime", amount, worth),))
    outcome = computed(tmp_path / "one", library, **files)
    assert shares(outcome, ["lime"]) == pytest.approx(expected)


def test_a_share_is_per_unit_of_each_output(tmp_path, library):
    files = mill("mass", 1, reference_amount=4, beside=(("lime", 6, 1),))
    files["product"] = [product("mill"), product("use-lime")]
    files["exchange"][-1]["amount"] = 0.5
    outcome = computed(tmp_path / "one", library, **files)
    # 10 kg over 10 kg of output: 1 per kg, whichever output.
    assert outcome.total("mill-out") == pytest.approx(1)
    assert outcome.total("use-lime-out") == pytest.approx(0.5)


def test_upstream_and_credit_of_a_shared_process_are_shared_too(tmp_path, library):
    files = mill("mass", 1, beside=(("lime", 3, 1),), burden=0)
    files["process"].append(process("quarry", "sand"))
    files["exchange"] += [
        line("mill", 1, "electricity", 8, "kWh", **pinned(POWER)),
        line("mill", 2, "sand", 2, "kg", stage="raw_material", provider="quarry"),
        emission("quarry", 1, "CO2", 6),
    ]
    outcome = computed(tmp_path / "one", library, **files)
    assert shares(outcome, ["lime"]) == pytest.approx((4, 12))
    assert outcome.parts("stage", "mill-out") == pytest.approx(
        {"production": 1.0, "raw_material": 3.0}
    )


def test_a_user_of_a_co_product_takes_the_co_product_not_the_reference_flow(tmp_path, library):
    files = mill("economic", 99, beside=(("lime", 1, 1),))
    outcome = computed(tmp_path / "one", library, **files)
    assert outcome.total("use-lime-out") == pytest.approx(0.1)


def test_a_shared_process_that_uses_its_own_co_product_is_solved(tmp_path, library):
    files = mill("mass", 1, beside=(("lime", 1, 1),))
    files["exchange"].append(line("mill", 3, "lime", 0.5, "kg", provider="mill"))
    outcome = computed(tmp_path / "one", library, **files)
    # y per kg of either output: y = (10 + 0.5 y) / 2, so y = 20 / 3.
    assert shares(outcome, ["lime"]) == pytest.approx((20 / 3, 20 / 3))


def test_substitution_credits_the_factor_of_what_is_avoided(tmp_path, library):
    files = mill("substitution", "", beside=(("lime", 3, ""),))
    files["product"] = [product("mill")]
    files["exchange"] = [
        emission("mill", "e", "CO2", 10),
        output("mill", "lime", "lime", 3, "kg", "", stage="end_of_life", **pinned(LIME)),
    ]
    outcome = computed(tmp_path / "one", library, **files)
    assert outcome.total("mill-out") == pytest.approx(10 - 3 * 1)
    assert outcome.parts("stage", "mill-out") == {"production": 10.0, "end_of_life": -3.0}
    assert float(outcome.lines("mill-out")["mill/lime"]["contribution"]) == -3


def test_substitution_credits_a_process_of_the_inventory(tmp_path, library):
    files = {
        "product": [product("mill")],
        "process": [process("mill", allocation="substitution"), process("kiln", "lime")],
        "exchange": [
            emission("mill", "e", "CO2", 10),
            output("mill", "lime", "lime", 3, "kg", "", provider="kiln"),
            emission("kiln", 1, "CO2", 2),
            line("kiln", 2, "electricity", 1, "kWh", **pinned(POWER)),
        ],
    }
    outcome = computed(tmp_path / "one", library, **files)
    assert outcome.total("mill-out") == pytest.approx(10 - 3 * (2 + 0.5))
    assert outcome.scale("mill-out", "kiln") == pytest.approx(-3)


def test_a_large_credit_makes_the_result_negative_and_says_so(tmp_path, library):
    files = {
        "product": [product("mill")],
        "process": [process("mill", allocation="substitution")],
        "exchange": [
            emission("mill", "e", "CO2", 1),
            output("mill", "lime", "lime", 3, "kg", "", **pinned(LIME)),
        ],
    }
    assert computed(tmp_path / "one", library, **files).total("mill-out") == pytest.approx(-2)


AMOUNTS = st.integers(1, 5000).map(lambda n: n / 100)


@few
@given(
    method=st.sampled_from(["mass", "energy", "economic"]),
    reference=st.tuples(AMOUNTS, AMOUNTS),
    beside=st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=3),
    burden=st.integers(1, 10**6),
)
def test_the_parts_of_all_outputs_are_the_whole_burden(reckon, method, reference, beside, burden):
    amount, worth = reference
    named = [(BYPRODUCTS[i], a, w) for i, (a, w) in enumerate(beside)]
    files = mill(method, worth, amount, named, burden)
    outcome = reckon(**files)
    found = shares(outcome, [flow for flow, _, _ in named])
    assert sum(found) == pytest.approx(burden, rel=1e-10)
    weights = [Fraction(str(a)) * Fraction(str(w)) for a, w in (reference, *beside)]
    expected = [float(burden * weight / sum(weights)) for weight in weights]
    assert found == pytest.approx(expected, rel=1e-10)
