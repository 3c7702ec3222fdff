"""Can an inventory that stands in no release be explained, exported and reported on?"""

from __future__ import annotations

import csv
import json
import shutil

import docx
import openpyxl
import pytest

from pipelines.errors import WrongUsage
from tests.conftest import SEEDS, asked

PRODUCT = "clinker-cn"
CLINKER = SEEDS / "inventories" / "cement_clinker"
FEW = ("--samples", "64")
SAID = ("未发布", "not released")


@pytest.fixture
def clinker(tmp_path):
    """The seeds' cement clinker as a folder of the analyst's own."""
    return shutil.copytree(CLINKER, tmp_path / "own-clinker")


def explained(shared_home, *words):
    done = asked("footprint", "explain", PRODUCT, *words, home=shared_home)
    assert done.exit == 0
    return done


def test_an_own_inventory_is_explained_as_the_released_one_and_said_to_be_none(
    shared_home, clinker
):
    ours = explained(shared_home, "--inventory", str(clinker), "--samples", "0")
    theirs = explained(shared_home)
    told, released = ours.data, theirs.data
    assert (told["computed_from"], released["computed_from"]) == ("own-clinker", None)
    assert (told["inventory_id"], released["inventory_id"]) == ("own-clinker", "cement_clinker")
    same = ("value", "stages", "gases", "separate", "factors", "uncovered", "sankey")
    assert {name: told[name] for name in same} == {name: released[name] for name in same}
    for text, said in zip((ours.text_zh, ours.text_en), SAID, strict=True):
        line = text.splitlines()[1]
        assert said in line
        assert "own-clinker" in line
    assert not any(said in theirs.text_zh + theirs.text_en for said in SAID)
    # What the computation tells is told here too; a released result told it when it was made.
    assert {one.code for one in ours.findings} >= {"E-SEL-11"}
    assert theirs.findings == []


def test_a_changed_line_changes_what_is_explained(shared_home, clinker):
    path = clinker / "exchange.csv"
    text = path.read_text("utf-8")
    assert text.count(",535,kg") == 1
    path.write_text(text.replace(",535,kg", ",635,kg"), "utf-8")
    ours = explained(shared_home, "--inventory", str(clinker), "--samples", "0")
    theirs = explained(shared_home)
    assert float(ours.data["value"]) - float(theirs.data["value"]) == pytest.approx(100)


def test_pages_workbook_and_export_say_that_it_is_not_released(shared_home, clinker, tmp_path):
    out = tmp_path / "out"
    explained(shared_home, "--inventory", str(clinker), *FEW, "-o", str(out))
    for word, said in zip(("zh", "en"), SAID, strict=True):
        page = (out / f"{PRODUCT}.{word}.html").read_text("utf-8")
        assert f'<p class="standing">{said}' in page
    book = openpyxl.load_workbook(out / f"{PRODUCT}.xlsx")
    cells = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[0] == "standing"]
    assert all(said in text for (_, text, *_), said in zip(cells, SAID, strict=True))
    exported = tmp_path / "told.json"
    asked("footprint", "export", PRODUCT, "--inventory", str(clinker), *FEW, "-o", str(exported),
          home=shared_home)  # fmt: skip
    assert json.loads(exported.read_bytes())["computed_from"] == "own-clinker"
    assert book.worksheets[0]["A2"].value == "standing"
    lines = tmp_path / "lines.csv"
    words = ("footprint", "export", PRODUCT, "-o", str(lines))
    asked(*words, "--inventory", str(clinker), *FEW, home=shared_home)
    with lines.open(encoding="utf-8-sig", newline="") as stream:
        assert {row["computed_from"] for row in csv.DictReader(stream)} == {"own-clinker"}
    asked(*words, home=shared_home)
    with lines.open(encoding="utf-8-sig", newline="") as stream:
        assert {row["computed_from"] for row in csv.DictReader(stream)} == {""}
    explained(shared_home, "-o", str(out))
    assert 'standing">' not in (out / f"{PRODUCT}.zh.html").read_text("utf-8")


def test_a_report_on_an_own_inventory_says_so_where_it_would_name_its_release(
    shared_home, clinker, tmp_path
):
    out = tmp_path / "out"
    words = ("footprint", "report", PRODUCT, "-o", str(out))
    own = asked(*words, "--inventory", str(clinker), *FEW, home=shared_home)
    assert len(own.outputs) == 4
    for word, said in zip(("zh", "en"), SAID, strict=True):
        assert said in (out / f"{PRODUCT}.report.{word}.html").read_text("utf-8")
        paragraphs = docx.Document(str(out / f"{PRODUCT}.report.{word}.docx")).paragraphs
        assert sum(said in one.text for one in paragraphs) == 1
    released = asked(*words, home=shared_home)
    assert released.data["missing"] == own.data["missing"]
    assert not any(
        said in (out / f"{PRODUCT}.report.{word}.html").read_text("utf-8")
        for word, said in zip(("zh", "en"), SAID, strict=True)
    )


@pytest.mark.parametrize("option", ["--samples", "--seed"])
@pytest.mark.parametrize("command", ["explain", "export", "report"])
def test_a_released_result_is_not_drawn_again(tmp_path, command, option):
    out = () if command == "explain" else ("-o", str(tmp_path / "a.csv"))
    with pytest.raises(WrongUsage) as caught:
        asked("footprint", command, PRODUCT, option, "7", *out, home=tmp_path)
    (found,) = caught.value.findings
    assert (found.code, found.place["value"]) == ("E-USE-09", option)


def test_a_product_that_the_inventory_does_not_hold_is_refused_with_those_it_does(
    shared_home, clinker
):
    with pytest.raises(WrongUsage) as caught:
        asked("footprint", "explain", "al-ingot-cn", "--inventory", str(clinker),
              "--samples", "0", home=shared_home)  # fmt: skip
    (found,) = caught.value.findings
    assert (found.code, found.expected) == ("E-USE-02", (PRODUCT,))
