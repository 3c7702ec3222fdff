"""Where the time of publishing and verifying a long table goes, stage by stage.

Each stage runs alone, once, on the machine's threads; the release runs several at a time, so
that the sum of the seconds is more than the release takes. Processor time tells what each
costs whoever else works. Does not belong here: the comparison with peers
(``release_million_factors``), which prints these tables.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipelines.publish import verify
from pipelines.publish.by_id import folder_name, write_by_id
from pipelines.publish.disk import sync
from pipelines.publish.parquet import lay, write_parquet
from pipelines.publish.store import MANIFEST
from pipelines.publish.sums import names_in
from schemas.factor import FACTOR

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

Stage = tuple[str, float, float]


class Clock:
    """Stages run one after another: name, seconds, processor seconds."""

    def __init__(self) -> None:
        """Begin without stages."""
        self.stages: list[Stage] = []

    def run(self, name: str, work: Callable[[], Any]) -> Any:
        """Run a stage and keep what it took."""
        start, spent = time.perf_counter(), time.process_time()
        found = work()
        took = time.perf_counter() - start, time.process_time() - spent
        self.stages.append((name, *took))
        return found


def of_publishing(frame: pl.DataFrame, base: Path) -> list[Stage]:
    """The stages of publishing the factor table; the peer's single write stands first."""
    clock, folder = Clock(), base / "stages"
    (folder / "data").mkdir(parents=True)
    bare, path = base / "bare.parquet", folder / "data" / f"{FACTOR.name}.parquet"
    clock.run("peer: polars write_parquet", lambda: frame.write_parquet(bare))
    laid = clock.run("sort, texts to codes, gather", lambda: lay(FACTOR, frame, {}))
    clock.run("write factor.parquet", lambda: write_parquet(FACTOR, laid.rows, path))
    clock.run("gather and write factor_by_id/", lambda: write_by_id(FACTOR, laid, folder, {}))
    clock.run("content digest", lambda: verify.content_digest(laid.rows))
    names = names_in(folder)
    clock.run("SHA-256 of the files", lambda: verify.file_hashes(folder, names))
    clock.run("SM3 of the files", lambda: verify.file_hashes(folder, names, "sm3"))
    clock.run("fsync of the files", lambda: [sync(folder / name) for name in names])
    return clock.stages


def of_verifying(folder: Path) -> list[Stage]:
    """The stages of verifying a release of the factor table; hashing stands first."""
    clock = Clock()
    manifest = json.loads((folder / MANIFEST).read_bytes())
    names = [file["name"] for file in manifest["files"]]
    clock.run("peer: SHA-256 of the files", lambda: verify.file_hashes(folder, names))
    path = folder / "data" / f"{FACTOR.name}.parquet"
    table = clock.run("decode factor.parquet, page checksums", lambda: verify._read(path))
    codes = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
    paths = sorted((folder / folder_name(FACTOR)).iterdir())
    parts = clock.run(
        "decode factor_by_id/, page checksums",
        lambda: [verify._read(one, codes=codes) for one in paths],
    )
    clock.run("content digest", lambda: verify.content_digest(table))
    whole = pa.concat_tables(parts)
    clock.run("both layouts bit by bit", lambda: verify._same_rows(table, whole, [*FACTOR.key]))
    return clock.stages


def told(title: str, stages: list[Stage]) -> str:
    """A table of stages: the first is the peer, the shares are of the others' processor time."""
    (_, _, peer), *ours = stages
    total = sum(spent for _, _, spent in ours)
    lines = [f"| {title} | s | processor s | share |", "|---|---:|---:|---:|"]
    for name, seconds, spent in stages:
        share = "" if name.startswith("peer") else f"{spent / total * 100:.0f} %"
        lines.append(f"| {name} | {seconds:.2f} | {spent:.2f} | {share} |")
    lines.append(f"| sum without the peer | | {total:.2f} | {total / peer:.1f} times the peer's |")
    return "\n".join(lines)
