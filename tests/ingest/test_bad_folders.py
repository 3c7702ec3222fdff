"""Is a source refused whose bytes, rights or corrections are not as they should be?"""

from __future__ import annotations

import json
import re

import polars as pl
import pytest

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.ingest.seed_folder import read_editions
from tests.ingest.refusals import refused
from tests.sources.library import (
    copy_of,
    data_files,
    read,
    replace_text,
    restate,
    toml_of,
    write_corrections,
)

SOURCE = "mee_grid_reporting_defaults"
FILE = "reporting_defaults.csv"
SHOWN = f"{SOURCE}/{FILE}"
TOML = f"{SOURCE}/source.toml"
MENDS = f"{SOURCE}/corrections.csv"


@pytest.fixture
def folder(tmp_path):
    return copy_of(SOURCE, tmp_path)


def rewrite(folder, change):
    """Change the bytes of the data file and state their true hash and size."""
    path = folder / FILE
    old = path.read_bytes()
    new = change(old)
    assert new != old
    path.write_bytes(new)
    restate(folder)


# -- bytes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [lambda b: b + b" ", lambda b: b.replace(b"0.5810", b"0.5811"), lambda b: b[:-1],
     lambda b: b.replace(b"\n", b"\r\n"), lambda b: b"\xef\xbb\xbf" + b, lambda _: b""],
    ids=["one byte more", "a digit", "one byte less", "line ends", "byte order mark", "emptied"],
)  # fmt: skip
def test_a_file_whose_bytes_changed_is_refused(folder, change):
    path = folder / FILE
    was = toml_of(folder)["edition"][0]["file"][0]["sha256"]
    path.write_bytes(change(path.read_bytes()))
    with refused(UnreadableInput, "E-SEED-01", file=SHOWN) as found:
        read(folder)
    assert found[0].expected == (was,)
    assert was in found[0].fix_en
    assert found[0].place["value"] in found[0].fix_zh


def test_a_change_that_is_registered_is_read(folder):
    rewrite(folder, lambda b: b.replace(b"0.5810,t", b"0.5811,t"))
    assert 581.1 in read(folder)["candidate"]["value"].to_list()


@pytest.mark.parametrize(
    "change", [lambda b: b"\xef\xbb\xbf" + b, lambda b: b.replace(b"\n", b"\r\n")]
)
def test_a_byte_order_mark_or_windows_line_ends_change_no_figure(folder, change):
    before = read(folder)["candidate"]
    rewrite(folder, change)
    assert read(folder)["candidate"].equals(before)


def test_a_missing_data_file_is_refused(folder):
    (folder / FILE).unlink()
    with refused(UnreadableInput, "E-SEED-06", file=SHOWN):
        read(folder)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_data_file_that_is_not_utf8_is_refused(folder, encoding):
    rewrite(folder, lambda b: b.decode().encode(encoding))
    with refused(UnreadableInput, "E-TEXT-03", file=SHOWN):
        read(folder)


def test_corrections_that_are_not_utf8_are_refused(folder):
    (folder / "corrections.csv").write_bytes("更正".encode("gb18030"))
    with refused(UnreadableInput, "E-TEXT-03", file=MENDS):
        read(folder)


# -- rows -----------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["value", "unit", "record_key", "confidence", "seen_in"])
def test_a_missing_column_is_refused(folder, column):
    rewrite(folder, lambda b: b.replace(f"{column},".encode(), f"{column}x,".encode(), 1))
    with refused(FaultyData, "E-SEED-04", file=SHOWN, field=column) as found:
        read(folder)
    assert f"{column}x" in found[0].fix_en
    assert column in found[0].expected


def test_a_column_that_stands_twice_is_refused(folder):
    rewrite(folder, lambda b: b.replace(b"note_zh,note_en", b"value,note_en", 1))
    with refused(FaultyData, "E-SEED-04", file=SHOWN, field="value"):
        read(folder)


@pytest.mark.parametrize("line", [b"a,b,c\n", b"," * 40 + b"x\n"], ids=["short", "long"])
def test_a_ragged_row_is_refused(folder, line):
    rewrite(folder, lambda b: b + line)
    with refused(FaultyData, "E-SEED-05", file=SHOWN, row=5) as found:
        read(folder)
    assert str(line.count(b",") + 1) in found[0].en


def test_a_quote_that_is_never_closed_is_refused(folder):
    rewrite(folder, lambda b: b + b'"a,b,c\n')
    with refused(FaultyData, "E-TEXT-04", file=SHOWN):
        read(folder)


