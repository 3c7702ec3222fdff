"""A steward checks a published edition, adds it, and is told what the next one changed."""

from __future__ import annotations

import sys

import pytest

from pipelines.commands.source_editions import (
    add_edition,
    check_edition,
    events,
    newest_editions,
    read_edition,
)
from pipelines.errors import Conflict, FaultyData, RefusedByPolicy, UnreadableInput, WrongUsage
from pipelines.ledger import Ledger
from tests.commands.conftest import SOURCE_ID

ROWS = [f"c{i},item {i},{i}.5,kgCO2/t" for i in range(1, 11)]


def test_checking_counts_every_row_and_stores_nothing(invented, edition_file) -> None:
    path = edition_file(
        "a.csv", *ROWS, "c11,bad number,1_0,kgCO2/t", "c12,bad unit,1,kgCO2/parsec",
        "c1,twice,1,kgCO2/t", "c13,too,many,cells,here",
    )  # fmt: skip
    report = check_edition(invented, SOURCE_ID, path, "2024").report
    assert report["rows_in"] == 14
    assert report["candidates"] == report["admissible"] == 10
    assert report["skipped"] == 4
    assert report["reasons"] == {"E-NUM-01": 1, "E-UNIT-01": 1, "S-DUP-01": 1, "S-RAG-01": 1}
    assert report["rows_in"] == report["candidates"] + report["parameters"] + report["skipped"]
    assert not invented.home.exists()


def test_a_new_column_is_named_and_a_lost_one_refused(invented, edition_file) -> None:
    more = edition_file("a.csv", "c1,x,1,kgCO2/t,n", header="code,name,value,unit,note")
    assert check_edition(invented, SOURCE_ID, more, "x").report["columns_new"] == ["note"]
    lost = edition_file("b.csv", "c1,x,1", header="code,name,wert")
    with pytest.raises(UnreadableInput) as refused:
        check_edition(invented, SOURCE_ID, lost, "x")
    found = refused.value.findings[0]
    assert found.code == "E-FILE-02"
    assert "value, unit" in found.en


