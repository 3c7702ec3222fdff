"""Verify a release folder with nothing but the folder: every byte, row and decision.

Stands alone: standard library, duckdb and pyarrow only (cryptography where signatures are
checked). The same file lies in every release as ``verify.py``:

    python verify.py FOLDER

It prints a JSON report and leaves with 0 only if everything is covered and right.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
SM3 = "SM3SUMS"
LEAVES = "ledger-leaves"
# Not listed in SHA256SUMS: the sums themselves and what is made after them.
UNLISTED = {SUMS, SM3, "manifest.sig", "ledger-checkpoint"}
ADMITTING = {"admit", "provisional"}


def file_hash(path: Path, algorithm: str = "sha256") -> str:
    """Hash of a file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.new(algorithm)).hexdigest()


def _column_bytes(column: pa.ChunkedArray) -> list[bytes]:
    """A column as bytes that depend on its values alone.

    Validity as one byte per value; then doubles, integers, dates, booleans and decimals
    as fixed little-endian values with nulls as zero; texts and lists as lengths (null is
    -1) and contents.
    """
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], array.type)
    kind = array.type
    valid = pc.cast(pc.is_valid(array), pa.uint8())
    parts = [_fixed(valid, 1)]
    if pa.types.is_list(kind):
        lengths = pc.fill_null(pc.cast(pc.list_value_length(array), pa.int64()), -1)
        flat = pc.list_flatten(array)
        return [*parts, _fixed(lengths, 8), *_column_bytes(pa.chunked_array([flat]))]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        lengths = pc.fill_null(pc.cast(pc.binary_length(array), pa.int64()), -1)
        text = pc.fill_null(pc.cast(array, pa.large_string()), "")
        return [*parts, _fixed(lengths, 8), _text_bytes(text)]
    if pa.types.is_boolean(kind):
        array = pc.cast(array, pa.uint8())
    if pa.types.is_date32(kind):
        array = pc.cast(array, pa.int32())
    width = array.type.bit_width // 8
    zero = pa.scalar(0).cast(array.type)
    return [*parts, _fixed(pc.fill_null(array, zero), width)]


def _fixed(array: pa.Array, width: int) -> bytes:
    data = array.buffers()[1]
    start = array.offset * width
    return b"" if data is None else data.to_pybytes()[start : start + len(array) * width]


def _text_bytes(array: pa.Array) -> bytes:
    _, offsets, data = array.buffers()
    if data is None or len(array) == 0:
        return b""
    marks = offsets.to_pybytes()
    first = struct.unpack_from("<q", marks, array.offset * 8)[0]
    last = struct.unpack_from("<q", marks, (array.offset + len(array)) * 8)[0]
    body: bytes = data.to_pybytes()[first:last]
    return body


def content_digest(table: pa.Table) -> str:
    """SHA-256 over names, types and values of a table, independent of writer and file.

    Args:
        table: (n rows), in the order of its key.

    Returns:
        64 hexadecimal digits; equal content gives equal digests whatever the compression,
        row groups, chunks or metadata.
    """
    digest = hashlib.sha256()
    digest.update(struct.pack("<qq", table.num_rows, table.num_columns))
    for name in table.column_names:
        column = table.column(name)
        head = f"{name}\x1f{_plain_type(column.type)}\x1e".encode()
        digest.update(struct.pack("<q", len(head)) + head)
        for part in _column_bytes(column):
            digest.update(struct.pack("<q", len(part)))
            digest.update(part)
    return digest.hexdigest()


def _plain_type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return "list<string>"
    return "string" if pa.types.is_large_string(kind) else str(kind)


class Report:
    """The findings of a verification, collected."""

    def __init__(self) -> None:
        """Begin without findings."""
        self.faults: list[dict[str, str]] = []
        self.checks: dict[str, int] = {}

    def expect(self, check: str, *, holds: bool, what: str) -> None:
        """Count a check and note its failure."""
        self.checks[check] = self.checks.get(check, 0) + 1
        if not holds:
            self.faults.append({"check": check, "what": what})


def _read_sums(path: Path) -> dict[str, str]:
    found = {}
    for line in path.read_text("utf-8").splitlines():
        value, _, name = line.partition("  ")
        found[name] = value
    return found


