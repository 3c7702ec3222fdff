"""Every altered release is found: bits, lengths, places, names, spellings, signatures, the log.

The quick verification (bytes and signatures) is a part of the whole one; what it misses is
given to the whole one.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from pipelines.errors import UnreadableInput
from pipelines.identity import canonical_json
from pipelines.publish.store import Store
from pipelines.publish.verify import PURPOSE, verify
from pipelines.settings import Settings
from pipelines.signing import PUBLISHER, REVIEWER, keyring_of
from tests.publish.mutants import mutant, replaced


def survivors(folder: Path, numbers: range) -> list[str]:
    missed = []
    for number in numbers:
        with mutant(folder, number) as what:
            if verify(folder, quick=True)["ok"] and verify(folder)["ok"]:
                missed.append(f"{number}: {what}")
    return missed


def test_sixty_altered_folders_are_found(own_release) -> None:
    assert survivors(own_release, range(66)) == []
    assert verify(own_release, quick=True)["ok"]


@pytest.mark.long
def test_two_thousand_altered_folders_are_found(own_release) -> None:
    assert survivors(own_release, range(1000, 3200)) == []
    sys.stdout.write("\n2,200 altered folders, all found\n")
    assert verify(own_release)["ok"]


def signed(folder: Path) -> dict:
    return json.loads((folder / "manifest.sig").read_bytes())


def test_a_signature_by_other_keys_is_found_when_the_keys_are_known(own_release, tmp_path) -> None:
    known = [s["public_key"] for s in signed(own_release)["signatures"]]
    assert verify(own_release, trusted=known, quick=True)["ok"]
    other = keyring_of(tmp_path / "other")
    statement = signed(own_release)["statement"]
    body = {"statement": statement, "signatures": [other.keys[PUBLISHER].sign(PURPOSE, statement)]}
    replaced(own_release / "manifest.sig", canonical_json(body))
    assert verify(own_release, quick=True)["ok"]
    assert not verify(own_release, trusted=known, quick=True)["ok"]


def test_a_signature_made_in_another_role_or_for_another_purpose_is_found(
    own_release, tmp_path
) -> None:
    key = keyring_of(tmp_path / "other").keys[PUBLISHER]
    statement = signed(own_release)["statement"]
    for forged in (
        {**key.sign(PURPOSE, statement), "role": REVIEWER},
        key.sign("tanyuan/checkpoint/1", statement),
        {**key.sign(PURPOSE, statement), "note": "more"},
        {**key.sign(PURPOSE, statement), "key_id": "0" * 32},
    ):
        body = canonical_json({"statement": statement, "signatures": [forged]})
        replaced(own_release / "manifest.sig", body)
        outcome = verify(own_release, quick=True)
        assert {f["check"] for f in outcome["faults"]} == {"signature"}


def test_signatures_of_another_release_do_not_serve(own_release, tmp_path) -> None:
    ring = keyring_of(tmp_path / "other")
    statement = {**signed(own_release)["statement"], "manifest_sha256": "0" * 64}
    body = {"statement": statement, "signatures": [ring.keys[PUBLISHER].sign(PURPOSE, statement)]}
    replaced(own_release / "manifest.sig", canonical_json(body))
    assert not verify(own_release, quick=True)["ok"]


def as_official(folder: Path, roles: tuple[str, ...], keys: str, ring) -> None:
    """The folder re-labelled as official and signed by some roles."""
    from pipelines.publish.verify import SM3, SUMS, file_hash, sums_text

    manifest = json.loads((folder / "manifest.json").read_bytes()) | {"kind": "official"}
    replaced(folder / "manifest.json", canonical_json(manifest))
    hashes = {f["name"]: f["sha256"] for f in manifest["files"]}
    for name, algorithm in ((SUMS, "sha256"), (SM3, "sm3")):
        if algorithm == "sm3":
            hashes = {n: file_hash(folder / n, "sm3") for n in hashes}
        hashes["manifest.json"] = file_hash(folder / "manifest.json", algorithm)
        replaced(folder / name, sums_text(hashes))
    statement = {
        "release_id": manifest["release_id"],
        "keys": keys,
        "manifest_sha256": file_hash(folder / "manifest.json"),
        "sums": {n: file_hash(folder / n) for n in (SUMS, SM3)},
    }
    made = [ring.keys[role].sign(PURPOSE, statement) for role in roles]
    replaced(folder / "manifest.sig", canonical_json({"statement": statement, "signatures": made}))


@pytest.mark.parametrize(
    ("roles", "keys", "holds"),
    [
        ((PUBLISHER, REVIEWER), "named", True),
        ((PUBLISHER,), "named", False),
        ((PUBLISHER, PUBLISHER), "named", False),
        ((), "named", False),
        ((PUBLISHER, REVIEWER), "demonstration", False),
    ],
)
def test_an_official_release_needs_two_roles_and_named_keys(
    own_release, tmp_path, roles, keys, holds
) -> None:
    as_official(own_release, roles, keys, keyring_of(tmp_path / "other"))
    assert verify(own_release, quick=True)["ok"] == holds


def test_every_bit_of_the_signatures_and_sums_counts(own_release) -> None:
    for name in ("manifest.sig", "SHA256SUMS", "SM3SUMS", "ledger-checkpoint"):
        path = own_release / name
        body = path.read_bytes()
        for at in range(0, len(body) * 8, max(1, len(body) * 8 // 6)):
            other = bytearray(body)
            other[at // 8] ^= 1 << at % 8
            undo = replaced(path, bytes(other))
            assert not verify(own_release, quick=True)["ok"], f"{name} bit {at}"
            undo()


@pytest.mark.parametrize("step", [97, pytest.param(1, marks=pytest.mark.long)])
def test_an_edited_log_is_refused(shared_home, tmp_path, step) -> None:
    for part in ("log", "objects"):
        shutil.copytree(shared_home / part, tmp_path / part)
    store = Store(Settings(tmp_path, tmp_path))
    path = tmp_path / "log" / "00000001.json"
    body = path.read_bytes()
    assert store.entries()
    for at in range(0, len(body) * 8 if step > 1 else 4096, step):
        other = bytearray(body)
        other[at // 8] ^= 1 << at % 8
        undo = replaced(path, bytes(other))
        with pytest.raises(UnreadableInput):
            store.entries()
        undo()
    assert store.entries()
