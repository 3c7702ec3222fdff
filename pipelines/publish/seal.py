"""The manifest of a release, its sums and signatures: what makes a folder one thing.

Belongs here: what the manifest states, what is signed and how many signatures a kind of
release needs. Does not belong here: keys (``pipelines.signing``), the commit (``store``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.errors import RefusedByPolicy
from pipelines.findings import finding
from pipelines.identity import canonical_json, sha256_of
from pipelines.publish.folder import ATTESTED
from pipelines.publish.store import MANIFEST, SCHEMA, SIGNATURES
from pipelines.publish.sums import names_in, write_sums
from pipelines.publish.verify import FORM, NEEDED, PURPOSE, SM3, SUMS, file_hashes
from pipelines.publish.workbook import workbook_name
from pipelines.signing import PUBLISHER, REVIEWER
from schemas import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.publish.folder import ReleaseParts
    from pipelines.signing import Key, Keyring


def manifest_of(folder: Path, parts: ReleaseParts, digests: Mapping[str, str]) -> dict[str, Any]:
    """The manifest of a folder whose files are all written.

    Args:
        folder: the release folder.
        parts: what it was written from.
        digests: content digest of each table.
    """
    info, head = parts.info, parts.head
    return {
        "schema": SCHEMA,
        "release_id": info["release_id"],
        "released_on": str(info["released_on"]),
        "kind": info["release_kind"],
        "data_class": "public",
        "title_zh": info["release_title_zh"],
        "title_en": info["release_title_en"],
        "parent_release": info["parent_release"],
        "previous": head.sha256 if head else None,
        "content_sha256": parts.content,
        "content_form": FORM,
        "ledger": {
            "size": len(parts.leaf_hashes),
            "root": parts.ledger_root,
            "parent": _tree(head.manifest["ledger"]) if head else None,
            "keys": dict(parts.checkpoint[1]) if parts.checkpoint else {},
        },
        "disclosure": parts.disclosure,
        "tables": [
            {
                "name": table.name,
                "rows": parts.tables[table.name].height,
                "key": list(table.key),
                "order": list(table.order),
                "content_sha256": digests[table.name],
            }
            for table in PUBLISHED
        ],
        "layouts": parts.layouts,
        "withdrawn": list(parts.withdrawn),
        "separate": parts.separate,
        "attested": [
            name
            for name in (*ATTESTED, workbook_name(info["release_id"]))
            if (folder / name).exists()
        ],
        "files": files_in(folder),
    }


def files_in(folder: Path, known: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Name, SHA-256 and size of every file that a manifest lists.

    Args:
        folder: the release folder.
        known: SHA-256 by name, of files hashed when they were written.
    """
    names = [name for name in names_in(folder) if name != MANIFEST]
    done = dict(known or {})
    found = done | file_hashes(folder, [name for name in names if name not in done])
    return [
        {"name": name, "sha256": found[name], "bytes": (folder / name).stat().st_size}
        for name in names
    ]


def _tree(ledger: Mapping[str, Any]) -> dict[str, Any]:
    return {"size": ledger["size"], "root": ledger["root"]}


def require_signers(kind: str, keyring: Keyring) -> list[Key]:
    """The keys that sign a kind of release.

    Raises:
        RefusedByPolicy: there are too few, or an official release has demonstration keys.
    """
    signers = keyring.of(PUBLISHER, REVIEWER)
    if len(signers) < NEEDED[kind] or (kind == "official" and keyring.is_demonstration):
        raise RefusedByPolicy(finding("E-KEY-03", found=len(signers), needed=NEEDED[kind]))
    return signers


def seal(folder: Path, manifest: Mapping[str, Any], keyring: Keyring | None = None) -> None:
    """Write the manifest, the sums and, given keys, the signatures.

    Args:
        folder: every other file is written.
        manifest: from ``manifest_of``.
        keyring: the publisher and the reviewer sign, as far as their keys are there.

    Raises:
        RefusedByPolicy: an official release would lack a signature or carry one of a
            demonstration key.
        OSError: the disk refused.
    """
    (folder / MANIFEST).write_bytes(canonical_json(manifest))
    write_sums(folder, {file["name"]: file["sha256"] for file in manifest["files"]})
    if keyring is None:
        return
    signers = require_signers(manifest["kind"], keyring)
    statement = {
        "release_id": manifest["release_id"],
        "keys": "demonstration" if keyring.is_demonstration else "named",
        "manifest_sha256": sha256_of(folder / MANIFEST),
        "sums": {n: sha256_of(folder / n) for n in (SUMS, SM3) if (folder / n).exists()},
    }
    signed = {
        "statement": statement,
        "signatures": [key.sign(PURPOSE, statement) for key in signers],
    }
    (folder / SIGNATURES).write_bytes(canonical_json(signed))
