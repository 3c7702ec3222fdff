"""A large batch whose processes are killed, share the work, or find the disk full."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest

from pipelines.commands.part_store import LOCKS
from pipelines.settings import REPOSITORY
from tests.graph.batches import chain_in, home_of, seeds_of_small_blocks

pytestmark = pytest.mark.long
RESULTS = ("sampled_product", "line_choice")
# In the order in which a run comes by them, so that each run gets farther than the last.
MOMENTS = (
    "half:link.parquet", "before:large_layout", "after:large_layout", "half:sample.parquet",
    "before:sample_block", "seen:sample_block", "half:part.json", "after:line_block",
    "half:product_block.parquet", "before:product_block", "half:sampled_product.parquet",
    "before:sampled_product", "after:line_choice",
)  # fmt: skip


@pytest.fixture(scope="module")
def bench(release_folder, tmp_path_factory):
    """Seeds of small blocks, a batch, and how to start the program on a home of its own."""
    place = tmp_path_factory.mktemp("bench")
    seeds, batch = seeds_of_small_blocks(place), chain_in(place / "batch")

    def home(name):
        (place / name).mkdir()
        return home_of(release_folder, place / name).home

    def start(home, *words, moment="never", batch=batch, **more):
        environment = {**os.environ, "TANYUAN_HOME": str(home), "TANYUAN_SEEDS": str(seeds)}
        given = () if "--join" in words else ("--batch", str(batch))
        return subprocess.Popen(
            [sys.executable, "-m", "tests.graph.cut_off", moment, "run", "large", "--json",
             *given, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
            env=environment, cwd=REPOSITORY, **more,
        )  # fmt: skip

    def dagster(home, *words):
        """Dagster's own command line over the same home, one instance for all."""
        folder = place / "dagster_home"
        folder.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / "dagster.yaml", folder)
        environment = {
            **os.environ, "TANYUAN_HOME": str(home), "TANYUAN_SEEDS": str(seeds),
            "DAGSTER_HOME": str(folder),
        }  # fmt: skip
        return subprocess.Popen(
            [sys.executable, "-m", "dagster", *words], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, encoding="utf-8", env=environment,
            cwd=REPOSITORY,
        )  # fmt: skip

    return home, start, place, dagster


# What materialising ``large_layout`` does beside the layout: the keys of the partitions.
PREPARE = """
import os, shutil, sys
from pathlib import Path
import dagster as dg
folder = Path(sys.argv[1])
folder.mkdir(exist_ok=True)
shutil.copy("dagster.yaml", folder)
os.environ["DAGSTER_HOME"] = str(folder)
with dg.DagsterInstance.get() as instance:
    instance.add_dynamic_partitions("sample_block", sys.argv[2:])
"""


def answered(process):
    out, err = process.communicate(timeout=300)
    assert "Traceback" not in err
    return json.loads(out)


def files(home, *, with_results=True):
    tables = home / "tables"
    return {
        str(path.relative_to(tables)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(tables.rglob("*"))
        if path.is_file() and LOCKS not in path.parts
        and (with_results or not set(RESULTS) & set(path.parts))
    }  # fmt: skip


def inodes(home):
    return {str(p): p.stat().st_ino for p in sorted((home / "tables").glob("*_block/*"))}


@pytest.fixture(scope="module")
def whole(bench):
    """What a run that nobody interrupts leaves."""
    home, start, *_ = bench
    mine = home("whole")
    told = answered(start(mine))
    assert told["summary"]["blocks"] == 12
    return files(mine)


def wait_until(condition, process):
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.002)


def test_killed_at_every_moment_in_turn_a_run_goes_on_to_the_same_bits(bench, whole):
    home, start, *_ = bench
    mine = home("killed")
    for moment in MOMENTS:
        before = inodes(mine)
        process = start(mine, moment=moment)
        if moment.startswith("seen:"):
            # Killed from outside while a block is sampled, three after what stood.
            parts = mine / "tables" / "sample_block"
            count = len(list(parts.glob("[0-9]*")))
            wait_until(lambda: len(list(parts.glob("[0-9]*"))) > count + 2, process)  # noqa: B023
            process.kill()
        process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL, moment
        # What stands is what an uninterrupted run leaves, and what was done is kept.
        assert files(mine).items() <= whole.items(), moment
        assert inodes(mine).items() >= before.items(), moment
    stood = inodes(mine)
    told = answered(start(mine))
    assert told["summary"]["blocks_done_before"] == 12
    assert inodes(mine) == stood
    assert files(mine) == whole
    assert [path.name for path in (mine / "tmp").iterdir()] == [".door"]


