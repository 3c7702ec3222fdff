"""The ledger's checkpoint of a run, signed with the key of the ledger's role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.ledger.checkpoint import Checkpoint
from pipelines.signing import LEDGER, WITNESS

if TYPE_CHECKING:
    from pipelines.signing import Keyring

NAMES = {LEDGER: "tanyuan-ledger", WITNESS: "tanyuan-witness"}


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint's text and the public keys its signatures hold under, by name."""

    text: bytes
    keys: dict[str, str]


def signed_checkpoint(size: int, root: str, keyring: Keyring) -> SignedCheckpoint | None:
    """The checkpoint of a ledger prefix, signed by whichever of ledger and witness is there.

    Args:
        size: number of leaves.
        root: their root, hexadecimal.
        keyring: the keys at hand.

    Returns:
        None where neither key is there.
    """
    point = Checkpoint(size, bytes.fromhex(root))
    keys = {NAMES[key.role]: key for key in keyring.of(LEDGER, WITNESS)}
    for name, key in keys.items():
        point = point.signed_by(name, key.public_key, key.sign_bytes)
    if not keys:
        return None
    return SignedCheckpoint(
        point.text().encode(), {name: key.public_key for name, key in keys.items()}
    )
