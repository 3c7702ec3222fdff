"""Can an attacker read an owner out of published tables, or move a limit unseen?"""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from pipelines.grade import build, build_benchmarks
from pipelines.grade.audit import Figure, disclosed_ranks, intervals
from pipelines.grade.difference import differing_owners, tells_by_difference
from pipelines.grade.owners import influence_of, owners_of
from pipelines.grade.publication import publish_limits
from pipelines.grade.threshold import population_quantiles
from tests.grade.samples import DISCLOSURE, a_rule, member, population

pytestmark = pytest.mark.long  # Minutes of browser or campaign: `make test-long`.

CLOSE = 0.05
SHARED = 3


def drawn(rng: random.Random, n: int, spread: float) -> list:
    """n owners with one to three products each, around a common process."""
    members = []
    for i in range(n):
        base = 100 * rng.lognormvariate(0, spread)
        for k in range(rng.choice([1, 1, 1, 2, 3])):
            value = float(f"{base * rng.lognormvariate(0, 0.05):.6g}")
            members.append(
                member(f"p{i}-{k}", owner_id=f"o{i}", value=value, output=rng.uniform(50, 200))
            )
    return members


def read_back(made) -> int:
    """Values an attacker can tell from the limits, the number of results and the rule.

    His own reckoning, by linear programming over every result: the sorted values, each
    limit a mean of some of them to within its rounding.
    """
    members = sorted(made.judged, key=lambda m: m.value)
    values = [m.value for m in members]
    n = len(values)
    published = publish_limits(made.judged, made.rule, made.disclosure, protected=True)
    assert published.limits == made.limits
    rows, bounds = [], []
    ranks = sorted({rank for f in published.figures for rank in f.weights})
    place = {rank: i for i, rank in enumerate(ranks)}
    for figure, limit in zip(published.figures, made.limits, strict=True):
        row = np.zeros(len(ranks))
        for rank, weight in figure.weights.items():
            row[place[rank]] = float(weight)
        step = 10.0 ** (math.floor(math.log10(abs(limit))) - 1)
        exact = sum(float(w) * values[r - 1] for r, w in figure.weights.items())
        # Rounding is to half a step; a limit that was moved off a value lies above it.
        low, high = (limit - step / 2, limit + step / 2)
        while exact < low - 1e-9:
            low, high = low - step, limit
        rows += [row, -row]
        bounds += [high, -low]
    for a in range(len(ranks) - 1):
        row = np.zeros(len(ranks))
        row[a], row[a + 1] = 1, -1
        rows.append(row)
        bounds.append(0.0)
    found = 0
    for rank in ranks:
        aim = np.zeros(len(ranks))
        aim[place[rank]] = 1
        least = linprog(aim, np.array(rows), bounds, bounds=(0, None)).fun
        most = linprog(-aim, np.array(rows), bounds, bounds=(0, None))
        high = -most.fun if most.status == 0 else math.inf
        value = values[rank - 1]
        assert least - 1e-6 * value <= value <= high + 1e-6 * value
        is_close = value - least <= CLOSE * value and high - value <= CLOSE * value
        inside = {m.owner_id for m in members if least <= m.value <= high}
        found += is_close and len(inside) < SHARED
    assert n == len(members)
    return found


