"""Does every source say who published it, keep every row and point at the cell of each value?"""

from __future__ import annotations

import base64
import csv
import hashlib
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import schemas
from pipelines.errors import FaultyData
from pipelines.ingest.seed_folder import read_editions
from schemas.render.pandera import require
from schemas.vocabularies import AUTHORISATION_SCOPE, DATA_CLASS, DATA_ORIGIN
from tests.sources.library import (
    COMPUTED,
    CORRECTION_HEADER,
    KEPT,
    SEEDS,
    SOURCES,
    Tables,
    change_cells,
    copy_of,
    data_files,
    lookups,
    primary,
    read,
    reference,
    rows_of,
    shipped,
    toml_of,
    write_corrections,
)

LICENCES = {row["licence"]: row for row in rows_of(SEEDS / "reference" / "licence.csv")}
# Kilograms of the gas per mass unit of the numerator, worked out by hand.
KG_PER_NUMERATOR = {
    "kgCO2": Fraction(1), "tCO2": Fraction(1000), "kgCO2e": Fraction(1), "kgCH4": Fraction(1),
    "gCH4": Fraction(1, 1000), "kgN2O": Fraction(1), "gN2O": Fraction(1, 1000),
    "kgCF4": Fraction(1), "kgC2F6": Fraction(1), "tHFC-23": Fraction(1000),
    "kgN2O-N": Fraction(44, 28), "tCO2-C": Fraction(44000, 12),
}  # fmt: skip

every_source = pytest.mark.parametrize("source_id", sorted(SOURCES))
every_kept_source = pytest.mark.parametrize("source_id", sorted(KEPT))
every_read_source = pytest.mark.parametrize("source_id", sorted(set(KEPT) - set(COMPUTED)))


def rights_of(source_id: str) -> list[dict[str, Any]]:
    """The blocks that state rights: each edition kept here, or the one for all from outside."""
    top = toml_of(SEEDS / source_id)
    return top.get("edition") or [top["published"]]


# -- the folder -----------------------------------------------------------------------------


def test_every_folder_of_a_source_has_its_module_and_every_module_its_folder():
    folders = {path.parent.name for path in SEEDS.glob("*/source.toml")}
    assert folders == set(SOURCES)


@every_source
def test_a_source_is_described_in_both_languages_beside_its_corrections(source_id):
    folder = SEEDS / source_id
    top = toml_of(folder)
    assert top["id"] == source_id
    assert top["title_zh"].strip()
    assert top["title_en"].strip()
    assert top["publisher"].strip()
    page = (folder / "README.md").read_text("utf-8")
    headings = re.findall(r"^# (.+)$", page, re.MULTILINE)
    assert any(re.search("[一-鿿]", heading) for heading in headings)
    assert any(not re.search("[一-鿿]", heading) for heading in headings)
    words = page.replace(" ", "-")
    assert all(block["licence"] in words for block in rights_of(source_id))
    header = (folder / "corrections.csv").read_text("utf-8").splitlines()[0]
    assert header == CORRECTION_HEADER


@every_kept_source
def test_the_page_of_a_source_opens_with_its_titles_and_says_how_to_fetch_it_again(source_id):
    top = toml_of(SEEDS / source_id)
    page = (SEEDS / source_id / "README.md").read_text("utf-8")
    assert re.findall(r"^# (.+)$", page, re.MULTILINE) == [top["title_zh"], top["title_en"]]
    assert "重新获取" in page
    assert "To fetch it again" in page


