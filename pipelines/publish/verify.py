"""Verify a release folder with nothing but the folder: every byte, row and decision.

Stands alone: standard library, duckdb and pyarrow only (cryptography where signatures are
checked). The same file lies in every release as ``verify.py``:

    python verify.py FOLDER [--key PUBLIC_KEY] [--since CHECKPOINT] [--parent FOLDER] [--quick]

``--key`` (64 hexadecimal digits, may be repeated) names the keys that are trusted; without
it a signature shows only that the folder is as its own signers left it. ``--since`` is a
ledger checkpoint kept from an earlier day, ``--parent`` the folder of the release before.
``--quick`` checks bytes and signatures only. It prints a JSON report and leaves with 0 only
if everything is covered and right.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
SM3 = "SM3SUMS"
SIGNATURES = "manifest.sig"
LEAVES = "ledger-leaves"
CHECKPOINT = "ledger-checkpoint"
# Not listed in the manifest or the sums: the sums themselves and what is made after them.
UNLISTED = {SUMS, SM3, SIGNATURES}
ADMITTING = ("admit", "provisional")
PURPOSE = "tanyuan/release/1"
# A release withdrawn later: a signed statement beside its folder.
WITHDRAWAL = "tanyuan/withdrawal/1"
TOMBSTONE = ".withdrawn.json"
# How many signatures, each of another role, a kind of release needs.
NEEDED = {"demonstration": 1, "official": 2}
# How many threads hash, decode and compare.
HASHERS = 2
# The form of the content digests (``content_digest``); a manifest without one means 1.
FORM = 2
# A text column repeats its values if at most half of so many first rows differ ...
LOOKED_AT = 20_000
# ... and no more do in all than two bytes count, or one, null apart.
MOST = 65_535
ONE_BYTE = 255
TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)


def file_hash(path: Path, algorithm: str = "sha256") -> str:
    """Hash of a file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.new(algorithm)).hexdigest()


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column in one piece, the dictionaries of its chunks made one."""
    if isinstance(column, pa.Array):
        return column
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        return array.chunk(0) if array.num_chunks else pa.array([], array.type)
    return array


def _plain(array: pa.Array) -> pa.Array:
    """The values themselves, without a dictionary."""
    kind = array.type
    return array.cast(kind.value_type) if pa.types.is_dictionary(kind) else array


def coded(column: pa.ChunkedArray | pa.Array, first: pa.Array | None = None) -> pa.Array | None:
    """A text column that repeats its values, as codes into its sorted values.

    It repeats them if at most half of its first 20,000 values differ and at most 65,535 do in
    all. The values stand by their bytes, each is used; null has no code.

    Args:
        column: (n rows), texts or codes into texts.
        first: its first rows as published, where ``column`` stands in another order.

    Returns:
        The codes, of one byte up to 255 values, else of two; None for any other column.

    Example:
        >>> import pyarrow as pa
        >>> found = coded(pa.array(["t", "kg", "kg", None]))
        >>> found.dictionary.to_pylist(), found.indices.to_pylist()
        (['kg', 't'], [1, 0, 0, None])
    """
    array = _whole(column)
    kind = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    if not any(test(kind) for test in TEXTS):
        return None
    head = array.slice(0, LOOKED_AT) if first is None else first
    if 2 * len(different(head)) > max(len(head), 1):
        return None
    if not pa.types.is_dictionary(array.type):
        array = pc.dictionary_encode(array)
    used = pc.drop_null(pc.unique(array.indices))
    if len(used) > MOST:
        return None
    values = array.dictionary.cast(pa.string()).take(used)
    if values.null_count or len(pc.unique(values)) < len(values):
        return coded(_plain(array), first)
    order = pc.sort_indices(values)
    place = pc.index_in(pa.array(range(len(array.dictionary)), used.type), used.take(order))
    narrow = pa.uint8() if len(values) <= ONE_BYTE else pa.uint16()
    codes = place.cast(narrow).take(array.indices)
    return pa.DictionaryArray.from_arrays(codes, values.take(order))


def different(array: pa.Array) -> pa.Array:
    """The different values of a column, null left out."""
    if pa.types.is_dictionary(array.type):
        array = pc.unique(array.indices)
    elif pa.types.is_string_view(array.type):
        array = pc.unique(array.cast(pa.string()))
    else:
        array = pc.unique(array)
    return pc.drop_null(array)


def column_digest(column: pa.ChunkedArray | pa.Array) -> bytes:
    """SHA-256 over a mark and the values of a column, nothing else.

    ``codes``: a text column that repeats its values (``coded``), as their number, their
    lengths and contents, then one code per row, null the highest. ``lists``: validity, lengths,
    the digest of all values. ``texts`` and ``fixed``: validity (one byte per row, left out
    where no value is null), then the values that are not null, texts as lengths (four bytes)
    and contents; doubles, integers, dates, booleans and decimals as fixed little-endian
    values.
    """
    array = _whole(column)
    codes = coded(array)
    if codes is not None:
        values, width = codes.dictionary, codes.indices.type.bit_width // 8
        rows = pc.fill_null(codes.indices, pa.scalar(256**width - 1, codes.indices.type))
        parts = [_lengths(values), _text_bytes(values), _fixed(rows, width) if values else b""]
        return _sealed(b"codes", len(array), parts)
    array = _plain(array)
    kind = array.type
    valid = pc.cast(pc.is_valid(array), pa.uint8())
    parts = [_fixed(valid, 1) if array.null_count else b""]
    array = pc.drop_null(array) if array.null_count else array
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        lengths = pc.cast(pc.list_value_length(array), pa.int32())
        inner = column_digest(pc.list_flatten(array))
        return _sealed(b"lists", len(column), [*parts, _fixed(lengths, 4), inner])
    if any(test(kind) for test in TEXTS):
        return _sealed(b"texts", len(column), [*parts, _lengths(array), _text_bytes(array)])
    if pa.types.is_boolean(kind):
        array = pc.cast(array, pa.uint8())
    width = array.type.bit_width // 8
    return _sealed(b"fixed", len(column), [*parts, _fixed(array, width)])


def _sealed(mark: bytes, rows: int, parts: list[Any]) -> bytes:
    digest = hashlib.sha256(mark + struct.pack("<q", rows))
    for part in parts:
        digest.update(struct.pack("<q", len(part)))
        digest.update(part)
    return digest.digest()


def _lengths(array: pa.Array) -> memoryview:
    return _fixed(pc.cast(pc.binary_length(array), pa.int32()), 4)


def _column_bytes(column: pa.ChunkedArray) -> list[memoryview]:
    """A column as bytes that depend on its values alone, as releases counted at first.

    Validity as one byte per value; then doubles, integers, dates, booleans and decimals
    as fixed little-endian values with nulls as zero; texts and lists as lengths (null is
    -1) and contents.
    """
    array = _plain(_whole(column))
    kind = array.type
    valid = pc.cast(pc.is_valid(array), pa.uint8())
    parts = [_fixed(valid, 1)]
    if pa.types.is_list(kind):
        lengths = pc.fill_null(pc.cast(pc.list_value_length(array), pa.int64()), -1)
        flat = pc.list_flatten(array)
        return [*parts, _fixed(lengths, 8), *_column_bytes(pa.chunked_array([flat]))]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        lengths = pc.fill_null(pc.cast(pc.binary_length(array), pa.int64()), -1)
        return [*parts, _fixed(lengths, 8), _text_bytes(array)]
    if pa.types.is_boolean(kind):
        array = pc.cast(array, pa.uint8())
    if pa.types.is_date32(kind):
        array = pc.cast(array, pa.int32())
    width = array.type.bit_width // 8
    if array.null_count:
        array = pc.fill_null(array, pa.scalar(0).cast(array.type))
    return [*parts, _fixed(array, width)]


def _fixed(array: pa.Array, width: int) -> memoryview:
    data = array.buffers()[1]
    start = array.offset * width
    return memoryview(b"" if data is None else data)[start : start + len(array) * width]


def _text_bytes(array: pa.Array) -> memoryview:
    _, offsets, data = array.buffers()
    if data is None or len(array) == 0:
        return memoryview(b"")
    mark, width = ("<q", 8) if pa.types.is_large_string(array.type) else ("<i", 4)
    first = struct.unpack_from(mark, offsets, array.offset * width)[0]
    last = struct.unpack_from(mark, offsets, (array.offset + len(array)) * width)[0]
    if array.null_count and (pc.sum(pc.binary_length(array)).as_py() or 0) != last - first:
        # A null may hide bytes; they are no part of the content.
        return _text_bytes(pc.fill_null(array, ""))
    return memoryview(data)[first:last]


def content_digest(table: pa.Table, form: int = FORM) -> str:
    """SHA-256 over names, types and values of a table, independent of writer and file.

    Args:
        table: (n rows), in the order of its key.
        form: how values become bytes: 2, a digest of each column (``column_digest``), or 1,
            one run of bytes, as a release whose manifest names no form.

    Returns:
        64 hexadecimal digits; equal content gives equal digests whatever the compression,
        row groups, chunks, dictionaries or metadata.

    Raises:
        ValueError: the form is unknown.
    """
    if form not in {1, FORM}:
        raise ValueError(f"unknown form of content digest: {form}")
    digest = hashlib.sha256()
    digest.update(struct.pack("<qq", table.num_rows, table.num_columns))
    found: Iterable[list[Any]]
    if form == 1:
        found = map(_column_bytes, table.columns)
    else:
        found = ([part] for part in at_once(column_digest, table.columns, table.num_rows))
    for name, kind, parts in zip(table.column_names, table.schema.types, found, strict=True):
        head = f"{name}\x1f{_plain_type(kind)}\x1e".encode()
        digest.update(struct.pack("<q", len(head)) + head)
        for part in parts:
            digest.update(struct.pack("<q", len(part)))
            digest.update(part)
    return digest.hexdigest()


def at_once(work: Callable[[Any], Any], what: Iterable[Any], rows: int) -> Iterator[Any]:
    """The results of some work in order, on a few threads where there are many rows."""
    if rows < LOOKED_AT:
        yield from map(work, what)
        return
    with ThreadPoolExecutor(HASHERS) as pool:
        yield from pool.map(work, what)


def _plain_type(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type)
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

    def among(self, check: str, size: int, offenders: list[Any], what: str) -> None:
        """Count one check for each of ``size`` rows and note those that fail."""
        self.checks[check] = self.checks.get(check, 0) + size
        self.faults += [{"check": check, "what": f"{name}: {what}"} for name in offenders]


def _canonical(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def sums_text(hashes: dict[str, str]) -> bytes:
    """The sums file of hashes by name, in the tools' own format."""
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()


