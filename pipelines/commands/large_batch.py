"""A large batch in parts: laid out over one release, its parts stored, what is done told.

Belongs here: which inventories and which release a batch is, where parts lie under the
home, which of them are done. Does not belong here: what a part is (``footprint.partition``),
who asks for them (the graph, or a cluster).

A part is written beside and renamed, so that a run that is killed leaves whole parts or
none; the next run goes on with those that are missing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.commands.submitted_products import handed_in
from pipelines.errors import Conflict, WrongUsage
from pipelines.findings import finding
from pipelines.footprint import (
    LIBRARY,
    Library,
    inventory_of,
    read_accounting_rules,
    read_reporting_rule,
    read_resolution_rule,
    read_spread_rule,
    sound,
)
from pipelines.footprint.computation import load
from pipelines.footprint.partition.block_rule import read_block_rule
from pipelines.footprint.partition.block_work import (
    choices_of_block,
    figures_of_block,
    samples_of_block,
)
from pipelines.footprint.partition.laid_out import Layout
from pipelines.footprint.partition.lay_out import lay_out
from pipelines.footprint.partition.together import (
    LINES,
    PRODUCTS,
    SAMPLES,
    gathered,
    is_of,
    keys_of,
    require_whole,
)
from pipelines.publish.store import Store
from pipelines.settings import REPOSITORY
from schemas.partition import LINE_CHOICE, SAMPLED_PRODUCT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.footprint.inventory import Inventory
    from pipelines.settings import Settings

LAYOUT = "large_layout"
RESULTS = {
    SAMPLED_PRODUCT.name: (PRODUCTS, SAMPLED_PRODUCT),
    LINE_CHOICE.name: (LINES, LINE_CHOICE),
}
# The frame of a part that tells whether it is whole.
TOLD_BY = {SAMPLES: "sample", PRODUCTS: PRODUCTS, LINES: LINES}


def release_folder(settings: Settings, release: str) -> Path:
    """The folder of a release, of the head where none is named.

    Raises:
        WrongUsage: there is no release, or none of that id.
    """
    store = Store(settings)
    known = [entry.release_id for entry in store.entries()]
    if not known:
        raise WrongUsage(finding("E-USE-03"))
    if release and release not in known:
        raise WrongUsage(
            finding("E-USE-02", value=release, what_zh="发布", what_en="release", expected=known)
        )
    return store.folder(release or known[-1])


@lru_cache(maxsize=1)
def library_of(seeds: Path, folder: Path) -> Library:
    """What footprints are computed from: the tables of one release, the rules of the seeds."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    return Library.over(
        {name: pl.read_parquet(folder / "data" / f"{name}.parquet") for name in LIBRARY},
        read_accounting_rules(seeds), read_resolution_rule(seeds),
        dt.date.fromisoformat(manifest["released_on"]), read_spread_rule(seeds),
        read_reporting_rule(seeds),
    )  # fmt: skip


def lay_out_batch(settings: Settings, release: str = "", batch: Path | None = None) -> Layout:
    """Lay a batch of inventories out over one release.

    Args:
        settings: seeds and home.
        release: its id; the head's by default.
        batch: a folder of inventory folders; those of the seeds and those handed in by default.

    Raises:
        WrongUsage: there is no such release or folder.
        UnreadableInput: a file of an inventory is missing.
        FaultyData: an inventory is faulty.
    """
    if batch is not None and not batch.is_dir():
        raise WrongUsage(
            finding("E-USE-02", value=str(batch), what_zh="清单文件夹", what_en="inventories")
        )
    folder = release_folder(settings, release)
    library = library_of(settings.seeds, folder)
    inventories = _inventories(settings, batch, library)
    blocks = read_block_rule(settings.seeds)
    return lay_out(inventories, library, folder.name, blocks, made_by=_made_by(settings.seeds))


def _made_by(seeds: Path) -> str:
    """Hash of the rules and the code that parts are made by: other ones make other parts."""
    digest = hashlib.sha256()
    code = REPOSITORY / "pipelines"
    for path in (
        *sorted((seeds / "rules").rglob("*.*")), *sorted((code / "footprint").rglob("*.py")),
        *sorted((code / "quantities").rglob("*.py")),
    ):  # fmt: skip
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _inventories(settings: Settings, batch: Path | None, library: Library) -> list[Inventory]:
    where = batch or settings.seeds / "inventories"
    found = [load(path, library) for path in sorted(where.iterdir()) if path.is_dir()]
    if batch is None:
        handed = handed_in(settings, "inventory").inventories
        found += [sound(inventory_of(name, rows), library) for name, rows in sorted(handed.items())]
    return found


