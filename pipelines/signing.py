"""Signatures: keys of a home by role, Ed25519 over canonical statements.

Belongs here: making and reading keys, signing a statement in a role, checking a signature.
Does not belong here: what is signed (releases and checkpoints build their own statements)
and how many signatures are enough (a rule of the release).

The bytes signed are canonical JSON of ``[purpose, role, statement]``: a signature given in
one role, or for one purpose, is worth nothing in another.

Source:
    RFC 8032 (Ed25519), RFC 8785 (canonical JSON).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from pipelines.errors import EnvironmentFault, UnreadableInput
from pipelines.findings import finding
from pipelines.identity import canonical_json

if TYPE_CHECKING:
    from collections.abc import Sequence

PUBLISHER = "publisher"
REVIEWER = "reviewer"
LEDGER = "ledger"
WITNESS = "witness"
ROLES = (PUBLISHER, REVIEWER, LEDGER, WITNESS)
DEMONSTRATION = "DEMONSTRATION"
_FOLDER_MODE = 0o700


@dataclass(frozen=True)
class Key:
    """The private key of one role.

    Attributes:
        role: one of ``ROLES``.
        key_id: first 32 hexadecimal digits of SHA-256 of the public key.
        public_key: 64 hexadecimal digits.
    """

    role: str
    key_id: str
    public_key: str
    _private: Ed25519PrivateKey

    @classmethod
    def of(cls, role: str, private: Ed25519PrivateKey) -> Key:
        """The key of a role from its private part."""
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return cls(role, key_id_of(public.hex()), public.hex(), private)

    def sign(self, purpose: str, statement: Any) -> dict[str, str]:
        """Sign a statement for a purpose, in the key's role.

        Args:
            purpose: what the statement is for, for example ``tanyuan/release/1``.
            statement: plain data without floats that lose digits; canonical JSON is signed.

        Returns:
            ``role``, ``key_id``, ``public_key``, ``signature``; all lower-case hexadecimal
            but the role.
        """
        return {
            "role": self.role,
            "key_id": self.key_id,
            "public_key": self.public_key,
            "signature": self.sign_bytes(signed_bytes(purpose, self.role, statement)).hex(),
        }

    def sign_bytes(self, body: bytes) -> bytes:
        """The plain signature of bytes (64 bytes), for formats that fix what is signed."""
        return self._private.sign(body)


@dataclass(frozen=True)
class Keyring:
    """The keys at hand, by role; ``is_demonstration`` when the home made them itself."""

    keys: dict[str, Key]
    is_demonstration: bool

    def of(self, *roles: str) -> list[Key]:
        """The keys of some roles, those that are there, in the order asked."""
        return [self.keys[role] for role in roles if role in self.keys]


def key_id_of(public_key: str) -> str:
    """The id of a public key.

    Example:
        >>> key_id_of("00" * 32)
        '66687aadf862bd776c8fc18b8e9f8e20'
    """
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32]


def signed_bytes(purpose: str, role: str, statement: Any) -> bytes:
    """The bytes a signature covers.

    Example:
        >>> signed_bytes("p", "publisher", {"b": 1, "a": None}).decode()
        '["p","publisher",{"a":null,"b":1}]'
    """
    return canonical_json([purpose, role, statement])


def is_signed(purpose: str, statement: Any, signature: dict[str, str]) -> bool:
    """Whether a signature holds for a statement.

    Args:
        purpose: as signed.
        statement: as signed.
        signature: as ``Key.sign`` gives it; anything malformed does not hold.
    """
    try:
        role, public_key = signature["role"], signature["public_key"]
        body = signed_bytes(purpose, role, statement)
        return signature["key_id"] == key_id_of(public_key) and is_signed_bytes(
            body, signature["signature"], public_key
        )
    except (KeyError, TypeError, ValueError):
        return False


def is_signed_bytes(body: bytes, signature: str, public_key: str) -> bool:
    """Whether a plain signature (hexadecimal) holds for bytes under a public key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), body)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_keyring(folder: Path) -> Keyring:
    """The keys of a folder: ``<role>.pem``, PKCS8 without a password.

    Raises:
        UnreadableInput: the folder holds no key, or a file is not an Ed25519 private key.
    """
    keys = {}
    for role in ROLES:
        path = folder / f"{role}.pem"
        if not path.exists():
            continue
        try:
            private = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, TypeError, ValueError) as error:
            raise UnreadableInput(finding("E-KEY-01", file=path.name)) from error
        if not isinstance(private, Ed25519PrivateKey):
            raise UnreadableInput(finding("E-KEY-01", file=path.name))
        keys[role] = Key.of(role, private)
    if not keys:
        raise UnreadableInput(finding("E-KEY-02", value=str(folder), expected=list(ROLES)))
    return Keyring(keys, (folder / DEMONSTRATION).exists())


def keyring_of(home: Path, keys: Path | None = None) -> Keyring:
    """The keys a run signs with: those named, else the home's own demonstration keys.

    Args:
        home: where ``keys/`` lies; made on the first call, readable by its owner alone.
        keys: a folder of real keys.

    Raises:
        UnreadableInput: a key file is damaged, or the folder named holds none.
        EnvironmentFault: the disk refused.
    """
    if keys is not None:
        return read_keyring(keys)
    folder = home / "keys"
    if not (folder / DEMONSTRATION).exists():
        try:
            make_demonstration_keys(folder)
        except OSError as error:
            raise EnvironmentFault(finding("E-ENV-01", reason=error.strerror or "")) from error
    return read_keyring(folder)


def make_demonstration_keys(folder: Path, roles: Sequence[str] = ROLES) -> None:
    """Make a key for each role that has none, and mark the folder as demonstration.

    Two processes may call this at once: a key is linked into its name, so the first stands
    for both.

    Raises:
        OSError: the disk refused.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
    folder.chmod(_FOLDER_MODE)
    for role in roles:
        body = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        _place(folder / f"{role}.pem", body)
    _place(folder / DEMONSTRATION, "演示密钥 demonstration keys\n".encode())


def _place(path: Path, body: bytes) -> None:
    """Write a file of its owner whole or not at all; one that stands is kept."""
    if path.exists():
        return
    # mkstemp gives a name of its own and mode 0600.
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = path.with_name(Path(name).name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            return
    finally:
        beside.unlink(missing_ok=True)
