"""Releases withdrawn as a whole: nothing is deleted, and every reader is told.

Belongs here: which releases the ledger says are withdrawn, and the signed tombstone that lies
beside a release's folder (the folder itself never changes). Does not belong here: entering a
withdrawal and its notice (``pipelines.commands.withdraw_release``), factors taken back
(``recall``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.identity import canonical_json
from pipelines.publish.verify import TOMBSTONE, WITHDRAWAL
from pipelines.signing import PUBLISHER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipelines.signing import Keyring

KIND = "release_withdrawn"
SAID = ("release_id", "on", "change_reason", "text_zh", "text_en", "successor", "role")


def withdrawn_releases(records: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The withdrawals among ledger records by release id; the first on a release holds."""
    found: dict[str, dict[str, Any]] = {}
    for record in records:
        if record.get("event_kind") == KIND:
            found.setdefault(str(record["release_id"]), dict(record))
    return found


def told(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a later release says of withdrawn ones, by release id."""
    found = withdrawn_releases(records)
    return [{name: found[one].get(name) for name in SAID} for one in sorted(found)]


def tombstone_path(releases: Path, release_id: str) -> Path:
    """Where the tombstone of a release lies.

    Example:
        >>> from pathlib import Path
        >>> tombstone_path(Path("releases"), "2026.1.0").name
        '2026.1.0.withdrawn.json'
    """
    return releases / f"{release_id}{TOMBSTONE}"


def write_tombstone(
    releases: Path, event: Mapping[str, Any], manifest_sha256: str, index: int, keyring: Keyring
) -> Path:
    """Write the tombstone of a release; the same event gives the same bytes.

    Args:
        releases: the folder of release folders.
        event: the withdrawal as the ledger holds it.
        manifest_sha256: what was withdrawn.
        index: the event's place in the ledger.
        keyring: the publisher signs.

    Raises:
        OSError: the disk refused.
    """
    statement = {
        **{name: event.get(name) for name in SAID},
        "manifest_sha256": manifest_sha256,
        "ledger_index": index,
    }
    signed = [key.sign(WITHDRAWAL, statement) for key in keyring.of(PUBLISHER)]
    path = tombstone_path(releases, str(event["release_id"]))
    beside = path.with_name(f".{path.name}")
    beside.write_bytes(canonical_json({"statement": statement, "signatures": signed}))
    beside.replace(path)
    return path
