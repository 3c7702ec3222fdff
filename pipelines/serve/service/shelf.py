"""One release opened for reading: its tables in memory, its database locked down.

Belongs here: loading a verified folder so that nothing on the disk matters afterwards, look-ups
by id, the listing with its filters. Does not belong here: which release is served
(``releases``) and documents (``answers``).

The files are hashed as they are read and compared with the manifest that was verified. The
database lives in memory, holds the open rows of published tables alone, may reach no file and
may not be set otherwise; a statement is fixed text and every value a bound parameter.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import io
import re
import threading
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.serve.catalogue.embedded import with_open_rows
from pipelines.serve.footprint_answer import answers as footprint_answers
from pipelines.serve.service.ranking import Entry, entries_of, rank
from schemas import PUBLISHED
from schemas.render.frame import conform

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PAGE = "catalogue.html"
POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"\r\n]+)"')
FILTERS = (
    "region_code", "factor_kind", "category_id", "flow_id", "boundary", "data_origin",
    "status", "licence", "source_id", "gwp_set",
)  # fmt: skip
LISTED = (
    "factor_id", "version", "status", "name_zh", "name_en", "value", "value_unit",
    "reference_unit", "lower95", "upper95", "factor_kind", "boundary", "gwp_set", "flow_id",
    "category_id", "region_code", "reference_year", "data_start", "data_end", "data_origin",
    "dqr", "licence", "source_id", "edition", "record_key", "product_codes",
)  # fmt: skip
LOCKED = (
    "SET enable_external_access = false",
    "SET allow_community_extensions = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET memory_limit = '512MB'",
    "SET lock_configuration = true",
)


class Shelf:
    """A verified release in memory.

    Attributes:
        release_id: its id.
        manifest: its manifest.
        tables: open rows of every published table, by name.
        page: bytes of its catalogue.
        page_policy: the content security policy the page itself was made with.
    """

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        """Load a folder.

        Raises:
            FaultyData: a file is missing or differs from the verified manifest.
        """
        self.folder = folder
        self.manifest = manifest
        self.release_id = str(manifest["release_id"])
        self.hashes = {f["name"]: f["sha256"] for f in manifest["files"]}
        self.marks = {name: self._mark(name) for name in self.hashes}
        self.tables = with_open_rows({t.name: self._table(t) for t in PUBLISHED})
        self.page = self._bytes(PAGE) if PAGE in self.hashes else b""
        self.page_policy = _policy_of(self.page)
        self.listing = _listing(self.tables["factor"])
        self.entries: list[Entry] = entries_of(self.tables, self.listing)
        self._rows = _places(self.tables)
        self._con = _database(self.listing)
        self._products: dict[str | None, dict[str, Any]] = {}
        self._packed: bytes | None = None
        self._lock = threading.Lock()

    def _bytes(self, name: str) -> bytes:
        try:
            body = (self.folder / name).read_bytes()
        except OSError as error:
            raise FaultyData(finding("E-SRV-10", value=name)) from error
        if hashlib.sha256(body).hexdigest() != self.hashes[name]:
            raise FaultyData(finding("E-SRV-10", value=name))
        return body

    def _table(self, table: Any) -> pl.DataFrame:
        name = f"data/{table.name}.parquet"
        if name not in self.hashes:
            return conform(table, pl.DataFrame({c: [] for c in table.columns}))
        rows = pl.read_parquet(io.BytesIO(self._bytes(name)))
        lacking = [pl.lit(None).alias(c) for c in table.columns if c not in rows.columns]
        return conform(table, rows.with_columns(lacking))

    def _mark(self, name: str) -> tuple[int, int, int]:
        try:
            stat = (self.folder / name).stat()
        except OSError:
            return (0, 0, 0)
        return (stat.st_ino, stat.st_size, stat.st_mtime_ns)

    def download(self, name: str) -> Path | None:
        """The file of that name as verified; None when the release lists no such file.

        Raises:
            FaultyData: it was changed after it was verified.
        """
        if name not in self.hashes:
            return None
        if self.marks[name] != self._mark(name) or self.marks[name] == (0, 0, 0):
            raise FaultyData(finding("E-SRV-10", value=name))
        return self.folder / name

    def rows(self, table: str, column: str, value: str) -> list[dict[str, Any]]:
        """Rows of a table by an indexed column: a hash look-up, no scan."""
        frame = self.tables[table]
        return [frame.row(place, named=True) for place in self._rows[table, column].get(value, ())]

    def known(self, table: str, column: str) -> frozenset[str]:
        """The values of an indexed column."""
        return frozenset(self._rows[table, column])

    def found(
        self, query: str, filters: Mapping[str, str], year: int | None
    ) -> tuple[list[int], int]:
        """Places in the listing that pass, best first, and their number.

        Args:
            query: words; empty for all, in order of id.
            filters: values by column of ``FILTERS``.
            year: the reference year, or a year within the data period.
        """
        places = rank(self.entries, query) if query.strip() else None
        conditions = [f"{c} = ${k}" for k, c in enumerate(filters, start=2)]
        conditions.append(
            "($1 IS NULL OR reference_year = $1 OR year(data_start) <= $1 AND $1 <= year(data_end))"
        )
        cursor = self._con.cursor()
        try:
            sql = f"SELECT place FROM listing WHERE {' AND '.join(conditions)} ORDER BY place"
            passing = [p for (p,) in cursor.execute(sql, [year, *filters.values()]).fetchall()]
        finally:
            cursor.close()
        if places is not None:
            allowed = set(passing)
            passing = [p for p in places if p in allowed]
        return passing, len(passing)

    def products(self, gwp_set: str | None) -> dict[str, Any]:
        """Footprints by product under a GWP set, each product's own when None."""
        with self._lock:
            if gwp_set not in self._products:
                self._products[gwp_set] = {
                    a["product_id"]: a for a in footprint_answers(self.tables, gwp_set)
                }
            return self._products[gwp_set]

    def packed_page(self) -> bytes:
        """The catalogue deflated for the way, made once."""
        with self._lock:
            if self._packed is None:
                self._packed = gzip.compress(self.page, 6, mtime=0)
            return self._packed


