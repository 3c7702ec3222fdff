"""The catalogue as one document: template, style, scripts and data put together.

Belongs here: the order of the parts and the policy that lets nothing leave the page. Does
not belong here: what is embedded (``embedded``) and how the page works (``page/``).
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import polars as pl

from pipelines.serve.catalogue.columnar import block, packed_tables
from pipelines.serve.catalogue.embedded import facts, first_block, later_block, with_open_rows
from schemas import PUBLISHED
from schemas.render.frame import conform, empty, ordered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.findings import Finding

PAGE = Path(__file__).parent / "page"
NAME = "catalogue.html"
TEMPLATE = "catalogue.html.jinja"


def parts() -> tuple[str, str]:
    """The style and the script of the page, each as one text."""
    style = "".join(p.read_text("utf-8") for p in sorted(PAGE.glob("*.css")))
    script = "".join(p.read_text("utf-8") for p in sorted(PAGE.glob("*.js")))
    return style, f'(function () {{\n"use strict";\n{script}}})();\n'


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()


def content_policy() -> str:
    """The content security policy of the page: its own style and script, nothing else."""
    style, script = parts()
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def catalogue(
    tables: Mapping[str, pl.DataFrame],
    withdrawn: Finding | None = None,
    labels: Mapping[str, str] | None = None,
) -> str:
    """The catalogue of a release.

    Args:
        tables: every published table by name; one that is missing counts as empty.
        withdrawn: said above everything else where the release was withdrawn.
        labels: drawings of the labels of graded products, by their file name.

    Returns:
        One HTML document, the same text for the same tables.
    """
    every = {t.name: ordered(t, conform(t, tables.get(t.name, empty(t)))) for t in PUBLISHED}
    shown = with_open_rows(every)
    info = shown["release_info"].row(0, named=True)
    style, script = parts()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGE),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        keep_trailing_newline=True,
    )
    blocks = {
        "at-once": block(packed_tables(first_block(shown))),
        "later": block(packed_tables(later_block(shown))),
        "facts": block(facts(shown)),
        "labels": block(dict(sorted((labels or {}).items()))),
    }
    return environment.get_template(TEMPLATE).render(
        info=info, policy=content_policy(), style=style, script=script, blocks=blocks,
        withdrawn=withdrawn,
    )  # fmt: skip


def write_catalogue(folder: Path, tables: Mapping[str, pl.DataFrame]) -> Path:
    """Write ``catalogue.html`` into a release folder that holds its labels; returns its path.

    Raises:
        OSError: the disk refused.
    """
    path = folder / NAME
    path.write_text(catalogue(tables, labels=labels_of(folder)), "utf-8", newline="\n")
    return path


def labels_of(folder: Path) -> dict[str, str]:
    """The drawings of labels that a release folder holds, by their file name."""
    return {p.name: p.read_text("utf-8") for p in sorted((folder / "grades").glob("label-*.svg"))}


def tables_of(folder: Path) -> dict[str, pl.DataFrame]:
    """The published tables of a release folder that it holds, read from its Parquet files.

    A column an older release does not have is null.

    Raises:
        OSError: a file cannot be read.
        polars.exceptions.PolarsError: a file is no Parquet file.
    """
    found = {}
    for table in PUBLISHED:
        path = folder / "data" / f"{table.name}.parquet"
        if path.is_file():
            rows = pl.read_parquet(path)
            lacking = [pl.lit(None).alias(c) for c in table.columns if c not in rows.columns]
            found[table.name] = conform(table, rows.with_columns(lacking))
    return found


def catalogue_of_folder(folder: Path, withdrawn: Finding | None = None) -> str:
    """The catalogue of a release folder, from its Parquet files and its labels."""
    return catalogue(tables_of(folder), withdrawn, labels_of(folder))
