"""Does rewriting an inventory leave the result as it was, and scaling it scale the result?"""

from __future__ import annotations

import copy
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.footprint.handmade import (
    DIESEL,
    HAUL,
    LIME,
    POWER,
    SAND,
    STEAM,
    emission,
    few,
    line,
    output,
    pinned,
    process,
    product,
)

HUNDREDTHS = st.integers(1, 20000).map(lambda n: n / 100)
PARTS = st.integers(1, 100).map(lambda n: n / 100)
# Flow, unit, factor and how many of another unit make one of the first.
BOUGHT = (
    ("electricity", "kWh", POWER, "MWh", 1000),
    ("heat", "GJ", STEAM, "MJ", 1 / 1000),
    ("lime", "t", LIME, "kg", 1 / 1000),
    ("sand", "kg", SAND, "t", 1000),
    ("freight_road", "t*km", HAUL, "kg*km", 1 / 1000),
)


@st.composite
def inventories(draw):
    """A kiln that takes from a mill, the mill from the kiln; both buy, burn and emit."""
    exchange = [
        line("kiln", "m", "lime", draw(PARTS), "kg", stage="raw_material", provider="mill"),
        line("mill", "k", "clinker", 0.001, "kg", provider="kiln"),
        line("kiln", "d", "diesel", draw(HUNDREDTHS), "kg", flow_use="combustion",
             **pinned(DIESEL)),
        emission("mill", "e", "ch4_fossil", draw(HUNDREDTHS)),
        emission("kiln", "e", "CO2", draw(HUNDREDTHS), stage="distribution"),
    ]  # fmt: skip
    for number in range(draw(st.integers(1, 3))):
        flow, unit, factor_id, _, _ = draw(st.sampled_from(BOUGHT))
        at = draw(st.sampled_from(["kiln", "mill"]))
        exchange.append(line(at, number, flow, draw(HUNDREDTHS), unit, **pinned(factor_id)))
    return {
        "product": [product("kiln"), product("mill")],
        "process": [process("kiln"), process("mill", "lime", 2, "kg")],
        "exchange": exchange,
    }


def summary(outcome, times=1.0):
    """Everything a reader adds up, by name, divided by a factor."""
    found = {}
    for one in ("kiln-out", "mill-out"):
        found[one] = outcome.total(one)
        for table in ("component", "stage", "gas"):
            parts = outcome.parts(table, one)
            found |= {(one, table, name): value for name, value in parts.items()}
    return {name: value / times for name, value in found.items()}


def same(one, other):
    """Whether two summaries agree in names and to ten digits in values."""
    return one == pytest.approx(other, rel=1e-10, abs=1e-12)


@few
@given(inventories(), st.integers(2, 900))
def test_asking_for_more_scales_everything(reckon, files, times):
    base = summary(reckon(**files))
    for row in files["product"]:
        row["declared_amount"] = times
    assert same(summary(reckon(**files), times), base)


@few
@given(inventories(), st.integers(2, 900))
def test_less_of_every_line_of_a_process_scales_its_product(reckon, files, times):
    files["exchange"] = [row for row in files["exchange"] if row["line"] != "k"]
    base = reckon(**files).total("kiln-out")
    for row in files["exchange"]:
        if row["process_id"] == "kiln":
            row["amount"] = repr(row["amount"] / times)
    less = reckon(**files).total("kiln-out")
    assert less == pytest.approx(base / times, rel=1e-10)


@few
@given(inventories())
def test_lines_in_other_units_give_the_same(reckon, files):
    base = summary(reckon(**files))
    others = {(flow, unit): (new, per) for flow, unit, _, new, per in BOUGHT}
    for row in files["exchange"]:
        new, per = others.get((row["flow"], row["unit"]), (None, None))
        if new and row["direction"] == "input":
            row["unit"], row["amount"] = new, repr(row["amount"] / per)
    assert same(summary(reckon(**files)), base)


