"""The loop people work in: filled with mistakes, returned, only the marked cells mended."""

from __future__ import annotations

import openpyxl
import pytest

from pipelines.commands.checking import check_file
from pipelines.desk.layout import PROBLEMS_SHEET
from pipelines.desk.returned import write_returned
from pipelines.desk.template import write_template
from pipelines.settings import Settings
from schemas.submission_product import TEMPLATES
from tests.conftest import SEEDS
from tests.desk.filling import GOOD_FACTOR, GOOD_ORGANISATION, GOOD_SOURCE, fill

MAIN = TEMPLATES["factor"].main
REGIONS = [
    "110000", "120000", "130000", "140000", "150000", "210000", "220000", "230000", "310000",
    "320000", "330000", "340000", "350000", "360000", "370000", "410000", "420000", "430000",
    "440000", "450000", "460000", "500000", "510000", "520000", "530000", "540000", "610000",
    "620000", "630000", "640000", "650000",
]  # fmt: skip
# One mistake to a row: column and what was typed there.
MISTAKES = [
    ("value", "约860"), ("value", "1,23"), ("value", "nan"), ("value", None), ("value", "8_6_0"),
    ("reference_unit", "顿"), ("reference_unit", None), ("value_unit", None),
    ("boundary", "摇篮到大们"), ("boundary", None), ("gwp_set", "AR7"), ("gwp_set", None),
    ("factor_kind", "footprint"), ("category_code", "没有的类别"), ("data_start", "昨天"),
    ("data_end", "2025-13-01"), ("data_origin", "一手"), ("derivation", None),
    ("uncertainty_kind", "±"), ("name_zh", None), ("core_data", "也许"), ("region_code", "999999"),
    ("quality_temporal", "9"), ("value_convention", "=A1"),
]  # fmt: skip


def typed() -> list[dict[str, object]]:
    """A row per mistake and a good row, each for its own province."""
    rows = [
        GOOD_FACTOR | {"record_key": f"0{n}", "region_code": REGIONS[n]}
        for n in range(len(MISTAKES) + 1)
    ]
    for row, (column, text) in zip(rows, MISTAKES, strict=False):
        row[column] = text
    return rows


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("loop")
    path = write_template("factor", folder / "报送.xlsx", SEEDS)
    fill(path, "factor", typed())
    fill(path, "organisation", [GOOD_ORGANISATION | {"organisation_name": "（某报送单位）"}])
    fill(path, "source", [GOOD_SOURCE])
    settings = Settings(SEEDS, folder / "home")
    found = check_file(settings, path)
    returned, _ = write_returned(found.workbook, found.findings, folder / "退回", SEEDS)
    return settings, found, returned


def marked(book) -> set[tuple[str, str]]:
    return {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.border.left.style == "thick"
    }


def test_every_mistake_is_found_at_its_cell_and_nothing_else_is(loop):
    _, found, _ = loop
    wanted = {(n + 4, column) for n, (column, _) in enumerate(MISTAKES)}
    errors = [f for f in found.findings if f.severity == "error"]
    assert {(f.place["row"], f.place["field"]) for f in errors} == wanted
    assert found.counts.admissible == 1


def test_the_marked_cells_are_the_cells_of_the_errors(loop):
    _, found, returned = loop
    book = openpyxl.load_workbook(returned)
    letters = {c.value: c.column_letter for c in book[MAIN.sheet][2]}
    wanted = {
        (MAIN.sheet, f"{letters[f.place['field']]}{f.place['row']}")
        for f in found.findings
        if f.severity == "error"
    }
    assert marked(book) == wanted


def test_the_marked_cells_alone_mended_leave_no_error(loop, tmp_path):
    settings, _, returned = loop
    book = openpyxl.load_workbook(returned)
    sheet = book[MAIN.sheet]
    names = {c.column_letter: c.value for c in sheet[2]}
    good = {n + 4: REGIONS[n] for n in range(len(MISTAKES))}
    for _, place in marked(book):
        cell = sheet[place]
        name = names[cell.column_letter]
        cell.value = good[cell.row] if name == "region_code" else GOOD_FACTOR[name]
    again = tmp_path / "再报.xlsx"
    book.save(again)
    found = check_file(settings, again)
    assert [f for f in found.findings if f.severity == "error"] == []
    assert found.counts.admissible == len(MISTAKES) + 1


def test_a_returned_workbook_handed_in_unmended_has_the_same_errors(loop):
    settings, found, returned = loop
    again = check_file(settings, returned)
    as_told = lambda one: [(f.code, f.place.get("cell"), f.place.get("value")) for f in one]  # noqa: E731
    assert as_told(again.findings) == as_told(found.findings)


def test_a_good_workbook_comes_back_with_an_empty_list(loop, tmp_path):
    settings, _, _ = loop
    path = write_template("factor", tmp_path / "好.xlsx", SEEDS)
    fill(path, "factor", [GOOD_FACTOR])
    fill(path, "organisation", [GOOD_ORGANISATION])
    fill(path, "source", [GOOD_SOURCE])
    found = check_file(settings, path)
    assert [f for f in found.findings if f.severity == "error"] == []
    returned, _ = write_returned(found.workbook, found.findings, tmp_path, SEEDS)
    book = openpyxl.load_workbook(returned)
    assert marked(book) == set()
    assert "必须改 0" in book[PROBLEMS_SHEET]["A4"].value


@pytest.mark.parametrize("kind", TEMPLATES)
def test_an_empty_template_handed_in_is_told_so_and_comes_back(kind, loop, tmp_path):
    settings, _, _ = loop
    path = write_template(kind, tmp_path / "空.xlsx", SEEDS)
    found = check_file(settings, path)
    assert found.findings
    returned, _ = write_returned(found.workbook, found.findings, tmp_path / "退回", SEEDS)
    assert check_file(settings, returned).workbook.kind == kind