def file_hashes(folder: Path, names: list[str], algorithm: str = "sha256") -> dict[str, str]:
    """Hash of every file named, by name; the longest first, on a few threads."""
    order = sorted(names, key=lambda name: -(folder / name).stat().st_size)
    with ThreadPoolExecutor(HASHERS) as pool:
        found = pool.map(lambda name: file_hash(folder / name, algorithm), order)
        return dict(zip(order, found, strict=True))


def _check_files(folder: Path, report: Report, *, quick: bool) -> dict[str, Any]:
    """Every byte: the files there are those named, with the bytes named, and no others.

    The second sums are computed again unless ``quick``: the signatures cover their file, so
    that what its publisher did not write is seen either way.
    """
    text = (folder / MANIFEST).read_bytes()
    manifest: dict[str, Any] = json.loads(text)
    same = _canonical(manifest) == text
    report.expect("manifest", holds=same, what="the manifest is not canonical")
    listed = {f["name"]: f for f in manifest["files"]}
    entries = [p for p in folder.rglob("*") if not p.is_dir() or p.is_symlink()]
    odd = [p.name for p in entries if p.is_symlink() or not p.is_file()]
    report.among("covered", len(entries), odd, "is no plain file")
    there = {p.relative_to(folder).as_posix() for p in entries}
    strange = sorted(there - listed.keys() - UNLISTED - {MANIFEST})
    report.among("covered", 0, strange, "is not in the manifest")
    missing = sorted(listed.keys() - there)
    report.among("present", len(listed), missing, "is missing")
    names = sorted(listed.keys() & there)
    found = file_hashes(folder, names)
    changed = [n for n in names if found[n] != listed[n]["sha256"]]
    report.among("sha256", len(names), changed, "has changed")
    sizes = [n for n in names if (folder / n).stat().st_size != listed[n]["bytes"]]
    report.among("manifest", len(names), sizes, "has another size than the manifest says")
    hashes = {n: f["sha256"] for n, f in listed.items()}
    hashes[MANIFEST] = hashlib.sha256(text).hexdigest()
    same = (folder / SUMS).read_bytes() == sums_text(hashes)
    report.expect("sha256", holds=same, what=f"{SUMS} differs from the manifest")
    if not quick and (folder / SM3).exists() and "sm3" in hashlib.algorithms_available:
        marks = file_hashes(folder, [*names, MANIFEST], "sm3")
        same = (folder / SM3).read_bytes() == sums_text(marks)
        report.expect("sm3", holds=same, what=f"{SM3} differs from the files")
    return manifest


