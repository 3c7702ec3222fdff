"""Twenty ways to rewrite an inventory whose effect on the footprint is known beforehand.

Systems are small and computed without files, so that every property is tried on hundreds of
them; ``test_metamorphic`` asks the same of whole inventories read from files.
"""

from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.footprint import Library
from pipelines.footprint.account import counted
from pipelines.footprint.characterise import Characteriser
from pipelines.footprint.contributions import atoms_of, parts_of_lines, run_product
from pipelines.footprint.inventory import Inventory
from pipelines.footprint.sampling.sample import sample
from pipelines.footprint.sampling.small_system import multipliers_of
from pipelines.footprint.sampling.summary import figures_of
from pipelines.footprint.selection import Choice
from pipelines.footprint.solve import Solver, links_of
from pipelines.footprint.standing import CRITERIA, quality
from pipelines.footprint.system import build_system
from pipelines.quantities.number import result_decimal
from tests.footprint.handmade import DIESEL, HAUL, POWER, SAND
from tests.footprint.sampling.made_systems import direct_intensity, made_system

EXAMPLES = 40
many = settings(max_examples=EXAMPLES, deadline=None, database=None)
long = settings(max_examples=20_000, deadline=None, database=None)
AMOUNT = st.integers(1, 10**6).map(lambda n: n / 1000)
BOUGHT = (("electricity", "kWh", POWER), ("sand", "kg", SAND), ("freight_road", "t*km", HAUL))
OTHER_UNITS = {
    "kWh": (("MWh", 1000), ("GJ", Fraction(10**9, 3_600_000))),
    "kg": (("t", 1000), ("g", Fraction(1, 1000))),
    "t*km": (("kg*km", Fraction(1, 1000)),),
}
BLANK = {
    "version": "1.0", "stage": "production", "direction": "input", "flow_use": "supply",
    "provider": None, "supplier_id": None, "region_code": None, "route": None,
    "data_origin": "secondary", "uncertainty_kind": "none", "uncertainty_value": None,
    "amount_lower95": None, "amount_upper95": None, "basic_variance": None,
    "allocation_value": None, "confidence": "high", "note": None,
}  # fmt: skip


def bought(process, number, flow, amount, unit, factor, **more):
    return {**BLANK, "process_id": process, "line": str(number), "flow": flow, "amount": amount,
            "amount_unit": unit, "provider": f"factor:{factor}", **more}  # fmt: skip


def linked(process, number, flow, amount, provider):
    return {**BLANK, "process_id": process, "line": str(number), "flow": flow, "amount": amount,
            "amount_unit": "kg", "provider": provider}  # fmt: skip


def let_out(process, number, gas, amount, **more):
    return {**BLANK, "process_id": process, "line": str(number), "flow": gas, "amount": amount,
            "amount_unit": "kg", "direction": "emission", "flow_use": None, **more}  # fmt: skip


FLOWS = ("clinker", "lime", "clay")
NAMES = ("kiln", "mill", "pit")


@st.composite
def lines(draw):
    """Lines of three processes that feed each other in a loop that makes more than it uses."""
    rows = [
        linked("kiln", "m", "lime", draw(st.integers(1, 90)) / 100, "mill"),
        linked("mill", "p", "clay", draw(st.integers(1, 90)) / 100, "pit"),
        linked("pit", "k", "clinker", draw(st.integers(1, 90)) / 100, "kiln"),
        let_out("kiln", "e", "co2_fossil", draw(AMOUNT)),
        let_out("mill", "e", draw(st.sampled_from(["ch4_fossil", "n2o"])), draw(AMOUNT)),
    ]
    for number in range(draw(st.integers(1, 3))):
        flow, unit, factor = draw(st.sampled_from(BOUGHT))
        at = draw(st.sampled_from(NAMES))
        rows.append(bought(at, number, flow, draw(AMOUNT), unit, factor))
    if draw(st.booleans()):
        rows.append(bought("kiln", "d", "diesel", draw(AMOUNT), "kg", DIESEL,
                           flow_use="combustion"))  # fmt: skip
    return rows


