"""The parts of a large batch under ``home/tables``: made once, whole, by whoever is free.

Belongs here: where parts lie, which are done, who may make one now. Does not belong here:
what a part is (``footprint.partition``), how its files are kept (``part_files``), who asks
for parts (the graph, or a cluster).

Several processes may work on one home, on one machine or on several that see the same
folder: each part is held by a lock while it is made, and a batch cannot be laid out anew
while another works on the one that stands.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.commands.at_work import lock
from pipelines.commands.large_batch import library_of, made_by, release_folder
from pipelines.commands.part_files import keep, whole
from pipelines.errors import Conflict, EnvironmentFault
from pipelines.findings import finding
from pipelines.footprint.partition.block_work import (
    choices_of_block,
    figures_of_block,
    samples_of_block,
)
from pipelines.footprint.partition.laid_out import FRAMES, Layout
from pipelines.footprint.partition.together import (
    LINES,
    PRODUCTS,
    SAMPLES,
    gathered,
    is_of,
    keys_of,
    require_whole,
)
from schemas.partition import LINE_CHOICE, SAMPLED_PRODUCT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipelines.settings import Settings

LAYOUT = "large_layout"
RESULTS = {
    SAMPLED_PRODUCT.name: (PRODUCTS, SAMPLED_PRODUCT),
    LINE_CHOICE.name: (LINES, LINE_CHOICE),
}
# The frame of a part that tells of which layout it is.
TOLD_BY = {SAMPLES: "sample", PRODUCTS: PRODUCTS, LINES: LINES}
# Locks; beside the parts, so that whoever deletes the tables deletes both.
LOCKS, LAYING, AT_WORK, GATHERING = ".at_work", "laying", "batch", "results"
# What a damaged part shows: no row of any layout.
DAMAGED = pl.DataFrame(schema={"layout_id": pl.String})


class PartStore:
    """The parts of a batch under ``home/tables``."""

    def __init__(self, settings: Settings) -> None:
        """Over a home; nothing is read or written yet."""
        self.settings = settings

    def _folder(self, kind: str, key: str = "") -> Path:
        return self.settings.tables / kind / key

    def _lock(
        self, *names: str, shared: bool = False, wait: bool = False
    ) -> AbstractContextManager[bool]:
        path = self.settings.tables.joinpath(LOCKS, *names)
        return lock(path, shared=shared, wait=wait)

    # The layout.

    def lay(self, layout: Layout) -> None:
        """Store a layout; parts of another are taken away, parts of the same one stay.

        Raises:
            Conflict: E-PRT-06, another process works on the layout that stands.
            EnvironmentFault: E-PRT-07, the disk refused.
        """
        with _told(LAYOUT, layout.about["release_id"]), self._lock(LAYING, wait=True):
            stands = self._layout_id()
            if stands == layout.layout_id:
                return
            with self._lock(AT_WORK) as is_mine:
                if not is_mine:
                    raise Conflict(finding("E-PRT-06", value=stands or "?"))
                keep(self._folder(LAYOUT), self.settings.tmp, layout.frames)
                # Of a layout that was damaged the parts may be those of this one.
                for kind in TOLD_BY if stands else ():
                    shutil.rmtree(self._folder(kind), ignore_errors=True)

    def _layout_id(self) -> str | None:
        """The id of the layout that stands whole."""
        files = whole(self._folder(LAYOUT)) or {}
        if not {*FRAMES, "about"} <= files.keys():
            return None
        return str(pl.read_parquet(files["about"])["layout_id"][0])

    def layout(self) -> Layout:
        """The layout that stands.

        Raises:
            Conflict: E-PRT-04, nothing is laid out, or not whole.
        """
        layout_id = self._layout_id()
        if layout_id is None:
            raise Conflict(finding("E-PRT-04"))
        return _read(self._folder(LAYOUT), layout_id)

    @contextmanager
    def at_work(self, layout_id: str | None = None) -> Iterator[Layout]:
        """Work on the layout that stands: as long as the block lasts, nobody replaces it.

        Args:
            layout_id: the one that must stand; any by default.

        Raises:
            Conflict: E-PRT-04 nothing is laid out, E-PRT-06 another batch is,
                E-PRT-08 it was laid out by other rules or code than are at work here.
            EnvironmentFault: E-PRT-07, the disk refused.
        """
        with _told(LAYOUT, layout_id or ""), self._lock(AT_WORK, shared=True, wait=True):
            layout = self.layout()
            if layout_id is not None and layout.layout_id != layout_id:
                raise Conflict(finding("E-PRT-06", value=layout.layout_id))
            # A system that came as arrays names no maker.
            if layout.about["made_by"] not in {"", made_by(self.settings.seeds)}:
                raise Conflict(finding("E-PRT-08", value=layout.layout_id))
            yield layout

    def keys(self) -> dict[str, list[str]]:
        """The keys of all blocks of the layout that stands, by kind."""
        return keys_of(self.layout())

    # Parts.

    def write(self, kind: str, key: str, frames: Mapping[str, pl.DataFrame]) -> None:
        """Store a part whole or not at all, in the place of what stood there.

        Raises:
            EnvironmentFault: E-PRT-07, the disk refused.
        """
        with _told(kind, key):
            keep(self._folder(kind, key), self.settings.tmp, frames)

    def parts(self, kind: str) -> dict[str, dict[str, pl.LazyFrame | pl.DataFrame]]:
        """The stored parts of a kind, by key; read as far as they are used.

        A part that is damaged holds no row, so that nothing is put together from it.
        """
        return {
            folder.name: self._frames(kind, folder.name)
            for folder in sorted(self._folder(kind).glob("[0-9]*"))
        }

    def _frames(self, kind: str, key: str) -> dict[str, pl.LazyFrame | pl.DataFrame]:
        files = whole(self._folder(kind, key))
        if files is None or TOLD_BY[kind] not in files:
            return {TOLD_BY[kind]: DAMAGED}
        return {name: pl.scan_parquet(path) for name, path in files.items()}

    def is_done(self, kind: str, key: str) -> bool:
        """Whether a part stands whole and of the layout that stands."""
        return is_of(self.layout(), kind, key, self._frames(kind, key)[TOLD_BY[kind]])

    def is_held(self, kind: str, key: str) -> bool:
        """Whether another process makes a part right now."""
        with self._lock(kind, key, shared=True) as is_free:
            return not is_free

    def wait_for(self, kind: str, key: str) -> None:
        """Wait until nobody makes a part any more: it is done, or its maker is gone."""
        with self._lock(kind, key, shared=True, wait=True):
            pass

    def turn_to_gather(self) -> AbstractContextManager[bool]:
        """Wait for one's turn to put the results together."""
        return self._lock(GATHERING, wait=True)

    def work(
        self, kind: str, key: str, *, is_missing_only: bool = False
    ) -> tuple[dict[str, pl.DataFrame], bool]:
        """Make one part and store it; a part that stands is compared, never doubted away.

        Args:
            kind: of the part.
            key: its key.
            is_missing_only: take a part that stands by now as it is.

        Returns:
            Its frames, and whether they were made now.

        Raises:
            Conflict: samples that a block of products needs are missing or of another batch;
                E-PRT-05 another process makes it right now; E-PRT-09 it stands already and
                with other bits; as ``at_work``.
            FaultyData: a line of a block ties or its pin cannot serve.
            EnvironmentFault: E-PRT-07, the disk refused.
        """
        with self.at_work() as layout, _told(kind, key):
            while True:
                with self._lock(kind, key) as is_mine:
                    if is_mine and is_missing_only and self.is_done(kind, key):
                        stands = self._frames(kind, key)
                        return {name: one.lazy().collect() for name, one in stands.items()}, False
                    if is_mine:
                        return self._made(layout, kind, key), True
                # Whoever only asked whether it is held is gone by now.
                if self.is_held(kind, key):
                    raise Conflict(finding("E-PRT-05", kind=kind, value=key))

    def _made(self, layout: Layout, kind: str, key: str) -> dict[str, pl.DataFrame]:
        made: dict[str, pl.DataFrame] = _MAKERS[kind](self, layout, key)
        if not self.is_done(kind, key):
            self.write(kind, key, made)
        elif not _same(made, self._frames(kind, key)):
            raise Conflict(finding("E-PRT-09", kind=kind, value=key))
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
            Conflict: E-PRT-02 a part is missing, E-PRT-03 one is of another layout or release
                or damaged.
        """
        kind, table = RESULTS[name]
        parts = {key: part[kind].lazy().collect() for key, part in self.parts(kind).items()}
        return gathered(self.layout(), kind, table, parts)


_MAKERS: dict[str, Any] = {
    SAMPLES: PartStore._samples, PRODUCTS: PartStore._products, LINES: PartStore._lines,
}  # fmt: skip


def _same(
    made: Mapping[str, pl.DataFrame], stands: Mapping[str, pl.LazyFrame | pl.DataFrame]
) -> bool:
    return made.keys() == stands.keys() and all(
        frame.equals(stands[name].lazy().collect(), null_equal=True) for name, frame in made.items()
    )


@contextmanager
def _told(kind: str, key: str) -> Iterator[None]:
    """A disk that refuses is told by code, with the part it refused."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EnvironmentFault(
            finding("E-PRT-07", kind=kind, value=key or "-", reason=reason)
        ) from error


@lru_cache(maxsize=1)
def _read(folder: Path, layout_id: str) -> Layout:
    """A layout read once in a process, with the plans that workers make of it."""
    return Layout({path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))})
