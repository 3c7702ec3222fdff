"""A body suspended, a licence at its end, three years gone: each names exactly what it hits.

One constructed library, asked by function and by command.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil

import polars as pl
import pytest

from pipelines.cli import run_words
from pipelines.cli.presentation import Presentation
from pipelines.commands import agencies, resting
from pipelines.identity import record_id
from schemas import ALL_TABLES
from schemas.render.frame import frame_of
from tests.conftest import SEEDS
from tests.review.desk import Desk
from tests.review.test_fallen_agency import HASH, PARENTS, RATINGS, fid, world

# Who publishes what, and the last day of its data; the rest is as in the world of the bodies:
# b derived from a, c from b; steel and its user car rest on b, bread on d, plain on e.
SOURCE = {"a": "press", "b": "tanyuan_derived", "c": "tanyuan_derived", "d": "press", "e": "law"}
# In three years a loses time and a level, e loses time and no level, the rest nothing.
DATA_END = {"a": dt.date(2026, 1, 1), "b": dt.date(1990, 1, 1), "c": dt.date(1990, 1, 1),
            "d": dt.date(1990, 1, 1), "e": dt.date(2024, 6, 1)}  # fmt: skip
UNTIL = {"press": dt.date(2027, 1, 31), "law": None, "tanyuan_derived": None}
IN_THREE_YEARS = dt.date(2029, 11, 21)


def objects(kind: str, *names: str) -> set[tuple[str, str]]:
    return {(kind, fid(n) if kind == "factor" else n) for n in names}


OF_STEEL = objects("footprint", "steel", "car") | objects("grade", "steel")
OF_BREAD = objects("footprint", "bread") | objects("grade", "bread")
# The body verified a, by the ledger; the licence is that of a and d; a alone loses a level.
OF_BODY = objects("factor", "a", "b", "c") | OF_STEEL
OF_LICENCE = objects("factor", "a", "b", "c", "d") | OF_STEEL | OF_BREAD
OF_AGE = objects("factor", "a", "b", "c") | OF_STEEL


@pytest.fixture(scope="module")
def made_home(shared_home, tmp_path_factory):
    """A home whose head release holds the constructed library and nothing else."""
    home = tmp_path_factory.mktemp("made") / "home"
    shutil.copytree(shared_home / "log", home / "log")
    (home / "objects").symlink_to(shared_home / "objects")
    [real] = (shared_home / "releases").iterdir()
    data = home / "releases" / real.name / "data"
    data.mkdir(parents=True)
    shutil.copy(real / "manifest.json", data.parent)
    shutil.copy(real / "data" / "region.parquet", data)
    tables = world()
    tables["factor"] = frame_of(ALL_TABLES["factor"], [
        {"factor_id": fid(n), "version": "1.0", "evidence_id": record_id("E", n),
         "decision_id": record_id("D", n), "status": "admitted", "source_id": SOURCE[n],
         "edition": "1", "data_end": DATA_END[n], "region_code": "CN", "flow_id": "steel",
         "route": "kiln" if n in "ade" else None,
         "derivation": "calculated" if n == "a" else "measured",
         "name_zh": n, "name_en": n} for n in PARENTS
    ])  # fmt: skip
    tables["source"] = frame_of(ALL_TABLES["source"], [
        {"source_id": s, "edition": "1", "authorisation_until": until}
        for s, until in UNTIL.items()
    ])  # fmt: skip
    for name in ("factor", "evidence", "source", "product", "footprint_line", "grade"):
        tables[name].write_parquet(data / f"{name}.parquet")
    return home


@pytest.fixture
def desk(made_home, tmp_path) -> Desk:
    home = tmp_path / "home"
    shutil.copytree(made_home, home, symlinks=True)
    desk = Desk(home)
    agencies.record_verification(
        desk.settings, "verifier-01", agency_id="agency-01", subject_id=fid("a"),
        record_hash=HASH, ratings=RATINGS, on=dt.date(2026, 3, 2),
    )  # fmt: skip
    return desk


@pytest.fixture
def say(desk, monkeypatch, capsys):
    monkeypatch.setenv("TANYUAN_HOME", str(desk.settings.home))
    monkeypatch.setenv("TANYUAN_SEEDS", str(SEEDS))

    def command(*words: str) -> tuple[int, dict]:
        code = run_words(list(words), Presentation("zh", as_json=True))
        return code, json.loads(capsys.readouterr().out)

    return command


def named(rows: list[dict]) -> set[tuple[str, str]]:
    found = {(r["object_kind"], r["object_id"]) for r in rows}
    assert len(found) == len(rows)
    return found


def test_each_cause_names_exactly_its_dependents(desk) -> None:
    asked = desk.settings
    assert named(resting.resting_on_agency(asked, "agency-01")) == OF_BODY
    assert named(resting.resting_on_agency(asked, "agency-02")) == set()
    assert named(resting.resting_on_source(asked, "press")) == OF_LICENCE
    assert named(resting.resting_on_source(asked, "law")) == (
        objects("factor", "e") | objects("footprint", "plain") | objects("grade", "plain")
    )
    assert named(resting.resting_on_ageing(asked, IN_THREE_YEARS)) == OF_AGE


@pytest.mark.parametrize(
    ("on", "wanted"),
    [("2027-01-31", set()), ("2027-02-01", OF_LICENCE), ("2030-01-01", OF_LICENCE)],
)
def test_a_right_ends_the_day_after_its_last(desk, on, wanted) -> None:
    found = resting.resting_on_ended_rights(desk.settings, dt.date.fromisoformat(on))
    assert named(found) == wanted


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--agency", "agency-01"], OF_BODY),
        (["--source", "press"], OF_LICENCE),
        (["--source", "press", "--edition", "1"], OF_LICENCE),
        (["--rights-on", "2027-02-01"], OF_LICENCE),
        (["--ageing-on", IN_THREE_YEARS.isoformat()], OF_AGE),
    ],
)
def test_the_command_names_the_same_and_changes_nothing(desk, say, words, wanted) -> None:
    before = desk.ledger.path.read_bytes()
    code, told = say("review", "dependents", *words)
    assert code == 0
    assert named(told["data"]["dependents"]) == wanted
    assert told["summary"]["dependents"] == len(wanted)
    assert desk.ledger.path.read_bytes() == before


def test_suspending_by_command_names_them_and_enters_it(desk, say) -> None:
    size = desk.size
    code, told = say("review", "suspend-agency", "agency-01", "--by", "supervisor-01",
                     "--reason", "抽查发现伪造", "--on", "2026-05-01")  # fmt: skip
    assert code == 0
    assert named(told["data"]["dependents"]) == OF_BODY
    assert desk.size == size + 1


def test_ageing_by_command_names_what_loses_time_and_what_loses_a_level(desk, say) -> None:
    code, told = say("factor", "ageing", "--on", IN_THREE_YEARS.isoformat())
    assert code == 0
    losing = {row["factor_id"]: row["crosses_level"] for row in told["data"]["factors"]}
    assert losing == {fid("a"): True, fid("e"): False}


@pytest.mark.parametrize(
    "words",
    [[], ["--agency", "agency-99"], ["--source", "nobody"], ["--source", "press", "--agency", "x"],
     ["--rights-on", "someday"], ["--ageing-on", "2020-01-01"]],
)  # fmt: skip
def test_what_cannot_be_asked_is_wrong_usage(desk, say, words) -> None:
    assert say("review", "dependents", *words)[0] == 2


def test_before_the_first_release_there_is_nothing_to_name(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("TANYUAN_HOME", str(tmp_path / "empty"))
    monkeypatch.setenv("TANYUAN_SEEDS", str(SEEDS))
    for words in (["--agency", "agency-01"], ["--source", "press"]):
        assert run_words(["review", "dependents", *words], Presentation("zh", as_json=True)) == 2
    capsys.readouterr()
    assert not (tmp_path / "empty").exists()


def test_the_tables_hold_what_the_case_says(made_home) -> None:
    [release] = (made_home / "releases").iterdir()
    assert pl.read_parquet(release / "data" / "factor.parquet").height == len(PARENTS)
