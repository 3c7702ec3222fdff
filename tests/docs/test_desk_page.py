"""The page on the workbook desk is walked as a new user would, command by command."""

from __future__ import annotations

import re
import shlex

import openpyxl
import pytest

from pipelines.documents import DOCS
from schemas.submission_product import TEMPLATES
from tests.conftest import run_program
from tests.desk.filling import GOOD_FACTOR, GOOD_ORGANISATION, GOOD_SOURCE, fill

PAGE = (DOCS / "desk.md").read_text("utf-8")
COMMANDS = [
    line
    for body in re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for line in body.strip().splitlines()
]
MAIN = TEMPLATES["factor"].main


def fill_with_three_mistakes(path) -> None:
    fill(path, "organisation", [GOOD_ORGANISATION])
    fill(path, "source", [GOOD_SOURCE])
    fill(path, "factor", [
        GOOD_FACTOR | {"record_key": "A-1", "value": "约860"},
        GOOD_FACTOR | {"record_key": "A-2", "region_code": "650000", "reference_unit": "顿"},
        GOOD_FACTOR | {"record_key": "A-3", "region_code": "620000", "boundary": None},
        GOOD_FACTOR | {"record_key": "A-4", "region_code": "610000"},
    ])  # fmt: skip


def mend_marked_cells(folder, target) -> int:
    """Mend the cells with a thick frame and nothing else; returns how many there were."""
    (path,) = folder.glob("退回_*.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book[MAIN.sheet]
    names = {c.column_letter: c.value for c in sheet[2]}
    marked = [c for row in sheet.iter_rows() for c in row if c.border.left.style == "thick"]
    for cell in marked:
        cell.value = GOOD_FACTOR[names[cell.column_letter]]
    book.save(target)
    return len(marked)


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """Every command of the page with what it answered, the steps by hand done between them."""
    folder = tmp_path_factory.mktemp("desk")
    answers = []
    for line in COMMANDS:
        words = shlex.split(line)
        assert words[0] == ".venv/bin/tanyuan"
        files = [str(folder / w) if w.endswith(".xlsx") or w == "退回" else w for w in words[1:]]
        done = run_program(*files, home=folder / "home")
        answers.append((words[1:], done))
        if words[1:3] == ["template", "new"]:
            fill_with_three_mistakes(folder / "报送.xlsx")
        if "--return-dir" in words:
            answers.append(("marked", mend_marked_cells(folder / "退回", folder / "再报.xlsx")))
    return folder, answers


def test_the_walk_goes_from_three_mistakes_to_the_queue(walked):
    folder, answers = walked
    assert ("marked", 3) in answers
    codes = {tuple(words[:2]): done.returncode for words, done in answers if words != "marked"}
    assert codes == {
        ("template", "new"): 0,
        ("check", "报送.xlsx"): 1,
        ("check", "再报.xlsx"): 0,
        ("submit", "再报.xlsx"): 0,
        ("review", "list"): 0,
        ("template", "upgrade"): 0,
    }
    queue = next(done.stdout for words, done in answers if words[:2] == ["review", "list"])
    assert all(key in queue for key in ("A-1", "A-2", "A-3", "A-4"))
    assert list((folder / "退回").glob("退回函_*.docx"))


def test_every_picture_of_the_page_is_there():
    for name in re.findall(r"\]\((pictures/[^)]+)\)", PAGE):
        assert (DOCS / name).is_file(), name
