"""Do ``footprint check`` and ``run`` say what a result counts twice and leaves open?"""

from __future__ import annotations

import datetime as dt
import re

import polars as pl
import pytest

from pipelines.errors import FaultyData
from schemas import ALL_TABLES
from schemas.render.frame import frame_of
from tests.conftest import SEEDS, asked
from tests.footprint.handmade import emission, line, pinned, process, product, write


@pytest.fixture
def planted(tmp_path):
    """Fossil methane whose oxidised carbon is counted again, and a flow without a factor."""
    return write(
        tmp_path / "plant",
        product=[product("plant", is_limit_activity="true")],
        process=[process("plant")],
        exchange=[
            emission("plant", 1, "ch4_fossil", 10),
            emission("plant", 2, "co2_fossil", 27.432),
            line("plant", 3, "organic_waste_dry", 5, "kg"),
        ],
    )


@pytest.mark.parametrize("word", ["check", "run"])
def test_what_is_counted_twice_and_left_open_is_told(shared_home, planted, word):
    done = asked("footprint", word, str(planted), home=shared_home)
    found = {one.code for one in done.findings}
    assert found == {"E-DBL-07", "E-SEL-03", "E-SEL-11"}
    assert done.summary == {"products": 1, "double_counting": 1, "assumptions": 2}
    # Told, for review; no value is changed and nothing is refused.
    assert done.exit == 0
    if word == "run":
        (answer,) = done.data["products"]
        assert "double_counting:E-DBL-07" in answer["flags"]
        assert [gap["flow"] for gap in answer["gaps"]] == ["organic_waste_dry"]
        assert answer["separate"] == {"fossil": answer["value"]}
        assert sum(p["contribution"] for p in answer["parts"]) == pytest.approx(answer["value"])


def test_a_result_names_stages_and_flows_in_the_language_of_its_reader(shared_home):
    inventory = str(SEEDS / "inventories" / "coal_ammonia")
    done = asked("footprint", "run", inventory, "--samples", "0", home=shared_home)
    for text, words, gap in (
        (done.text_zh, ("原材料获取", "电力", "煤灰"), "整个门类"),
        (done.text_en, ("raw material", "electricity", "coal ash"), "whole division"),
    ):
        assert all(word in text.lower() for word in words)
        (bounded,) = [one for one in text.splitlines() if "ammonia-coal/IL0134" in one]
        assert gap in bounded
        assert not re.search("约|about", bounded)
    assert "electricity" not in done.text_zh
    # What programs read keeps the ids.
    assert {line["flow"] for line in done.data["products"][0]["lines"]} >= {"electricity"}


def test_a_factor_whose_set_is_unsaid_is_told_once_for_all_lines_and_products(
    shared_home, release_folder, tmp_path
):
    bare = pl.read_parquet(release_folder / "data" / "factor.parquet").filter(
        flow_id="electricity", factor_kind="footprint_factor", gwp_set="not_stated",
        region_code="CN", boundary="cradle_to_gate",
    )["factor_id"].sort()[0]  # fmt: skip
    folder = write(
        tmp_path / "plant",
        product=[product("plant"), product("plant", product_id="plant-2")],
        process=[process("plant")],
        exchange=[line("plant", n, "electricity", 1, "kWh", **pinned(bare)) for n in range(1, 9)],
    )
    done = asked("footprint", "run", str(folder), "--samples", "0", home=shared_home)
    (told,) = [one for one in done.findings if one.code == "E-SEL-06"]
    assert told.expected == tuple(f"plant/{n}" for n in range(1, 9))
    assert told.place["value"] == bare
    assert "plant/5" in told.zh
    assert all(len(answer["lines"]) == 8 for answer in done.data["products"])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"valid_from": dt.date(2020, 1, 1), "valid_until": dt.date(2021, 12, 31)}, "E-SEL-10"),
        ({"gwp_set": "AR4"}, "E-SEL-13"),
    ],
)
def test_a_released_factor_out_of_its_time_or_of_another_set_is_refused_at_its_cell(
    shared_home, own_release, tmp_path, changed, code
):
    path = own_release / "data" / "factor.parquet"
    factors = pl.read_parquet(path)
    gravel = factors.filter(flow_id="gravel", factor_kind="footprint_factor")["factor_id"][0]
    spoilt = [
        pl.when(pl.col("factor_id") == gravel)
        .then(pl.lit(value, factors.schema[name]))
        .otherwise(pl.col(name))
        .alias(name)
        for name, value in changed.items()
    ]
    factors.with_columns(spoilt).write_parquet(path)
    folder = write(
        tmp_path / "plant",
        product=[product("plant")],
        process=[process("plant")],
        exchange=[emission("plant", 1, "CO2", 1), line("plant", 2, "gravel", 3, "t",
                                                       **pinned(gravel))],
    )  # fmt: skip
    with pytest.raises(FaultyData) as caught:
        asked("footprint", "run", str(folder), "--release", str(own_release), home=shared_home)
    (found,) = caught.value.findings
    assert (found.code, caught.value.exit_code) == (code, 1)
    assert found.place == {
        "file": "plant/exchange.csv", "row": 3, "field": "provider", "value": gravel,
        "process": "plant", "line": "2",
    }  # fmt: skip


def claim(process, amount, factor_id):
    return {
        "instrument_id": "GEC-0001", "process_id": process, "line": "1", "kind": "certificate",
        "energy_source": "wind", "market_region": "CN", "provider": f"factor:{factor_id}",
        "amount": amount, "unit": "kWh", "period_start": "2023-01-01",
        "period_end": "2023-12-31", "retired_for": process,
    }  # fmt: skip


def test_a_certificate_that_a_released_product_claims_is_not_free(
    shared_home, own_release, tmp_path
):
    wind = pl.read_parquet(own_release / "data" / "factor.parquet").filter(
        flow_id="electricity_wind", factor_kind="footprint_factor"
    )["factor_id"].sort()[0]  # fmt: skip
    files = {
        "product": [product("plant", period_start="2023-01-01", period_end="2023-12-31")],
        "process": [process("plant")],
        "exchange": [line("plant", 1, "electricity", 10, "kWh", **pinned(wind))],
        "instrument": [claim("plant", 5, wind)],
    }
    folder = write(tmp_path / "plant", **files)

    def told():
        done = asked(
            "footprint", "check", str(folder), "--release", str(own_release), home=shared_home
        )
        return [one for one in done.findings if one.code == "E-DBL-05"]

    assert told() == []
    other = claim("clinker-cn", 5, wind) | {"instrument_kind": "certificate"}
    other |= {"instrument_amount": 5.0, "instrument_unit": "kWh"}
    for name in ("kind", "amount", "unit"):
        del other[name]
    days = {name: dt.date.fromisoformat(other[name]) for name in ("period_start", "period_end")}
    frame_of(ALL_TABLES["instrument"], [other | days]).write_parquet(
        own_release / "data" / "instrument.parquet"
    )
    (found,) = told()
    assert found.severity == "error"
    assert found.expected == ("clinker-cn/1", "plant/1")
