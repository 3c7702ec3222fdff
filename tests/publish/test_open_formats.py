"""Forms others read: citation files, workbook, data package and Croissant, by their readers."""

from __future__ import annotations

import contextlib
import json
import re
import sys
import warnings

import openpyxl
import polars as pl
import pytest
import yaml

from pipelines.publish.workbook import workbook_name
from pipelines.serve.citation import STYLES, cite
from pipelines.serve.lookup import Library


@pytest.fixture
def workbook(release_folder):
    path = release_folder / workbook_name(release_folder.name)
    book = openpyxl.load_workbook(path, read_only=True)
    yield book
    book.close()


def test_the_workbook_has_the_six_sheets(workbook) -> None:
    assert workbook.sheetnames == ["说明", "因子", "来源", "变更", "数据字典", "许可"]


def test_the_workbook_holds_every_factor_with_sixteen_digits(workbook, release_folder) -> None:
    factor = pl.read_parquet(release_folder / "data" / "factor.parquet")
    rows = workbook["因子"].iter_rows(values_only=True)
    zh, names, _ = next(rows), next(rows), next(rows)
    assert list(names) == factor.columns
    assert zh[0] == "因子编号"
    at = [names.index(n) for n in ("factor_id", "value", "region_code")]
    found = [tuple(row[i] for i in at) for row in rows]
    wanted = factor.select("factor_id", "value", "region_code").rows()
    assert [(f, r) for f, _, r in found] == [(f, r) for f, _, r in wanted]
    assert [v for _, v, _ in found] == pytest.approx([v for _, v, _ in wanted], rel=1e-15)


def test_no_cell_of_the_workbook_is_a_formula(workbook) -> None:
    for sheet in workbook:
        for row in sheet.iter_rows(max_row=200):
            assert not any(cell.data_type == "f" for cell in row if cell.value is not None)


def test_croissant_is_read_by_its_own_library(release_folder) -> None:
    # Its log (absl) keeps the standard error of its import for good and, when logging is set up
    # anew, closes it unless it still is the standard error: never the stream of the test runner.
    with warnings.catch_warnings(), contextlib.redirect_stderr(sys.__stderr__):
        warnings.simplefilter("ignore")
        mlcroissant = pytest.importorskip("mlcroissant")
        dataset = mlcroissant.Dataset(jsonld=str(release_folder / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    names = {record.name for record in dataset.metadata.record_sets}
    assert {"factor", "evidence", "decision"} <= names


def test_the_data_package_names_every_table_with_its_hash(release_folder) -> None:
    package = json.loads((release_folder / "datapackage.json").read_bytes())
    assert package["$schema"].startswith("https://datapackage.org/profiles/2")
    paths = {r["path"] for r in package["resources"]}
    assert paths == {f"data/{p.name}" for p in (release_folder / "data").glob("*.parquet")}


def test_the_citation_file_is_yaml_with_what_the_format_asks(release_folder) -> None:
    found = yaml.safe_load((release_folder / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= found.keys()
    assert found["version"] == release_folder.name


@pytest.mark.parametrize("name", ["citation.bib", "citation.ris", "引用.txt"])
def test_a_release_is_cited_by_its_id(release_folder, name) -> None:
    assert release_folder.name in (release_folder / name).read_text("utf-8")


@pytest.fixture(scope="module")
def cited(release_folder):
    library = Library(release_folder)
    factor = library.factor(library.search("电力", limit=1)[0][0]["factor_id"])
    manifest = json.loads((release_folder / "manifest.json").read_bytes())
    return factor, cite(factor, manifest)


def test_a_factor_is_cited_with_its_version_release_and_source(cited) -> None:
    factor, texts = cited
    assert set(texts) == set(STYLES)
    for text in texts.values():
        assert f"{factor['factor_id']}@{factor['version']}" in text
        assert "2026.1.0" in text
    assert "[DS/OL]" in texts["gbt7714"]
    assert factor["source"][0]["citation"][:8] in texts["gbt7714"]


def test_the_forms_keep_their_grammar(cited) -> None:
    _, texts = cited
    lines = texts["ris"].splitlines()
    assert lines[0] == "TY  - DATA"
    assert lines[-1].startswith("ER  -")
    assert all(re.match(r"^[A-Z][A-Z0-9]  - ", line) for line in lines)
    braces = re.sub(r"\\[{}]", "", texts["bibtex"])
    assert braces.count("{") == braces.count("}")
    assert yaml.safe_load(texts["cff"])["type"] == "dataset"
