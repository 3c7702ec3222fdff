"""Checkpoints: a signed statement of how long the log is and which root it has.

Belongs here: the text of a checkpoint, its signatures, and what two checkpoints say of each
other. Does not belong here: keys (``pipelines.signing``), the proofs' arithmetic (``proofs``).

A checkpoint is three lines (origin, size, root in base64) and an empty line, followed by one
line per signature: ``— NAME base64(key id and Ed25519 signature)``. The signed bytes are the
three lines. The same text can be printed on paper: a log rewritten later contradicts it.

Source:
    C2SP tlog-checkpoint and signed-note (text form), RFC 8032 (Ed25519).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.ledger.merkle import EMPTY_ROOT
from pipelines.ledger.proofs import HASH_BYTES, extends

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ORIGIN = "tanyuan ledger"
DASH = "\u2014"
KEY_HASH_BYTES = 4
ED25519 = b"\x01"
SAME, GROWN, FORK, UNPROVEN = "same", "grown", "fork", "unproven"


@dataclass(frozen=True)
class Checkpoint:
    """Size and root of a log, and who signed them (signature by name of the key)."""

    size: int
    root: bytes
    signatures: Mapping[str, bytes] = field(default_factory=dict)

    def body(self) -> bytes:
        """The bytes that are signed."""
        root = base64.b64encode(self.root).decode()
        return f"{ORIGIN}\n{self.size}\n{root}\n".encode()

    def text(self) -> str:
        """The checkpoint as it is written and printed."""
        lines = [
            f"{DASH} {name} {base64.b64encode(signed).decode()}"
            for name, signed in sorted(self.signatures.items())
        ]
        return self.body().decode() + "\n" + "".join(f"{line}\n" for line in lines)

    def signed_by(self, name: str, public_key: str, sign: Callable[[bytes], bytes]) -> Checkpoint:
        """The checkpoint with one more signature.

        Args:
            name: name of the key, without blanks.
            public_key: 64 hexadecimal digits.
            sign: signs bytes with the private key.
        """
        signed = key_hash(name, public_key) + sign(self.body())
        return Checkpoint(self.size, self.root, {**self.signatures, name: signed})

    def is_signed_by(
        self, name: str, public_key: str, check: Callable[[bytes, str, str], bool]
    ) -> bool:
        """Whether the key of that name signed exactly this size and root.

        Args:
            name: name of the key.
            public_key: 64 hexadecimal digits.
            check: whether a signature (hexadecimal) holds for bytes under a public key.
        """
        signed = self.signatures.get(name, b"")
        if signed[:KEY_HASH_BYTES] != key_hash(name, public_key):
            return False
        return check(self.body(), signed[KEY_HASH_BYTES:].hex(), public_key)


def key_hash(name: str, public_key: str) -> bytes:
    """The four bytes that say which key of a name signed."""
    body = name.encode() + b"\n" + ED25519 + bytes.fromhex(public_key)
    return hashlib.sha256(body).digest()[:KEY_HASH_BYTES]


def read_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from its text.

    Raises:
        ValueError: the text is no checkpoint of this log.
    """
    body, gap, rest = text.partition("\n\n")
    lines = body.split("\n")
    if len(lines) != 3 or not gap or lines[0] != ORIGIN or not lines[1].isascii():
        raise ValueError("not a checkpoint")
    if not lines[1].isdecimal() or (lines[1] != "0" and lines[1].startswith("0")):
        raise ValueError("the size is not a plain number")
    root = _decoded(lines[2])
    if len(root) != HASH_BYTES or (lines[1] == "0" and root != EMPTY_ROOT):
        raise ValueError("the root is not a hash of this size")
    return Checkpoint(int(lines[1]), root, dict(_signature(line) for line in rest.splitlines()))


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, more = line.partition(" ")
    name, _, signed = more.partition(" ")
    if dash != DASH or not name or not signed:
        raise ValueError("not a signature line")
    return name, _decoded(signed)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def compared(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes] = ()) -> str:
    """What two checkpoints of one log say of each other.

    Args:
        old: the one seen first.
        new: the one seen now.
        proof: a consistency proof from the smaller to the larger.

    Returns:
        ``same``; ``grown`` when the proof holds; ``fork`` for two heads of one size with
        different roots; ``unproven`` when the sizes differ and the proof does not hold.
    """
    if old.size == new.size:
        return SAME if old.root == new.root else FORK
    small, large = sorted((old, new), key=lambda c: c.size)
    return GROWN if extends(small.size, small.root, large.size, large.root, proof) else UNPROVEN
