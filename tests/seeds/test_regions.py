"""Are the regions those of GB/T 2260, ISO 3166 and UN M49, with the two grid divisions apart?"""

from __future__ import annotations

import pycountry
import pytest

from tests.sources.library import SEEDS, rows_of

ROWS = {row["region_code"]: row for row in rows_of(SEEDS / "reference" / "region.csv")}

# GB/T 2260-2007: provincial codes with their names, and the ISO 3166-2:CN subdivision.
PROVINCES = {
    "110000": ("北京", "CN-BJ"), "120000": ("天津", "CN-TJ"), "130000": ("河北", "CN-HE"),
    "140000": ("山西", "CN-SX"), "150000": ("内蒙古", "CN-NM"), "210000": ("辽宁", "CN-LN"),
    "220000": ("吉林", "CN-JL"), "230000": ("黑龙江", "CN-HL"), "310000": ("上海", "CN-SH"),
    "320000": ("江苏", "CN-JS"), "330000": ("浙江", "CN-ZJ"), "340000": ("安徽", "CN-AH"),
    "350000": ("福建", "CN-FJ"), "360000": ("江西", "CN-JX"), "370000": ("山东", "CN-SD"),
    "410000": ("河南", "CN-HA"), "420000": ("湖北", "CN-HB"), "430000": ("湖南", "CN-HN"),
    "440000": ("广东", "CN-GD"), "450000": ("广西", "CN-GX"), "460000": ("海南", "CN-HI"),
    "500000": ("重庆", "CN-CQ"), "510000": ("四川", "CN-SC"), "520000": ("贵州", "CN-GZ"),
    "530000": ("云南", "CN-YN"), "540000": ("西藏", "CN-XZ"), "610000": ("陕西", "CN-SN"),
    "620000": ("甘肃", "CN-GS"), "630000": ("青海", "CN-QH"), "640000": ("宁夏", "CN-NX"),
    "650000": ("新疆", "CN-XJ"), "710000": ("台湾", "CN-TW"), "810000": ("香港", "CN-HK"),
    "820000": ("澳门", "CN-MO"),
}  # fmt: skip
# Where the English name is not the romanised one of ISO 3166-2.
ENGLISH = {"150000": ("Inner Mongolia", "Nei Mongol"), "540000": ("Tibet", "Xizang")}

# GB/T 2260-2007: prefectures.
NINGXIA = {"640100": "银川", "640200": "石嘴山", "640300": "吴忠", "640400": "固原",
           "640500": "中卫"}  # fmt: skip
LIAONING = {
    "210100": "沈阳", "210200": "大连", "210300": "鞍山", "210400": "抚顺", "210500": "本溪",
    "210600": "丹东", "210700": "锦州", "210800": "营口", "210900": "阜新", "211000": "辽阳",
    "211100": "盘锦", "211200": "铁岭", "211300": "朝阳", "211400": "葫芦岛",
}  # fmt: skip

# 公告2024年第12号、2024年第33号、2025年第47号：七个区域电网及其所含省份。
GRIDS = {
    "CN-GRID7-NORTH": {"110000", "120000", "130000", "140000", "150000", "370000"},
    "CN-GRID7-NORTHEAST": {"210000", "220000", "230000"},
    "CN-GRID7-EAST": {"310000", "320000", "330000", "340000", "350000"},
    "CN-GRID7-CENTRAL": {"360000", "410000", "420000", "430000"},
    "CN-GRID7-NORTHWEST": {"610000", "620000", "630000", "640000", "650000"},
    "CN-GRID7-SOUTH": {"440000", "450000", "460000", "520000", "530000"},
    "CN-GRID7-SOUTHWEST": {"500000", "510000", "540000"},
}


def of_kind(kind):
    return {code: row for code, row in ROWS.items() if row["region_kind"] == kind}


def test_the_provinces_are_those_of_gbt_2260():
    assert len(PROVINCES) == 34
    assert {code: row["name_zh"] for code, row in of_kind("province").items()} == {
        code: name for code, (name, _) in PROVINCES.items()
    }
    assert all(row["parent_code"] == "CN" for row in of_kind("province").values())


def test_every_province_is_a_subdivision_of_iso_3166_2():
    known = {s.code for s in pycountry.subdivisions.get(country_code="CN")}
    assert {iso for _, iso in PROVINCES.values()} == known