def _policy_of(page: bytes) -> str:
    """The policy a page carries: a release made by other code has other scripts."""
    found = POLICY.search(page[:4096].decode("utf-8", "replace"))
    inside = html.unescape(found.group(1)) if found else "default-src 'none'"
    return f"{inside}; frame-ancestors 'none'"


def _listing(factor: pl.DataFrame) -> pl.DataFrame:
    parts = pl.col("version").str.split(".").list
    newest = factor.sort(
        "factor_id", parts.get(0).cast(pl.Int64), parts.get(1).cast(pl.Int64)
    ).unique("factor_id", keep="last", maintain_order=True)
    return newest.select(LISTED)


INDEXED = (
    ("factor", "factor_id"), ("factor_gas", "factor_id"), ("factor_co2e", "factor_id"),
    ("factor_quality", "factor_id"), ("source", "source_id"), ("evidence", "evidence_id"),
    ("decision", "decision_id"), ("flow", "flow_id"), ("refused_factor", "factor_id"),
    ("region", "region_code"), ("unit", "unit"), ("grade", "product_id"),
    ("grade_threshold", "rule_id"), ("benchmark", "rule_id"),
)  # fmt: skip


def _places(tables: Mapping[str, pl.DataFrame]) -> dict[tuple[str, str], dict[str, list[int]]]:
    found: dict[tuple[str, str], dict[str, list[int]]] = {}
    for table, column in INDEXED:
        places: dict[str, list[int]] = {}
        for place, value in enumerate(tables[table][column].to_list()):
            places.setdefault(value, []).append(place)
        found[table, column] = places
    return found


def _database(listing: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    """An in-memory database of the listing that may reach nothing and change nothing."""
    con = duckdb.connect(":memory:", config={"threads": 1})
    columns = ("reference_year", "data_start", "data_end", *FILTERS)
    con.register("handed", listing.select(columns).with_row_index("place").to_arrow())
    con.execute("CREATE TABLE listing AS SELECT * FROM handed ORDER BY place")
    con.unregister("handed")
    for statement in LOCKED:
        con.execute(statement)
    return con
