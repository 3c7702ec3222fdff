"""Decisions stand once, in order, and cannot be altered without being seen."""

from __future__ import annotations

import hashlib
import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import UnreadableInput
from pipelines.ledger import Ledger
from pipelines.ledger.leaves import LONGEST, append_leaves, read_leaves
from pipelines.ledger.merkle import leaf_hash, node_hash, root_of


def decision(name: str) -> dict[str, str]:
    return {"decision_id": name, "verdict": "admit"}


def recursive_root(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1, written as the RFC states it."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(recursive_root(hashes[:k]), recursive_root(hashes[k:]))


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_root_is_that_of_rfc_6962(leaves):
    hashes = [leaf_hash(leaf) for leaf in leaves]
    assert root_of(hashes) == recursive_root(hashes)


def test_a_published_root_is_met():
    # RFC 6962 reference leaves as used in the test vectors of certificate transparency.
    leaves = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243",
              "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
    assert root_of([leaf_hash(x) for x in leaves]).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )


def test_a_decision_is_entered_once(tmp_path):
    ledger = Ledger(tmp_path)
    first = ledger.enter([decision("a"), decision("b"), decision("a")])
    assert [first[n].index for n in ("a", "b")] == [0, 1]
    again = ledger.enter([decision("b"), decision("c")])
    assert [again[n].index for n in ("b", "c")] == [1, 2]
    assert [e.record["seq"] for e in ledger.entries()] == [0, 1, 2]
    assert ledger.size_and_root(2)[0] == 2


def test_a_fresh_ledger_gives_the_same_root(tmp_path):
    for name in ("one", "two"):
        Ledger(tmp_path / name).enter([decision("a"), decision("b")])
    assert Ledger(tmp_path / "one").size_and_root() == Ledger(tmp_path / "two").size_and_root()


def test_a_batch_cut_short_was_never_acknowledged(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.enter([decision("a")])
    whole, head = ledger.path.read_bytes(), (tmp_path / "head").read_bytes()
    ledger.enter([decision("b"), decision("c")])
    longer = ledger.path.read_bytes()
    for cut in range(len(whole), len(longer)):
        # As a writer leaves it that was stopped before it noted the head.
        ledger.path.write_bytes(longer[:cut])
        (tmp_path / "head").write_bytes(head)
        assert ledger.size_and_root()[0] == 1
        ledger.enter([decision("b"), decision("c")])
        assert ledger.path.read_bytes() == longer


def test_every_altered_byte_is_seen(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.enter([decision("a"), decision("b")])
    ledger.enter([decision("c")])
    good = ledger.path.read_bytes()
    for at in range(len(good)):
        ledger.path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(UnreadableInput):
            ledger.size_and_root()


def test_a_ledger_cut_short_or_replaced_is_seen_and_never_written_to(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.enter([decision("a")])
    older = ledger.path.read_bytes()
    ledger.enter([decision("b")])
    longer = ledger.path.read_bytes()
    other = Ledger(tmp_path / "other")
    other.enter([decision("x"), decision("y")])
    cases = [longer[:n] for n in range(len(longer))]
    for spoiled in (*cases, older, b"", other.path.read_bytes()):
        ledger.path.write_bytes(spoiled)
        with pytest.raises(UnreadableInput) as refused:
            ledger.enter([decision("c")])
        assert refused.value.findings[0].code in {"E-LEDGER-01", "E-LEDGER-03"}
        assert ledger.path.read_bytes() == spoiled
    ledger.path.unlink()
    with pytest.raises(UnreadableInput):
        ledger.entries()


def test_a_record_longer_than_a_leaf_is_refused_before_anything_is_written(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.enter([decision("a")])
    before = ledger.path.read_bytes()
    with pytest.raises(UnreadableInput) as refused:
        ledger.enter([decision("b"), {**decision("c"), "note": "x" * LONGEST}])
    assert refused.value.findings[0].code == "E-LEDGER-02"
    assert ledger.path.read_bytes() == before


def test_a_full_disk_leaves_what_stood(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path)
    ledger.enter([decision("a")])

    def full(_descriptor, _body, _at):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(OSError, match="No space"):
        ledger.enter([decision("b")])
    monkeypatch.undo()
    assert ledger.size_and_root()[0] == 1
    assert read_leaves(ledger.path).whole_bytes == ledger.path.stat().st_size


def test_many_writers_lose_nothing(tmp_path):
    def write(n: int) -> None:
        for i in range(10):
            Ledger(tmp_path).enter([decision(f"{n}-{i}")])

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    names = [e.record["decision_id"] for e in Ledger(tmp_path).entries()]
    assert len(names) == len(set(names)) == 40


def test_appending_cuts_off_a_torn_tail(tmp_path):
    path = tmp_path / "leaves.bin"
    append_leaves(path, [b"one"], 0)
    whole = path.stat().st_size
    path.write_bytes(path.read_bytes() + b"\x00\x00")
    append_leaves(path, [b"two"], whole)
    assert read_leaves(path).records == (b"one", b"two")