def attacked(seed: int) -> tuple[int, int, int]:
    """One category over two or three releases with a narrower category beside it.

    Returns:
        Published cells, suppressed cells, values recovered.
    """
    rng = random.Random(seed)
    quantiles = rng.choice([[0.25, 0.5], [0.2, 0.4, 0.6, 0.8], [0.5], [1 / 3, 2 / 3]])
    rule = a_rule(
        quantiles=quantiles, labels=list("ABCDE")[: len(quantiles) + 1],
        quantile_type=rng.choice([1, 6, 7]), weighted=rng.random() < 0.25,
        accepted_alarms=["G-ALM-02", "G-ALM-03"],
    )  # fmt: skip
    narrow = replace(rule, rule_id="rule-2", population="narrow")
    members = drawn(rng, rng.randint(5, 40), rng.choice([0.1, 0.2, 0.35, 0.6]))
    before: list = []
    shown = hidden = recovered = 0
    for _ in range(rng.randint(2, 3)):
        owners = sorted({m.owner_id for m in members})
        left_out = set(rng.sample(owners, min(rng.randint(0, 5), len(owners) - 1)))
        child = [m for m in members if m.owner_id not in left_out]
        made = build_benchmarks(
            {"rule-1": rule, "rule-2": narrow}, {"milk": members, "narrow": child}, DISCLOSURE,
            None, {"milk": before} if before else None,
        )  # fmt: skip
        for cell in made:
            shown += bool(cell.limits)
            hidden += not cell.limits
            if cell.limits:
                recovered += read_back(cell)
                assert not set(cell.limits) & {m.value for m in cell.judged}
        whole, part = made
        if whole.limits and part.limits:
            for side in differing_owners(whole.judged, part.judged):
                assert len(side) == 0 or len(side) >= SHARED
        if whole.limits and before:
            for side in differing_owners(whole.judged, before):
                assert len(side) == 0 or len(side) >= SHARED
        before = list(members)
        changed = set(rng.sample(owners, min(rng.choice([0, 1, 2, 3, 6]), len(owners))))
        members = [
            replace(m, value=float(f"{m.value * rng.uniform(0.8, 1.1):.6g}"))
            if m.owner_id in changed
            else m
            for m in members
        ]
    return shown, hidden, recovered


def campaign(seeds: range) -> int:
    """Attack the tables of every seed; returns how many were generated."""
    shown, hidden, recovered = map(sum, zip(*map(attacked, seeds), strict=True))
    assert recovered == 0
    # An attack on nothing would prove nothing.
    assert shown > hidden / 2 > 0
    return shown + hidden


def test_no_value_is_recovered_from_published_tables():
    campaign(range(4))


@pytest.mark.long
def test_no_value_is_recovered_from_five_hundred_published_tables():
    # Four to six tables each: two categories over two or three releases.
    assert campaign(range(1000, 1120)) >= 500


def test_without_protection_the_same_attack_recovers_values():
    # What the attack is worth: the plain rounded order statistic of five owners.
    values = [10.0, 20.0, 30.0, 40.0, 50.0]
    figures = [Figure({2: 1}, 19.5, 20.5), Figure({3: 1}, 29.5, 30.5)]
    ordered = [(v, f"o{i}") for i, v in enumerate(values)]
    assert disclosed_ranks(figures, ordered, CLOSE, SHARED) == [2, 3]
    assert intervals(figures, above_zero=True)[2] == pytest.approx((19.5, 20.5))


def test_values_that_three_owners_share_tell_of_none():
    ordered = [(v, f"o{i}") for i, v in enumerate([10.0, 20.0, 20.1, 20.2, 50.0])]
    assert disclosed_ranks([Figure({3: 1}, 19.5, 20.5)], ordered, CLOSE, SHARED) == []
    same = [(v, "one") for v, _ in ordered]
    assert disclosed_ranks([Figure({3: 1}, 19.5, 20.5)], same, CLOSE, SHARED) == [3]


@pytest.mark.parametrize(("added", "told"), [(0, 0), (1, 1), (2, 2), (3, 0), (7, 0)])
def test_an_edition_that_differs_in_one_or_two_owners_is_not_published(added, told):
    values = [10.0 * 1.07**i for i in range(30)]
    before = population(values[: 30 - added])
    after = population(values)
    assert tells_by_difference(after, before, 3) == told
    rule = a_rule(accepted_alarms=["G-ALM-02"])
    (made,) = build_benchmarks(
        {"rule-1": rule}, {"milk": after}, DISCLOSURE, None, {"milk": before}
    )  # fmt: skip
    assert bool(made.limits) == (not told)
    assert [r.code for r in made.reasons] == (["G-DIF-01"] if told else [])


def test_cells_apart_tell_nothing_together():
    assert tells_by_difference(population([1.0, 2.0]), population([3.0]), 3) == 0


def test_of_two_cells_that_differ_in_one_owner_the_smaller_is_suppressed():
    values = [10.0 * 1.07**i for i in range(30)]
    rules = {"rule-1": a_rule(), "rule-2": a_rule(rule_id="rule-2", population="narrow")}
    cells = {"milk": population(values), "narrow": population(values[:-1])}
    made = build_benchmarks(rules, cells, DISCLOSURE, None)
    assert [bool(b.limits) for b in made] == [True, False]
    assert [r.code for r in made[1].reasons] == ["G-DIF-02"]