def _holds(statement: Any, signature: dict[str, str], purpose: str = PURPOSE) -> bool:
    """Whether one signature holds: Ed25519 over the purpose, the role and the statement."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        public = bytes.fromhex(signature["public_key"])
        body = _canonical([purpose, signature["role"], statement])
        is_own = hashlib.sha256(public).hexdigest()[:32] == signature["key_id"]
        # The text must be what the bytes give: no second spelling of one signature.
        is_plain = all(
            bytes.fromhex(signature[part]).hex() == signature[part]
            for part in ("public_key", "signature")
        )
        Ed25519PublicKey.from_public_bytes(public).verify(
            bytes.fromhex(signature["signature"]), body
        )
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return is_own and is_plain and signature.keys() == {
        "role", "key_id", "public_key", "signature",
    }  # fmt: skip


def _check_signatures(
    folder: Path, manifest: dict[str, Any], trusted: list[str], report: Report
) -> str:
    """Enough good signatures of different roles over this manifest; returns whose keys."""
    text = (folder / SIGNATURES).read_bytes()
    signed = json.loads(text)
    statement, signatures = signed["statement"], signed["signatures"]
    same = _canonical({"statement": statement, "signatures": signatures}) == text
    report.expect("signature", holds=same, what=f"{SIGNATURES} is not canonical")
    wanted = {
        "release_id": manifest["release_id"],
        "keys": statement["keys"],
        "manifest_sha256": file_hash(folder / MANIFEST),
        "sums": {n: file_hash(folder / n) for n in (SUMS, SM3) if (folder / n).exists()},
    }
    report.expect("signature", holds=statement == wanted, what="another release was signed")
    bad = [s.get("role") for s in signatures if not _holds(statement, s)]
    report.among("signature", len(signatures), bad, "the signature does not hold")
    counted = [s for s in signatures if not trusted or s["public_key"] in trusted]
    roles = {s["role"] for s in counted if _holds(statement, s)}
    keys = {s["public_key"] for s in counted if _holds(statement, s)}
    needed = NEEDED[manifest["kind"]]
    enough = min(len(roles), len(keys)) >= needed
    report.expect("signature", holds=enough, what=f"{len(roles)} of {needed} needed signatures")
    is_fit = manifest["kind"] != "official" or statement["keys"] == "named"
    report.expect("signature", holds=is_fit, what="an official release under demonstration keys")
    return str(statement["keys"])


def withdrawal_of(folder: Path, trusted: list[str]) -> dict[str, Any] | None:
    """What the tombstone beside a folder says; None without one that holds for this release."""
    path = folder.with_name(f"{folder.name}{TOMBSTONE}")
    try:
        told = json.loads(path.read_bytes())
        statement: dict[str, Any] = told["statement"]
        signed = [
            s for s in told["signatures"]
            if _holds(statement, s, WITHDRAWAL) and (not trusted or s["public_key"] in trusted)
        ]  # fmt: skip
        same = statement["manifest_sha256"] == file_hash(folder / MANIFEST)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return statement if same and signed else None


def _check_chain(
    folder: Path, manifest: dict[str, Any], parent: Path | None, report: Report
) -> None:
    """The release before: named both ways or not at all; its versions keep their values."""
    is_first = manifest["previous"] is None
    same = is_first == (manifest["parent_release"] is None)
    same = same and is_first == (manifest["ledger"]["parent"] is None)
    report.expect("chain", holds=same, what="the parent is named in part only")
    if parent is None:
        return
    before = json.loads((parent / MANIFEST).read_bytes())
    same = file_hash(parent / MANIFEST) == manifest["previous"]
    same = same and before["release_id"] == manifest["parent_release"]
    report.expect("chain", holds=same, what="the folder given is not the parent")
    report.expect(
        "chain", holds=before["released_on"] <= manifest["released_on"], what="dated before it"
    )
    con = duckdb.connect(config={"threads": 1})
    old, new = (str(f / "data" / "factor.parquet") for f in (parent, folder))
    sql = (
        "SELECT n.factor_id || '@' || n.version, (n.value, n.value_unit, n.reference_unit, "
        "n.gwp_set, n.boundary) IS DISTINCT FROM "
        "(o.value, o.value_unit, o.reference_unit, o.gwp_set, o.boundary) "
        "FROM read_parquet($1) n JOIN read_parquet($2) o USING (factor_id, version)"
    )
    rows = con.execute(sql, [new, old]).fetchall()
    moved = sorted(name for name, differs in rows if differs)
    report.among("version", len(rows), moved, "says something else under the same version")


def _form(manifest: dict[str, Any]) -> int:
    """The form of a release's content digests; the first releases named none."""
    return int(manifest.get("content_form", 1))


