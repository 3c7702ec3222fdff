"""One module per publisher's data set; a module here is a source.

Belongs here: what the rows of one publication mean. Does not belong here: reading files
(``pipelines.ingest``) and judging candidates (``pipelines.admit``).

Adding a source is one module here, named like its folder under ``seeds/``, holding a
``SOURCE``; nothing else changes.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.sources.contract import Source

_NOT_SOURCES = {"contract"}


@cache
def all_sources() -> tuple[Source, ...]:
    """Every source, sorted by its id."""
    found = []
    for info in pkgutil.iter_modules(__path__):
        if info.name not in _NOT_SOURCES and not info.name.startswith("_"):
            module = importlib.import_module(f"{__name__}.{info.name}")
            found.append(module.SOURCE)
    return tuple(sorted(found, key=lambda s: s.source_id))
