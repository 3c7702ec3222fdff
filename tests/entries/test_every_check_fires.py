"""Does every declared check fire on its planted row at every entry, and on no good row?

An entry is where rows come in: a workbook handed in at the desk, a source in seeds, frames
given to the pipeline in Python. Each takes one batch with every fault in it.
"""

from __future__ import annotations

from collections import Counter

import pytest

from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.errors import FaultyData
from pipelines.findings import catalogue
from pipelines.ingest.reference import Lookups, read_reference
from schemas.candidate import CANDIDATE, CANDIDATE_GAS
from tests.conftest import SEEDS
from tests.desk.handed_in import MAIN
from tests.entries import hearing, plant
from tests.entries.declared import checks
from tests.entries.plant import ENTRIES, SOURCE_ID, Planted, id_of

PLANTED = plant.planted()
# What a good row is told of: its scores.
SCORED = frozenset(f"quality.{name}" for name in hearing.SCORES)
# A check that speaks of a whole source, not of one of its records.
OF_SOURCE = {"A-PLA-13": SOURCE_ID}
# Rows without an id of their own, or with another's, cannot be judged: the contract has them.
NAMELESS = ("candidate.factor_id.", "candidate.key")


@pytest.fixture(scope="module")
def lookups(reference) -> Lookups:
    return Lookups.over(reference, SEEDS, read_reporting_gwp_set(SEEDS))


@pytest.fixture(scope="module")
def reference():
    return read_reference(SEEDS)


@pytest.fixture(scope="module")
def held(reference, lookups, tmp_path_factory):
    return hearing.library(reference, tmp_path_factory.mktemp("library"), lookups, PLANTED)


@pytest.fixture(scope="module")
def workbook(held, rulebook) -> set[tuple[str, str]]:
    """What the desk finds, and what is said of the rows it lets on once they are decided."""
    found, told = hearing.of_workbook(PLANTED)
    assert not found.is_refused
    after, keys = hearing.after_the_desk(held, found, rulebook)
    names = {factor_id: key for key, factor_id in keys.items()}
    names[found.origin.source_id] = SOURCE_ID
    return told | {(check, names[subject]) for check, subject in after if subject in names}


@pytest.fixture(scope="module")
def source(held, lookups, rulebook, tmp_path_factory) -> set[tuple[str, str]]:
    """What reading, judging and the gate say of a source's rows."""
    rows = plant.rows_of("source", [p for p in PLANTED if not told_alone(p)])
    folder = tmp_path_factory.mktemp("source")
    tables = hearing.from_source(held, lookups, folder, rows)
    return named(hearing.said(tables, rulebook, hearing.Reviews()), rows)


@pytest.fixture(scope="module")
def python(held, rulebook) -> set[tuple[str, str]]:
    """What the contracts, judging and the gate say of frames."""
    rows = plant.rows_of("python", PLANTED)
    tables, keys, gas_keys = hearing.frames_of(rows)
    both = hearing.joined(held, tables)
    told = hearing.broken(CANDIDATE, tables["candidate"], both, "candidate", keys)
    told |= hearing.broken(CANDIDATE_GAS, tables["candidate_gas"], both, "candidate_gas", gas_keys)
    rows = {key: row for key, row in rows.items() if not key.startswith(NAMELESS)}
    tables, _, _ = hearing.frames_of(rows)
    reviewed = {key: id_of(key) for key, row in rows.items() if row["submitted"]}
    reviews = hearing.decided(tables, reviewed)
    scored = hearing.scored(tables["candidate"], held["region"], rulebook)
    said = hearing.said(hearing.joined(held, tables), rulebook, reviews)
    return told | named(said | scored, rows)


def named(told: set[tuple[str, str]], rows) -> set[tuple[str, str]]:
    """The same by record key."""
    names = {id_of(key): key for key in rows} | {SOURCE_ID: SOURCE_ID}
    return {(check, names[subject]) for check, subject in told if subject in names}


def told_alone(one: Planted) -> bool:
    """Whether a source with this row is refused whole while it is read."""
    return one.told.get("source", "").startswith("E-")


def is_heard(one: Planted, entry: str, told: set[tuple[str, str]]) -> bool:
    """Whether the check, or the code that fires in its place, speaks of a row planted for it."""
    wanted = one.told.get(entry, one.check)
    subject = OF_SOURCE.get(one.check, one.check)
    return any(code == wanted and key.split("/")[0] == subject for code, key in told)


def test_every_declared_check_has_a_planted_row_and_every_row_a_check(rulebook) -> None:
    declared = checks(rulebook)
    assert [check for check, times in Counter(declared).items() if times > 1] == []
    assert [one.check for one in PLANTED] == declared


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_check_fires_where_its_fault_can_be(entry, request) -> None:
    told = request.getfixturevalue(entry)
    rows = [p for p in PLANTED if entry not in p.cannot]
    if entry == "source":
        rows = [p for p in rows if not told_alone(p)]
    assert [p.check for p in rows if not is_heard(p, entry, told)] == []
    assert {code.rpartition(".")[0] for code, key in told if key == "good"} == SCORED


def test_a_source_with_two_records_of_one_key_is_refused_while_it_is_read(
    held, lookups, tmp_path
) -> None:
    alone = [p for p in PLANTED if told_alone(p)]
    assert [p.check for p in alone] == ["candidate.key"]
    rows = {"one": plant.record("one", {}), "two": plant.record("two", {})}
    rows["two"]["fields"]["factor_id"] = id_of("one")
    with pytest.raises(FaultyData) as refused:
        hearing.from_source(held, lookups, tmp_path, rows)
    assert {f.code for f in refused.value.findings} == {alone[0].told["source"]}


def test_every_impossible_fault_has_its_reason_and_cannot_be_typed() -> None:
    reasons = plant.reasons()
    used = {reason for one in PLANTED for reason in one.cannot.values()}
    assert used == set(reasons)
    assert all(zh.strip() and en.strip() for zh, en in reasons.values())
    for one in PLANTED:
        column = one.check.split(".")[1] if one.check.startswith("candidate.") else ""
        if one.cannot.get("workbook") in {"computed", "not_asked"} and column:
            assert column not in MAIN.names, one.check
        assert not (one.cannot.keys() & one.told.keys()), one.check
        assert "python" not in one.cannot | one.told, "frames can hold every fault"


def test_a_code_that_fires_in_place_of_a_check_is_a_known_one() -> None:
    codes = {code for one in PLANTED for code in one.told.values()}
    assert codes <= set(catalogue())
