"""An older workbook is brought up to date: nothing typed twice, what is new is listed."""

from __future__ import annotations

import dataclasses
import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.desk.layout import UPGRADE_SHEET, find_header, is_example, stamp
from pipelines.desk.submitted import SubmittedSheet, SubmittedWorkbook
from pipelines.desk.template import write_empty
from pipelines.desk.upgrade import carry_over
from pipelines.desk.upgraded import lines_of, write_upgraded
from pipelines.errors import UnreadableInput
from schemas.form import Ask, Edition
from schemas.names import NOTE_ZH
from schemas.source import SOURCE
from schemas.submission_product import TEMPLATES
from tests.conftest import SEEDS, run_program
from tests.desk.filling import GOOD_FACTOR, read, sheet_of

NOW = TEMPLATES["factor"]
MAIN = NOW.main
FIRST = NOW.history[0]


def with_main(template, asks, history):
    main = dataclasses.replace(template.main, asks=tuple(asks))
    forms = tuple(main if form.is_main else form for form in template.forms)
    return dataclasses.replace(template, forms=forms, history=history)


# A constructed past: version 0.8 asked for a document and a remark, knew neither the market
# share nor the statement on core data, and called the page by another name.
REMARK = Ask(dataclasses.replace(NOTE_ZH, name="remark"), "")
DOCUMENT = Ask(SOURCE["title_zh"], "标准题名", name="document_title")
_KEPT = [a for a in MAIN if a.name not in {"market_share", "core_data", "source_page"}]
PAGE_BEFORE = Ask(dataclasses.replace(MAIN["source_page"].field, name="page"), "")
OLD = with_main(NOW, [REMARK, *_KEPT[3:], *_KEPT[:3], PAGE_BEFORE, DOCUMENT], (Edition("0.8"),))
PRESENT = dataclasses.replace(
    NOW,
    history=(
        Edition("0.8"),
        Edition("0.9", added=(("factor", "market_share"),), renamed=(("factor", "page", "pages"),)),
        Edition(
            "1.0",
            added=(("factor", "core_data"),),
            renamed=(("factor", "pages", "source_page"),),
            removed=(("factor", "remark"), ("factor", "document_title")),
        ),
    ),
)


@pytest.fixture(scope="module")
def old_file(tmp_path_factory):
    path = write_empty(OLD, tmp_path_factory.mktemp("old") / "旧.xlsx", SEEDS)
    book = openpyxl.load_workbook(path)
    sheet = book[MAIN.sheet]
    names = [cell.value for cell in sheet[2]]
    sheet.cell(2, len(names) + 1, "plant_line")
    for row, key in ((4, "0610"), (6, "=K")):
        answers = {k: v for k, v in GOOD_FACTOR.items() if k in names}
        answers |= {"record_key": key, "page": "第 3 页", "remark": "旧备注"}
        for name, value in answers.items():
            cell = sheet.cell(row, names.index(name) + 1, value)
            cell.data_type = "s" if isinstance(value, str) else "n"
    sheet.cell(4, len(names) + 1, "二号炉")
    book["单位信息"]["A4"] = "（某报送单位）"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def carried(old_file):
    return carry_over(read(old_file), PRESENT)


def test_the_version_is_read_from_the_stamp(carried):
    assert (carried.before, carried.after) == ("0.8", "1.0")


def test_every_answer_stands_under_its_present_name(carried):
    rows = sheet_of(carried.workbook, MAIN.sheet).rows
    header = find_header(rows, MAIN)
    assert header is not None
    assert header.columns == {name: place for place, name in enumerate(MAIN.names)}
    assert is_example(rows[2])
    first, second = rows[3], rows[4]
    assert first[MAIN.names.index("record_key")] == "0610"
    assert second[MAIN.names.index("record_key")] == "=K"
    assert first[MAIN.names.index("source_page")] == "第 3 页"
    assert first[MAIN.names.index("value")] == "860"
    assert first[MAIN.names.index("core_data")] == ""
    assert sheet_of(carried.workbook, MAIN.sheet).kinds[3, MAIN.names.index("value")] == "number"


def test_what_is_no_longer_asked_and_the_submitters_own_columns_stay_at_the_right(carried):
    rows = sheet_of(carried.workbook, MAIN.sheet).rows
    own = dict(zip(rows[1][len(MAIN.names) :], rows[3][len(MAIN.names) :], strict=True))
    assert own == {"remark": "旧备注", "document_title": "", "plant_line": "二号炉"}
    assert carried.dropped == (("factor", "remark"),)


