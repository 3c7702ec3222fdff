"""A proof is checked without trusting who gives it; a checkpoint kept finds a rewritten ledger."""

from __future__ import annotations

import base64
import copy
import json

import pytest

from pipelines.cli import run_words
from pipelines.cli.presentation import Presentation
from pipelines.commands.checkpoints import signed_checkpoint
from pipelines.commands.proof_check import check_proof, since_checkpoint
from pipelines.commands.review_queue import proof_of
from pipelines.errors import RefusedByPolicy, TanyuanError, UnreadableInput
from pipelines.ledger import Ledger
from pipelines.ledger.merkle import EMPTY_ROOT
from pipelines.signing import keyring_of
from tests.conftest import SEEDS
from tests.review.desk import Desk, subject


@pytest.fixture(scope="module")
def decided(tmp_path_factory) -> Desk:
    """A ledger with a decision in its midst."""
    desk = Desk(tmp_path_factory.mktemp("decided") / "home")
    desk.reviewed()
    desk.decide()
    desk.ledger.enter([{"decision_id": f"DLATER{n}", "verdict": "admit"} for n in range(11)])
    return desk


@pytest.fixture(scope="module")
def point(decided) -> str:
    """Its checkpoint, signed."""
    made = signed_checkpoint(*decided.ledger.size_and_root(), keyring_of(decided.settings.home))
    return made.text.decode()


@pytest.fixture
def given(decided, tmp_path):
    """Write a proof as somebody hands it over."""

    def write(proof, name: str = "proof.json"):
        path = tmp_path / name
        path.write_text(proof if isinstance(proof, str) else json.dumps(proof), "utf-8")
        return path

    return write


def proof(desk: Desk) -> dict:
    return proof_of(desk.settings, subject())


def forgeries(good: dict) -> list[dict]:
    """The proof with each of its parts altered, each hash in several places."""

    def flipped(text: str, at: int) -> str:
        return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]

    made = []
    for at in range(0, 64, 3):
        made += [{**good, key: flipped(good[key], at)} for key in ("root", "leaf_hash")]
        for n, one in enumerate(good["proof"]):
            path = [*good["proof"][:n], flipped(one, at), *good["proof"][n + 1 :]]
            made.append({**good, "proof": path})
    for n in range(len(good["proof"])):
        made.append({**good, "proof": good["proof"][:n] + good["proof"][n + 1 :]})
        made.append({**good, "proof": [*good["proof"], good["proof"][n]]})
    made += [{**good, "proof": good["proof"][::-1]}, {**good, "proof": []}]
    made += [{**good, "index": n} for n in range(-1, 30) if n != good["index"]]
    made += [{**good, "size": n} for n in range(-1, good["index"] + 1)]
    made += [{**good, key: value} for key in good for value in (None, 7, "", [], {}, True)
             if good[key] != value]  # fmt: skip
    made += [{k: v for k, v in good.items() if k != key} for key in good]
    for key in good["record"]:
        altered = copy.deepcopy(good)
        altered["record"][key] = "altered"
        made.append(altered)
    empty = EMPTY_ROOT.hex()
    made += [{**good, "size": 0, "root": empty}, {**good, "size": 0, "index": 0, "root": empty,
                                                  "proof": []}]  # fmt: skip
    return made


def test_a_proof_as_given_holds_with_and_without_its_checkpoint(decided, given, point) -> None:
    path = given(proof(decided))
    assert check_proof(path)["record"]["verdict"] == "admit"
    told = check_proof(path, given(point, "checkpoint"))
    assert (told["checkpoint"], told["size"]) == (True, decided.size)
    whole = given({"schema": "tanyuan/1", "data": {"proof": proof(decided)}}, "answer.json")
    assert check_proof(whole)["id"] == told["id"]


