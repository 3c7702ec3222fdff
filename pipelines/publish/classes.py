"""Public rows apart from the others: what may be built from, what is only named, what stays.

Belongs here: the effective class of a factor (the strictest of its own, its source's and
that of the factors it is derived from), the split, and the search of a finished folder for
anything from the rows kept back. Does not belong here: whether a right exists (admission).
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow.parquet as pq

from pipelines.errors import RefusedByPolicy
from pipelines.findings import finding
from pipelines.publish.retelling import retold
from schemas import ALL_TABLES
from schemas.render.frame import empty, frame_of
from schemas.withheld import WITHHELD_FACTOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PUBLIC = "public"
CLOSED = "closed"
BY_FACTOR = ("factor", "factor_gas", "factor_co2e", "factor_quality", "renewal")
# Shorter texts occur by chance.
SHORTEST = 6
SHORTEST_NUMBER = 12
FRACTION = re.compile(r"^-?[0-9]+\.[0-9]+$")
REASONS = {
    "data_class": ("因子的分级为{zh}", "the factor itself is {en}"),
    "source_class": ("来源的分级为{zh}", "its source is {en}"),
    "derived": ("由未公开因子导出", "derived from a withheld factor"),
}
WORDS = {"restricted": ("受限", "restricted"), "confidential": ("保密", "confidential")}


@dataclass(frozen=True)
class Parted:
    """Tables parted by class.

    Attributes:
        public: what a public release is built from, ``withheld_factor`` among them.
        closed: the rows kept back, by table.
        secrets: texts of the kept rows that no public row holds.
    """

    public: dict[str, pl.DataFrame]
    closed: dict[str, pl.DataFrame]
    secrets: frozenset[str]


def part(tables: Mapping[str, pl.DataFrame]) -> Parted:
    """Part tables into public rows and the rest.

    Args:
        tables: rows by table name, of every class.

    Returns:
        The parts; a withheld factor is named with its metadata, never its value.

    Raises:
        RefusedByPolicy: a footprint rests on a withheld factor.
    """
    why = withheld(tables)
    source_closed = tables["source"].filter(pl.col("data_class") != PUBLIC)
    if not why and source_closed.is_empty():
        return Parted(dict(tables), {}, frozenset())
    _require_free(tables, why)
    ids = list(why)
    public, closed = dict(tables), {}
    for name in BY_FACTOR:
        if name not in tables:
            continue
        hit = pl.col("factor_id").is_in(ids)
        public[name], closed[name] = tables[name].filter(~hit), tables[name].filter(hit)
    used = pl.concat([closed["factor"]["evidence_id"], closed["factor_gas"]["evidence_id"]])
    here = pl.concat([public["factor"]["evidence_id"], public["factor_gas"]["evidence_id"]])
    gone = set(used.drop_nulls()) - set(here.drop_nulls())
    pairs = set(source_closed.select("source_id", "edition").rows())
    closed["source"] = source_closed
    public["source"] = pl.concat(
        [tables["source"].filter(pl.col("data_class") == PUBLIC), _named_only(source_closed)]
    )
    for name in ("evidence", "source_file", "parameter", "skipped_row"):
        if name in tables:
            hit_rows = _of_editions(tables[name], pairs)
            if name == "evidence":
                hit_rows = hit_rows | tables[name]["evidence_id"].is_in(list(gone))
            public[name] = tables[name].filter(~hit_rows)
            closed[name] = tables[name].filter(hit_rows)
    for name, told in retold(tables, ids).items():
        public[name], closed[name] = told
    public["withheld_factor"] = _named(closed["factor"], why, tables["source"])
    return Parted(public, closed, _secrets(closed, public))


def _named_only(source: pl.DataFrame) -> pl.DataFrame:
    """Closed sources by title and right; nothing that leads to the document."""
    nothing = pl.lit(None, pl.String)
    return source.with_columns(
        url=nothing, note_zh=nothing, note_en=nothing, methodology_url=nothing,
        core_data=pl.lit(value=False), authorisation_document=pl.lit("未公开 withheld"),
    )  # fmt: skip


def _of_editions(frame: pl.DataFrame, pairs: set[tuple[Any, ...]]) -> pl.Series:
    rows = frame.select("source_id", "edition").rows()
    return pl.Series([row in pairs for row in rows], dtype=pl.Boolean)


def withheld(tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Why each withheld factor is withheld.

    Args:
        tables: ``factor``, ``source`` and ``evidence``, of every class.
    """
    factor = tables["factor"].select(
        "factor_id", "source_id", "edition", "data_class", "evidence_id"
    )
    source = tables["source"].filter(pl.col("data_class") != PUBLIC)
    closed = set(source.select("source_id", "edition").rows())
    why: dict[str, str] = {}
    for name, source, edition, own, _ in factor.iter_rows():
        if own != PUBLIC:
            why[name] = "data_class"
        elif (source, edition) in closed:
            why[name] = "source_class"
    parents = dict(tables["evidence"].select("evidence_id", "parents").iter_rows())
    grown = bool(why)
    while grown:
        grown = False
        for name, _, _, _, evidence in factor.iter_rows():
            if name not in why and any(
                p.split("@", 1)[0] in why for p in parents.get(evidence) or ()
            ):
                why[name], grown = "derived", True
    return why


