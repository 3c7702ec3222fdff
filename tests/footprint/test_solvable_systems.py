"""Is a system refused only when it has no solution or uses more than it makes?"""

from __future__ import annotations

import pytest

from tests.footprint.handmade import codes, computed, emission, line, process, product, refusal


@pytest.mark.parametrize("m", [1.27, 9.46, 43, 93, 99, 10954.5])
def test_a_chain_is_solved_whatever_its_amount(tmp_path, library, m):
    files = {
        "product": [product("a")],
        "process": [process("a"), process("b", "lime")],
        "exchange": [line("a", 1, "lime", m, "kg", provider="b"), emission("b", 1, "CO2", 1)],
    }
    assert computed(tmp_path / "i", library, **files).total("a-out") == pytest.approx(m)


def test_a_negative_emission_is_refused_under_substitution_too(tmp_path, library):
    found = refusal(
        tmp_path / "i",
        library,
        product=[product("a")],
        process=[process("a", allocation="substitution")],
        exchange=[emission("a", 1, "CO2", -10)],
    )
    assert codes(found) == {"E-INV-06"}


def test_overuse_beside_an_unrelated_substitution_is_refused(tmp_path, library):
    found = refusal(
        tmp_path / "i",
        library,
        product=[product("a")],
        process=[process("a"), process("b", "lime", allocation="substitution")],
        exchange=[
            line("a", 1, "clinker", 2, "kg", provider="a"),
            emission("a", 2, "CO2", 1),
            emission("b", 1, "CO2", 1),
        ],
    )
    assert codes(found) == {"E-FPT-05"}


def test_a_loop_that_returns_all_it_takes_is_singular_whatever_the_rounding(tmp_path, library):
    found = refusal(
        tmp_path / "i",
        library,
        product=[product("a")],
        process=[process("a"), process("b", "lime"), process("c", "sand")],
        exchange=[
            line("a", 1, "lime", 0.1, "kg", provider="b"),
            line("b", 1, "sand", 0.1, "kg", provider="c"),
            line("c", 1, "clinker", 100, "kg", provider="a"),
            emission("a", 2, "CO2", 1),
        ],
    )
    assert codes(found) == {"E-FPT-04"}
