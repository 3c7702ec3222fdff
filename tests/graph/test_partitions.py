"""A large batch as partitions of the graph: each alone, again, after a kill, from one release."""

from __future__ import annotations

import hashlib
import shutil

import dagster as dg
import polars as pl
import pytest

from pipelines.commands import large_batch
from pipelines.commands.part_store import RESULTS, PartStore
from pipelines.defs import definitions, large
from pipelines.defs.footprint import COMPUTED
from pipelines.defs.house import House
from pipelines.defs.run_tags import BATCH_TAG, RELEASE_TAG
from pipelines.errors import Conflict, FaultyData, WrongUsage
from pipelines.footprint import batch_id, compute
from pipelines.footprint.partition.together import LINES, PRODUCTS, SAMPLES
from pipelines.settings import Settings
from schemas.partition import FIGURES
from tests.conftest import SEEDS
from tests.conftest import asked as asked_of
from tests.graph.batches import chain_in, home_of

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """A batch: twenty processes in a row, uncertain, a line for power in each."""
    return chain_in(tmp_path_factory.mktemp("batch"))


@pytest.fixture(scope="module", autouse=True)
def _small_blocks():
    """Blocks small enough that a small batch has several."""
    rule = large_batch.read_block_rule(SEEDS)
    sizes = type(rule)(samples=512, products=10, lines=12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_batch, "read_block_rule", lambda _: sizes)
        yield


@pytest.fixture(scope="module")
def instance():
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as one:
        yield one


def asked(release_folder, chain, place):
    settings = home_of(release_folder, place)
    house = House(seeds=str(SEEDS), home=str(settings.home), batch=str(chain))
    return definitions(settings, batch=chain), house, PartStore(settings)


@pytest.fixture(scope="module")
def whole_batch(release_folder, chain, instance, tmp_path_factory):
    """Graph, stored parts and what was told of a batch that ran to its end."""
    graph, house, store = asked(release_folder, chain, tmp_path_factory.mktemp("whole"))
    return graph, store, list(large.run_large(graph, house, instance))


