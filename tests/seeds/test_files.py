"""Is every seed file plain text that any editor shows alike, and every rule cited?"""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib

import pytest

from tests.sources.library import KEPT, SEEDS, rows_of

# Folders of published sets hold what their publishers wrote beside what is kept here.
OUTSIDE = [path.parent for path in SEEDS.glob("*/source.toml") if path.parent.name not in KEPT]
FILES = sorted(
    path
    for path in SEEDS.rglob("*")
    if path.is_file()
    and not any(path.is_relative_to(folder) for folder in OUTSIDE)
    # A workbook handed in is kept as it came; its own hash stands beside it.
    and not (path.suffix == ".xlsx" and "submissions" in path.parts)
)
TABLES = [path for path in FILES if path.suffix == ".csv"]
POPULATIONS = sorted((SEEDS / "populations").glob("*/source.toml"))
LICENCES = {row["licence"] for row in rows_of(SEEDS / "reference" / "licence.csv")}


def shown(path):
    return path.relative_to(SEEDS).as_posix()


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_a_file_is_utf8_with_plain_line_ends_and_no_invisible_characters(path):
    text = path.read_bytes().decode("utf-8")
    assert text.endswith("\n")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\ufeff\ufffd]", text)


@pytest.mark.parametrize("path", TABLES, ids=shown)
def test_a_table_is_even_without_blank_rows_or_blanks_around_a_cell(path):
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream, strict=True)
    assert len(set(header)) == len(header)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in header)
    for number, row in enumerate(rows, start=2):
        assert len(row) == len(header), number
        assert any(row), number
        assert all(cell == cell.strip() for cell in row), number


@pytest.mark.parametrize("path", [p for p in TABLES if p.parent.name == "reference"], ids=shown)
def test_every_row_of_a_reference_table_cites_its_source(path):
    rows = rows_of(path)
    if "citation" in rows[0]:
        assert all(row["citation"].strip() for row in rows)
    else:
        assert path.name == "unit_group.csv"


@pytest.mark.parametrize("name", ["representativeness.csv", "stoichiometry.csv"])
def test_every_row_of_a_rule_cites_its_source(name):
    assert all(row["citation"].strip() for row in rows_of(SEEDS / "rules" / name))


@pytest.mark.parametrize("path", POPULATIONS, ids=shown)
def test_a_population_has_its_rights_and_its_true_hashes(path):
    top = tomllib.loads(path.read_text("utf-8"))
    assert top["id"] == path.parent.name
    named = []
    for edition in top["edition"]:
        assert edition["licence"] in LICENCES
        assert edition["authorisation"]["document"].strip()
        for file in edition["file"]:
            data = (path.parent / file["name"]).read_bytes()
            assert file["sha256"] == hashlib.sha256(data).hexdigest(), file["name"]
            assert file["bytes"] == len(data), file["name"]
            named.append(file["name"])
    assert sorted(named) == sorted(p.name for p in path.parent.glob("*.csv"))


def test_the_seeds_hold_every_kind_of_input_that_the_release_is_made_from():
    kept = {path.name for path in SEEDS.iterdir() if path.is_dir()}
    promised = {"reference", "rules", "accounting_rules", "grade_rules", "inventories",
                "populations", "decisions"}  # fmt: skip
    assert promised <= kept
