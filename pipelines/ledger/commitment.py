"""Salted commitments: the log says of a restricted row which one it was, not what it holds.

Belongs here: making a commitment, opening it. An unsalted hash of a four-digit factor is
guessed in seconds; with a salt of 32 random bytes, kept beside the restricted row and nowhere
else, it is not. Does not belong here: where salts are kept.

Source:
    RFC 2104 (HMAC) with SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

SALT_BYTES = 32


def new_salt() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(record_hash: str, salt: bytes) -> str:
    """The commitment to a record (64 hexadecimal digits).

    Args:
        record_hash: SHA-256 of the record, 64 hexadecimal digits.
        salt: 32 bytes of its own.

    Raises:
        ValueError: the salt has another length.

    Example:
        >>> len(commitment("00" * 32, bytes(32)))
        64
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hmac.new(salt, bytes.fromhex(record_hash), hashlib.sha256).hexdigest()


def opens(committed: str, record_hash: str, salt: bytes) -> bool:
    """Whether a record and its salt are what was committed to."""
    return hmac.compare_digest(commitment(record_hash, salt), committed)
