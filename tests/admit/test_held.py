"""What admission promises is asked of the tables as they stand, and a planted breach is named."""

from __future__ import annotations

import datetime as dt

import dagster as dg
import polars as pl
import pytest

from pipelines.admit.held import ASKED_OF, QUESTIONS
from pipelines.admit.review_rule import read_review_rule
from pipelines.defs import definitions
from pipelines.defs.admit_checks import CHECKS
from pipelines.settings import Settings
from schemas import ALL_TABLES
from schemas.render.frame import frame_of
from tests.conftest import SEEDS

RULE, ON = read_review_rule(SEEDS), dt.date(2026, 11, 21)
FIRST = "FAAAAAAAAAAAA"


def tables(**changes) -> dict[str, pl.DataFrame]:
    """One factor that keeps every promise; ``changes`` are cells by table and column."""
    rows = {
        "factor": {
            "factor_id": FIRST, "version": "1.0", "status": "admitted", "source_id": "made",
            "edition": "1", "evidence_id": "E", "decision_id": "D", "data_class": "public",
            "authorisation_scope": "public", "core_data": True, "methodology_url": "https://x",
        },
        "factor_quality": {"factor_id": FIRST, "version": "1.0"},
        "decision": {"decision_id": "D", "subject_id": FIRST, "verdict": "admit",
                     "decision_kind": "policy"},
        "source_count": {"source_id": "made", "edition": "1", "rows_in": 3, "candidates": 1,
                         "parameters": 1, "skipped": 1, "admitted": 1, "provisional": 0,
                         "refused": 0},
        "evidence": {"evidence_id": "E", "parents": ["PBBBBBBBBBBBB@1.0"]},
        "parameter": {"parameter_id": "PBBBBBBBBBBBB", "version": "1.0"},
        "source": {"source_id": "made", "edition": "1", "authorisation_until": ON},
    }  # fmt: skip
    for name, cells in changes.items():
        rows[name] = {**rows[name], **cells}
    return {name: frame_of(ALL_TABLES[name], [rows[name]]) for name in ASKED_OF}


SUBMITTED = {"source_id": "submission_enterprise-01"}
PLANTED = [
    ("rows_are_conserved", {"source_count": {"rows_in": 4}}),
    ("rows_are_conserved", {"source_count": {"refused": 1}}),
    ("every_factor_is_decided", {"decision": {"decision_id": "other"}}),
    ("every_factor_is_decided", {"decision": {"subject_id": "FBBBBBBBBBBBB"}}),
    ("every_factor_is_decided", {"decision": {"verdict": "refuse"}}),
    ("every_factor_is_decided", {"decision": {"verdict": "provisional"}}),
    ("people_decided_submissions", {"factor": SUBMITTED, "source": SUBMITTED,
                                    "source_count": SUBMITTED}),
    ("evidence_is_complete", {"evidence": {"evidence_id": "other"}}),
    ("evidence_is_complete", {"parameter": {"parameter_id": "PCCCCCCCCCCCC"}}),
    ("core_data_have_a_method", {"factor": {"methodology_url": None}}),
    ("core_data_have_a_method", {"factor": {"methodology_url": ""}}),
    ("rights_hold", {"factor": {"data_class": "restricted"}}),
    ("rights_hold", {"factor": {"authorisation_scope": "internal"}}),
    ("rights_hold", {"factor": {"data_class": "restricted"}, "source": {"source_id": "other"}}),
    ("rights_hold", {"source": {"authorisation_until": ON - dt.timedelta(days=1)}}),
    ("every_factor_is_rated", {"factor_quality": {"version": "2.0"}}),
]  # fmt: skip


def broken(given: dict[str, pl.DataFrame]) -> dict[str, list[str]]:
    asked = {name: question(given, RULE, ON) for name, (_, _, question) in QUESTIONS.items()}
    return {name: found for name, found in asked.items() if found}


def test_tables_that_keep_every_promise_pass() -> None:
    assert broken(tables()) == {}
    assert {name for name, _ in PLANTED} == set(QUESTIONS)


@pytest.mark.parametrize(("name", "changes"), PLANTED)
def test_a_planted_breach_is_named(name, changes) -> None:
    assert list(broken(tables(**changes))) == [name]


def test_a_person_who_decided_what_people_handed_in_keeps_the_promise() -> None:
    given = tables(factor=SUBMITTED, source=SUBMITTED, source_count=SUBMITTED,
                   decision={"decision_kind": "person"})  # fmt: skip
    assert broken(given) == {}


@pytest.mark.parametrize("parents", [[], None])
def test_a_factor_read_from_a_document_needs_no_parents(parents) -> None:
    assert broken(tables(evidence={"parents": parents})) == {}


def test_what_is_no_core_data_needs_no_public_methodology() -> None:
    assert broken(tables(factor={"core_data": False, "methodology_url": None})) == {}


@pytest.mark.parametrize("until", [None, ON])
def test_a_right_without_end_or_in_its_last_day_holds(until) -> None:
    assert broken(tables(source={"authorisation_until": until})) == {}


def test_a_factor_that_was_taken_back_promises_nothing() -> None:
    gone = {"factor": {"status": "withdrawn", "methodology_url": None}}
    assert broken(tables(**gone)) == {}


def test_every_check_of_admission_stops_the_graph() -> None:
    specs = {s.name: s for s in CHECKS[0].check_specs}
    assert set(specs) == set(QUESTIONS)
    assert all(spec.blocking for spec in specs.values())
    others = [s for check in CHECKS[1:] for s in check.check_specs]
    assert not any(spec.blocking for spec in others)


def test_a_breach_stops_what_comes_after(tmp_path) -> None:
    """The check of the graph over tables as an asset left them."""
    after: list[str] = []

    def of_table(name: str, frame: pl.DataFrame):
        return dg.asset(name=name)(lambda: frame)

    @dg.asset(deps=["factor"])
    def published() -> None:
        after.append("published")

    house = definitions(Settings(SEEDS, tmp_path / "home")).resources["house"]
    for changes, wanted in (({}, ["published"]), ({"factor": {"methodology_url": None}}, [])):
        after.clear()
        given = tables(**changes)
        with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
            done = dg.materialize(
                [*(of_table(n, f) for n, f in given.items()), published, CHECKS[0]],
                resources={"house": house, "io_manager": dg.InMemoryIOManager()},
                instance=instance, raise_on_error=False,
            )  # fmt: skip
        results = {e.check_name: e.passed for e in done.get_asset_check_evaluations()}
        assert len(results) == len(QUESTIONS)
        assert results["core_data_have_a_method"] is (wanted != [])
        assert after == wanted
        assert done.success is (wanted != [])
