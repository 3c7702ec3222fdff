"""Everything that is said of the planted batch, word for word, against what was approved.

``approved/*.csv`` hold the tables that judging makes of the batch handed in as frames, and the
flags of the suite. ``TANYUAN_APPROVE=1 pytest tests/entries`` writes them anew; a person reads
the difference before it is kept.
"""

from __future__ import annotations

import csv
import io
import os

import polars as pl
import pytest

from pipelines.ingest.reference import read_reference
from tests.conftest import SEEDS
from tests.entries import hearing, limits, plant
from tests.entries.plant import id_of

APPROVED = plant.HERE / "approved"
# Tables, and columns that repeat what was handed in.
TABLES = ("factor", "factor_gas", "factor_co2e", "factor_quality", "decision", "refused_factor",
          "source_count", "plausibility")  # fmt: skip


@pytest.fixture(scope="module")
def made(rulebook) -> dict[str, pl.DataFrame]:
    rows = limits.rows() | plant.rows_of("python", plant.planted())
    rows = {k: r for k, r in rows.items() if not k.startswith("candidate.") or k in limits.KEPT}
    tables, _, _ = hearing.frames_of(rows)
    reviewed = {key: id_of(key) for key, row in rows.items() if row["submitted"]}
    held = limits.library(read_reference(SEEDS))
    return hearing.made(hearing.joined(held, tables), rulebook, hearing.decided(tables, reviewed))


def text_of(frame: pl.DataFrame) -> str:
    """A table as CSV, only its columns that hold anything; lists joined, numbers in full."""
    told = io.StringIO()
    filled = [c for c in frame.columns if frame[c].null_count() < frame.height]
    out = csv.writer(told, lineterminator="\n")
    out.writerow(filled)
    for row in frame.select(filled).iter_rows():
        out.writerow(["|".join(v) if isinstance(v, list) else "" if v is None else v
                      for v in row])  # fmt: skip
    return told.getvalue()


@pytest.mark.parametrize("name", TABLES)
def test_what_is_said_is_what_was_approved(made, name) -> None:
    path, text = APPROVED / f"{name}.csv", text_of(made[name])
    if os.environ.get("TANYUAN_APPROVE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text.splitlines() == path.read_text("utf-8").splitlines()


def test_every_row_of_the_batch_is_told_of_once(made) -> None:
    told = [*made["factor"]["factor_id"], *made["refused_factor"]["factor_id"]]
    assert len(told) == len(set(told)) == made["decision"].height
