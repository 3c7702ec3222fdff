"""Does every candidate end in exactly one place, whatever is wrong with it?"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import schemas
from pipelines.admit import judge
from schemas.render.pandera import require
from tests.admit.samples import GWPS, candidate, enter, factor_id, gas, tables

CHANGES: list[dict[str, Any]] = [
    {"flags": ["offset_margin"]},
    {"gwp_set": None, "value_unit": "kgCO2e"},
    {"gwp_set": "not_stated", "value_unit": "kgCO2e"},
    {"gwp_set": "SAR"},
    {"gwp_set": "not_applicable", "value_unit": "kgCO2"},
    {"data_class": "restricted"},
    {"licence": "closed"},
    {"confidence": "low"},
    {"confidence": "medium"},
    {"core_data": True},
    {"value": None},
    {"value": -1.0},
    {"factor_kind": "removal_factor"},
    {"source_id": "src-2"},
    {"edition": "2"},
]
# Changes, whether gases are given, whether evidence is, whether the row is there twice.
KINDS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(CHANGES), max_size=4),
        st.sampled_from([(), ("n2o",), ("n2o", "nf3")]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
)
VERDICT_OF = {"admitted": "admit", "provisional": "provisional"}
COUNTED = {"admit": "admitted", "provisional": "provisional", "refuse": "refused"}


def against(row: dict[str, Any], gases: Collection[str], *, has_evidence: bool) -> set[str]:
    """The reasons against one row, told from the row alone."""
    is_co2e, value, named = row["value_unit"] == "kgCO2e", row["value"], row["gwp_set"]
    found = {
        "A-KIND-01": "offset_margin" in row["flags"],
        "A-GWP-01": is_co2e and named is None,
        "A-GWP-02": named == "not_stated",
        "A-EVI-01": not has_evidence,
        "A-RIGHT-01": row["data_class"] != "public" or row["licence"] == "closed",
        "A-CONF-01": row["confidence"] == "low",
        "A-CORE-01": row["core_data"],
        "A-VAL-01": value is None and not gases,
        "A-SIGN-01": (value or 0) < 0 and row["factor_kind"] != "removal_factor",
        "A-PLA-04": is_co2e and _is_off(value, named, gases),
        # The gases name the evidence of their row.
        "A-ROW-01": (not is_co2e and named not in {None, "not_applicable"})
        or (bool(gases) and not has_evidence),
        "A-GAS-01": value is None and bool(gases) and not set(gases) <= set(GWPS.get(named, ())),
    }
    return {code for code, stands in found.items() if stands}


def _is_off(value: float | None, named: str | None, gases: Collection[str]) -> bool:
    """Whether a hundredth kilogram of each gas misses the stated CO2e."""
    held = GWPS.get(str(named), {})
    if value is None or not gases or not set(gases) <= set(held):
        return False
    return abs(sum(0.01 * held[gas] for gas in gases) - value) > 0.005 * abs(value)


def planted(kinds) -> tuple[dict[str, pl.DataFrame], dict[str, set[str]]]:
    """Tables of such candidates, and the reasons against each."""
    rows, gases, bare, wanted = [], [], [], {}
    for n, (changes, codes, has_evidence, is_twice) in enumerate(kinds):
        one = candidate(f"k{n}", **{k: v for change in changes for k, v in change.items()})
        rows.append(one)
        gases += [gas(f"k{n}", code, 0.01) for code in codes]
        bare += [] if has_evidence else [f"k{n}"]
        wanted[one["factor_id"]] = against(one, codes, has_evidence=has_evidence)
        if is_twice:
            own = candidate(f"k{n}-twin")
            twin = one | {k: own[k] for k in ("record_key", "factor_id", "evidence_id")}
            rows.append(twin)
            wanted[twin["factor_id"]] = against(twin, (), has_evidence=True)
            # The one against which nothing stands is kept, the first by id of those alike.
            ids = [one["factor_id"], twin["factor_id"]]
            wanted[max(ids, key=lambda i: (bool(wanted[i]), i))].add("A-DUP-01")
    return tables(rows, gases, without_evidence=bare), wanted


def whereabouts(given, made) -> None:
    """Nothing is lost, nothing is doubled, and every count says the same."""
    asked = given["candidate"]["factor_id"].to_list()
    entered, kept_out = made["factor"], made["refused_factor"]
    assert sorted([*entered["factor_id"], *kept_out["factor_id"]]) == sorted(asked)
    assert entered.select("factor_id", "version").is_duplicated().sum() == 0
    assert all(kept_out["reason_codes"].list.len() > 0)

    decided = {r["subject_id"]: r for r in made["decision"].iter_rows(named=True)}
    assert sorted(decided) == sorted(asked)
    assert len(made["decision"]) == len(asked)
    for row in entered.iter_rows(named=True):
        decision = decided[row["factor_id"]]
        assert decision["verdict"] == VERDICT_OF[row["status"]]
        assert decision["decision_id"] == row["decision_id"]
        assert decision["reason_codes"] == []
    for row in kept_out.iter_rows(named=True):
        decision = decided[row["factor_id"]]
        assert (decision["verdict"], decision["reason_codes"]) == ("refuse", row["reason_codes"])

    edition_of = {r[0]: r[1:] for r in given["candidate"].select(
        "factor_id", "source_id", "edition").iter_rows()}  # fmt: skip
    counted = Counter((edition_of[f], COUNTED[d["verdict"]]) for f, d in decided.items())
    assert len(made["source_count"]) == len(given["row_count"])
    for row in made["source_count"].iter_rows(named=True):
        edition = (row["source_id"], row["edition"])
        parts = [row[name] for name in ("admitted", "provisional", "refused")]
        assert parts == [counted[edition, n] for n in ("admitted", "provisional", "refused")]
        assert row["rows_in"] == row["parameters"] + row["skipped"] + sum(parts)
        assert row["candidates"] == sum(parts)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(kinds=KINDS)
def test_candidates_are_admitted_provisional_or_refused_and_nothing_else(rulebook, kinds):
    given_tables, wanted = planted(kinds)
    made = judge(given_tables, rulebook, enter)
    whereabouts(given_tables, made)
    entered = set(made["factor"]["factor_id"])
    assert entered == {one for one, codes in wanted.items() if not codes}
    for row in made["refused_factor"].iter_rows(named=True):
        assert set(row["reason_codes"]) == wanted[row["factor_id"]]
        assert len(row["reason_codes"]) == len(wanted[row["factor_id"]])
    for name in ("factor_gas", "factor_co2e"):
        assert set(made[name]["factor_id"]) <= entered
    assert set(made["factor_quality"]["factor_id"]) == entered


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_part_of_the_shipped_candidates_is_conserved_too(seeds, rulebook, data):
    whole = seeds.tables
    ids = sorted(whole["candidate"]["factor_id"])
    picked = data.draw(st.sets(st.sampled_from(ids), max_size=40))
    part = {
        **whole,
        "candidate": whole["candidate"].filter(pl.col("factor_id").is_in(picked)),
        "candidate_gas": whole["candidate_gas"].filter(pl.col("factor_id").is_in(picked)),
    }
    counts = Counter(part["candidate"].select("source_id", "edition").iter_rows())
    part["row_count"] = whole["row_count"].with_columns(
        candidates=pl.Series(
            [counts[row] for row in whole["row_count"].select("source_id", "edition").iter_rows()],
            dtype=pl.Int64,
        )
    ).with_columns(rows_in=pl.sum_horizontal("candidates", "parameters", "skipped"))  # fmt: skip
    whereabouts(part, judge(part, rulebook, enter))


def test_all_shipped_candidates_are_conserved(seeds, judged):
    whereabouts(seeds.tables, judged)
    total = judged["source_count"].sum().row(0, named=True)
    assert total["candidates"] == len(seeds.tables["candidate"]) > 700
    assert total["admitted"] > 300
    assert total["provisional"] > 400
    assert total["refused"] >= 6


@pytest.mark.parametrize(
    "name",
    ["factor", "factor_gas", "factor_co2e", "factor_quality", "decision", "refused_factor",
     "source_count"],
)  # fmt: skip
def test_what_the_sources_come_to_keeps_its_contract(seeds, judged, name):
    assert judged[name].height > 0
    require(schemas.ALL_TABLES[name], judged[name], seeds.tables | judged)


def test_no_candidates_come_to_no_rows_at_all(rulebook):
    made = judge(tables([]), rulebook, enter)
    assert {name: frame.height for name, frame in made.items()} == dict.fromkeys(
        ("factor", "factor_gas", "factor_co2e", "factor_quality", "decision", "refused_factor",
         "source_count"), 0,
    )  # fmt: skip


def test_an_edition_without_candidates_is_counted_with_zeros(rulebook):
    given_tables = tables([candidate()])
    spare = given_tables["row_count"].with_columns(
        edition=pl.lit("2"), candidates=pl.lit(0, pl.Int64), rows_in=pl.lit(3, pl.Int64)
    )
    given_tables["row_count"] = pl.concat([given_tables["row_count"], spare])
    counted = judge(given_tables, rulebook, enter)["source_count"]
    assert counted.select("edition", "admitted", "provisional", "refused").rows() == [
        ("1", 1, 0, 0), ("2", 0, 0, 0),
    ]  # fmt: skip


def test_only_what_was_admitted_brings_its_gases_along(rulebook):
    rows = [candidate("k1", value=None), candidate("k2", value=None, confidence="low")]
    gases = [gas("k1", "n2o", 0.01), gas("k1", "co2_fossil", 2.0), gas("k2", "n2o", 0.02)]
    made = judge(tables(rows, gases), rulebook, enter)
    assert made["factor_gas"].select("factor_id", "version", "gas", "mass").rows() == [
        (factor_id("k1"), "1.0", "co2_fossil", 2.0), (factor_id("k1"), "1.0", "n2o", 0.01),
    ]  # fmt: skip
    assert set(made["factor_co2e"]["factor_id"]) == {factor_id("k1")}


def test_a_published_factor_says_what_the_candidate_said(rulebook):
    said = {
        "route": "stoker", "technology": "chain grate", "lower95": 2.0, "upper95": 3.0,
        "uncertainty_kind": "ci95_abs", "data_start": dt.date(2020, 1, 1),
        "note_zh": "注", "product_codes": ["3001"], "flags": ["p"], "biogenic_uptake": -1.0,
    }  # fmt: skip
    row = candidate(**said)
    (found,) = judge(tables([row]), rulebook, enter)["factor"].iter_rows(named=True)
    assert {k: found[k] for k in row} == row
