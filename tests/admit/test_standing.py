"""Is no factor given a better standing than its transcription and its parents have?"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import polars as pl
import pytest

from pipelines.admit import judge
from tests.admit.samples import candidate, enter, tables

CONFIDENCE = ["high", "medium", "low"]
STATUS = ["admitted", "provisional", "refused"]


@pytest.mark.parametrize(
    ("confidence", "status"), [("high", ["admitted"]), ("medium", ["provisional"]), ("low", [])]
)
def test_confidence_decides_the_standing(rulebook, confidence, status):
    made = judge(tables([candidate(confidence=confidence)]), rulebook, enter)
    assert made["factor"]["status"].to_list() == status
    assert made["factor"]["confidence"].to_list() == [confidence] * len(status)
    assert made["refused_factor"].height == 1 - len(status)


def test_low_confidence_is_refused_in_words_whatever_else_is_right(rulebook):
    (row,) = judge(tables([candidate(confidence="low")]), rulebook, enter)[
        "refused_factor"
    ].iter_rows(named=True)  # fmt: skip
    assert row["reason_codes"] == ["A-CONF-01"]
    assert "可信度为低" in row["reasons_zh"]
    assert "low confidence" in row["reasons_en"]


def test_no_shipped_policy_takes_low_confidence(rulebook):
    taken = [(p.verdict, p.confidence) for p in rulebook.policies]
    assert taken == [("admit", ("high",)), ("provisional", ("medium",))]


def test_every_shipped_factor_stands_as_its_transcription_does(seeds, judged):
    pairs = Counter(judged["factor"].select("confidence", "status").iter_rows())
    assert set(pairs) == {("high", "admitted"), ("medium", "provisional")}
    entered = seeds.tables["candidate"].join(judged["refused_factor"], on="factor_id", how="anti")
    handed_in = Counter(entered["confidence"])
    assert {c: n for (c, _), n in pairs.items()} == handed_in


def parents_by_child(given) -> dict[str, list[str]]:
    """Record ids, without version, that the evidence of each derived candidate names."""
    named = {
        r["evidence_id"]: r["parents"]
        for r in given["evidence"].iter_rows(named=True)
        if r["parents"]
    }
    return {
        r["factor_id"]: [p.split("@")[0] for p in named[r["evidence_id"]]]
        for r in given["candidate"].iter_rows(named=True)
        if r["evidence_id"] in named
    }


def standings(given, made) -> tuple[dict[str, str], dict[str, str]]:
    confidence = {
        **dict(given["parameter"].select("parameter_id", "confidence").iter_rows()),
        **dict(given["candidate"].select("factor_id", "confidence").iter_rows()),
    }
    status = {
        **dict.fromkeys(made["refused_factor"]["factor_id"], "refused"),
        **dict(made["factor"].select("factor_id", "status").iter_rows()),
    }
    return confidence, status


def require_no_better(given, made) -> int:
    confidence, status = standings(given, made)
    family = parents_by_child(given)
    for child, parents in family.items():
        assert len(parents) >= 2
        weakest = max(CONFIDENCE.index(confidence[p]) for p in parents)
        assert CONFIDENCE.index(confidence[child]) >= weakest
        for parent in parents:
            if parent in status:
                assert STATUS.index(status[child]) >= STATUS.index(status[parent])
    return len(family)


def test_a_derived_factor_is_never_better_than_its_weakest_parent(seeds, judged):
    derived = seeds.tables["candidate"].filter(source_id="tanyuan_derived")
    assert require_no_better(seeds.tables, judged) == len(derived) > 100


def test_a_derived_factor_names_every_parent_in_its_steps(seeds):
    evidence = seeds.tables["evidence"].filter(pl.col("parents").list.len() > 0)
    for row in evidence.iter_rows(named=True):
        told = {step["source"].split("@")[0] for step in json.loads(row["steps"])}
        assert {p.split("@")[0] for p in row["parents"]} <= told


@pytest.mark.parametrize("name", ["parameter", "candidate"])
@pytest.mark.parametrize(("weaker", "status"), [("medium", {"provisional"}), ("low", set())])
def test_parents_that_weaken_take_their_children_along(seeds, rulebook, name, weaker, status):
    key = {"parameter": "parameter_id", "candidate": "factor_id"}[name]
    children = parents_by_child(seeds.tables)
    own = set(seeds.read[name][key])
    of_weak = {child for child, parents in children.items() if own & set(parents)}
    weakened = seeds.read[name].with_columns(confidence=pl.lit(weaker))
    given = seeds.derive({**seeds.read, name: weakened})
    made = judge(given, rulebook, enter)
    assert require_no_better(given, made) == len(children)
    found = made["factor"].filter(pl.col("factor_id").is_in(of_weak))
    assert set(found["status"]) == status
    if weaker == "low":
        refused = made["refused_factor"].filter(pl.col("factor_id").is_in(of_weak))
        assert len(refused) == len(of_weak) > 50
        wanted = ["A-CONF-01"] + ["A-PAR-01"] * (name == "candidate")
        assert {tuple(codes) for codes in refused["reason_codes"]} == {tuple(wanted)}
    else:
        assert len(found) == len(of_weak)


def test_without_a_policy_for_it_a_standing_is_not_given(rulebook):
    only_high = replace(rulebook, policies=rulebook.policies[:1])
    made = judge(tables([candidate(confidence="medium")]), only_high, enter)
    assert made["refused_factor"]["reason_codes"].to_list() == [["A-CONF-01"]]
