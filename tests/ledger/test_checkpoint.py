"""A checkpoint is what was signed; two heads of one size are a fork and said to be one."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipelines.ledger.checkpoint import Checkpoint, compared, read_checkpoint
from pipelines.ledger.commitment import commitment, new_salt, opens
from pipelines.ledger.merkle import EMPTY_ROOT, leaf_hash, root_of
from pipelines.ledger.proofs import consistency_proof
from pipelines.signing import Key, is_signed_bytes

KEY = Key.of("ledger", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Key.of("ledger", Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
HASHES = [leaf_hash(bytes([i])) for i in range(9)]


def point(n: int) -> Checkpoint:
    return Checkpoint(n, root_of(HASHES[:n]))


def signed(n: int, key: Key = KEY, name: str = "ledger") -> Checkpoint:
    return point(n).signed_by(name, key.public_key, key.sign_bytes)


def holds(one: Checkpoint, key: Key = KEY, name: str = "ledger") -> bool:
    return one.is_signed_by(name, key.public_key, is_signed_bytes)


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    one = signed(5).signed_by("witness", OTHER.public_key, OTHER.sign_bytes)
    again = read_checkpoint(one.text())
    assert again == one
    assert again.text() == one.text()
    assert holds(again)
    assert holds(again, OTHER, "witness")


def test_the_text_can_be_printed_and_compared_with_paper() -> None:
    lines = signed(5).text().split("\n")
    assert lines[:2] == ["tanyuan ledger", "5"]
    assert lines[3] == ""
    assert lines[4].startswith("\u2014 ledger ")


@pytest.mark.parametrize(
    "change",
    [
        lambda c: Checkpoint(c.size + 1, c.root, c.signatures),
        lambda c: Checkpoint(c.size, HASHES[0], c.signatures),
        lambda c: Checkpoint(c.size, c.root, {}),
        lambda c: Checkpoint(c.size, c.root, {"witness": c.signatures["ledger"]}),
        lambda c: Checkpoint(c.size, c.root, {"ledger": c.signatures["ledger"][:-1]}),
        lambda c: Checkpoint(c.size, c.root, {"ledger": bytes(68)}),
        lambda c: Checkpoint(c.size, c.root, {"ledger": b""}),
    ],
)
def test_a_signature_holds_for_nothing_else(change) -> None:
    assert holds(signed(5))
    assert not holds(change(signed(5)))
    assert not holds(signed(5), OTHER)


GOOD = signed(5).text()


@pytest.mark.parametrize(
    "text",
    [
        "", "\n\n", "tanyuan ledger\n5\n", GOOD.replace("tanyuan", "another"),
        GOOD.replace("\n5\n", "\n05\n"), GOOD.replace("\n5\n", "\n-5\n"),
        GOOD.replace("\n5\n", "\n٥\n"), GOOD.replace("\n5\n", "\n5.0\n"),
        GOOD.replace("\n5\n", "\n0\n"), GOOD.replace("\n5\n", "\n\n5\n"),
        GOOD.replace("\n\n", "\n"), GOOD.replace("\u2014", "-"), GOOD.replace("ledger ", ""),
        GOOD.replace("=\n\n", "\n\n"), GOOD + "more\n", GOOD.replace("=\n\n", "!\n\n"),
        "tanyuan ledger\n5\nAAAA\n\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_not_read(text) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_checkpoint(text)


def test_an_empty_log_has_the_root_of_nothing() -> None:
    assert read_checkpoint(Checkpoint(0, EMPTY_ROOT).text()) == Checkpoint(0, EMPTY_ROOT)


def test_two_heads_of_one_size_are_a_fork() -> None:
    other = Checkpoint(5, root_of([*HASHES[:4], leaf_hash(b"other")]))
    assert compared(point(5), other) == "fork"
    assert compared(point(5), point(5)) == "same"
    # No proof talks a fork away.
    assert compared(point(5), other, consistency_proof(HASHES, 5)) == "fork"


def test_a_log_that_grew_proves_it_and_a_rewritten_one_cannot() -> None:
    proof = consistency_proof(HASHES, 5)
    assert compared(point(5), point(9), proof) == "grown"
    assert compared(point(9), point(5), proof) == "grown"
    rewritten = Checkpoint(9, root_of([leaf_hash(b"x"), *HASHES[1:]]))
    assert compared(point(5), rewritten, proof) == "unproven"
    assert compared(point(5), point(9)) == "unproven"


def test_a_commitment_opens_with_its_record_and_salt_alone() -> None:
    salt, record = new_salt(), "ab" * 32
    made = commitment(record, salt)
    assert opens(made, record, salt)
    assert not opens(made, "ac" * 32, salt)
    assert not opens(made, record, new_salt())
    # The same record twice cannot be recognised, nor a short value guessed.
    assert commitment(record, new_salt()) != made
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(record, b"short")
