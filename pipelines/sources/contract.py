"""What a source module offers: its id, its words for the graph, and how to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from pipelines.ingest.harvest import Harvest
    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition


@dataclass(frozen=True)
class Source:
    """A publisher's data set and the function that reads one edition of it.

    Attributes:
        source_id: name of the module and of the folder under ``seeds/``.
        title_zh: one line for the graph, Chinese.
        title_en: one line for the graph, English.
        read: reads an edition into a harvest; a source that computes from what other
            sources yield gets their tables as third argument, others get none.
        computes: whether the source computes from other sources' tables.
    """

    source_id: str
    title_zh: str
    title_en: str
    read: Callable[[Edition, Lookups, Mapping[str, pl.DataFrame]], Harvest]
    computes: bool = False
