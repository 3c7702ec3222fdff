"""The same rows give the same bytes, however they were put together and on how many threads."""

from __future__ import annotations

import hashlib

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publish import by_id, parquet, verify
from pipelines.publish.csv_files import safe, write_csv
from pipelines.publish.parquet import lay, published, write_parquet
from pipelines.publish.verify import coded, content_digest
from schemas import ALL_TABLES

FACTOR = ALL_TABLES["factor"]


@pytest.fixture(scope="module")
def factors(release_folder) -> pl.DataFrame:
    return pl.read_parquet(release_folder / "data" / "factor.parquet")


def bytes_of(frame: pl.DataFrame, path) -> str:
    write_parquet(FACTOR, published(FACTOR, frame, {"release_id": "2026.1.0"}), path)
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


def test_a_long_table_has_the_same_bytes_in_any_order_and_on_any_number_of_threads(
    factors, tmp_path, monkeypatch
) -> None:
    times = verify.LOOKED_AT // factors.height + 1
    ids = pl.format("{}{}", pl.lit("F"), pl.int_range(pl.len()).hash(7).cast(pl.String))
    many = pl.concat([factors] * times).with_columns(ids.alias("factor_id"))
    found = set()
    for threads, rows in (
        (1, many),
        (2, many.reverse()),
        (8, many.sample(fraction=1, shuffle=True, seed=1)),
    ):
        monkeypatch.setattr(verify, "HASHERS", threads)
        folder = tmp_path / str(threads)
        (folder / "data").mkdir(parents=True)
        laid = lay(FACTOR, rows, {"release_id": "2026.1.0"})
        assert pa.types.is_dictionary(laid.rows.schema.field("value_unit").type)
        write_parquet(FACTOR, laid.rows, folder / "data" / "factor.parquet")
        by_id.write_by_id(FACTOR, laid, folder, {})
        files = sorted(p for p in folder.rglob("*.parquet"))
        marks = [hashlib.sha256(p.read_bytes()).hexdigest() for p in files]
        found.add((content_digest(laid.rows), *marks))
    assert len(found) == 1


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
    entry = by_id.write_by_id(FACTOR, lay(FACTOR, factors.reverse(), {}), tmp_path, {})
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


def test_the_content_digest_is_the_same_however_texts_are_held() -> None:
    words = ["t", None, "kg", "kg", "t·km", None] * 50
    names = [f"n{i}" for i in range(300)]
    plain = pa.table({"unit": words, "name": names, "list": [["p"], None, []] * 100})
    codes = pa.DictionaryArray.from_arrays(
        pa.array([None if w is None else ["m", "t", "kg", "t·km"].index(w) for w in words]),
        pa.array(["m", "t", "kg", "t·km"]),
    )
    large = pa.chunked_array([names[:7], names[7:]], pa.large_string())
    held = plain.set_column(0, "unit", codes).set_column(1, "name", large)
    held = held.set_column(1, "name", held.column("name").dictionary_encode())
    assert content_digest(plain) == content_digest(held)
    assert content_digest(plain, 1) == content_digest(held, 1) != content_digest(plain)
    # What releases were signed with: these never change.
    assert content_digest(plain, 1).startswith("bacc809eea1a7f30")
    assert content_digest(plain).startswith("5529997be2912393")
    with pytest.raises(ValueError, match="form"):
        content_digest(plain, 3)


def test_a_text_column_is_told_from_another_though_their_codes_are_the_same() -> None:
    halves = [
        ["a", "b"],
        ["a", "c"],
        ["a", None],
        [None, "b"],
        ["b", "a"],
        [None, None],
        ["", None],
    ]
    digests = {content_digest(pa.table({"x": pa.array(h * 9, pa.string())})) for h in halves}
    assert len(digests) == len(halves)
    many = [f"{i:05}" for i in range(300)] * 2
    assert coded(pa.array(many)).indices.type == pa.uint16()
    assert coded(pa.array(many[:256] * 2)).indices.type == pa.uint16()
    assert coded(pa.array(many[:255] * 2)).indices.type == pa.uint8()
    assert coded(pa.array(many[:300])) is None


def test_a_reader_sees_texts_although_codes_are_written(factors, tmp_path, monkeypatch) -> None:
    plain = content_digest(published(FACTOR, factors, {}))
    monkeypatch.setattr(parquet, "LOOKED_AT", 64)
    monkeypatch.setattr(verify, "LOOKED_AT", 64)
    monkeypatch.setattr(by_id, "VALUES", 4)
    laid = lay(FACTOR, factors.reverse(), {})
    assert pa.types.is_dictionary(laid.rows.schema.field("value_unit").type)
    path = tmp_path / "a.parquet"
    assert bytes_of(factors, path) == bytes_of(factors.reverse(), tmp_path / "b.parquet")
    written = pl.read_parquet(path)
    assert written.equals(factors)
    assert written.schema == factors.schema
    (tmp_path / "data").mkdir()
    by_id.write_by_id(FACTOR, laid, tmp_path, {})
    again = pl.read_parquet(tmp_path / "data" / "factor_by_id" / "F.parquet")
    assert again.equals(factors.sort("factor_id", "version"))
    monkeypatch.undo()
    assert content_digest(laid.rows) == content_digest(pq.read_table(path)) == plain
    assert pq.read_schema(path).field("value_unit").type == pa.string()
    assert pl.read_parquet_schema(path)["value_unit"] == pl.String
    kinds = dict(
        duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{path}')").fetchall()
    )
    assert kinds["value_unit"] == "VARCHAR"
    chunk = pq.ParquetFile(path).metadata.row_group(0)
    told = {
        chunk.column(i).path_in_schema
        for i in range(chunk.num_columns)
        if chunk.column(i).statistics
    }
    assert told == {"flow_id", "factor_id", "version"}


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
