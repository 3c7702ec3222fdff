"""Does every check of the suite fire on its planted error, and stay silent without it?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from pipelines.admit.plausibility import CHECKS, NEEDED, plausibility_of
from pipelines.admit.plausibility.limits import BOUNDS, CODES, LIMITS, read_plausibility_limits
from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import catalogue
from pipelines.settings import REPOSITORY
from schemas import ALL_TABLES
from schemas.render.frame import polars_schema
from schemas.vocabularies import GWP_SET

SEEDS = REPOSITORY / "seeds"
RULES = read_plausibility_limits(SEEDS)
UNITS = [
    ("kg", "mass", 1.0), ("t", "mass", 1000.0), ("MJ", "energy", 1.0), ("GJ", "energy", 1000.0),
    ("kWh", "energy", 3.6), ("m3", "volume", 1.0),
]  # fmt: skip


def table(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows with what the checks read; the other columns of the table are null."""
    schema = polars_schema(ALL_TABLES[name])
    return pl.DataFrame([{c: row.get(c) for c in schema} for row in rows], schema=schema)


def factor(n: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "factor_id": f"F{n}", "version": "1.0", "factor_kind": "footprint_factor",
        "flow_id": "brick", "name_zh": f"砖 {n}", "name_en": f"brick {n}", "value": 2.0,
        "value_convention": "not_stated", "value_unit": "kgCO2e", "reference_unit": "kg",
        "boundary": "cradle_to_gate", "delivery_scope": "not_applicable", "route": "kiln",
        "region_code": f"R{n}", "source_id": "src", "gwp_set": "AR5", "evidence_id": f"E{n}",
        "data_end": dt.date(2020, 12, 31), **changed,
    }  # fmt: skip


def judged(*factors: dict[str, Any], **more: list[dict[str, Any]]) -> pl.DataFrame:
    rows = {
        "factor": list(factors),
        "unit": [{"unit": u, "unit_group": g, "to_base": b} for u, g, b in UNITS],
        "flow": [
            {"flow_id": f, "unit_group": "mass"} for f in ("brick", "coal", "calcium_carbonate")
        ],
        **more,
    }
    return plausibility_of({name: table(name, rows.get(name, [])) for name in NEEDED}, RULES)


def codes(frame: pl.DataFrame) -> set[str]:
    return set(frame["check_code"])


def test_a_plain_factor_raises_nothing() -> None:
    assert judged(factor()).is_empty()
    assert judged().is_empty()


PLANTED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    # Code: (what breaks it, what the same record looks like when right)
    "A-PLA-01": ({"reference_unit": "m3"}, {"reference_unit": "t"}),
    "A-PLA-02": ({"value": -2.0}, {"value": -2.0, "factor_kind": "removal_factor"}),
    "A-PLA-14": ({"name_zh": "砖，直接排放"}, {"name_zh": "砖，直接排放", "boundary": "activity"}),
}


@pytest.mark.parametrize("code", PLANTED)
def test_a_contradiction_within_a_record_fires_its_check_only(code) -> None:
    wrong, right = PLANTED[code]
    assert codes(judged(factor(**wrong))) == {code}
    assert judged(factor(**right)).is_empty()


def test_a_unit_of_another_dimension_passes_when_a_property_converts_it() -> None:
    bridge = [{"flow_id": "brick", "from_unit": "kg", "to_unit": "m3"}]
    assert judged(factor(reference_unit="m3"), flow_property=bridge).is_empty()


@pytest.mark.parametrize(("word", "boundary"), [
    ("TTW", "cradle_to_grave"), ("全生命周期", "activity"), ("Well-to-tank", "gate_to_gate"),
])  # fmt: skip
def test_words_that_the_boundary_excludes_are_seen_in_any_case(word, boundary) -> None:
    assert codes(judged(factor(name_en=f"x {word} y", boundary=boundary))) == {"A-PLA-14"}


PARTS = {
    "fossil": 1.0, "biogenic_non_co2": 0.5, "land_use_change": 0.5, "land_management_emission": 0.0,
    "land_management_removal": 0.0, "technological_removal": 0.0, "ccs_capture": 0.0,
}  # fmt: skip