def _read(path: Path, *, codes: list[str] | None = None) -> pa.Table:
    """A Parquet file, the checksum of every page held against its bytes.

    Args:
        path: the file.
        codes: the text columns to read as codes; by default those that stand as codes.
    """
    marks = pq.read_metadata(path)
    if codes is None:
        columns = [marks.schema.column(i) for i in range(marks.num_columns)]
        codes = [
            column.name
            for i, column in enumerate(columns)
            if column.physical_type == "BYTE_ARRAY" and column.max_repetition_level == 0
            and marks.num_row_groups and marks.row_group(0).column(i).has_dictionary_page
        ]  # fmt: skip
    with pq.ParquetFile(
        path, metadata=marks, read_dictionary=codes, page_checksum_verification=True
    ) as file:
        return file.read()


def _check_tables(folder: Path, manifest: dict[str, Any], report: Report) -> dict[str, pa.Table]:
    tables = {}
    for entry in manifest["tables"]:
        name = entry["name"]
        table = _read(folder / "data" / f"{name}.parquet")
        tables[name] = table
        marks = table.schema.metadata or {}
        report.expect("rows", holds=table.num_rows == entry["rows"], what=f"{name}: rows")
        same = content_digest(table, _form(manifest)) == entry["content_sha256"]
        report.expect("content", holds=same, what=f"{name}: content differs from the manifest")
        release = marks.get(b"release_id", b"").decode()
        report.expect(
            "release_id", holds=release == manifest["release_id"], what=f"{name}: release id"
        )
    return tables