def clean(n: int = 60) -> list:
    rng = random.Random(4)
    return population([round(100 * rng.lognormvariate(0, 0.3), 2) for _ in range(n)])


RULE = a_rule(quantiles=[0.2, 0.4, 0.6, 0.8], labels=list("ABCDE"))


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2, 0.4])
def test_poisoned_owners_move_no_limit_by_a_twentieth_without_an_alarm(share):
    before = clean()
    rng = random.Random(9)
    liars = set(rng.sample(range(len(before)), round(share * len(before))))
    after = [replace(m, value=m.value * 0.6) if i in liars else m for i, m in enumerate(before)]
    moved = max(
        abs(b - a) / a
        for a, b in zip(population_quantiles(before, RULE), population_quantiles(after, RULE),
                        strict=True)
    )  # fmt: skip
    with_history = build(RULE, after, DISCLOSURE, earlier=before)
    alarms = {r.code for r in with_history.reasons if r.severity == "review"}
    assert "G-ALM-03" in alarms
    assert ("G-ALM-02" in alarms) == (moved > 0.05)
    assert (with_history.is_graded, with_history.limits) == (False, ())
    first_edition = build(RULE, after, DISCLOSURE)
    assert moved < 0.05 or "G-INF-02" in [n.code for n in first_edition.notices]


def test_an_alarm_looked_into_lets_the_benchmark_through():
    before = clean()
    after = [replace(m, value=m.value * 0.9) for m in before]
    assert not build(RULE, after, DISCLOSURE, earlier=before).is_graded
    accepted = replace(RULE, accepted_alarms=("G-ALM-02",))
    assert build(accepted, after, DISCLOSURE, earlier=before).is_graded


def test_two_hundred_copies_of_one_result_by_one_owner_move_nothing():
    honest = clean()
    flood = [member(f"c{i}", owner_id="flood", value=55.0) for i in range(200)]
    one = build(RULE, [*honest, flood[0]], DISCLOSURE)
    many = build(RULE, [*honest, *flood], DISCLOSURE)
    assert many.limits == one.limits
    assert [x.code for x in many.exclusions] == ["G-CLN-01"] * 199


def test_two_hundred_near_copies_by_one_owner_suppress_the_benchmark():
    rng = random.Random(2)
    flood = [
        member(f"c{i}", owner_id="flood", value=55.0 * rng.uniform(0.999, 1.001), output=1e-6)
        for i in range(200)
    ]
    made = build(RULE, [*clean(), *flood], DISCLOSURE)
    assert "G-OWN-02" in [r.code for r in made.reasons]
    assert made.limits == ()


def test_two_hundred_new_owners_with_one_value_raise_an_alarm():
    rng = random.Random(2)
    flood = [
        member(f"c{i}", owner_id=f"new{i}", value=55.0 * rng.uniform(0.999, 1.001))
        for i in range(200)
    ]
    made = build(RULE, [*clean(), *flood], DISCLOSURE)
    (alarm,) = [r for r in made.reasons if r.severity == "review"]
    assert alarm.code == "G-ALM-01"
    assert "260" in alarm.en
    assert made.limits == ()


def test_a_spread_population_raises_no_alarm():
    made = build(RULE, clean(), DISCLOSURE, earlier=clean())
    assert made.is_graded
    assert [r.code for r in made.reasons] == []


def test_the_influence_of_one_owner_by_hand():
    # Without 10 the median of 10, 20, 30 moves from 20 to 25, without 30 to 15.
    rule = a_rule(quantiles=[0.5], labels=["A", "B"])
    assert influence_of(population([10.0, 20.0, 30.0]), rule) == 0.25


def test_effective_owners_by_hand():
    found = owners_of(population([1.0, 2.0, 3.0], [2.0, 1.0, 1.0]))
    assert found.effective == pytest.approx(16 / 6)
    assert owners_of(population([1.0] * 4)).effective == 4.0


def test_a_class_that_rounding_would_lose_is_not_published():
    values = [1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37, 5.0, 6.0, 7.0]
    made = build(a_rule(quantiles=[0.3, 0.5]), population(values), DISCLOSURE)
    assert made.limits == () or made.limits[0] < made.limits[1]
    tied = build(
        a_rule(quantiles=[0.3, 0.5]), population([1.0, *[2.0] * 6, 8.0, 9.0, 9.5]), DISCLOSURE
    )
    assert tied.limits == (2.1, 2.1)