def test_two_hundred_forged_or_malformed_proofs_are_all_refused(decided, given) -> None:
    made = forgeries(proof(decided))
    assert len(made) >= 200
    codes = set()
    for one in made:
        with pytest.raises(RefusedByPolicy) as refused:
            check_proof(given(one))
        assert refused.value.exit_code == 4
        codes |= {f.code for f in refused.value.findings}
    assert codes == {"E-PRF-01", "E-PRF-02", "E-PRF-03"}


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", "[" * 100_000, "\x00", '{"data": 7}'])
def test_what_is_no_proof_is_refused_and_never_trips(given, text) -> None:
    with pytest.raises(TanyuanError) as refused:
        check_proof(given(text))
    assert refused.value.findings[0].code == "E-PRF-01"
    with pytest.raises(UnreadableInput):
        check_proof(given("{}").with_name("nowhere.json"))


def test_a_proof_is_not_replayed_for_another_decision_or_tree(decided, given, point) -> None:
    good = proof(decided)
    other = proof_of(decided.settings, "DLATER3")
    for mixed in (
        {**good, "record": other["record"]}, {**good, "id": other["id"]},
        {**other, "proof": good["proof"]}, {**good, "leaf_hash": other["leaf_hash"]},
    ):  # fmt: skip
        with pytest.raises(RefusedByPolicy):
            check_proof(given(mixed))
    decided_then = decided.ledger.path.read_bytes()
    decided.ledger.enter([{"decision_id": "DREPLAY", "verdict": "admit"}])
    with pytest.raises(RefusedByPolicy) as refused:
        check_proof(given(proof(decided)), given(point, "checkpoint"))
    assert refused.value.findings[0].code == "E-PRF-04"
    (decided.ledger.folder / "head").unlink()
    decided.ledger.path.write_bytes(decided_then)


def rewritten(text: str, **lines: str) -> str:
    parts = text.split("\n")
    for name, line in lines.items():
        parts[{"origin": 0, "size": 1, "root": 2}[name]] = line
    return "\n".join(parts)


OTHER_ROOT = base64.b64encode(b"\x01" * 32).decode()


def test_two_heads_of_one_size_are_a_fork(decided, given, point) -> None:
    fork = given(rewritten(point, root=OTHER_ROOT), "fork")
    for act in (lambda: check_proof(given(proof(decided)), fork),
                lambda: since_checkpoint(decided.settings, fork)):  # fmt: skip
        with pytest.raises(RefusedByPolicy) as refused:
            act()
        assert refused.value.findings[0].code == "E-PRF-05"
        assert refused.value.exit_code == 4


def test_a_ledger_is_held_against_a_checkpoint_kept(decided, given, point, tmp_path) -> None:
    kept = given(point, "kept")
    told = since_checkpoint(decided.settings, kept)
    assert (told["since"], told["grown"]) == (decided.size, 0)
    shorter = Ledger(tmp_path / "rolled back")
    shorter.enter([e.record for e in decided.ledger.entries()[:3]])
    with pytest.raises(RefusedByPolicy) as refused:
        since_checkpoint(type(decided.settings)(SEEDS, tmp_path / "x"), kept)
    assert refused.value.findings[0].code == "E-PRF-07"


@pytest.mark.parametrize(
    "spoil",
    [lambda t: "", lambda t: t[:20], lambda t: rewritten(t, origin="another log"),
     lambda t: rewritten(t, size="-1"), lambda t: rewritten(t, size="07"),
     lambda t: rewritten(t, size="0"), lambda t: rewritten(t, root="AAAA"),
     lambda t: rewritten(t, root="not base64!")],
)  # fmt: skip
def test_a_checkpoint_that_is_none_is_refused(decided, given, point, spoil) -> None:
    with pytest.raises(RefusedByPolicy) as refused:
        since_checkpoint(decided.settings, given(spoil(point), "spoiled"))
    assert refused.value.findings[0].code == "E-PRF-06"


def test_a_checkpoint_nobody_trusted_signed_is_refused(decided, given, point) -> None:
    keys = [k.public_key for k in keyring_of(decided.settings.home).of("ledger")]
    assert since_checkpoint(decided.settings, given(point, "kept"), keys)["grown"] == 0
    for text, named in ((point, ["0" * 64]), (rewritten(point, root=OTHER_ROOT), keys)):
        with pytest.raises(RefusedByPolicy) as refused:
            since_checkpoint(decided.settings, given(text, "kept"), named)
        assert refused.value.findings[0].code == "E-PRF-06"


def test_the_commands_say_the_same(decided, given, point, monkeypatch, capsys) -> None:
    monkeypatch.setenv("TANYUAN_HOME", str(decided.settings.home))
    monkeypatch.setenv("TANYUAN_SEEDS", str(SEEDS))
    good = given(proof(decided))
    kept = given(point, "kept")
    bad = given({**proof(decided), "index": 0}, "bad.json")
    fork = given(rewritten(point, root=OTHER_ROOT), "fork")
    for words, left in (
        (["check-proof", str(good), "--checkpoint", str(kept)], 0),
        (["check-proof", str(bad)], 4), (["check-proof", str(good), "--checkpoint", str(fork)], 4),
        (["log", "--since", str(kept)], 0), (["log", "--since", str(fork)], 4),
        (["check-proof", "nowhere.json"], 3),
    ):  # fmt: skip
        assert run_words(["review", *words], Presentation("zh", as_json=True)) == left
        assert json.loads(capsys.readouterr().out)["exit"] == left
