"""The Merkle tree over decisions: leaf and node hashes, root.

Source:
    RFC 6962, section 2.1 (leaf prefix 0x00, node prefix 0x01).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 of 0x00 and the leaf's bytes (32 bytes)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and two child hashes (32 bytes)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Root of the tree over leaf hashes, in order.

    Args:
        hashes: (n) leaf hashes of 32 bytes.

    Returns:
        The root; of no leaves, the SHA-256 of nothing.

    Example:
        >>> root_of([]).hex()[:8], root_of([leaf_hash(b"")]).hex()[:8]
        ('e3b0c442', '6e340b9c')
    """
    level = list(hashes)
    if not level:
        return EMPTY_ROOT
    # Pairing from the left and carrying an odd last node up gives the tree of RFC 6962.
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]
