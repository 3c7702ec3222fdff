"""Does a correction name a cell that is there, mend it, and leave both readings behind?"""

from __future__ import annotations

import json

import polars as pl
import pytest

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import finding
from pipelines.ingest.harvest import Harvest
from pipelines.ingest.seed_folder import read_editions
from tests.ingest.refusals import refused
from tests.sources.library import (
    copy_of,
    lookups,
    read,
    replace_text,
    restate,
    write_corrections,
)

SOURCE, FILE = "mee_grid_reporting_defaults", "reporting_defaults.csv"
KEY = "ELEC-CO2-HIST-0.5810"
MENDS, TOML = f"{SOURCE}/corrections.csv", f"{SOURCE}/source.toml"
GOOD = {"edition": "2023", "file": FILE, "record_key": KEY, "column": "value",
        "expected": "0.5810", "corrected": "0.5811"}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return copy_of(SOURCE, tmp_path)


def evidence(folder):
    tables = read(folder)
    made = tables["candidate"].filter(record_key=KEY)["evidence_id"][0]
    return tables["evidence"].filter(pl.col("evidence_id") == made).row(0, named=True)


@pytest.mark.parametrize(
    "change",
    [{"edition": "2029"}, {"edition": ""}, {"edition": "*"}, {"file": "other.csv"}, {"file": ""}],
    ids=str,
)
def test_a_correction_of_an_edition_or_file_that_is_not_there_is_refused(folder, change):
    write_corrections(folder, GOOD, GOOD | {"column": "flags"} | change)
    place = {"file": MENDS, "row": 3, "field": "flags", "value": "0.5810"}
    with refused(FaultyData, "E-SEED-03", **place) as found:
        read(folder)
    assert KEY in found[0].zh
    assert KEY in found[0].en
    assert "flags" in found[0].en


def test_a_correction_that_changes_nothing_is_refused(folder):
    write_corrections(folder, GOOD | {"corrected": "0.5810"})
    with refused(FaultyData, "E-SEED-11", file=MENDS, row=2, field="corrected", value="0.5810"):
        read(folder)


@pytest.mark.parametrize("column", ["reason_zh", "reason_en", "reported_by"])
def test_a_correction_that_does_not_say_why_or_who_is_refused(folder, column):
    write_corrections(folder, GOOD | {column: " "})
    with refused(FaultyData, "E-TEXT-01", file=MENDS, row=2, field=column):
        read(folder)


def test_a_correction_of_a_record_that_no_reader_meets_is_refused(folder):
    write_corrections(folder, GOOD)
    unread = Harvest(read_editions(folder)[0], lookups())
    with refused(FaultyData, "E-SEED-03", file=MENDS, row=2, field="value", value="0.5810"):
        unread.tables()


def test_the_evidence_keeps_the_cell_as_it_stands_in_the_file(folder):
    unit = {"column": "unit_found", "corrected": "tCO2/(MWh)"}
    before = evidence(folder)
    write_corrections(folder, GOOD, GOOD | unit | {"expected": before["unit_found"]})
    after = evidence(folder)
    assert (after["text_found"], after["unit_found"]) == ("0.5810", before["unit_found"])


def test_every_mended_cell_of_a_record_stands_in_the_evidence(folder):
    flags = {"column": "note_en", "expected": evidence_note(folder), "corrected": "mended"}
    write_corrections(folder, GOOD, GOOD | flags)
    steps = json.loads(evidence(folder)["steps"])
    assert steps[0]["step"] == "value: 0.5810 -> 0.5811"
    assert steps[1]["step"].startswith("note_en: ")
    assert [s["source"] for s in steps[:2]] == [f"corrections.csv row {n}: erratum" for n in (2, 3)]


def evidence_note(folder):
    return read(folder)["candidate"].filter(record_key=KEY)["note_en"][0] or ""


