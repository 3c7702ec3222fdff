"""Whatever is changed in a release folder, the verifier sees it, even when all is re-sealed."""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.identity import canonical_json
from pipelines.publish.by_id import folder_name, write_by_id
from pipelines.publish.parquet import lay
from pipelines.publish.seal import seal
from pipelines.publish.sums import names_in
from pipelines.publish.verify import content_digest, verify
from pipelines.signing import keyring_of
from schemas.factor import FACTOR

SAMPLE = (
    "data/factor.parquet", "data/decision.parquet", "tanyuan.duckdb", "README.md", "读我.md",
    "manifest.json", "csv/factor.csv", "ledger-leaves", "quality/expectations.json",
    "verify.py",
)  # fmt: skip


def flip(path: Path, at: int) -> None:
    body = bytearray(path.read_bytes())
    body[at] ^= 1
    path.unlink()
    path.write_bytes(body)


def reseal(folder: Path, **tables: pa.Table) -> None:
    """What a forger would do: new files, new manifest, new sums, signed with keys of his own."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for entry in manifest["tables"]:
        if entry["name"] in tables:
            entry["rows"] = tables[entry["name"]].num_rows
            entry["content_sha256"] = content_digest(tables[entry["name"]])
    manifest["files"] = [
        {
            "name": name,
            "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(),
            "bytes": (folder / name).stat().st_size,
        }
        for name in names_in(folder)
        if name != "manifest.json"
    ]
    seal(folder, manifest, keyring_of(folder.parent / "forger"))


def plain_database(folder: Path) -> None:
    """A database of the Parquet files as they are now, without any constraint."""
    path = folder / "tanyuan.duckdb"
    path.unlink()
    con = duckdb.connect(str(path))
    for file in sorted((folder / "data").glob("*.parquet")):
        con.execute(f"CREATE TABLE \"{file.stem}\" AS SELECT * FROM read_parquet('{file}')")
    con.close()


def forge(folder: Path, table: str, change) -> None:
    """Change rows of a table in Parquet and in the database, then seal everything again."""
    path = folder / "data" / f"{table}.parquet"
    old = pq.read_table(path)
    rows = change(old.to_pylist())
    new = pa.Table.from_pylist(rows, schema=old.schema)
    path.unlink()
    pq.write_table(new, path, write_page_checksum=True)
    if table == "factor":
        lay_out(folder, new)
    plain_database(folder)
    reseal(folder, **{table: new})


def lay_out(folder: Path, rows: pa.Table) -> None:
    """The layout by id, written anew from other rows."""
    shutil.rmtree(folder / folder_name(FACTOR))
    write_by_id(FACTOR, lay(FACTOR, pl.from_arrow(rows), {}), folder, {})


def faults_of(folder: Path) -> set[str]:
    return {fault["check"] for fault in verify(folder)["faults"]}


def test_a_release_as_published_verifies(release_folder) -> None:
    outcome = verify(release_folder)
    assert outcome["ok"], outcome["faults"]
    assert outcome["checks"]["decision"] >= 750


def test_the_release_verifies_itself_without_the_pipeline(own_release, tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", str(own_release / "verify.py"), str(own_release)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-500:]
    assert json.loads(done.stdout)["ok"]


def test_sha256sum_accepts_the_sums(release_folder) -> None:
    done = subprocess.run(
        ["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=release_folder, check=False
    )
    assert done.returncode == 0


@pytest.mark.parametrize("name", SAMPLE)
def test_a_flipped_bit_is_found(own_release, name) -> None:
    path = own_release / name
    flip(path, path.stat().st_size // 2)
    assert faults_of(own_release)


@pytest.mark.long
def test_a_flipped_bit_is_found_in_every_file(own_release) -> None:
    for name in [*names_in(own_release), "SHA256SUMS", "SM3SUMS"]:
        path = own_release / name
        for at in (0, path.stat().st_size // 2, path.stat().st_size - 1):
            flip(path, at)
            assert faults_of(own_release), f"{name} at {at}"
            flip(path, at)
    assert verify(own_release)["ok"]


def test_a_missing_file_is_found(own_release) -> None:
    (own_release / "csv" / "factor.csv").unlink()
    assert "present" in faults_of(own_release)


def test_a_file_slipped_in_is_found(own_release) -> None:
    (own_release / "data" / "extra.parquet").write_bytes(b"x")
    assert "covered" in faults_of(own_release)


def test_a_value_forged_in_parquet_alone_is_found_although_resealed(own_release) -> None:
    path = own_release / "data" / "factor.parquet"
    rows = pq.read_table(path)
    values = rows.column("value").to_pylist()
    values[0] += 1
    new = rows.set_column(
        rows.schema.get_field_index("value"), rows.schema.field("value"), pa.array(values)
    )
    path.unlink()
    pq.write_table(new, path, write_page_checksum=True)
    reseal(own_release, factor=new)
    assert faults_of(own_release) == {"duckdb", "layout"}


def test_a_layout_by_id_that_says_otherwise_is_found_although_resealed(own_release) -> None:
    rows = pq.read_table(own_release / "data" / "factor.parquet")
    lay_out(own_release, rows.slice(1))
    reseal(own_release)
    assert faults_of(own_release) == {"layout"}
    lay_out(own_release, rows)
    folder = own_release / folder_name(FACTOR)
    (folder / "F.parquet").rename(folder / "G.parquet")
    reseal(own_release)
    assert faults_of(own_release) == {"layout"}
    (folder / "G.parquet").rename(own_release / "data" / "G.parquet")
    reseal(own_release)
    assert "layout" in faults_of(own_release)


def one_other(texts: list[str]) -> pa.Array:
    """A column in which one value stands for another of its own."""
    return pa.array([next(t for t in texts if t != texts[0]), *texts[1:]])


def test_a_single_bit_or_another_type_in_the_layout_by_id_is_found_although_resealed(
    own_release,
) -> None:
    path = own_release / folder_name(FACTOR) / "F.parquet"
    rows = pq.read_table(path)
    values = rows.column("value").to_pylist()
    at = next(i for i, value in enumerate(values) if value)
    (bits,) = struct.unpack("<Q", struct.pack("<d", values[at]))
    other = struct.unpack("<d", struct.pack("<Q", bits ^ 1))
    changed = [
        ("value", pa.array([*values[:at], *other, *values[at + 1 :]])),
        ("region_code", one_other(rows.column("region_code").to_pylist())),
        ("reference_year", rows.column("reference_year").cast(pa.int32())),
    ]
    for name, column in changed:
        path.unlink()
        index = rows.column_names.index(name)
        pq.write_table(rows.set_column(index, name, column), path, write_page_checksum=True)
        reseal(own_release)
        assert faults_of(own_release) == {"layout"}, name


def test_a_release_whose_content_was_digested_in_the_first_form_still_holds(own_release) -> None:
    path = own_release / "manifest.json"
    manifest = json.loads(path.read_bytes())
    assert manifest.pop("content_form") == 2
    for entry in manifest["tables"]:
        rows = pq.read_table(own_release / "data" / f"{entry['name']}.parquet")
        entry["content_sha256"] = content_digest(rows, 1)
    for entry in manifest["separate"]:
        for held in entry["tables"]:
            file = own_release / "separate" / entry["licence"] / f"{held['name']}.parquet"
            held["content_sha256"] = content_digest(pq.read_table(file), 1)
    path.unlink()
    path.write_bytes(canonical_json(manifest))
    reseal(own_release)
    assert faults_of(own_release) == set()


def test_a_decision_forged_everywhere_is_found_by_the_ledger(own_release) -> None:
    def upgrade(rows):
        at = next(i for i, r in enumerate(rows) if r["verdict"] == "provisional")
        rows[at]["verdict"] = "admit"
        return rows

    forge(own_release, "decision", upgrade)
    assert faults_of(own_release) == {"ledger"}


def test_a_factor_without_its_decision_is_found(own_release) -> None:
    def lose(rows):
        return rows[1:]

    forge(own_release, "decision", lose)
    assert "decision" in faults_of(own_release)


def test_a_factor_that_points_to_another_decision_is_found(own_release) -> None:
    def swap(rows):
        rows[0]["decision_id"] = rows[1]["decision_id"]
        return rows

    forge(own_release, "factor", swap)
    assert faults_of(own_release) == {"decision"}


def test_a_factor_without_evidence_is_found(own_release) -> None:
    def lose(rows):
        rows[0]["evidence_id"] = "E" + "A" * 12
        return rows

    forge(own_release, "factor", lose)
    assert faults_of(own_release) == {"evidence"}


def test_counts_that_do_not_add_up_are_found(own_release) -> None:
    def miscount(rows):
        rows[0]["rows_in"] += 1
        return rows

    path = own_release / "data" / "source_count.parquet"
    old = pq.read_table(path)
    new = pa.Table.from_pylist(miscount(old.to_pylist()), schema=old.schema)
    path.unlink()
    pq.write_table(new, path, write_page_checksum=True)
    reseal(own_release, source_count=new)
    assert "conserved" in faults_of(own_release)


def test_a_ledger_of_other_leaves_is_found_although_resealed(own_release) -> None:
    path = own_release / "ledger-leaves"
    leaves = path.read_text("utf-8").split()
    path.unlink()
    path.write_text("".join(f"{leaf}\n" for leaf in reversed(leaves)), "utf-8")
    reseal(own_release)
    assert faults_of(own_release) == {"ledger"}


def test_a_folder_that_is_no_release_is_a_finding_not_a_crash(tmp_path) -> None:
    assert faults_of(tmp_path) == {"readable"}
