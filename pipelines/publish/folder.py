"""The folder of a release: every file a reader finds, written from the tables.

Belongs here: the order in which files are written and what each is made from. Does not
belong here: what the pages say (``templates``), the gates (``gate``), the commit (``store``).
"""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.identity import sha256_of
from pipelines.publish import verify
from pipelines.publish.by_id import LAID_OUT, write_by_id
from pipelines.publish.csv_files import write_csv
from pipelines.publish.database import build_database
from pipelines.publish.descriptors import write_croissant, write_datapackage
from pipelines.publish.pages import write_pages
from pipelines.publish.parquet import lay, published, write_parquet
from pipelines.publish.requirements import STATEMENTS
from pipelines.publish.separate_files import write_notices, write_separate
from pipelines.publish.workbook import write_workbook
from schemas import PUBLISHED
from schemas.render.dictionary import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl
    import pyarrow as pa

    from pipelines.publish.licence_rules import LicenceRules
    from pipelines.publish.store import LogEntry
    from schemas.table import Table

    # Writes further pages into a release folder from the tables as published.
    PageWriter = Callable[[Path, Mapping[str, pl.DataFrame]], object]

# Made anew with other bytes by every build although their content is equal, or stating
# circumstances of the run: attested, outside the content digest.
ATTESTED = ("tanyuan.duckdb", "lineage/run.json", "ledger-checkpoint")


@dataclass(frozen=True)
class ReleaseParts:
    """What a release folder is written from."""

    tables: Mapping[str, pl.DataFrame]
    info: Mapping[str, Any]
    lineage: Mapping[str, Any]
    leaf_hashes: tuple[str, ...]
    ledger_root: str
    contracts: list[dict[str, Any]]
    disclosure: Mapping[str, Any]
    pages: tuple[PageWriter, ...] = ()
    checkpoint: tuple[bytes, Mapping[str, str]] | None = None
    content: str = ""
    head: LogEntry | None = None
    apart: Mapping[str, Mapping[str, pl.DataFrame]] = field(default_factory=dict)
    licence_rules: LicenceRules | None = None
    seeds: Path | None = None
    separate: list[dict[str, Any]] = field(default_factory=list)
    layouts: list[dict[str, Any]] = field(default_factory=list)
    withdrawn: Sequence[Mapping[str, Any]] = ()


def arrow_tables(
    tables: Mapping[str, pl.DataFrame], info: Mapping[str, Any] | None = None
) -> dict[str, pa.Table]:
    """The published tables under their declared schemas, in published order.

    Args:
        tables: rows by table name.
        info: the row of ``release_info``; its id and date go into the file metadata.
    """
    words = _words(info) if info else {}
    return {t.name: published(t, tables[t.name], words) for t in PUBLISHED}


def _words(info: Mapping[str, Any]) -> dict[str, str]:
    """What the metadata of every Parquet file says of its release."""
    return {key: str(info[key]) for key in ("release_id", "released_on")}


@dataclass(frozen=True)
class Written:
    """The Parquet files of a release: rows, content digest, hash and size by table."""

    rows: dict[str, pa.Table]
    digests: dict[str, str]
    hashes: dict[str, tuple[str, int]]
    layouts: list[dict[str, Any]]

    def sha256_by_name(self) -> dict[str, str]:
        """SHA-256 of the tables' files by their names within the release."""
        return {f"data/{name}.parquet": found for name, (found, _) in self.hashes.items()}


def write_data(
    folder: Path,
    tables: Mapping[str, pl.DataFrame],
    info: Mapping[str, Any],
    declared: Sequence[Table] = PUBLISHED,
) -> Written:
    """Write ``data/``: every table, and the second layouts of long ones beside them.

    Args:
        folder: the release folder; ``data/`` is there and empty.
        tables: rows by table name.
        info: the row of ``release_info``.
        declared: the tables to write.

    Raises:
        OSError: the disk refused.
    """
    words = _words(info)
    rows, digests, hashes, beside = {}, {}, {}, []
    with ThreadPoolExecutor(1) as pool:
        for table in declared:
            name, path = table.name, folder / "data" / f"{table.name}.parquet"
            laid = lay(table, tables[name], words)
            if table in LAID_OUT:
                # The second layout waits for nothing of the first: it is written meanwhile.
                beside.append(pool.submit(write_by_id, table, laid, folder, words))
            rows[name] = laid.rows
            write_parquet(table, rows[name], path)
            digests[name] = verify.content_digest(rows[name])
            hashes[name] = (sha256_of(path), path.stat().st_size)
        return Written(rows, digests, hashes, [one.result() for one in beside])


def write_release(folder: Path, parts: ReleaseParts) -> dict[str, str]:
    """Write everything but the gate's results and the manifest.

    Args:
        folder: an empty folder.
        parts: what the release is written from.

    Returns:
        Content digest of each table, by name.

    Raises:
        OSError: the disk refused.
        duckdb.Error: a row breaks a declared constraint.
    """
    for name in ("data", "csv", "dictionary", "quality", "changes", "lineage"):
        (folder / name).mkdir()
    written = write_data(folder, parts.tables, parts.info)
    parts.layouts[:] = written.layouts
    digests, hashes = written.digests, written.hashes
    for name, rows in written.rows.items():
        write_csv(rows, folder / "csv" / f"{name}.csv")
    build_database(PUBLISHED, folder / "data", folder / "tanyuan.duckdb")
    sources = parts.tables["source"].to_dicts()
    write_datapackage(folder, PUBLISHED, parts.info, sources, hashes)
    write_croissant(folder, PUBLISHED, parts.info, hashes)
    write_json(folder / "dictionary" / "dictionary.json", plain(PUBLISHED))
    write_json(folder / "lineage" / "run.json", parts.lineage)
    (folder / "ledger-leaves").write_text("".join(f"{h}\n" for h in parts.leaf_hashes), "utf-8")
    if parts.checkpoint is not None:
        (folder / "ledger-checkpoint").write_bytes(parts.checkpoint[0])
    shutil.copyfile(Path(verify.__file__), folder / "verify.py")
    shutil.copytree(STATEMENTS, folder / "quality" / "requirement")
    _write_by_licence(folder, parts)
    write_pages(folder, parts.tables, parts.info, parts.separate, parts.withdrawn)
    write_workbook(folder, parts.tables, parts.info)
    for write in parts.pages:
        write(folder, parts.tables)
    return digests


def _write_by_licence(folder: Path, parts: ReleaseParts) -> None:
    """The separate files, and the notices that must go along."""
    if parts.licence_rules is None or parts.seeds is None:
        return
    parts.separate[:] = write_separate(
        folder, parts.apart, parts.tables["licence"], parts.licence_rules, _words(parts.info)
    )
    shown = parts.tables["source"]["licence"].unique().sort().to_list()
    write_notices(folder, parts.seeds, parts.licence_rules, shown)


def write_json(path: Path, value: Any) -> None:
    """Write plain data as indented JSON, keys sorted."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    path.write_text(text + "\n", "utf-8")
