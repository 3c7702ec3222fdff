"""Do blocks put together give the bits of the whole, and is a strange part refused?"""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from pipelines.errors import Conflict, FaultyData
from pipelines.footprint.computation import compute, load
from pipelines.footprint.partition import block_work
from pipelines.footprint.partition.block_rule import (
    BlockRule,
    keys_of_blocks,
    read_block_rule,
    span_of,
)
from pipelines.footprint.partition.block_work import (
    choices_of_block,
    figures_of_block,
    samples_of_block,
)
from pipelines.footprint.partition.laid_out import Layout
from pipelines.footprint.partition.lay_out import lay_out, lay_out_system
from pipelines.footprint.partition.on_cluster import on_cluster
from pipelines.footprint.partition.together import (
    LINES,
    PRODUCTS,
    SAMPLES,
    gathered,
    keys_of,
    require_whole,
)
from pipelines.footprint.sampling.sample import sample
from pipelines.settings import REPOSITORY
from schemas.partition import FIGURES, LINE_CHOICE, SAMPLED_PRODUCT
from tests.footprint.handmade import emission, line, process, product, write
from tests.footprint.sampling.made_systems import direct_intensity, made_system
from tests.footprint.sampling.test_samples import near_the_edge

SEEDS = REPOSITORY / "seeds"
INVENTORIES = sorted(p for p in (SEEDS / "inventories").iterdir() if p.is_dir())
SMALL = BlockRule(samples=32, products=3, lines=7)


def worked(layout, library=None, turn=1):
    """Every part of a layout, made in one order or the other."""
    keys = keys_of(layout)
    samples = {key: samples_of_block(layout, key) for key in keys[SAMPLES][::turn]}
    found = {
        SAMPLES: samples,
        PRODUCTS: {key: figures_of_block(layout, key, samples) for key in keys[PRODUCTS][::turn]},
    }
    if library is not None:
        found[LINES] = {key: choices_of_block(layout, key, library) for key in keys[LINES][::turn]}
    return found


def together(layout, parts):
    return gathered(layout, PRODUCTS, SAMPLED_PRODUCT, parts[PRODUCTS])


@pytest.fixture(scope="module")
def wide_library(seed_library):
    """The seeds' library, every factor uncertain, so that every draw tells."""
    factor = seed_library.factor.with_columns(pl.col("variance_ln").fill_null(0.01))
    return replace(seed_library, factor=factor)


@pytest.fixture(scope="module")
def whole(wide_library):
    return compute(INVENTORIES, wide_library, gwp_sets=(), samples=100)


@pytest.fixture(scope="module")
def batch(wide_library):
    loaded = [load(folder, wide_library) for folder in INVENTORIES]
    return lay_out(loaded, wide_library, "2026.1.0", SMALL, 100)


@pytest.fixture(scope="module")
def parts(batch, wide_library):
    return worked(batch, wide_library)


def test_the_seed_inventories_in_parts_are_the_footprints_of_the_whole(batch, parts, whole):
    ours = together(batch, parts)
    assert ours.height == whole["product"].height
    both = ours.join(whole["footprint"], on=["product_id", "gwp_set"], suffix="_whole")
    assert both.height == ours.height
    assert float(both["gsd2"].median()) > 1.02
    for name in FIGURES:
        assert both[name].equals(both[f"{name}_whole"].rename(name), null_equal=True), name
    assert set(ours["release_id"]) == {"2026.1.0"}


def test_every_line_gets_the_factor_that_the_whole_inventory_gives_it(batch, parts, whole):
    told = gathered(batch, LINES, LINE_CHOICE, parts[LINES])
    lines = whole["footprint_line"].with_columns(pl.col("line").str.strip_suffix(".supply"))
    on = ["gwp_set", "process_id", "line", "flow_use"]
    both = told.join(lines, on=on, suffix="_whole")
    assert both.select(on).unique().height >= told.height * 0.9
    for name in ("factor_id", "version", "reason_zh", "reason_en", "runners_up"):
        assert both[name].equals(both[f"{name}_whole"].rename(name), null_equal=True), name