@few
@given(inventories())
def test_a_product_in_tonnes_is_a_thousand_kilograms(reckon, files):
    base = summary(reckon(**files), 1 / 1000)
    for row in files["product"]:
        row["declared_unit"] = "t"
    assert same(summary(reckon(**files)), base)


@few
@given(inventories())
def test_a_reference_flow_in_tonnes_gives_the_same(reckon, files):
    base = summary(reckon(**files))
    for row in files["process"]:
        row["reference_amount"] /= 1000
        row["reference_unit"] = "t"
    assert same(summary(reckon(**files)), base)


@few
@given(inventories(), st.integers(0, 10**6))
def test_the_order_of_rows_does_not_matter(reckon, files, seed):
    before = reckon(**files).tables
    shaken = copy.deepcopy(files)
    for rows in shaken.values():
        random.Random(seed).shuffle(rows)
    after = reckon(**shaken).tables
    key = ["product_id", "gwp_set", "process_id", "line"]
    for column in ("contribution", "scaled_amount", "factor_id", "stage"):
        one = before["footprint_line"].select(*key, column)
        other = after["footprint_line"].select(*key, column)
        assert one.select(key).equals(other.select(key))
        if column in {"factor_id", "stage"}:
            assert one.equals(other)
        else:
            pairs = zip(one[column].to_list(), other[column].to_list(), strict=True)
            assert all(float(a) == pytest.approx(float(b), rel=1e-10) for a, b in pairs)
    totals = [t["footprint"]["footprint_value"].to_list() for t in (before, after)]
    assert list(map(float, totals[0])) == pytest.approx(list(map(float, totals[1])), rel=1e-10)


@few
@given(inventories(), st.data())
def test_a_line_split_in_two_gives_the_same(reckon, files, data):
    base = summary(reckon(**files))
    row = data.draw(st.sampled_from(files["exchange"]))
    part = data.draw(st.integers(1, 99)) / 100
    rest = {**row, "line": f"{row['line']}-rest", "amount": repr(row["amount"] * (1 - part))}
    row["amount"] = repr(row["amount"] * part)
    files["exchange"].append(rest)
    assert same(summary(reckon(**files)), base)


@few
@given(inventories(), st.data())
def test_a_process_that_only_passes_on_changes_nothing_in_total(reckon, files, data):
    base = reckon(**files)
    row = next(row for row in files["exchange"] if row["line"] == "m")
    row["provider"] = "store"
    loss = data.draw(st.integers(1, 50))
    files["process"].append(process("store", "lime", loss))
    files["exchange"].append(line("store", 1, "lime", loss, "kg", provider="mill"))
    after = reckon(**files)
    assert after.total("kiln-out") == pytest.approx(base.total("kiln-out"), rel=1e-10)
    assert after.intensity("kiln-out", "store") == pytest.approx(
        base.intensity("kiln-out", "mill"), rel=1e-10
    )


@settings(few, max_examples=2)
@given(inventories())
def test_the_total_is_the_sum_of_each_line_s_own_part(reckon, files):
    whole = reckon(**files).total("kiln-out")
    linked = [row for row in files["exchange"] if row["provider"] in {"kiln", "mill"}]
    parts = [row for row in files["exchange"] if row not in linked]
    alone = [
        reckon(**{**files, "exchange": [*copy.deepcopy(linked), row]}).total("kiln-out")
        for row in parts
    ]
    assert sum(alone) == pytest.approx(whole, rel=1e-10)


@few
@given(st.integers(1, 400), st.integers(1, 400), st.integers(2, 40))
def test_the_currency_of_prices_does_not_matter(reckon, one, other, rate):
    totals = []
    for times in (1, rate):
        outcome = reckon(
            product=[product("mill")],
            process=[process("mill", allocation="economic")],
            exchange=[
                emission("mill", "e", "CO2", 10),
                output("mill", "r", "reference_flow", 1, "kg", one * times),
                output("mill", "s", "sand", 2, "kg", other * times),
            ],
        )
        totals.append(outcome.total("mill-out"))
    assert totals[0] == pytest.approx(10 * one / (one + 2 * other), rel=1e-10)
    assert totals[1] == totals[0]
