"""Twenty ways to rewrite an inventory whose effect on the footprint is known beforehand.

Systems are small and computed without files, so that every property is tried on hundreds of
them; ``test_metamorphic`` asks the same of whole inventories read from files.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import random
from dataclasses import dataclass, replace
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.footprint import Library
from pipelines.footprint.account import counted
from pipelines.footprint.characterise import Characteriser
from pipelines.footprint.contributions import Run, atoms_of, parts_of_lines
from pipelines.footprint.inventory import Inventory
from pipelines.footprint.outputs import outputs_of
from pipelines.footprint.requests import SCHEMA
from pipelines.footprint.sampling.sample import sample
from pipelines.footprint.sampling.small_system import multipliers_of
from pipelines.footprint.sampling.summary import figures_of
from pipelines.footprint.selection import Choice, select
from pipelines.footprint.solve import Solver, links_of
from pipelines.footprint.standing import CRITERIA, quality
from pipelines.footprint.system import build_system
from pipelines.grade.assign import class_of
from pipelines.grade.threshold import quantile
from pipelines.quantities.number import result_decimal
from schemas import ALL_TABLES
from schemas.render.frame import frame_of
from tests.footprint.handmade import DIESEL, HAUL, POWER, SAND
from tests.footprint.handmade import factor as factor_row
from tests.footprint.sampling.made_systems import direct_intensity, made_system

# Two hundred systems for every property: each example is a batch, solved as one set.
BATCH, EXAMPLES = 20, 10
many = settings(max_examples=EXAMPLES, deadline=None, database=None)
long = settings(max_examples=1_000, deadline=None, database=None)
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


def amount(draw):
    return draw.randint(1, 10**6) / 1000


def lines(draw):
    """Lines of three processes that feed each other in a loop that makes more than it uses."""
    rows = [
        linked("kiln", "m", "lime", draw.randint(1, 90) / 100, "mill"),
        linked("mill", "p", "clay", draw.randint(1, 90) / 100, "pit"),
        linked("pit", "k", "clinker", draw.randint(1, 90) / 100, "kiln"),
        let_out("kiln", "e", "co2_fossil", amount(draw)),
        let_out("mill", "e", draw.choice(["ch4_fossil", "n2o"]), amount(draw)),
    ]
    for number in range(draw.randint(1, 3)):
        flow, unit, factor = draw.choice(BOUGHT)
        rows.append(bought(draw.choice(NAMES), number, flow, amount(draw), unit, factor))
    if draw.random() < 0.5:
        rows.append(bought("kiln", "d", "diesel", amount(draw), "kg", DIESEL,
                           flow_use="combustion"))  # fmt: skip
    return rows


@dataclass
class Batch:
    """Systems drawn from one number, and further draws for what a property changes in each."""

    seed: int

    def __post_init__(self) -> None:
        self.draws = [random.Random(f"{self.seed}/{i}") for i in range(BATCH)]
        self.systems = [lines(draw) for draw in self.draws]

    def changed(self, change):
        """Every system changed by its own draws."""
        pairs = zip(self.systems, self.draws, strict=True)
        return [change(rows, draw) for rows, draw in pairs]


BATCHES = st.integers(0, 2**63 - 1).map(Batch)


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

    def atoms(self, systems, gwp_set="AR5", demands=None, root="kiln"):
        """The atoms of each system, all of them solved as one set of disjoint systems."""
        placed = [{**row, "process_id": f"{i}.{row['process_id']}", "provider": _within(i, row)}
                  for i, rows in enumerate(systems) for row in rows]  # fmt: skip
        inventory = Inventory("one")
        inventory.rows = {
            "process": [
                {"process_id": f"{i}.{name}", "reference_flow": flow, "reference_amount": 1.0,
                 "reference_flow_unit": "kg", "allocation": "none", "region_code": "CN",
                 "route": None}
                for i in range(len(systems))
                for name, flow in zip(NAMES, FLOWS, strict=True)
            ],
            "exchange": placed,
        }  # fmt: skip
        book = self.library.book
        system = build_system(inventory, book)
        solver = Solver(links_of(system), tuple(node.process_id for node in system.nodes))
        asked = np.zeros(len(system.nodes))
        for i, demand in enumerate(demands or [1.0] * len(systems)):
            asked[system.root_of[f"{i}.{root}"]] = demand
        scale = solver.supply(asked)
        run = Run(scale, {"production": scale}, 0.0, -1)
        parts = parts_of_lines(placed, self.choices(placed), {}, self.of_set(gwp_set), book)
        found = [[] for _ in systems]
        for atom in atoms_of(system, run, parts):
            i, _, name = atom.process_id.partition(".")
            found[int(i)].append(replace(atom, process_id=name))
        return found

    def totals(self, systems, **more):
        return np.array([
            float(sum(a.co2e for a in counted(atoms, "excluding_uptake")))
            for atoms in self.atoms(systems, **more)
        ])  # fmt: skip


def _within(i, row):
    return f"{i}.{row['provider']}" if row["provider"] in NAMES else row["provider"]


@pytest.fixture(scope="module")
def reckoner(library):
    return Reckoner(library)


def like(values):
    return pytest.approx(values, rel=1e-9, abs=1e-12)


def own(rows):
    """The lines that are not links."""
    return [row for row in rows if row["provider"] not in NAMES]


def links(rows):
    return [row for row in rows if row["provider"] in NAMES]


def probe(rows, gas="co2_fossil", at="kiln"):
    """The links alone, and one kilogram of a gas let out per unit of a process."""
    return [*links(rows), let_out(at, "probe", gas, 1.0)]


def check_linear(reckoner, batch):
    times = np.array([draw.randint(2, 1000) for draw in batch.draws])
    scaled = [
        [{**r, "amount": r["amount"] * int(n)} if r in own(rows) else r for r in rows]
        for rows, n in zip(batch.systems, times, strict=True)
    ]
    assert reckoner.totals(scaled) == like(times * reckoner.totals(batch.systems))


def test_every_property_is_tried_on_two_hundred_systems():
    assert BATCH * EXAMPLES >= 200
    assert len({str(rows) for seed in range(EXAMPLES) for rows in Batch(seed).systems}) >= 200


@many
@given(BATCHES)
def test_01_the_footprint_is_linear_in_the_amounts(reckoner, batch):
    check_linear(reckoner, batch)


@pytest.mark.long
@long
@given(BATCHES)
def test_01_linear_over_twenty_thousand_systems(reckoner, batch):
    check_linear(reckoner, batch)


@many
@given(BATCHES)
def test_01_footprints_of_disjoint_lines_add_up(reckoner, batch):
    alone = [[*links(rows), row] for rows in batch.systems for row in own(rows)]
    parts = iter(reckoner.totals(alone))
    sums = [sum(next(parts) for _ in own(rows)) for rows in batch.systems]
    assert sums == like(reckoner.totals(batch.systems))


def in_other_units(rows, draw):
    changed = []
    for row in rows:
        choices = OTHER_UNITS[row["amount_unit"]] if row["direction"] == "input" else ()
        if choices:
            unit, worth = draw.choice(choices)
            value = float(Fraction(repr(row["amount"])) / worth)
            changed.append({**row, "amount_unit": unit, "amount": value})
        else:
            changed.append(row)
    return changed


@many
@given(BATCHES)
def test_02_other_units_give_the_same(reckoner, batch):
    changed = batch.changed(in_other_units)
    assert changed != batch.systems
    assert reckoner.totals(changed) == like(reckoner.totals(batch.systems))


@many
@given(BATCHES)
def test_03_the_order_of_lines_does_not_change_a_bit(reckoner, batch):
    def mixed(rows, draw):
        return [*links(rows), *draw.sample(own(rows), len(own(rows)))]

    assert reckoner.atoms(batch.changed(mixed)) == reckoner.atoms(batch.systems)


def in_parts(rows, draw):
    at = draw.randrange(len(rows))
    pieces = [draw.randint(1, 100) for _ in range(draw.randint(2, 4))]
    row = rows[at]
    parts = [
        {**row, "line": f"{row['line']}-{i}", "amount": row["amount"] * n / sum(pieces)}
        for i, n in enumerate(pieces)
    ]
    return [*rows[:at], *parts, *rows[at + 1 :]]


@many
@given(BATCHES)
def test_04_a_line_in_parts_gives_the_same(reckoner, batch):
    split = reckoner.totals(batch.changed(in_parts))
    assert split == like(reckoner.totals(batch.systems))


@many
@given(BATCHES)
def test_05_a_line_of_nothing_changes_nothing(reckoner, batch):
    def with_nothing(rows, draw):
        flow, unit, factor = draw.choice(BOUGHT)
        return [*rows, bought(draw.choice(NAMES), "z", flow, 0.0, unit, factor)]

    more = reckoner.totals(batch.changed(with_nothing))
    assert list(more) == list(reckoner.totals(batch.systems))


@many
@given(BATCHES)
def test_06_another_set_moves_each_gas_by_the_ratio_of_its_potentials(reckoner, batch):
    gwp = reckoner.library.gwp
    emitted = [[r for r in rows if r["provider"] in NAMES or r["direction"] == "emission"]
               for rows in batch.systems]  # fmt: skip
    by_set = {}
    for name in ("AR5", "AR6"):
        by_set[name] = []
        for atoms in reckoner.atoms(emitted, gwp_set=name):
            sums = {}
            for atom in atoms:
                assert float(atom.co2e) == like(float(atom.mass) * gwp[name][atom.gas])
                sums[atom.gas] = sums.get(atom.gas, 0.0) + float(atom.co2e)
            by_set[name].append(sums)
    assert gwp["AR5"]["co2_fossil"] == 1
    for one, other in zip(by_set["AR5"], by_set["AR6"], strict=True):
        assert other == like({g: v * gwp["AR6"][g] / gwp["AR5"][g] for g, v in one.items()})


@many
@given(BATCHES)
def test_07_what_is_made_is_taken_or_asked_for(reckoner, batch):
    made = {n: reckoner.totals([probe(r, at=n) for r in batch.systems]) for n in NAMES}
    for i, rows in enumerate(batch.systems):
        for name in NAMES:
            used = sum(made[r["process_id"]][i] * r["amount"]
                       for r in links(rows) if r["provider"] == name)  # fmt: skip
            assert made[name][i] == like(float(name == "kiln") + used)


@many
@given(BATCHES)
def test_08_allocated_parts_sum_to_the_whole_and_shares_to_one(reckoner, batch):
    book = reckoner.library.book
    for draw in batch.draws:
        process = {"process_id": "mill", "reference_flow": "clinker", "reference_amount": 1.0,
                   "reference_flow_unit": "kg", "allocation": draw.choice(
                       ["mass", "energy", "economic"])}  # fmt: skip
        flows = ["reference_flow", *draw.sample(["sand", "clay", "lime"], draw.randint(1, 3))]
        beside = [
            {"direction": "coproduct", "flow": flow, "amount_unit": "kg",
             "amount": 1.0 if flow == "reference_flow" else amount(draw),
             "allocation_value": amount(draw)}
            for flow in flows
        ]  # fmt: skip
        outputs = outputs_of(process, beside, book)
        assert sum(one.share for one in outputs) == 1
        assert len(outputs) == len(flows)
        assert all(one.share > 0 for one in outputs)
        # A co-product that is worth nothing leaves the whole with the others.
        beside[-1]["allocation_value"] = 0.0
        nil = outputs_of(process, beside, book)
        assert (nil[-1].share, sum(one.share for one in nil)) == (0, 1)


@many
@given(BATCHES)
def test_09_more_of_anything_never_lowers_the_total(reckoner, batch):
    def with_more(rows, draw):
        flow, unit, factor = draw.choice(BOUGHT)
        return [*rows, bought("pit", "z", flow, amount(draw), unit, factor)]

    more = reckoner.totals(batch.changed(with_more))
    assert (more >= reckoner.totals(batch.systems) * (1 - 1e-12)).all()


@many
@given(BATCHES)
def test_10_a_wider_boundary_without_removals_is_never_below(reckoner, batch):
    later = [[amount(draw) for _ in range(draw.randint(1, 3))] for draw in batch.draws]
    wider = [
        [*rows, *(let_out("kiln", f"use{i}", "co2_fossil", n, stage="use")
                  for i, n in enumerate(more))]
        for rows, more in zip(batch.systems, later, strict=True)
    ]  # fmt: skip
    gate = reckoner.totals(batch.systems)
    made = reckoner.totals([probe(rows) for rows in batch.systems])
    found = reckoner.totals(wider)
    assert found == like(gate + np.array([sum(more) for more in later]) * made)
    assert (found >= gate).all()


@many
@given(BATCHES)
def test_11_a_removal_stands_apart_and_is_taken_off(reckoner, batch):
    taken = np.array([amount(draw) for draw in batch.draws])
    with_removal = [
        [*rows, {**let_out("kiln", "r", "co2_fossil", float(n)), "direction": "removal"}]
        for rows, n in zip(batch.systems, taken, strict=True)
    ]
    removed = np.array([
        sum(float(a.co2e) for a in atoms if a.component == "technological_removal")
        for atoms in reckoner.atoms(with_removal)
    ])  # fmt: skip
    assert removed == like(-taken * reckoner.totals([probe(rows) for rows in batch.systems]))
    total = reckoner.totals(batch.systems) + removed
    assert reckoner.totals(with_removal) == pytest.approx(total, rel=1e-8, abs=1e-6)


@many
@given(BATCHES)
def test_12_computing_again_gives_the_same_bytes(reckoner, batch):
    again = [[dict(row) for row in rows] for rows in batch.systems]
    assert reckoner.atoms(batch.systems) == reckoner.atoms(again)


def requests(draws, midpoints, region="640000"):
    """One request per system, each for a flow of its own."""
    return pl.DataFrame(
        [
            {"process_id": f"p{i}", "line": "1", "use": "supply", "flow_id": f"flow-{i}",
             "region_code": region, "route": None, "supplier_id": None, "midpoint": day,
             "amount_unit": "kg", "gwp_set": "AR5", "pinned": None}
            for i, day in zip(range(len(draws)), midpoints, strict=True)
        ],
        schema=SCHEMA,
    )  # fmt: skip


def chosen(library, asked, factors):
    """Factor id and runner-up count by process."""
    frame = frame_of(ALL_TABLES["factor"], factors)
    found = select(asked, frame, library.factor_gas.clear(), library.chains, library.resolution,
                   library.book)  # fmt: skip
    return {key[0]: choice.factor and choice.factor["factor_id"] for key, choice in found.items()}


DAY = dt.timedelta(days=1)
START = dt.date(2020, 1, 1)
# From the plant's own province outwards, and places that do not hold it.
NEAR_TO_FAR = ("640000", "CN-GRID7-NORTHWEST", "CN", "142", "001")
ELSEWHERE = ("110000", "DE")


@many
@given(BATCHES)
def test_13_only_factors_valid_on_the_day_are_chosen_and_within_it_the_day_is_free(reckoner, batch):
    factors, days, moved = [], [], []
    for i, draw in enumerate(batch.draws):
        since = START + draw.randint(0, 1000) * DAY
        until = since + draw.randint(2, 1000) * DAY
        for name, first, last in (("A", since, until), ("B", until + DAY, until + 900 * DAY)):
            factors.append(factor_row(f"F{name}{i:011d}", f"flow-{i}", 1.0, "kg", region_code="CN",
                                      valid_from=first, valid_until=last, data_start=None,
                                      data_end=None))  # fmt: skip
        days.append(since)
        moved.append(since + draw.randint(0, (until - since).days) * DAY)
    library = reckoner.library
    wanted = {f"p{i}": f"FA{i:011d}" for i in range(BATCH)}
    assert chosen(library, requests(batch.draws, days), factors) == wanted
    assert chosen(library, requests(batch.draws, moved), factors) == wanted
    before = [day - DAY for day in days]
    assert set(chosen(library, requests(batch.draws, before), factors).values()) == {None}


@many
@given(BATCHES)
def test_14_place_falls_back_in_the_declared_order_and_a_worse_match_changes_nothing(
    reckoner, batch
):
    held, worse, wanted = [], [], {}
    for i, draw in enumerate(batch.draws):
        best = draw.randrange(len(NEAR_TO_FAR) - 1)
        further = draw.sample(NEAR_TO_FAR[best + 1 :], 1)
        for number, place in enumerate((NEAR_TO_FAR[best], *further, draw.choice(ELSEWHERE))):
            # The nearer is never the better otherwise: place decides.
            row = factor_row(f"F{number}{i:011d}", f"flow-{i}", 1.0, "kg", region_code=place,
                             dqr=3.0 - number)  # fmt: skip
            (worse if number else held).append(row)
        wanted[f"p{i}"] = f"F0{i:011d}"
    asked = requests(batch.draws, [dt.date(2025, 7, 2)] * BATCH)
    assert chosen(reckoner.library, asked, held) == wanted
    assert chosen(reckoner.library, asked, [*worse, *held]) == wanted


@many
@given(BATCHES)
def test_15_the_declared_amount_scales_the_result(reckoner, batch):
    asked = [float(draw.randint(1, 10**6)) for draw in batch.draws]
    found = reckoner.totals(batch.systems, demands=asked)
    assert found == like(np.array(asked) * reckoner.totals(batch.systems))


@many
@given(BATCHES)
def test_16_without_spread_a_point_and_with_it_the_wider_the_more(batch):
    system = made_system(12, seed=batch.seed % 1000, spread=0.0)
    nominal = direct_intensity(system)
    assert sample(system, nominal, 16, batch.seed % 10**9).intensity == pytest.approx(
        np.repeat(nominal[:, None], 16, axis=1), rel=1e-9
    )
    for draw in batch.draws:
        spread, seed = draw.uniform(0.01, 0.4), draw.randrange(10**9)
        drawn = multipliers_of(made_system(12, seed=seed % 1000, spread=spread), 64, seed)
        both = figures_of(drawn[:, 1] * drawn[:, 2]).gsd2
        assert both >= 1
        # Variances of independent quantities add; of 64 draws within their error.
        assert math.log(both) / 2 == pytest.approx(spread * math.sqrt(2), rel=0.6)


@many
@given(BATCHES)
def test_17_a_class_is_monotone_and_free_of_the_scale_of_all_results(batch):
    labels = list("ABCDE")
    for draw in batch.draws:
        values = sorted(amount(draw) for _ in range(draw.randint(5, 30)))
        kind, scale = draw.choice((1, 6, 7)), 2.0 ** draw.randint(-20, 20)

        def classes(of, kind=kind):
            limits = sorted(quantile(of, share, kind) for share in (0.2, 0.4, 0.6, 0.8))
            return [class_of(one, limits, labels, "<=") for one in of]

        found = classes(values)
        assert found == sorted(found)
        assert classes([value * scale for value in values]) == found


def rated(scored):
    rows = [
        {"contribution": result_decimal(one), "factor_id": str(i), "version": "1.0",
         "provider": None}
        for i, (one, *_) in enumerate(scored)
    ]  # fmt: skip
    found = {
        (str(i), "1.0"): dict(zip(CRITERIA, scores, strict=True))
        for i, (_, *scores) in enumerate(scored)
    }
    return quality(SimpleNamespace(quality=found, products={}), rows)["dqr"]


@many
@given(BATCHES)
def test_18_a_worse_score_never_improves_the_rating(batch):
    for draw in batch.draws:
        parts = [[amount(draw), *(draw.randint(1, 5) for _ in range(4))]
                 for _ in range(draw.randint(1, 5))]  # fmt: skip
        worse = [list(part) for part in parts]
        one, criterion = draw.choice(worse), draw.randint(1, 4)
        one[criterion] = draw.randint(one[criterion], 5)
        assert rated(worse) >= rated(parts) - 1e-9


@many
@given(BATCHES)
def test_19_a_published_result_is_read_back_as_it_was(batch):
    values = [draw.uniform(-1, 1) * 10 ** draw.randint(-12, 12) for draw in batch.draws]
    published = [result_decimal(value) for value in values]
    for one in published:
        assert result_decimal(float(one)) == one
        assert float(str(one)) == float(one)
    column = pl.Series(published, dtype=pl.Decimal(38, 15))
    stream = io.BytesIO()
    column.to_frame("value").write_parquet(stream)
    stream.seek(0)
    assert pl.read_parquet(stream)["value"].to_list() == published


@many
@given(BATCHES)
def test_20_a_loop_is_the_sum_of_all_its_rounds(reckoner, batch):
    turns = np.array([math.prod(r["amount"] for r in links(rows)) for rows in batch.systems])
    found = reckoner.totals([probe(rows) for rows in batch.systems])
    # One turn after another, and in closed form.
    assert found == like([math.fsum(t**k for k in range(400)) for t in turns])
    assert found == like(1 / (1 - turns))
