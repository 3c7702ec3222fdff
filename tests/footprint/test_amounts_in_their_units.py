"""Are amounts counted in the unit they are written in, and units that do not fit refused?"""

from __future__ import annotations

import pytest

from tests.footprint.handmade import codes, computed, emission, line, process, product, refusal


def test_an_emission_counts_in_kilograms_whatever_its_unit(tmp_path, library):
    for unit, amount in (("t", 2), ("g", 2_000_000), ("kg", 2000)):
        files = {
            "product": [product("a")],
            "process": [process("a")],
            "exchange": [emission("a", 1, "CO2", amount, unit=unit)],
        }
        assert computed(tmp_path / unit, library, **files).total("a-out") == pytest.approx(2000)


def test_a_declared_unit_of_another_group_is_refused(tmp_path, library):
    files = {
        "product": [product("a", "kWh", 5)],
        "process": [process("a")],
        "exchange": [emission("a", 1, "CO2", 10)],
    }
    found = refusal(tmp_path / "i", library, **files)
    assert codes(found) == {"E-INV-02"}


def test_a_published_value_per_another_unit_group_is_refused(tmp_path, library):
    check = {
        "product_id": "a-out",
        "check_id": "C1",
        "check_kind": "x",
        "check_value": 1,
        "check_unit": "kgCO2e/kWh",
        "check_boundary": "x",
        "explanation_zh": "x",
        "explanation_en": "x",
        "citation": "x",
        "confidence": "high",
    }
    found = refusal(
        tmp_path / "i",
        library,
        product=[product("a")],
        process=[process("a")],
        exchange=[emission("a", 1, "CO2", 1)],
        check=[check],
    )
    assert codes(found) == {"E-INV-02"}


def test_a_link_in_an_unknown_unit_is_refused(tmp_path, library):
    found = refusal(
        tmp_path / "i",
        library,
        product=[product("a")],
        process=[process("a"), process("b", "lime")],
        exchange=[line("a", 1, "reference_flow", 7, "zzz", provider="b")],
    )
    assert codes(found) == {"E-INV-01"}


def test_a_unit_written_by_an_alias_is_published_in_its_canonical_spelling(
    tmp_path, library, reference
):
    files = {
        "product": [product("a", "公斤")],
        "process": [process("a")],
        "exchange": [line("a", 1, "sand", 1, "公斤")],
    }
    got = computed(tmp_path / "i", library, **files)
    units = set(reference["unit"]["unit"])
    assert set(got.tables["exchange"]["amount_unit"]) <= units
    assert set(got.tables["footprint"]["declared_unit"]) <= units
