"""Parts of a large batch: whole or made again, one maker at a time, whatever is killed or full."""

from __future__ import annotations

import resource
import shutil
import signal

import polars as pl
import pytest

from pipelines.commands import part_files, part_store
from pipelines.commands.part_files import SEAL, whole
from pipelines.commands.part_store import LOCKS, PartStore
from pipelines.errors import Conflict, EnvironmentFault
from pipelines.footprint.partition.block_rule import BlockRule
from pipelines.footprint.partition.laid_out import Layout
from pipelines.footprint.partition.lay_out import lay_out_system
from pipelines.footprint.partition.together import PRODUCTS, SAMPLES
from pipelines.publish.disk import clear_abandoned
from pipelines.settings import Settings
from tests.conftest import SEEDS
from tests.footprint.sampling.made_systems import direct_intensity, made_system
from tests.publish.interrupted import Meddler, ended, forked, kill_at

FIRST, SECOND = "000000000-000000015", "000000016-000000031"


def layout_of(seed=5):
    """A small system in two blocks of samples and two of products."""
    system = made_system(30)
    outputs = {f"P{node}": node for node in range(4)}
    return lay_out_system(system, direct_intensity(system), outputs, BlockRule(16, 2, 9), 32, seed)


@pytest.fixture(scope="module")
def layout():
    return layout_of()


@pytest.fixture(scope="module")
def made(layout, tmp_path_factory):
    """A home in which every part is made. Read only."""
    store = PartStore(Settings(SEEDS, tmp_path_factory.mktemp("made")))
    store.lay(layout)
    for kind, keys in store.keys().items():
        for key in keys:
            store.work(kind, key)
    return store


@pytest.fixture
def store(made, tmp_path):
    """A copy of those parts that a test may damage."""
    shutil.copytree(made.settings.tables, tmp_path / "home" / "tables")
    return PartStore(Settings(SEEDS, tmp_path / "home"))


def codes(refused):
    return [one.code for one in refused.value.findings]


def bytes_of(store):
    tables = store.settings.tables
    return {
        str(path.relative_to(tables)): path.read_bytes()
        for path in sorted(tables.rglob("*"))
        if path.is_file() and LOCKS not in path.parts
    }


# What is left is not taken for whole.


def cut(file):
    file.write_bytes(file.read_bytes()[:-100])


def flip(file):
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 1
    file.write_bytes(bytes(body))