def _check_layouts(
    folder: Path, tables: dict[str, pa.Table], manifest: dict[str, Any], report: Report
) -> None:
    """The second layouts hold the rows of their tables, each in the file its id names."""
    layouts = manifest.get("layouts", [])
    data = [Path(f["name"]) for f in manifest["files"] if f["name"].startswith("data/")]
    flat = {f.stem for f in data if len(f.parts) == 2}
    same = flat == tables.keys()
    report.expect("layout", holds=same, what="data/ holds other files than the tables")
    inner = {f.parent.as_posix() for f in data if len(f.parts) > 2}
    same = inner == {entry["folder"] for entry in layouts}
    report.expect("layout", holds=same, what="data/ holds other folders than the layouts")
    for entry in layouts:
        names = sorted(f.name for f in data if f.parent.as_posix() == entry["folder"])
        same = len(names) == entry["files"]
        report.expect("layout", holds=same, what=f"{entry['folder']}: number of files")
        table = tables[entry["table"]]
        codes = [f.name for f in table.schema if pa.types.is_dictionary(f.type)]
        paths = [folder / entry["folder"] / name for name in names]
        parts = list(at_once(partial(_read, codes=codes), paths, table.num_rows))
        for name, part in zip(names, parts, strict=True):
            ids = part.column(entry["key"][0])
            here = pc.all(pc.starts_with(_plain(_whole(ids)), Path(name).stem)).as_py() is not False
            report.expect("layout", holds=here, what=f"{entry['folder']}/{name}: other ids")
        same = _same_rows(table, pa.concat_tables(parts), entry["key"])
        report.expect("layout", holds=same, what=f"{entry['folder']}: other rows than the table")


def _same_rows(table: pa.Table, found: pa.Table, key: list[str]) -> bool:
    """Whether ``found`` holds the rows of a table, by key, bit by bit."""
    if table.column_names != found.column_names or table.num_rows != found.num_rows:
        return False
    keys = pa.table([_plain(_whole(table.column(name))) for name in key], names=key)
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in key])
    both = zip(table.columns, found.columns, strict=True)
    same = at_once(lambda pair: _same_column(pair[0], pair[1], order), both, table.num_rows)
    return all(list(same))


def _same_column(column: pa.ChunkedArray, found: pa.ChunkedArray, order: pa.Array) -> bool:
    """Whether two columns hold the same values, the rows of the first taken in some order."""
    if _plain_type(column.type) != _plain_type(found.type):
        return False
    one, other = _whole(column).take(order), _whole(found)
    if pa.types.is_dictionary(one.type) and pa.types.is_dictionary(other.type):
        # The same codes once those of the one are told in those of the other.
        known = pc.index_in(other.dictionary, one.dictionary).take(other.indices)
        if known.equals(one.indices.cast(known.type)):
            return True
    one, other = _plain(one), _plain(other)
    if pa.types.is_float64(one.type):
        # By their bits: 0 and -0 are not the same here.
        return bool(one.view(pa.int64()).equals(other.view(pa.int64())))
    return bool(one.equals(other.cast(one.type)))


def _check_separate(
    folder: Path, tables: dict[str, pa.Table], manifest: dict[str, Any], report: Report
) -> None:
    """The separate files hold what the manifest says and the index names, and no more."""
    listed = manifest.get("separate", [])
    indexed = {(r["factor_id"], r["file_licence"]) for r in tables["separate_factor"].to_pylist()}
    found = set()
    for entry in listed:
        own = folder / "separate" / entry["licence"]
        report.expect("separate", holds=(own / "LICENSE.md").is_file(), what=f"{own.name}: terms")
        for held in entry["tables"]:
            table = _read(own / f"{held['name']}.parquet")
            same = content_digest(table, _form(manifest)) == held["content_sha256"]
            what = f"{own.name}: {held['name']} differs from the manifest"
            report.expect("separate", holds=same, what=what)
            if held["name"] == "factor":
                ids = table.column("factor_id").to_pylist()
                found |= {(one, entry["licence"]) for one in ids}
    report.expect("separate", holds=found == indexed, what="the files hold others than the index")


