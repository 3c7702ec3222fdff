"""Is a product's own GWP set computed whatever becomes of the others?"""

from __future__ import annotations

import pytest

from pipelines.footprint import compute
from tests.footprint.handmade import (
    POWER,
    Outcome,
    codes,
    computed,
    emission,
    line,
    pinned,
    process,
    product,
    refusal,
    write,
)


@pytest.mark.parametrize("sets", [None, ()])
def test_other_sets_do_not_refuse_the_product_s_own(tmp_path, library_with, sets):
    folder = write(
        tmp_path / "i",
        product=[product("a")],
        process=[process("a")],
        exchange=[line("a", 1, "electricity", 7, "kWh", **pinned(POWER))],
    )
    library = library_with()
    library.gwp.setdefault("AR5-feedback", {"co2_fossil": 1.0})
    got = Outcome(compute([folder], library, gwp_sets=sets))
    assert got.total("a-out") == pytest.approx(3.5)


@pytest.mark.parametrize("name", ["not_stated", "not_applicable"])
def test_a_product_of_a_set_without_potentials_is_refused(tmp_path, library, name):
    files = {
        "product": [product("a", gwp_set=name)],
        "process": [process("a")],
        "exchange": [emission("a", 1, "CO2", 1)],
    }
    found = refusal(tmp_path / "i", library, **files)
    assert codes(found) == {"E-FPT-10"}


def test_a_set_left_out_is_said_with_its_reason(tmp_path, library):
    folder = write(
        tmp_path / "i",
        product=[product("a")],
        process=[process("a")],
        exchange=[line("a", 1, "electricity", 7, "kWh", **pinned(POWER))],
    )
    got = Outcome(compute([folder], library))
    assert "not_computed:AR4:E-SEL-13" in got.row("footprint", gwp_set="AR5")["flags"]


def test_a_set_that_differs_from_the_rule_s_is_said(tmp_path, library):
    files = {
        "product": [product("a", accounting_rule="iso-14067-ar6")],
        "process": [process("a")],
        "exchange": [emission("a", 1, "CO2", 1)],
    }
    row = computed(tmp_path / "i", library, **files).row("footprint")
    assert "gwp_set_differs_from_rule" in row["flags"]
