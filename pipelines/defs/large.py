"""Large batches in parts: a job of its own, which a daily release neither needs nor runs.

A batch of inventories is laid out over one release; samples, products and lines are worked
on block by block, each block a partition; two tables are gathered. The keys of partitions
follow from the sizes in ``rules/partition.toml`` and from what is laid out.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from pipelines.commands.large_batch import lay_out_batch
from pipelines.commands.part_store import LAYOUT, RESULTS, PartStore
from pipelines.defs.columns import shown, words
from pipelines.defs.house import House
from pipelines.defs.parquet_io import digest_of, output
from pipelines.defs.run_tags import BATCH_TAG, RELEASE_TAG, tag_run
from pipelines.errors import Conflict
from pipelines.footprint.partition.together import LINES, PRODUCTS, SAMPLES, keys_of
from pipelines.publish.disk import clear_abandoned
from schemas.partition import LINE_CHOICE, SAMPLED_PRODUCT
from schemas.table import Table

GROUP = "large"
KINDS = (SAMPLES, LINES, PRODUCTS)
BLOCKS = {kind: dg.DynamicPartitionsDefinition(name=kind) for kind in KINDS}
ALL = dg.AllPartitionMapping()
# Said before a block that another process made while this one worked.
ELSEWHERE = "elsewhere"
# The tag of a run that is to leave a block alone that another process made in the meantime,
# and where it says whether it made the block itself.
MISSING_ONLY, MADE_NOW = "tanyuan/missing_only", "made_now"


def _tags(store: PartStore) -> dict[str, str]:
    about = store.layout().about
    return {RELEASE_TAG: about["release_id"], BATCH_TAG: about["batch"]}


def _materialised(
    context: dg.AssetExecutionContext, house: House, kind: str
) -> dg.MaterializeResult[Any]:
    store = PartStore(house.settings)
    is_missing_only = MISSING_ONLY in context.run.tags
    made, is_new = store.work(kind, context.partition_key, is_missing_only=is_missing_only)
    tag_run(context, _tags(store))
    rows = {f"rows_{name}": frame.height for name, frame in made.items()}
    return dg.MaterializeResult(
        metadata={**rows, MADE_NOW: is_new}, data_version=dg.DataVersion(digest_of(made))
    )


def _gathered(
    context: dg.AssetExecutionContext, house: House, name: str
) -> dg.Output[pl.DataFrame]:
    store = PartStore(house.settings)
    tags = _tags(store)
    tag_run(context, tags)
    told = {"release_id": tags[RELEASE_TAG], "batch": tags[BATCH_TAG]}
    return output(store.gathered(name), **told)


@dg.asset(group_name=GROUP)
def large_layout(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[Any]:
    """一批清单按一个发布布好，供分区计算 | A batch laid out over one release, for its parts."""
    batch = Path(house.batch) if house.batch else None
    layout = lay_out_batch(house.settings, house.release, batch)
    store = PartStore(house.settings)
    store.lay(layout)
    tag_run(context, _tags(store))
    for kind, keys in store.keys().items():
        for old in set(context.instance.get_dynamic_partitions(kind)) - set(keys):
            context.instance.delete_dynamic_partition(kind, old)
        context.instance.add_dynamic_partitions(kind, keys)
    return dg.MaterializeResult(
        metadata={**layout.about, **{kind: len(keys) for kind, keys in store.keys().items()}},
        data_version=dg.DataVersion(layout.layout_id),
        tags={name: layout.about[name] for name in ("release_id", "batch")},
    )


@dg.asset(group_name=GROUP, partitions_def=BLOCKS[SAMPLES], deps=[large_layout])
def sample_block(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[Any]:
    """一段抽样：全部产品 | A block of Monte Carlo samples, of every product."""
    return _materialised(context, house, SAMPLES)


@dg.asset(
    group_name=GROUP,
    partitions_def=BLOCKS[PRODUCTS],
    deps=[large_layout, dg.AssetDep(sample_block, partition_mapping=ALL)],
)
def product_block(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[Any]:
    """一段产品：全部抽样合成的区间 | A block of products: their intervals from all samples."""
    return _materialised(context, house, PRODUCTS)


@dg.asset(group_name=GROUP, partitions_def=BLOCKS[LINES], deps=[large_layout])
def line_block(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[Any]:
    """一段清单行：各用哪个因子 | A block of lines: which factor serves each."""
    return _materialised(context, house, LINES)


def _of_all(table: Table, blocks: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """A table of a batch, gathered from all blocks of one kind."""

    @dg.asset(
        name=table.name,
        group_name=GROUP,
        deps=[dg.AssetDep(blocks, partition_mapping=ALL)],
        description=words(table),
        metadata=shown(table),
    )
    def gathered(context: dg.AssetExecutionContext, house: House) -> dg.Output[pl.DataFrame]:
        return _gathered(context, house, table.name)

    return gathered


sampled_product = _of_all(SAMPLED_PRODUCT, product_block)
line_choice = _of_all(LINE_CHOICE, line_block)
ASSETS = [large_layout, sample_block, line_block, product_block, sampled_product, line_choice]
STEPS = {
    LAYOUT: "布局 | lay a batch out",
    SAMPLES: "一段抽样 | a block of samples",
    LINES: "一段清单行 | a block of lines",
    PRODUCTS: "一段产品 | a block of products",
    "large_results": "合成结果 | gather the results",
}
JOBS = [
    dg.define_asset_job(
        name=name if name == "large_results" else f"{name}_job",
        selection=dg.AssetSelection.assets(*(RESULTS if name == "large_results" else (name,))),
        description=told,
    )
    for name, told in STEPS.items()
]


def run_large(
    graph: dg.Definitions, house: House, instance: dg.DagsterInstance, *, is_joining: bool = False
) -> Iterator[str]:
    """Run a batch in this process, each block a run of its own; what is done is not done again.

    Several processes may run the same batch over the same home: each takes the blocks that
    nobody makes right now, and waits for the others' at the end.

    Args:
        graph: the definitions.
        house: the same seeds, home, release and batch.
        instance: records the runs.
        is_joining: work on the layout that stands, whatever inventories lie here.

    Yields:
        Each block and table as it is done: ``sample_block 000000000-000000063``; a block that
        another process made meanwhile is preceded by ``elsewhere``.

    Raises:
        Conflict: as ``PartStore.at_work``.
    """
    store = PartStore(house.settings)
    clear_abandoned(house.settings.tmp)
    layout_id = None
    if not is_joining:
        done = _run(graph, instance, f"{LAYOUT}_job")
        (told,) = done.asset_materializations_for_node(LAYOUT)
        layout_id = str(told.metadata["layout_id"].value)
        yield LAYOUT
    with store.at_work(layout_id) as layout:
        keys = keys_of(layout)
        for kind in KINDS if is_joining else ():
            instance.add_dynamic_partitions(kind, keys[kind])
        for kinds in ((SAMPLES, LINES), (PRODUCTS,)):
            blocks = [(kind, key) for kind in kinds for key in keys[kind]]
            yield from _blocks_done(store, graph, instance, blocks)
        with store.turn_to_gather():
            _run(graph, instance, "large_results")
    yield from RESULTS


def _run(
    graph: dg.Definitions, instance: dg.DagsterInstance, job: str, key: str | None = None
) -> dg.ExecuteInProcessResult:
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    tags = {MISSING_ONLY: "1"} if key else None
    return graph.resolve_job_def(job).execute_in_process(
        instance=instance, partition_key=key, run_config=quiet, tags=tags
    )


def _blocks_done(
    store: PartStore,
    graph: dg.Definitions,
    instance: dg.DagsterInstance,
    blocks: list[tuple[str, str]],
) -> Iterator[str]:
    """Make the blocks that are missing; those that others make come last."""
    missing = [(kind, key) for kind, key in blocks if not store.is_done(kind, key)]
    held = []
    for kind, key in missing:
        if store.is_held(kind, key):
            held.append((kind, key))
        else:
            yield _block_done(store, graph, instance, kind, key)
    for kind, key in held:
        store.wait_for(kind, key)
        yield _block_done(store, graph, instance, kind, key)


def _block_done(
    store: PartStore, graph: dg.Definitions, instance: dg.DagsterInstance, kind: str, key: str
) -> str:
    while not store.is_done(kind, key):
        try:
            done = _run(graph, instance, f"{kind}_job", key)
        except Conflict as refused:
            if {one.code for one in refused.findings} != {"E-PRT-05"}:
                raise
            store.wait_for(kind, key)
        else:
            (told,) = done.asset_materializations_for_node(kind)
            return f"{kind} {key}" if told.metadata[MADE_NOW].value else f"{ELSEWHERE} {kind} {key}"
    return f"{ELSEWHERE} {kind} {key}"
