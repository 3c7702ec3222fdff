"""The same rows give the same bytes, however they were put together and on how many threads."""

from __future__ import annotations

import hashlib

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publish import by_id
from pipelines.publish.csv_files import safe, write_csv
from pipelines.publish.parquet import published, write_parquet
from pipelines.publish.verify import content_digest
from schemas import ALL_TABLES

FACTOR = ALL_TABLES["factor"]


@pytest.fixture(scope="module")
def factors(release_folder) -> pl.DataFrame:
    return pl.read_parquet(release_folder / "data" / "factor.parquet")


def bytes_of(frame: pl.DataFrame, path) -> str:
    write_parquet(published(FACTOR, frame, {"release_id": "2026.1.0"}), path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_chunks_and_order_do_not_show(factors, tmp_path) -> None:
    whole = bytes_of(factors, tmp_path / "a.parquet")
    pieces = pl.concat([factors[400:], factors[:13], factors[13:400]], rechunk=False)
    assert pieces.n_chunks() == 3
    assert bytes_of(pieces, tmp_path / "b.parquet") == whole


def test_threads_do_not_show(factors, tmp_path) -> None:
    before = pa.cpu_count()
    try:
        pa.set_cpu_count(1)
        one = bytes_of(factors, tmp_path / "a.parquet")
        pa.set_cpu_count(2)
        assert bytes_of(factors, tmp_path / "b.parquet") == one
    finally:
        pa.set_cpu_count(before)


def test_a_lone_file_explains_itself(release_folder) -> None:
    schema = pq.read_schema(release_folder / "data" / "factor.parquet")
    assert schema.metadata[b"release_id"] == b"2026.1.0"
    assert schema.field("value").metadata[b"unit"] == b"@value_unit/@reference_unit"
    assert schema.field("value").metadata[b"title_zh"].decode()


def test_files_carry_page_checksums_and_zstd(release_folder) -> None:
    meta = pq.ParquetFile(release_folder / "data" / "factor.parquet").metadata
    assert meta.row_group(0).column(0).compression == "ZSTD"
    pq.read_table(release_folder / "data" / "factor.parquet", page_checksum_verification=True)


def test_an_activity_stands_together_and_an_id_is_found_in_the_file_it_begins_with(
    release_folder, factors, tmp_path, monkeypatch
) -> None:
    flows = factors["flow_id"].rle().struct.field("value")
    assert flows.is_unique().all()
    whole = pl.read_parquet(release_folder / "data" / "factor_by_id" / "F.parquet")
    assert whole.equals(factors.sort("factor_id", "version"))
    monkeypatch.setattr(by_id, "LONGEST", 64)
    (tmp_path / "data").mkdir()
    entry = by_id.write_by_id(FACTOR, factors.reverse(), tmp_path, {})
    files = sorted((tmp_path / "data" / "factor_by_id").iterdir())
    assert len(files) == entry["files"] > 10
    for path in files:
        part = pq.read_table(path, page_checksum_verification=True)
        assert all(name.startswith(path.stem) for name in part.column("factor_id").to_pylist())
    assert pl.concat(pl.read_parquet(path) for path in files).equals(whole)


def test_the_content_digest_sees_every_value_and_nothing_else() -> None:
    base = pa.table({"a": ["x", None, ""], "b": [1.0, None, -0.5], "c": [["p", "q"], [], None]})
    assert content_digest(base) == content_digest(
        pa.concat_tables([base.slice(0, 1), base.slice(1)]).replace_schema_metadata({"k": "v"})
    )
    variants = [
        {"a": ["x", "", ""], "b": [1.0, None, -0.5], "c": [["p", "q"], [], None]},
        {"a": ["x", None, ""], "b": [1.0, 0.0, -0.5], "c": [["p", "q"], [], None]},
        {"a": ["x", None, ""], "b": [1.0, None, -0.5], "c": [["pq"], [], None]},
        {"a": ["x", None, ""], "b": [1.0, None, -0.5], "c": [["p", "q"], None, None]},
        {"a": ["x", None, ""], "b": [1.0, None, -0.5], "d": [["p", "q"], [], None]},
    ]
    digests = {content_digest(pa.table(v)) for v in (base.to_pydict(), *variants)}
    assert len(digests) == 6


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1"])
def test_no_cell_becomes_a_formula(text, tmp_path) -> None:
    assert safe(text).startswith("'")
    path = tmp_path / "a.csv"
    write_csv(pa.table({"a": [text]}), path)
    body = path.read_bytes()
    assert body.startswith(b"\xef\xbb\xbf")
    assert f"'{text}" in body.decode("utf-8-sig")


def test_a_negative_number_stays_a_number(tmp_path) -> None:
    path = tmp_path / "a.csv"
    write_csv(pa.table({"a": [-1.5]}), path)
    assert path.read_text("utf-8-sig").splitlines() == ["a", "-1.5"]
