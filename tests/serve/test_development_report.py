"""Does a factor's development report hold every part the guideline names, each from data?"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from pipelines.cli.footprint_report import _facts
from pipelines.errors import WrongUsage
from pipelines.serve.development_report.document import LONGEST_TITLE, write_document
from pipelines.serve.development_report.named_parts import read_named_parts
from pipelines.serve.development_report.page import page_of
from pipelines.serve.development_report.report import SAYERS, missing_of, sections_of
from pipelines.serve.offer import offered_row
from pipelines.settings import Settings
from tests.conftest import SEEDS, asked

PARTS = read_named_parts(SEEDS)
PRODUCTS = ("clinker-cn", "al-ingot-cn", "raw-milk-ningxia")
RIGHTS = {"licence": "tanyuan-derived", "authorisation_scope": "figures_only",
          "authorisation_document": "AUTHORISATION.md", "data_class": "public"}  # fmt: skip


@pytest.fixture(scope="module")
def facts(shared_home, release_folder):
    settings = Settings(SEEDS, shared_home)
    return {name: _facts(name, release_folder, settings)[0] for name in PRODUCTS}


def test_every_step_of_the_annex_is_named_and_nothing_else_is_said():
    assert sorted({part.section for part in PARTS}) == list("12345678")
    assert {part.part for part in PARTS} == set(SAYERS)
    assert all(part.clause and part.title_zh and part.title_en for part in PARTS)


@pytest.mark.parametrize("language", [0, 1])
@pytest.mark.parametrize("product_id", PRODUCTS)
def test_every_named_part_is_told_from_data_or_said_to_be_missing(facts, product_id, language):
    sections = sections_of(facts[product_id], PARTS, language)
    said = [one for section in sections for one in section.parts]
    assert [part for part, _, _, _ in said] == [part.part for part in PARTS]
    for part, _, _, told in said:
        assert told.lines or told.rows or told.missing, part
        assert all(len(row) == len(told.head) for row in told.rows), part
        assert "None" not in str(told), part
        assert " | " not in str(told), part
    page = page_of(facts[product_id], sections, language)
    assert all(f'<h3 id="{part.part}">' in page for part in PARTS)
    missing = missing_of(sections)
    assert page.count('class="missing"') == len(missing)
    # What nobody has done is never dressed up as done.
    assert {"expert_review", "rigour_traceability"} <= {one["part"] for one in missing}


def test_a_product_of_a_very_long_name_has_its_document_too(facts, tmp_path):
    import docx

    one = facts["clinker-cn"]
    name = '厂"/<b>&😀\\ ' * 60
    long = replace(one, product={**one.product, "name_zh": name, "name_en": name})
    write_document(long, sections_of(long, PARTS, 0)[:1], 0, tmp_path / "long.docx")
    document = docx.Document(str(tmp_path / "long.docx"))
    assert name in document.paragraphs[0].text
    assert len(document.core_properties.title) == LONGEST_TITLE


def test_the_report_s_figures_are_the_release_s_to_the_last_digit(facts):
    for product_id in PRODUCTS:
        one = facts[product_id]
        told = {part: said for section in sections_of(one, PARTS, 0)
                for part, _, _, said in section.parts}  # fmt: skip
        total = one.total["footprint_value"]
        gases = [Decimal(row[2]) for row in told["gases"].rows]
        assert sum(gases[:-1]) == gases[-1] == total
        assert sum(Decimal(row[1]) for row in told["stages"].rows) == total
        counted = [Decimal(row[1]) for row in told["separate"].rows if row[2] == "是"]
        assert sum(counted) == total
        assert len(told["unit_processes"].rows) == len(one.of["exchange"])
        assert len(told["inventory_result"].rows) == len(one.of["inventory_result"])
        assert len(told["completeness"].rows) == one.total["gaps_total"]


@pytest.mark.parametrize("changed", ["fossil carbon 123 kg", "<script>alert(1)</script>"])
def test_a_part_follows_its_data_and_cannot_break_the_page(facts, changed):
    one = facts["clinker-cn"]
    spoilt = {**one.product, "coverage_zh": changed, "functional_unit": changed}
    other = type(one)(**{**vars(one), "product": spoilt})
    page = page_of(other, sections_of(other, PARTS, 0), 0)
    assert page.count("<script>") == 0
    shown = changed.replace("<", "&lt;").replace(">", "&gt;")
    assert page.count(shown) == 2


def test_the_page_asks_for_nothing_from_anywhere(facts):
    page = page_of(facts["clinker-cn"], sections_of(facts["clinker-cn"], PARTS, 0), 0)
    for word in ("src=", "href=", "url(", "<script", "@import", "<link", "<iframe"):
        assert word not in page


@pytest.fixture(scope="module")
def offered(shared_home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("offer")
    done = asked(
        "footprint", "offer", "clinker-cn", "-o", str(folder), "--licence", "tanyuan-derived",
        home=shared_home,
    )  # fmt: skip
    return folder, done


def test_reports_in_both_languages_open_as_word_documents(offered):
    import docx

    folder, _ = offered
    for word, title in (("zh", "研制报告"), ("en", "Development report")):
        document = docx.Document(str(folder / f"clinker-cn.report.{word}.docx"))
        text = [paragraph.text for paragraph in document.paragraphs]
        assert title in text[0]
        names = [part.title_en if word == "en" else part.title_zh for part in PARTS]
        heads = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
        assert [re.sub(r"^[0-9.]+ ", "", head) for head in heads] == names
        assert len(document.tables) > 10


def test_an_offer_passes_the_check_of_submissions_and_keeps_its_chain(offered, shared_home):
    folder, done = offered
    assert done.exit == 0
    checked = asked("check", str(folder / "factor.csv"), home=shared_home)
    assert [one.code for one in checked.findings if one.severity == "error"] == []
    assert checked.summary["rows"] == 1
    for name in ("model", "process", "exchange", "inventory_result"):
        rows = list(csv.DictReader((folder / f"{name}.csv").read_text("utf-8-sig").splitlines()))
        assert rows, name


def test_an_offer_inherits_value_parts_standing_and_parents(facts, offered):
    _, done = offered
    one, row = facts["clinker-cn"], done.data["row"]
    assert float(row["value"]) == pytest.approx(float(one.total["footprint_value"]), rel=1e-11)
    held = json.loads(row["note"])
    assert held["parents"] == [f"{i}@{v}" for i, v in one.factors]
    assert held["result_state"] == one.total["result_state"] == "provisional"
    assert held["model"] == "clinker-cn@1.0"
    assert row["derivation"] == "calculated"
    assert row["data_origin"] == "secondary"
    # Never better than what it was computed from.
    assert int(row["quality_precision"]) >= 1


def test_an_offer_per_declared_unit_keeps_the_identity_of_its_components(facts):
    milk = facts["raw-milk-ningxia"]
    row = offered_row(milk, RIGHTS)
    parts = sum(float(row[name]) for name in ("fossil", "biogenic_non_co2") if row[name])
    assert parts == pytest.approx(float(row["value"]), rel=1e-9)


@pytest.mark.parametrize(
    "words",
    [
        ("report", "no-such-product", "-o", "out"),
        ("offer", "clinker-cn", "-o", "out"),
    ],
    ids=["no product", "several licences"],
)
def test_what_cannot_be_reported_is_said_with_a_code(shared_home, tmp_path, words, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WrongUsage) as caught:
        asked("footprint", *words, home=shared_home)
    assert [one.code for one in caught.value.findings] == ["E-USE-02"]


def test_facts_of_a_product_are_its_own_alone(facts):
    for name, one in facts.items():
        assert {row["product_id"] for row in one.of["footprint_part"]} == {name}
        inside = set(one.of["model"][0]["processes"])
        assert {row["process_id"] for row in one.of["exchange"]} <= inside
