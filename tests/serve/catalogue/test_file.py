"""The file itself: in every release, the same bytes for the same rows, nothing shut shown."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.serve.catalogue.columnar import READABLE_BYTES, block, packed_column
from pipelines.serve.catalogue.document import (
    PAGE,
    catalogue,
    catalogue_of_folder,
    content_policy,
    parts,
)
from pipelines.serve.catalogue.document import tables_of as read_tables
from pipelines.serve.catalogue.embedded import AT_ONCE, LATER, with_open_rows
from schemas import ALL_TABLES
from tests.conftest import run_program


@pytest.fixture(scope="module")
def tables(release_folder):
    return read_tables(release_folder)


def test_every_release_carries_its_catalogue_and_lists_it(release_folder) -> None:
    manifest = json.loads((release_folder / "manifest.json").read_bytes())
    assert "catalogue.html" in {f["name"] for f in manifest["files"]}
    assert "  catalogue.html\n" in (release_folder / "SHA256SUMS").read_text("utf-8")


def test_the_catalogue_made_again_from_the_folder_has_the_same_bytes(release_folder) -> None:
    again = catalogue_of_folder(release_folder).encode("utf-8")
    assert again == (release_folder / "catalogue.html").read_bytes()


def test_the_order_of_rows_handed_in_does_not_matter(tables) -> None:
    turned = {name: frame.reverse() for name, frame in tables.items()}
    assert catalogue(turned) == catalogue(tables)


def test_the_command_writes_the_file_it_names(release_folder, tmp_path) -> None:
    target = tmp_path / "deep" / "catalogue.html"
    done = run_program(
        "catalogue", "build", "--release", str(release_folder), "-o", str(target), "--json",
        home=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["outputs"] == [{"kind": "catalogue", "path": str(target)}]
    assert target.read_bytes() == (release_folder / "catalogue.html").read_bytes()


def test_a_row_that_is_not_open_is_listed_without_its_figures(tables) -> None:
    shut = tables["factor"]["factor_id"][5]
    changed = dict(tables)
    changed["factor"] = tables["factor"].with_columns(
        data_class=pl.when(pl.col("factor_id") == shut)
        .then(pl.lit("restricted"))
        .otherwise(pl.col("data_class")),
        value=pl.when(pl.col("factor_id") == shut).then(987.654321).otherwise(pl.col("value")),
    )
    shown = with_open_rows(changed)
    row = shown["factor"].filter(factor_id=shut).row(0, named=True)
    assert row["name_zh"]
    assert row["value"] is None
    assert row["fossil"] is None
    for name in ("factor_gas", "factor_co2e"):
        assert shown[name].filter(factor_id=shut).is_empty()
    assert shown["evidence"].filter(evidence_id=row["evidence_id"]).is_empty()
    assert "987.654321" not in catalogue(changed)


@pytest.mark.parametrize("scope", ["regional_government", "authorised_units", "none"])
def test_a_row_licensed_to_few_is_not_shown_to_all(tables, scope) -> None:
    changed = {
        **tables,
        "factor": tables["factor"].with_columns(authorisation_scope=pl.lit(scope)),
    }
    assert with_open_rows(changed)["factor"]["value"].null_count() == tables["factor"].height


def test_only_published_tables_go_in() -> None:
    assert all(ALL_TABLES[name].published for name in (*AT_ONCE, *LATER))


def test_the_page_may_load_nothing_and_runs_its_own_script_alone(release_folder) -> None:
    text = (release_folder / "catalogue.html").read_text("utf-8")
    assert "default-src 'none'" in content_policy()
    assert "unsafe" not in content_policy()
    style, script = parts()
    assert text.count(f"<script>{script}</script>") == 1
    assert text.count(f"<style>{style}</style>") == 1
    assert not re.search(r"""(?:src|href)=["']https?:""", style + script)
    assert "innerHTML" not in script
    assert "eval(" not in script


@given(st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=40))
def test_a_packed_column_gives_its_texts_back(values) -> None:
    packed = packed_column(pl.Series(values, dtype=pl.String))
    if isinstance(packed, dict):
        packed = [None if p < 0 else packed["d"][p] for p in packed["i"]]
    assert packed == values


@given(st.text())
def test_no_text_ends_its_block_early(text) -> None:
    form, body = block({"t": text})
    assert form == "json"
    assert "<" not in body
    assert json.loads(body) == {"t": text}


def test_a_large_block_is_deflated() -> None:
    form, body = block(["电石" * READABLE_BYTES])
    assert form == "deflate"
    assert len(body) < READABLE_BYTES / 10


def test_no_two_functions_of_the_page_share_a_name() -> None:
    """They stand in one scope: the later would answer for both."""
    scripts = "\n".join(file.read_text("utf-8") for file in sorted(PAGE.glob("*.js")))
    names = re.findall(r"^(?:function|var) (\w+)", scripts, re.MULTILINE)
    assert sorted(names) == sorted(set(names))
