"""Permanent ids and content hashes.

Belongs here: how an id follows from what it names, canonical JSON, file hashes. Does not
belong here: versions, which depend on what was published before.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

import rfc8785

if TYPE_CHECKING:
    from pathlib import Path


def record_id(letter: str, *parts: str) -> str:
    """The permanent id of a record: a letter and 12 base32 characters.

    Args:
        letter: what it is an id of: F factor, P parameter, E evidence, D decision.
        parts: what names the record, for a factor its source and record key.

    Returns:
        The letter and 12 characters of base32 over SHA-256 of the parts, which are
        separated by a byte that no part contains.

    Raises:
        ValueError: a part is empty or contains the separator.

    Example:
        >>> record_id("F", "mee_grid_co2", "ELEC-CO2-2023-640000")
        'FKMDMABQMVJ4A'
    """
    if any(not part or "\x1f" in part for part in parts):
        raise ValueError("a part of an id is empty or contains a control character")
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    # Ten bytes are sixteen characters of base32, of which twelve count.
    return letter + base64.b32encode(digest[:10]).decode()[:12]


def canonical_json(value: Any) -> bytes:
    """Canonical JSON of a value.

    Source:
        RFC 8785, JSON Canonicalization Scheme.

    Example:
        >>> canonical_json({"b": 1, "a": "碳"}).decode()
        '{"a":"碳","b":1}'
    """
    return rfc8785.dumps(value)


def canonical_text_json(value: Any) -> bytes:
    """Canonical JSON of a value that holds no floats and whose keys are ASCII.

    Same bytes as ``canonical_json``, by the standard library's compiled writer.

    Raises:
        TypeError: a value JSON does not know.

    Example:
        >>> canonical_text_json({"b": None, "a": ["碳", 1]}).decode()
        '{"a":["碳",1],"b":null}'
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hexadecimal digits.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
