"""Keys are the owner's alone; a signature holds for its bytes, purpose, role and key only."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import EnvironmentFault, UnreadableInput
from pipelines.signing import (
    PUBLISHER,
    REVIEWER,
    ROLES,
    Key,
    is_signed,
    keyring_of,
    make_demonstration_keys,
    read_keyring,
)

STATEMENT = {"release_id": "2026.1.0", "manifest_sha256": "ab" * 32}


@pytest.fixture(scope="module")
def key(tmp_path_factory) -> Key:
    return keyring_of(tmp_path_factory.mktemp("home")).keys[PUBLISHER]


def test_a_first_run_makes_one_demonstration_key_per_role(tmp_path) -> None:
    ring = keyring_of(tmp_path)
    assert ring.is_demonstration
    assert sorted(ring.keys) == sorted(ROLES)
    assert len({k.key_id for k in ring.keys.values()}) == len(ROLES)


def test_keys_are_readable_by_their_owner_alone(tmp_path) -> None:
    keyring_of(tmp_path)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    for role in ROLES:
        assert stat.S_IMODE((tmp_path / "keys" / f"{role}.pem").stat().st_mode) == 0o600


def test_a_second_run_keeps_the_keys(tmp_path) -> None:
    assert keyring_of(tmp_path).keys[REVIEWER].key_id == keyring_of(tmp_path).keys[REVIEWER].key_id


def test_many_first_runs_at_once_agree_on_one_key(tmp_path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: keyring_of(tmp_path), range(16)))
    assert len({r.keys[PUBLISHER].key_id for r in rings}) == 1
    assert not [p for p in (tmp_path / "keys").iterdir() if p.name.startswith(".")]


def test_named_keys_are_no_demonstration(tmp_path) -> None:
    make_demonstration_keys(tmp_path / "real")
    (tmp_path / "real" / "DEMONSTRATION").unlink()
    ring = keyring_of(tmp_path / "home", tmp_path / "real")
    assert not ring.is_demonstration
    assert not (tmp_path / "home").exists()


def test_only_the_roles_that_are_there_sign(tmp_path) -> None:
    make_demonstration_keys(tmp_path, [PUBLISHER])
    assert [k.role for k in read_keyring(tmp_path).of(REVIEWER, PUBLISHER)] == [PUBLISHER]


def test_an_empty_folder_of_keys_is_named(tmp_path) -> None:
    with pytest.raises(UnreadableInput) as refused:
        keyring_of(tmp_path, tmp_path)
    assert refused.value.findings[0].code == "E-KEY-02"


@pytest.mark.parametrize("kind", ["text", "rsa"])
def test_a_file_that_is_no_ed25519_key_is_named(tmp_path, kind) -> None:
    body = b"no key"
    if kind == "rsa":
        rsa = generate_private_key(65537, 2048)
        body = rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "publisher.pem").write_bytes(body)
    with pytest.raises(UnreadableInput) as refused:
        read_keyring(tmp_path)
    assert refused.value.findings[0].code == "E-KEY-01"
    assert refused.value.findings[0].place["file"] == "publisher.pem"


def test_a_home_that_cannot_be_written_is_an_environment_fault(tmp_path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(EnvironmentFault):
        keyring_of(tmp_path / "home")


def test_a_signature_holds(key) -> None:
    assert is_signed("release", STATEMENT, key.sign("release", STATEMENT))
    assert is_signed("release", dict(reversed(STATEMENT.items())), key.sign("release", STATEMENT))


@pytest.mark.parametrize(
    "change",
    [
        lambda p, s, g, _: ("checkpoint", s, g),
        lambda p, s, g, _: (p, {**s, "release_id": "2026.1.1"}, g),
        lambda p, s, g, _: (p, s, {**g, "role": REVIEWER}),
        lambda p, s, g, o: (p, s, {**g, "public_key": o.public_key}),
        lambda p, s, g, o: (p, s, {**g, "public_key": o.public_key, "key_id": o.key_id}),
        lambda p, s, g, o: (p, s, {**g, "key_id": o.key_id}),
        lambda p, s, g, _: (p, s, {**g, "signature": g["signature"][:-2]}),
        lambda p, s, g, _: (p, s, {**g, "signature": "not hexadecimal"}),
        lambda p, s, g, _: (p, s, {k: v for k, v in g.items() if k != "signature"}),
        lambda p, s, g, _: (p, s, {**g, "public_key": None}),
    ],
    ids=["purpose", "statement", "role", "key", "key and id", "id", "short", "text", "none",
         "no key"],
)  # fmt: skip
def test_a_forged_signature_does_not_hold(key, tmp_path, change) -> None:
    other = keyring_of(tmp_path).keys[PUBLISHER]
    assert not is_signed(*change("release", STATEMENT, key.sign("release", STATEMENT), other))


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, 511))
def test_no_bit_of_a_signature_may_change(key, at) -> None:
    signed = key.sign("release", STATEMENT)
    body = bytearray.fromhex(signed["signature"])
    body[at // 8] ^= 1 << (at % 8)
    assert not is_signed("release", STATEMENT, {**signed, "signature": body.hex()})
