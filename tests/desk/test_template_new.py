"""A template is asked for, opened, and filled in by a person who has never seen it."""

from __future__ import annotations

import json
import re
import zipfile

import openpyxl
import pytest

from pipelines.desk.codelists import load_code_lists
from pipelines.desk.layout import CODES_SHEET, INSTRUCTIONS_SHEET, find_header, is_example, stamp
from pipelines.desk.template import write_template
from pipelines.errors import WrongUsage
from schemas.submission_product import TEMPLATES
from tests.conftest import SEEDS, run_program
from tests.desk.office import convert, needs_office

KINDS = tuple(TEMPLATES)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    return {kind: write_template(kind, folder / f"{kind}.xlsx", SEEDS) for kind in KINDS}


@pytest.fixture(scope="module")
def opened(made):
    return {kind: openpyxl.load_workbook(path) for kind, path in made.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_small_without_macros_and_the_same_bytes_again(made, kind, tmp_path):
    data = made[kind].read_bytes()
    assert len(data) < 60_000
    with zipfile.ZipFile(made[kind]) as archive:
        names = archive.namelist()
    assert not [n for n in names if "vba" in n.lower() or "external" in n.lower()]
    assert write_template(kind, tmp_path / "again.xlsx", SEEDS).read_bytes() == data


@pytest.mark.parametrize("kind", KINDS)
def test_every_sheet_states_the_version_and_has_two_header_rows(opened, kind):
    template = TEMPLATES[kind]
    sheets = opened[kind]
    assert sheets.sheetnames == [
        INSTRUCTIONS_SHEET,
        *[form.sheet for form in template.forms],
        CODES_SHEET,
    ]
    for sheet in sheets:
        texts = [str(c.value) for row in sheet.iter_rows(max_row=2) for c in row if c.value]
        assert stamp(template) in texts, sheet.title
    for form in template.forms:
        rows = [
            tuple("" if v is None else str(v) for v in row)
            for row in sheets[form.sheet].iter_rows(values_only=True)
        ]
        header = find_header(rows, form)
        assert header is not None
        assert header.row == 1
        assert header.columns == {name: place for place, name in enumerate(form.names)}
        assert not header.unknown
        titles = [text.removesuffix(" *") for text in rows[0][: len(form.names)]]
        assert titles == [ask.field.title_zh for ask in form]
        assert is_example(rows[2])
        assert not any(any(row) for row in rows[3:])
        assert sheets[form.sheet].freeze_panes == "B3"


@pytest.mark.parametrize("kind", KINDS)
def test_every_drop_down_names_a_range_that_holds_its_whole_list(opened, kind):
    book, lists = opened[kind], load_code_lists(SEEDS)
    for form in TEMPLATES[kind].forms:
        validations = book[form.sheet].data_validations.dataValidation
        sources = {
            str(v.sqref).split(":")[0].rstrip("0123456789"): v.formula1
            for v in validations
            if v.type == "list"
        }
        listed = [ask for ask in form if ask.listed]
        assert len(sources) == len(listed)
        for ask in listed:
            letter = openpyxl.utils.get_column_letter(form.names.index(ask.name) + 1)
            assert sources[letter] == f"list_{ask.listed}"
            target = book.defined_names[f"list_{ask.listed}"].attr_text
            sheet, reach = re.match(r"^'?(.+?)'?!(.+)$", target).groups()
            offered = [cell.value for (cell,) in book[sheet][reach.replace("$", "")]]
            assert offered == [entry.shown for entry in lists[ask.listed].codes]


def test_code_and_date_columns_are_text_so_that_leading_zeros_live(opened):
    form = TEMPLATES["factor"].main
    sheet = opened["factor"][form.sheet]
    formats = {
        number: block.number_format
        for block in sheet.column_dimensions.values()
        for number in range(block.min, block.max + 1)
    }
    for number, ask in enumerate(form, start=1):
        wanted = "General" if ask.answer in {"number", "integer"} else "@"
        assert formats[number] == wanted, ask.name


def test_the_example_row_is_made_of_answers_the_lists_know():
    lists = load_code_lists(SEEDS)
    for template in TEMPLATES.values():
        for form in template.forms:
            for ask in form:
                if ask.listed and ask.example:
                    assert lists[ask.listed].code_of(ask.example) == ask.example


def test_every_column_has_its_sentence_and_example_in_the_instructions(opened):
    for kind, template in TEMPLATES.items():
        rows = list(opened[kind][INSTRUCTIONS_SHEET].iter_rows(values_only=True))
        told = {(row[0], row[1]): row for row in rows}
        for form in template.forms:
            for ask in form:
                row = told[(form.sheet, ask.name)]
                assert ask.field.meaning_zh in row[5]
                assert ask.field.meaning_en in row[5]


def test_a_category_narrows_its_list_and_the_units(tmp_path):
    path = write_template("factor", tmp_path / "水泥.xlsx", SEEDS, "水泥与石灰")
    book = openpyxl.load_workbook(path)
    assert "material.cement 水泥与石灰" in book[INSTRUCTIONS_SHEET]["A3"].value
    for name, wanted in (("category", "material.cement"), ("unit", "kg")):
        sheet, reach = book.defined_names[f"list_{name}"].attr_text.split("!")
        cells = book[sheet.strip("'")][reach.replace("$", "")]
        flat = [cells] if not isinstance(cells, tuple) else [c for (c,) in cells]
        assert flat[0].value.split(" ")[0] == wanted
        assert all("kWh" not in cell.value for cell in flat)


@pytest.mark.parametrize(
    ("kind", "name", "category"),
    [("faktor", "x.xlsx", None), ("factor", "x.xls", None), ("factor", "x.xlsx", "没有的类别")],
    ids=["kind", "file name", "category"],
)
def test_a_template_nobody_can_make_is_refused_with_what_would_do(tmp_path, kind, name, category):
    with pytest.raises(WrongUsage) as refused:
        write_template(kind, tmp_path / name, SEEDS, category)
    assert refused.value.findings[0].fix_zh
    assert not (tmp_path / name).exists()


def test_the_command_answers_with_its_path(tmp_path):
    path = tmp_path / "模板" / "因子.xlsx"
    done = run_program(
        "template", "new", "factor", "-o", str(path), "--json", home=tmp_path / "home"
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["outputs"] == [{"kind": "template", "path": str(path)}]
    assert answer["data"]["factor"] == list(TEMPLATES["factor"].main.names)
    assert path.is_file()
    refused = run_program("template", "new", "x", "-o", str(path), home=tmp_path / "home")
    assert refused.returncode == 2
    assert "factor" in refused.stderr


@needs_office
@pytest.mark.parametrize("kind", KINDS)
def test_it_opens_clean_in_another_office_and_keeps_its_drop_downs(made, kind, tmp_path):
    again = openpyxl.load_workbook(convert(made[kind], "xlsx", tmp_path))
    template = TEMPLATES[kind]
    for form in template.forms:
        sheet = again[form.sheet]
        assert [sheet.cell(2, n + 1).value for n in range(len(form.names))] == list(form.names)
        kept = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
        assert len(kept) >= len({ask.listed for ask in form if ask.listed})