def test_parts_that_do_not_sum_to_the_total_are_found() -> None:
    whole = factor(**PARTS, value_convention="excluding_uptake")
    assert judged(whole).is_empty()
    assert codes(judged({**whole, "value": 2.01})) == {"A-PLA-03"}
    with_uptake = {**whole, "biogenic_uptake": -1.8, "biogenic_co2_emission": 0.3,
                   "value_convention": "including_uptake"}  # fmt: skip
    assert judged({**with_uptake, "value": 0.5}).is_empty()
    assert codes(judged({**with_uptake, "value": 2.0})) == {"A-PLA-03"}
    # A part that is not declared is not zero: nothing to check.
    assert judged({**whole, "value": 2.5, "land_use_change": None}).is_empty()


@pytest.mark.parametrize(
    ("co2e", "fires"), [(2.0, False), (2.009, False), (2.02, True), (1.98, True)]
)
def test_gases_that_do_not_make_the_co2e_are_found(co2e, fires) -> None:
    assert "AR5" in GWP_SET.codes
    found = judged(
        factor(),
        factor_co2e=[{"factor_id": "F1", "version": "1.0", "gwp_set": "AR5", "co2e": co2e}],
    )
    assert codes(found) == ({"A-PLA-04"} if fires else set())


@pytest.mark.parametrize(
    ("mass", "fires"),  # carbon 26 tC/TJ: at most 95.33 kg CO2 per GJ, at least 0.8 of it
    [(94.0, False), (97.1, False), (97.5, True), (76.0, False), (74.0, True), (94_000.0, True)],
)
def test_co2_beyond_the_carbon_of_the_fuel_is_found(mass, fires) -> None:
    coal = factor(flow_id="coal", factor_kind="direct_ef", boundary="activity",
                  reference_unit="GJ", value=mass)  # fmt: skip
    found = judged(
        coal,
        factor_gas=[{"factor_id": "F1", "version": "1.0", "gas": "co2_fossil", "mass": mass}],
        parameter=[{"parameter_id": "P", "flow_id": "coal", "parameter_kind": "carbon_content",
                    "parameter_unit": "tC/TJ", "parameter_value": 26.0}],
        flow_property=[{"flow_id": "coal", "from_unit": "t", "to_unit": "GJ"}],
    )  # fmt: skip
    assert codes(found) == ({"A-PLA-05"} if fires else set())


def test_uptake_is_the_carbon_in_the_product() -> None:
    wood = factor(biogenic_uptake=-1.8333, carbon_content_biogenic=0.5)
    assert judged(wood).is_empty()
    assert codes(judged({**wood, "biogenic_uptake": -0.5})) == {"A-PLA-05"}


def process(**amounts: float) -> dict[str, list[dict[str, Any]]]:
    return {
        "process": [{"process_id": "p", "version": "1.0", "name_zh": "过程",
                     "reference_amount": 1.0, "reference_flow_unit": "t"}],
        "exchange": [
            {"process_id": "p", "version": "1.0", "line": n, "direction": direction,
             "amount": amount, "amount_unit": "kg"}
            for n, (direction, amount) in enumerate(amounts.items())
        ],
    }  # fmt: skip


def test_a_process_from_which_more_leaves_than_enters_is_found() -> None:
    assert judged(**process(input=1000.0)).is_empty()
    assert codes(judged(**process(input=900.0))) == {"A-PLA-06"}
    assert codes(judged(**process(input=1000.0, emission=100.0))) == {"A-PLA-06"}
    assert judged(**process(input=1100.0, emission=100.0)).is_empty()
    assert judged(**process(emission=100.0)).is_empty()  # no input in mass: nothing to weigh


def peers(odd: float, **changed: Any) -> list[dict[str, Any]]:
    plain = [factor(n, value=0.58 + 0.005 * n) for n in range(2, 12)]
    return [*plain, factor(1, value=odd, **changed)]


def test_a_value_far_from_its_peers_is_found_and_a_slip_of_unit_named() -> None:
    assert judged(*peers(0.60)).is_empty()
    found = judged(*peers(610.0))
    assert codes(found) == {"A-PLA-07"}
    assert found["checked_id"].to_list() == ["F1"]
    assert "1000" in found["flag_en"][0]
    assert "1000" not in judged(*peers(6.0))["flag_en"][0]
    assert "1000^-1" in judged(*peers(0.00061))["flag_en"][0]


def test_per_tonne_and_per_kilogram_are_compared_on_one_unit() -> None:
    assert judged(*peers(610.0, reference_unit="t")).is_empty()
    assert codes(judged(*peers(0.61, reference_unit="t"))) == {"A-PLA-07"}


def test_few_peers_and_other_routes_judge_nobody() -> None:
    assert judged(*peers(610.0)[-6:]).is_empty()
    assert judged(*peers(610.0, route="other")).is_empty()


