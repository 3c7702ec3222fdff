"""Are rows that can be read but make no sense refused with a finding?"""

from __future__ import annotations

import pytest

from pipelines.errors import TanyuanError
from pipelines.footprint import compute
from tests.footprint.handmade import (
    codes,
    computed,
    emission,
    line,
    process,
    product,
    refusal,
    write,
)


@pytest.mark.parametrize("provider", ["Factor:FPOWERAAAAAAA", "factr:FLIMEAAAAAAAA", "process:b"])
def test_a_provider_of_an_unknown_kind_is_refused(tmp_path, library, provider):
    files = {
        "product": [product("a")],
        "process": [process("a"), process("b", "lime")],
        "exchange": [line("a", 1, "electricity", 7, "kWh", provider=provider)],
    }
    found = refusal(tmp_path / "i", library, **files)
    assert codes(found) == {"E-INV-03"}


# A cell each that a release could not hold: file, column, value, code.
UNHELD = [
    ("product", "product_id", "a b", "E-INV-21"),
    ("product", "category_id", "=1+1", "E-INV-21"),
    ("product", "verification_id", "V1", "E-INV-21"),
    ("product", "biogenic_carbon_in_product", "-1", "E-INV-18"),
    ("process", "process_id", "甲", "E-INV-21"),
    ("process", "version", "one", "E-INV-21"),
    ("process", "route", "?? x", "E-INV-21"),
    ("exchange", "line", "1/2", "E-INV-21"),
    ("exchange", "version", "0", "E-INV-21"),
    ("exchange", "route", "-1", "E-INV-21"),
    ("exchange", "allocation_value", "-1", "E-INV-18"),
    ("exchange", "basic_variance", "-1", "E-INV-18"),
    ("assumption", "process_id", "甲", "E-INV-21"),
    ("assumption", "process_id", "b", "E-INV-03"),
    ("assumption", "line", "1/2", "E-INV-21"),
]


@pytest.mark.parametrize(("file", "column", "value", "code"), UNHELD)
def test_a_cell_that_no_release_could_hold_is_refused_when_it_is_read(
    tmp_path, library, file, column, value, code
):
    files = {
        "product": [product("a")],
        "process": [process("a")],
        "exchange": [emission("a", 1, "CO2", 1)],
        "assumption": [
            {"process_id": "a", "line": "1", "text_zh": "甲", "text_en": "a", "effect": "-",
             "source": "-"}
        ],
    }  # fmt: skip
    files[file][0][column] = value
    (found,) = (one for one in refusal(tmp_path / "i", library, **files) if one.code == code)
    told = {"file": f"i/{file}.csv", "row": 2, "field": column, "value": value}
    assert found.place == told


def test_a_file_with_a_header_only_is_refused(tmp_path, library):
    folder = write(
        tmp_path / "i",
        product=[product("a")],
        process=[process("a")],
        exchange=[emission("a", 1, "CO2", 1)],
    )
    path = folder / "product.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    with pytest.raises(TanyuanError):
        compute([folder], library, gwp_sets=("AR5",))


def test_an_amount_too_large_for_a_result_is_refused(tmp_path, library):
    found = refusal(
        tmp_path / "i",
        library,
        product=[product("a")],
        process=[process("a")],
        exchange=[emission("a", 1, "CO2", "1e25")],
    )
    assert codes(found) == {"E-FPT-11"}


def test_a_period_that_ends_before_it_starts_is_refused(tmp_path, library):
    found = refusal(
        tmp_path / "i",
        library,
        process=[process("a")],
        exchange=[emission("a", 1, "CO2", 1)],
        product=[product("a", period_start="2025-12-31", period_end="2025-01-01")],
    )
    assert codes(found) == {"E-INV-16"}


def test_a_product_named_twice_is_refused(tmp_path, library):
    found = refusal(
        tmp_path / "i",
        library,
        product=[product("a"), product("a", amount=2)],
        process=[process("a")],
        exchange=[emission("a", 1, "CO2", 1)],
    )
    assert codes(found) == {"E-SEED-07"}


def test_a_truth_written_in_another_way_is_refused(tmp_path, library):
    found = refusal(
        tmp_path / "i",
        library,
        product=[product("a", is_limit_activity="是")],
        process=[process("a")],
        exchange=[emission("a", 1, "CO2", 1)],
    )
    assert codes(found) == {"E-CODE-01"}


def test_the_provider_of_an_emission_does_not_make_it_vanish(tmp_path, library):
    files = {
        "product": [product("a")],
        "process": [process("a"), process("b", "lime")],
        "exchange": [emission("a", 1, "CO2", 1, provider="b"), emission("b", 1, "CO2", 9)],
    }
    assert computed(tmp_path / "i", library, **files).total("a-out") == 1
