"""Proofs over the tree: a leaf is in it, a smaller tree is its beginning.

Belongs here: making both proofs and checking them. A check answers yes or no; anything
malformed (a hash of another length, a negative size, a proof too long or too short, a tree of
size zero) is no. Does not belong here: who signed a root (``checkpoint``).

Source:
    RFC 6962, 2.1.1 and 2.1.2 (making); RFC 9162, 2.1.3.2 and 2.1.4.2 (checking).
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from pipelines.ledger.merkle import EMPTY_ROOT, node_hash, root_of

if TYPE_CHECKING:
    from collections.abc import Sequence

HASH_BYTES = 32


def _split(size: int) -> int:
    """Largest power of two below a size of at least two."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from a leaf to the root, lowest first.

    Args:
        hashes: (n) leaf hashes.
        index: which leaf, from 0.

    Raises:
        ValueError: there is no such leaf.

    Example:
        >>> from pipelines.ledger.merkle import leaf_hash
        >>> leaves = [leaf_hash(bytes([i])) for i in range(3)]
        >>> inclusion_proof(leaves, 2) == [node_hash(leaves[0], leaves[1])]
        True
    """
    if not 0 <= index < len(hashes):
        raise ValueError(f"no leaf {index} in a tree of {len(hashes)}")
    if len(hashes) == 1:
        return []
    k = _split(len(hashes))
    if index < k:
        return [*inclusion_proof(hashes[:k], index), root_of(hashes[k:])]
    return [*inclusion_proof(hashes[k:], index - k), root_of(hashes[:k])]


def consistency_proof(hashes: Sequence[bytes], size: int) -> list[bytes]:
    """The hashes that show the first ``size`` leaves to be the beginning of the tree.

    Args:
        hashes: (n) leaf hashes of the whole tree.
        size: size of the smaller tree, 1 to n.

    Raises:
        ValueError: the size is zero or beyond the tree.
    """
    if not 0 < size <= len(hashes):
        raise ValueError(f"no consistency proof from {size} to {len(hashes)}")
    return _subproof(hashes, size, is_whole=True)


def _subproof(hashes: Sequence[bytes], size: int, *, is_whole: bool) -> list[bytes]:
    if size == len(hashes):
        return [] if is_whole else [root_of(hashes)]
    k = _split(len(hashes))
    if size <= k:
        return [*_subproof(hashes[:k], size, is_whole=is_whole), root_of(hashes[k:])]
    return [*_subproof(hashes[k:], size - k, is_whole=False), root_of(hashes[:k])]


def _well_formed(hashes: Sequence[object]) -> bool:
    return all(isinstance(h, bytes) and len(h) == HASH_BYTES for h in hashes)


def _is_size(*numbers: object) -> bool:
    return all(type(n) is int and n >= 0 for n in numbers)


def holds_leaf(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that a leaf hash stands at an index of the tree with that root.

    Args:
        leaf: the leaf hash.
        index: where it should stand, from 0.
        size: number of leaves of the tree.
        proof: the hashes, lowest first.
        root: the root of the tree.
    """
    if not (_is_size(index, size) and index < size and _well_formed([leaf, root, *proof])):
        return False
    at, last, found = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(other, found)
            while at & 1 == 0 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, other)
        at, last = at >> 1, last >> 1
    return last == 0 and hmac.compare_digest(found, root)


def extends(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether a proof shows that one tree is the beginning of another.

    Nothing follows from a tree of size zero: it is only ever equal to itself, and then its
    root is the hash of nothing.

    Args:
        old_size: leaves of the older tree.
        old_root: its root.
        new_size: leaves of the newer tree.
        new_root: its root.
        proof: the hashes, lowest first; empty for trees of one size.
    """
    if not (_is_size(old_size, new_size) and _well_formed([old_root, new_root, *proof])):
        return False
    if old_size == new_size:
        is_root = old_size > 0 or hmac.compare_digest(old_root, EMPTY_ROOT)
        return is_root and not proof and hmac.compare_digest(old_root, new_root)
    if not 0 < old_size < new_size or not proof:
        return False
    return _leads_to_both(old_size, old_root, new_size, new_root, list(proof))


def _leads_to_both(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: list[bytes]
) -> bool:
    if old_size & (old_size - 1) == 0:
        path = [old_root, *path]
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(other, old), node_hash(other, new)
            while at & 1 == 0 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, other)
        at, last = at >> 1, last >> 1
    return last == 0 and hmac.compare_digest(old, old_root) and hmac.compare_digest(new, new_root)
