"""A release withdrawn as a whole: nothing is deleted, and nobody reads it without being told."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from pipelines.cli import run_words
from pipelines.cli.presentation import Presentation
from pipelines.cli.release_folder import folder_of
from pipelines.commands.withdraw_release import restore_tombstones
from pipelines.ledger import Ledger
from pipelines.publish import publish
from pipelines.publish.verify import verify
from pipelines.publish.withdrawal import told
from pipelines.serve.service import Releases
from pipelines.settings import Settings

REASON = "汇编错误"


@pytest.fixture
def ask(house: Settings, capsys, monkeypatch):
    monkeypatch.setenv("TANYUAN_HOME", str(house.home))
    monkeypatch.setenv("TANYUAN_SEEDS", str(house.seeds))

    def asked(*words: str) -> dict:
        capsys.readouterr()
        code = run_words(list(words), Presentation(as_json=True))
        answer = json.loads(capsys.readouterr().out)
        assert answer["exit"] == code
        return answer

    return asked


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def codes(answer: dict) -> list[str]:
    return [f["code"] for f in answer["findings"]]


@pytest.mark.usefixtures("quick_gate")
def test_a_withdrawn_release_stays_and_everyone_says_so(
    house, published_tables, ledger, ask, tmp_path
) -> None:
    old = house.releases / "2026.1.0"
    before, log = bytes_of(old), bytes_of(house.home / "log")
    assert codes(ask("factor", "get", "FKMDMABQMVJ4A")) == []
    done = ask("release", "withdraw", "2026.1.0", "--reason", REASON, "--class", "recall")
    assert done["exit"] == 0
    assert done["summary"]["factor"] == published_tables["factor"].height
    notice, tombstone = (Path(o["path"]) for o in done["outputs"])
    assert "2026.1.0" in notice.read_text("utf-8")
    assert REASON in notice.read_text("utf-8")
    # Nothing is deleted or changed.
    assert bytes_of(old) == before
    assert bytes_of(house.home / "log") == log
    # Whoever reads it is told.
    listed = ask("release", "list")["data"]
    assert [r["withdrawn"]["text_zh"] for r in listed] == [REASON]
    for words in (
        ("factor", "get", "FKMDMABQMVJ4A"),
        ("factor", "cite", "FKMDMABQMVJ4A"),
        ("release", "verify", str(old)),
        ("catalogue", "build", "-o", str(tmp_path / "c.html")),
    ):
        answer = ask(*words)
        assert (answer["exit"], codes(answer)) == (0, ["W-WDR-02"]), words
        assert REASON in answer["findings"][0]["zh"]
    cited = ask("factor", "cite", "FKMDMABQMVJ4A")["data"]
    assert all(REASON in text for text in cited.values())
    assert REASON in (tmp_path / "c.html").read_text("utf-8").partition("<header")[0]
    # The same again changes nothing; another reason is a conflict.
    size = Ledger(house.home / "ledger").size_and_root()
    again = ask("release", "withdraw", "2026.1.0", "--reason", REASON, "--class", "recall")
    assert again["data"]["ledger_index"] == done["data"]["ledger_index"]
    other = ask("release", "withdraw", "2026.1.0", "--reason", "别的")
    assert (other["exit"], codes(other)) == (5, ["E-WDR-01"])
    assert Ledger(house.home / "ledger").size_and_root() == size
    # A tombstone that is lost comes back from the ledger, byte for byte.
    said = tombstone.read_bytes()
    tombstone.unlink()
    assert restore_tombstones(house) == [tombstone]
    assert tombstone.read_bytes() == said
    # The next release says it, and readers go on with that one.
    entries = Ledger(house.home / "ledger").entries()
    receipt = publish(house, published_tables, ledger, withdrawn=told([e.record for e in entries]))
    assert receipt.is_new
    manifest = json.loads((receipt.folder / "manifest.json").read_bytes())
    assert [(w["release_id"], w["text_zh"]) for w in manifest["withdrawn"]] == [
        ("2026.1.0", REASON)
    ]
    assert REASON in (receipt.folder / "changes" / "CHANGELOG.md").read_text("utf-8")
    assert folder_of(None, house.home) == receipt.folder
    assert codes(ask("factor", "get", "FKMDMABQMVJ4A")) == []
    assert codes(ask("factor", "get", "FKMDMABQMVJ4A", "--release", "2026.1.0")) == ["W-WDR-02"]
    served = Releases(house.home, lambda _: True, lambda: {"2026.1.0": REASON})
    served.refresh()
    assert served.view is not None
    assert served.view.shelf.release_id == "2026.1.1"
    standing = served.view.standing("2026.1.0")
    assert standing.state == "withdrawn"
    assert REASON in standing.reason.zh


def test_a_tombstone_that_is_forged_or_of_another_release_says_nothing(house, ask) -> None:
    old = house.releases / "2026.1.0"
    path = house.releases / "2026.1.0.withdrawn.json"
    done = ask("release", "withdraw", "2026.1.0", "--reason", REASON)
    assert done["data"]["event"]["successor"] is None
    assert verify(old, quick=True)["withdrawn"]["text_zh"] == REASON
    told_once = json.loads(path.read_bytes())
    for change in ({"text_zh": "无"}, {"manifest_sha256": "0" * 64}):
        statement = {**told_once["statement"], **change}
        path.write_text(json.dumps({**told_once, "statement": statement}), "utf-8")
        outcome = verify(old, quick=True)
        assert outcome["ok"]
        assert outcome["withdrawn"] is None
    assert verify(old, quick=True, trusted=["0" * 64])["withdrawn"] is None


@pytest.mark.parametrize(
    "words", [("2026.9.9",), ("2026.1.0", "--successor", "2026.9.9"), ("2026.1.0", "--class", "x")]
)
def test_withdrawing_what_is_not_known_changes_nothing(house, ask, words) -> None:
    before = bytes_of(house.home / "ledger")
    answer = ask("release", "withdraw", *words, "--reason", REASON)
    assert (answer["exit"], codes(answer)) == (2, ["E-USE-02"])
    assert bytes_of(house.home / "ledger") == before
    assert not list(house.releases.glob("*.withdrawn.json"))