def test_lines_that_meet_many_factors_are_decided_in_turn(monkeypatch, batch, parts, wide_library):
    """However few candidates are ranked at once, the choices and their words are the same."""
    monkeypatch.setattr(block_work, "CANDIDATES", 3)
    key = keys_of(batch)[LINES][1]
    assert choices_of_block(batch, key, wide_library).equals(parts[LINES][key], null_equal=True)


def test_a_pin_that_cannot_serve_is_named_with_its_own_line(batch, wide_library):
    """Lines alike are decided once; a fault names process and line, not the first of its kind."""
    at = pl.int_range(pl.len())
    request = batch.frames["request"].with_columns(
        pinned=pl.when(at == 5).then(pl.lit("F000000000000")).otherwise("pinned")
    )
    broken = Layout({**batch.frames, "request": request})
    with pytest.raises(FaultyData) as refused:
        choices_of_block(broken, keys_of(batch)[LINES][0], wide_library)
    (one,) = refused.value.findings
    assert one.code == "E-FPT-02"
    assert f"{request['process_id'][5]} line {request['line'][5]}" in one.en


@pytest.mark.parametrize(
    "blocks",
    [BlockRule(48, 2, 40), pytest.param(BlockRule(1024, 5000, 10**6), marks=pytest.mark.long)],
)
def test_neither_order_nor_size_of_blocks_moves_a_bit(batch, parts, wide_library, blocks):
    loaded = [load(folder, wide_library) for folder in INVENTORIES]
    other = lay_out(loaded, wide_library, "2026.1.0", blocks, 100)
    assert other.layout_id != batch.layout_id
    turned = worked(other, wide_library, turn=-1)
    assert together(other, turned).equals(together(batch, parts), null_equal=True)
    ours = gathered(other, LINES, LINE_CHOICE, turned[LINES])
    assert ours.equals(gathered(batch, LINES, LINE_CHOICE, parts[LINES]), null_equal=True)


def test_a_product_of_another_inventory_brings_its_samples_block_by_block(tmp_path, library):
    wide = {"uncertainty_kind": "gsd2", "uncertainty_value": 1.5}
    one = write(tmp_path / "one", product=[product("b", amount=3)], process=[process("b", "lime")],
                exchange=[emission("b", 1, "CO2", 5, **wide)])  # fmt: skip
    two = write(
        tmp_path / "two", product=[product("a", gwp_set="AR6")], process=[process("a")],
        exchange=[line("a", 1, "lime", 2, "kg", provider="product:b-out", **wide),
                  emission("a", 2, "CO2", 1)],
    )  # fmt: skip
    whole = compute([one, two], library, samples=100, seed=4)["footprint"]
    layout = lay_out([load(f, library) for f in (one, two)], library, "r", SMALL, 100, 4)
    ours = together(layout, worked(layout, library))
    both = whole.join(ours, on=["product_id", "gwp_set"], suffix="_ours")
    assert both.height == ours.height == 4
    assert float(both["gsd2"].min()) > 1.2
    for name in FIGURES:
        assert both[name].equals(both[f"{name}_ours"].rename(name), null_equal=True), name


def test_a_large_system_in_parts_is_the_whole_with_its_bad_samples_named():
    system = near_the_edge(300)
    nominal = direct_intensity(system)
    outputs = {f"P{node}": node for node in range(0, 300, 2)}
    layout = lay_out_system(system, nominal, outputs, BlockRule(16, 40, 10), 40, 3)
    assert layout.plans[0] is not None
    found = worked(layout)
    whole = sample(system, nominal, 40, 3, np.arange(0, 300, 2))
    intensity = np.concatenate(
        [found[SAMPLES][key]["sample"]["intensity"].to_numpy() for key in keys_of(layout)[SAMPLES]],
        axis=1,
    )
    assert np.array_equal(intensity, whole.intensity, equal_nan=True)
    ours = together(layout, found)
    assert whole.unproductive
    assert set(ours["samples_unproductive"]) == {len(whole.unproductive)}
    assert f'"sample": {whole.unproductive[0].sample}' in ours["unproductive"][0]


