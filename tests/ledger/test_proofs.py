"""Proofs agree with an independent reference; every forged or malformed one is refused."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ledger.merkle import EMPTY_ROOT, leaf_hash, root_of
from pipelines.ledger.proofs import consistency_proof, extends, holds_leaf, inclusion_proof


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# The reference: RFC 6962, 2.1, over the leaves' own bytes, written as the RFC states it and
# sharing no line with the code under test.


def mth(d: list[bytes]) -> bytes:
    if not d:
        return sha(b"")
    if len(d) == 1:
        return sha(b"\0" + d[0])
    k = max(2**i for i in range(32) if 2**i < len(d))
    return sha(b"\1" + mth(d[:k]) + mth(d[k:]))


def path(m: int, d: list[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = max(2**i for i in range(32) if 2**i < len(d))
    if m < k:
        return [*path(m, d[:k]), mth(d[k:])]
    return [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    if m == len(d):
        return [] if b else [mth(d)]
    k = max(2**i for i in range(32) if 2**i < len(d))
    if m <= k:
        return [*subproof(m, d[:k], b), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


LEAVES = st.lists(st.binary(max_size=6), min_size=1, max_size=70)


@given(LEAVES, st.data())
def test_inclusion_agrees_with_the_reference(leaves, data) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    hashes = [leaf_hash(x) for x in leaves]
    proof = inclusion_proof(hashes, index)
    assert proof == path(index, leaves)
    assert root_of(hashes) == mth(leaves)
    assert holds_leaf(hashes[index], index, len(leaves), proof, mth(leaves))


@given(LEAVES, st.data())
def test_consistency_agrees_with_the_reference(leaves, data) -> None:
    size = data.draw(st.integers(1, len(leaves)))
    hashes = [leaf_hash(x) for x in leaves]
    proof = consistency_proof(hashes, size)
    assert proof == subproof(size, leaves, True)
    assert extends(size, mth(leaves[:size]), len(leaves), mth(leaves), proof)


def test_every_leaf_and_every_pair_of_sizes_up_to_forty() -> None:
    leaves = [bytes([i]) for i in range(40)]
    hashes = [leaf_hash(x) for x in leaves]
    roots = [mth(leaves[:n]) for n in range(41)]
    for n in range(1, 41):
        for i in range(n):
            assert holds_leaf(hashes[i], i, n, inclusion_proof(hashes[:n], i), roots[n])
        for m in range(1, n + 1):
            assert extends(m, roots[m], n, roots[n], consistency_proof(hashes[:n], m))


@given(LEAVES, LEAVES, st.data())
@settings(max_examples=60)
def test_a_tree_that_is_no_beginning_is_never_proven(old, new, data) -> None:
    """Whatever honest proof of either tree is offered."""
    if old == new[: len(old)]:
        return
    for size in {len(old), data.draw(st.integers(1, len(new)))}:
        if size <= len(new):
            proof = consistency_proof([leaf_hash(x) for x in new], size)
            assert not extends(len(old), mth(old), len(new), mth(new), proof)


def flipped(h: bytes, at: int) -> bytes:
    return h[: at // 8] + bytes([h[at // 8] ^ (1 << at % 8)]) + h[at // 8 + 1 :]


def forged_lists(proof: list[bytes], *known: bytes) -> list[tuple[str, list]]:
    """Every way a list of hashes is forged: bits, order, length, foreign and odd parts."""
    found: list[tuple[str, list]] = []
    for i, h in enumerate(proof):
        found += [(f"bit {b} of {i}", [*proof[:i], flipped(h, b), *proof[i + 1 :]])
                  for b in (0, 7, 100, 255)]  # fmt: skip
        found += [
            (f"without {i}", [*proof[:i], *proof[i + 1 :]]),
            (f"{i} twice", [*proof[: i + 1], h, *proof[i + 1 :]]),
            (f"{i} cut short", [*proof[:i], h[:31], *proof[i + 1 :]]),
            (f"{i} too long", [*proof[:i], h + b"\0", *proof[i + 1 :]]),
            (f"{i} as text", [*proof[:i], h.hex(), *proof[i + 1 :]]),
            (f"{i} nothing", [*proof[:i], None, *proof[i + 1 :]]),
        ]
    for i in range(len(proof) - 1):
        swapped = [*proof]
        swapped[i], swapped[i + 1] = proof[i + 1], proof[i]
        found.append((f"swap {i}", swapped))
    for other in (*known, EMPTY_ROOT, bytes(32), b""):
        found += [("foreign before", [other, *proof]), ("foreign after", [*proof, other])]
    return [(name, one) for name, one in found if one != proof]


def forged_inclusions() -> list[tuple]:
    cases = []
    for size, index in ((1, 0), (2, 1), (5, 4), (7, 2), (8, 7), (13, 12), (13, 5), (64, 33)):
        leaves = [bytes([i]) for i in range(size)]
        hashes = [leaf_hash(x) for x in leaves]
        root, leaf, proof = mth(leaves), hashes[index], path(index, leaves)
        good = (leaf, index, size, proof, root)
        assert holds_leaf(*good)
        cases += [(n, leaf, index, size, p, root) for n, p in forged_lists(proof, root, leaf)]
        for name, i in (("next", index + 1), ("before", index - 1), ("beyond", size),
                        ("half", index / 2), ("true", True), ("text", "0")):  # fmt: skip
            if type(i) is not int or i != index:
                cases.append((f"index {name}", leaf, i, size, proof, root))
        for name, n in (("zero", 0), ("minus", -1), ("smaller", index), ("double", size * 2 + 1),
                        ("none", None)):  # fmt: skip
            cases.append((f"size {name}", leaf, index, n, proof, root))
        for name, r in (("empty", EMPTY_ROOT), ("bit", flipped(root, 3)), ("blank", b""),
                        ("zeros", bytes(32)), ("short", root[:31])):  # fmt: skip
            cases.append((f"root {name}", leaf, index, size, proof, r))
        for name, h in (("bit", flipped(leaf, 9)), ("bare", sha(leaves[index])), ("blank", b""),
                        ("root for leaf", root)):  # fmt: skip
            if not (name == "root for leaf" and size == 1):
                cases.append((f"leaf {name}", h, index, size, proof, root))
    # A node offered as a leaf of a smaller tree: the prefixes tell them apart by the size.
    leaves = [bytes([i]) for i in range(4)]
    inner = mth(leaves[:2])
    cases.append(("node for leaf", inner, 0, 4, [mth(leaves[2:])], mth(leaves)))
    cases.append(("nothing at all", b"", 0, 0, [], EMPTY_ROOT))
    cases.append(("empty tree", EMPTY_ROOT, 0, 0, [], EMPTY_ROOT))
    return cases


def forged_extensions() -> list[tuple]:
    cases = []
    for old, new in ((1, 2), (2, 5), (3, 7), (4, 8), (6, 13), (8, 9), (13, 64), (5, 5)):
        leaves = [bytes([i]) for i in range(new)]
        a, b = mth(leaves[:old]), mth(leaves)
        proof = subproof(old, leaves, True)
        assert extends(old, a, new, b, proof)
        cases += [(n, old, a, new, b, p) for n, p in forged_lists(proof, a, b)]
        if proof:
            cases += [("no proof", old, a, new, b, []), ("back to front", new, b, old, a, proof),
                      ("swapped roots", old, b, new, a, proof)]  # fmt: skip
        sizes = ((0, new), (old, 0), (-1, new), (old + 1, new), (old, new + 1), (new + 1, new),
                 (old, new * 2 + 1), (old * 1.0, new), (None, new))  # fmt: skip
        # A proof holds whatever is said of sizes that share its shape; roots are what counts.
        for m, n in sizes:
            same_shape = (
                isinstance(m, int)
                and 0 < m <= n
                and not isinstance(m, bool)
                and [len(x) for x in (subproof(m, [b""] * n, True),)] == [len(proof)]
            )
            if not same_shape:
                cases.append((f"sizes {m} {n}", m, a, n, b, proof))
        for name, r in (("empty", EMPTY_ROOT), ("bit", flipped(a, 5)), ("blank", b""),
                        ("zeros", bytes(32))):  # fmt: skip
            cases.append((f"old root {name}", old, r, new, b, proof))
        for name, r in (("empty", EMPTY_ROOT), ("bit", flipped(b, 5)), ("blank", b"")):
            cases.append((f"new root {name}", old, a, new, r, proof))
    leaves = [b"a", b"b"]
    cases += [
        ("from size zero", 0, EMPTY_ROOT, 2, mth(leaves), []),
        ("from size zero by proof", 0, EMPTY_ROOT, 2, mth(leaves), [mth(leaves)]),
        ("size zero with another root", 0, bytes(32), 0, bytes(32), []),
        ("size zero with a tree's root", 0, mth(leaves), 0, mth(leaves), []),
        ("empty root of two", 2, EMPTY_ROOT, 2, EMPTY_ROOT, [EMPTY_ROOT]),
        ("fork of one size", 2, mth(leaves), 2, mth([b"a", b"c"]), []),
    ]
    return cases


INCLUSIONS, EXTENSIONS = forged_inclusions(), forged_extensions()


def test_there_are_enough_forgeries() -> None:
    assert len(INCLUSIONS) >= 200
    assert len(EXTENSIONS) >= 200


def test_every_forged_inclusion_is_refused() -> None:
    assert [name for name, *case in INCLUSIONS if holds_leaf(*case)] == []


def test_every_forged_extension_is_refused() -> None:
    assert [name for name, *case in EXTENSIONS if extends(*case)] == []


def test_a_proof_is_not_replayed_for_another_leaf_or_tree() -> None:
    rng = random.Random(7)
    for _ in range(120):
        n = rng.randrange(2, 50)
        leaves = [rng.randbytes(4) for _ in range(n)]
        hashes = [leaf_hash(x) for x in leaves]
        i, j = rng.sample(range(n), 2)
        proof = inclusion_proof(hashes, i)
        assert not holds_leaf(hashes[j], j, n, proof, mth(leaves)) or i == j
        assert not holds_leaf(hashes[i], j, n, proof, mth(leaves))
        more = [*leaves, b"more"]
        assert not holds_leaf(hashes[i], i, n + 1, proof, mth(more))


@pytest.mark.parametrize(("size", "index"), [(0, 0), (3, 3), (3, -1)])
def test_no_proof_is_made_of_a_leaf_there_is_not(size, index) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof([leaf_hash(b"")] * size, index)


@pytest.mark.parametrize("size", [0, -1, 4])
def test_no_consistency_is_proven_with_a_tree_there_is_not(size) -> None:
    with pytest.raises(ValueError, match="no consistency"):
        consistency_proof([leaf_hash(b"")] * 3, size)


@pytest.mark.long
@given(st.lists(st.binary(max_size=3), min_size=1, max_size=600), st.data())
@settings(max_examples=400, deadline=None)
def test_larger_trees_agree_too(leaves, data) -> None:
    hashes = [leaf_hash(x) for x in leaves]
    index = data.draw(st.integers(0, len(leaves) - 1))
    assert inclusion_proof(hashes, index) == path(index, leaves)
    assert consistency_proof(hashes, index + 1) == subproof(index + 1, leaves, True)
