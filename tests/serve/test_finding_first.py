"""The right factor first: two-character product words, pinyin initials, codes; page and service.

The page ranks in the reader's browser, the service in its own process: both must agree.
"""

from __future__ import annotations

import polars as pl
import pytest

WORDS = {
    "电石": "calcium_carbide", "电力": "electricity", "柴油": "diesel", "汽油": "gasoline",
    "甲醇": "methanol", "焦炭": "coke", "原油": "crude_oil", "烟煤": "bituminous_coal",
    "奶牛": "dairy_cattle", "氨水": None, "石灰": None, "山羊": "goat", "水泥": None,
}  # fmt: skip
INITIALS = {
    "ds": "calcium_carbide", "cy": "diesel", "qy": "gasoline", "jc": "methanol", "yy": "crude_oil",
    "ym": "bituminous_coal", "wym": "anthracite",
}  # fmt: skip
CODES = (
    "FKXQINR52EEF2", "ELEC-CO2-2022-360000", "IPCC-CAC2-PRODUCTION", "ELEC-CFP-2024-NAT",
    "fvanj2jel75iw",
)  # fmt: skip


@pytest.fixture(scope="module")
def factor(release_folder):
    return pl.read_parquet(release_folder / "data" / "factor.parquet")


def first_of_service(client, query: str) -> str:
    return client.get("/api/factors", params={"q": query, "limit": 1}).json()["data"][0][
        "factor_id"
    ]


@pytest.mark.parametrize("word", [w for w in WORDS if WORDS[w]])
def test_a_word_of_two_characters_finds_its_product_first(client, factor, word) -> None:
    found = factor.filter(factor_id=first_of_service(client, word)).row(0, named=True)
    assert found["flow_id"] == WORDS[word]
    assert word in found["name_zh"]


@pytest.mark.parametrize("letters", INITIALS)
def test_initials_of_the_pinyin_find_the_product_first(client, factor, letters) -> None:
    found = factor.filter(factor_id=first_of_service(client, letters)).row(0, named=True)
    assert found["flow_id"] == INITIALS[letters]


@pytest.mark.parametrize("code", CODES)
def test_a_code_finds_its_factor_first(client, factor, code) -> None:
    found = factor.filter(factor_id=first_of_service(client, code)).row(0, named=True)
    assert code.upper() in {found["factor_id"], found["record_key"]}


def test_page_and_service_agree_on_what_comes_first(client, reader) -> None:
    page = reader.open("/factors")
    for query in (*WORDS, *INITIALS, *CODES, "dianshi", "calcium carbide", "宁夏 电力", "co2 coal"):
        page.locator("#q").fill(query)
        links = page.locator("table.factors tbody .c-name a").evaluate_all(
            "all => all.slice(0, 10).map(a => a.getAttribute('href').slice(9))"
        )
        answer = client.get("/api/factors", params={"q": query, "limit": 10}).json()
        assert links == [r["factor_id"] for r in answer["data"]], query
        assert str(answer["total"]) in page.locator(".count").inner_text().replace(",", "")