DAMAGES = {
    "half a file": cut,
    "a byte that rotted": flip,
    "a file is gone": lambda file: file.unlink(),
    "no seal": lambda file: (file.parent / SEAL).unlink(),
    "half a seal": lambda file: cut(file.parent / SEAL),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize(
    ("kind", "name"), [(SAMPLES, "sample"), (SAMPLES, "unproductive"), (PRODUCTS, PRODUCTS)]
)
def test_a_part_that_is_not_what_was_written_is_made_again(store, made, damage, kind, name):
    key = store.keys()[kind][0]
    damage(store.settings.tables / kind / key / f"{name}.parquet")
    assert not store.is_done(kind, key)
    need = {PRODUCTS: (store.gathered, "sampled_product"),
            SAMPLES: (store.work, PRODUCTS, store.keys()[PRODUCTS][0])}  # fmt: skip
    using, *what = need[kind]
    with pytest.raises(Conflict) as refused:
        using(*what)
    assert codes(refused) == ["E-PRT-03"]
    store.work(kind, key)
    assert store.is_done(kind, key)
    assert bytes_of(store) == bytes_of(made)


def test_a_file_of_another_part_is_not_taken_for_this_one(store):
    parts = store.settings.tables / SAMPLES
    shutil.copy(parts / SECOND / "sample.parquet", parts / FIRST)
    assert not store.is_done(SAMPLES, FIRST)


def test_what_lies_beside_is_no_part(store):
    beside = store.settings.tables / SAMPLES / f".{FIRST}.17"
    (store.settings.tables / SAMPLES / FIRST).rename(beside)
    assert not store.is_done(SAMPLES, FIRST)
    assert list(store.parts(SAMPLES)) == [SECOND]


@pytest.mark.parametrize("damage", [cut, flip])
def test_a_layout_that_is_damaged_is_laid_again_and_its_parts_are_kept(store, made, layout, damage):
    damage(store.settings.tables / "large_layout" / "link.parquet")
    with pytest.raises(Conflict) as refused:
        store.work(SAMPLES, FIRST)
    assert codes(refused) == ["E-PRT-04"]
    stood = (store.settings.tables / SAMPLES / FIRST).stat().st_ino
    store.lay(layout)
    assert store.is_done(SAMPLES, FIRST)
    assert (store.settings.tables / SAMPLES / FIRST).stat().st_ino == stood
    assert bytes_of(store) == bytes_of(made)


def test_killed_at_any_file_operation_a_part_is_whole_or_not_there(store, made, monkeypatch):
    """A child is killed before each operation of a write in turn; the next write goes on."""
    frames = {name: frame.collect() for name, frame in made.parts(SAMPLES)[FIRST].items()}
    bodies = {id(frame): part_files._body(frame) for frame in frames.values()}
    # A forked child has none of the threads that write frames.
    monkeypatch.setattr(part_files, "_body", lambda frame: bodies[id(frame)])
    folder = store.settings.tables / SAMPLES / FIRST
    outcomes = []

    def killed_once_more() -> int:
        Meddler(kill_at(len(outcomes) + 1)).meddle()
        store.write(SAMPLES, FIRST, frames)
        return 0

    while not outcomes or outcomes[-1][0] == -signal.SIGKILL:
        # Every other time something damaged stands there, which must be replaced.
        shutil.rmtree(folder, ignore_errors=True)
        if len(outcomes) % 2:
            shutil.copytree(made.settings.tables / SAMPLES / SECOND, folder)
            cut(folder / "sample.parquet")
        code = ended(forked(killed_once_more))
        is_whole = whole(folder) is not None
        assert is_whole == store.is_done(SAMPLES, FIRST)
        if is_whole:
            assert bytes_of(store) == bytes_of(made)
        outcomes.append((code, is_whole))
        clear_abandoned(store.settings.tmp)
        assert [path.name for path in store.settings.tmp.glob("*")] in ([], [".door"])
    assert len(outcomes) > 10
    assert outcomes[-1] == (0, True)
    assert (-signal.SIGKILL, True) in outcomes


# One maker at a time.


def test_a_part_at_work_is_refused_to_a_second_process(store):
    with store._lock(SAMPLES, FIRST):
        assert store.is_held(SAMPLES, FIRST)
        with pytest.raises(Conflict) as refused:
            store.work(SAMPLES, FIRST)
    assert codes(refused) == ["E-PRT-05"]
    assert FIRST in refused.value.findings[0].en
    store.work(SAMPLES, FIRST)


def test_a_part_another_made_meanwhile_is_taken_as_it_is(store, made, monkeypatch):
    """Nothing is computed for it; where it does not stand, it is made."""
    folder = store.settings.tables / SAMPLES / FIRST
    kept = bytes_of(made)
    made_here = []
    maker = part_store._MAKERS[SAMPLES]
    monkeypatch.setitem(
        part_store._MAKERS, SAMPLES, lambda *told: made_here.append(told[-1]) or maker(*told)
    )
    frames, is_made = store.work(SAMPLES, FIRST, is_missing_only=True)
    assert (is_made, made_here) == (False, [])
    assert {name: len(one) for name, one in frames.items()} == {
        name: len(one.lazy().collect()) for name, one in made.parts(SAMPLES)[FIRST].items()
    }
    shutil.rmtree(folder)
    assert store.work(SAMPLES, FIRST, is_missing_only=True)[1]
    assert store.work(SAMPLES, FIRST)[1]
    assert made_here == [FIRST, FIRST]
    assert bytes_of(store) == kept


def test_whoever_only_asks_is_no_second_process(store, monkeypatch):
    """A part that another process looked at, and no more, is made."""
    asking = store._lock(SAMPLES, FIRST, shared=True)
    asking.__enter__()
    real = store.is_held

    def gone(kind, key):
        asking.__exit__(None, None, None)
        monkeypatch.undo()
        return real(kind, key)

    monkeypatch.setattr(store, "is_held", gone)
    assert store.work(SAMPLES, FIRST)


def test_a_batch_at_work_is_not_replaced(store, layout):
    other = layout_of(seed=6)
    with store.at_work() as at_work:
        assert at_work.layout_id == layout.layout_id
        store.lay(layout)
        with pytest.raises(Conflict) as refused:
            store.lay(other)
        assert codes(refused) == ["E-PRT-06"]
        assert store.is_done(SAMPLES, FIRST)
    store.lay(other)
    assert store.parts(SAMPLES) == {}
    with pytest.raises(Conflict) as refused, store.at_work(layout.layout_id):
        pass
    assert codes(refused) == ["E-PRT-06"]


def test_a_part_is_not_made_by_other_rules_than_the_layout(store, layout):
    frames = {name: frame for name, frame in layout.frames.items() if name != "about"}
    about = {name: value for name, value in layout.about.items() if name != "layout_id"}
    store.lay(Layout.of(frames, **{**about, "made_by": "other code"}))
    with pytest.raises(Conflict) as refused:
        store.work(SAMPLES, FIRST)
    assert codes(refused) == ["E-PRT-08"]
    assert store.parts(SAMPLES) == {}


def test_a_part_made_again_with_other_bits_is_told_and_the_first_kept(store):
    frames = {name: frame.collect() for name, frame in store.parts(SAMPLES)[FIRST].items()}
    other = frames["sample"].with_columns(pl.col("intensity").arr.eval(pl.element() * (1 + 2e-16)))
    assert not other.equals(frames["sample"])
    store.write(SAMPLES, FIRST, {**frames, "sample": other})
    before = bytes_of(store)
    with pytest.raises(Conflict) as refused:
        store.work(SAMPLES, FIRST)
    assert codes(refused) == ["E-PRT-09"]
    assert bytes_of(store) == before


# A disk that refuses.


def test_a_full_disk_is_told_and_loses_nothing(store, made):
    shutil.rmtree(store.settings.tables / SAMPLES / SECOND)
    before = bytes_of(store)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
    try:
        with pytest.raises(EnvironmentFault) as refused:
            store.work(SAMPLES, SECOND)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert codes(refused) == ["E-PRT-07"]
    assert "File too large" in refused.value.findings[0].en
    assert bytes_of(store) == before
    store.work(SAMPLES, SECOND)
    assert bytes_of(store) == bytes_of(made)


def test_compiled_kernels_outlive_the_clearing_of_what_was_abandoned(tmp_path):
    """A run that starts must not make every other compile anew."""
    kernel = tmp_path / "compiled" / "kernels.nbc"
    kernel.parent.mkdir()
    kernel.write_bytes(b"machine code")
    (tmp_path / "release-left").mkdir()
    clear_abandoned(tmp_path)
    assert kernel.is_file()
    assert not (tmp_path / "release-left").exists()
