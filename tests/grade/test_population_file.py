"""Is a population file read as it stands, and a bad cell refused by its row and column?"""

from __future__ import annotations

import pytest

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.grade import read_population
from pipelines.grade.population import Member

COLUMNS = [
    "product_id", "owner_id", "category_id", "value", "unit", "boundary", "gwp_set",
    "accounting_rule", "period_start", "period_end", "output", "gsd2",
]  # fmt: skip
GOOD = {
    "product_id": "p1", "owner_id": "o1", "category_id": "product.milk", "value": "1.25",
    "unit": "kgCO2e/kg", "boundary": "cradle_to_gate", "gwp_set": "AR5",
    "accounting_rule": "pcr-milk", "period_start": "2023-01-01", "period_end": "2024-12-31",
    "output": "300", "gsd2": "1.1",
}  # fmt: skip


def write(folder, *rows: dict[str, str], columns: list[str] | None = None):
    names = columns or COLUMNS
    path = folder / "milk.csv"
    lines = [",".join(names), *(",".join({**GOOD, **r}.get(c, "") for c in names) for r in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def fault_of(path) -> tuple:
    with pytest.raises(FaultyData) as refused:
        read_population(path)
    (one,) = refused.value.findings
    return one.code, one.place.get("row"), one.place.get("field")


def test_a_row_becomes_a_result(tmp_path):
    assert read_population(write(tmp_path, {})) == [
        Member("p1", "o1", 1.25, "kgCO2e/kg", "cradle_to_gate", "AR5", "pcr-milk", (2023, 2024),
               300.0, "product.milk", 1.1)
    ]  # fmt: skip


def test_rows_keep_the_order_of_the_file_and_may_carry_more_columns(tmp_path):
    path = write(
        tmp_path, {"product_id": "z"}, {"product_id": "a"}, columns=[*COLUMNS, "product_name"]
    )
    assert [m.product_id for m in read_population(path)] == ["z", "a"]


def test_what_is_not_stated_stays_empty_and_no_output_weighs_one(tmp_path):
    blank = dict.fromkeys(("owner_id", "boundary", "gwp_set", "accounting_rule", "output"), "")
    (found,) = read_population(write(tmp_path, blank))
    assert (found.owner_id, found.boundary, found.gwp_set, found.accounting_rule) == ("",) * 4
    assert found.output == 1.0


@pytest.mark.parametrize(
    "period", [("", "2024-12-31"), ("2023-01-01", ""), ("about 2023", "2024"), ("2023", "n/a")]
)
def test_a_period_that_cannot_be_read_is_no_period(tmp_path, period):
    found = read_population(write(tmp_path, {"period_start": period[0], "period_end": period[1]}))
    assert found[0].years is None


@pytest.mark.parametrize("text", ["", "NaN", "inf", "1 000", "1_000", "１２", "about 3", "1e999"])
def test_a_value_that_is_no_finite_number_is_refused_by_row_and_column(tmp_path, text):
    path = write(tmp_path, {}, {"product_id": "p2", "value": text})
    assert fault_of(path) == ("E-GRD-08", 3, "value")


@pytest.mark.parametrize("text", ["NaN", "many"])
def test_an_output_that_is_no_number_is_refused(tmp_path, text):
    assert fault_of(write(tmp_path, {"output": text})) == ("E-GRD-08", 2, "output")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_file_that_lacks_a_column_is_refused(tmp_path, column):
    path = write(tmp_path, {}, columns=[c for c in COLUMNS if c != column])
    assert fault_of(path) == ("E-SEED-04", None, column)


def test_a_ragged_row_is_refused(tmp_path):
    path = write(tmp_path, {})
    path.write_text(path.read_text("utf-8") + "p2,o2\n", "utf-8")
    assert fault_of(path)[:2] == ("E-SEED-05", 3)


def test_a_file_that_is_missing_or_not_utf8_is_unreadable(tmp_path):
    with pytest.raises(UnreadableInput):
        read_population(tmp_path / "none.csv")
    path = write(tmp_path, {})
    path.write_bytes("价".encode("gbk") + path.read_bytes())
    with pytest.raises(UnreadableInput):
        read_population(path)