def test_an_emptied_file_lacks_its_columns(folder):
    rewrite(folder, lambda _: b"")
    with refused(FaultyData, "E-SEED-04", file=SHOWN, field="value"):
        read(folder)


# -- source.toml ----------------------------------------------------------------------------


def without_line(folder, key):
    path = folder / "source.toml"
    text, made = re.subn(rf"^{key} = .*\n", "", path.read_text("utf-8"), count=1, flags=re.M)
    assert made == 1
    path.write_text(text, "utf-8")


@pytest.mark.parametrize("key", ["id", "title_zh", "title_en", "publisher"])
def test_a_source_without_its_name_is_refused(folder, key):
    without_line(folder, key)
    with refused(FaultyData, "E-SEED-02", file=TOML, field=key):
        read(folder)


@pytest.mark.parametrize(
    "key",
    ["edition", "accessed_on", "citation", "licence", "data_class", "data_origin", "core_data"],
)
def test_an_edition_without_licence_citation_or_class_is_refused(folder, key):
    without_line(folder, key)
    with pytest.raises(FaultyData) as caught:
        read(folder)
    found = [f for f in caught.value.findings if f.place["field"].endswith(key)]
    assert [f.code for f in found] == ["E-SEED-02"]
    assert found[0].place["file"] == TOML
    assert key in found[0].zh
    assert key in found[0].en
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("key", ["scope", "document", "onward_publication"])
def test_an_edition_without_its_authorisation_is_refused(folder, key):
    without_line(folder, key)
    with refused(FaultyData, "E-SEED-02", file=TOML, field=f"edition 2023: authorisation.{key}"):
        read(folder)


@pytest.mark.parametrize("key", ["licence", "citation"])
def test_a_blank_licence_or_citation_is_refused(folder, key):
    path = folder / "source.toml"
    text = re.sub(rf'^{key} = ".*"$', f'{key} = ""', path.read_text("utf-8"), flags=re.M)
    path.write_text(text, "utf-8")
    with refused(FaultyData, "E-SEED-02", file=TOML, field=f"edition 2023: {key}"):
        read(folder)


def test_an_edition_without_any_authorisation_is_refused(folder):
    path = folder / "source.toml"
    text = path.read_text("utf-8")
    start, end = text.index("[edition.authorisation]"), text.index("[[edition.file]]")
    path.write_text(text[:start] + text[end:], "utf-8")
    with refused(FaultyData, "E-SEED-02", file=TOML, field="edition 2023: authorisation"):
        read(folder)


def test_a_source_without_an_edition_is_refused(folder):
    path = folder / "source.toml"
    path.write_text(path.read_text("utf-8").partition("[[edition]]")[0], "utf-8")
    with refused(FaultyData, "E-SEED-02", file=TOML, field="edition"):
        read(folder)


def test_an_edition_without_a_file_is_refused(folder):
    path = folder / "source.toml"
    path.write_text(path.read_text("utf-8").partition("[[edition.file]]")[0], "utf-8")
    with refused(FaultyData, "E-SEED-02", file=TOML, field="edition 2023: file"):
        read(folder)


def test_a_source_with_text_that_is_no_toml_is_refused(folder):
    replace_text(folder / "source.toml", 'publisher = "', "publisher = ")
    with refused(FaultyData, "E-SEED-08", file=TOML) as found:
        read(folder)
    assert re.search(r"line [0-9]+, column [0-9]+", found[0].en)


@pytest.mark.parametrize("data", [b'id = "\xff"', None], ids=["not UTF-8", "missing"])
def test_a_source_whose_toml_cannot_be_read_is_refused(folder, data):
    path = folder / "source.toml"
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    with refused(UnreadableInput, "E-SEED-06", file=TOML):
        read(folder)


def test_every_missing_right_is_told_at_once(folder):
    for key in ("licence", "scope", "publisher"):
        without_line(folder, key)
    with pytest.raises(FaultyData) as caught:
        read(folder)
    assert [f.place["field"] for f in caught.value.findings] == [
        "publisher", "edition 2023: licence", "edition 2023: authorisation.scope",
    ]  # fmt: skip


def test_rights_and_dates_reach_the_source_table(folder):
    replace_text(
        folder / "source.toml",
        "onward_publication = true",
        "onward_publication = false\nuntil = 2030-06-30",
    )
    row = read(folder)["source"].row(0, named=True)
    assert row["onward_publication"] is False
    assert row["authorisation_until"].isoformat() == "2030-06-30"
    assert row["licence"] == "CN-official-figures"


