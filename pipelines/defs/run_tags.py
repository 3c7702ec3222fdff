"""How runs are found again: by the release they made or read, by the batch of inventories."""

from collections.abc import Mapping

import dagster as dg

RELEASE_TAG = "tanyuan/release"
BATCH_TAG = "tanyuan/batch"


def tag_run(context: dg.AssetExecutionContext, tags: Mapping[str, str]) -> None:
    """Tag the run at work, so that it is found by what it made."""
    context.instance.add_run_tags(context.run.run_id, dict(tags))
