"""What a steward finds each morning, and what becomes of a file laid in the inbox."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import warnings

import dagster as dg
import polars as pl
import pytest

from pipelines.commands.daily_report import daily_report
from pipelines.commands.inbox import answer_file, waiting_files
from pipelines.defs import definitions
from pipelines.defs.daily import every_morning
from pipelines.defs.inbox import inbox_sensor
from pipelines.errors import Conflict
from tests.review.desk import DAY, Desk, record

warnings.filterwarnings("ignore", category=dg.BetaWarning)


def days(n: int) -> dt.date:
    return DAY + dt.timedelta(days=n)


def test_open_reviews_are_told_by_age(desk) -> None:
    desk.submit(records=[record("k1"), record("k2")])
    desk.submit("later", on=days(30), records=[record("k3")])
    told = daily_report(desk.settings, days(40))["open_reviews"]
    assert told["waiting"] == 3
    assert told["by_age_days"] == {"0-6": 0, "7-29": 1, "30-89": 2, "90+": 0}
    assert [row["days"] for row in told["oldest"]] == [40, 40, 10]


def test_a_decided_record_waits_no_longer(desk) -> None:
    desk.reviewed()
    assert daily_report(desk.settings, days(1))["open_reviews"]["waiting"] == 1
    desk.decide()
    assert daily_report(desk.settings, days(1))["open_reviews"]["waiting"] == 0


def with_rights_until(home, until: dt.date) -> str:
    """Let the authorisation of one edition of the release end on a day; returns its source."""
    path = next((home / "releases").iterdir()) / "data" / "source.parquet"
    source = pl.read_parquet(path)
    one = source["source_id"][0]
    end = pl.when(pl.col("source_id") == one).then(until).otherwise("authorisation_until")
    source.with_columns(authorisation_until=end).write_parquet(path)
    return one


def test_rights_about_to_end_are_named_with_what_they_carry(own_home) -> None:
    home = Desk(own_home)
    one = with_rights_until(own_home, dt.date(2026, 12, 31))
    told = daily_report(home.settings, dt.date(2026, 11, 21))["expiring_rights"]
    assert {r["source_id"] for r in told} == {one}
    assert {r["days_left"] for r in told} == {40}
    assert daily_report(home.settings, dt.date(2026, 6, 1))["expiring_rights"] == []
    ended = daily_report(home.settings, dt.date(2027, 1, 10))["expiring_rights"]
    assert {r["days_left"] for r in ended} == {-10}


def test_quality_that_will_age_is_listed(own_home) -> None:
    told = daily_report(Desk(own_home).settings, dt.date(2029, 11, 21))["ageing_quality"]
    assert told
    assert all(row["factor_id"].startswith("F") for row in told)


def test_the_daily_job_writes_the_report_of_the_day_it_ran_for(desk) -> None:
    desk.submit()
    with dg.build_schedule_context(
        scheduled_execution_time=dt.datetime(2026, 3, 9, 6, 0, tzinfo=dt.UTC)
    ) as context:
        request = every_morning(context)
    assert request.tags == {"tanyuan/day": "2026-03-09"}
    graph = definitions(desk.settings)
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        done = graph.resolve_job_def("daily").execute_in_process(
            instance=instance, tags=request.tags
        )
    assert done.success
    path = desk.settings.home / "reports" / "daily" / "2026-03-09.json"
    assert json.loads(path.read_text("utf-8"))["open_reviews"]["waiting"] == 1


def lay_down(home, name: str, content: bytes) -> None:
    path = home / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def asked_for(desk) -> list[dg.RunRequest]:
    house = definitions(desk.settings).resources["house"]
    with dg.build_sensor_context(resources={"house": house}) as context:
        return list(inbox_sensor(context).run_requests)


def test_the_sensor_asks_for_each_file_once(desk) -> None:
    home = desk.settings.home
    lay_down(home, "因子.csv", b"name_zh,value\nx,1\n")
    lay_down(home, "submitter-01/因子.csv", b"name_zh,value\nx,2\n")
    lay_down(home, "~$因子.xlsx", b"")
    lay_down(home, ".hidden.csv", b"x")
    lay_down(home, "a/b/too deep.csv", b"x")
    first = asked_for(desk)
    assert [r.run_key.rsplit(" ", 1)[0] for r in first] == ["submitter-01/因子.csv", "因子.csv"]
    name, sha256 = waiting_files(desk.settings)[1]
    answer_file(desk.settings, name, sha256)
    assert [r.run_key for r in asked_for(desk)] == [first[0].run_key]
    # Other bytes under the same name are another file.
    lay_down(home, "因子.csv", b"name_zh,value\nx,3\n")
    assert len(asked_for(desk)) == 2


def test_a_run_of_the_job_answers_the_file_with_its_findings(desk) -> None:
    lay_down(desk.settings.home, "因子.csv", b"name_zh,value\nx,1\n")
    [request] = asked_for(desk)
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        done = (
            definitions(desk.settings)
            .resolve_job_def("inbox")
            .execute_in_process(instance=instance, run_config=request.run_config)
        )
    assert done.success
    [answer] = (desk.settings.home / "inbox-answers").rglob("*.json")
    told = json.loads(answer.read_text("utf-8"))
    assert told["outcome"] in {"checked", "refused"}
    assert told["codes"]
    assert waiting_files(desk.settings) == []


def test_a_file_that_changed_since_it_was_seen_is_not_answered(desk) -> None:
    lay_down(desk.settings.home, "因子.csv", b"a")
    [(name, sha256)] = waiting_files(desk.settings)
    lay_down(desk.settings.home, "因子.csv", b"b")
    with pytest.raises(Conflict):
        answer_file(desk.settings, name, sha256)
    assert not (desk.settings.home / "inbox-answers").exists()


def test_rubbish_is_answered_and_never_stops_the_inbox(desk) -> None:
    lay_down(desk.settings.home, "因子.xlsx", b"PK\x03\x04 not a workbook")
    [(name, sha256)] = waiting_files(desk.settings)
    told = answer_file(desk.settings, name, sha256)
    assert told["outcome"] == "refused"
    assert told["codes"]
    shutil.rmtree(desk.settings.home / "inbox")
    assert waiting_files(desk.settings) == []