def test_a_file_of_another_format_is_refused(invented, tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old workbook")
    with pytest.raises(UnreadableInput) as refused:
        check_edition(invented, SOURCE_ID, path, "x")
    assert refused.value.findings[0].code == "E-FILE-01"
    assert "ole2" in refused.value.findings[0].en


def test_an_unknown_source_names_the_nearest(invented, edition_file) -> None:
    with pytest.raises(WrongUsage) as refused:
        check_edition(invented, "invented_work", edition_file("a.csv"), "x")
    assert SOURCE_ID in refused.value.findings[0].expected


def test_the_first_edition_added_comes_after_the_seeds_own_decisions(
    invented, edition_file
) -> None:
    added = add_edition(invented, SOURCE_ID, edition_file("a.csv", *ROWS), "2024")
    assert added.is_new
    assert added.change is None
    entries = Ledger(invented.home / "ledger").entries()
    assert len(entries) > 700
    assert entries[-1].record["event_kind"] == "edition_added"
    assert all("decision_id" in e.record for e in entries[:-1])


def test_adding_the_same_edition_again_changes_nothing(invented, edition_file) -> None:
    path = edition_file("a.csv", *ROWS)
    add_edition(invented, SOURCE_ID, path, "2024")
    size = Ledger(invented.home / "ledger").size_and_root()
    assert not add_edition(invented, SOURCE_ID, path, "2024").is_new
    assert Ledger(invented.home / "ledger").size_and_root() == size
    assert len(events(invented)) == 1


def test_an_edition_is_never_overwritten(invented, edition_file) -> None:
    add_edition(invented, SOURCE_ID, edition_file("a.csv", *ROWS), "2024")
    with pytest.raises(Conflict) as refused:
        add_edition(invented, SOURCE_ID, edition_file("a.csv", *ROWS[:9]), "2024")
    assert refused.value.findings[0].code == "E-EDI-01"


def test_the_next_edition_says_what_changed_by_kind(invented, edition_file) -> None:
    add_edition(invented, SOURCE_ID, edition_file("a.csv", *ROWS), "2024")
    newer = [
        *reversed(ROWS[4:]), "c1,item 1,9.5,kgCO2/t", "c2,renamed,2.5,kgCO2/t",
        "c3,item 3,3.5,kgCO2/kg", "c99,new,1,kgCO2/t",
    ]  # fmt: skip
    change = add_edition(invented, SOURCE_ID, edition_file("b.csv", *newer), "2025").change
    counts = change.counts()
    assert (counts["added"], counts["removed"], counts["unchanged"]) == (1, 1, 6)
    assert change.changed == {"c1": ("value",), "c2": ("label",), "c3": ("unit",)}
    assert newest_editions(invented)[SOURCE_ID].edition == "2025"


def test_an_implausible_loss_needs_a_stated_reason(invented, edition_file) -> None:
    add_edition(invented, SOURCE_ID, edition_file("a.csv", *ROWS), "2024")
    fewer = edition_file("b.csv", *ROWS[:7])
    with pytest.raises(RefusedByPolicy) as refused:
        add_edition(invented, SOURCE_ID, fewer, "2025")
    assert refused.value.findings[0].code == "E-EDI-02"
    assert "30.0%" in refused.value.findings[0].en
    added = add_edition(invented, SOURCE_ID, fewer, "2025", reason="发布方停止公布")
    assert added.event["reason"] == "发布方停止公布"


def test_an_added_edition_reads_from_its_hash_when_the_file_is_gone(invented, edition_file) -> None:
    path = edition_file("a.csv", *ROWS)
    add_edition(invented, SOURCE_ID, path, "2024")
    path.unlink()
    from pipelines.commands.source_editions import published_source

    edition = newest_editions(invented)[SOURCE_ID]
    tables = read_edition(invented, published_source(invented, SOURCE_ID), edition).tables()
    assert tables["candidate"].height == 10
    assert set(tables["evidence"]["locator"]) == {f"row {n}" for n in range(2, 12)}


def correct(settings, record: str, expected: str) -> None:
    columns = (
        "edition,file,record_key,column,expected,corrected,reason_zh,reason_en,reported_by,"
        "reported_on,until_edition"
    )
    row = f"2024,a.csv,{record},value,{expected},77,印错,misprint,role,2026-11-21,"
    path = settings.seeds / SOURCE_ID / "corrections.csv"
    path.write_text(f"{columns}\n{row}\n", "utf-8")


def test_a_correction_is_applied_to_its_edition_only(invented, edition_file) -> None:
    correct(invented, "c1", "1.5")
    path = edition_file("a.csv", *ROWS)
    values = check_edition(invented, SOURCE_ID, path, "2024").tables["candidate"]["value"]
    assert 77.0 in values.to_list()
    values = check_edition(invented, SOURCE_ID, path, "2025").tables["candidate"]["value"]
    assert 77.0 not in values.to_list()


@pytest.mark.parametrize(("record", "expected"), [("c1", "1.6"), ("c98", "1.5")])
def test_a_stale_correction_is_refused(invented, edition_file, record, expected) -> None:
    correct(invented, record, expected)
    with pytest.raises(FaultyData) as refused:
        check_edition(invented, SOURCE_ID, edition_file("a.csv", *ROWS), "2024")
    found = refused.value.findings[0]
    assert found.code == "E-SEED-03"
    assert found.as_json()["row"] == 2


# A whole run from seeds to release.
@pytest.mark.long
def test_the_next_run_publishes_what_was_added(invented, edition_file, monkeypatch) -> None:
    import polars as pl

    # The graph lists its sources when it is loaded; load it anew for the one more source.
    for name in [n for n in sys.modules if n.split(".")[:2] == ["pipelines", "defs"]]:
        monkeypatch.delitem(sys.modules, name)

    from pipelines.cli.run import run_release

    add_edition(invented, SOURCE_ID, edition_file("a.csv", *ROWS), "2024")
    receipt = run_release(invented, None)
    factor = pl.read_parquet(receipt.folder / "data" / "factor.parquet")
    mine = factor.filter(pl.col("source_id") == SOURCE_ID)
    assert mine.height == 10
    assert set(mine["status"]) == {"provisional"}
    flows = pl.read_parquet(receipt.folder / "data" / "flow.parquet")
    assert set(mine["flow_id"]) <= set(flows["flow_id"])
    count = pl.read_parquet(receipt.folder / "data" / "source_count.parquet")
    row = count.row(by_predicate=pl.col("source_id") == SOURCE_ID, named=True)
    assert (row["rows_in"], row["provisional"]) == (10, 10)