def _check_database(folder: Path, manifest: dict[str, Any], report: Report) -> None:
    path = folder / "tanyuan.duckdb"
    con = duckdb.connect(str(path), read_only=True, config={"threads": 1})
    names = {r[0] for r in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    wanted = {entry["name"] for entry in manifest["tables"]}
    report.expect("duckdb", holds=names == wanted, what="the database holds other tables")
    for entry in manifest["tables"]:
        if entry["name"] not in names:
            continue
        order = ", ".join(f'"{column}"' for column in entry["order"])
        found = con.sql(f'SELECT * FROM "{entry["name"]}" ORDER BY {order}').to_arrow_table()
        same = content_digest(found, _form(manifest)) == entry["content_sha256"]
        report.expect("duckdb", holds=same, what=f"{entry['name']}: database differs from Parquet")
    con.close()


# Each row rule: the check's name, what is said, the query of those that break it (the first
# column names them) and the table whose rows are counted.
ROW_RULES = (
    ("decision", "no admitting decision", "factor", """
        SELECT f.factor_id FROM factor f LEFT JOIN decision d USING (decision_id)
        WHERE d.subject_id IS DISTINCT FROM f.factor_id
           OR d.verdict NOT IN ('admit', 'provisional')"""),
    ("decision", "more than one decision admits it", "factor", """
        SELECT subject_id FROM decision WHERE verdict IN ('admit', 'provisional')
        GROUP BY subject_id HAVING count(*) > 1"""),
    ("decision", "admitted but not published", "decision", """
        SELECT subject_id FROM decision d WHERE verdict IN ('admit', 'provisional')
          AND NOT EXISTS (SELECT 1 FROM factor f WHERE f.factor_id = d.subject_id)
          AND NOT EXISTS (SELECT 1 FROM withheld_factor w WHERE w.factor_id = d.subject_id)
          AND NOT EXISTS (SELECT 1 FROM separate_factor s WHERE s.factor_id = d.subject_id)"""),
    ("decision", "no refusal", "refused_factor", """
        SELECT r.factor_id FROM refused_factor r LEFT JOIN decision d USING (decision_id)
        WHERE d.verdict IS DISTINCT FROM 'refuse'"""),
    ("evidence", "no evidence", "factor", """
        SELECT factor_id FROM factor f
        WHERE NOT EXISTS (SELECT 1 FROM evidence e WHERE e.evidence_id = f.evidence_id)"""),
    ("class", "not public", "factor",
     "SELECT factor_id FROM factor WHERE data_class IS DISTINCT FROM 'public'"),
    ("class", "a withheld row carries a value", "withheld_factor",
     "SELECT factor_id FROM withheld_factor WHERE value IS NOT NULL OR data_class = 'public'"),
    ("class", "a value of a source that is not public", "factor", """
        SELECT f.factor_id FROM factor f JOIN source s USING (source_id, edition)
        WHERE s.data_class IS DISTINCT FROM 'public'"""),
    ("conserved", "rows in = candidates + parameters + skipped", "source_count",
     "SELECT source_id || ' ' || edition FROM source_count "
     "WHERE rows_in <> candidates + parameters + skipped"),
    ("conserved", "candidates = admitted + provisional + refused", "source_count",
     "SELECT source_id || ' ' || edition FROM source_count "
     "WHERE candidates <> admitted + provisional + refused"),
    ("conserved", "factors against counts", "factor", """
        SELECT 'factor' WHERE (SELECT coalesce(sum(admitted + provisional), 0)
                               FROM source_count)
          <> (SELECT count(*) FROM factor
              WHERE status IN ('admitted', 'provisional', 'withdrawn'))
           + (SELECT count(*) FROM withheld_factor WHERE withheld_for <> 'source_class')
           + (SELECT count(*) FROM separate_factor
              WHERE status IN ('admitted', 'provisional', 'withdrawn'))"""),
    ("separate", "stands in the common tables and in a separate file", "separate_factor",
     "SELECT factor_id FROM separate_factor SEMI JOIN factor USING (factor_id)"),
    ("separate", "no admitting decision", "separate_factor", """
        SELECT s.factor_id FROM separate_factor s LEFT JOIN decision d USING (decision_id)
        WHERE d.subject_id IS DISTINCT FROM s.factor_id
           OR d.verdict NOT IN ('admit', 'provisional')"""),
    ("conserved", "a withheld source that counts otherwise", "withheld_source",
     "SELECT source_id || ' ' || edition FROM withheld_source "
     "WHERE rows_in <> candidates + parameters + skipped OR candidates <> refused"),
    ("disclosure", "a class no benchmark bears", "grade", """
        SELECT g.product_id FROM grade g LEFT JOIN benchmark b
          USING (rule_id, rule_version_no)
        WHERE NOT g.is_withheld AND NOT coalesce(b.is_graded, false)
          AND NOT (coalesce(b.is_demonstration, false) AND b.population_kind = 'constructed'
                   AND list_contains(g.flags, 'demonstration'))"""),
)  # fmt: skip
DISCLOSED = """
    SELECT rule_id FROM benchmark WHERE is_graded AND population_kind = 'producer'
      AND (owners < $1 OR coalesce(largest_owner_share, 1) >= $2
           OR coalesce(two_largest_share, 1) >= $3)"""


LIMIT_RULES = (
    ("limits of a population that is not enough owners' or is dominated", """
        SELECT t.rule_id FROM grade_threshold t JOIN benchmark b USING (rule_id, rule_version_no)
        WHERE b.method = 'quantile' AND b.population_kind IN ('producer', 'constructed')
          AND (b.owners < b.owners_needed OR coalesce(b.largest_owner_share, 1) >= b.largest_below
               OR coalesce(b.two_largest_share, 1) >= b.two_largest_below)"""),
    ("limits of a suppressed benchmark", """
        SELECT t.rule_id FROM grade_threshold t JOIN benchmark b USING (rule_id, rule_version_no)
        WHERE NOT b.is_graded AND NOT b.is_demonstration AND NOT list_contains(
          b.reason_codes, 'G-EXP-01')"""),
    ("a limit of a population with more digits than may be published", """
        SELECT t.rule_id FROM grade_threshold t JOIN benchmark b USING (rule_id, rule_version_no)
        WHERE b.method = 'quantile' AND t.upper_limit <> 0 AND abs(t.upper_limit / power(10,
          floor(log10(abs(t.upper_limit))) - b.limit_digits + 1) - round(t.upper_limit / power(10,
          floor(log10(abs(t.upper_limit))) - b.limit_digits + 1))) > 1e-6"""),
    ("limits that do not rise from class to class", """
        SELECT rule_id FROM (SELECT rule_id, upper_limit, lag(upper_limit) OVER (
          PARTITION BY rule_id, rule_version_no ORDER BY position) AS before
          FROM grade_threshold WHERE upper_limit IS NOT NULL) WHERE upper_limit < before"""),
)  # fmt: skip


def _check_limits(con: duckdb.DuckDBPyConnection, counted: int, report: Report) -> None:
    """Published limits against the disclosure rule that stands beside them, recomputed."""
    for what, query in LIMIT_RULES:
        found = [row[0] for row in con.execute(f"{query} ORDER BY 1").fetchall()]
        report.among("disclosure", counted, found, what)


def _check_rows(tables: dict[str, pa.Table], manifest: dict[str, Any], report: Report) -> None:
    """Every published row: its decision, evidence, class; counts and disclosure."""
    con = duckdb.connect(config={"threads": 1})
    for name, table in tables.items():
        con.register(name, table)
    for check, what, counted, query in ROW_RULES:
        found = [row[0] for row in con.execute(f"{query} ORDER BY 1").fetchall()]
        report.among(check, tables[counted].num_rows, found, what)
    limits = manifest["disclosure"]
    given = [
        limits["minimum_owners"],
        float(limits["largest_below"]),
        float(limits["two_largest_below"]),
    ]
    found = [row[0] for row in con.execute(f"{DISCLOSED} ORDER BY 1", given).fetchall()]
    report.among("disclosure", tables["benchmark"].num_rows, found, "breaks the disclosure rule")
    _check_limits(con, tables["grade_threshold"].num_rows, report)
    con.close()


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


def _read_checkpoint(text: str) -> tuple[int, str]:
    """Size and root (hexadecimal) of a checkpoint: origin, size, base64 root, signatures."""
    lines = text.split("\n")
    return int(lines[1]), base64.b64decode(lines[2], validate=True).hex()


def _noted(text: str, name: str, public_key: str) -> bool:
    """Whether a named key signed a checkpoint (C2SP signed note, Ed25519)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    body, _, notes = text.partition("\n\n")
    public = bytes.fromhex(public_key)
    mark = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    for line in notes.splitlines():
        if line.startswith(f"\u2014 {name} "):
            signed = base64.b64decode(line.rpartition(" ")[2], validate=True)
            try:
                key = Ed25519PublicKey.from_public_bytes(public)
                key.verify(signed[4:], f"{body}\n".encode())
            except (InvalidSignature, ValueError):
                return False
            return signed[:4] == mark
    return False


def _check_ledger(
    folder: Path,
    tables: dict[str, pa.Table],
    manifest: dict[str, Any],
    since: str | None,
    report: Report,
) -> None:
    """All leaf hashes are carried, so every proof is a recomputation of a root.

    Inclusion of a decision: its leaf stands at its index under the root. Consistency with
    an earlier tree: the first leaves, as many as it had, give the earlier root.
    """
    leaves = (folder / LEAVES).read_text("utf-8").split()
    hashes = [bytes.fromhex(leaf) for leaf in leaves]
    ledger = manifest["ledger"]
    report.expect("ledger", holds=len(leaves) == ledger["size"], what="the ledger's size")
    same = _root(hashes).hex() == ledger["root"]
    report.expect("ledger", holds=same, what="the leaves give another root")
    earlier = []
    if ledger["parent"]:
        earlier.append(("the parent's ledger", ledger["parent"]["size"], ledger["parent"]["root"]))
    if (folder / CHECKPOINT).exists():
        text = (folder / CHECKPOINT).read_text("utf-8")
        earlier.append(("the release's checkpoint", *_read_checkpoint(text)))
        bad = [name for name, key in ledger["keys"].items() if not _noted(text, name, key)]
        report.among("checkpoint", len(ledger["keys"]), bad, "did not sign the checkpoint")
    if since is not None:
        earlier.append(("the checkpoint kept", *_read_checkpoint(since)))
    for name, size, root in earlier:
        same = size <= len(hashes) and _root(hashes[:size]).hex() == root
        what = f"{name} is no beginning of this ledger"
        if size == len(hashes):
            what = f"fork: {name} and this ledger are two heads of {size} entries"
        report.expect("ledger", holds=same, what=what)
    seen = set()
    for decision in tables["decision"].to_pylist():
        name, index = decision["decision_id"], decision["ledger_index"]
        report.expect("ledger", holds=index not in seen, what=f"{name}: index used twice")
        seen.add(index)
        leaf = leaves[index] if 0 <= index < len(leaves) else ""
        holds = leaf == decision["leaf_hash"] == _leaf(decision)
        report.expect("ledger", holds=holds, what=f"{name}: not the decision in the ledger")


def verify(
    folder: Path,
    *,
    trusted: list[str] | None = None,
    since: str | None = None,
    parent: Path | None = None,
    quick: bool = False,
) -> dict[str, Any]:
    """Verify a release folder.

    Args:
        folder: the unpacked release.
        trusted: public keys (64 hexadecimal digits) that count; by default any.
        since: text of a ledger checkpoint kept from earlier.
        parent: folder of the release before.
        quick: bytes and signatures only.

    Returns:
        ``ok``, ``release_id``, ``keys`` (demonstration or named), ``withdrawn`` (what a
        tombstone beside the folder says, else null), the number of checks by kind and every
        fault found. A withdrawn release is as right as it was: it is told, not a fault.
    """
    report = Report()
    release_id, keys = "", ""
    try:
        manifest = _check_files(folder, report, quick=quick)
        release_id = manifest["release_id"]
        keys = _check_signatures(folder, manifest, trusted or [], report)
        _check_chain(folder, manifest, parent, report)
        if not quick:
            tables = _check_tables(folder, manifest, report)
            _check_layouts(folder, tables, manifest, report)
            _check_separate(folder, tables, manifest, report)
            _check_database(folder, manifest, report)
            _check_rows(tables, manifest, report)
            _check_ledger(folder, tables, manifest, since, report)
    except Exception as error:
        report.faults.append({"check": "readable", "what": f"{type(error).__name__}: {error}"})
    return {
        "ok": not report.faults,
        "release_id": release_id,
        "keys": keys,
        "withdrawn": withdrawal_of(Path(folder).resolve(), trusted or []),
        "checks": report.checks,
        "faults": report.faults,
    }


def main(words: list[str]) -> int:
    """Verify the folder named on the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="verify a release folder")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--since", type=Path)
    parser.add_argument("--parent", type=Path)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args(words)
    outcome = verify(
        given.folder,
        trusted=given.key,
        since=given.since.read_text("utf-8") if given.since else None,
        parent=given.parent,
        quick=given.quick,
    )
    sys.stdout.write(json.dumps(outcome, ensure_ascii=False, indent=1) + "\n")
    return 0 if outcome["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