def _check_files(folder: Path, report: Report) -> dict[str, Any]:
    sums = _read_sums(folder / SUMS)
    there = {
        str(p.relative_to(folder)).replace("\\", "/") for p in folder.rglob("*") if p.is_file()
    }
    for name in sorted(there - sums.keys() - UNLISTED):
        report.expect("covered", holds=False, what=f"{name} is not in {SUMS}")
    for name, value in sums.items():
        path = folder / name
        report.expect("present", holds=path.is_file(), what=f"{name} is missing")
        if path.is_file():
            report.expect("sha256", holds=file_hash(path) == value, what=f"{name} has changed")
    if (folder / SM3).exists() and "sm3" in hashlib.algorithms_available:
        marks = _read_sums(folder / SM3)
        report.expect("sm3", holds=marks.keys() == sums.keys(), what=f"{SM3} names other files")
        for name, value in marks.items():
            path = folder / name
            same = path.is_file() and file_hash(path, "sm3") == value
            report.expect("sm3", holds=same, what=f"{name} has changed")
    text = (folder / MANIFEST).read_bytes()
    manifest: dict[str, Any] = json.loads(text)
    canonical = _canonical(manifest)
    report.expect("manifest", holds=canonical == text, what="the manifest is not canonical")
    listed = {f["name"]: f for f in manifest["files"]}
    wanted = sums.keys() - {MANIFEST}
    report.expect("manifest", holds=listed.keys() == wanted, what="the manifest names other files")
    for name, entry in listed.items():
        path = folder / name
        same = path.is_file() and sums.get(name) == entry["sha256"]
        size = path.is_file() and path.stat().st_size == entry["bytes"]
        report.expect("manifest", holds=same and size, what=f"{name} differs from the manifest")
    return manifest


def _canonical(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _check_tables(folder: Path, manifest: dict[str, Any], report: Report) -> dict[str, pa.Table]:
    tables = {}
    for entry in manifest["tables"]:
        name = entry["name"]
        path = folder / "data" / f"{name}.parquet"
        table = pq.read_table(path, page_checksum_verification=True)
        tables[name] = table
        marks = table.schema.metadata or {}
        report.expect("rows", holds=table.num_rows == entry["rows"], what=f"{name}: rows")
        same = content_digest(table) == entry["content_sha256"]
        report.expect("content", holds=same, what=f"{name}: content differs from the manifest")
        release = marks.get(b"release_id", b"").decode()
        report.expect(
            "release_id", holds=release == manifest["release_id"], what=f"{name}: release id"
        )
    return tables


def _check_database(folder: Path, manifest: dict[str, Any], report: Report) -> None:
    path = folder / "tanyuan.duckdb"
    con = duckdb.connect(str(path), read_only=True, config={"threads": 1})
    names = {r[0] for r in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    wanted = {entry["name"] for entry in manifest["tables"]}
    report.expect("duckdb", holds=names == wanted, what="the database holds other tables")
    for entry in manifest["tables"]:
        if entry["name"] not in names:
            continue
        order = ", ".join(f'"{column}"' for column in entry["key"])
        found = con.sql(f'SELECT * FROM "{entry["name"]}" ORDER BY {order}').to_arrow_table()
        same = content_digest(found) == entry["content_sha256"]
        report.expect("duckdb", holds=same, what=f"{entry['name']}: database differs from Parquet")
    con.close()


def _keys(table: pa.Table, *columns: str) -> list[tuple[Any, ...]]:
    return list(zip(*(table.column(c).to_pylist() for c in columns), strict=True))


def _check_decisions(tables: dict[str, pa.Table], report: Report) -> None:
    decisions = tables["decision"].to_pylist()
    by_id = {d["decision_id"]: d for d in decisions}
    admitting: dict[str, int] = {}
    for d in decisions:
        if d["verdict"] in ADMITTING:
            admitting[d["subject_id"]] = admitting.get(d["subject_id"], 0) + 1
    evidence = set(tables["evidence"].column("evidence_id").to_pylist())
    for factor in tables["factor"].to_pylist():
        name = factor["factor_id"]
        decision = by_id.get(factor["decision_id"])
        is_own = decision is not None and decision["subject_id"] == name
        admits = decision is not None and decision["verdict"] in ADMITTING
        report.expect("decision", holds=is_own and admits, what=f"{name}: no admitting decision")
        report.expect(
            "evidence", holds=factor["evidence_id"] in evidence, what=f"{name}: no evidence"
        )
        report.expect("class", holds=factor["data_class"] == "public", what=f"{name}: not public")
    published = set(tables["factor"].column("factor_id").to_pylist())
    for name in sorted(admitting.keys() - published):
        report.expect("decision", holds=False, what=f"{name}: admitted but not published")
    for refused in tables["refused_factor"].to_pylist():
        decision = by_id.get(refused["decision_id"])
        holds = decision is not None and decision["verdict"] == "refuse"
        report.expect("decision", holds=holds, what=f"{refused['factor_id']}: no refusal")


def _check_counts(tables: dict[str, pa.Table], report: Report) -> None:
    for row in tables["source_count"].to_pylist():
        name = f"{row['source_id']} {row['edition']}"
        into = row["candidates"] + row["parameters"] + row["skipped"]
        out = row["admitted"] + row["provisional"] + row["refused"]
        report.expect("conserved", holds=row["rows_in"] == into, what=f"{name}: rows in")
        report.expect("conserved", holds=row["candidates"] == out, what=f"{name}: candidates")
    counts = tables["source_count"].to_pydict()
    kept = sum(counts["admitted"]) + sum(counts["provisional"])
    current = [s for s in tables["factor"].column("status").to_pylist()
               if s in {"admitted", "provisional"}]  # fmt: skip
    report.expect("conserved", holds=kept == len(current), what="factors against counts")


def _root(hashes: list[bytes]) -> bytes:
    """Root of the tree over leaf hashes (RFC 6962, section 2.1)."""
    level = hashes
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest()
            for i in range(0, len(level) - 1, 2)
        ]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0] if level else hashlib.sha256(b"").digest()