def test_a_cluster_gives_the_same_parts(monkeypatch, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra scale is not installed")
    system = made_system(200)
    outputs = {f"P{node}": node for node in range(0, 200, 20)}
    layout = lay_out_system(system, direct_intensity(system), outputs, SMALL, 64, 5)
    monkeypatch.chdir(tmp_path)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        keys = keys_of(layout)[SAMPLES]
        there = on_cluster(client, samples_of_block, keys, layout)
    for key in keys:
        here = samples_of_block(layout, key)
        assert all(here[name].equals(there[key][name]) for name in here)


# What is not whole, or not of one release.


def test_a_missing_part_is_named(batch, parts):
    *_, last = keys_of(batch)[PRODUCTS]
    held = {key: part for key, part in parts[PRODUCTS].items() if key != last}
    with pytest.raises(Conflict) as refused:
        gathered(batch, PRODUCTS, SAMPLED_PRODUCT, held)
    assert [one.code for one in refused.value.findings] == ["E-PRT-02"]
    assert last in refused.value.findings[0].en


def test_a_part_of_another_release_is_refused(batch, parts):
    frames = {name: frame for name, frame in batch.frames.items() if name != "about"}
    about = {name: value for name, value in batch.about.items() if name != "layout_id"}
    other = Layout.of(frames, **{**about, "release_id": "2026.2.0"})
    assert other.layout_id != batch.layout_id
    first, *_ = keys_of(batch)[LINES]
    strange = parts[LINES][first].with_columns(layout_id=pl.lit(other.layout_id))
    with pytest.raises(Conflict) as refused:
        gathered(batch, LINES, LINE_CHOICE, {**parts[LINES], first: strange})
    assert [one.code for one in refused.value.findings] == ["E-PRT-03"]
    assert first in refused.value.findings[0].en


def test_a_part_that_lost_rows_is_refused(batch, parts):
    first, *_ = keys_of(batch)[PRODUCTS]
    cut = {**parts[PRODUCTS], first: parts[PRODUCTS][first].head(1)}
    with pytest.raises(Conflict, match="E-PRT-03"):
        require_whole(batch, PRODUCTS, cut)


def test_a_worker_that_draws_from_the_wrong_block_is_seen(monkeypatch, batch, parts):
    """The comparison of parts with the whole must fail for a worker that errs."""
    keys = keys_of(batch)[SAMPLES]
    true = block_work.span_of
    monkeypatch.setattr(
        block_work, "span_of",
        lambda key: range(len(true(key))) if key == keys[1] else true(key),
    )  # fmt: skip
    wrong = {**parts[SAMPLES], keys[1]: samples_of_block(batch, keys[1])}
    monkeypatch.undo()
    found = {
        PRODUCTS: {key: figures_of_block(batch, key, wrong) for key in keys_of(batch)[PRODUCTS]}
    }
    assert not together(batch, found).equals(together(batch, parts), null_equal=True)


# Keys and sizes.


def test_keys_depend_on_count_and_size_alone():
    assert keys_of_blocks(100, 64) == keys_of_blocks(100, 64)
    assert [span_of(key) for key in keys_of_blocks(5, 2)] == [range(2), range(2, 4), range(4, 5)]
    assert keys_of_blocks(0, 7) == []


@pytest.mark.parametrize("size", ["50", "0", "-64", "true", "64.0", '"64"'])
def test_a_size_that_would_split_a_draw_is_refused(tmp_path, size):
    rules = tmp_path / "rules"
    rules.mkdir()
    shutil.copy(SEEDS / "rules" / "partition.toml", rules)
    path = rules / "partition.toml"
    path.write_text(path.read_text("utf-8").replace("block = 256\n", f"block = {size}\n"), "utf-8")
    with pytest.raises(FaultyData) as refused:
        read_block_rule(tmp_path)
    assert [one.code for one in refused.value.findings] == ["E-PRT-01"]
