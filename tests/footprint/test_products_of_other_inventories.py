"""Does a line that names a product take that product's result, or is it refused?"""

from __future__ import annotations

import pytest

from pipelines.errors import TanyuanError
from pipelines.footprint import compute
from tests.footprint.handmade import (
    Outcome,
    codes,
    emission,
    line,
    process,
    product,
    refusal,
    write,
)


def test_a_line_takes_the_result_of_another_inventory(tmp_path, library):
    one = write(
        tmp_path / "one",
        product=[product("b")],
        process=[process("b", "lime")],
        exchange=[emission("b", 1, "CO2", 5)],
    )
    two = write(
        tmp_path / "two",
        product=[product("a")],
        process=[process("a")],
        exchange=[
            line("a", 1, "lime", 2, "kg", provider="product:b-out"),
            emission("a", 2, "CO2", 1),
        ],
    )
    got = Outcome(compute([one, two], library, gwp_sets=("AR5",)))
    assert got.total("a-out") == pytest.approx(11)


def test_a_product_that_nobody_makes_is_refused(tmp_path, library):
    files = {
        "product": [product("a")],
        "process": [process("a")],
        "exchange": [line("a", 1, "lime", 2, "kg", provider="product:nobody")],
    }
    assert codes(refusal(tmp_path / "i", library, **files)) == {"E-FPT-09"}


def made(folder, name, *lines, **more):
    """An inventory of one process that makes lime."""
    return write(
        folder / name,
        product=[product(name)],
        process=[process(name, "lime")],
        exchange=list(lines),
        **more,
    )


def test_products_that_use_each_other_are_refused(tmp_path, library):
    one = made(tmp_path, "a", line("a", 1, "lime", 0.5, "kg", provider="product:b-out"))
    two = made(tmp_path, "b", line("b", 1, "lime", 0.5, "kg", provider="product:a-out"))
    with pytest.raises(TanyuanError) as caught:
        compute([one, two], library, gwp_sets=())
    assert codes(caught.value.findings) == {"E-FPT-13"}


def test_a_product_of_another_flow_is_refused(tmp_path, library):
    one = made(tmp_path, "a", line("a", 1, "sand", 0.5, "kg", provider="product:b-out"))
    two = made(tmp_path, "b", emission("b", 1, "CO2", 5))
    with pytest.raises(TanyuanError) as caught:
        compute([one, two], library, gwp_sets=())
    assert codes(caught.value.findings) == {"E-INV-14"}


def test_a_result_is_no_firmer_than_the_product_it_uses(tmp_path, library):
    one = made(tmp_path, "a", line("a", 1, "lime", 500, "g", provider="product:b-out"))
    two = made(
        tmp_path, "b", emission("b", 1, "CO2", 5, confidence="low"), line("b", 2, "quartz", 1, "kg")
    )
    got = Outcome(compute([one, two], library, gwp_sets=()))
    row = got.row("footprint", product_id="a-out")
    assert float(row["footprint_value"]) == pytest.approx(2.5)
    assert (row["confidence"], row["result_state"]) == ("low", "demonstration")
    assert "uncovered_lines" in row["flags"]


def test_a_product_that_two_inventories_make_is_refused(tmp_path, library):
    rows = {
        "product": [product("a")],
        "process": [process("a")],
        "exchange": [emission("a", 1, "CO2", 1)],
    }
    twice = [write(tmp_path / name, **rows) for name in ("one", "two")]
    with pytest.raises(TanyuanError) as caught:
        compute(twice, library, gwp_sets=())
    assert codes(caught.value.findings) == {"E-SEED-07"}
