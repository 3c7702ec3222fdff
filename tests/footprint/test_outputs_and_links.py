"""Do lines take only what a process makes, and do shared outputs carry the whole burden?"""

from __future__ import annotations

import pytest

from tests.footprint.handmade import (
    codes,
    computed,
    emission,
    line,
    output,
    process,
    product,
    refusal,
)


def test_a_link_of_another_unit_group_is_refused(tmp_path, library):
    files = {
        "product": [product("a")],
        "process": [process("a"), process("b", "lime")],
        "exchange": [
            line("a", 1, "electricity", 7, "kWh", provider="b"),
            emission("b", 1, "CO2", 10),
        ],
    }
    found = refusal(tmp_path / "i", library, **files)
    assert codes(found) == {"E-INV-14"}


def test_a_link_of_another_flow_is_refused(tmp_path, library):
    files = {
        "product": [product("a")],
        "process": [process("a"), process("b", "lime")],
        "exchange": [line("a", 1, "sand", 7, "kg", provider="b"), emission("b", 1, "CO2", 10)],
    }
    found = refusal(tmp_path / "i", library, **files)
    assert codes(found) == {"E-INV-14"}


def shared(*outputs):
    return {
        "product": [product("a"), product("use")],
        "process": [process("a", allocation="mass"), process("use", "sand")],
        "exchange": [
            emission("a", 1, "CO2", 10),
            *outputs,
            line("use", 1, "lime", 2, "kg", provider="a"),
        ],
    }


def test_sharing_without_the_reference_flow_s_line_is_refused(tmp_path, library):
    found = refusal(tmp_path / "i", library, **shared(output("a", 2, "lime", 2, "kg", 1)))
    assert codes(found) == {"E-INV-12"}


def test_a_co_product_on_two_lines_is_added_up(tmp_path, library):
    files = shared(
        output("a", 2, "lime", 1, "kg", 1),
        output("a", 3, "lime", 1, "kg", 1),
        output("a", 4, "reference_flow", 1, "kg", 1),
    )
    got = computed(tmp_path / "i", library, **files)
    assert got.total("a-out") == pytest.approx(10 / 3)
    assert got.total("use-out") == pytest.approx(20 / 3)


def test_the_reference_flow_named_by_its_id_is_counted_once(tmp_path, library):
    files = shared(output("a", 2, "lime", 2, "kg", 1), output("a", 4, "clinker", 3, "kg", 1))
    assert codes(refusal(tmp_path / "i", library, **files)) == {"E-INV-17"}
    files["exchange"][2]["amount"] = 1
    got = computed(tmp_path / "two", library, **files)
    assert got.total("a-out") + got.total("use-out") == pytest.approx(10)


def test_a_co_product_of_amount_zero_is_refused(tmp_path, library):
    files = shared(output("a", 2, "lime", 0, "kg", 1), output("a", 4, "reference_flow", 1, "kg", 1))
    found = refusal(tmp_path / "i", library, **files)
    assert codes(found) == {"E-INV-05"}


def test_a_co_product_of_a_process_without_allocation_serves_nobody(tmp_path, library):
    files = shared(output("a", 2, "lime", 2, "kg", ""))
    files["process"][0]["allocation"] = "none"
    found = refusal(tmp_path / "i", library, **files)
    assert codes(found) == {"E-INV-14"}


def test_a_credit_without_a_provider_is_resolved(tmp_path, library):
    files = {
        "product": [product("a")],
        "process": [process("a", allocation="substitution")],
        "exchange": [emission("a", 1, "CO2", 10), output("a", 2, "lime", 3, "kg", "")],
    }
    assert computed(tmp_path / "i", library, **files).total("a-out") == pytest.approx(7)


def test_a_co_product_without_a_price_carries_nothing(tmp_path, library):
    files = shared(output("a", 2, "lime", 2, "kg", 0), output("a", 3, "reference_flow", 1, "kg", 5))
    files["process"][0]["allocation"] = "economic"
    assert computed(tmp_path / "i", library, **files).total("a-out") == 10


def test_the_reference_flow_in_two_amounts_is_refused(tmp_path, library):
    files = shared(output("a", 2, "lime", 2, "kg", 1), output("a", 4, "reference_flow", 3, "kg", 1))
    assert codes(refusal(tmp_path / "i", library, **files)) == {"E-INV-17"}


def test_outputs_that_are_all_worth_nothing_are_refused(tmp_path, library):
    files = shared(output("a", 2, "lime", 2, "kg", 0), output("a", 4, "reference_flow", 1, "kg", 0))
    assert codes(refusal(tmp_path / "i", library, **files)) == {"E-INV-19"}
