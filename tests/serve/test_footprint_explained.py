"""Does the explanation of a released footprint say the release's numbers, to the last digit?"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from decimal import Decimal
from html import escape

import openpyxl
import polars as pl
import pytest

from pipelines.errors import WrongUsage
from pipelines.serve.explain import picture
from pipelines.serve.explain.explanation import (
    TABLES,
    _interval,
    chain_of,
    explanation_of,
    rounded,
)
from pipelines.serve.explain.page import page_of
from pipelines.serve.explain.sankey import OTHER, sankey
from pipelines.serve.explain.text import text_of
from tests.conftest import SEEDS, asked, run_program

PRODUCTS = sorted(
    row["product_id"]
    for path in (SEEDS / "inventories").glob("*/product.csv")
    for row in csv.DictReader(path.read_text("utf-8-sig").splitlines())
)
SETS = ("AR4", "AR5", "AR5-feedback", "AR6")
every_product = pytest.mark.parametrize("product_id", PRODUCTS)


@pytest.fixture(scope="module")
def tables(release_folder):
    return {name: pl.read_parquet(release_folder / "data" / f"{name}.parquet") for name in TABLES}


def released(tables, product_id, gwp_set):
    return tables["footprint"].row(
        by_predicate=(pl.col("product_id") == product_id) & (pl.col("gwp_set") == gwp_set),
        named=True,
    )


@pytest.mark.parametrize(
    ("product_id", "gwp_set"),
    [*((name, "AR5") for name in PRODUCTS), *(("al-ingot-cn", one) for one in SETS)],
)
def test_total_stages_lines_and_path_are_the_release_s_to_the_last_digit(
    tables, product_id, gwp_set
):
    told = explanation_of(tables, product_id, gwp_set)
    total = released(tables, product_id, gwp_set)["footprint_value"]
    assert Decimal(told["value"]) == total
    assert sum(map(Decimal, told["stages"].values())) == total
    assert sum(Decimal(line["contribution"]) for line in told["lines"]) == total
    outside = ("aircraft", "uptake")
    counted = [Decimal(v) for name, v in told["separate"].items() if name not in outside]
    assert sum(counted) == Decimal(released(tables, product_id, gwp_set)["value_excluding_uptake"])
    layers = defaultdict(Decimal)
    for link in told["sankey"]["links"]:
        layers[link["layer"]] += Decimal(link["value"])
    assert layers == {0: total, 1: total, 2: total}


@every_product
def test_every_arithmetic_comes_out(tables, product_id):
    for line in explanation_of(tables, product_id)["top"]:
        amount, factor, result = (
            float(one.replace(",", ""))
            for one in re.findall(r"(?<!\S)-?[\d,.]+(?= )", line["chain"])
        )
        assert amount * factor == pytest.approx(result, rel=2e-3)


@every_product
def test_nothing_uncovered_or_assumed_is_kept_back(tables, product_id):
    told = explanation_of(tables, product_id)
    total = released(tables, product_id, told["gwp_set"])
    assert len(told["uncovered"]) == total["lines_uncovered"]
    assert len(told["gaps"]) == told["gaps_total"] >= len(told["uncovered"])
    for language in (0, 1):
        text = text_of(told, "2026.1.0", language)
        page = page_of(told, "2026.1.0", language)
        for shown in (text, page):
            assert told["value"] in shown
            assert all(f"{one['process_id']}/{one['line']}" in shown for one in told["gaps"])
        for row in told["assumptions"]:
            assert row[("text_zh", "text_en")[language]] in text


def test_a_reader_sees_names_and_what_each_gap_may_weigh_by_what(tables):
    """A gap that only a whole division tells of has bounds and no figure between them."""
    told = explanation_of(tables, "ammonia-coal")
    shown = [text_of(told, "2026.1.0", 0), page_of(told, "2026.1.0", 0)]
    for one in shown:
        assert "摇篮到大门" in one
        assert one.index("电力") < one.index("煤灰") < one.index("氮气")
        words = re.sub(r"<[^>]*>", " ", one[: one.index("假设")])
        assert not re.search(r"(?<![:\w])(electricity|coal_ash|cradle_to_gate)\b", words)
        assert "别国公布的处理排放" in one
        (nitrogen,) = re.findall(r"IL0134.*氮气.*", one)
        assert ".. " in nitrogen
        assert "约" not in nitrogen
    for one in (text_of(told, "2026.1.0", 1), page_of(told, "2026.1.0", 1)):
        assert re.search(r"Coal ash.*about 0\.001984", one, re.IGNORECASE)
        assert re.search(r"nitrogen.*0\.0001369 \.\. 23\.23", one, re.IGNORECASE)


def test_a_result_to_which_no_line_adds_says_so_instead_of_an_empty_picture(tables):
    told = explanation_of(tables, "al-ingot-cn")
    told |= {"value": "0", "stages": {"production": "0"}, "top": [], "factors": []}
    for language, words in ((0, "没有一行有贡献"), (1, "no line contributes")):
        text, page = text_of(told, "2026.1.0", language), page_of(told, "2026.1.0", language)
        assert words in text.lower()
        assert words in page
        assert page.count("<svg") == 1


@pytest.mark.parametrize(
    ("drawn", "told"),
    [
        ({"p2_5": -3.0, "p97_5": 2.0, "gsd2": None}, True),
        ({"p2_5": 1.0, "p97_5": 2.0, "gsd2": 1.4}, True),
        ({"p2_5": 1.0, "p97_5": 1.0, "gsd2": 1.0}, False),
        ({"p2_5": 0.0, "p97_5": 0.0, "gsd2": None}, False),
        ({"p2_5": None, "p97_5": None, "gsd2": None}, False),
    ],
)
def test_an_interval_is_told_wherever_the_samples_differ(drawn, told):
    total = {"samples": 1000, "median": 1.0, "mean": 1.0, **drawn}
    assert (_interval(total) is not None) is told


def test_a_long_name_in_the_path_is_cut_where_the_next_node_begins_and_kept_whole(tables):
    told = explanation_of(tables, "al-ingot-cn")
    name = '超长 <b>"名称"</b> ' * 20
    told["sankey"]["nodes"][0] |= {"name_zh": name, "name_en": name}
    drawn = picture.path(told, 0)
    (label,) = re.findall(r'class="node">([^<]*…)<title>', drawn)
    assert len(label) < 40
    assert f"<title>{escape(name)}</title>" in drawn


def test_the_page_asks_for_nothing_from_anywhere(tables):
    page = page_of(explanation_of(tables, "al-ingot-cn"), "2026.1.0", 0)
    for word in ("src=", "url(", "<script", "@import", "<link", "<iframe"):
        assert word not in page
    assert page.count("<svg") == 2
    # What a reader may follow; nothing of it is fetched to show the page.
    assert page.count("href=") == page.count("<a href=")


@every_product
def test_every_factor_used_is_listed_once_with_a_way_to_it(tables, release_folder, product_id):
    told = explanation_of(tables, product_id)
    used = {(line["factor_id"], line["version"]) for line in told["lines"] if line["factor_id"]}
    listed = [(one["factor_id"], one["version"]) for one in told["factors"]]
    assert sorted(listed) == sorted(used)
    of_lines = sum(Decimal(line["contribution"]) for line in told["lines"] if line["factor_id"])
    assert sum(Decimal(one["contribution"]) for one in told["factors"]) == of_lines
    for language in (0, 1):
        page = page_of(told, "2026.1.0", language, "../")
        text = text_of(told, "2026.1.0", language)
        for one in told["factors"]:
            assert f'<tr id="{one["factor_id"]}">' in page
            assert f'href="../catalogue.html#/factor/{one["factor_id"]}"' in page
            assert (one["url"] or one["catalogue"]) in text
            assert one["title_zh"]
    assert (release_folder / "catalogue.html").is_file()


def test_names_in_a_release_cannot_write_into_the_page(tables):
    told = explanation_of(tables, "clinker-cn")
    bad = "<script>alert(1)</script>"
    nodes = [{**node, "name_zh": bad} for node in told["sankey"]["nodes"]]
    told = {**told, "name_zh": bad, "sankey": {**told["sankey"], "nodes": nodes}}
    page = page_of(told, "2026.1.0", 0)
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_chain_reads_in_the_mass_that_suits_it():
    assert chain_of(Decimal("3.2"), "t", 1150.0, Decimal(3680)) == (
        "3.2 t × 1.15 tCO2e/t = 3.68 tCO2e"
    )
    assert chain_of(Decimal(2), "kg", 0.0004, Decimal("0.0008")) == (
        "2 kg × 0.4 gCO2e/kg = 0.8 gCO2e"
    )
    assert chain_of(Decimal(-2), "kg", 3.0, Decimal(-6)) == "-2 kg × 3 kgCO2e/kg = -6 kgCO2e"
    assert rounded(Decimal("1234567.8")) == "1,234,568"


def test_flows_beyond_the_largest_and_credits_still_sum_to_the_total():
    rows = [
        {"flow": f"f{n}", "process_id": "p", "stage": "production",
         "contribution": Decimal(20 - n) if n else Decimal(-20)}
        for n in range(12)
    ]  # fmt: skip
    total = sum(row["contribution"] for row in rows)
    path = sankey(rows, {}, {}, total)
    first = {one["source"]: Decimal(one["value"]) for one in path["links"] if one["layer"] == 0}
    assert sum(first.values()) == total
    assert first["flow:f0"] == -20
    assert first[OTHER] == sum(Decimal(20 - n) for n in range(8, 12))


def test_export_by_suffix_holds_the_release_s_total(tables, shared_home, tmp_path):
    total = released(tables, "clinker-cn", "AR5")["footprint_value"]
    paths = {suffix: tmp_path / f"out.{suffix}" for suffix in ("xlsx", "csv", "json")}
    for path in paths.values():
        done = asked("footprint", "export", "clinker-cn", "-o", str(path), home=shared_home)
        assert done.exit == 0
        assert Decimal(done.data["value"]) == total
    book = openpyxl.load_workbook(paths["xlsx"])
    cells = {row[0].value: row[1].value for row in book["合计 total"].iter_rows(min_row=2)}
    assert Decimal(cells["value"]) == total
    page = book["各行 lines"]
    at = [cell.value for cell in page[1]].index("contribution")
    assert sum(Decimal(row[at].value) for row in page.iter_rows(min_row=2)) == total
    with paths["csv"].open(encoding="utf-8-sig", newline="") as stream:
        assert sum(Decimal(row["contribution"]) for row in csv.DictReader(stream)) == total
    assert Decimal(json.loads(paths["json"].read_text("utf-8"))["value"]) == total


WRONG = (
    ("explain", "no-such-product"),
    ("explain", "clinker-cn", "--gwp", "AR3"),
    ("export", "clinker-cn", "-o", "out.pdf"),
    ("check", "no-such-folder"),
)


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_explained_is_said_with_a_code(shared_home, words):
    with pytest.raises(WrongUsage) as caught:
        asked("footprint", *words, home=shared_home)
    expected = "E-USE-10" if "no-such-folder" in words else "E-USE-02"
    assert [one.code for one in caught.value.findings] == [expected]


@pytest.mark.parametrize(
    "words",
    [
        ("footprint", "explain", "clinker-cn", "-o"),
        ("footprint", "export", "clinker-cn", "-o", "out.xlsx"),
        ("footprint", "export", "clinker-cn", "-o", "out.csv"),
        ("footprint", "report", "clinker-cn", "-o"),
        ("catalogue", "build", "-o", "out.html"),
        ("template", "new", "factor", "-o", "out.xlsx"),
    ],
    ids=" ".join,
)
def test_a_place_that_cannot_be_written_to_is_told(shared_home, tmp_path, words):
    blocked = tmp_path / "a file, not a folder"
    blocked.write_bytes(b"")
    *rest, last = words
    at = (*rest, last, str(blocked / "x")) if last == "-o" else (*rest, str(blocked / last))
    with pytest.raises(WrongUsage) as caught:
        asked(*at, home=shared_home)
    (found,) = caught.value.findings
    assert found.code == "E-USE-06"
    assert str(blocked) in found.zh


def test_a_wrong_word_leaves_with_its_exit_code_and_no_traceback(shared_home):
    done = run_program("footprint", *WRONG[0], "--json", home=shared_home)
    answer = json.loads(done.stdout)
    assert done.returncode == answer["exit"] == 2
    assert "Traceback" not in done.stderr
