"""Is an emission that an inventory counts twice found, and one counted once left in peace?"""

from __future__ import annotations

import shutil
from dataclasses import replace

import polars as pl
import pytest

from pipelines.errors import TanyuanError
from pipelines.footprint import (
    FactorBook,
    compute,
    double_counted,
    read_double_counting_rule,
)
from schemas import ALL_TABLES
from schemas.render.frame import frame_of
from tests.conftest import SEEDS
from tests.footprint.handmade import (
    DIESEL,
    FACTORS,
    GASES,
    POWER,
    burnt,
    emission,
    factor,
    line,
    pinned,
    process,
    product,
    write,
)

RULE = read_double_counting_rule(SEEDS)
GRAVE, TANK, COAL, BURNT, DELIVERED, MADE, WIRES = (
    f"F{name:A<12}" for name in ("GRAVE", "TANK", "COALP", "COAL", "DELIV", "MADE", "WIRES")
)


@pytest.fixture(scope="module")
def library(library_with):
    """The bench with factors whose boundaries and scopes are told apart."""
    return library_with(
        factors=(
            *FACTORS,
            factor(GRAVE, "diesel", 4.0, "kg", boundary="cradle_to_grave"),
            factor(TANK, "diesel", 0.5, "kg", boundary="well_to_tank"),
            factor(COAL, "electricity_coal", 0.9, "kWh"),
            burnt(BURNT, "bituminous_coal", "kg", value=2.0),
            factor(DELIVERED, "electricity", 0.6, "kWh", delivery_scope="delivered"),
            factor(MADE, "electricity", 0.5, "kWh", delivery_scope="generation"),
            factor(WIRES, "electricity_transmission", 0.05, "kWh", delivery_scope="transmission"),
        ),
        gases=(*GASES, (BURNT, "co2_fossil", 2.0)),
    )


def told(tmp_path, library, *inventories, gwp_sets=("AR5",)):
    """Codes of what is counted twice under AR5, and the computed tables."""
    folders = [write(tmp_path / f"one{n}", **files) for n, files in enumerate(inventories)]
    tables = compute(folders, library, gwp_sets=gwp_sets, samples=0, double_counting=RULE)
    rows = {name: frame.to_dicts() for name, frame in tables.items()}
    found = double_counted(rows, FactorBook.over(library.factor, library.book.categories), RULE)
    for total in rows["footprint"]:
        key = (total["product_id"], total["gwp_set"])
        flags = {f for f in total["flags"] if f.startswith("double_counting:")}
        assert flags == {f"double_counting:{one.code}" for one in found.get(key, ())}
    ledger = {row["text_en"]: row["assumption_source"] for row in rows["assumption"]}
    for made in rows["product"]:
        for one in found.get((made["product_id"], made["gwp_set"]), ()):
            assert ledger[one.en] == one.code
    return found


def plant(*lines, name="plant", more=(), **files):
    """An inventory of one plant."""
    return {
        "product": [product(name)],
        "process": [process(name), *more],
        "exchange": list(lines),
        **files,
    }


def codes(found, gwp_set="AR5", name="plant"):
    return [one.code for one in found.get((f"{name}-out", gwp_set), ())]


def fuel(number, use, factor_id, flow="diesel"):
    return line("plant", number, flow, 2, "kg", flow_use=use, **pinned(factor_id))


def power(number, flow="electricity", factor_id=POWER):
    return line("plant", number, flow, 10, "kWh", **pinned(factor_id))


def certificate(name):
    return {
        "instrument_id": "GEC-1", "process_id": name, "line": 1, "kind": "certificate",
        "energy_source": "wind", "market_region": "CN", "provider": f"factor:{POWER}",
        "amount": 5, "unit": "kWh", "period_start": "2025-01-01", "period_end": "2025-12-31",
        "retired_for": "plant",
    }  # fmt: skip


def claims(name):
    lines = line(name, 1, "electricity", 10, "kWh", **pinned(POWER))
    return plant(lines, name=name, instrument=[certificate(name)])


def boiler(*more):
    steam = line("plant", 1, "heat", 3, "GJ", provider="boiler")
    fire = line("boiler", 1, "diesel", 30, "kg", flow_use="combustion", **pinned(DIESEL))
    return plant(steam, fire, *more, more=[process("boiler", "heat", 1, "GJ")])


def methane(carbon):
    return plant(emission("plant", 1, "ch4_fossil", 10), emission("plant", 2, "co2_fossil", carbon))


