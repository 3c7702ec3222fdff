"""What do the shipped seeds yield, and what does a copy of them yield once it is spoiled?"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.ingest.gather import gather
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.ingest.seed_folder import read_editions
from pipelines.settings import REPOSITORY
from pipelines.sources import all_sources
from pipelines.sources.contract import Source

SEEDS = REPOSITORY / "seeds"
Tables = dict[str, pl.DataFrame]


def toml_of(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "source.toml").read_text("utf-8"))


# All sources; those whose editions lie in the seeds; of these, those that compute from others.
SOURCES: dict[str, Source] = {source.source_id: source for source in all_sources()}
KEPT = [
    name
    for name in SOURCES
    if (SEEDS / name / "source.toml").is_file() and "edition" in toml_of(SEEDS / name)
]
COMPUTED = [name for name in KEPT if SOURCES[name].computes]

# -- what the shipped seeds yield: read once per process ------------------------------------


@cache
def reference() -> Tables:
    return read_reference(SEEDS)


@cache
def lookups() -> Lookups:
    return Lookups.over(reference(), SEEDS, read_reporting_gwp_set(SEEDS))


@cache
def primary() -> Tables:
    """What the sources yield that do not compute from others."""
    return gather([shipped(name) for name in KEPT if name not in COMPUTED])


@cache
def shipped(source_id: str) -> Tables:
    """What one shipped source yields, all its editions together."""
    return read(SEEDS / source_id)


@cache
def library() -> Tables:
    """Reference tables and what all sources kept in the seeds yield."""
    return gather([shipped(name) for name in KEPT]) | reference()


# -- reading any folder ---------------------------------------------------------------------


def read(folder: Path) -> Tables:
    """What a source's folder yields, read as the graph reads it."""
    source = SOURCES[folder.name]
    others = primary() if source.computes else {}
    return gather([source.read(e, lookups(), others).tables() for e in read_editions(folder)])


def data_files(folder: Path) -> list[str]:
    """The data files that ``source.toml`` names, in its order."""
    return [file["name"] for edition in toml_of(folder)["edition"] for file in edition["file"]]


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV by the standard library alone; the row number is index + 2."""
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


# -- spoiling a copy ------------------------------------------------------------------------


def copy_of(source_id: str, where: Path) -> Path:
    """A copy of one source's folder."""
    return Path(shutil.copytree(SEEDS / source_id, where / source_id))


def restate(folder: Path) -> None:
    """Write the true hash and size of every data file into ``source.toml``."""
    path = folder / "source.toml"
    text = path.read_text("utf-8")
    for name in data_files(folder):
        if (folder / name).is_file():
            data = (folder / name).read_bytes()
            text, made = re.subn(
                rf'(name = "{re.escape(name)}"\nsha256 = ")[^"]*("\nbytes = )[0-9]+',
                rf"\g<1>{hashlib.sha256(data).hexdigest()}\g<2>{len(data)}",
                text,
            )
            assert made == 1, name
    path.write_text(text, "utf-8")


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(made.getvalue(), "utf-8")


def change_cells(folder: Path, file: str, record_key: str, /, **cells: str) -> int:
    """Change cells of one record and restate hash and size; returns the row's number."""
    rows = rows_of(folder / file)
    index = next(i for i, row in enumerate(rows) if row["record_key"] == record_key)
    assert set(cells) <= set(rows[index]), cells
    rows[index].update(cells)
    write_rows(folder / file, rows)
    restate(folder)
    return index + 2


def replace_text(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text that must be there."""
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")


CORRECTION_HEADER = (
    "edition,file,record_key,column,expected,corrected,reason_zh,reason_en,"
    "reported_by,reported_on,until_edition"
)


def write_corrections(folder: Path, *rows: dict[str, str]) -> None:
    """Corrections, each as its cells; who and why are filled in."""
    known = {"reason_zh": "公报勘误", "reason_en": "erratum", "reported_by": "role-data-steward",
             "reported_on": "2026-11-21", "until_edition": ""}  # fmt: skip
    header = CORRECTION_HEADER.split(",")
    lines = [{name: (known | row)[name] for name in header} for row in rows]
    write_rows(folder / "corrections.csv", lines)
