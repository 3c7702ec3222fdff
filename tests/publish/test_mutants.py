"""Every altered release is found: bits, lengths, places, names, spellings, signatures, the log.

The quick verification (bytes and signatures) is a part of the whole one; what it misses is
given to the whole one.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import UnreadableInput
from pipelines.identity import canonical_json
from pipelines.publish import verify as verifier
from pipelines.publish.store import Store
from pipelines.publish.verify import PURPOSE, verify
from pipelines.settings import Settings
from pipelines.signing import PUBLISHER, REVIEWER, keyring_of
from tests.publish.mutants import KINDS, mutant, replaced

# Every so many mutants are hashed without remembering anything.
AFRESH = 25


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Hashes kept by file, size and times: a file that was touched in any way is hashed again.

    The verifier itself stays as it is; only the reading of untouched files is spared.
    """
    known: dict[tuple[object, ...], str] = {}
    real = verifier.file_hash

    def recalled(path: Path, algorithm: str = "sha256") -> str:
        at = path.stat()
        key = (algorithm, at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns)
        if key not in known:
            known[key] = real(path, algorithm)
        return known[key]

    def remember(yes: bool) -> None:
        monkeypatch.setattr(verifier, "file_hash", recalled if yes else real)

    remember(True)
    return remember


def survivors(folder: Path, numbers: range, remember: Callable[[bool], None]) -> list[str]:
    known = [s["public_key"] for s in signed(folder)["signatures"]]
    missed = []
    for number in numbers:
        remember(number % AFRESH != 0)
        with mutant(folder, number) as what:
            is_seen = not verify(folder, quick=True, trusted=known)["ok"]
            if not is_seen and verify(folder, trusted=known)["ok"]:
                missed.append(f"{number}: {what}")
    return missed


def test_some_altered_folders_of_every_kind_are_found(own_release, remembered) -> None:
    assert survivors(own_release, range(5 * len(KINDS)), remembered) == []
    assert verify(own_release, quick=True)["ok"]


@pytest.mark.long
def test_two_thousand_altered_folders_are_found(own_release, remembered) -> None:
    assert survivors(own_release, range(1000, 3200), remembered) == []
    sys.stdout.write("\n2,200 altered folders, all found\n")
    remembered(False)
    assert verify(own_release)["ok"]


LOG_CHANGES = ("flip", "cut", "lengthen", "swap", "lose", "other parent", "no signature")


def changed_log(home: Path, what: str, dice: random.Random) -> Callable[[], None]:
    """A log of two entries altered in one way; what puts it back."""
    one, two = sorted((home / "log").glob("*.json"))
    path = dice.choice([one, two])
    body = path.read_bytes()
    if what == "swap":
        first, second = one.read_bytes(), two.read_bytes()
        backs = [replaced(one, second), replaced(two, first)]
        return lambda: [back() for back in backs] and None
    if what == "lose":
        kept = one.read_bytes()
        one.unlink()
        return lambda: one.write_bytes(kept) and None
    if what == "no signature":
        seal = home / "objects" / f"{hashlib.sha256(body).hexdigest()}.sig"
        kept = seal.read_bytes()
        seal.unlink()
        return lambda: seal.write_bytes(kept) and None
    if what == "flip":
        at = dice.randrange(len(body) * 8)
        body = body[: at // 8] + bytes([body[at // 8] ^ 1 << at % 8]) + body[at // 8 + 1 :]
    elif what == "cut":
        body = body[: dice.randrange(len(body))]
    elif what == "lengthen":
        body += dice.choice([b"\n", b" ", b"{}"])
    else:
        body = canonical_json({**json.loads(body), "previous": f"{dice.getrandbits(256):064x}"})
    return replaced(path, body)


@pytest.mark.parametrize("count", [21, pytest.param(350, marks=pytest.mark.long)])
def test_a_log_altered_in_any_way_is_refused(shared_home, tmp_path, count) -> None:
    for part in ("log", "objects"):
        shutil.copytree(shared_home / part, tmp_path / part)
    one = tmp_path / "log" / "00000001.json"
    second = canonical_json(
        {**json.loads(one.read_bytes()), "previous": hashlib.sha256(one.read_bytes()).hexdigest(),
         "release_id": "2026.1.1"}
    )  # fmt: skip
    (tmp_path / "log" / "00000002.json").write_bytes(second)
    (tmp_path / "objects" / f"{hashlib.sha256(second).hexdigest()}.sig").write_bytes(b"{}")
    store = Store(Settings(tmp_path, tmp_path))
    assert len(store.entries()) == 2
    for number in range(count):
        what = LOG_CHANGES[number % len(LOG_CHANGES)]
        undo = changed_log(tmp_path, what, random.Random(number))
        with pytest.raises(UnreadableInput):
            store.entries()
        undo()
        assert len(store.entries()) == 2, what


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


@pytest.mark.parametrize("step", [797, pytest.param(29, marks=pytest.mark.long)])
def test_every_bit_of_an_edited_log_is_refused(shared_home, tmp_path, step) -> None:
    for part in ("log", "objects"):
        shutil.copytree(shared_home / part, tmp_path / part)
    store = Store(Settings(tmp_path, tmp_path))
    path = tmp_path / "log" / "00000001.json"
    body = path.read_bytes()
    assert store.entries()
    bits = range(0, len(body) * 8, step)
    for at in bits:
        other = bytearray(body)
        other[at // 8] ^= 1 << at % 8
        undo = replaced(path, bytes(other))
        with pytest.raises(UnreadableInput):
            store.entries()
        undo()
    sys.stdout.write(f"\n{len(bits)} of {len(body) * 8} bits of the log flipped, all refused\n")
    assert store.entries()
