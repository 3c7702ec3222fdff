"""Do a million lines get the factors that the written rule gives them one by one?"""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import FaultyData
from pipelines.footprint import ranking_kernel
from pipelines.footprint.bulk_choices import decided_in_bulk
from pipelines.footprint.bulk_resolution import NOTHING, TIE, encoded, resolved
from pipelines.footprint.factor_index import index_of
from pipelines.footprint.reference import FlowBook, region_chains
from pipelines.footprint.resolve import candidates_of, choose
from pipelines.footprint.selection import select
from schemas import ALL_TABLES
from schemas.render.frame import frame_of

FLOWS = ("lime", "sand", "clay")
ROUTES = (None, "kiln.rotary.dry", "kiln.rotary.wet", "kiln.shaft", "mill")
# A prefecture, its province, another one, the country, the grid, the world, elsewhere.
REGIONS = ("640100", "640000", "110000", "CN", "CN-GRID7-NORTHWEST", "001", "FR")
# Kind and boundary; the last two serve nothing.
KINDS = (
    ("footprint_factor", "cradle_to_gate"), ("footprint_factor", "well_to_tank"),
    ("footprint_factor", "not_stated"), ("direct_ef", "activity"), ("direct_ef", "activity"),
    ("energy_indirect_ef", "activity"), ("footprint_factor", "gate_to_gate"),
)  # fmt: skip


def day(number):
    return dt.date(2015, 1, 1) + dt.timedelta(days=number)


def some_factors(seed, count):
    """Factors of every kind the rule looks at, the unserviceable ones among them."""
    draw = random.Random(seed)
    rows = []
    for i in range(count):
        start = draw.choice([None, draw.randrange(4000)])
        kind, boundary = draw.choice(KINDS)
        rows.append(
            {
                "factor_id": f"F{i:012d}", "version": "1.0", "status": "admitted",
                "factor_kind": kind, "flow_id": draw.choice(FLOWS),
                "name_zh": "因子", "name_en": "factor", "value": 1.0, "value_unit": "kgCO2e",
                "reference_unit": draw.choice(["kg", "t", "kg", "m3"]),
                "gwp_set": draw.choice(["AR5", "AR5", "AR6", "not_stated"]),
                "boundary": boundary, "region_code": draw.choice(REGIONS),
                "route": draw.choice(ROUTES), "data_origin": draw.choice(["primary", "secondary"]),
                "data_start": None if start is None else day(start),
                "data_end": None if start is None else day(start + draw.choice([0, 364, 800])),
                "valid_from": draw.choice([None, day(1000)]),
                "valid_until": draw.choice([None, day(3000)]),
                "dqr": draw.choice([None, 1.5, 2.5]),
                "published_on": draw.choice([None, "2020", "2021-05"]), "flags": [],
                # A source of its own for every row keeps most of them from tying.
                "value_convention": "not_stated",
            }
        )  # fmt: skip
    frame = frame_of(ALL_TABLES["factor"], rows)
    return frame.with_columns(has_gas=pl.col("factor_id").str.ends_with("7"))


def some_requests(seed, count):
    draw = random.Random(seed)
    rows = [
        {
            "process_id": "p", "line": str(i), "use": draw.choice(["supply", "combustion"]),
            "flow_id": draw.choice([*FLOWS, "glass"]), "region_code": draw.choice(REGIONS[:5]),
            "route": draw.choice([*ROUTES, "kiln.rotary"]), "supplier_id": None,
            "midpoint": day(draw.randrange(-500, 5000)), "amount_unit": "kg", "gwp_set": "AR5",
            "pinned": None,
        }
        for i in range(count)
    ]  # fmt: skip
    schema = dict.fromkeys(rows[0], pl.String) | {"midpoint": pl.Date}
    return pl.DataFrame(rows, schema=schema)


@pytest.fixture(scope="module")
def at(reference, resolution):
    """The look-ups; the three flows are taken as masses without density."""
    book = FlowBook.over(reference)
    for flow in FLOWS:
        book.groups[flow] = "mass"
        book.properties.pop(flow, None)
    return Quiet((book, region_chains(reference["region"]), resolution))


