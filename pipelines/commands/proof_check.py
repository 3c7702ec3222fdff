"""Proofs and checkpoints as somebody hands them over, checked without trusting the giver.

Belongs here: an inclusion proof against its own root and a checkpoint, the ledger of a home
against a checkpoint kept from earlier. Does not belong here: the arithmetic
(``pipelines.ledger``), whole releases (``pipelines.publish.verify``).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pipelines.errors import RefusedByPolicy, UnreadableInput
from pipelines.findings import finding
from pipelines.identity import canonical_text_json
from pipelines.ledger import Ledger
from pipelines.ledger.book import name_of
from pipelines.ledger.checkpoint import FORK, Checkpoint, compared, read_checkpoint
from pipelines.ledger.merkle import leaf_hash
from pipelines.ledger.proofs import holds_leaf
from pipelines.signing import is_signed_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipelines.settings import Settings

HASH = re.compile(r"[0-9a-f]{64}")
LARGEST = 1 << 22


def check_proof(
    path: Path, checkpoint: Path | None = None, keys: Sequence[str] = ()
) -> dict[str, Any]:
    """Check an inclusion proof as ``review log --prove`` gives it.

    Args:
        path: JSON: the proof itself, or the whole answer of the command.
        checkpoint: a checkpoint the root must be the root of.
        keys: public keys of which one must have signed the checkpoint.

    Returns:
        ``id``, ``index``, ``size``, ``root``, ``record``, ``checkpoint`` (whether one was
        given).

    Raises:
        UnreadableInput: a file is missing or no JSON.
        RefusedByPolicy: E-PRF-01 to E-PRF-06: the proof or checkpoint does not hold.
    """
    proof = _read_proof(path)
    wrong = _malformed(proof)
    if wrong is not None:
        raise RefusedByPolicy(finding("E-PRF-01", file=path.name, column=wrong))
    record, name = proof["record"], proof["id"]
    leaf = bytes.fromhex(proof["leaf_hash"])
    try:
        is_leaf = leaf_hash(canonical_text_json(record)) == leaf
    except (ValueError, TypeError, RecursionError) as error:
        raise RefusedByPolicy(finding("E-PRF-01", file=path.name, column="record")) from error
    if not is_leaf or record.get("seq") != proof["index"] or name_of(record) != name:
        raise RefusedByPolicy(finding("E-PRF-02", value=name))
    root = bytes.fromhex(proof["root"])
    hashes = [bytes.fromhex(one) for one in proof["proof"]]
    if not holds_leaf(leaf, proof["index"], proof["size"], hashes, root):
        raise RefusedByPolicy(finding("E-PRF-03", value=name))
    if checkpoint is not None:
        point = checkpoint_of(checkpoint, keys)
        if point.size != proof["size"]:
            raise RefusedByPolicy(
                finding("E-PRF-04", value=name, found=proof["size"], wanted=point.size)
            )
        if compared(point, Checkpoint(proof["size"], root)) == FORK:
            raise RefusedByPolicy(finding("E-PRF-05", found=point.size))
    return {
        **{key: proof[key] for key in ("id", "index", "size", "root", "record")},
        "checkpoint": checkpoint is not None,
    }


def _read_proof(path: Path) -> Any:
    try:
        with path.open("rb") as stream:
            told = json.loads(stream.read(LARGEST))
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableInput(finding("E-PRF-01", file=path.name, column="JSON")) from error
    data = told.get("data") if isinstance(told, dict) else None
    return data["proof"] if isinstance(data, dict) and "proof" in data else told


def _malformed(proof: Any) -> str | None:
    """The first key that is missing or malformed."""
    if not isinstance(proof, dict):
        return "proof"
    record = proof.get("record")
    name = (
        (record.get("event_id") or record.get("decision_id")) if isinstance(record, dict) else None
    )
    path = proof.get("proof")
    well = {
        "id": isinstance(proof.get("id"), str),
        "index": type(proof.get("index")) is int,
        "size": type(proof.get("size")) is int,
        "leaf_hash": _is_hash(proof.get("leaf_hash")),
        "root": _is_hash(proof.get("root")),
        "proof": isinstance(path, list) and all(_is_hash(one) for one in path),
        "record": isinstance(name, str),
    }
    return next((key for key, is_well in well.items() if not is_well), None)


def _is_hash(text: Any) -> bool:
    return isinstance(text, str) and HASH.fullmatch(text) is not None


def checkpoint_of(path: Path, keys: Sequence[str] = ()) -> Checkpoint:
    """A checkpoint from a file; signed by one of the keys where any are given.

    Raises:
        UnreadableInput: the file is missing.
        RefusedByPolicy: E-PRF-06, it is no checkpoint, or none of the keys signed it.
    """
    try:
        text = path.read_bytes()[:LARGEST].decode()
    except OSError as error:
        raise UnreadableInput(finding("E-SEED-06", file=path.name)) from error
    except UnicodeDecodeError as error:
        raise RefusedByPolicy(finding("E-PRF-06", file=path.name, reason="UTF-8")) from error
    try:
        point = read_checkpoint(text)
    except ValueError as error:
        raise RefusedByPolicy(finding("E-PRF-06", file=path.name, reason=str(error))) from error
    signed = any(
        point.is_signed_by(name, key, is_signed_bytes) for name in point.signatures for key in keys
    )
    if keys and not signed:
        raise RefusedByPolicy(finding("E-PRF-06", file=path.name, reason="signature"))
    return point


def since_checkpoint(settings: Settings, path: Path, keys: Sequence[str] = ()) -> Mapping[str, Any]:
    """The ledger of a home against a checkpoint kept from earlier.

    Returns:
        ``size`` and ``root`` of the ledger now, ``since`` (the checkpoint's size) and
        ``grown`` (entries since).

    Raises:
        UnreadableInput: the ledger is damaged or the file is missing.
        RefusedByPolicy: E-PRF-05 the checkpoint is no beginning of the ledger (a fork),
            E-PRF-06 it is no checkpoint, E-PRF-07 the ledger is shorter than it says.
    """
    point = checkpoint_of(path, keys)
    ledger = Ledger(settings.home / "ledger")
    size, root = ledger.size_and_root()
    if size < point.size:
        raise RefusedByPolicy(finding("E-PRF-07", found=size, wanted=point.size))
    _, then = ledger.size_and_root(point.size)
    if compared(point, Checkpoint(point.size, bytes.fromhex(then))) == FORK:
        raise RefusedByPolicy(finding("E-PRF-05", found=point.size))
    return {"size": size, "root": root, "since": point.size, "grown": size - point.size}