def bytes_of(store, kind):
    return {
        str(path.relative_to(store.settings.tables)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((store.settings.tables / kind).rglob("*.parquet"))
    }


def test_partitions_put_together_are_what_one_computation_gives(whole_batch, chain):
    _, store, done = whole_batch
    assert [name.split()[0] for name in done] == [
        "large_layout", *["sample_block"] * 2, *["line_block"] * 2, *["product_block"] * 2,
        "sampled_product", "line_choice",
    ]  # fmt: skip
    sampled = pl.read_parquet(store.settings.tables / "sampled_product")
    chosen = pl.read_parquet(store.settings.tables / "line_choice")
    release = store.layout().about["release_id"]
    assert set(sampled["release_id"]) == set(chosen["release_id"]) == {release}
    library = large_batch.library_of(SEEDS, large_batch.release_folder(store.settings, ""))
    whole = compute([chain / "one"], library, gwp_sets=())
    both = sampled.join(whole["footprint"], on=["product_id", "gwp_set"], suffix="_whole")
    assert both.height == 20
    assert float(both["gsd2"].min()) > 1.05
    for name in FIGURES:
        assert both[name].equals(both[f"{name}_whole"].rename(name), null_equal=True), name
    lines = whole["footprint_line"].filter(pl.col("flow") == "electricity")
    served = lines.join(chosen, on=["process_id", "line"], suffix="_part")
    assert served.height >= 20
    assert served["factor_id"].equals(served["factor_id_part"].rename("factor_id"))


def run(graph, instance, job, key=None):
    return graph.resolve_job_def(job).execute_in_process(
        instance=instance, partition_key=key, run_config=QUIET, raise_on_error=False
    )


def test_runs_are_found_by_release_and_by_batch(whole_batch, instance, chain):
    """One id for a batch, whether it is computed at once or in parts."""
    _, store, done = whole_batch
    about = store.layout().about
    library = large_batch.library_of(SEEDS, large_batch.release_folder(store.settings, ""))
    whole = compute([chain / "one"], library, gwp_sets=(), samples=0)
    assert about["batch"] == batch_id(whole)
    other = {**whole, "process": whole["process"].with_columns(technology=pl.lit("other"))}
    assert batch_id(other) != about["batch"]
    tags = {RELEASE_TAG: about["release_id"], BATCH_TAG: about["batch"]}
    runs = instance.get_runs(filters=dg.RunsFilter(tags=tags))
    found = {(run.job_name, run.tags.get("dagster/partition", "")) for run in runs}
    blocks = {(f"{kind}_job", key) for kind, _, key in (one.partition(" ") for one in done) if key}
    # The two tables are one run.
    assert found == {("large_layout_job", ""), ("large_results", ""), *blocks}


@pytest.mark.long
def test_the_footprints_of_a_release_say_their_batch(own_home, instance):
    graph = definitions(Settings(SEEDS, own_home))
    done = graph.resolve_job_def("release").execute_in_process(
        instance=instance,
        asset_selection=[dg.AssetKey(name) for name in COMPUTED],
        run_config=QUIET,
    )
    batch = batch_id(
        {name: pl.read_parquet(own_home / "tables" / name)
         for name in ("product", "process", "exchange", "instrument")}
    )  # fmt: skip
    assert instance.get_run_by_id(done.run_id).tags[BATCH_TAG] == batch
    (event,) = done.asset_materializations_for_node("footprint")[:1]
    assert event.metadata["batch"].value == batch


def test_each_partition_alone_and_again_gives_the_same_bytes(whole_batch, instance):
    graph, store, _ = whole_batch
    before = {kind: bytes_of(store, kind) for kind in (SAMPLES, LINES, PRODUCTS)}
    results = {name: bytes_of(store, name) for name in ("sampled_product", "line_choice")}
    for kind in (PRODUCTS, LINES, SAMPLES):
        key = store.keys()[kind][-1]
        folder = store.settings.tables / kind / key
        stood = folder.stat().st_ino
        assert run(graph, instance, f"{kind}_job", key).success
        # Made again and found the same: what stands is never away, not for a moment.
        assert folder.stat().st_ino == stood
        shutil.rmtree(folder)
        assert run(graph, instance, f"{kind}_job", key).success
        assert bytes_of(store, kind) == before[kind]
    run(graph, instance, "large_results")
    assert results == {name: bytes_of(store, name) for name in results}


@pytest.mark.long
def test_a_run_cut_off_while_it_writes_goes_on_in_the_next(
    release_folder, chain, instance, tmp_path
):
    graph, house, store = asked(release_folder, chain, tmp_path)
    steps = large.run_large(graph, house, instance)
    told = [next(steps) for _ in range(2)]
    steps.close()
    # Killed while a part was being written: what lies beside is not a part.
    late = store.keys()[SAMPLES][-1]
    half = store.settings.tables / SAMPLES / f".{late}.1"
    half.mkdir()
    (half / "sample.parquet").write_bytes(b"PAR1")
    assert not run(graph, instance, "product_block_job", store.keys()[PRODUCTS][0]).success
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as later:
        rest = list(large.run_large(graph, house, later))
    assert not set(told[1:]) & set(rest)
    assert [one for one in rest if one.startswith(SAMPLES)] == [
        f"{SAMPLES} {key}" for key in store.keys()[SAMPLES][1:]
    ]
    assert rest[-1] == "line_choice"


def test_one_release_in_one_release_out(whole_batch, release_folder, tmp_path):
    """Parts of another release never mix in; laid out anew they are taken away."""
    _, made, _ = whole_batch
    store = PartStore(home_of(release_folder, tmp_path))
    shutil.copytree(made.settings.tables, store.settings.tables)
    true = store.layout()
    frames = {name: frame for name, frame in true.frames.items() if name != "about"}
    about = {name: value for name, value in true.about.items() if name != "layout_id"}
    strange = type(true).of(frames, **{**about, "release_id": "2020.1.0"})
    for name, (kind, _) in RESULTS.items():
        key = store.keys()[kind][0]
        part = pl.read_parquet(store.settings.tables / kind / key / f"{kind}.parquet")
        store.write(kind, key, {kind: part.with_columns(layout_id=pl.lit(strange.layout_id))})
        with pytest.raises(Conflict, match="E-PRT-03"):
            store.gathered(name)
        assert not store.is_done(kind, key)
    store.lay(strange)
    assert store.parts(SAMPLES) == store.parts(LINES) == store.parts(PRODUCTS) == {}


def test_a_part_before_its_layout_is_refused(release_folder, tmp_path):
    store = PartStore(home_of(release_folder, tmp_path))
    with pytest.raises(Conflict, match="E-PRT-04"):
        store.work(SAMPLES, "000000000-000000063")
    with pytest.raises(WrongUsage, match="E-USE-02"):
        large_batch.lay_out_batch(store.settings, "1999.1.0")


def test_inventories_that_share_an_id_are_no_batch(release_folder, tmp_path):
    settings = home_of(release_folder, tmp_path)
    batch = chain_in(tmp_path / "batch", count=2)
    shutil.copytree(batch / "one", batch / "two")
    with pytest.raises(FaultyData) as refused:
        large_batch.lay_out_batch(settings, batch=batch)
    told = [(one.code, one.place["file"], one.place["value"]) for one in refused.value.findings]
    assert told == [
        ("E-INV-26", "two/product.csv", "p0-out"), ("E-INV-26", "two/product.csv", "p1-out"),
        ("E-INV-26", "two/process.csv", "p0"), ("E-INV-26", "two/process.csv", "p1"),
    ]  # fmt: skip


def test_the_daily_release_runs_none_of_it():
    selected = definitions().resolve_job_def("release").asset_layer.executable_asset_keys
    assert not {key.path[-1] for key in selected} & {one.key.path[-1] for one in large.ASSETS}


def test_after_a_kill_the_command_does_what_is_missing_and_says_so(whole_batch, chain):
    """Of six parts one is gone and one was being written: two are done, nothing twice."""
    _, store, _ = whole_batch
    kept = {kind: bytes_of(store, kind) for kind in (SAMPLES, LINES, PRODUCTS)}
    for kind in (SAMPLES, LINES):
        folder = store.settings.tables / kind / store.keys()[kind][-1]
        folder.rename(folder.with_name(f".{folder.name}.1"))
    (
        store.settings.tables / LINES / f".{store.keys()[LINES][-1]}.1" / "line_block.parquet"
    ).unlink()
    told = asked_of("run", "large", "--batch", str(chain), home=store.settings.home)
    assert (told.summary["blocks"], told.summary["blocks_done_before"]) == (6, 4)
    assert told.release == store.layout().about["release_id"]
    assert [one["kind"] for one in told.outputs] == ["sampled_product", "line_choice"]
    for beside in store.settings.tables.glob("*/.*"):
        shutil.rmtree(beside)
    assert kept == {kind: bytes_of(store, kind) for kind in kept}
