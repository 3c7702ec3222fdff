"""What nobody can hand in by data: crashes, a full disk, a forged table, each planted once."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace

import polars as pl
import pytest
from fastapi import FastAPI

from pipelines.admit.agency_policy import verifier_is_free
from pipelines.admit.register import read_register
from pipelines.admit.review_policy import which
from pipelines.cli.presentation import _as_failure
from pipelines.errors import EnvironmentFault, FaultyData, RefusedByPolicy, WrongUsage
from pipelines.grade import difference, svg
from pipelines.grade.alarm import notices_of
from pipelines.publish.classes import _require_free
from pipelines.publish.gate import require_public
from pipelines.publish.kept_back import _counted
from pipelines.publish.reason import COLUMNS, FILE, read_statements
from pipelines.publish.release_plan import next_id
from pipelines.serve.service.faults import tell_faults
from pipelines.serve.service.guard import LONGEST_ADDRESS, Guard
from pipelines.signing import keyring_of
from schemas import ALL_TABLES
from schemas.render.frame import empty
from tests.grade.samples import DISCLOSURE, a_rule, population
from tests.review.desk import RULE
from tests.serve.asking import Asking


def codes(caught) -> set[str]:
    return {f.code for f in caught.value.findings}


@pytest.mark.parametrize(
    ("error", "code"), [(ZeroDivisionError(), "E-INT-01"), (KeyboardInterrupt(), "E-INT-02")]
)
def test_a_crash_or_an_interruption_is_told_without_a_traceback(tools, error, code):
    assert {f.code for f in _as_failure(error, "check").findings} == {code}


def test_a_disk_that_refuses_is_told(tmp_path):
    (tmp_path / "home").write_text("no folder", "utf-8")
    with pytest.raises(EnvironmentFault) as refused:
        keyring_of(tmp_path / "home")
    assert codes(refused) == {"E-ENV-01"}


@pytest.mark.parametrize(("reason", "told"), [("mistake", {"E-CHG-02"}), ("correction", set())])
def test_a_reason_for_a_change_that_is_none_is_refused(tmp_path, reason, told):
    said = {"subject": "F1", "change_class": "*", "change_reason": reason, "source": "x"}
    path = tmp_path / FILE
    path.parent.mkdir(parents=True)
    columns = list(dict.fromkeys([*COLUMNS, *said]))
    path.write_text(
        "\n".join([",".join(columns), ",".join(said.get(c, "") for c in columns)]) + "\n", "utf-8"
    )
    try:
        found = {one.reason for one in read_statements(tmp_path)} - {reason}
    except FaultyData as refused:
        found = {f.code for f in refused.findings}
    assert found == told


@pytest.mark.parametrize("term", [",,,", ",2026-02-30,2027-12-31,", ",2028-01-01,2027-12-31,"])
def test_a_person_without_a_term_may_not_act(own_seeds, term):
    path = own_seeds / "people" / "person.csv"
    path.write_text(path.read_text("utf-8").replace(",2026-01-01,2027-12-31,", term, 1), "utf-8")
    with pytest.raises(FaultyData) as refused:
        read_register(own_seeds)
    assert codes(refused) == {"E-REV-20"}


@pytest.mark.parametrize(("group", "told"), [("enterprise-01", {"E-REV-28"}), ("body-01", set())])
def test_a_body_does_not_verify_its_owner(group, told):
    body = SimpleNamespace(group_id=group, standing="active")
    cases = SimpleNamespace(standings={}, now=lambda _: SimpleNamespace(group_id="enterprise-01"))
    ratings = dict.fromkeys(("representativeness", "accuracy", "completeness", "consistency"), 2)
    event = {"agency_id": "a", "subject_id": "F1", "ratings": ratings, "on": "2026-01-01"}
    register = SimpleNamespace(agencies={"a": body})
    assert {f.code for f in verifier_is_free(event, cases, None, register)} == told


@pytest.mark.parametrize(("known", "told"), [(False, {"E-REV-17"}), (True, set())])
def test_an_event_about_a_record_nobody_handed_in_is_void(known, told):
    now = SimpleNamespace(
        subject_id="F1", record_hash="a", state="prechecked", on=dt.date(2026, 1, 1)
    )
    cases = SimpleNamespace(now=lambda _: now if known else None)
    event = {"subject_id": "F" + "0" * 12, "record_hash": "b", "on": "2026-02-01",
             "event_kind": "opinion"}  # fmt: skip
    found = which(event, cases, RULE, None)
    assert (next(found).code == "E-REV-17") == bool(told)


@pytest.mark.parametrize(("asked", "told"), [("v2026", {"E-REL-07"}), ("2026.9.0", set())])
def test_a_number_of_a_release_has_its_shape(asked, told):
    plan = SimpleNamespace(released_on=dt.date(2026, 11, 21))
    try:
        assert next_id(plan, [], asked) == asked
        found = set()
    except WrongUsage as refused:
        found = {f.code for f in refused.findings}
    assert found == told


def test_a_limit_that_hangs_on_one_owner_is_told():
    uneven = population([1.0, 9.0, 90.0, 900.0, 9000.0])
    even = population([1.0 + n / 1000 for n in range(60)])
    assert "G-INF-01" in {f.code for f in notices_of(uneven, a_rule(), DISCLOSURE)}
    assert "G-INF-01" not in {f.code for f in notices_of(even, a_rule(), DISCLOSURE)}


@pytest.mark.parametrize(("fixed", "told"), [(True, "G-DIF-03"), (False, None)])
def test_limits_that_fix_an_owner_together_are_not_published(monkeypatch, fixed, told):
    monkeypatch.setattr(difference, "disclosed_together", lambda *_: fixed)
    members = population([1.0, 2.0, 3.0, 4.0, 5.0])
    one, other = (SimpleNamespace(rule_id=r, members=members, sample=()) for r in ("a", "b"))
    found = difference.against_published(one, [other], DISCLOSURE)
    assert (found.code if found else None) == told


def test_a_picture_without_a_chinese_font_is_refused(monkeypatch):
    monkeypatch.setattr(svg, "_has_chinese_font", lambda: False)
    with pytest.raises(EnvironmentFault) as refused:
        svg.to_png("<svg/>", 100)
    assert codes(refused) == {"E-GRD-15"}


def test_a_restricted_factor_is_in_no_public_table_and_under_no_public_result():
    factor = pl.DataFrame({"factor_id": ["F1"], "data_class": ["restricted"]})
    with pytest.raises(RefusedByPolicy) as refused:
        require_public({"factor": factor})
    assert codes(refused) == {"E-REL-06"}
    require_public({"factor": factor.with_columns(data_class=pl.lit("public"))})
    lines = pl.DataFrame({"product_id": ["p"], "factor_id": ["F1"]})
    with pytest.raises(RefusedByPolicy) as refused:
        _require_free({"footprint_line": lines}, {"F1": "data_class"})
    assert codes(refused) == {"E-CLS-01"}
    _require_free({"footprint_line": lines}, {"F2": "data_class"})


def test_what_is_kept_back_is_counted_and_says_why():
    closed = pl.DataFrame({"source_id": ["s"], "edition": ["1"], "licence": ["closed"],
                           "data_class": ["restricted"]})  # fmt: skip
    frames = {name: empty(ALL_TABLES[name]) for name in ("withheld_source", "source_count")}
    counted = (
        frames["source_count"].clear(1).with_columns(source_id=pl.lit("s"), edition=pl.lit("1"))
    )
    kept = _counted({**frames, "source_count": counted}, closed)
    from pipelines.findings import finding

    why = finding("E-LIC-06", source="s", data_class="restricted", licence="closed")
    assert kept["reason_zh"].to_list() == [why.zh]


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        ({"method": "GET", "raw_path": b"/" * (LONGEST_ADDRESS + 1), "headers": []}, "E-SRV-03"),
        ({"method": "POST", "raw_path": b"/api", "headers": []}, "E-SRV-09"),
        ({"method": "GET", "raw_path": b"/api", "headers": []}, None),
    ],
)
def test_an_address_without_end_and_a_request_that_would_write_are_refused(scope, code):
    refused = Guard._refused(scope)
    found = json.loads(refused[1])["findings"][0]["code"] if refused else None
    assert found == code


def test_a_service_that_breaks_says_so_in_a_coded_answer():
    app = FastAPI()
    tell_faults(app)

    @app.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError

    with Asking(app) as client:
        answer = client.get("/broken")
    assert (answer.status_code, answer.json()["findings"][0]["code"]) == (500, "E-SRV-08")