AVERAGE = line("plant", 2, "heat", 1, "GJ", provider="factor:FSTEAMAAAAAAA")
PLANTED = {
    "the coal of coal power": (
        "E-DBL-01",
        plant(fuel(1, "combustion", BURNT, "bituminous_coal"), power(2, "electricity_coal", COAL)),
        plant(fuel(1, "combustion", BURNT, "bituminous_coal"), power(2)),
    ),
    "fuel to the grave and its burning": (
        "E-DBL-02",
        plant(fuel(1, "supply", GRAVE), fuel(2, "combustion", DIESEL)),
        plant(fuel(1, "supply", TANK), fuel(2, "combustion", DIESEL)),
    ),
    "transmission twice": (
        "E-DBL-03",
        plant(power(1, "electricity", DELIVERED), power(2, "electricity_transmission", WIRES)),
        plant(power(1, "electricity", MADE), power(2, "electricity_transmission", WIRES)),
    ),
    "site heat and average heat": ("E-DBL-06", boiler(AVERAGE), boiler()),
    "methane's own carbon dioxide": ("E-DBL-07", methane(27.432), methane(20)),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_double_count_is_found_and_its_clean_twin_is_not(tmp_path, library, name):
    code, bad, good = PLANTED[name]
    assert codes(told(tmp_path / "bad", library, bad)) == [code]
    assert codes(told(tmp_path / "good", library, good)) == []


def test_a_factor_that_does_not_say_whether_it_is_delivered_is_for_review(tmp_path, library):
    unsaid = factor("FUNSAIDAAAAAA", "electricity", 0.6, "kWh", delivery_scope="not_stated")
    lines = power(1, "electricity", "FUNSAIDAAAAAA"), power(2, "electricity_transmission", WIRES)
    row = frame_of(ALL_TABLES["factor"], [unsaid])
    more = pl.concat([library.factor, row])
    named = {**library.by_name, "FUNSAIDAAAAAA": unsaid}
    found = told(tmp_path, replace(library, factor=more, by_name=named), plant(*lines))
    assert codes(found) == ["E-DBL-04"]
    assert found["plant-out", "AR5"][0].severity == "review"


def test_a_certificate_in_two_inventories_is_found_in_both(tmp_path, library):
    found = told(tmp_path, library, claims("plant"), claims("mill"))
    assert codes(found) == codes(found, name="mill") == ["E-DBL-05"]
    assert found["mill-out", "AR5"][0].expected == ("mill/1", "plant/1")
    assert codes(told(tmp_path / "alone", library, claims("plant"))) == []


def test_oxidised_methane_is_a_double_count_only_where_the_set_holds_it(tmp_path, library):
    found = told(tmp_path, library, methane(27.432), gwp_sets=("AR4", "AR5", "AR6"))
    assert codes(found, "AR5") == codes(found, "AR6") == ["E-DBL-07"]
    assert codes(found, "AR4") == []


def test_fuel_to_the_wheel_serves_no_supply_at_all(tmp_path, library_with):
    wheel = factor(GRAVE, "diesel", 4.0, "kg", boundary="well_to_wheel")
    bench = library_with(factors=(*FACTORS, wheel))
    with pytest.raises(TanyuanError) as caught:
        told(tmp_path, bench, plant(fuel(1, "supply", GRAVE), fuel(2, "combustion", DIESEL)))
    assert [one.code for one in caught.value.findings] == ["E-FPT-01"]


def test_the_finding_names_process_line_and_what_holds_the_burning(tmp_path, library):
    (one,) = told(tmp_path, library, PLANTED["fuel to the grave and its burning"][1])[
        "plant-out", "AR5"
    ]
    assert one.severity == "error"
    assert all(word in one.en for word in ("plant/1", GRAVE, "cradle_to_grave", "2", "diesel"))


def test_values_stay_and_the_shipped_products_count_nothing_twice(seed_library, seed_results):
    folders = sorted(p for p in (SEEDS / "inventories").iterdir() if p.is_dir())
    tables = compute(folders, seed_library, samples=0, gwp_sets=(), double_counting=RULE)
    totals = tables["footprint"]
    before = seed_results.tables["footprint"]
    keys = ["product_id", "gwp_set"]
    joined = totals.join(before, on=keys, suffix="_before")
    assert len(joined) == len(totals) == 9
    assert joined["footprint_value"].equals(joined["footprint_value_before"], check_names=False)
    flagged = {
        row["product_id"]: [f for f in row["flags"] if f.startswith("double_counting")]
        for row in totals.iter_rows(named=True)
    }
    assert {name: flags for name, flags in flagged.items() if flags} == {}


@pytest.mark.parametrize("part", ["nested", "generation", "transmission", "average", "methane"])
def test_a_limit_without_a_source_is_refused(tmp_path, part):
    (tmp_path / "rules").mkdir()
    path = tmp_path / "rules" / "double_counting.toml"
    shutil.copy(SEEDS / "rules" / "double_counting.toml", path)
    text = path.read_text("utf-8")
    head, _, tail = text.partition(f"[{part}]\n")
    path.write_text(f"{head}[{part}]\n{tail.replace('source =', 'sauce =', 1)}", "utf-8")
    with pytest.raises(TanyuanError) as caught:
        read_double_counting_rule(tmp_path)
    assert [one.code for one in caught.value.findings] == ["E-DBL-08"]
