"""A correction, a recall, an ended licence: what changed, why, what moved, what was known when."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from pipelines.cli import run_words
from pipelines.cli.presentation import Presentation
from pipelines.commands.change_notice import concerned
from pipelines.commands.recall import take_back
from pipelines.errors import Conflict, WrongUsage
from pipelines.ledger import Ledger
from pipelines.publish import (
    head_tables,
    number_versions,
    plan_release,
    publish,
    statements_of,
    taken_back,
    with_tombstones,
)
from pipelines.publish.change import TierRule, changes_of
from pipelines.publish.plan import difference
from pipelines.publish.reason import Statement
from pipelines.publish.recall import RECALL
from pipelines.serve.history import history_of, release_known_at, valid_on
from pipelines.settings import Settings
from pipelines.signing import keyring_of
from tests.conftest import SEEDS
from tests.publish.conftest import PassingGate

LATER = "2026-12-01"
TIERS = TierRule(0.15, 0.01)


def used_factor(tables: dict[str, pl.DataFrame]) -> str:
    """The factor most products use."""
    lines = tables["footprint_line"].drop_nulls("factor_id")
    counted = lines.group_by("factor_id").agg(pl.col("product_id").n_unique().alias("n"))
    return str(counted.sort("n", "factor_id", descending=[True, False])["factor_id"][0])


def corrected(tables: dict[str, pl.DataFrame], name: str) -> dict[str, pl.DataFrame]:
    """The tables with one value mended, as a correction leaves it in the evidence."""
    here = pl.col("factor_id") == name
    evidence_id = tables["factor"].filter(here)["evidence_id"][0]
    step = [{"step": "mended", "source": "corrections.csv row 2: a slip"}]
    there = pl.col("evidence_id") == evidence_id
    return {
        **tables,
        "factor": tables["factor"].with_columns(
            value=pl.when(here).then(pl.col("value") * 1.2).otherwise("value")
        ),
        "evidence": tables["evidence"].with_columns(
            steps=pl.when(there).then(pl.lit(json.dumps(step))).otherwise("steps")
        ),
    }


@pytest.fixture(scope="module")
def in_time(shared_home, published_tables, ledger, tmp_path_factory) -> tuple[Settings, str]:
    """A home whose second release, ten days later, mends one factor."""
    base = tmp_path_factory.mktemp("time")
    seeds = Path(shutil.copytree(SEEDS, base / "seeds"))
    house = Settings(seeds, Path(shutil.copytree(shared_home, base / "home")))
    plan = seeds / "release.toml"
    plan.write_text(plan.read_text("utf-8").replace("2026-11-21", LATER), "utf-8")
    used = published_tables["footprint_line"]["factor_id"].drop_nulls().unique()
    free = published_tables["factor"].filter(~pl.col("factor_id").is_in(used.to_list()))
    name = str(free.filter(pl.col("value") > 0).sort("factor_id")["factor_id"][0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.publish.release.Expectations", PassingGate)
        tables = corrected(published_tables, name)
        publish(house, number_versions(tables, head_tables(house)), ledger)
    return house, name


def test_a_correction_is_told_by_its_evidence_and_comes_first(in_time) -> None:
    house, name = in_time
    old, new = (house.releases / f"2026.1.{n}" for n in (0, 1))
    found = difference(old, new, house.seeds)
    first = found.changes.row(0, named=True)
    assert (first["factor_id"], first["version"], first["tier"]) == (name, "2.0", "large")
    assert set(found.changes["change_reason"]) == {"correction"}
    log = (new / "changes" / "CHANGELOG.md").read_text("utf-8")
    assert log.index("## 勘误 Corrections of errors") < log.index(name)
    assert "+20.00 %" in log


def test_the_other_way_round_is_the_reverse(in_time) -> None:
    house, name = in_time
    old, new = (house.releases / f"2026.1.{n}" for n in (0, 1))
    back = difference(new, old, house.seeds).changes.row(0, named=True)
    assert back["factor_id"] == name
    assert back["relative_change"] == pytest.approx(1 / 1.2 - 1)
    assert difference(old, old, house.seeds).changes.is_empty()


def test_what_was_known_on_a_day_answers_from_the_release_of_that_day(in_time) -> None:
    house, name = in_time
    assert release_known_at(house.home, dt.date(2026, 11, 20)) is None
    assert release_known_at(house.home, dt.date(2026, 11, 30)).name == "2026.1.0"
    assert release_known_at(house.home, dt.date(2026, 12, 1)).name == "2026.1.1"
    then, now = (
        {r["factor_id"]: r for r in valid_on(house.home, dt.date(2026, 12, 31), known)}[name]
        for known in (dt.date(2026, 11, 30), None)
    )
    assert (then["version"], now["version"]) == ("1.0", "2.0")
    assert now["value"] == pytest.approx(then["value"] * 1.2)


def test_the_history_of_a_factor_names_each_release_that_changed_it(in_time) -> None:
    house, name = in_time
    rows = history_of(house.home, name)
    assert [(r["release_id"], r["version"]) for r in rows] == [
        ("2026.1.0", "1.0"), ("2026.1.1", "2.0"),
    ]  # fmt: skip
    assert rows[0]["changes"][0]["change_class"] == "added"
    assert {c["change_reason"] for c in rows[1]["changes"]} == {"correction"}
    assert history_of(house.home, "FAAAAAAAAAAAA") == []


def test_a_plan_names_the_same_changes_and_writes_nothing(in_time, published_tables) -> None:
    house, name = in_time
    before = sorted(p.name for p in (house.home / "log").iterdir())
    tables = number_versions(published_tables, head_tables(house))
    plan = plan_release(house, tables, keyring_of(house.home))
    assert (plan.release_id, plan.parent, plan.is_new) == ("2026.1.2", "2026.1.1", True)
    assert {b.code for b in plan.blockers} == {"E-CHG-01"}, "the way back has no reason"
    assert plan.changes["factor_id"].to_list() == [name]
    same = number_versions(corrected(published_tables, name), head_tables(house))
    assert not plan_release(house, same, keyring_of(house.home)).is_new
    assert sorted(p.name for p in (house.home / "log").iterdir()) == before


def test_blockers_of_an_official_release_are_named(in_time, published_tables, tmp_path) -> None:
    house, _ = in_time
    seeds = Path(shutil.copytree(house.seeds, tmp_path / "seeds"))
    path = seeds / "release.toml"
    text = path.read_text("utf-8").replace('"demonstration"', '"official"')
    path.write_text(text.replace(LATER, "2026-11-01"), "utf-8")
    plan = plan_release(Settings(seeds, house.home), published_tables, keyring_of(house.home))
    assert {"E-KEY-03", "E-REL-02", "E-REL-11"} <= {b.code for b in plan.blockers}


def products_of(tables: dict[str, pl.DataFrame], name: str) -> set[str]:
    """Products that use a factor, also by way of another product; told without the query."""
    lines = tables["footprint_line"]
    found = set(lines.filter(pl.col("factor_id") == name)["product_id"])
    links = lines.filter(pl.col("provider").str.starts_with("product:"))
    pairs = {(p[8:], q) for p, q in links.select("provider", "product_id").rows()}
    while more := {q for p, q in pairs if p in found} - found:
        found |= more
    return found


def test_a_recall_lists_exactly_what_rests_on_the_factor(own_home, published_tables) -> None:
    house, name = Settings(SEEDS, own_home), used_factor(published_tables)
    size = Ledger(own_home / "ledger").size_and_root()[0]
    given = {"change_reason": "recall", "role": "data_steward"}
    done = take_back(house, name, RECALL, reason="抄录有误", **given)
    kinds: dict[str, set[str]] = {}
    for found in done.dependents:
        kinds.setdefault(found["object_kind"], set()).add(found["object_id"])
    wanted = products_of(published_tables, name)
    assert kinds["footprint"] == wanted
    grade = published_tables["grade"].filter(pl.col("product_id").is_in(list(wanted)))
    assert kinds["grade"] == set(grade["product_id"])
    assert kinds["benchmark"] == set(grade["rule_id"])
    assert done.ledger_index == size
    text = done.notice.read_text("utf-8")
    assert "召回通知 Recall notice" in text
    assert all(product in text for product in wanted)
    assert take_back(house, name, RECALL, reason="抄录有误", **given).ledger_index == size
    with pytest.raises(Conflict) as refused:
        take_back(house, name, RECALL, reason="别的", **given)
    assert refused.value.findings[0].code == "E-RCL-01"


@pytest.mark.parametrize(
    "given",
    [{"factor_id": "FAAAAAAAAAAAA"}, {"change_reason": "mistake"}, {"successor": "FAAAAAAAAAAAA"}],
)
def test_a_recall_of_nothing_known_changes_nothing(own_home, published_tables, given) -> None:
    house = Settings(SEEDS, own_home)
    before = (own_home / "ledger" / "leaves.bin").read_bytes()
    call = {"factor_id": used_factor(published_tables), "change_reason": "recall", **given}
    with pytest.raises(WrongUsage):
        take_back(house, kind=RECALL, reason="x", role="data_steward", **call)
    assert (own_home / "ledger" / "leaves.bin").read_bytes() == before


def test_a_recalled_factor_and_what_is_derived_from_it_become_tombstones(published_tables) -> None:
    parents = published_tables["evidence"]["parents"].explode().drop_nulls()
    named = {p.split("@", 1)[0] for p in parents}
    factors = set(published_tables["factor"]["factor_id"])
    name = min(named & factors or factors)
    event = {"event_kind": RECALL, "factor_id": name, "change_reason": "recall", "text_zh": "错"}
    events = taken_back([event, {**event, "text_zh": "later"}, {"decision_id": "D"}])
    assert events == [event]
    after = with_tombstones(published_tables, events)["factor"]
    gone = after.filter(pl.col("status") == "withdrawn")
    flags = dict(gone.select("factor_id", "flags").rows())
    assert RECALL in flags[name]
    children = set(flags) - {name}
    assert all("parent_withdrawn" in flags[child] for child in children)
    assert after.height == published_tables["factor"].height
    tables = {**published_tables, "factor": after}
    changes = changes_of(tables, published_tables, TIERS, statements_of(events))
    rows = {r["factor_id"]: r for r in changes.frame.to_dicts()}
    assert rows[name]["change_class"] == "withdrawn"
    assert (rows[name]["change_reason"], rows[name]["note_zh"]) == ("recall", "错")
    assert set(rows) == set(flags)
    assert changes.unstated == ()


def test_an_ended_licence_withdraws_with_its_reason(published_tables) -> None:
    name = used_factor(published_tables)
    here = pl.col("factor_id") == name
    refused = published_tables["refused_factor"]
    row = {**refused.row(0, named=True), "factor_id": name, "reason_codes": ["A-RIGHT-02"]}
    tables = {
        **published_tables,
        "factor": published_tables["factor"].filter(~here),
        "factor_gas": published_tables["factor_gas"].filter(~here),
        "refused_factor": pl.concat([refused, pl.DataFrame([row], schema=refused.schema)]),
        "footprint": published_tables["footprint"].with_columns(
            footprint_value=pl.col("footprint_value") + 1
        ),
    }
    changes = changes_of(tables, published_tables, TIERS, [])
    found = changes.frame.row(0, named=True)
    assert (found["change_class"], found["change_reason"]) == ("withdrawn", "expiry")
    direct = published_tables["footprint_line"].filter(here)["product_id"].unique().sort()
    assert found["products_moved"] == direct.to_list()
    assert found["footprints_moved"] == len(direct)
    assert changes.frame.height == 1
    assert changes.unstated == ()


def test_each_cause_gives_a_notice_with_exactly_what_rests_on_the_factor(
    release_folder, published_tables, tmp_path
) -> None:
    """A correction, a recall and an ended licence, constructed; dependents told another way."""
    tables = published_tables
    used = tables["footprint_line"].drop_nulls("factor_id")["factor_id"].unique().sort().to_list()
    causes = dict(zip(("correction", "recall", "expiry"), used[:: len(used) // 2], strict=False))
    factor = tables["factor"].with_columns(
        pl.when(pl.col("factor_id") == causes["correction"])
        .then(pl.col("value") * 2).otherwise("value").alias("value")
    )  # fmt: skip
    events = [{"event_kind": RECALL, "factor_id": causes["recall"], "change_reason": "recall"}]
    now = with_tombstones({**tables, "factor": factor}, events)
    now["factor"] = now["factor"].filter(pl.col("factor_id") != causes["expiry"])
    gone = now["factor"].filter(pl.col("status") == "withdrawn")["factor_id"].to_list()
    said = [
        Statement(causes["correction"], "value", "correction"),
        *(Statement(name, "withdrawn", "recall") for name in gone),
        Statement(causes["expiry"], "withdrawn", "expiry"),
    ]
    changes = changes_of(now, tables, TIERS, said)
    (tmp_path / "data").mkdir()
    changes.frame.write_parquet(tmp_path / "data" / "change.parquet")
    found = {one.factor_id: one for one in concerned(release_folder, tmp_path)}
    assert set(found) == {*causes.values(), *gone}
    for cause, name in causes.items():
        one = found[name]
        assert one.reason == cause
        kinds: dict[str, set[str]] = {}
        for kind, named in one.dependents:
            kinds.setdefault(kind, set()).add(named)
        derived = {
            child for child in kinds.get("factor", set())
            if name in {p.split("@")[0] for p in parents_of(tables, child)}
        }  # fmt: skip
        assert derived == kinds.get("factor", set())
        wanted = set().union(*(products_of(tables, one) for one in (name, *derived)))
        assert kinds.get("footprint", set()) == wanted
        grade = tables["grade"].filter(pl.col("product_id").is_in(list(wanted)))
        assert kinds.get("grade", set()) == set(grade["product_id"])
        assert kinds.get("benchmark", set()) == set(grade["rule_id"])


def parents_of(tables: dict[str, pl.DataFrame], name: str) -> list[str]:
    own = tables["factor"].filter(pl.col("factor_id") == name)["evidence_id"]
    rows = tables["evidence"].filter(pl.col("evidence_id").is_in(own.to_list()))
    return rows["parents"].explode().drop_nulls().to_list()


def test_the_notice_of_a_release_is_told_by_command(in_time, capsys, monkeypatch) -> None:
    house, name = in_time
    monkeypatch.setenv("TANYUAN_HOME", str(house.home))
    assert run_words(["release", "notices", "2026.1.1"], Presentation(as_json=True)) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [(one["factor_id"], one["reason"]) for one in answer["data"]] == [(name, "correction")]
    text = Path(answer["outputs"][0]["path"]).read_text("utf-8")
    assert name in text
    assert "2026.1.0 → 2026.1.1" in text
    assert run_words(["release", "notices", "2026.1.0"], Presentation(as_json=True)) == 0
    assert json.loads(capsys.readouterr().out)["data"] == []


def test_a_factor_gone_without_a_word_has_no_reason(published_tables) -> None:
    name = used_factor(published_tables)
    here = pl.col("factor_id") == name
    tables = {**published_tables, "factor": published_tables["factor"].filter(~here)}
    tables["factor_gas"] = tables["factor_gas"].filter(~here)
    assert changes_of(tables, published_tables, TIERS, []).unstated == ((name, "withdrawn"),)
    stated = Statement(name, "withdrawn", "reclassification", successor="FBBBBBBBBBBBB")
    changes = changes_of(tables, published_tables, TIERS, [stated])
    assert changes.unstated == ()
    assert changes.frame.row(0, named=True)["successor"] == "FBBBBBBBBBBBB"