def _leaf(decision: dict[str, Any]) -> str:
    """Hash of the ledger leaf that a published decision must be."""
    record = {k: v for k, v in decision.items() if k not in {"ledger_index", "leaf_hash"}}
    record["decided_on"] = str(record["decided_on"])
    record["seq"] = decision["ledger_index"]
    return hashlib.sha256(b"\x00" + _canonical(record)).hexdigest()


def _check_ledger(
    folder: Path, tables: dict[str, pa.Table], manifest: dict[str, Any], report: Report
) -> None:
    leaves = (folder / LEAVES).read_text("utf-8").split()
    size = manifest["ledger"]["size"]
    root = _root([bytes.fromhex(leaf) for leaf in leaves]).hex()
    report.expect("ledger", holds=len(leaves) == size, what="the ledger has another size")
    same = root == manifest["ledger"]["root"]
    report.expect("ledger", holds=same, what="the leaves give another root")
    seen = set()
    for decision in tables["decision"].to_pylist():
        name, index = decision["decision_id"], decision["ledger_index"]
        report.expect("ledger", holds=index not in seen, what=f"{name}: index used twice")
        seen.add(index)
        leaf = leaves[index] if 0 <= index < len(leaves) else ""
        holds = leaf == decision["leaf_hash"] == _leaf(decision)
        report.expect("ledger", holds=holds, what=f"{name}: not the decision in the ledger")


def verify(folder: Path) -> dict[str, Any]:
    """Verify a release folder.

    Args:
        folder: the unpacked release.

    Returns:
        ``ok``, ``release_id``, the number of checks by kind and every fault found.
    """
    report = Report()
    release_id = ""
    try:
        manifest = _check_files(folder, report)
        release_id = manifest["release_id"]
        tables = _check_tables(folder, manifest, report)
        _check_database(folder, manifest, report)
        _check_decisions(tables, report)
        _check_counts(tables, report)
        _check_ledger(folder, tables, manifest, report)
    except Exception as error:
        report.faults.append({"check": "readable", "what": f"{type(error).__name__}: {error}"})
    return {
        "ok": not report.faults,
        "release_id": release_id,
        "checks": report.checks,
        "faults": report.faults,
    }


def main(words: list[str]) -> int:
    """Verify the folder named on the command line; returns the exit code."""
    if len(words) != 1:
        sys.stderr.write("usage: python verify.py FOLDER\n")
        return 2
    outcome = verify(Path(words[0]))
    sys.stdout.write(json.dumps(outcome, ensure_ascii=False, indent=1) + "\n")
    return 0 if outcome["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
