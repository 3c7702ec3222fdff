"""Is a derived value passed on only where every value it rests on may be?"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from pipelines.admit import judge
from pipelines.identity import record_id
from tests.admit.samples import RELEASED_ON, candidate, enter, factor_id, tables

YESTERDAY = RELEASED_ON - dt.timedelta(days=1)
HEAT = record_id("P", "report", "ncv")
CLOSED = [
    {"onward_publication": False}, {"licence": "closed"}, {"data_class": "confidential"},
    {"authorisation_scope": "none"}, {"authorisation_until": YESTERDAY}, {"licence": "unheard of"},
]  # fmt: skip


def heating_value() -> dict[str, Any]:
    return {
        "parameter_id": HEAT, "version": "1.0", "parameter_kind": "ncv", "name_zh": "热值",
        "name_en": "heat", "parameter_value": 26.7, "parameter_value_exact": "26.7",
        "parameter_unit": "GJ/t", "region_code": "R-COUNTRY", "source_id": "report",
        "edition": "1", "record_key": "ncv", "evidence_id": record_id("E", "report", "ncv"),
        "confidence": "high",
    }  # fmt: skip


def family(parent: str, **rights: Any) -> dict[str, pl.DataFrame]:
    """A child that rests on a parent of the source ``report``, whose rights are changed."""
    parents = {"parameter": f"{HEAT}@1.0", "candidate": f"{factor_id('k2')}@1.0"}
    rows = [candidate("k1"), candidate("k2", source_id="report")]
    given = tables(
        rows, parameters=[heating_value()], parents={"k1": [parents[parent]]}
    )  # fmt: skip
    is_report = pl.col("source_id") == "report"
    given["source"] = given["source"].with_columns(
        pl.when(is_report).then(pl.lit(v, given["source"].schema[k])).otherwise(k).alias(k)
        for k, v in rights.items()
    )
    return given


def codes(made: dict[str, pl.DataFrame]) -> dict[str, list[str]]:
    return dict(made["decision"].select("subject_id", "reason_codes").iter_rows())


@pytest.mark.parametrize("parent", ["parameter", "candidate"])
def test_a_child_of_open_parents_is_admitted(rulebook, parent):
    made = judge(family(parent), rulebook, enter)
    assert codes(made)[factor_id("k1")] == []


@pytest.mark.parametrize("rights", CLOSED, ids=lambda r: "=".join(map(str, *r.items())))
@pytest.mark.parametrize("parent", ["parameter", "candidate"])
def test_a_child_does_not_outlive_the_rights_of_its_parent(rulebook, parent, rights):
    made = judge(family(parent, **rights), rulebook, enter)
    assert "A-RIGHT-03" in codes(made)[factor_id("k1")]
    row = made["refused_factor"].row(by_predicate=pl.col("record_key") == "k1", named=True)
    named = HEAT if parent == "parameter" else factor_id("k2")
    assert f"由 {named} 计算，其来源 report" in row["reasons_zh"]
    assert f"rests on {named}, whose source report" in row["reasons_en"]


def test_a_parent_nobody_knows_gives_no_right(rulebook):
    given = family("parameter")
    given["parameter"] = given["parameter"].clear()
    made = judge(given, rulebook, enter)
    assert codes(made)[factor_id("k1")] == ["A-RIGHT-03"]


@pytest.mark.parametrize("changes", [{"data_class": "restricted"}, {"licence": "closed"},
                                     {"licence": "unheard of"},
                                     {"authorisation_scope": "none"}])  # fmt: skip
def test_the_rights_of_the_very_row_count_not_only_those_of_its_source(rulebook, changes):
    rows = [candidate("k1"), candidate("k2", **changes)]
    made = judge(tables(rows, parents={"k1": [f"{factor_id('k2')}@1.0"]}), rulebook, enter)
    assert codes(made)[factor_id("k1")] == ["A-RIGHT-03", "A-PAR-01"]


def test_grandchildren_do_not_outlive_them_either(rulebook):
    rows = [candidate(f"k{n}") for n in range(5)]
    parents = {f"k{n}": [f"{factor_id(f'k{n + 1}')}@1.0"] for n in range(3)}
    parents["k3"] = [f"{HEAT}@1.0"]
    for until, wanted in ((YESTERDAY, ["A-RIGHT-03", "A-PAR-01"]), (None, [])):
        given = tables(rows, parameters=[heating_value()], parents=parents)
        report = given["source"].with_columns(
            source_id=pl.lit("report"), authorisation_until=pl.lit(until, pl.Date)
        )
        given["source"] = pl.concat([given["source"], report])
        found = codes(judge(given, rulebook, enter))
        assert [found[factor_id(f"k{n}")] for n in range(3)] == [wanted] * 3
        assert found[factor_id("k4")] == []


def test_a_stated_rule_lets_the_rights_of_one_source_down_for_another(rulebook):
    given = family("parameter", authorisation_until=YESTERDAY)
    stated = replace(rulebook, derived_rights=(("src", "report"),))
    other = replace(rulebook, derived_rights=(("report", "src"), ("src", "src")))
    assert codes(judge(given, stated, enter))[factor_id("k1")] == []
    assert codes(judge(given, other, enter))[factor_id("k1")] == ["A-RIGHT-03"]


def test_a_child_says_the_strictest_scope_of_its_parents(rulebook):
    given = family("parameter", authorisation_scope="figures_only")
    given["candidate"] = given["candidate"].with_columns(authorisation_scope=pl.lit("public"))
    made = judge(given, rulebook, enter)["factor"]
    assert dict(made.select("record_key", "authorisation_scope").iter_rows()) == {
        "k1": "figures_only", "k2": "public",
    }  # fmt: skip
    assert codes(judge(given, rulebook, enter))[factor_id("k1")] == []


@pytest.mark.parametrize("changes", [{"confidence": "low"}, {"value": -1.0}, {"gwp_set": None}])
def test_a_child_of_a_refused_factor_is_refused_and_names_it(rulebook, changes):
    rows = [candidate("k1"), candidate("k2", **changes), candidate("k3")]
    parents = {"k1": [f"{factor_id('k2')}@1.0"], "k3": [f"{factor_id('k1')}@1.0"]}
    made = judge(tables(rows, parents=parents), rulebook, enter)
    found = codes(made)
    assert found[factor_id("k1")] == found[factor_id("k3")] == ["A-PAR-01"]
    row = made["refused_factor"].row(by_predicate=pl.col("record_key") == "k3", named=True)
    assert factor_id("k1") in row["reasons_zh"]
    assert factor_id("k1") in row["reasons_en"]


def test_a_child_of_a_repetition_is_refused(rulebook):
    twin = {"name_en": "coal", "name_zh": "煤"}
    rows = [candidate("k1", **twin), candidate("k2", **twin), candidate("k3")]
    kept, repeats = sorted(r["factor_id"] for r in rows[:2])
    for parent, wanted in ((kept, []), (repeats, ["A-PAR-01"])):
        given = tables(rows, parents={"k3": [f"{parent}@1.0"]})
        assert codes(judge(given, rulebook, enter))[factor_id("k3")] == wanted


def test_no_shipped_derivation_rests_on_a_closed_or_refused_parent(seeds, judged):
    found = {code for codes in judged["refused_factor"]["reason_codes"] for code in codes}
    assert not found & {"A-RIGHT-03", "A-PAR-01"}
    derived = judged["factor"].filter(source_id="tanyuan_derived")
    assert derived.height > 100
    assert set(derived["authorisation_scope"]) == {"figures_only"}
    handed_in = seeds.tables["candidate"].filter(source_id="tanyuan_derived")
    assert set(handed_in["authorisation_scope"]) == {"public"}
