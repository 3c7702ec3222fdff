"""Is a table of texts read as it was written, and a faulty reference table refused?"""

from __future__ import annotations

import csv
import io
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.ingest.reference import (
    FROM_FILES,
    Lookups,
    read_reference,
    read_stoichiometry,
    read_table,
)
from pipelines.tabular.text_table import read_rows
from tests.ingest.refusals import refused
from tests.sources.library import SEEDS, reference, replace_text, rows_of, write_rows

TABLES = {table.name: table for table in FROM_FILES}
# What a spreadsheet writes into a cell: no control characters, no exotic line ends.
CELL = st.text(
    st.one_of(
        st.sampled_from('",;\n\r|=+-@ 碳度·（）'),
        st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")),
    ),
    max_size=12,
)


def written(rows, header):
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(header)
    writer.writerows(rows)
    return made.getvalue().encode()


# -- the text itself ------------------------------------------------------------------------


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_a_spreadsheet_writes_is_what_is_read(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("table") / "a.csv"
    path.write_bytes(written(rows, ("a", "b", "c")))
    kept = [(n, row) for n, row in enumerate(rows, start=2) if any(c.strip() for c in row)]
    found = read_rows(path, needed=("a", "b", "c"))
    assert [(r.number, tuple(r.cells.values())) for r in found] == kept


def test_a_cell_is_stripped_only_when_asked_for(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("key,text\n 1 ,  碳  \n", "utf-8")
    row = read_rows(path)[0]
    assert (row["text"], row.cells["text"], row.get("text")) == ("碳", "  碳  ", "碳")
    assert row.get("absent") is None
    assert "absent" not in row
    assert "text" in row


def test_blank_lines_are_left_out_and_do_not_shift_the_row_numbers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("key,text\n\n1,a\n , \n2,b\n", "utf-8")
    assert [(r.number, r["key"]) for r in read_rows(path, key="key")] == [(3, "1"), (5, "2")]


def test_a_ragged_row_below_a_cell_of_two_lines_is_counted_as_a_record(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('key,text\n1,"two\nlines"\n2\n', "utf-8")
    with refused(FaultyData, "E-SEED-05", file="a.csv", row=3):
        read_rows(path)


def test_a_missing_table_is_refused(tmp_path):
    with refused(UnreadableInput, "E-SEED-06", file="nowhere.csv"):
        read_rows(tmp_path / "nowhere.csv")


def test_a_folder_in_place_of_a_table_is_refused(tmp_path):
    with refused(UnreadableInput, "E-SEED-06", file="table"):
        read_rows(tmp_path, name="table")


def test_every_missing_column_is_told_at_once(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("key,text\n1,a\n", "utf-8")
    with pytest.raises(FaultyData) as caught:
        read_rows(path, needed=("key", "value", "unit"))
    assert [f.place["field"] for f in caught.value.findings] == ["value", "unit"]


def test_every_repeated_or_blank_key_is_told_at_once(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("key,text\n1,a\n2,b\n1,c\n,d\n2,e\n", "utf-8")
    with pytest.raises(FaultyData) as caught:
        read_rows(path, key="key")
    assert [(f.code, f.place["row"]) for f in caught.value.findings] == [
        ("E-SEED-07", 4), ("E-TEXT-01", 5), ("E-SEED-07", 6),
    ]  # fmt: skip


# -- the reference tables -------------------------------------------------------------------


def spoiled_table(tmp_path, name, position, **cells):
    """A copy of a reference table with cells of one row changed; returns path and row."""
    path = tmp_path / f"{name}.csv"
    rows = rows_of(SEEDS / "reference" / f"{name}.csv")
    assert set(cells) <= set(rows[position])
    rows[position].update(cells)
    write_rows(path, rows)
    return path, position + 2


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("region", "region_kind", "town"),
        ("region", "region_code", "宁夏"),
        ("unit", "to_base_exact", "-1"),
        ("unit", "unit_group", "Mass!"),
        ("gas", "component", "fossile"),
        ("gas", "origin", "sea"),
        ("flow", "flow_kind", "service"),
        ("flow", "flow_id", "Raw Coal"),
        ("category", "category_id", "energy..fuel"),
        ("flow_property", "property_kind", "colour"),
        ("licence", "authorisation_scope", "everyone"),
        ("licence", "data_class", "open"),
        ("contact", "contact_kind", "person"),
    ],
)
def test_a_code_outside_its_list_is_refused_with_row_and_column(tmp_path, name, column, value):
    path, row = spoiled_table(tmp_path, name, 3, **{column: value})
    shown = f"reference/{name}.csv"
    place = {"file": shown, "row": row, "field": column, "value": value}
    with pytest.raises(FaultyData) as caught:
        read_table(TABLES[name], path, shown)
    found = [f for f in caught.value.findings if place.items() <= f.place.items()]
    assert [f.code for f in found] == ["E-SEED-10"] * len(found)
    assert found
    for text in (found[0].zh, found[0].en):
        assert all(str(word) in text for word in place.values())


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("region", "name_zh"), ("region", "citation"), ("unit", "name_en"), ("unit", "citation"),
        ("gas", "formula"), ("gas", "citation"), ("flow", "unit_group"), ("flow", "citation"),
        ("flow_property", "citation"), ("category", "citation"), ("licence", "citation"),
        ("contact", "citation"),
    ],
)  # fmt: skip
def test_a_blank_required_text_or_citation_is_refused(tmp_path, name, column):
    path, row = spoiled_table(tmp_path, name, 4, **{column: "  "})
    shown = f"reference/{name}.csv"
    with refused(FaultyData, "E-SEED-10", file=shown, row=row, field=column):
        read_table(TABLES[name], path, shown)


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "26,7", "２６", "abc"])
def test_a_heating_value_that_is_no_finite_number_is_refused(tmp_path, text):
    path, row = spoiled_table(tmp_path, "flow_property", 2, property_value=text)
    shown = "reference/flow_property.csv"
    place = {"file": shown, "row": row, "field": "property_value", "value": text}
    with refused(FaultyData, "E-NUM-01", **place):
        read_table(TABLES["flow_property"], path, shown)