@pytest.mark.parametrize("code", sorted(PROVINCES))
def test_the_english_name_of_a_province_is_its_name_in_iso_3166_2(code):
    romanised = pycountry.subdivisions.get(code=PROVINCES[code][1]).name
    english, iso = ENGLISH.get(code, (ROWS[code]["name_en"],) * 2)
    assert ROWS[code]["name_en"] == english
    assert romanised.startswith(f"{iso} ")


@pytest.mark.parametrize(("province", "prefectures"), [("640000", NINGXIA), ("210000", LIAONING)])
def test_the_prefectures_of_ningxia_and_liaoning_are_complete(province, prefectures):
    found = {c: r for c, r in of_kind("prefecture").items() if r["parent_code"] == province}
    assert {code: row["name_zh"] for code, row in found.items()} == prefectures
    assert all(code[:2] == province[:2] for code in found)
    assert {r["grid_region_code"] for r in found.values()} == {ROWS[province]["grid_region_code"]}


def test_there_are_five_prefectures_in_ningxia_and_fourteen_in_liaoning():
    assert (len(NINGXIA), len(LIAONING)) == (5, 14)
    assert len(of_kind("prefecture")) == 19


def test_the_countries_are_those_of_iso_3166_1():
    assert set(of_kind("country")) == {country.alpha_2 for country in pycountry.countries}


@pytest.mark.parametrize("code", sorted(of_kind("country")))
def test_a_country_is_called_what_iso_calls_it(code):
    country = pycountry.countries.get(alpha_2=code)
    names = {country.name, getattr(country, "common_name", country.name)}
    if code in {"HK", "MO", "TW"}:
        assert ROWS[code]["parent_code"] == "CN"
        assert ROWS[code]["name_zh"].startswith("中国")
        assert ROWS[code]["name_en"].endswith(", China")
    else:
        assert ROWS[code]["name_en"] in names


def test_the_world_regions_are_those_of_un_m49():
    assert {code: row["name_en"] for code, row in of_kind("world_region").items()} == {
        "002": "Africa", "003": "North America", "009": "Oceania", "019": "Americas",
        "142": "Asia", "150": "Europe",
    }  # fmt: skip
    assert list(of_kind("world")) == ["001"]


def test_every_region_leads_up_to_the_world():
    for code in ROWS:
        path = [code]
        while ROWS[path[-1]]["parent_code"]:
            path.append(ROWS[path[-1]]["parent_code"])
            assert len(path) < 8, path
        assert path[-1] == "001"


@pytest.mark.parametrize("grid", sorted(GRIDS))
def test_a_grid_region_holds_the_provinces_that_the_announcements_name(grid):
    held = {c for c, r in of_kind("province").items() if r["grid_region_code"] == grid}
    assert held == GRIDS[grid]


def test_the_present_seven_grids_and_the_former_six_have_codes_of_their_own():
    present, former = of_kind("grid_region"), of_kind("grid_region_former")
    assert set(present) == set(GRIDS)
    assert len(former) == 6
    assert all(code.startswith("CN-GRID7-") for code in present)
    assert all(code.startswith("CN-GRID6-") for code in former)
    assert not any(code.endswith("SOUTHWEST") for code in former)
    assert {row["parent_code"] for row in (present | former).values()} == {"CN"}
    assert not {r["name_zh"] for r in present.values()} & {r["name_zh"] for r in former.values()}
    assert all("原六分区" in row["name_zh"] for row in former.values())


def test_no_place_belongs_to_a_former_grid():
    grids = {row["grid_region_code"] for row in ROWS.values()}
    assert grids - {""} == set(GRIDS)


def test_each_grid_series_uses_its_own_division(library):
    frame = library["candidate"]
    former = frame.filter(
        frame["source_id"].is_in(["ndrc_regional_grid_2012", "mee_baseline_margins_2019"])
    )
    assert set(former["region_code"]) <= set(of_kind("grid_region_former"))
    annual = frame.filter(source_id="mee_grid_co2")
    assert not set(annual["region_code"]) & set(of_kind("grid_region_former"))
    assert set(of_kind("grid_region")) <= set(annual["region_code"])


def test_the_divisions_of_provinces_are_not_grids():
    geographic = of_kind("geographic_region")
    assert len(geographic) == 6
    assert all(code.startswith("CN-GEO-") for code in geographic)
