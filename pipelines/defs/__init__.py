"""The graph: every asset, by room, joined from the pure functions of the rooms.

Belongs here: declaring assets, their descriptions, groups and order. Does not belong here:
any work. Only this package imports dagster. No module here postpones its annotations:
Dagster reads them.
"""

from pathlib import Path

import dagster as dg

from pipelines.defs import admit, daily, footprint, grade, inbox, ingest, publish, serve
from pipelines.defs.house import House
from pipelines.defs.parquet_io import ParquetBetweenAssets
from pipelines.defs.receipt_io import ReceiptBetweenAssets
from pipelines.settings import Settings

JOB = "release"


def definitions(
    settings: Settings | None = None, release: str | None = None, keys: Path | None = None
) -> dg.Definitions:
    """The whole graph.

    Args:
        settings: seeds and home; by default as ``Settings.resolve`` finds them.
        release: a release id asked for.
        keys: folder of the keys to sign with; by default the home's demonstration keys.

    Returns:
        Assets, the job ``release`` over all of them, one process, one writer.
    """
    found = settings or Settings.resolve()
    house = House(
        seeds=str(found.seeds), home=str(found.home), release=release or "",
        key_folder=str(keys) if keys else "",
    )  # fmt: skip
    rooms = (ingest, admit, footprint, grade, publish, serve)
    return dg.Definitions(
        assets=[asset for room in rooms for asset in room.ASSETS],
        asset_checks=grade.CHECKS,
        jobs=[
            dg.define_asset_job(
                JOB,
                selection=dg.AssetSelection.all(),
                description="从种子到已核验的发布 | from seeds to a verified release",
            ),
            *daily.JOBS,
            *inbox.JOBS,
        ],
        schedules=daily.SCHEDULES,
        sensors=inbox.SENSORS,
        resources={
            "house": house,
            "io_manager": ParquetBetweenAssets(house=house),
            "receipt": ReceiptBetweenAssets(house=house),
        },
        executor=dg.in_process_executor,
    )