class PartStore:
    """The parts of a batch under ``home/tables``."""

    def __init__(self, settings: Settings) -> None:
        """Over a home; nothing is read or written yet."""
        self.settings = settings

    def _folder(self, kind: str, key: str = "") -> Path:
        return self.settings.tables / kind / key

    def write(self, kind: str, key: str, frames: Mapping[str, pl.DataFrame]) -> None:
        """Store frames whole or not at all, in the place of what stood there."""
        target = self._folder(kind, key)
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        for name, frame in frames.items():
            frame.write_parquet(beside / f"{name}.parquet")
        shutil.rmtree(target, ignore_errors=True)
        beside.rename(target)

    def lay(self, layout: Layout) -> None:
        """Store a layout; parts of another are taken away, parts of the same one stay."""
        folder = self._folder(LAYOUT)
        if not (folder / "about.parquet").is_file() or self.layout().layout_id != layout.layout_id:
            for kind in TOLD_BY:
                shutil.rmtree(self._folder(kind), ignore_errors=True)
            self.write(LAYOUT, "", layout.frames)

    def layout(self) -> Layout:
        """The layout that stands.

        Raises:
            Conflict: E-PRT-04, nothing is laid out.
        """
        about = self._folder(LAYOUT) / "about.parquet"
        if not about.is_file():
            raise Conflict(finding("E-PRT-04"))
        return _read(self._folder(LAYOUT), pl.read_parquet(about)["layout_id"][0])

    def parts(self, kind: str) -> dict[str, dict[str, pl.LazyFrame]]:
        """The stored parts of a kind, by key; read as far as they are used."""
        found = self._folder(kind).glob("[0-9]*")
        return {
            folder.name: {p.stem: pl.scan_parquet(p) for p in sorted(folder.glob("*.parquet"))}
            for folder in sorted(found)
        }

    def is_done(self, kind: str, key: str) -> bool:
        """Whether a part stands whole and of the layout that stands."""
        path = self._folder(kind, key) / f"{TOLD_BY[kind]}.parquet"
        return path.is_file() and is_of(self.layout(), kind, key, pl.scan_parquet(path))

    def work(self, kind: str, key: str) -> dict[str, pl.DataFrame]:
        """Make one part and store it.

        Raises:
            Conflict: samples that a block of products needs are missing or of another batch.
            FaultyData: a line of a block ties or its pin cannot serve.
        """
        layout = self.layout()
        made: dict[str, pl.DataFrame] = _MAKERS[kind](self, layout, key)
        self.write(kind, key, made)
        return made

    def _samples(self, layout: Layout, key: str) -> dict[str, pl.DataFrame]:
        return samples_of_block(layout, key)

    def _products(self, layout: Layout, key: str) -> dict[str, pl.DataFrame]:
        parts = self.parts(SAMPLES)
        told = {one: part["sample"] for one, part in parts.items()}
        keys = require_whole(layout, SAMPLES, told)
        return {PRODUCTS: figures_of_block(layout, key, {one: parts[one] for one in keys})}

    def _lines(self, layout: Layout, key: str) -> dict[str, pl.DataFrame]:
        folder = release_folder(self.settings, layout.about["release_id"])
        return {LINES: choices_of_block(layout, key, library_of(self.settings.seeds, folder))}

    def gathered(self, name: str) -> pl.DataFrame:
        """A result table, put together from its parts.

        Args:
            name: one of ``RESULTS``.

        Raises:
            Conflict: E-PRT-02 a part is missing, E-PRT-03 one is of another layout or release.
        """
        kind, table = RESULTS[name]
        parts = {key: part[kind].collect() for key, part in self.parts(kind).items()}
        return gathered(self.layout(), kind, table, parts)

    def keys(self) -> dict[str, list[str]]:
        """The keys of all blocks of the layout that stands, by kind."""
        return keys_of(self.layout())


_MAKERS: dict[str, Any] = {
    SAMPLES: PartStore._samples, PRODUCTS: PartStore._products, LINES: PartStore._lines,
}  # fmt: skip


@lru_cache(maxsize=1)
def _read(folder: Path, layout_id: str) -> Layout:
    """A layout read once in a process, with the plans that workers make of it."""
    return Layout({path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))})