@pytest.mark.parametrize("text", ["0", "-26.7"])
def test_a_heating_value_that_is_not_positive_is_refused(tmp_path, text):
    path, row = spoiled_table(tmp_path, "flow_property", 2, property_value=text)
    shown = "reference/flow_property.csv"
    with refused(FaultyData, "E-SEED-10", file=shown, row=row, field="property_value"):
        read_table(TABLES["flow_property"], path, shown)


@pytest.mark.parametrize("text", ["yes", "TRUE", "1", ""])
def test_a_right_that_is_neither_true_nor_false_is_refused(tmp_path, text):
    path, row = spoiled_table(tmp_path, "licence", 1, is_redistributable=text)
    shown = "reference/licence.csv"
    with refused(FaultyData, "E-SEED-10", file=shown, row=row, field="is_redistributable"):
        read_table(TABLES["licence"], path, shown)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_key_that_stands_twice_is_refused(tmp_path, name):
    rows = rows_of(SEEDS / "reference" / f"{name}.csv")
    again = {key: "" if key == "aliases" else cell for key, cell in rows[0].items()}
    write_rows(tmp_path / f"{name}.csv", [*rows, again])
    with pytest.raises(FaultyData) as caught:
        read_table(TABLES[name], tmp_path / f"{name}.csv", name)
    # A unit that stands twice is told where it stands again, before the contract is asked.
    told = ("E-SEED-07", len(rows) + 2) if name == "unit" else ("E-SEED-10", 2)
    assert [(f.code, f.place["row"]) for f in caught.value.findings] == [told]
    assert name == "unit" or "(key)" in caught.value.findings[0].en


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_reference_table_without_a_column_is_refused(tmp_path, name):
    shown, column = f"reference/{name}.csv", TABLES[name].columns[1]
    rows = rows_of(SEEDS / "reference" / f"{name}.csv")
    write_rows(tmp_path / "a.csv", [{k: v for k, v in r.items() if k != column} for r in rows])
    with refused(FaultyData, "E-SEED-04", file=shown, field=column):
        read_table(TABLES[name], tmp_path / "a.csv", shown)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("flow", "category_id"),
        ("flow", "unit_group"),
        ("flow_property", "to_unit"),
        ("flow_property", "flow_id"),
        ("unit", "unit_group"),
    ],
)
def test_a_reference_to_what_is_not_there_is_refused(tmp_path, name, column):
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS / "reference", seeds / "reference")
    path, row = spoiled_table(seeds / "reference", name, 5, **{column: "nowhere"})
    shown = f"reference/{path.name}"
    place = {"file": shown, "row": row, "field": column, "value": "nowhere"}
    with refused(FaultyData, "E-SEED-10", **place):
        read_reference(seeds)


def test_a_missing_reference_table_is_refused(tmp_path):
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS / "reference", seeds / "reference")
    (seeds / "reference" / "gas.csv").unlink()
    with refused(UnreadableInput, "E-SEED-06", file="reference/gas.csv"):
        read_reference(seeds)


# -- stoichiometry --------------------------------------------------------------------------


@pytest.fixture
def rules(tmp_path):
    (tmp_path / "rules").mkdir()
    shutil.copy(SEEDS / "rules" / "stoichiometry.csv", tmp_path / "rules")
    return tmp_path


def test_a_conversion_without_a_source_is_refused(rules):
    path = rules / "rules" / "stoichiometry.csv"
    rows = rows_of(path)
    rows[1]["citation"] = " "
    write_rows(path, rows)
    with refused(FaultyData, "E-SEED-09", file="rules/stoichiometry.csv", row=3, field="citation"):
        read_stoichiometry(rules)


def test_a_conversion_that_stands_twice_is_refused(rules):
    replace_text(rules / "rules" / "stoichiometry.csv", "CO2-C,", "N2O-N,")
    place = {"file": "rules/stoichiometry.csv", "row": 3, "value": "N2O-N"}
    with refused(FaultyData, "E-SEED-07", **place):
        read_stoichiometry(rules)


def test_a_conversion_table_without_ratios_is_refused(rules):
    replace_text(rules / "rules" / "stoichiometry.csv", "ratio_exact", "ratio")
    place = {"file": "rules/stoichiometry.csv", "field": "ratio_exact"}
    with refused(FaultyData, "E-SEED-04", **place):
        read_stoichiometry(rules)


# -- look-ups -------------------------------------------------------------------------------


def test_a_gas_is_found_by_its_code_its_formula_and_its_names():
    lookups = Lookups.over(reference(), SEEDS, "AR5")
    assert {lookups.gases[text] for text in ("co2_fossil", "CO2", "二氧化碳")} == {"co2_fossil"}
    assert {lookups.gases[text] for text in ("CH4", "甲烷")} == {"ch4_unspecified"}
    assert lookups.gases["CO2 biogenic"] == "co2_biogenic"


def test_nothing_is_offered_for_what_resembles_nothing():
    assert Lookups.near("zzzz", ["CO2", "CH4"]) == []
    assert Lookups.near("", ["CO2"]) == []
