"""Does the library hold the very figures that the cited documents print?"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import polars as pl
import pytest

from pipelines.ingest.cited_facts import weakest
from pipelines.quantities.number import text_of
from tests.sources.library import SEEDS, Tables, primary, rows_of, shipped

GRID_2021 = "生态环境部、国家统计局公告2024年第12号（2024-04-12）"
GRID_2022 = "生态环境部、国家统计局公告2024年第33号（2024-12-20）"
GRID_2023 = "生态环境部、国家统计局公告2025年第47号（2025-12-31）"
CFP_2023 = "生态环境部、国家统计局、国家能源局公告2025年第3号"
CFP_2024 = "关于发布2024年电力碳足迹因子数据的公告（2025-09-28，2025-10-23印发）"
GBT_51366 = "GB/T 51366-2019 建筑碳排放计算标准"
GBT_32151 = "GB/T 32151.22-2024 附录C"
IPCC_2006 = "2006 IPCC Guidelines for National GHG Inventories"
IPCC_2019 = "2019 Refinement to the 2006 IPCC Guidelines"


class Factor(NamedTuple):
    """A figure as printed, and what it is in the library."""

    source_id: str
    record_key: str
    printed: str
    unit_found: str
    value: float
    per: str
    kind: str
    region: str
    citation: str


FACTORS = [
    Factor("mee_grid_co2", "ELEC-CO2-2023-640000", "0.6187", "kgCO2/kWh", 0.6187, "kgCO2/kWh",
           "energy_indirect_ef", "640000", f"{GRID_2023} 表3 宁夏"),
    Factor("mee_grid_co2", "ELEC-CO2-2023-210000", "0.4878", "kgCO2/kWh", 0.4878, "kgCO2/kWh",
           "energy_indirect_ef", "210000", f"{GRID_2023} 表3 辽宁"),
    Factor("mee_grid_co2", "ELEC-CO2-2023-NAT", "0.5306", "kgCO2/kWh", 0.5306, "kgCO2/kWh",
           "energy_indirect_ef", "CN", f"{GRID_2023} 表1"),
    Factor("mee_grid_co2", "ELEC-CO2-2023-NAT-EXMKT", "0.6096", "kgCO2/kWh", 0.6096, "kgCO2/kWh",
           "energy_indirect_ef", "CN", f"{GRID_2023} 表4 不包括市场化交易的非化石能源电量"),
    Factor("mee_grid_co2", "ELEC-CO2-2023-NAT-FOSSIL", "0.8273", "kgCO2/kWh", 0.8273,
           "kgCO2/kWh", "energy_indirect_ef", "CN", f"{GRID_2023} 表5 化石能源电力"),
    Factor("mee_grid_co2", "ELEC-CO2-2022-NAT", "0.5366", "kgCO2/kWh", 0.5366, "kgCO2/kWh",
           "energy_indirect_ef", "CN", f"{GRID_2022} 表1"),
    Factor("mee_grid_co2", "ELEC-CO2-2021-NAT", "0.5568", "kgCO2/kWh", 0.5568, "kgCO2/kWh",
           "energy_indirect_ef", "CN", f"{GRID_2021} 表1"),
    Factor("mee_electricity_footprint", "ELEC-CFP-2023-NAT", "0.6205", "kgCO2e/kWh", 0.6205,
           "kgCO2e/kWh", "footprint_factor", "CN", f"{CFP_2023} 表1"),
    Factor("mee_electricity_footprint", "ELEC-CFP-2024-NAT", "0.5777", "kgCO2e/kWh", 0.5777,
           "kgCO2e/kWh", "footprint_factor", "CN", f"{CFP_2024} 表1"),
    Factor("mee_electricity_footprint", "ELEC-CFP-2024-COAL", "0.9240", "kgCO2e/kWh", 0.924,
           "kgCO2e/kWh", "footprint_factor", "CN", f"{CFP_2024} 表2 燃煤发电"),
    Factor("mee_electricity_footprint", "ELEC-CFP-2024-TD-LOSS", "0.0327", "kgCO2e/kWh", 0.0327,
           "kgCO2e/kWh", "footprint_factor", "CN", f"{CFP_2024} 表3 输配电（含线损）"),
    Factor("mee_grid_reporting_defaults", "ELEC-CO2-HIST-0.5810", "0.5810", "tCO2/MWh", 581.0,
           "kgCO2/MWh", "energy_indirect_ef", "CN",
           "企业温室气体排放核算方法与报告指南 发电设施（2022年修订版）及配套通知"),
    Factor("ndrc_regional_grid_2012", "ELEC-CO2-REG2012-NORTH", "0.8843", "tCO2/MWh", 884.3,
           "kgCO2/MWh", "energy_indirect_ef", "CN-GRID6-NORTH",
           "2011年和2012年中国区域电网平均CO2排放因子"),
    Factor("mee_baseline_margins_2019", "ELEC-OM-2019-NORTHWEST", "0.8922", "tCO2/MWh", 892.2,
           "kgCO2/MWh", "energy_indirect_ef", "CN-GRID6-NORTHWEST",
           "2019年度减排项目中国区域电网基准线排放因子"),
    Factor("cn_sector_guides", "CN-HEAT-0.11", "0.11", "tCO2/GJ", 110.0, "kgCO2/GJ",
           "energy_indirect_ef", "CN", "GB/T 32150/32151 系列 热力参数缺省值"),
    Factor("cn_sector_guides", "CN-CEMENT-PORTLAND-CLINKER", "0.535", "tCO2/t clinker", 535.0,
           "kgCO2/t", "direct_ef", "CN", "企业温室气体排放核算与报告指南 水泥熟料生产"),
    Factor("cn_sector_guides", "CN-CARBONATE-CaCO3", "0.4400", "tCO2/t", 440.0, "kgCO2/t",
           "direct_ef", "CN", "GB/T 32150/32151 系列 碳酸盐排放因子缺省值"),
    Factor("gbt_32151_22_2024", "CN-LIV-ENTERIC-DAIRY-CATTLE-BREEDING-FEMALES", "109.9",
           "kgCH4/head/yr", 109.9, "kgCH4/head*a", "direct_ef", "CN", f"{GBT_32151} 表C.3"),
    Factor("gbt_51366_2019", "CN-GBT51366-A-NATURAL-GAS", "55.54", "tCO2/TJ", 55540.0,
           "kgCO2/TJ", "direct_ef", "CN", f"{GBT_51366} 附录A 表A.0.1"),
    Factor("gbt_51366_2019", "GBT51366-D-01", "295", "kgCO2e/m3", 295.0, "kgCO2e/m3",
           "footprint_factor", "CN", f"{GBT_51366} 附录D 表D.0.1 C30混凝土"),
    Factor("gbt_51366_2019", "GBT51366-E-01", "0.334", "kgCO2e/tkm", 0.334, "kgCO2e/t*km",
           "footprint_factor", "CN", f"{GBT_51366} 附录E 表E.0.1 轻型汽油货车（载重2t）"),
    Factor("ipcc_2006_energy", "IPCC06-ROAD-CO2-MOTOR-GASOLINE", "69300", "kgCO2/TJ", 69300.0,
           "kgCO2/TJ", "direct_ef", "001", f"{IPCC_2006}, Vol.2 Ch.3 Table 3.2.1"),
    Factor("ipcc_2006_industry", "IPCC-FA-FERROSILICON-45PERC-SI", "2.5", "tCO2/t", 2500.0,
           "kgCO2/t", "direct_ef", "001", f"{IPCC_2006}, Vol.3 Ch.4 Table 4.5"),
    Factor("ipcc_2006_industry", "IPCC-AL-CO2-PREBAKE", "1.6", "tCO2/tAl", 1600.0, "kgCO2/t",
           "direct_ef", "001", f"{IPCC_2006}, Vol.3 Ch.4 Table 4.10"),
    Factor("ipcc_2006_industry", "IPCC-HCFC22-HFC23", "0.03", "t/t HCFC-22", 30.0, "kgHFC-23/t",
           "direct_ef", "001", f"{IPCC_2006}, Vol.3 Ch.3 Table 3.28"),
    Factor("ipcc_2006_industry", "IPCC06-IS-PIG-IRON", "1.35", "tCO2/t", 1350.0, "kgCO2/t",
           "direct_ef", "001", f"{IPCC_2006}, Vol.3 Ch.4 Table 4.1"),
    Factor("ipcc_2006_agriculture", "IPCC06-UREA", "0.20", "tC/t urea",
           float(Fraction("0.20") * 1000 * Fraction(44, 12)), "kgCO2/t", "direct_ef", "001",
           f"{IPCC_2006}, Vol.4 Ch.11 Section 11.4; carbon to CO2 44/12"),
    Factor("ipcc_2006_agriculture", "IPCC06-SOIL-EF1", "0.01", "kgN2O-N/kgN",
           float(Fraction("0.01") * Fraction(44, 28)), "kgN2O/kgN", "direct_ef", "001",
           f"{IPCC_2006}, Vol.4 Ch.11 Table 11.1; N2O-N to N2O 44/28"),
    Factor("ipcc_2019_refinement", "IPCC19-IS-PIG-IRON", "1.43", "tCO2/t", 1430.0, "kgCO2/t",
           "direct_ef", "001", f"{IPCC_2019}, Vol.3 Ch.4 Table 4.1 (updated)"),
    Factor("ipcc_2019_refinement", "IPCC19-EF1-N_SYNTHETIC-WET", "0.016", "kgN2O-N/kgN",
           float(Fraction("0.016") * Fraction(44, 28)), "kgN2O/kgN", "direct_ef", "001",
           f"{IPCC_2019}, Vol.4 Ch.11 Table 11.1 (updated)"),
    Factor("ipcc_2006_waste", "IPCC-WASTE-AD-WET-CH4", "0.8", "gCH4/kg waste", 0.0008,
           "kgCH4/kg", "direct_ef", "001", f"{IPCC_2006}, Vol.5 Ch.4 Table 4.1"),
]  # fmt: skip

# Gas masses per TJ of natural gas burnt in energy industries, and of manure management.
GASES = [
    ("ipcc_2006_energy", "IPCC06-CO2-NATURAL-GAS", "TJ",
     {"co2_fossil": 56100.0, "ch4_unspecified": 1.0, "n2o": 0.1},
     f"{IPCC_2006}, Vol.2 Ch.2 Table 2.2"),
    ("ipcc_2006_waste", "IPCC-WASTE-COMPOST-WET-CH4", "kg",
     {"ch4_biogenic": 0.004, "n2o_biogenic": 0.00024}, f"{IPCC_2006}, Vol.5 Ch.4 Table 4.1"),
    ("ipcc_2006_industry", "IPCC-AL-CF4-CWPB", "t", {"cf4": 0.4, "c2f6": 0.04},
     f"{IPCC_2006}, Vol.3 Ch.4 Table 4.15"),
    ("gbt_32151_22_2024", "CN-LIV-MANURECH4-NORTH-DAIRY", "head*a",
     {"ch4_biogenic": 7.46, "n2o_biogenic": 1.846}, f"{GBT_32151} 表C.8、表C.10"),
]  # fmt: skip

PARAMETERS = [
    ("gbt_32151_22_2024", "CN-C1-NCV-ANTHRACITE", "26.7", "GJ/t", f"{GBT_32151} 表C.1"),
    ("gbt_32151_22_2024", "CN-C1-CC-ANTHRACITE", "27.4", "tC/TJ", f"{GBT_32151} 表C.1"),
    ("gbt_32151_22_2024", "CN-C1-OF-ANTHRACITE", "94", "%", f"{GBT_32151} 表C.1"),
    ("gbt_32151_22_2024", "CN-C1-NCV-NATURAL-GAS", "389.31", "GJ/万Nm3", f"{GBT_32151} 表C.1"),
    ("gbt_32151_22_2024", "CN-C1-NCV-BITUMINOUS-COAL", "19.57", "GJ/t", f"{GBT_32151} 表C.1"),
    ("gbt_2589", "CN-GBT2589-CE-ELECTRICITY", "0.1229", "kgce/kWh", "GB/T 2589 附录"),
    ("gbt_2589", "CN-GBT2589-2008-NCV-DIESEL", "42652", "kJ/kg", "GB/T 2589-2008 附录A"),
    ("ipcc_2006_energy", "IPCC06-NCV-CRUDE-OIL", "42.3", "TJ/Gg",
     f"{IPCC_2006}, Vol.2 Ch.1 Table 1.2"),
    ("ipcc_2006_energy", "IPCC06-CC-NATURAL-GAS", "15.3", "tC/TJ",
     f"{IPCC_2006}, Vol.2 Ch.1 Table 1.3"),
    ("ipcc_2006_industry", "IPCC-CLINKER-CKD", "1.02", "1",
     f"{IPCC_2006}, Vol.3 Ch.2 Section 2.2.1.2"),
]  # fmt: skip

GWPS = [
    ("AR4", "ch4_unspecified", 25.0, "IPCC AR4 WGI Table 2.14"),
    ("AR5", "ch4_unspecified", 28.0, "IPCC AR5 WGI Table 8.A.1"),
    ("AR6", "ch4_unspecified", 27.9, "IPCC AR6 WGI Table 7.SM.7"),
    ("AR6", "ch4_fossil", 29.8, "IPCC AR6 WGI Table 7.15"),
    ("AR6", "ch4_biogenic", 27.0, "IPCC AR6 WGI Table 7.15"),
    ("SAR", "ch4_unspecified", 21.0, "IPCC SAR WGI Table 2.9"),
    ("SAR", "n2o", 310.0, "IPCC SAR WGI Table 2.9"),
    ("AR4", "n2o", 298.0, "IPCC AR4 WGI Table 2.14"),
    ("AR5", "n2o", 265.0, "IPCC AR5 WGI Table 8.A.1"),
    ("AR6", "n2o", 273.0, "IPCC AR6 WGI Table 7.15"),
    ("AR5", "ch4_fossil", 30.0, "IPCC AR5 WGI Table 8.A.1, note on fossil methane"),
    ("AR6", "sf6", 25200.0, "IPCC AR6 WGI Table 7.SM.7"),
    ("AR4", "hfc_134a", 1430.0, "IPCC AR4 WGI Table 2.14"),
]  # fmt: skip


def one(frame: pl.DataFrame, **cells: Any) -> dict[str, Any]:
    return frame.filter(**cells).row(0, named=True)


@pytest.mark.parametrize("golden", FACTORS, ids=lambda g: g.record_key)
def test_a_factor_is_the_figure_its_document_prints(library, golden):
    found = one(library["candidate"], source_id=golden.source_id, record_key=golden.record_key)
    assert found["value"] == golden.value, golden.citation
    assert f"{found['value_unit']}/{found['reference_unit']}" == golden.per
    assert found["factor_kind"] == golden.kind
    assert found["region_code"] == golden.region
    read_at = one(library["evidence"], evidence_id=found["evidence_id"])
    assert (read_at["text_found"], read_at["unit_found"]) == (golden.printed, golden.unit_found)


@pytest.mark.parametrize(("source_id", "key", "per", "masses", "citation"), GASES)
def test_the_gases_of_one_activity_form_one_factor(library, source_id, key, per, masses, citation):
    found = one(library["candidate"], source_id=source_id, record_key=key)
    gases = library["candidate_gas"].filter(factor_id=found["factor_id"])
    assert dict(gases.select("gas", "mass").iter_rows()) == masses, citation
    assert found["reference_unit"] == per
    assert found["value"] is None
    assert found["factor_kind"] == "direct_ef"


@pytest.mark.parametrize(("source_id", "key", "printed", "unit", "citation"), PARAMETERS)
def test_a_parameter_is_the_figure_its_document_prints(
    library, source_id, key, printed, unit, citation
):
    found = one(library["parameter"], source_id=source_id, record_key=key)
    assert found["parameter_value_exact"] == printed, citation
    assert found["parameter_value"] == float(printed)
    assert found["parameter_unit"] == unit


@pytest.mark.parametrize(("gwp_set", "gas", "value", "citation"), GWPS)
def test_a_warming_potential_is_the_figure_its_report_prints(
    library, gwp_set, gas, value, citation
):
    assert one(library["gwp"], gwp_set=gwp_set, gas=gas)["gwp100"] == value, citation


def test_a_report_that_does_not_split_methane_gives_every_origin_one_value(library):
    methane = ["ch4_unspecified", "ch4_fossil", "ch4_biogenic"]
    for gwp_set, value in (("SAR", 21.0), ("AR4", 25.0)):
        found = library["gwp"].filter(pl.col("gas").is_in(methane), gwp_set=gwp_set)
        assert found["gwp100"].to_list() == [value] * 3


# -- the quantities that are often taken for one another --------------------------------------


def test_a_grid_factor_is_direct_co2_and_an_electricity_footprint_is_life_cycle_co2e(library):
    frame = library["candidate"]
    grid = frame.filter(source_id="mee_grid_co2")
    assert set(grid.select("factor_kind", "value_unit", "gwp_set", "boundary").iter_rows()) == {
        ("energy_indirect_ef", "kgCO2", "not_applicable", "activity")
    }
    footprint = frame.filter(source_id="mee_electricity_footprint")
    assert set(
        footprint.select("factor_kind", "value_unit", "gwp_set", "boundary").iter_rows()
    ) == {("footprint_factor", "kgCO2e", "not_stated", "cradle_to_gate")}
    assert all("gwp_not_stated" in flags for flags in footprint["flags"])


def test_generation_and_transmission_are_told_apart(library):
    found = library["candidate"].filter(source_id="mee_electricity_footprint", reference_year=2024)
    scopes = dict(found.select("record_key", "delivery_scope").iter_rows())
    assert scopes["ELEC-CFP-2024-NAT"] == "not_stated"
    assert scopes["ELEC-CFP-2024-COAL"] == "generation"
    assert scopes["ELEC-CFP-2024-TD-LOSS"] == "transmission"
    assert scopes["ELEC-CFP-2024-TD-NOLOSS"] == "transmission"
    assert list(scopes.values()).count("generation") == len(scopes) - 3


def test_a_factor_speaks_of_its_year_and_not_of_its_publication(library):
    found = one(library["candidate"], record_key="ELEC-CO2-2021-NAT")
    assert found["reference_year"] == 2021
    assert (found["data_start"].isoformat(), found["data_end"].isoformat()) == (
        "2021-01-01", "2021-12-31",
    )  # fmt: skip
    assert found["published_on"] == "2024-04-12"


def test_every_province_but_tibet_has_a_grid_factor_each_year(library):
    frame = library["candidate"].filter(source_id="mee_grid_co2")
    provinces = set(
        library["region"].filter(pl.col("grid_region_code").is_not_null(), region_kind="province")[
            "region_code"
        ]
    )
    for year in (2021, 2022, 2023):
        found = set(frame.filter(reference_year=year)["region_code"])
        assert {code for code in found if code.endswith("0000")} == provinces - {"540000"}
        assert sum(code.startswith("CN-GRID7-") for code in found) == 7


# -- factors computed from parameters ---------------------------------------------------------


def cell(source_id: str, file: str, key: str) -> dict[str, str]:
    rows = rows_of(SEEDS / source_id / file)
    return next(row for row in rows if row["record_key"] == key)


def test_anthracite_is_heating_value_times_carbon_times_oxidation_to_the_last_digit(library):
    ncv, carbon, oxidation = (
        cell("gbt_32151_22_2024", "fuels.csv", f"CN-C1-{what}-ANTHRACITE")
        for what in ("NCV", "CC", "OF")
    )
    assert (ncv["unit"], carbon["unit"], oxidation["unit"]) == ("GJ/t", "tC/TJ", "%")
    exact = (
        Fraction(ncv["value"]) * Fraction(carbon["value"])
        * Fraction(oxidation["value"]) / 100 * Fraction(44, 12)
    )  # fmt: skip
    assert exact == Fraction("2521.5124")
    found = one(library["candidate"], record_key="DRV-NCV-CC-OF-ANTHRACITE")
    assert found["value"] == float(exact) == 2521.5124
    assert (found["value_unit"], found["reference_unit"]) == ("kgCO2", "t")
    assert found["note_en"] == "exact value 2521.5124"


KG_CARBON_PER_GJ = {"tC/TJ": Fraction(1)}
GJ_PER = {("GJ/t", "t"): Fraction(1), ("GJ/万Nm3", "万Nm3"): Fraction(1)}


def derivations(*rules: str) -> list[dict[str, str]]:
    rows = rows_of(SEEDS / "tanyuan_derived" / "derivations.csv")
    return [row for row in rows if row["rule"] in rules]


def test_every_fuel_burnt_is_the_product_of_its_printed_parameters(library):
    printed = {row["record_key"]: row for row in rows_of(SEEDS / "gbt_32151_22_2024" / "fuels.csv")}
    values = dict(library["candidate"].select("record_key", "value").iter_rows())
    checked = 0
    for row in derivations("ncv_cc_of", "cc_of"):
        *heat, carbon, oxidation = (printed[key] for key in row["parents"].split(";"))
        exact = Fraction(carbon["value"]) * KG_CARBON_PER_GJ[carbon["unit"]]
        assert oxidation["unit"] == "%"
        exact *= Fraction(oxidation["value"]) / 100 * Fraction(44, 12)
        per = row["unit"].partition("/")[2]
        for one_heat in heat:
            exact *= Fraction(one_heat["value"]) * GJ_PER[one_heat["unit"], per]
        assert per == "GJ" or heat
        assert values[row["record_key"]] == float(exact), row["record_key"]
        assert {p["flow_id"] for p in (*heat, carbon, oxidation)} == {row["flow_id"]}
        checked += 1
    assert checked == 2 * 26


def masses_of(tables: Tables, key: str) -> dict[str, float]:
    factor_id = one(tables["candidate"], record_key=key)["factor_id"]
    found = tables["candidate_gas"].filter(factor_id=factor_id)
    return dict(found.select("gas", "mass").iter_rows())


def test_every_gas_per_tonne_is_the_heating_value_times_the_gas_per_heating_value():
    given, made = primary(), shipped("tanyuan_derived")
    for row in derivations("ncv_ef"):
        heat, emission = row["parents"].split(";")
        parameter = one(given["parameter"], record_key=heat)
        assert parameter["parameter_unit"] == "TJ/Gg"
        assert row["unit"].endswith("/t")
        tj_per_t = Fraction(parameter["parameter_value_exact"]) / 1000
        expected = {
            gas: float(Fraction(text_of(Fraction(repr(mass)))) * tj_per_t)
            for gas, mass in masses_of(given, emission).items()
        }
        assert masses_of(made, row["record_key"]) == expected, row["record_key"]


def test_a_computed_factor_is_never_surer_than_its_weakest_parent(library):
    sure = {
        f"{row['parameter_id']}@{row['version']}": row["confidence"]
        for row in library["parameter"].iter_rows(named=True)
    } | {
        f"{row['factor_id']}@1.0": row["confidence"]
        for row in library["candidate"].iter_rows(named=True)
    }
    parents = dict(library["evidence"].select("evidence_id", "parents").iter_rows())
    found = library["candidate"].filter(source_id="tanyuan_derived")
    assert found.height == 168
    for row in found.iter_rows(named=True):
        least = weakest([sure[parent] for parent in parents[row["evidence_id"]]])
        assert weakest([row["confidence"], least]) == row["confidence"], row["record_key"]
        assert "derived" in row["flags"]