def test_a_finding_never_prints_that_a_word_is_none(folder):
    write_corrections(folder, GOOD | {"record_key": "NOBODY"})
    with refused(FaultyData, "E-SEED-03", file=MENDS, row=2) as found:
        read(folder)
    assert "None" not in found[0].zh + found[0].en
    assert "'-'" in found[0].en
    absent = finding("E-SEED-03", file="a", row=1, record=None, found=None)
    assert "None" not in absent.zh + absent.en


# -- source.toml ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("bytes = 2252", "bytes = 1", "file.bytes"),
        ("bytes = 2252", 'bytes = "2252"', "file.bytes"),
        ("bytes = 2252", "bytes = true", "file.bytes"),
        ("bytes = 2252\n", "", "file.bytes"),
        (f'id = "{SOURCE}"', 'id = "mee_grid_co2"', "id"),
        (f'id = "{SOURCE}"', "id = 7", "id"),
        (f'name = "{FILE}"', f'name = "../{SOURCE}/{FILE}"', "file.name"),
        (f'name = "{FILE}"', 'name = "/etc/hostname"', "file.name"),
        ("onward_publication = true", 'onward_publication = true\nuntil = "soon"',
         "edition 2023: authorisation.until"),
        ("onward_publication = true", "onward_publication = true\nuntil = 2030",
         "edition 2023: authorisation.until"),
        ("onward_publication = true", 'onward_publication = "true"',
         "edition 2023: authorisation.onward_publication"),
        ("core_data = false", 'core_data = "false"', "edition 2023: core_data"),
        ("core_data = false", "core_data = 0", "edition 2023: core_data"),
        ('published_on = "2023"', "published_on = 2023", "edition 2023: published_on"),
        ('how_obtained = "', 'how_obtained = ["', "file.how_obtained"),
    ],
)  # fmt: skip
def test_a_key_of_another_kind_is_refused(folder, old, new, field):
    path = folder / "source.toml"
    replace_text(path, old, new)
    if new.endswith('["'):
        path.write_text(path.read_text("utf-8").rstrip() + "]\n", "utf-8")
    with refused(FaultyData, "E-SEED-02", file=TOML, field=field) as found:
        read(folder)
    assert found[0].expected


@pytest.mark.parametrize(
    ("table", "key", "field"),
    [("[[edition]]", 'edition = "2023"', "edition"),
     ("[edition.authorisation]", 'authorisation = "free"', "edition 2023: authorisation")],
)  # fmt: skip
def test_a_table_given_as_text_is_refused(folder, table, key, field):
    path = folder / "source.toml"
    head, _, tail = path.read_text("utf-8").partition(table)
    rest = "" if field == "edition" else "[[edition.file]]" + tail.partition("[[edition.file]]")[2]
    path.write_text(f"{head}{key}\n{rest}", "utf-8")
    with refused(FaultyData, "E-SEED-02", file=TOML, field=field):
        read(folder)


def test_a_file_without_its_hash_is_a_fault_of_the_data(folder):
    path = folder / "source.toml"
    lines = [x for x in path.read_text("utf-8").splitlines() if not x.startswith("sha256")]
    path.write_text("\n".join(lines), "utf-8")
    with refused(FaultyData, "E-SEED-02", file=TOML, field="file.sha256"):
        read(folder)


# -- text -----------------------------------------------------------------------------------


def test_a_line_separator_within_a_cell_does_not_split_the_row(folder):
    path = folder / FILE
    before = read(folder)["candidate"].height
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\u2028\n", "utf-8")
    restate(folder)
    assert read(folder)["candidate"].height == before


def test_a_character_nul_is_refused_with_its_row(folder):
    path = folder / FILE
    path.write_bytes(path.read_bytes().replace(b"0.5810,t", b"0.5810\0,t", 1))
    restate(folder)
    with refused(FaultyData, "E-TEXT-02", file=f"{SOURCE}/{FILE}", row=3, field="value"):
        read(folder)


def test_a_changed_file_is_still_told_by_its_hash_alone(folder):
    path = folder / FILE
    path.write_bytes(path.read_bytes() + b" ")
    with refused(UnreadableInput, "E-SEED-01", file=f"{SOURCE}/{FILE}"):
        read(folder)