def test_killed_while_a_result_is_replaced_the_next_run_has_it(bench, whole):
    home, start, place, _ = bench
    mine = home("replaced")
    shutil.copytree(place / "whole" / "home" / "tables", mine / "tables")
    process = start(mine, moment="amid:sampled_product")
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL
    assert files(mine).items() <= whole.items()
    assert answered(start(mine))["summary"]["blocks_done_before"] == 12
    assert files(mine) == whole


def test_three_runs_at_once_share_the_blocks_and_one_is_killed(bench, whole):
    home, start, *_ = bench
    mine = home("shared")
    runs = [start(mine) for _ in range(3)]
    victim, *others = runs
    parts = mine / "tables" / "sample_block"
    wait_until(lambda: len(list(parts.glob("[0-9]*"))) >= 2, victim)
    joined = start(mine, "--join")
    victim.kill()
    victim.communicate(timeout=300)
    told = [answered(process)["summary"] for process in (*others, joined)]
    own = [one["blocks"] - one["blocks_done_before"] - one["blocks_done_elsewhere"] for one in told]
    # Nothing is made twice, and the work is shared.
    assert sum(own) <= 12
    assert sum(count > 0 for count in own) >= 2
    assert files(mine) == whole


def test_another_batch_is_refused_while_one_is_at_work(bench, whole):
    home, start, place, _ = bench
    mine = home("two")
    first = start(mine)
    parts = mine / "tables" / "sample_block"
    wait_until(lambda: len(list(parts.glob("[0-9]*"))) >= 1, first)
    first.send_signal(signal.SIGSTOP)
    other = start(mine, batch=chain_in(place / "other", amount=3))
    told = answered(other)
    first.send_signal(signal.SIGCONT)
    assert other.returncode == 5
    assert [one["code"] for one in told["findings"]] == ["E-PRT-06"]
    assert answered(first)["ok"]
    assert files(mine) == whole


def test_a_full_disk_stops_a_run_by_code_and_the_next_goes_on(bench, whole):
    """Files may not grow beyond the size of a part of samples; the disk says so."""
    home, start, *_ = bench
    mine = home("full")
    process = start(
        mine, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (15_000, 15_000))
    )
    told = answered(process)
    assert process.returncode == 6
    assert [one["code"] for one in told["findings"]] == ["E-PRT-07"]
    stood = files(mine)
    assert any(name.startswith("large_layout/") for name in stood)
    assert stood.items() <= whole.items()
    assert answered(start(mine))["ok"]
    assert files(mine) == whole


def test_partitions_run_by_dagster_itself_at_once_give_the_same_bits(bench, whole):
    """Two processes, one Dagster home: different partitions, then one partition twice."""
    home, start, place, dagster = bench
    mine = home("dagster")
    # The layout is that of the batch; Dagster's own jobs read the inventories of the seeds.
    shutil.copytree(place / "whole" / "home" / "tables" / "large_layout",
                    mine / "tables" / "large_layout")  # fmt: skip
    keys = sorted(name.split("/")[1] for name in whole if name.startswith("sample_block/"))
    one, *_, last = dict.fromkeys(keys)
    subprocess.run(
        [sys.executable, "-c", PREPARE, str(place / "dagster_home"), *dict.fromkeys(keys)],
        check=True, cwd=REPOSITORY,
    )  # fmt: skip

    def made(module, *parts):
        runs = [
            dagster(mine, "job", "execute", "-m", module, "-j", "sample_block_job",
                    "--tags", json.dumps({"dagster/partition": key}))
            for key in parts
        ]  # fmt: skip
        return [(process.communicate(timeout=300)[0], process.returncode) for process in runs]

    assert [code for _, code in made("pipelines.definitions", one, last)] == [0, 0]
    twice = made("tests.graph.parallel", one, one)
    assert all(code == 0 or "E-PRT-05" in said for said, code in twice)
    assert 0 in {code for _, code in twice}
    assert files(mine).items() <= whole.items()
    told = answered(start(mine, "--join"))
    assert told["summary"]["blocks_done_before"] == 2
    results = dagster(mine, "job", "execute", "-m", "tests.graph.parallel", "-j", "large_results")
    said, _ = results.communicate(timeout=300)
    assert results.returncode == 0, said
    assert files(mine) == whole
