"""A large batch of inventories, laid out over one release.

Belongs here: which inventories, which release, which rules and code a batch is. Does not
belong here: its parts (``part_store``), what a part is (``footprint.partition``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from pipelines.commands.submitted_products import HandedIn, handed_in, told_by_submission
from pipelines.errors import WrongUsage
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
from pipelines.footprint.partition.lay_out import lay_out
from pipelines.footprint.shared_ids import require_apart
from pipelines.publish.store import Store
from pipelines.settings import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.partition.laid_out import Layout
    from pipelines.settings import Settings


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
        FaultyData: an inventory is faulty, two share a product, a process or a certificate.
    """
    if batch is not None and not batch.is_dir():
        raise WrongUsage(
            finding(
                "E-USE-10", value=str(batch), what_zh="清单文件夹", what_en="folder of inventories"
            )
        )
    folder = release_folder(settings, release)
    library = library_of(settings.seeds, folder)
    found = HandedIn() if batch is not None else handed_in(settings, "inventory")
    with told_by_submission(found):
        inventories = _inventories(batch or settings.seeds / "inventories", found, library)
        require_apart(inventories)
        return lay_out(
            inventories, library, folder.name, read_block_rule(settings.seeds),
            made_by=made_by(settings.seeds),
        )  # fmt: skip


def made_by(seeds: Path) -> str:
    """Hash of the rules and the code that parts are made by: other ones make other parts."""
    digest = hashlib.sha256()
    code = REPOSITORY / "pipelines"
    for path in (
        *sorted((seeds / "rules").rglob("*.*")), *sorted((code / "footprint").rglob("*.py")),
        *sorted((code / "quantities").rglob("*.py")),
    ):  # fmt: skip
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _inventories(where: Path, found: HandedIn, library: Library) -> list[Inventory]:
    """The inventories of a folder, and those handed in."""
    return [
        *(load(path, library) for path in sorted(where.iterdir()) if path.is_dir()),
        *(sound(inventory_of(n, r), library) for n, r in sorted(found.inventories.items())),
    ]
