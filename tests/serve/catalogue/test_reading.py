"""What a reader does with the catalogue: search, filter, open, switch, export, print, link."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl
import pytest

FOOTPRINT_OF_CHINA = "FKXQINR52EEF2"


def taken(page, button) -> str:
    """The text of the file a button saves."""
    with page.expect_download() as waiting:
        button.click()
    return Path(waiting.value.path()).read_bytes().decode("utf-8")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline="")))


def count(page) -> int:
    return int(re.sub(r"\D", "", page.locator(".count").inner_text()))


def test_results_come_while_typing(reader) -> None:
    page = reader.open("/factors")
    everything = count(page)
    page.locator("#q").fill("电石")
    assert 0 < count(page) < everything
    names = page.locator("table.factors tbody .c-name a").all_inner_texts()
    assert "电石" in names[0]
    page.locator("#q").fill("no such thing anywhere")
    assert count(page) == 0
    assert "清除" in page.locator(".count").inner_text()


def test_a_filter_says_beforehand_what_it_leaves(reader) -> None:
    page = reader.open("/factors")
    option = page.locator("details.facet", has_text="因子类型").locator(
        "li", has_text="产品碳足迹因子"
    )
    promised = int(option.locator(".n").inner_text())
    option.locator("input").check()
    assert count(page) == promised
    assert "kind=footprint_factor" in page.url
    region = (
        page.locator("details.facet").filter(has=page.locator("summary", has_text="区域")).first
    )
    promised = int(region.locator("li .n").first.inner_text())
    region.locator("li input").first.check()
    assert count(page) == promised


def test_a_bar_in_the_head_of_a_column_filters(reader) -> None:
    page = reader.open("/factors")
    before = count(page)
    page.locator("th.c-unit svg g").first.click()
    assert count(page) < before
    assert "unit=" in page.url
    page.locator("th.c-unit svg g.chosen").first.click()
    assert count(page) == before


def test_the_table_holds_only_rows_in_sight_and_reaches_the_last(reader) -> None:
    page = reader.open("/factors?sort=value")
    assert page.locator("table.factors tbody tr").count() < 70
    page.locator(".scroll").evaluate("e => { e.scrollTop = e.scrollHeight; }")
    last = count(page) + 1
    page.wait_for_selector(f'tr[aria-rowindex="{last}"]')


def test_a_factor_opens_with_value_unit_boundary_and_interval_in_one_line(reader) -> None:
    page = reader.open("/factors?q=" + FOOTPRINT_OF_CHINA)
    page.locator("table.factors tbody .c-name a").first.click()
    page.wait_for_selector(".headline")
    line = page.locator(".headline").inner_text()
    for part in ("0.5777", "kgCO2e/kWh", "摇篮到大门", "区间"):
        assert part in line
    text = page.locator("main").inner_text()
    for heading in (
        "你需要知道的",
        "数据从哪里来",
        "代表性",
        "可比较的其他因子",
        "历史",
        "许可与授权",
        "评审",
    ):
        assert heading in text
    assert page.locator(".boxes .box").count() == 3
    assert "0.5777" in page.locator(".boxes .box").first.inner_text()


def test_switching_the_language_keeps_the_place(reader) -> None:
    page = reader.open("/factors?q=电力&sort=value")
    page.locator(".scroll").evaluate("e => { e.scrollTop = 900; }")
    where, found = page.url, count(page)
    page.locator("#language").click()
    page.wait_for_selector("text=Export CSV")
    assert page.url == where
    assert count(page) == found
    assert page.locator("#q").input_value() == "电力"
    assert page.locator(".scroll").evaluate("e => e.scrollTop") == 900
    assert page.locator("html").get_attribute("lang") == "en"
    assert "factors" in page.locator(".count").inner_text()


def test_a_link_to_a_factor_leads_straight_to_it(reader) -> None:
    page = reader.open(f"/factor/{FOOTPRINT_OF_CHINA}?lang=en")
    assert "2024 national average electricity carbon footprint" in page.locator("h1").inner_text()
    assert "cradle to gate" in page.locator(".headline").inner_text()


def test_an_id_that_does_not_exist_is_said_so(reader) -> None:
    for route in (
        "/factor/FAAAAAAAAAAAA",
        "/source/none",
        "/footprint/x",
        "/nothing",
        "/factor/%E0%A4",
    ):
        page = reader.open(route)
        assert "没有找到" in page.locator("h1").inner_text()


def test_what_is_found_can_be_taken_along_as_csv(reader) -> None:
    page = reader.open("/factors?q=电石")
    body = taken(page, page.locator("#export"))
    assert body.startswith("\ufeff")
    rows = rows_of(body)
    assert len(rows) == count(page)
    assert {"factor_id", "value", "value_unit", "source_id"} <= rows[0].keys()


def test_every_picture_gives_its_figures_and_itself(reader) -> None:
    seen = 0
    for route in (
        "/footprint/al-ingot-cn",
        "/quality",
        f"/factor/{FOOTPRINT_OF_CHINA}",
        "/category/gb-16780-2021-clinker-energy",
    ):
        page = reader.open(route)
        for figure in page.locator("figure.picture").all():
            assert len(rows_of(taken(page, figure.locator("button").nth(0)))) > 0
            svg = taken(page, figure.locator("button").nth(1))
            assert svg.startswith("<svg")
            assert 'xmlns="http://www.w3.org/2000/svg"' in svg
            seen += 1
    assert seen >= 6


def test_the_cut_off_of_the_flows_joins_small_ones_and_keeps_the_total(reader) -> None:
    page = reader.open("/footprint/ammonia-coal")
    figure = page.locator("figure[data-picture^=sankey]")

    def entering() -> tuple[int, float]:
        rows = rows_of(taken(page, figure.locator("button").nth(0)))
        product = [float(r["contribution"]) for r in rows if r["to_level"] == "product"]
        return len(rows), sum(product)

    page.locator("#cutoff").fill("0")
    many, total = entering()
    page.locator("#cutoff").fill("20")
    few, again = entering()
    assert few < many
    assert again == pytest.approx(total, rel=1e-9)
    assert "合并" in page.locator("output").inner_text()
    headline = page.locator(".headline b").inner_text()
    assert float(headline.replace(",", "")) == pytest.approx(total, rel=1e-4)


def test_fallbacks_and_uncovered_lines_are_marked_in_words(reader) -> None:
    page = reader.open("/footprint/al-ingot-cn")
    marks = " ".join(page.locator(".badge.amber").all_inner_texts())
    assert "未覆盖" in marks
    assert "演示" in marks


def test_a_withheld_grade_has_reasons_and_no_label(reader) -> None:
    page = reader.open("/label/clinker-cn")
    assert "不予分级" in page.locator("main").inner_text()
    assert page.locator("figure[data-picture^=label]").count() == 0


def test_a_label_is_the_very_file_of_the_release(reader, release_folder) -> None:
    page = reader.open("/label/ammonia-coal")
    figure = page.locator("figure[data-picture^=label]")
    name = figure.get_attribute("data-picture")
    saved = ET.fromstring(taken(page, figure.locator("button").nth(1)))
    kept = ET.fromstring((release_folder / "grades" / f"{name}.svg").read_bytes())
    drawn = [[(e.tag, e.text, e.get("d"), e.get("x"), e.get("y")) for e in root.iter()]
             for root in (saved, kept)]  # fmt: skip
    assert drawn[0] == drawn[1]
    assert "演示" in figure.inner_text()
    assert figure.locator("svg").get_attribute("aria-labelledby") == f"{name}-t {name}-d"


def test_a_source_shows_the_sum_of_each_file_it_was_read_from(reader, release_folder) -> None:
    files = pl.read_parquet(release_folder / "data" / "source_file.parquet")
    rows = files.filter(pl.col("source_id") == "mee_grid_co2")
    told = reader.open("/source/mee_grid_co2").locator("main").inner_text()
    assert rows.height
    assert all(row["file_sha256"] in told for row in rows.iter_rows(named=True))


def told_of(page, title: str) -> str:
    """A section of a page by its title."""
    return page.locator("section", has=page.locator("h2", has_text=title)).inner_text()


def test_a_footprint_is_told_apart_with_its_electricity_and_its_gaps(
    reader, release_folder
) -> None:
    product, gwp_set = "ammonia-coal", "AR5"
    of = pl.col("product_id") == product, pl.col("gwp_set") == gwp_set
    parts, power, gaps, total = (
        pl.read_parquet(release_folder / "data" / f"{name}.parquet").filter(*of)
        for name in ("footprint_part", "footprint_electricity", "footprint_gap", "footprint")
    )
    assert min(parts.height, power.height, gaps.height) > 0
    page = reader.open(f"/footprint/{product}?gwp={gwp_set}")
    apart = told_of(page, "分别报告")
    assert "化石源" in apart
    assert "化石源二氧化碳" in apart or "二氧化碳" in apart
    assert "平均因子（无残余结构）" in told_of(page, "用电")
    shown = told_of(page, "缺口")
    assert f"共 {gaps.height} 处" in shown
    assert f"{total['cut_off_share'][0] * 100:.1f} %" in shown
    for basis in ("燃烧排放乘公布的上游份额", "整个门类的因子（只表明量级）", "别国公布的处理排放"):
        assert basis in shown
    # A whole division gives bounds alone; the reason stands with every gap.
    assert shown.count("不按零计") >= gaps.height


def test_a_product_without_gaps_says_so_and_headings_add_up(reader, release_folder) -> None:
    page = reader.open("/footprint/raw-milk-ningxia")
    assert "没有缺口" in told_of(page, "缺口")
    headline = float(page.locator(".headline b").inner_text().replace(",", ""))
    rows = page.locator("section", has=page.locator("h2", has_text="分别报告"))
    cells = rows.locator("table").first.locator("tbody tr").all()
    counted = [c.locator("td").all_inner_texts() for c in cells]
    total = sum(float(c[1].replace(",", "")) for c in counted if c[3] == "计入")
    assert total == pytest.approx(headline, rel=2e-3)


def test_an_interval_that_nobody_stated_is_not_shown(reader) -> None:
    page = reader.open("/footprint/ammonia-coal")
    assert "无区间" in page.locator(".headline").inner_text()
    known = page.locator("ul.know").inner_text()
    assert "未写明不确定度" in known
    assert "_" not in known


def test_addresses_of_the_service_that_the_page_shows_are_answered(reader, client) -> None:
    text = reader.open("/use").locator("main").inner_text()
    shown = re.findall(r"GET (/\S+)", text)
    assert shown
    assert {client.get(address).status_code for address in shown} == {200}


def test_gaps_of_the_coverage_map_are_white_and_told(reader) -> None:
    page = reader.open("/quality")
    figure = page.locator("figure[data-picture=coverage]")
    rows = rows_of(taken(page, figure.locator("button").nth(0)))
    white = figure.locator('rect[fill="#fff"]').count()
    assert white == sum(r["factors"] == "0" for r in rows)
    assert str(white) in figure.locator("figcaption").inner_text()


@pytest.mark.parametrize(
    "route",
    [
        "/",
        "/sources",
        "/footprints",
        "/categories",
        "/changes",
        "/quality",
        "/dictionary",
        "/use",
        "/requirements",
        "/source/mee_grid_co2",
    ],
)
def test_every_page_opens_in_both_languages(reader, route) -> None:
    page = reader.open(route)
    zh = page.locator("h1").inner_text()
    page.locator("#language").click()
    page.wait_for_function("document.documentElement.lang === 'en'")
    assert page.locator("h1").inner_text()
    assert zh


def test_the_printed_page_leaves_out_what_paper_cannot_use(reader) -> None:
    page = reader.open(f"/factor/{FOOTPRINT_OF_CHINA}")
    page.emulate_media(media="print")
    assert not page.locator("#top nav").is_visible()
    assert not page.locator("#language").is_visible()
    assert page.locator(".headline").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_keys_alone_reach_a_factor(reader) -> None:
    page = reader.open("/factors")
    page.locator("#q").focus()
    page.keyboard.type("dianshi")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hasAttribute('data-row')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".headline")
    assert "电石" in page.locator("h1").inner_text()


def test_what_an_assumption_does_is_told_in_the_language_of_the_page(reader) -> None:
    page = reader.open("/footprint/ferrosilicon75-cn")
    told = page.locator("section", has_text="假设").last.locator("ol").inner_text()
    assert "换用写明版本的因子" in told
    assert " | " not in told
    page.get_by_role("button", name="English").click()
    told = page.locator("section", has_text="Assumptions").last.locator("ol").inner_text()
    assert "use a factor that states its set" in told
    assert " | " not in told


def test_a_factor_s_own_limits_are_told_on_its_page(reader, release_folder) -> None:
    factor = pl.read_parquet(release_folder / "data" / "factor.parquet")
    with_limits = factor.filter(pl.col("lower95").is_not_null()).row(0, named=True)
    page = reader.open("/factor/" + with_limits["factor_id"])
    assert "95 % 区间" in page.locator("main").inner_text()
    without = factor.filter(pl.col("lower95").is_null()).row(0, named=True)
    page = reader.open("/factor/" + without["factor_id"])
    assert "来源未给出区间" in page.locator("main").inner_text()