def test_a_new_edition_is_a_block_and_a_folder_and_the_old_one_stays(tmp_path):
    folder = copy_of("mee_electricity_footprint", tmp_path)
    path = folder / "source.toml"
    last = path.read_text("utf-8").rpartition("[[edition]]")[2].replace("2024", "2025")
    (folder / "2025").mkdir()
    text = (folder / "2024" / "footprint.csv").read_text("utf-8").replace("2024", "2025")
    (folder / "2025" / "footprint.csv").write_text(text, "utf-8")
    path.write_text(f"{path.read_text('utf-8')}\n[[edition]]{last}", "utf-8")
    restate(folder)
    assert data_files(folder)[-1] == "2025/footprint.csv"
    found = read(folder)
    assert found["source"]["edition"].to_list() == ["2023", "2024", "2025"]
    years = found["candidate"].filter(flow_id="electricity")["reference_year"].to_list()
    assert years == [2023, 2024, 2025]


# -- corrections ----------------------------------------------------------------------------

GOOD = {
    "edition": "2023",
    "file": FILE,
    "record_key": "ELEC-CO2-HIST-0.5810",
    "column": "value",
    "expected": "0.5810",
    "corrected": "0.5811",
}


def test_a_correction_mends_the_cell_and_stands_in_the_evidence(folder):
    write_corrections(folder, GOOD)
    tables = read(folder)
    mended = tables["candidate"].filter(record_key=GOOD["record_key"]).row(0, named=True)
    assert mended["value"] == 581.1
    evidence = tables["evidence"].filter(evidence_id=mended["evidence_id"]).row(0, named=True)
    step = json.loads(evidence["steps"])[0]
    assert step["step"] == "value: 0.5810 -> 0.5811"
    assert step["source"] == "corrections.csv row 2: erratum"


def test_a_correction_touches_no_other_record(folder):
    before = read(folder)
    write_corrections(folder, GOOD)
    other = pl.col("record_key") != GOOD["record_key"]
    assert read(folder)["candidate"].filter(other).equals(before["candidate"].filter(other))


@pytest.mark.parametrize(
    "change",
    [{"expected": "0.5703"}, {"record_key": "ELEC-CO2-HIST-0.9999"}, {"column": "worth"}],
    ids=["stale", "no such record", "no such column"],
)
def test_a_correction_whose_old_value_is_not_there_is_refused(folder, change):
    mend = GOOD | change
    write_corrections(folder, GOOD | {"column": "flags", "expected": "", "corrected": "p"}, mend)
    place = {"file": MENDS, "row": 3, "field": mend["column"]}
    with refused(FaultyData, "E-SEED-03", **place, value=mend["expected"]) as found:
        read(folder)
    assert mend["expected"] in found[0].zh
    assert mend["expected"] in found[0].en


def test_a_stale_correction_is_told_what_stands_there_now(folder):
    write_corrections(folder, GOOD | {"expected": "0.5703"})
    with refused(FaultyData, "E-SEED-03", file=MENDS, row=2, field="value") as found:
        read(folder)
    assert "0.5810" in found[0].zh
    assert "0.5810" in found[0].en


def test_one_cell_is_not_mended_twice_from_the_same_value(folder):
    write_corrections(folder, GOOD, GOOD | {"corrected": "0.5812"})
    with refused(FaultyData, "E-SEED-03", file=MENDS, row=3, field="value"):
        read(folder)


def test_a_mended_cell_is_checked_like_any_other(folder):
    write_corrections(folder, GOOD | {"corrected": "nan"})
    with refused(FaultyData, "E-NUM-01", file=SHOWN, row=3, field="value", value="nan"):
        read(folder)


def test_corrections_with_other_columns_are_refused(folder):
    (folder / "corrections.csv").write_text("edition,file,column\n", "utf-8")
    with refused(FaultyData, "E-SEED-04", file=MENDS, field="expected"):
        read(folder)


def test_ragged_corrections_are_refused(folder):
    write_corrections(folder, GOOD)
    path = folder / "corrections.csv"
    path.write_text(path.read_text("utf-8") + "2023,x\n", "utf-8")
    with refused(FaultyData, "E-SEED-05", file=MENDS, row=3):
        read(folder)


def test_which_corrections_were_used_is_known(folder):
    write_corrections(folder, GOOD)
    edition = read_editions(folder)[0]
    assert edition.used == set()
    edition.rows(FILE, needed=(), key="record_key")
    assert edition.used == {2}
