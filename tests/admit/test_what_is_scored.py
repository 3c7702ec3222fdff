"""Scores for uses, ageing, balances and judgements over whole grids, as approved.

Each grid holds what lies at the limits on either side; what follows is approved as a whole
(``approved``), so that a rule that moves is seen wherever it moves something.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.admit.ageing import QualityLevel, ageing, anniversary, level_of, read_quality_levels
from pipelines.admit.balance import balances_of
from pipelines.admit.judged import together, words_of
from pipelines.admit.use_context import Context, chain_of, context_of, scores_in_use
from pipelines.admit.use_rubric import UseRow, UseRubric, read_use_rubrics
from pipelines.errors import WrongUsage
from schemas.factor import FACTOR
from schemas.render.frame import frame_of
from tests.admit.test_balance import RULE as BALANCE
from tests.admit.test_balance import world
from tests.admit.test_use_context import OWN, SEEDS, factor, regions
from tests.approved import approve, as_lines

APPROVED = Path(__file__).parent / "approved"
PLACES = (None, "210100", "210000", "CN-GRID7-NORTHEAST", "CN", "142", "001", "JP", "no-such")
ROUTES = (None, "", "grid", "grid.average", "grid.average.peak", "kiln")


def test_scores_in_use_are_those_approved() -> None:
    told: dict[str, Any] = {}
    uses = [Context(p, 2026, "grid.average") for p in PLACES]
    uses += [Context("210100", 2026, r) for r in ROUTES] + [
        Context(),
        Context("210100", None, None),
    ]
    shares = [{"market_share": s} for s in (None, 0.0, 0.0499, 0.05, 0.5, 0.79, 0.8, 0.8001, 1.0)]
    ways = [
        {"derivation": d} for d in ("measured", "calculated", "default", "estimated", "unknown")
    ]
    spans = [{"data_start": a and dt.date(a, 1, 1), "data_end": b and dt.date(b, 12, 31)}
             for a, b in ((None, None), (None, 2024), (2020, 2026), (2027, 2029), *(
                 (y, y) for y in range(2008, 2034)))]  # fmt: skip
    own = [{"region_code": p} for p in PLACES] + [{"route": r} for r in ROUTES]
    for scale, rubric in read_use_rubrics(SEEDS).items():
        told[scale] = [rubric.criteria, rubric.worst]
        for use in uses:
            for changed in own if use.region == "210100" or use.region is None else [{}]:
                told[f"{scale} {use} {changed}"] = _shown(changed, use, rubric)
        for changed in (*shares, *ways, *spans):
            use = Context("210100", 2026, "grid.average")
            told[f"{scale} {changed}"] = _shown(changed, use, rubric)
    told |= {f"chain {p}": chain_of(p, regions()) for p in PLACES}
    approve(APPROVED / "use.txt", as_lines(told))


def _shown(changed: dict[str, Any], use: Context, rubric: Any) -> list[Any]:
    found = scores_in_use(factor(**changed), OWN, use, rubric, regions())
    said = [f"{s.criterion} {s.score:g}" for s in found if not s.is_own]
    return said + [f"{s.criterion} {s.score:g} {s.reason_zh} {s.reason_en}"
                   for s in found if s.is_own]  # fmt: skip


@pytest.mark.parametrize(("condition", "part"), [
    ("years_apart", "year"), ("levels_up", "region"), ("foreign", "region"),
    ("same_country", "region"), ("same_world_region", "region"), ("route_short", "route"),
    ("route_common", "route"),
])  # fmt: skip
def test_what_a_use_leaves_out_is_not_guessed(condition, part) -> None:
    rows = [UseRow("ger", 1, condition, "0", "<=", "近", "near"),
            UseRow("ger", 5, "otherwise", "", "", "未知", "unknown")]  # fmt: skip
    use = Context("210100", 2026, "grid.average")
    rubric = UseRubric("made", tuple(rows))
    [said] = scores_in_use(factor(), OWN, replace(use, **{part: None}), rubric, regions())
    assert said.is_own
    assert f"does not state {part}" in said.reason_en
    [said] = scores_in_use(factor(), OWN, use, rubric, regions())
    assert not said.is_own


def test_what_a_use_may_say_is_as_approved() -> None:
    told: dict[str, Any] = {}
    for text in ("region=210100,year=2026,route=a", "year=2026", "region=CN，year=2026", "", "year",
                 "year=", "=2026", "year=26", "year=20266", "year=２０２６", "year=20a6",
                 "year=2026,year=2027",
                 "colour=red", "region=21zz", "region=99", " region = CN , year = 2026 ",
                 "route=a=b"):  # fmt: skip
        try:
            told[text] = str(context_of(text, regions()))
        except WrongUsage as refused:
            told[text] = refused.findings
    approve(APPROVED / "use_words.txt", as_lines(told))


LEVELS = tuple(QualityLevel(n, limit, is_in, f"级{n}", f"level {n}") for n, limit, is_in in (
    (1, 1.5, True), (2, 2.5, False), (3, 3.5, True)))  # fmt: skip


def test_levels_and_ages_are_those_approved(rulebook) -> None:
    ratings = pl.DataFrame({"dqr": [0.5, 1.49, 1.5, 1.51, 2.49, 2.5, 2.51, 3.5, 3.51, 5.0]})
    levels = ratings.select(level_of(pl.col("dqr"), LEVELS).alias("n"))["n"].to_list()
    assert levels == [1, 1, 1, 2, 2, 3, 3, 3, 3, 3]
    ends = [None, *(dt.date(y, m, d) for y, m, d in product(
        (2008, 2011, 2016, 2018, 2020, 2022, 2023, 2024, 2026), (2, 11), (28, 29, 20, 21, 22))
        if not (m == 2 and d == 29 and y % 4))]  # fmt: skip
    rows = [{"factor_id": f"F{n:03}", "version": "1.0", "data_end": end, "region_code": "CN",
             "derivation": "measured",
             "flow_id": "coal"} for n, end in enumerate(ends)]  # fmt: skip
    frame = frame_of(FACTOR, rows)
    region = pl.DataFrame({"region_code": ["CN"], "region_kind": ["country"]})
    told: dict[str, Any] = {}
    for then in (rulebook.released_on, dt.date(2027, 11, 21), dt.date(2029, 11, 21)):
        told[then.isoformat()] = ageing(frame, region, rulebook, read_quality_levels(SEEDS), then)
        older = replace(rulebook, released_on=dt.date(2024, 2, 29))
        told[f"from a leap day to {then}"] = ageing(frame, region, older, LEVELS, then)
    told["days"] = [anniversary(dt.date(2020, 2, 29), n) for n in (1, 3, 4)]
    approve(APPROVED / "ageing.txt", as_lines(told))


PROPERTIES = [("coke", "t", "GJ", 28.0), ("gas", "m3", "kg", 0.75), ("gas", "m3", "MJ", 36.0),
              ("sand", "bag", "kg", 25.0)]  # fmt: skip
CARBON = [("coke", 29.0), ("coke", 31.0), ("gas", 15.3), ("oil", 20.0), ("tar", None)]
KILNS: dict[str, tuple[list[Any], tuple[str, float, str]]] = {
    "lime": ([("input", "limestone", 1000.0, "kg"), ("emission", "co2_fossil", 440.0, "kg")],
             ("lime", 560.0, "kg")),
    "too much": ([("input", "limestone", 1000.0, "kg"), ("emission", "co2_fossil", 540.0, "kg")],
                 ("lime", 560.0, "kg")),
    "too little": ([("input", "limestone", 1000.0, "kg"), ("emission", "co2_fossil", 4.0, "kg")],
                   ("lime", 60.0, "kg")),
    "burnt": ([("input", "coke", 1.0, "t", "combustion"), ("emission", "co2_fossil", 3000.0, "kg"),
               ("input", "electricity", 10.0, "kWh"), ("emission", "n2o", 0.1, "kg")],
              ("heat", 20.0, "GJ")),
    "used as matter": ([("input", "coke", 1.0, "t"), ("emission", "co2_fossil", 3000.0, "kg")],
                       ("iron", 1.0, "t")),
    "gas": ([("input", "gas", 1000.0, "m3", "combustion"), ("input", "water", 1.0, "t"),
             ("emission", "co2_fossil", 2000.0, "kg"), ("waste", "ash", 10.0, "kg")],
            ("steam", 30.0, "GJ")),
    "unknown": ([("input", "sand", 2.0, "bag"), ("input", "mystery", 1.0, "barrel"),
                 ("emission", "co2_fossil", 0.0, "kg")], ("glass", 40.0, "kg")),
    "credit": ([("input", "limestone", 1000.0, "kg"), ("input", "slag", -100.0, "kg"),
                ("coproduct", "lime", -5.0, "kg"), ("emission", "co2_fossil", 440.0, "kg")],
               ("lime", 560.0, "kg")),
    "freight": ([("input", "road", 100.0, "t*km"), ("input", "limestone", 1.0, "t")],
                ("limestone", 1.0, "t")),
    "nothing": ([], ("lime", 1.0, "kg")),
    "tar": ([("input", "tar", 1.0, "GJ"), ("input", "oil", 1.0, "GJ", "combustion"),
             ("emission", "h2o", 1.0, "kg")], ("lime", 1.0, "kg")),
    "more heat": ([("input", "coke", 1.0, "t", "combustion")], ("heat", 28.7, "GJ")),
    "as much heat": ([("input", "coke", 1.0, "t", "combustion")], ("heat", 28.0, "GJ")),
}  # fmt: skip


def test_balances_are_those_approved() -> None:
    told = {}
    for name, (lines, made) in KILNS.items():
        given = world(lines, made, properties=PROPERTIES, carbon=CARBON)
        # Of the same unit, and no carbon content.
        other = given["parameter"].with_columns(
            pl.lit("oxidation").alias("parameter_kind"), pl.col("parameter_value") * 9
        )
        given["parameter"] = pl.concat([given["parameter"], other])
        told[name] = balances_of(given, BALANCE)
    approve(APPROVED / "balances.txt", as_lines(told))


def test_the_worst_word_holds_and_all_evidence_is_kept() -> None:
    def said(by: str, *words: tuple[str, str, str]) -> dict[str, Any]:
        return {"by": by, "event_id": f"X-{by}", "judgements": [
            {"criterion": c, "level": level, "evidence": e} for c, level, e in words]}  # fmt: skip

    from pipelines.admit.judged import LEVELS as WORDS

    told: dict[str, Any] = {"nothing": [words_of({}), together([])]}
    for one, other in product((*WORDS, "not_judged"), repeat=2):
        opinions = [said("b", ("rigour", one, "甲"), ("traceability", WORDS[0], "乙")),
                    said("a", ("rigour", other, "丙")), said("c")]  # fmt: skip
        told[f"{one} {other}"] = [together(opinions), [words_of(o) for o in opinions]]
    approve(APPROVED / "judgements.txt", as_lines(told))
