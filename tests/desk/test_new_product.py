"""A product that the flow table does not have can be submitted, for a person to look at."""

from __future__ import annotations

import pytest

from pipelines.desk.candidates import Origin, tables_of_rows
from pipelines.desk.flow_book import load_flows
from pipelines.ingest.gather import brought
from pipelines.settings import Settings
from schemas.reference import FLOW
from schemas.render.pandera import require
from tests.desk.handed_in import checked_here, csv_bytes, good_row, grid

NEW = {"name_zh": "不知名的东西", "name_en": ""}
ORIGIN = Origin("S1", "1", "一个单位", "2026-01-01", "a.csv", "0" * 64, 1, "handed in")
SEEDS = Settings.resolve().seeds


def handed_in(*rows):
    return checked_here("a.csv", csv_bytes(grid(*rows)))


def tables_of(checked):
    return tables_of_rows(checked.sheets["factor"], load_flows(SEEDS), ORIGIN, good_only=True)


def test_a_new_product_goes_on_with_a_flow_of_its_name_unit_group_and_category():
    checked = handed_in(good_row(**NEW))
    assert {f.code: f.severity for f in checked.findings}["E-FLOW-02"] == "review"
    assert checked.counts.quarantined == 0
    tables = tables_of(checked)
    flow = tables["flow"].row(0, named=True)
    counted_in = load_flows(SEEDS).units.find(good_row()["reference_unit"])
    assert flow["name_zh"] == flow["name_en"] == NEW["name_zh"]
    assert flow["unit_group"] == counted_in.unit_group
    assert flow["category_id"]
    assert tables["candidate"]["flow_id"].to_list() == [flow["flow_id"]]
    require(FLOW, tables["flow"])


def test_a_known_product_proposes_nothing():
    assert tables_of(handed_in(good_row()))["flow"].is_empty()


def test_two_rows_and_two_files_of_one_new_product_share_one_flow():
    tables = tables_of(handed_in(good_row(1, **NEW), good_row(2, **NEW, value="73")))
    assert tables["flow"].height == 1
    assert tables["candidate"].height == 2
    assert brought([tables, tables])["flow"].height == 1


def test_without_a_category_a_new_product_is_kept_back():
    checked = handed_in(good_row(**NEW, category_code=""))
    assert "E-FLOW-01" in {f.code for f in checked.findings if f.severity == "error"}
    assert checked.counts.quarantined == 1


def test_the_nearest_known_names_are_offered():
    found = handed_in(good_row(name_zh="柴油机用油料", name_en="")).findings
    told = next(f for f in found if f.code == "E-FLOW-02")
    assert "柴油" in told.expected
    assert "柴油" in told.fix_zh


@pytest.mark.parametrize(
    ("answer", "code"), [({"reference_unit": "桶桶桶"}, "E-UNIT-04"), (NEW, "E-FLOW-02")]
)
def test_when_nothing_is_near_it_says_so(answer, code):
    told = next(f for f in handed_in(good_row(**answer)).findings if f.code == code)
    assert not told.expected
    assert "没有相近的" in told.fix_zh
    assert "nothing is near" in told.fix_en