def _require_free(tables: Mapping[str, pl.DataFrame], why: Mapping[str, str]) -> None:
    lines = tables.get("footprint_line")
    if lines is None or not why:
        return
    hit = lines.filter(pl.col("factor_id").is_in(list(why)))
    pairs = sorted(set(hit.select("product_id", "factor_id").rows()))
    if pairs:
        raise RefusedByPolicy([finding("E-CLS-01", value=p, found=f) for p, f in pairs])


def _named(factor: pl.DataFrame, why: Mapping[str, str], source: pl.DataFrame) -> pl.DataFrame:
    classes = {(s, e): c for s, e, c in source.select("source_id", "edition", "data_class").rows()}
    rows = []
    for row in factor.iter_rows(named=True):
        kind = why[row["factor_id"]]
        own = row["data_class"]
        found = own if own != PUBLIC else classes.get((row["source_id"], row["edition"]), own)
        # What is derived from closed rows is at least restricted.
        strict = found if found != PUBLIC else "restricted"
        zh, en = WORDS[strict]
        told = REASONS[kind]
        rows.append(
            {n: row[n] for n in WITHHELD_FACTOR.columns if n in row}
            | {
                "value": None,
                "data_class": strict,
                "withheld_for": kind,
                "reason_zh": told[0].format(zh=zh),
                "reason_en": told[1].format(en=en),
            }
        )
    return frame_of(WITHHELD_FACTOR, rows) if rows else empty(WITHHELD_FACTOR)


def _texts(frames: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    for name, frame in frames.items():
        table = ALL_TABLES.get(name)
        for column in frame.columns:
            kind = table[column].kind if table is not None and column in table else "text"
            for value in frame[column].drop_nulls().unique().to_list():
                if kind in {"number", "decimal"}:
                    yield repr(value)
                elif isinstance(value, list):
                    yield from map(str, value)
                else:
                    yield str(value)


def _shortest(text: str) -> int:
    """How long a text must be to say something; round numbers are everywhere."""
    return SHORTEST_NUMBER if text.lstrip("-")[:1].isdigit() else SHORTEST


def _secrets(
    closed: Mapping[str, pl.DataFrame], public: Mapping[str, pl.DataFrame]
) -> frozenset[str]:
    known = set(_texts(public))
    found = {t for t in _texts(closed) if len(t) >= _shortest(t) and t not in known}
    return frozenset(found)


def keep_apart(parted: Parted, home: Path) -> None:
    """Write the rows kept back where only their owner reads them.

    Args:
        parted: from ``part``.
        home: the folder ``closed/`` is made in, mode 0700.

    Raises:
        OSError: the disk refused.
    """
    if not parted.closed:
        return
    folder = home / CLOSED
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, frame in parted.closed.items():
        path = folder / f"{name}.parquet"
        frame.write_parquet(path)
        path.chmod(0o600)


def require_no_secret(folder: Path, secrets: frozenset[str]) -> int:
    """Search every file of a folder, raw and inflated, and every file name.

    Args:
        folder: a built release folder.
        secrets: texts that must not occur.

    Returns:
        Number of files searched.

    Raises:
        RefusedByPolicy: one occurs; the finding names the file, never the text.
    """
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    if not secrets:
        return len(files)
    words = b"|".join(map(_searched, sorted(secrets)))
    search = re.compile(b"(?<![0-9.])(?:" + words + b")(?![0-9])")
    hits = []
    for path in files:
        name = path.relative_to(folder).as_posix()
        if any(search.search(body) for body in (name.encode(), *_bodies(path))):
            # A name that gives it away is not repeated.
            hits.append(f"*{path.suffix}" if search.search(name.encode()) else name)
    if hits:
        raise RefusedByPolicy([finding("E-CLS-02", file=name) for name in hits])
    return len(files)


def _searched(text: str) -> bytes:
    """A kept text as it may stand in a file: a decimal column writes a number's zeros too."""
    word = re.escape(text.encode())
    return word + b"0*" if FRACTION.match(text) else word


def _bodies(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if path.suffix == ".parquet":
        file = pq.ParquetFile(path)
        yield repr(file.metadata.to_dict()).encode()
        for column in file.read().columns:
            # The lists in one text: a number stands as Python writes it, a text as it is.
            yield "\n".join(map(_plain, column.to_pylist())).encode()
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield archive.read(name)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return repr(value) if isinstance(value, float) else str(value)