@every_kept_source
def test_every_data_file_is_named_once_with_its_true_hash_and_size(source_id):
    folder = SEEDS / source_id
    named = [file for edition in toml_of(folder)["edition"] for file in edition["file"]]
    for file in named:
        data = (folder / file["name"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(data).hexdigest(), file["name"]
        assert file["bytes"] == len(data), file["name"]
        assert file["how_obtained"].strip()
    names = [file["name"] for file in named]
    kept = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert sorted(names) == sorted(kept - {"source.toml", "README.md", "corrections.csv"})


@every_source
def test_the_licence_is_known_and_a_source_claims_no_more_than_it_gives(source_id):
    strictness = {
        code: i for v in (AUTHORISATION_SCOPE, DATA_CLASS) for i, code in enumerate(v.codes)
    }
    for edition in rights_of(source_id):
        right = edition["authorisation"]
        licence = LICENCES[edition["licence"]]
        assert strictness[right["scope"]] >= strictness[licence["authorisation_scope"]]
        assert strictness[edition["data_class"]] >= strictness[licence["data_class"]]
        assert licence["is_redistributable"] == "true" or right["onward_publication"] is False


@every_source
def test_the_authorisation_is_stated(source_id):
    for edition in rights_of(source_id):
        right = edition["authorisation"]
        assert right["scope"] in AUTHORISATION_SCOPE.codes
        zh, _, en = right["document"].partition("|")
        assert re.search("[一-鿿]", zh)
        assert en.strip()
        assert edition["data_class"] in DATA_CLASS.codes
        assert edition["data_origin"] in DATA_ORIGIN.codes
        assert edition.get("citation", "to be made from the edition").strip()
        assert isinstance(edition["core_data"], bool)
        assert not edition["core_data"] or edition["methodology_url"].strip()


# -- corrections ----------------------------------------------------------------------------


def unneeded_corrections(folder: Path) -> list[str]:
    """Corrections that change nothing, that nothing uses or that the file no longer needs."""
    told = []
    editions = {edition["edition"]: edition["file"] for edition in toml_of(folder)["edition"]}
    for number, mend in enumerate(rows_of(folder / "corrections.csv"), start=2):
        files = [file["name"] for file in editions.get(mend["edition"], [])]
        rows = rows_of(folder / mend["file"]) if mend["file"] in files else []
        cells = [r[mend["column"]] for r in rows if r["record_key"] == mend["record_key"]]
        if cells != [mend["expected"]] or mend["expected"] == mend["corrected"]:
            told.append(f"row {number}")
    for edition in read_editions(folder):
        for file in edition.file_rows:
            edition.rows(file["file_name"], needed=("record_key",), key="record_key")
        told += [f"row {c.row} unused" for c in edition.corrections if c.row not in edition.used]
    return told


@every_kept_source
def test_every_correction_is_still_needed_and_used(source_id):
    assert unneeded_corrections(SEEDS / source_id) == []


@pytest.mark.parametrize(
    "changed",
    [{"edition": "2029"}, {"file": "2021/grid_co2.csv"}, {"corrected": "0.6187"}],
    ids=["edition", "file", "nothing changed"],
)
def test_a_correction_that_nothing_needs_is_noticed(tmp_path, changed):
    folder = copy_of("mee_grid_co2", tmp_path)
    good = {"edition": "2023", "file": "2023/grid_co2.csv", "record_key": "ELEC-CO2-2023-640000",
            "column": "value", "expected": "0.6187", "corrected": "0.6188"}  # fmt: skip
    write_corrections(folder, good)
    assert unneeded_corrections(folder) == []
    write_corrections(folder, good | changed)
    with pytest.raises(FaultyData):
        unneeded_corrections(folder)


# -- what the rows become -------------------------------------------------------------------


@every_kept_source
def test_what_a_source_yields_keeps_the_contract_of_every_table(source_id):
    tables = shipped(source_id)
    known = reference() | tables
    for name, frame in tables.items():
        require(schemas.ALL_TABLES[name], frame, known)


@every_kept_source
def test_every_row_read_becomes_a_candidate_a_parameter_or_a_skipped_row_with_its_reason(source_id):
    folder = SEEDS / source_id
    tables = shipped(source_id)
    counts = {row["edition"]: row for row in tables["row_count"].iter_rows(named=True)}
    for edition in toml_of(folder)["edition"]:
        count = counts.pop(edition["edition"])
        lines = sum(len(rows_of(folder / file["name"])) for file in edition["file"])
        assert count["rows_in"] == lines
        assert lines == count["candidates"] + count["parameters"] + count["skipped"]
        mine = pl.col("edition") == edition["edition"]
        assert tables["candidate"].filter(mine).height == count["candidates"]
        printed = tables["gwp"].filter(mine)["record_key"].n_unique()
        assert tables["parameter"].filter(mine).height + printed == count["parameters"]
        skipped = tables["skipped_row"].filter(mine)
        assert skipped.height == count["skipped"]
        for reason in skipped.iter_rows(named=True):
            assert reason["reason_code"]
            assert re.search("[一-鿿]", reason["reason_zh"])
            assert reason["reason_en"]
    assert counts == {}


@every_kept_source
def test_a_skipped_row_names_the_factor_it_was_joined_to(source_id):
    tables = shipped(source_id)
    joined = set(tables["candidate_gas"]["factor_id"])
    for row in tables["skipped_row"].iter_rows(named=True):
        assert row["reason_code"] == "S-JOIN-01"
        assert re.search(r"F[A-Z2-7]{12}", row["reason_zh"])[0] in joined


def carriers(tables: Tables) -> list[tuple[str, str, str | None]]:
    """Everything that rests on evidence: what it is, its evidence, the key of its record."""
    found: list[tuple[str, str, str | None]] = []
    for name in ("candidate", "parameter", "gwp"):
        columns = tables[name].select("evidence_id", "record_key")
        found += [(name, evidence, key) for evidence, key in columns.iter_rows()]
    found += [
        ("candidate_gas", evidence, None) for evidence in tables["candidate_gas"]["evidence_id"]
    ]
    return found


def misplaced(tables: Tables, folder: Path) -> list[str]:
    """Evidence that is missing, or that does not point at the very cell of the seed file."""
    faults = []
    texts = {name: (folder / name).read_bytes() for name in data_files(folder)}
    cells = {name: rows_of(folder / name) for name in texts}
    evidence = {row["evidence_id"]: row for row in tables["evidence"].iter_rows(named=True)}
    for what, evidence_id, key in carriers(tables):
        read_at = evidence.get(evidence_id)
        if read_at is None:
            faults.append(f"{what} {key}: no evidence")
            continue
        name = read_at["file_name"]
        number = int(re.fullmatch(r"row ([0-9]+)", read_at["locator"])[1])
        cell = cells[name][number - 2] if 2 <= number < len(cells[name]) + 2 else {}
        if hashlib.sha256(texts[name]).hexdigest() != read_at["file_sha256"]:
            faults.append(f"{what} {key}: another file")
        if key is not None and cell.get("record_key") != key:
            faults.append(f"{what} {key}: another record")
        if (cell.get("value"), cell.get("unit_found")) != (
            read_at["text_found"],
            read_at["unit_found"],
        ):
            faults.append(f"{what} {key}: another cell")
    return faults


@every_kept_source
def test_every_value_points_at_the_very_cell_it_was_read_from(source_id):
    tables = shipped(source_id)
    assert carriers(tables)
    assert misplaced(tables, SEEDS / source_id) == []
    for row in tables["evidence"].iter_rows(named=True):
        assert re.fullmatch("[0-9a-f]{64}", row["file_sha256"])
        assert row["text_found"].strip()
        assert row["unit_found"].strip()
        assert row["document"].strip()


@every_kept_source
def test_no_evidence_is_left_without_a_value(source_id):
    tables = shipped(source_id)
    used = {evidence_id for _, evidence_id, _ in carriers(tables)}
    assert set(tables["evidence"]["evidence_id"]) == used


@pytest.mark.parametrize(
    "spoil",
    [
        pl.col("locator").str.replace("[0-9]+", "3").alias("locator"),
        pl.lit("0.5").alias("text_found"),
        pl.lit("tCO2/MWh ").alias("unit_found"),
        pl.lit("0" * 64).alias("file_sha256"),
        pl.lit("E" + "A" * 12).alias("evidence_id"),
    ],
    ids=["row", "text", "unit", "hash", "id"],
)
def test_evidence_that_points_elsewhere_is_noticed(spoil):
    tables = dict(shipped("mee_grid_reporting_defaults"))
    tables["evidence"] = tables["evidence"].with_columns(spoil)
    assert misplaced(tables, SEEDS / "mee_grid_reporting_defaults") != []


def gas_code(text: str) -> str:
    return lookups().gases[text]


def expected_masses(folder: Path) -> dict[tuple[str, str], tuple[float, str]]:
    """Mass and reference unit by activity and gas, worked out from the cells alone."""
    masses: dict[tuple[str, str], tuple[float, str]] = {}
    for name in data_files(folder):
        for row in rows_of(folder / name):
            if row["role"] != "factor" or row["gas"] == "CO2e":
                continue
            numerator, _, below = row["unit"].partition("/")
            mass = float(Fraction(row["value"]) * KG_PER_NUMERATOR[numerator])
            for activity in (row["activity_key"], *filter(None, row["also_of"].split(";"))):
                masses[activity, gas_code(row["gas"])] = (mass, below)
    return masses


@every_read_source
def test_every_gas_mass_is_the_printed_figure_in_kilograms(source_id):
    folder = SEEDS / source_id
    tables = shipped(source_id)
    activity = {
        row["record_key"]: row["activity_key"]
        for name in data_files(folder)
        for row in rows_of(folder / name)
    }
    given = tables["candidate_gas"].join(tables["candidate"], on="factor_id")
    found = {
        (activity[row["record_key"]], row["gas"]): (row["mass"], row["reference_unit"])
        for row in given.iter_rows(named=True)
    }
    assert found == expected_masses(folder)


@every_read_source
def test_the_value_of_a_factor_of_one_gas_is_its_mass_and_of_several_gases_is_left_open(source_id):
    tables = shipped(source_id)
    masses: dict[str, list[float]] = {}
    for row in tables["candidate_gas"].iter_rows(named=True):
        masses.setdefault(row["factor_id"], []).append(row["mass"])
    for row in tables["candidate"].iter_rows(named=True):
        mine = masses.get(row["factor_id"], [])
        if row["value_unit"] == "kgCO2e":
            assert (row["value"] is None) is (len(mine) > 1), row["record_key"]
        else:
            assert [row["value"]] == mine, row["record_key"]


@every_kept_source
def test_no_seed_is_of_low_confidence(source_id):
    folder = SEEDS / source_id
    for name in data_files(folder):
        for number, row in enumerate(rows_of(folder / name), start=2):
            assert row["confidence"] in {"high", "medium"}, f"{name} row {number}"
    for name in ("candidate", "parameter", "gwp"):
        assert set(shipped(source_id)[name]["confidence"]) <= {"high", "medium"}


@every_kept_source
def test_a_factor_id_follows_from_the_source_and_the_record_key_alone(source_id):
    for letter, name, column in (
        ("F", "candidate", "factor_id"),
        ("P", "parameter", "parameter_id"),
    ):
        for row in shipped(source_id)[name].iter_rows(named=True):
            digest = hashlib.sha256(f"{source_id}\x1f{row['record_key']}".encode()).digest()
            assert row[column] == letter + base64.b32encode(digest).decode()[:12]


# -- across sources -------------------------------------------------------------------------


def test_a_computed_factor_rests_on_parents_that_the_library_holds():
    known = {f"{p}@{v}" for p, v in primary()["parameter"].select("parameter_id", "version").rows()}
    known |= {f"{factor_id}@1.0" for factor_id in primary()["candidate"]["factor_id"]}
    for source_id in COMPUTED:
        for row in shipped(source_id)["evidence"].iter_rows(named=True):
            assert row["parents"], row["evidence_id"]
            assert set(row["parents"]) <= known, row["evidence_id"]


def test_no_figure_is_entered_twice_within_an_edition():
    for source_id in KEPT:
        folder = SEEDS / source_id
        for name in data_files(folder):
            bare = [
                tuple(v for k, v in row.items() if k not in {"record_key", "activity_key"})
                for row in rows_of(folder / name)
            ]
            assert len(set(bare)) == len(bare), f"{source_id}/{name}"


def printed_keys(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [row["record_key"] for row in csv.DictReader(stream)]


def test_no_record_key_of_a_source_is_used_in_two_editions():
    for source_id in KEPT:
        folder = SEEDS / source_id
        keys = [key for name in data_files(folder) for key in printed_keys(folder / name)]
        assert len(set(keys)) == len(keys), source_id


def test_the_same_seeds_yield_the_same_tables(tmp_path):
    folder = copy_of("mee_electricity_footprint", tmp_path)
    again: dict[str, Any] = read(folder)
    for name, frame in shipped("mee_electricity_footprint").items():
        assert again[name].equals(frame), name


def test_a_changed_cell_reaches_the_factor_and_its_evidence(tmp_path):
    folder = copy_of("mee_grid_reporting_defaults", tmp_path)
    row = change_cells(folder, "reporting_defaults.csv", "ELEC-CO2-HIST-0.5810", value="0.5811")
    tables = read(folder)
    changed = tables["candidate"].filter(pl.col("record_key") == "ELEC-CO2-HIST-0.5810")
    assert changed["value"].to_list() == [581.1]
    found = tables["evidence"].filter(pl.col("evidence_id") == changed["evidence_id"][0])
    assert found["text_found"].to_list() == ["0.5811"]
    assert found["locator"].to_list() == [f"row {row}"]
    assert misplaced(tables, folder) == []
