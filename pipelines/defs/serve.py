"""Room 6, serve: the newest release as one database for readers of this house."""

from typing import Any

import dagster as dg

from pipelines.commands.change_notice import write_change_notice
from pipelines.defs.house import House
from pipelines.publish import Receipt
from pipelines.serve.warehouse import refresh


@dg.asset(
    ins={"published_release": dg.AssetIn(input_manager_key="receipt")},
    group_name="serve",
    # Derived work behind the commit: tried again, never undone.
    retry_policy=dg.RetryPolicy(max_retries=2),
)
def warehouse(house: House, published_release: Receipt) -> dg.MaterializeResult[Any]:
    """仓库文件，指向最新发布，可随时重建 | The newest release as home/warehouse.duckdb; derived."""
    path = refresh(published_release.folder, house.settings.home)
    write_change_notice(house.settings, published_release.release_id)
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(path)),
            "release_id": published_release.release_id,
        },
        data_version=dg.DataVersion(published_release.content_sha256),
    )


ASSETS = [warehouse]
