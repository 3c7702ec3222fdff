"""A release is made whole or not at all; the former one is never touched."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import Conflict, EnvironmentFault, FaultyData, WrongUsage
from pipelines.publish import head_tables, number_versions, publish
from pipelines.publish import release as release_module
from pipelines.publish.reason import ANY, Statement
from pipelines.publish.store import LostRace, Store
from pipelines.publish.verify import verify
from pipelines.settings import Settings

pytestmark = pytest.mark.usefixtures("quick_gate")


def state_of(home: Path) -> dict[str, str]:
    """Every file of the log, the objects and the releases by hash."""
    return {
        str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest()
        for part in ("log", "objects", "releases")
        for p in sorted((home / part).rglob("*"))
        if p.is_file()
    }


def changed(tables: dict[str, pl.DataFrame], **cells: object) -> dict[str, pl.DataFrame]:
    """The tables with cells of the first factor of the gridded sort changed."""
    first = tables["factor"].sort("factor_id")["factor_id"][0]
    return {
        **tables,
        "factor": tables["factor"].with_columns(
            [
                pl.when(pl.col("factor_id") == first)
                .then(pl.lit(value))
                .otherwise(pl.col(name))
                .alias(name)
                for name, value in cells.items()
            ]
        ),
    }


def stated(tables: dict[str, pl.DataFrame], reason: str = "revision") -> list[Statement]:
    """A reason for whatever changes in the first factor."""
    first = tables["factor"].sort("factor_id")["factor_id"][0]
    return [Statement(first, ANY, reason)]


def built(house: Settings) -> list[Path]:
    """What stands under ``tmp`` beside the door."""
    return [p for p in house.tmp.iterdir() if p.is_dir()]


def numbered(tables: dict[str, pl.DataFrame], house: Settings) -> dict[str, pl.DataFrame]:
    return number_versions(tables, head_tables(house))


def test_publishing_the_same_content_changes_nothing(
    house, published_tables, ledger, monkeypatch
) -> None:
    before = state_of(house.home)
    receipt = publish(house, numbered(published_tables, house), ledger)
    assert not receipt.is_new
    # The head's content is compared in the form it was digested in, be it another's.
    monkeypatch.setattr("pipelines.publish.release.FORM", 0)
    assert not publish(house, numbered(published_tables, house), ledger).is_new
    assert state_of(house.home) == before


def test_other_content_takes_the_next_patch_and_lists_the_change(
    house, published_tables, ledger
) -> None:
    before = state_of(house.home)
    old = published_tables["factor"].sort("factor_id").row(0, named=True)
    value = old["value"] * 1.1
    receipt = publish(
        house, numbered(changed(published_tables, value=value), house), ledger,
        statements=stated(published_tables),
    )  # fmt: skip
    assert receipt.is_new
    assert receipt.release_id == "2026.1.1"
    assert before.items() <= state_of(house.home).items()
    factor = pl.read_parquet(receipt.folder / "data" / "factor.parquet")
    row = factor.row(by_predicate=pl.col("factor_id") == old["factor_id"], named=True)
    assert (row["version"], row["supersedes"]) == ("2.0", f"{old['factor_id']}@1.0")
    others = factor.filter(pl.col("factor_id") != old["factor_id"])
    assert set(others["version"]) == {"1.0"}
    change = pl.read_parquet(receipt.folder / "data" / "change.parquet").to_dicts()
    assert [(c["change_class"], c["column_name"]) for c in change] == [("value", "value")]
    assert change[0]["relative_change"] == pytest.approx(0.1)
    assert change[0]["tier"] == "moderate"
    manifest = json.loads((receipt.folder / "manifest.json").read_bytes())
    first = hashlib.sha256((house.home / "log" / "00000001.json").read_bytes()).hexdigest()
    assert manifest["previous"] == first
    assert manifest["parent_release"] == "2026.1.0"


def test_a_changed_name_raises_the_second_number_only_under_the_id_that_was_asked_for(
    house, published_tables, ledger
) -> None:
    tables = numbered(changed(published_tables, name_zh="改名"), house)
    receipt = publish(house, tables, ledger, asked="2026.3.7")
    assert receipt.release_id == "2026.3.7"
    change = pl.read_parquet(receipt.folder / "data" / "change.parquet").row(0, named=True)
    assert (change["version"], change["change_class"]) == ("1.1", "metadata")


def test_a_withdrawn_factor_is_listed(house, published_tables, ledger) -> None:
    gone = published_tables["factor"].sort("factor_id")["factor_id"][0]
    tables = {
        name: frame.filter(pl.col("factor_id") != gone)
        if name in {"factor", "factor_gas", "factor_co2e", "factor_quality"}
        else frame
        for name, frame in published_tables.items()
    }
    tables["decision"] = tables["decision"].filter(pl.col("subject_id") != gone)
    status = published_tables["factor"].row(by_predicate=pl.col("factor_id") == gone, named=True)
    counts = tables["source_count"]
    here = (pl.col("source_id") == status["source_id"]) & (pl.col("edition") == status["edition"])
    tables["source_count"] = counts.with_columns(
        [
            pl.when(here).then(pl.col(c) - 1).otherwise(pl.col(c)).alias(c)
            for c in ("rows_in", "candidates", status["status"])
        ]
    )
    lines = tables["footprint_line"]
    tables["footprint_line"] = lines.with_columns(
        [
            pl.when(pl.col("factor_id") == gone).then(None).otherwise(pl.col(c)).alias(c)
            for c in ("version", "factor_id")
        ]
    )
    receipt = publish(house, numbered(tables, house), ledger, statements=stated(published_tables))
    change = pl.read_parquet(receipt.folder / "data" / "change.parquet").row(0, named=True)
    assert (change["factor_id"], change["change_class"]) == (gone, "withdrawn")


def test_an_id_already_taken_is_a_conflict(house, published_tables, ledger) -> None:
    before = state_of(house.home)
    with pytest.raises(Conflict) as refused:
        publish(house, changed(published_tables, value=1.0), ledger, asked="2026.1.0")
    assert refused.value.findings[0].code == "E-REL-01"
    assert state_of(house.home) == before


def test_a_malformed_id_is_wrong_usage(house, published_tables, ledger) -> None:
    with pytest.raises(WrongUsage):
        publish(house, changed(published_tables, value=1.0), ledger, asked="v2")


def test_a_date_before_the_head_is_refused(house, published_tables, ledger) -> None:
    plan = house.seeds / "release.toml"
    plan.write_text(plan.read_text("utf-8").replace("2026-11-21", "2026-11-20"), "utf-8")
    before = state_of(house.home)
    with pytest.raises(Conflict) as refused:
        publish(house, changed(published_tables, value=1.0), ledger)
    assert refused.value.findings[0].code == "E-REL-02"
    assert state_of(house.home) == before


def test_a_factor_that_is_not_public_is_named_without_its_value(
    house, published_tables, ledger
) -> None:
    tables = changed(published_tables, data_class="restricted")
    ids = tables["factor"].filter(pl.col("data_class") == "restricted")["factor_id"].to_list()
    done = publish(house, numbered(tables, house), ledger, statements=stated(published_tables))
    data = done.folder / "data"
    assert not set(ids) & set(pl.read_parquet(data / "factor.parquet")["factor_id"])
    named = pl.read_parquet(data / "withheld_factor.parquet")
    assert named["factor_id"].to_list() == ids
    assert named["value"].to_list() == [None]


@pytest.mark.parametrize(
    "cells",
    [{"value": float("inf")}, {"region_code": "999999"}, {"evidence_id": "E" + "A" * 12}],
    ids=["not finite", "unknown region", "no evidence"],
)
def test_a_broken_rule_stops_the_release(house, published_tables, ledger, cells) -> None:
    before = state_of(house.home)
    with pytest.raises(FaultyData) as refused:
        publish(
            house, numbered(changed(published_tables, **cells), house), ledger,
            statements=stated(published_tables),
        )  # fmt: skip
    assert refused.value.findings[0].code == "E-REL-03"
    assert state_of(house.home) == before


def test_a_decision_that_is_not_in_the_ledger_stops_the_release(
    house, published_tables, ledger
) -> None:
    before = state_of(house.home)
    root, leaves = ledger
    with pytest.raises(FaultyData) as refused:
        publish(
            house, numbered(changed(published_tables, value=1.0), house),
            (root, [leaves[1], leaves[0], *leaves[2:]]), statements=stated(published_tables),
        )  # fmt: skip
    assert {f.code for f in refused.value.findings} == {"E-REL-08"}
    assert state_of(house.home) == before
    assert built(house) == []


def test_a_full_disk_leaves_the_former_release(
    house, published_tables, ledger, monkeypatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = state_of(house.home)
    monkeypatch.setattr(release_module, "write_release", full)
    with pytest.raises(EnvironmentFault) as refused:
        publish(
            house, numbered(changed(published_tables, value=1.0), house), ledger,
            statements=stated(published_tables),
        )  # fmt: skip
    assert "No space left" in refused.value.findings[0].en
    assert state_of(house.home) == before
    assert built(house) == []


def test_what_an_interrupted_build_left_is_cleared(house, published_tables, ledger) -> None:
    left = house.tmp / "release-left"
    left.mkdir(parents=True)
    (left / "half").write_text("half")
    publish(house, numbered(published_tables, house), ledger)
    assert not left.exists()


def test_a_lost_folder_is_laid_out_again_byte_by_byte(house, published_tables, ledger) -> None:
    before = state_of(house.home)
    tables = numbered(published_tables, house)
    shutil.rmtree(house.releases / "2026.1.0")
    receipt = publish(house, tables, ledger)
    assert receipt.rebuilt == ("2026.1.0",)
    assert state_of(house.home) == before
    assert verify(house.releases / "2026.1.0")["ok"]


def test_two_publishers_cannot_take_the_same_number(house, own_release) -> None:
    with pytest.raises(LostRace) as refused:
        Store(house).commit(own_release, 1)
    assert refused.value.findings[0].code == "E-LOG-03"


def test_a_change_without_a_reason_is_not_published(house, published_tables, ledger) -> None:
    before = state_of(house.home)
    with pytest.raises(FaultyData) as refused:
        publish(house, numbered(changed(published_tables, value=1.0), house), ledger)
    assert [f.code for f in refused.value.findings] == ["E-CHG-01"]
    assert state_of(house.home) == before


def test_a_version_numbered_against_another_head_is_a_conflict(
    house, published_tables, ledger
) -> None:
    with pytest.raises(Conflict) as refused:
        publish(house, changed(published_tables, value=1.0), ledger)
    found = refused.value.findings[0]
    assert found.code == "E-REL-11"
    assert "expected 2.0" in found.en


def test_versions_do_not_rise_without_a_change(house, published_tables) -> None:
    again = numbered(published_tables, house)
    for name in ("factor", "factor_gas", "factor_co2e", "factor_quality"):
        assert again[name].sort("factor_id").equals(published_tables[name].sort("factor_id"))


def test_a_later_date_keeps_the_day_a_factor_was_first_known(house, published_tables) -> None:
    later = published_tables["factor"].with_columns(known_from=pl.lit(dt.date(2027, 1, 1)))
    again = numbered({**published_tables, "factor": later}, house)
    assert set(again["factor"]["known_from"]) == set(published_tables["factor"]["known_from"])