def test_the_newly_asked_and_the_renamed_are_listed(carried):
    assert carried.asked == (("factor", "market_share"), ("factor", "core_data"))
    shown = lines_of(carried, PRESENT)
    assert ("新增 newly asked", MAIN.sheet, "core_data") == shown[1][:3]
    assert shown[1][3].startswith("必填")
    assert any("pages → source_page" in line[2] for line in shown)
    assert any(line[0].startswith("不再填报") for line in shown)


def test_answers_in_equal_answers_carried(old_file, carried):
    book = openpyxl.load_workbook(old_file)
    typed = sum(
        1
        for form in OLD.forms
        for row in book[form.sheet].iter_rows(min_row=3, values_only=True)
        if row[0] != "示例"
        for value in row
        if value is not None
    )
    assert (carried.cells, carried.rows) == (typed, 3)


def test_the_upgraded_workbook_reads_back_alike_and_says_what_is_new(carried, tmp_path):
    path = write_upgraded(carried, PRESENT, tmp_path / "新.xlsx", SEEDS)
    again = read(path)
    for sheet in carried.workbook.sheets:
        found = sheet_of(again, sheet.name)
        strip = [tuple(r[: len(sheet.rows[1])]) for r in found.rows]
        assert strip[3:] == [tuple(r) for r in sheet.rows[3:]]
    book = openpyxl.load_workbook(path)
    assert book.active.title == UPGRADE_SHEET
    told = [c.value for c in book[UPGRADE_SHEET]["C"] if c.value]
    assert {"market_share", "core_data"} <= set(told)
    sheet = book[MAIN.sheet]
    place = MAIN.names.index("core_data") + 1
    assert "1.0 版新增" in sheet.cell(1, place).comment.text
    assert stamp(PRESENT) in {c.value for c in sheet[1]}
    assert [v for v in sheet.data_validations.dataValidation if v.type == "list"]


def test_a_present_workbook_gains_nothing_and_loses_nothing(tmp_path):
    path = write_empty(NOW, tmp_path / "now.xlsx", SEEDS)
    same = carry_over(read(path), NOW)
    assert (same.asked, same.renamed, same.dropped, same.cells) == ((), (), (), 0)


def test_a_later_version_is_refused():
    sheet = SubmittedSheet("因子填报", (("模板 Template factor 9.0",),))
    later = SubmittedWorkbook("后.xlsx", "0" * 64, "xlsx", "factor", None, (sheet,))
    with pytest.raises(UnreadableInput, match="W-TPL-03"):
        carry_over(later, NOW)


@given(st.permutations(_KEPT), st.lists(st.text(max_size=5), min_size=48, max_size=48))
def test_no_order_of_old_columns_loses_an_answer(order, answers):
    asks = [a.name for a in order]
    rows = (("",) * len(asks), tuple(asks), tuple(["k", *answers][: len(asks)]))
    sheet = SubmittedSheet(MAIN.sheet, rows)
    old = SubmittedWorkbook("a.xlsx", "0" * 64, "xlsx", "factor", "0.8", (sheet,))
    made = sheet_of(carry_over(old, PRESENT).workbook, MAIN.sheet)
    found = dict(zip(made.rows[1], made.rows[3], strict=True))
    for name, answer in zip(asks, rows[2], strict=False):
        assert found[name] == answer


def test_the_command_says_what_is_newly_asked(old_file, tmp_path):
    made = tmp_path / "新.xlsx"
    done = run_program(
        "template", "upgrade", str(old_file), "-o", str(made), "--json", home=tmp_path / "home"
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["summary"]["from"] == "0.8"
    assert answer["summary"]["rows"] == 3
    assert made.is_file()


@pytest.mark.parametrize("content", [None, b"", b"a,b\n1,2\n"], ids=["missing", "empty", "other"])
def test_a_file_that_is_no_template_is_refused(tmp_path, content):
    path = tmp_path / "x.csv"
    if content is not None:
        path.write_bytes(content)
    done = run_program(
        "template", "upgrade", str(path), "-o", str(tmp_path / "y.xlsx"), "--json",
        home=tmp_path / "home",
    )  # fmt: skip
    assert done.returncode == 3
    assert json.loads(done.stdout)["findings"][0]["fix_zh"]
    assert not (tmp_path / "y.xlsx").exists()
