"""A million factors released: publish and verify beside bare writing and hashing; look-up, scan.

Run as ``python -m benchmarks.release_million_factors [ROWS]``. Publishing is the whole way of
the factor table: both layouts, content digest, manifest, SHA-256 and SM3 sums, signatures,
every file durable and linked, the log entry committed; the peer writes the same frame once with
polars and makes nothing durable. Verifying is ``release verify --quick`` (every byte, sums,
signatures, chain); the peer hashes the same files with as many threads. Verifying rows and
layouts as well, page checksums on, is timed beside it. At the end each stage is timed alone
(``release_stages``). Rows are simulated.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import polars as pl
import pyarrow.parquet as pq

from benchmarks.comparison import Comparison, compare
from benchmarks.release_stages import Stage, of_publishing, of_verifying, told
from pipelines.identity import sha256_of
from pipelines.publish import verify
from pipelines.publish.by_id import characters, folder_name
from pipelines.publish.folder import write_data
from pipelines.publish.seal import files_in, seal
from pipelines.publish.store import MANIFEST, SCHEMA, Store
from pipelines.settings import Settings
from pipelines.signing import keyring_of
from schemas.factor import FACTOR
from schemas.render.frame import conform

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 1_000_000
ACTIVITIES = 5_000
ROUNDS = 3
LOOKS = 60
SEED = 20261121
INFO = {"release_id": "2026.1.0", "released_on": "2026-11-21"}
ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", dtype="S1")
SCANNED = ("factor_id", "version", "value", "value_unit", "region_code", "reference_year")


def factors(n: int) -> pl.DataFrame:
    """So many simulated factors under the declared columns, in no order."""
    rng = np.random.default_rng(SEED)
    rows = pl.DataFrame({"n": np.arange(n), "activity": rng.integers(0, ACTIVITIES, n)})
    columns = {field.name: _column(field, rng, n) for field in FACTOR}
    named = rows.select(
        pl.format("flow_{}", "activity").alias("flow_id"),
        pl.format("排放源 {} 第 {} 种", "activity", "n").alias("name_zh"),
        pl.format("activity {} variant {}", "activity", "n").alias("name_en"),
        pl.format("k{}", "n").alias("record_key"),
        pl.lit("1.0").alias("version"),
    )
    return conform(FACTOR, pl.DataFrame(columns).with_columns(named))


def _column(field: Any, rng: np.random.Generator, n: int) -> pl.Series:
    kind, name = field.kind, field.name
    if name in {"factor_id", "evidence_id", "decision_id"}:
        letters = np.ascontiguousarray(ALPHABET[rng.integers(0, 32, (n, 12))])
        return name[0].upper() + pl.Series(letters.view("S12").ravel()).cast(pl.String)
    plain: dict[str, Callable[[], pl.Series]] = {
        "integer": lambda: pl.Series(rng.integers(2000, 2026, n)),
        "boolean": lambda: pl.Series(rng.random(n) < 0.1),
        "date": lambda: pl.Series(rng.integers(15_000, 20_000, n).astype("int32")).cast(pl.Date),
        "texts": lambda: pl.Series([[], ["p"]]).gather(rng.integers(0, 2, n)),
    }
    if kind in plain:
        return plain[kind]()
    if kind == "number":
        values = pl.Series(np.round(rng.lognormal(0, 2, n), 6))
        here = pl.Series(rng.random(n) < (1.0 if FACTOR.is_required(name) else 0.5))
        return pl.select(pl.when(here).then(values)).to_series()
    if not FACTOR.is_required(name) and name.endswith(("_id", "supersedes")):
        return pl.Series([None] * n, dtype=pl.String)
    words = field.vocabulary.codes if field.vocabulary else [f"{name} {i}" for i in range(40)]
    return pl.Series(words).gather(rng.integers(0, len(words), n))


def publish(frame: pl.DataFrame, base: Path) -> Path:
    """Publish a release that holds one table; returns its folder."""
    home = Path(tempfile.mkdtemp(prefix="home-", dir=base))
    store = Store(Settings(home, home))
    with store.new_folder() as folder:
        (folder / "data").mkdir()
        written = write_data(folder, {FACTOR.name: frame}, INFO, [FACTOR])
        manifest = {
            "schema": SCHEMA, **INFO, "kind": "demonstration", "parent_release": None,
            "previous": None, "content_sha256": written.digests[FACTOR.name],
            "ledger": {"size": 0, "root": "", "parent": None, "keys": {}},
            "layouts": written.layouts, "withdrawn": [], "content_form": verify.FORM,
            "tables": [{
                "name": FACTOR.name, "rows": frame.height, "key": list(FACTOR.key),
                "order": list(FACTOR.order), "content_sha256": written.digests[FACTOR.name],
            }],
            "files": files_in(folder, written.sha256_by_name()),
        }  # fmt: skip
        seal(folder, manifest, keyring_of(home))
        store.commit(folder, 1)
    return store.folder(INFO["release_id"])


def hashed(folder: Path) -> int:
    """The peer of verifying: every file hashed, the longest first; returns how many."""
    paths = sorted((p for p in folder.rglob("*") if p.is_file()), key=lambda p: -p.stat().st_size)
    with ThreadPoolExecutor(verify.HASHERS) as pool:
        return len(list(pool.map(sha256_of, paths)))


def bytes_hold(folder: Path) -> bool:
    """The quick verification."""
    return bool(verify.verify(folder, quick=True)["ok"])


def rows_hold(folder: Path) -> bool:
    """The quick verification, then rows, digests, page checksums and both layouts."""
    report = verify.Report()
    manifest = json.loads((folder / MANIFEST).read_bytes())
    tables = verify._check_tables(folder, manifest, report)
    verify._check_layouts(folder, tables, manifest, report)
    return bytes_hold(folder) and not report.faults


def looked_up(folder: Path, frame: pl.DataFrame) -> list[tuple[str, float]]:
    """Median milliseconds of looking up one id and scanning one activity, the files cold-opened."""
    rng = np.random.default_rng(SEED)
    rows = frame[rng.choice(frame.height, min(LOOKS, frame.height), replace=False)]
    main = str(folder / "data" / "factor.parquet")
    head = characters(frame.height)
    con = duckdb.connect()
    columns = ", ".join(SCANNED)

    def of(name: str) -> str:
        return str(folder / folder_name(FACTOR) / f"{name[:head]}.parquet")

    def by_polars(row: dict[str, Any]) -> Any:
        name = row["factor_id"]
        return pl.scan_parquet(of(name)).filter(pl.col("factor_id") == name).collect()

    def by_duckdb(row: dict[str, Any]) -> Any:
        name = row["factor_id"]
        return con.sql(f"SELECT * FROM '{of(name)}' WHERE factor_id = '{name}'").pl()

    def by_pyarrow(row: dict[str, Any]) -> Any:
        name = row["factor_id"]
        return pl.from_arrow(pq.read_table(of(name), filters=[("factor_id", "=", name)]))

    def scan_polars(row: dict[str, Any]) -> Any:
        found = pl.scan_parquet(main).filter(pl.col("flow_id") == row["flow_id"])
        return found.select(SCANNED).collect()

    def scan_duckdb(row: dict[str, Any]) -> Any:
        return con.sql(f"SELECT {columns} FROM '{main}' WHERE flow_id = '{row['flow_id']}'").pl()

    def timed(work: Callable[[dict[str, Any]], Any], *, whole: bool) -> float:
        spent = []
        for row in rows.iter_rows(named=True):
            start = time.perf_counter()
            found = work(row)
            spent.append(time.perf_counter() - start)
            assert row["factor_id"] in set(found["factor_id"])
            assert not whole or (found.height == 1 and found.row(0, named=True) == row)
        return statistics.median(spent) * 1000

    found = [
        ("look-up by id, all columns, polars", timed(by_polars, whole=True)),
        ("look-up by id, all columns, DuckDB", timed(by_duckdb, whole=True)),
        ("look-up by id, all columns, pyarrow", timed(by_pyarrow, whole=True)),
        ("scan of one activity, six columns, polars", timed(scan_polars, whole=False)),
        ("scan of one activity, six columns, DuckDB", timed(scan_duckdb, whole=False)),
    ]
    con.close()
    return found


@dataclass(frozen=True)
class Measured:
    """Publish and verify beside their peers, look-up and scan, and the stages of both."""

    compared: list[Comparison]
    looks: list[tuple[str, float]]
    publishing: list[Stage]
    verifying: list[Stage]


def run(rows: int = ROWS) -> Measured:
    """Measure a release of so many factors."""
    frame = factors(rows)
    size = f"{rows:,} factors x {len(FACTOR.columns)} columns"
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        made: list[Path] = []

        def ours() -> Path:
            while made:
                shutil.rmtree(made.pop().parents[1])
            made.append(publish(frame, base))
            return made[-1]

        def peer() -> Path:
            path = base / "bare.parquet"
            frame.write_parquet(path)
            return path

        def same(folder: Path, bare: Path) -> float:
            ours, theirs = (
                pl.read_parquet(p, columns=list(SCANNED)).sort("factor_id")
                for p in (folder / "data" / "factor.parquet", bare)
            )
            return 0.0 if ours.equals(theirs) else float("inf")

        first = compare("publish: both layouts, sums, signatures, commit / polars write_parquet",
                        size, ours, peer, same, ROUNDS)  # fmt: skip
        folder = made[-1]
        held = [
            compare(f"verify {words} / hashing the bytes", size, lambda work=work: work(folder),
                    lambda: hashed(folder), lambda a, b: 0.0 if a and b else float("inf"),
                    ROUNDS)
            for words, work in (("bytes and signatures", bytes_hold), ("and rows", rows_hold))
        ]  # fmt: skip
        looks = looked_up(folder, frame)
        return Measured([first, *held], looks, of_publishing(frame, base), of_verifying(folder))


def main(words: list[str]) -> None:
    """Print how many times its peer's time each took, look-up and scan, where the time went."""
    found = run(int(words[0]) if words else ROWS)
    print("| what | size | ours s | peer s | ours / peer | spread |\n|---|---|---:|---:|---:|---:|")
    for c in found.compared:
        print(f"| {c.name} | {c.size} | {c.ours:.2f} | {c.peer:.2f} | {c.ours / c.peer:.2f} "
              f"| ±{c.spread * 100:.0f} % |")  # fmt: skip
    print("\n| what | median ms |\n|---|---:|")
    for name, milliseconds in found.looks:
        print(f"| {name} | {milliseconds:.1f} |")
    print(f"\n{told('a stage of publishing, alone', found.publishing)}")
    print(f"\n{told('a stage of verifying, alone', found.verifying)}")


if __name__ == "__main__":
    main(sys.argv[1:])