class Reckoner:
    """Footprints of lines against the hand-made library, without files."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def __repr__(self) -> str:
        return "reckoner"

    def choices(self, rows):
        """Every line names its factor: nothing is left to choose."""
        found = {}
        for row in rows:
            if not (row["provider"] or "").startswith("factor:"):
                continue
            factor = self.library.by_name[row["provider"].removeprefix("factor:")]
            ratio = self.library.book.ratio(
                row["flow"], row["amount_unit"], factor["reference_unit"]
            )
            key = (row["process_id"], row["line"], row["flow_use"])
            found[key] = Choice(factor, float(ratio), 1, "", "", "[]")
        return found

    def of_set(self, gwp_set):
        library = self.library
        gwp, components = library.gwp[gwp_set], library.book.components
        removal = library.resolution.removal_component
        return Characteriser(gwp_set, gwp, components, library.gases, removal)

    def atoms(self, rows, gwp_set="AR5", demand=1.0, root="kiln"):
        inventory = Inventory("one")
        inventory.rows = {
            "process": [
                {"process_id": name, "reference_flow": flow, "reference_amount": 1.0,
                 "reference_flow_unit": "kg", "allocation": "none", "region_code": "CN",
                 "route": None}
                for name, flow in zip(NAMES, FLOWS, strict=True)
            ],
            "exchange": rows,
            "product": [{"period_start": dt.date(2025, 1, 1), "period_end": dt.date(2025, 12, 31)}],
            "instrument": [],
        }  # fmt: skip
        book = self.library.book
        system = build_system(inventory, book)
        solver = Solver(links_of(system), tuple(node.process_id for node in system.nodes))
        parts = parts_of_lines(rows, self.choices(rows), {}, self.of_set(gwp_set), book)
        run = run_product(system, solver, system.root_of[root], demand)
        return atoms_of(system, run, parts)

    def total(self, rows, **more):
        return float(sum(a.co2e for a in counted(self.atoms(rows, **more), "excluding_uptake")))


@pytest.fixture(scope="module")
def reckoner(library):
    return Reckoner(library)


def like(value):
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def own(rows):
    """The lines that are not links."""
    return [row for row in rows if row["provider"] not in NAMES]


def check_linear(reckoner, rows, times):
    scaled = [{**r, "amount": r["amount"] * times} if r in own(rows) else r for r in rows]
    assert reckoner.total(scaled) == like(times * reckoner.total(rows))


@many
@given(lines(), st.integers(2, 1000))
def test_01_the_footprint_is_linear_in_the_amounts(reckoner, rows, times):
    check_linear(reckoner, rows, times)


@pytest.mark.long
@long
@given(lines(), st.integers(2, 1000))
def test_01_linear_over_twenty_thousand_systems(reckoner, rows, times):
    check_linear(reckoner, rows, times)


@many
@given(lines())
def test_01_footprints_of_disjoint_lines_add_up(reckoner, rows):
    links = [row for row in rows if row["provider"] in NAMES]
    parts = sum(reckoner.total([*links, row]) for row in own(rows))
    assert parts == like(reckoner.total(rows))


@many
@given(lines(), st.data())
def test_02_other_units_give_the_same(reckoner, rows, data):
    base = reckoner.total(rows)
    changed = []
    for row in rows:
        choices = OTHER_UNITS[row["amount_unit"]] if row["direction"] == "input" else ()
        if choices:
            unit, worth = data.draw(st.sampled_from(choices))
            amount = float(Fraction(repr(row["amount"])) / worth)
            changed.append({**row, "amount_unit": unit, "amount": amount})
        else:
            changed.append(row)
    assert reckoner.total(changed) == like(base)


@many
@given(lines(), st.randoms(use_true_random=False))
def test_03_the_order_of_lines_does_not_change_a_bit(reckoner, rows, shuffle):
    base = reckoner.atoms(rows)
    links = [row for row in rows if row["provider"] in NAMES]
    mixed = own(rows)
    shuffle.shuffle(mixed)
    assert reckoner.atoms([*links, *mixed]) == base


@many
@given(lines(), st.data())
def test_04_a_line_in_parts_gives_the_same(reckoner, rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    pieces = data.draw(st.lists(st.integers(1, 100), min_size=2, max_size=4))
    row = rows[at]
    parts = [
        {**row, "line": f"{row['line']}-{i}", "amount": row["amount"] * n / sum(pieces)}
        for i, n in enumerate(pieces)
    ]
    assert reckoner.total([*rows[:at], *parts, *rows[at + 1 :]]) == like(reckoner.total(rows))


@many
@given(lines(), st.sampled_from(BOUGHT), st.sampled_from(NAMES))
def test_05_a_line_of_nothing_changes_nothing(reckoner, rows, kind, name):
    flow, unit, factor = kind
    more = [*rows, bought(name, "z", flow, 0.0, unit, factor)]
    assert reckoner.total(more) == reckoner.total(rows)


@many
@given(lines())
def test_06_another_set_moves_each_gas_by_the_ratio_of_its_potentials(reckoner, rows):
    by_set = {}
    gwp = reckoner.library.gwp
    emitted = [row for row in rows if row["provider"] in NAMES or row["direction"] == "emission"]
    for name in ("AR5", "AR6"):
        sums = {}
        for atom in reckoner.atoms(emitted, gwp_set=name):
            assert float(atom.co2e) == like(float(atom.mass) * gwp[name][atom.gas])
            sums[atom.gas] = sums.get(atom.gas, 0.0) + float(atom.co2e)
        by_set[name] = sums
    assert gwp["AR5"]["co2_fossil"] == 1
    for gas, value in by_set["AR6"].items():
        assert value == like(by_set["AR5"][gas] * gwp["AR6"][gas] / gwp["AR5"][gas])


@many
@given(lines())
def test_07_what_is_made_is_taken_or_asked_for(reckoner, rows):
    taken = {name: {r["provider"]: r["amount"] for r in rows if r["process_id"] == name and
                    r["provider"] in NAMES} for name in NAMES}  # fmt: skip
    demand = {"kiln": 1.0}
    emitters = {"kiln": "co2_fossil"}
    made = {}
    for name in NAMES:
        probe = [r for r in rows if r["provider"] in NAMES]
        probe.append(let_out(name, "probe", emitters.get(name, "co2_fossil"), 1.0))
        made[name] = reckoner.total(probe)
    for name in NAMES:
        used = sum(made[taker] * inputs.get(name, 0.0) for taker, inputs in taken.items())
        assert made[name] == like(demand.get(name, 0.0) + used)


@many
@given(lines(), st.sampled_from(BOUGHT), AMOUNT)
def test_09_more_of_anything_never_lowers_the_total(reckoner, rows, kind, amount):
    flow, unit, factor = kind
    assert reckoner.total([*rows, bought("pit", "z", flow, amount, unit, factor)]) >= (
        reckoner.total(rows) * (1 - 1e-12)
    )


@many
@given(lines(), st.lists(AMOUNT, min_size=1, max_size=3))
def test_10_a_wider_boundary_without_removals_is_never_below(reckoner, rows, later):
    wider = [*rows, *(let_out("kiln", f"use{i}", "co2_fossil", amount, stage="use")
                      for i, amount in enumerate(later))]  # fmt: skip
    gate = reckoner.total(rows)
    assert reckoner.total(wider) == like(gate + sum(later) * made_of_kiln(reckoner, rows))
    assert reckoner.total(wider) >= gate


def made_of_kiln(reckoner, rows):
    links = [row for row in rows if row["provider"] in NAMES]
    return reckoner.total([*links, let_out("kiln", "probe", "co2_fossil", 1.0)])


@many
@given(lines(), AMOUNT)
def test_11_a_removal_stands_apart_and_is_taken_off(reckoner, rows, amount):
    removal = {**let_out("kiln", "r", "co2_fossil", amount), "direction": "removal"}
    atoms = reckoner.atoms([*rows, removal])
    removed = sum(float(a.co2e) for a in atoms if a.component == "technological_removal")
    assert removed == like(-amount * made_of_kiln(reckoner, rows))
    assert reckoner.total([*rows, removal]) == like(reckoner.total(rows) + removed)


@many
@given(lines())
def test_12_computing_again_gives_the_same_bytes(reckoner, rows):
    assert reckoner.atoms(rows) == reckoner.atoms([dict(row) for row in rows])


@many
@given(lines(), st.integers(1, 10**6))
def test_15_the_declared_amount_scales_the_result(reckoner, rows, amount):
    assert reckoner.total(rows, demand=float(amount)) == like(amount * reckoner.total(rows))


@many
@given(st.integers(0, 10**9), st.floats(0.01, 0.4))
def test_16_without_spread_a_point_and_with_it_the_wider_the_more(seed, spread):
    system = made_system(12, seed=seed % 1000, spread=0.0)
    nominal = direct_intensity(system)
    assert sample(system, nominal, 16, seed).intensity == pytest.approx(
        np.repeat(nominal[:, None], 16, axis=1), rel=1e-9
    )
    drawn = multipliers_of(made_system(12, seed=seed % 1000, spread=spread), 64, seed)
    one, other = drawn[:, 1], drawn[:, 2]
    both = figures_of(one * other).gsd2
    assert both >= 1
    # Variances of independent quantities add; of 64 draws within their error.
    sigma = math.log(both) / 2
    assert sigma == pytest.approx(spread * math.sqrt(2), rel=0.6)


@many
@given(st.lists(st.tuples(AMOUNT, *[st.integers(1, 5)] * 4), min_size=1, max_size=5), st.data())
def test_18_a_worse_score_never_improves_the_rating(parts, data):
    def rated(scored):
        lines = [
            {"contribution": result_decimal(amount), "factor_id": str(i), "version": "1.0",
             "provider": None}
            for i, (amount, *_) in enumerate(scored)
        ]  # fmt: skip
        found = {
            (str(i), "1.0"): dict(zip(CRITERIA, scores, strict=True))
            for i, (_, *scores) in enumerate(scored)
        }
        return quality(SimpleNamespace(quality=found, products={}), lines)["dqr"]

    at = data.draw(st.integers(0, len(parts) - 1))
    criterion = data.draw(st.integers(1, 4))
    worse = [list(part) for part in parts]
    worse[at][criterion] = data.draw(st.integers(worse[at][criterion], 5))
    assert rated(worse) >= rated(parts) - 1e-9


@many
@given(lines())
def test_20_a_loop_is_the_sum_of_all_its_rounds(reckoner, rows):
    by_name = {r["process_id"]: r["amount"] for r in rows if r["provider"] in NAMES}
    turn = math.prod(by_name.values())
    assume(turn < 0.75)
    probe = [r for r in rows if r["provider"] in NAMES]
    probe.append(let_out("kiln", "probe", "co2_fossil", 1.0))
    # One turn after another, and in closed form.
    assert reckoner.total(probe) == like(math.fsum(turn**k for k in range(200)))
    assert reckoner.total(probe) == like(1 / (1 - turn))


@many
@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_19_a_published_result_is_read_back_as_it_was(value):
    published = result_decimal(value)
    assert result_decimal(float(published)) == published
    assert float(str(published)) == float(published)