def test_one_value_for_many_activities_is_found() -> None:
    same = [factor(n, flow_id=f"flow{n}", value=0.723) for n in range(6)]
    assert codes(judged(*same)) == {"A-PLA-08"}
    assert judged(*same[:5]).is_empty()
    assert judged(*[{**f, "value": 0.7} for f in same]).is_empty()  # a round figure says nothing


def test_a_jump_without_explanation_is_found() -> None:
    def year(n: int, y: int, value: float, **changed: Any) -> dict[str, Any]:
        return factor(n, value=value, reference_year=y, name_zh=f"{y}年砖", region_code="R",
                      **changed)  # fmt: skip

    assert codes(judged(year(1, 2022, 0.58), year(2, 2023, 0.98))) == {"A-PLA-09"}
    assert codes(judged(year(1, 2022, 0.98), year(2, 2023, 0.58))) == {"A-PLA-09"}
    assert judged(year(1, 2022, 0.58), year(2, 2023, 0.60)).is_empty()
    assert judged(year(1, 2022, 0.58), year(2, 2023, 0.98, note_zh="电源结构变化")).is_empty()


@pytest.mark.parametrize(("per_t", "fires"), [(439.7, False), (440.0, False), (443.0, True)])
def test_more_gas_than_the_formula_holds_is_found(per_t, fires) -> None:
    chalk = factor(flow_id="calcium_carbonate", factor_kind="direct_ef", boundary="activity",
                   reference_unit="t", value=per_t)  # fmt: skip
    gas = [{"factor_id": "F1", "version": "1.0", "gas": "co2_fossil", "mass": per_t}]
    assert codes(judged(chalk, factor_gas=gas)) == ({"A-PLA-10"} if fires else set())


def test_a_value_far_from_other_sources_is_found_on_both() -> None:
    one, other = (
        factor(1, region_code="R"),
        factor(2, region_code="R", source_id="other", value=7.0),
    )
    assert codes(judged(one, other)) == {"A-PLA-11"}
    assert judged(one, {**other, "value": 5.0}).is_empty()
    assert judged(one, {**other, "source_id": "src"}).is_empty()


def test_a_repeat_in_another_source_names_the_first() -> None:
    one = factor(1, name_zh="砖", region_code="R")
    found = judged(one, {**one, "factor_id": "F2", "source_id": "other"})
    assert codes(found) == {"A-PLA-12"}
    assert "F1" in found["flag_zh"][0]


def test_uneven_last_digits_of_a_source_are_found() -> None:
    def source(text) -> pl.DataFrame:
        return judged(
            *[factor(n, value=1 + n / 7, flow_id=f"f{n}") for n in range(100)],
            evidence=[{"evidence_id": f"E{n}", "text_found": text(n)} for n in range(100)],
        )

    assert source(lambda n: f"0.12{n % 10}").is_empty()
    found = source(lambda n: "0.125" if n % 2 else "0.120")
    assert codes(found) == {"A-PLA-13"}
    assert found["checked_kind"].to_list() == ["source"]


def test_every_check_has_its_texts_its_limits_and_its_planted_error() -> None:
    assert tuple(CHECKS) == CODES
    assert set(CODES) <= set(catalogue())
    text = (REPOSITORY / "tests/admit/plausibility/test_planted_errors.py").read_text("utf-8")
    assert {code for code in CODES if f'"{code}"' not in text} == set()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [(LIMITS, '[A-PLA-07]\n', '[A-PLA-77]\n'),
     (LIMITS, 'source = "ISO 80000-1', 'sauce = "ISO 80000-1'),
     (BOUNDS, "原子量 IUPAC 2021；IPCC 2006 第3卷表2.1\nlimestone", "\nlimestone"),
     (BOUNDS, "CaCO3,1,100.086", "CaCO3,1,0")],
)  # fmt: skip
def test_a_limit_without_source_or_sense_is_refused(tmp_path, name, old, new) -> None:
    (tmp_path / "rules").mkdir()
    for file in (LIMITS, BOUNDS):
        text = (SEEDS / file).read_text("utf-8")
        assert file != name or old in text
        (tmp_path / file).write_text(text.replace(old, new) if file == name else text, "utf-8")
    with pytest.raises(FaultyData):
        read_plausibility_limits(tmp_path)


def test_missing_limits_are_named(tmp_path) -> None:
    with pytest.raises(UnreadableInput):
        read_plausibility_limits(tmp_path)
