"""Are processes that use each other solved to the limit of walking round and round?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.footprint.handmade import computed, emission, few, line, process, product, walked

# Flows that stand for the outputs of linked processes, all counted in kg.
FLOWS = ("clinker", "lime", "sand", "clay", "gravel")


def ring(forward: float, back: float):
    """A takes ``forward`` of B per unit and B takes ``back`` of A; they emit 3 and 6."""
    return {
        "product": [product("a"), product("b")],
        "process": [process("a", "clinker"), process("b", "lime")],
        "exchange": [
            line("a", 1, "lime", forward, "kg", stage="raw_material", provider="b"),
            emission("a", 2, "CO2", 3),
            line("b", 1, "clinker", back, "kg", stage="raw_material", provider="a"),
            emission("b", 2, "CO2", 6),
        ],
    }


def test_two_processes_that_use_each_other_are_a_geometric_series(tmp_path, library):
    outcome = computed(tmp_path / "one", library, **ring(0.5, 0.5))
    # 1 + 1/4 + 1/16 + ... = 4/3
    assert outcome.scale("a-out", "a") == pytest.approx(4 / 3)
    assert outcome.scale("a-out", "b") == pytest.approx(2 / 3)
    assert outcome.total("a-out") == pytest.approx(3 * 4 / 3 + 6 * 2 / 3)
    assert outcome.total("b-out") == pytest.approx(6 * 4 / 3 + 3 * 2 / 3)
    assert outcome.intensity("a-out", "b") == pytest.approx(10)


def test_what_a_loop_brings_back_enters_where_the_loop_enters(tmp_path, library):
    outcome = computed(tmp_path / "one", library, **ring(0.5, 0.5))
    # Own 3 for the one unit asked for; 5 more through the line of raw material.
    stages = outcome.parts("stage", "a-out")
    assert stages == pytest.approx({"production": 3.0, "raw_material": 5.0})


def test_power_that_a_station_uses_itself_is_made_in_addition(tmp_path, library):
    outcome = computed(
        tmp_path / "one",
        library,
        product=[product("station", "kWh", 9)],
        process=[process("station", "electricity", 1, "kWh")],
        exchange=[
            line("station", 1, "electricity", 0.1, "kWh", provider="station"),
            emission("station", 2, "CO2", 0.8),
        ],
    )
    assert outcome.scale("station-out", "station") == pytest.approx(10)
    assert outcome.total("station-out") == pytest.approx(8)


def test_a_loop_across_units_is_solved_in_the_units_of_each(tmp_path, library):
    outcome = computed(
        tmp_path / "one",
        library,
        product=[product("mine", "t", 2)],
        process=[process("mine", "lime", 1, "t"), process("station", "electricity", 1, "MWh")],
        exchange=[
            line("mine", 1, "electricity", 100, "kWh", provider="station"),
            emission("mine", 2, "CO2", 50),
            line("station", 1, "lime", 500, "kg", provider="mine"),
            emission("station", 2, "CO2", 800),
        ],
    )
    # Per t: 0.1 MWh; per MWh: 0.5 t.
    assert outcome.scale("mine-out", "mine") == pytest.approx(2 / 0.95)
    assert outcome.scale("mine-out", "station") == pytest.approx(0.2 / 0.95)
    assert outcome.total("mine-out") == pytest.approx((2 * 50 + 0.2 * 800) / 0.95)


def test_a_loop_close_to_using_all_it_makes_is_still_solved(tmp_path, library):
    outcome = computed(tmp_path / "one", library, **ring(0.999, 0.999))
    rest = 1 - 0.999**2
    assert outcome.total("a-out") == pytest.approx((3 + 0.999 * 6) / rest, rel=1e-9)


def test_a_credit_inside_a_loop_is_solved_too(tmp_path, library):
    files = ring(0.5, 0.5)
    files["process"][1]["allocation"] = "substitution"
    files["process"].append(process("c", "sand"))
    files["exchange"] += [
        line("b", 3, "sand", 2, "kg", direction="coproduct", flow_use="", provider="c"),
        line("c", 1, "lime", 0.1, "kg", provider="b"),
        emission("c", 2, "CO2", 1),
    ]
    outcome = computed(tmp_path / "one", library, **files)
    links = np.array([[0, 0.5, 0], [0.5, 0, 0.1], [0, -2, 0]])
    supply = np.linalg.solve(np.eye(3) - links, [1, 0, 0])
    assert outcome.total("a-out") == pytest.approx(float(supply @ [3, 6, 1]))
    assert outcome.scale("a-out", "c") == pytest.approx(float(supply[2]))
    assert supply[2] < 0


HUNDREDTHS = st.integers(0, 30).map(lambda n: n / 100)


@st.composite
def tangles(draw):
    """Up to five processes, each taking up to 0.3 of any, itself included; its emissions."""
    n = draw(st.integers(2, 5))
    scale = 0.9 / (0.3 * n)
    links = [[round(draw(HUNDREDTHS) * min(scale, 1), 6) for _ in range(n)] for _ in range(n)]
    own = draw(st.lists(st.integers(1, 50), min_size=n, max_size=n))
    return links, own


@few
@given(tangles())
def test_any_tangle_equals_matrix_algebra_and_walking(reckon, tangle):
    links, own = tangle
    n = len(own)
    names = [f"p{i}" for i in range(n)]
    outcome = reckon(
        product=[product(names[0])],
        process=[process(names[i], FLOWS[i]) for i in range(n)],
        exchange=[
            *(emission(names[i], "e", "CO2", own[i]) for i in range(n)),
            *(
                line(names[i], f"l{j}", FLOWS[j], links[i][j], "kg", provider=names[j])
                for i in range(n)
                for j in range(n)
                if links[i][j]
            ),
        ],
    )
    takes = np.array(links)
    supply = np.linalg.solve(np.eye(n) - takes.T, np.eye(n)[0])
    intensity = np.linalg.solve(np.eye(n) - takes, np.array(own, float))
    walk = walked(
        {names[0]: 1.0},
        {(names[i], names[j]): links[i][j] for i in range(n) for j in range(n) if links[i][j]},
    )
    total = outcome.total("p0-out")
    assert total == pytest.approx(float(supply @ own), rel=1e-10)
    assert total == pytest.approx(float(intensity[0]), rel=1e-10)
    assert total == pytest.approx(
        sum(walk.get(name, 0) * e for name, e in zip(names, own, strict=True)), rel=1e-10
    )
    for i, name in enumerate(names):
        if walk.get(name):
            assert outcome.scale("p0-out", name) == pytest.approx(walk[name], rel=1e-10)
            assert outcome.intensity("p0-out", name) == pytest.approx(intensity[i], rel=1e-10)