class Quiet(tuple):
    """Look-ups that do not print themselves beside every example."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "look-ups"


def by_rule(requests, factor, at):
    """Chosen factor by line, or the lines that tie, by ranking every candidate of each."""
    book, chains, rule = at
    found = candidates_of(requests, factor, chains, rule, book)
    chosen = dict.fromkeys(requests["line"], NOTHING)
    try:
        ranked = choose(found, rule)
    except FaultyData as error:
        tied = [re.search(r"process p line (\d+)", one.en)[1] for one in error.findings]
        chosen |= dict.fromkeys(tied, TIE)
        ranked = choose(found.filter(~pl.col("line").is_in(tied)), rule)
    best = ranked.filter(pl.col("rank") == 1)
    return chosen | dict(zip(best["line"], best["factor_id"], strict=True))


def in_bulk(requests, factor, at, workers=2):
    book, chains, rule = at
    chosen = {}
    for use in ("supply", "combustion"):
        asked = requests.filter(pl.col("use") == use)
        index = index_of(factor, chains, rule, book, use, "AR5")
        rows = resolved(index, encoded(index, asked), workers).tolist()
        ids = index.factor["factor_id"]
        for line, row in zip(asked["line"], rows, strict=True):
            chosen[line] = ids[row] if row >= 0 else row
    return chosen


@settings(max_examples=25, deadline=None, database=None)
@given(st.integers(0, 10**9), st.integers(1, 120))
def test_every_line_gets_what_the_rule_gives_it(at, seed, count):
    factor, requests = some_factors(seed, count), some_requests(seed + 1, 25)
    assert in_bulk(requests, factor, at) == by_rule(requests, factor, at)


def test_all_answers_occur_among_the_examples(at):
    factor, requests = some_factors(1, 300), some_requests(2, 300)
    found = set(in_bulk(requests, factor, at).values())
    assert NOTHING in found
    assert len(found) > 10


def test_factors_alike_in_everything_tie_and_none_is_taken(at):
    one = some_factors(1, 1).with_columns(
        factor_kind=pl.lit("footprint_factor"), boundary=pl.lit("cradle_to_gate"),
        gwp_set=pl.lit("AR5"), reference_unit=pl.lit("kg"), region_code=pl.lit("CN"),
        route=pl.lit(None, pl.String),
        valid_from=pl.lit(None, pl.Date), valid_until=pl.lit(None, pl.Date),
        flow_id=pl.lit("lime"),
    )  # fmt: skip
    two = pl.concat([one, one.with_columns(factor_id=pl.lit("F999999999999"))])
    requests = some_requests(3, 40).filter(
        pl.col("use") == "supply", pl.col("flow_id") == "lime", pl.col("region_code") != "FR"
    )
    assert set(in_bulk(requests, two, at).values()) == {TIE}
    assert set(in_bulk(requests, one, at).values()) == {one["factor_id"][0]}


def test_threads_and_the_order_of_lines_do_not_matter(at):
    factor, requests = some_factors(5, 200), some_requests(6, 500)
    whole = in_bulk(requests, factor, at)
    assert in_bulk(requests, factor, at, workers=1) == whole
    assert in_bulk(requests.reverse(), factor.reverse(), at) == whole


def test_regions_that_are_not_nested_are_walked_one_by_one(at):
    book, chains, rule = at
    # The way from the prefecture passes the grid by, that from its province does not.
    crossed = chains | {
        "640100": [(r, kind) for r, kind in chains["640100"] if kind != "grid_region"]
    }
    factor, requests = some_factors(11, 200), some_requests(12, 200)
    asked = requests.filter(pl.col("use") == "supply")
    index = index_of(factor, crossed, rule, book, "supply", "AR5")
    assert not index.is_nested
    assert index_of(factor, chains, rule, book, "supply", "AR5").is_nested
    found = in_bulk(requests, factor, (book, crossed, rule))
    assert found == by_rule(requests, factor, (book, crossed, rule))
    assert {found[line] for line in asked["line"]} != {NOTHING}


def test_adding_a_worse_match_never_changes_the_choice(at):
    factor, requests = some_factors(8, 100), some_requests(9, 200)
    before = in_bulk(requests, factor, at)
    abroad = some_factors(10, 50).with_columns(
        region_code=pl.lit("FR"), factor_id=pl.format("FX{}", pl.col("factor_id").str.slice(2))
    )
    after = in_bulk(requests, pl.concat([factor, abroad]), at)
    inside = requests.filter(pl.col("region_code") != "FR")["line"]
    assert {line: after[line] for line in inside} == {line: before[line] for line in inside}


# The same with its words: reasons, runners-up, refusals.


def library_of(factor, at):
    book, chains, rule = at
    gas = factor.filter("has_gas").select("factor_id", "version")
    return SimpleNamespace(factor=factor.drop("has_gas"), factor_gas=gas, chains=chains,
                           resolution=rule, book=book)  # fmt: skip


def both_ways(seed, count, asked, at, *, is_compiled=False):
    """Decisions of the kernel and of the written rule, with every word.

    The campaign compiles the kernel; the quick tests read it as it is written.
    """
    factor = some_factors(seed, count).with_columns(dqr=1 + pl.int_range(pl.len()) * 1e-3)
    number = pl.col("line").cast(pl.Int64)
    requests = some_requests(seed + 1, asked).with_columns(
        amount_unit=pl.when(number % 5 == 0).then(pl.lit("m3")).when(number % 3 == 0)
        .then(pl.lit("t")).otherwise(pl.lit("kg")),
        gwp_set=pl.when(number % 4 == 0).then(pl.lit("AR6")).otherwise(pl.lit("AR5")),
    )  # fmt: skip
    library = library_of(factor, at)
    kinds = requests.drop("process_id").rename({"line": "kind"}).cast({"kind": pl.UInt32})
    with pytest.MonkeyPatch.context() as patch:
        for name in () if is_compiled else ("_refusal", "_is_before", "_place", "first_few"):
            patch.setattr(ranking_kernel, name, getattr(ranking_kernel, name).py_func)
        ours = {row[0]: row[1:] for row in decided_in_bulk(kinds, library)}
    rule = select(requests, library.factor, library.factor_gas, library.chains,
                  library.resolution, library.book)  # fmt: skip
    theirs = {
        int(line): (one.factor["factor_id"] if one.factor else None,
                    one.factor["version"] if one.factor else None,
                    one.rank, one.reason_zh, one.reason_en, one.runners_up)
        for (_, line, _), one in rule.items()
    }  # fmt: skip
    return ours, theirs


@settings(max_examples=5, deadline=None, database=None)
@given(st.integers(0, 10**9), st.integers(1, 90))
def test_every_line_gets_the_words_that_the_rule_gives_it(at, seed, count):
    ours, theirs = both_ways(seed, count, 30, at)
    assert ours == theirs


@pytest.mark.long
@settings(max_examples=400, deadline=None, database=None)
@given(st.integers(0, 10**9), st.integers(1, 300))
def test_every_line_gets_the_words_that_the_rule_gives_it_at_length(at, seed, count):
    ours, theirs = both_ways(seed, count, 60, at, is_compiled=True)
    assert ours == theirs


def test_every_criterion_and_every_refusal_occurs_among_the_words(at):
    ours, _ = both_ways(1, 300, 120, at)
    lost = {one["lost_on"] for row in ours.values() for one in json.loads(row[-1])}
    assert {"r_boundary", "r_geography", "r_technology", "r_time"} <= lost
    assert {"F-KIND-01", "F-GWP-01", "F-GEO-01", "F-TEC-01", "F-VAL-01", "F-UNIT-01"} <= {
        code for one in lost for code in one.split(",")
    }
    assert {row[2] for row in ours.values()} == {1, None}


def test_a_tie_is_left_to_the_rule_that_names_it(at, monkeypatch):
    one = some_factors(1, 1).with_columns(
        factor_kind=pl.lit("footprint_factor"), boundary=pl.lit("cradle_to_gate"),
        gwp_set=pl.lit("AR5"), reference_unit=pl.lit("kg"), region_code=pl.lit("001"),
        route=pl.lit(None, pl.String), valid_from=pl.lit(None, pl.Date),
        valid_until=pl.lit(None, pl.Date), flow_id=pl.lit("lime"),
    )  # fmt: skip
    two = pl.concat([one, one.with_columns(factor_id=pl.lit("F999999999999"))])
    for name in ("_refusal", "_is_before", "_place", "first_few"):
        monkeypatch.setattr(ranking_kernel, name, getattr(ranking_kernel, name).py_func)
    kinds = some_requests(3, 40).filter(pl.col("use") == "supply").drop("process_id")
    kinds = kinds.rename({"line": "kind"}).cast({"kind": pl.UInt32})
    assert decided_in_bulk(kinds, library_of(one, at)) is not None
    assert decided_in_bulk(kinds, library_of(two, at)) is None
