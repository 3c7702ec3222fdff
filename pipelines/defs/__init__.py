"""The graph: every asset, by room, joined from the pure functions of the rooms.

Belongs here: declaring assets, their descriptions, groups and order. Does not belong here:
any work. Only this package imports dagster. No module here postpones its annotations:
Dagster reads them.
"""

from pathlib import Path

import dagster as dg

from pipelines.defs import (
    admit,
    admit_checks,
    daily,
    footprint,
    grade,
    inbox,
    ingest,
    large,
    publish,
    serve,
)
from pipelines.defs.house import House
from pipelines.defs.parquet_io import ParquetBetweenAssets
from pipelines.defs.receipt_io import ReceiptBetweenAssets
from pipelines.settings import Settings

JOB = "release"
PLAN, VERIFY = "plan", "verify"
# What each job leaves behind for its caller.
RESULTS = {JOB: "published_release", PLAN: "release_plan", VERIFY: "verified_release"}


def _jobs() -> dict[str, tuple[dg.AssetSelection, str]]:
    plan, verified = (
        dg.AssetSelection.assets(RESULTS[PLAN]),
        dg.AssetSelection.assets(RESULTS[VERIFY]),
    )
    return {
        JOB: (
            dg.AssetSelection.all() - plan - verified - dg.AssetSelection.groups(large.GROUP),
            "从种子到已核验的发布 | from seeds to a verified release",
        ),
        PLAN: (plan.upstream(), "下一发布会是怎样 | the next release as it would be"),
        VERIFY: (verified, "核验当前发布 | verify the head"),
    }


def definitions(
    settings: Settings | None = None,
    release: str | None = None,
    keys: Path | None = None,
    batch: Path | None = None,
) -> dg.Definitions:
    """The whole graph.

    Args:
        settings: seeds and home; by default as ``Settings.resolve`` finds them.
        release: a release id asked for.
        keys: folder of the keys to sign with; by default the home's demonstration keys.
        batch: folder of inventories of a large batch; by default the seeds' own.

    Returns:
        Assets, the jobs ``release``, ``plan`` and ``verify``, those of large batches, one
        process, one writer.
    """
    found = settings or Settings.resolve()
    house = House(
        seeds=str(found.seeds), home=str(found.home), release=release or "",
        key_folder=str(keys) if keys else "", batch=str(batch) if batch else "",
    )  # fmt: skip
    rooms = (ingest, admit, footprint, grade, publish, serve, large)
    return dg.Definitions(
        assets=[asset for room in rooms for asset in room.ASSETS],
        asset_checks=[*admit_checks.CHECKS, *grade.CHECKS],
        jobs=[
            *(
                dg.define_asset_job(name, selection=selection, description=words)
                for name, (selection, words) in _jobs().items()
            ),
            *daily.JOBS,
            *large.JOBS,
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
