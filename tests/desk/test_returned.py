"""A workbook comes back: own text kept, failing cells marked, problems linked to cells."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.desk.filled import shortened
from pipelines.desk.layout import CODES_SHEET, INSTRUCTIONS_SHEET, LONG_TEXT_SHEET, PROBLEMS_SHEET
from pipelines.desk.long_texts import put_back
from pipelines.desk.returned import FINDINGS_PER_COMMENT, returned_stem, write_returned
from pipelines.desk.submitted import SubmittedSheet, SubmittedWorkbook, cell_name
from pipelines.desk.template import write_template
from pipelines.findings import finding
from schemas.submission_product import TEMPLATES
from tests.conftest import SEEDS
from tests.desk.filling import GOOD_FACTOR, fill, header_rows, read, sheet_of, submitted
from tests.desk.office import convert, needs_office

MAIN = TEMPLATES["factor"].main
SHEET = MAIN.sheet


def at(column: str, row: int) -> str:
    """Cell name of a column in a row counted from 1."""
    return cell_name(row - 1, MAIN.names.index(column))


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    path = write_template("factor", tmp_path_factory.mktemp("in") / "电石报送.xlsx", SEEDS)
    fill(path, "factor", [
        GOOD_FACTOR | {"record_key": "0610", "value": "七百", "note": "=1+1 手工合计"},
        GOOD_FACTOR | {"reference_unit": "顿", "boundary": None},
    ])  # fmt: skip
    fill(path, "organisation", [{"organisation_name": "（某报送单位）", "statement": "true 是"}])
    return read(path)


@pytest.fixture(scope="module")
def findings():
    name = "电石报送.xlsx"
    return [
        finding("E-NUM-01", file=name, sheet=SHEET, cell=at("value", 4), row=4, column="value",
                value="七百"),
        finding("E-UNIT-01", file=name, sheet=SHEET, cell=at("reference_unit", 5), row=5,
                column="reference_unit", value="顿", expected=["t"]),
        finding("E-TEXT-01", file=name, sheet=SHEET, row=5, column="boundary"),
        finding("E-TEXT-01", file=name, sheet="来源与授权", column="publisher"),
        finding("E-SEED-06", file=name),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def returned(handed_in, findings, tmp_path_factory):
    return write_returned(handed_in, findings, tmp_path_factory.mktemp("out"), SEEDS)


@pytest.fixture(scope="module")
def book(returned):
    return openpyxl.load_workbook(returned[0])


def test_it_opens_on_the_list_of_problems_and_has_every_sheet(book):
    assert book.active.title == PROBLEMS_SHEET
    forms = [form.sheet for form in TEMPLATES["factor"].forms]
    assert book.sheetnames == [PROBLEMS_SHEET, INSTRUCTIONS_SHEET, *forms, CODES_SHEET]


def test_failing_cells_are_marked_by_border_colour_and_comment(book):
    sheet = book[SHEET]
    for cell, code in (
        (at("value", 4), "E-NUM-01"),
        (at("reference_unit", 5), "E-UNIT-01"),
        (at("boundary", 5), "E-TEXT-01"),
    ):
        assert sheet[cell].fill.fgColor.rgb == "FFFFC7CE"
        assert sheet[cell].border.left.style == "thick"
        assert code in sheet[cell].comment.text
        assert "改法" in sheet[cell].comment.text
        assert "To mend" in sheet[cell].comment.text
    assert sheet[at("name_zh", 4)].comment is None
    assert sheet[at("name_zh", 4)].border.left.style is None


def lines(book):
    sheet = book[PROBLEMS_SHEET]
    rows = list(sheet.iter_rows(min_row=1))
    start = next(n for n, row in enumerate(rows) if row[0].value == "状态 status")
    return [row for row in rows[start + 1 :] if row[0].value]


def test_every_finding_has_a_line_that_leads_to_its_cell(book, findings):
    listed = lines(book)
    assert [row[2].value for row in listed] == [f.code for f in findings]
    wanted = [
        f"'{SHEET}'!{at('value', 4)}",
        f"'{SHEET}'!{at('reference_unit', 5)}",
        f"'{SHEET}'!{at('boundary', 5)}",
        "'来源与授权'!B1",
        None,
    ]
    for row, target in zip(listed, wanted, strict=True):
        link = row[4].hyperlink
        assert (link.location if link else None) == target
    assert [row[6].value for row in listed[:2]] == ["七百", "顿"]


def test_causes_are_counted_over_the_lines(book):
    sheet = book[PROBLEMS_SHEET]
    counted = {
        (row[2].value, row[5].value): row[0].value
        for row in sheet.iter_rows(min_row=9)
        if isinstance(row[0].value, int)
    }
    assert counted[("E-NUM-01", "因子值 value")] == 1
    assert sum(counted.values()) == 5
    assert "必须改 5" in sheet["A4"].value


def test_drop_downs_are_alive(book):
    kept = {
        v.formula1
        for v in book[SHEET].data_validations.dataValidation
        if v.type == "list"
    }  # fmt: skip
    assert {f"list_{ask.listed}" for ask in MAIN if ask.listed} == kept
    assert all(name.removeprefix("=") in book.defined_names for name in kept)


def test_the_submitters_own_text_is_kept_cell_for_cell(handed_in, returned):
    again = read(returned[0])
    for name in ("单位信息", SHEET, "来源与授权"):
        assert sheet_of(again, name).rows[2:] == sheet_of(handed_in, name).rows[2:]
    kinds = sheet_of(again, SHEET).kinds
    assert kinds[4, MAIN.names.index("value")] == "number"


def test_the_same_submission_and_findings_give_the_same_bytes(
    handed_in, findings, returned, tmp_path
):
    again = write_returned(handed_in, findings, tmp_path, SEEDS)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in returned]
    assert [p.name for p in again] == [p.name for p in returned]


def test_the_letter_is_short_names_the_file_and_invents_nobody(returned):
    letter = Document(returned[1])
    text = "\n".join(p.text for p in letter.paragraphs)
    assert text.startswith("报送材料退回修改函\n（某报送单位）：")
    assert "电石报送.xlsx" in text
    assert "必须修改 5 处" in text
    assert len(text) < 1_000
    assert [row.cells[1].text for row in letter.tables[0].rows[1:]].count("E-TEXT-01") == 2


def test_a_hundred_causes_still_make_one_page(handed_in, tmp_path):
    many = [
        finding("E-NUM-01", sheet=SHEET, row=4, column=f"c{n}", value="x" * 500) for n in range(100)
    ]
    _, path = write_returned(handed_in, many, tmp_path, SEEDS)
    letter = Document(path)
    assert len(letter.tables[0].rows) == 9
    assert "另有 92 类问题" in "\n".join(p.text for p in letter.paragraphs)


def test_a_csv_gets_its_second_header_row_and_findings_follow(tmp_path):
    rows = (("name_zh", "value", "mine"), ("电石", "七百", "内部编号 7"))
    sheet = SubmittedSheet("", rows)
    handed = SubmittedWorkbook("a.csv", "cd" * 32, "csv", "factor", None, (sheet,))
    found = [finding("E-NUM-01", file="a.csv", row=2, cell="B2", column="value", value="七百")]
    path, _ = write_returned(handed, found, tmp_path, SEEDS)
    back = openpyxl.load_workbook(path)[SHEET]
    assert [c.value for c in back[2]][:3] == ["name_zh", "value", "mine"]
    assert [c.value for c in back[3]][:3] == ["电石", "七百", "内部编号 7"]
    assert back["B3"].comment.text.startswith("E-NUM-01")
    asked = {c.value for c in back[2]}
    assert set(MAIN.names) <= asked, "what the file lacked is offered at its right"


def test_shifted_headers_stay_where_the_submitter_put_them(tmp_path):
    rows = [("某市报送汇总",), (), *header_rows(), ("A-1", "电石")]
    found = [finding("E-TEXT-01", sheet=SHEET, cell="G5", row=5, column="value")]
    path, _ = write_returned(submitted(rows), found, tmp_path, SEEDS)
    back = openpyxl.load_workbook(path)[SHEET]
    assert back["A1"].value == "某市报送汇总"
    assert back["A4"].value == "record_key"
    assert back["A5"].value == "A-1"
    assert back["G5"].comment.text.startswith("E-TEXT-01")


def test_a_deleted_row_of_machine_names_is_put_back(tmp_path):
    titles = tuple(f"{ask.field.title_zh} *" for ask in MAIN)
    path, _ = write_returned(submitted([titles, ("A-1", "电石")]), [], tmp_path, SEEDS)
    back = openpyxl.load_workbook(path)[SHEET]
    assert [c.value for c in back[2]][: len(MAIN.names)] == list(MAIN.names)
    assert [c.value for c in back[3]][:2] == ["A-1", "电石"]


def test_what_follows_no_template_still_comes_back_with_its_problems(tmp_path):
    sheets = tuple(SubmittedSheet(n, (("甲", "=1"),)) for n in ("a/b", "A B", "问题清单", ""))
    handed = SubmittedWorkbook("x.ods", "12" * 32, "ods", None, None, sheets)
    path, letter = write_returned(handed, [finding("E-SEED-06", file="x.ods")], tmp_path, SEEDS)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [PROBLEMS_SHEET, "a b", "A B 2", "问题清单 2", "Sheet"]
    assert all(book[name]["B1"].data_type == "s" for name in book.sheetnames[1:])
    assert "报送文件" in Document(letter).paragraphs[2].text


def test_a_sheet_of_the_submitters_own_comes_back_too(tmp_path):
    own = SubmittedSheet("计算底稿/2024", (("合计", "=A1"),))
    handed = submitted([*header_rows(), ("A-1",)])
    handed = SubmittedWorkbook("b.xlsx", "ef" * 32, "xlsx", "factor", "1.0", (*handed.sheets, own))
    path, _ = write_returned(handed, [], tmp_path, SEEDS)
    back = openpyxl.load_workbook(path)
    assert back["计算底稿 2024"]["B1"].value == "=A1"
    assert back["计算底稿 2024"]["B1"].data_type == "s"


def test_more_problems_in_one_cell_than_a_comment_shows_are_counted(tmp_path):
    found = [finding("E-TEXT-01", sheet=SHEET, cell="A3", column="x")] * (FINDINGS_PER_COMMENT + 3)
    path, _ = write_returned(submitted([*header_rows(), ("A-1",)]), found, tmp_path, SEEDS)
    assert "另有 3 条" in openpyxl.load_workbook(path)[SHEET]["A3"].comment.text


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("退回_电石_0123abcd.xlsx", "电石_abababab"),
        ("C:\\报送\\电石.xlsx", "电石_abababab"),
        ("..", "_abababab"),
        ("x" * 300 + ".csv", "x" * 60 + "_abababab"),
        ('a<b>:"c|?*.xlsx', "a_b___c____abababab"),
    ],
)
def test_a_returned_file_is_named_after_the_submission(name, wanted):
    stem = returned_stem(SubmittedWorkbook(name, "ab" * 32, "xlsx", None, None, ()))
    assert stem.replace(".", "") == wanted


CELLS = st.text(max_size=40) | st.sampled_from([
    "=1+1", "+x", "-5", "@SUM(A1)", "＝1", "\t=1", "0610", "  两端空格  ", "a\r\nb", "_x0041_",
    "\x00", "\x1b[31m", "😀" * 3, "\ufffe", "\ud800", "1e999", "nan", "TRUE", "http://a.b", "'x",
])  # fmt: skip


@settings(max_examples=10, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=40))
def test_whatever_was_typed_comes_back_and_is_no_formula(tmp_path_factory, typed):
    folder = tmp_path_factory.mktemp("trip")
    rows = [*header_rows(), *[("K", *cells) for cells in typed]]
    path, _ = write_returned(submitted(rows), [], folder, SEEDS)
    with zipfile.ZipFile(path) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not [n for n in sheets if b"<f>" in archive.read(n) or b"<f " in archive.read(n)]
    back = sheet_of_main(put_back(read(path).sheets))
    for number, cells in enumerate(typed, start=2):
        found = [*back.rows[number], "", "", ""] if number < len(back.rows) else [""] * 4
        assert list(found[1:4]) == list(cells)
        assert not back.formulas


def sheet_of_main(sheets):
    return next(sheet for sheet in sheets if sheet.name == SHEET)


def test_a_text_no_cell_can_hold_comes_back_whole_unless_it_was_changed(tmp_path):
    long = "碳" * 40_000 + "末"
    handed = submitted([*header_rows(), ("A-1", long, long)])
    path, _ = write_returned(handed, [], tmp_path, SEEDS)
    book = openpyxl.load_workbook(path)
    assert LONG_TEXT_SHEET in book.sheetnames
    assert book[SHEET]["B3"].value == shortened(long)
    book[SHEET]["C3"].value = "改写"
    book.save(path)
    back = sheet_of_main(put_back(read(path).sheets))
    assert back.rows[2][1] == long
    assert back.rows[2][2] == "改写"


@pytest.mark.parametrize(
    ("kind", "text"),
    [("number", "0.1"), ("number", "0610"), ("boolean", "TRUE"), ("date", "2024-01-01")],
)
def test_a_number_stays_a_number_and_a_code_a_text(tmp_path, kind, text):
    handed = submitted([*header_rows(), ("A-1", text)], kinds={(2, 1): kind})
    path, _ = write_returned(handed, [], tmp_path, SEEDS)
    back = sheet_of_main(read(path).sheets)
    assert back.rows[2][1] == text
    assert back.kinds[2, 1] == ("text" if text in {"0610", "2024-01-01"} else kind)


@needs_office
def test_it_opens_clean_in_another_office(returned, tmp_path):
    again = openpyxl.load_workbook(convert(returned[0], "xlsx", tmp_path))
    assert again[SHEET][at("value", 4)].value == "七百"
    assert again[SHEET][at("note", 4)].value == "=1+1 手工合计"
    assert again[SHEET][at("note", 4)].data_type == "s"
    assert "E-NUM-01" in again[SHEET][at("value", 4)].comment.text
    lists = [v for v in again[SHEET].data_validations.dataValidation if v.type == "list"]
    assert lists
