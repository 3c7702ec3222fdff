"""Room 5, publish: the tables frozen into a release that proves itself."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from pipelines.commands.checkpoints import signed_checkpoint
from pipelines.commands.release_review import note_publication, with_review
from pipelines.defs.admit import JUDGED
from pipelines.defs.footprint import COMPUTED
from pipelines.defs.grade import GRADED
from pipelines.defs.house import House
from pipelines.defs.ingest import REFERENCE
from pipelines.grade.pictures import write_pictures
from pipelines.ingest.gather import GATHERED
from pipelines.ledger import Ledger
from pipelines.publish import publish
from pipelines.publish.release_plan import read_plan
from pipelines.serve.catalogue import write_catalogue
from pipelines.signing import keyring_of
from schemas import ALL_TABLES
from schemas.render.frame import conform

UPSTREAM = tuple(
    name
    for name in (*REFERENCE, "flow", *GATHERED, *JUDGED, "plausibility", *COMPUTED, *GRADED)
    if ALL_TABLES[name].published
)


def _write_pictures(
    pictures: pl.DataFrame, folder: Path, _tables: Mapping[str, pl.DataFrame]
) -> None:
    write_pictures(folder, pictures)


@dg.asset(
    ins={
        **{name: dg.AssetIn(name) for name in UPSTREAM},
        "population_source": dg.AssetIn(),
        "unit_process": dg.AssetIn(),
        "grade_picture": dg.AssetIn(),
    },
    group_name="publish",
    io_manager_key="receipt",
)
def published_release(
    house: House,
    population_source: dict[str, pl.DataFrame],
    unit_process: dict[str, pl.DataFrame],
    grade_picture: pl.DataFrame,
    **tables: pl.DataFrame,
) -> dg.Output[Any]:
    """已核验的发布；内容与当前发布相同则不作改动 | A verified release, if changed."""
    for name in ("source", "source_file"):
        more = conform(ALL_TABLES[name], population_source[name])
        tables[name] = pl.concat([tables[name], more])
    for name in ("process", "exchange"):
        tables[name] = pl.concat([tables[name], unit_process[name]])
    size, root = Ledger(house.settings.home / "ledger").size_and_root()
    entries = Ledger(house.settings.home / "ledger").entries(size)
    keyring = keyring_of(house.settings.home, Path(house.key_folder) if house.key_folder else None)
    point = signed_checkpoint(size, root, keyring)
    tables = with_review(house.settings, tables, entries)
    receipt = publish(
        house.settings,
        tables,
        (root, [entry.leaf_hash for entry in entries]),
        asked=house.release or None,
        pages=[write_catalogue, partial(_write_pictures, grade_picture)],
        keyring=keyring,
        checkpoint=(point.text, point.keys) if point else None,
    )
    released_on = read_plan(house.settings.seeds).released_on
    note_publication(house.settings, receipt.release_id, released_on, tables)
    return dg.Output(
        receipt,
        metadata={
            "release_id": receipt.release_id,
            "is_new": receipt.is_new,
            "folder": dg.MetadataValue.path(str(receipt.folder)),
            "checks": receipt.checks,
            **receipt.figures,
        },
        data_version=dg.DataVersion(receipt.content_sha256),
    )


ASSETS = [published_release]
