"""Every command of the guide to review does what it says, in the order it is told."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from pipelines.cli import run_words
from pipelines.cli.presentation import Presentation
from pipelines.commands.review import cases_of
from pipelines.commands.submission import submit
from pipelines.documents import DOCS
from pipelines.ledger.proofs import holds_leaf
from tests.conftest import SEEDS
from tests.desk.handed_in import csv_bytes, good_row, grid
from tests.review.desk import Desk, record, subject

GUIDE = (DOCS / "review.md").read_text("utf-8")
COMMANDS = [
    line
    for body in re.findall(r"^```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    for line in body.strip().splitlines()
]


@pytest.fixture
def say(desk: Desk, monkeypatch, capsys):
    """Run a command in this process; returns its exit code and its JSON document."""
    monkeypatch.setenv("TANYUAN_HOME", str(desk.settings.home))
    monkeypatch.setenv("TANYUAN_SEEDS", str(SEEDS))

    def command(line: str) -> tuple[int, dict]:
        words = shlex.split(line)
        assert words.pop(0) == ".venv/bin/tanyuan"
        code = run_words(words, Presentation("zh", as_json=True))
        return code, json.loads(capsys.readouterr().out)

    return command


def with_release(desk: Desk, shared_home) -> None:
    """The head release of the shared home, read through links."""
    for name in ("log", "objects", "releases"):
        (desk.settings.home / name).symlink_to(shared_home / name)


def handed_in(desk: Desk, tmp_path) -> None:
    path = tmp_path / "报送.csv"
    path.write_bytes(csv_bytes(grid(good_row(1), good_row(2))))
    submit(desk.settings, path, "submitter-01")


def test_the_guide_works_from_top_to_bottom(desk, say, tmp_path, shared_home) -> None:
    with_release(desk, shared_home)
    handed_in(desk, tmp_path)
    answers = {}
    for line in COMMANDS:
        code, answers[line] = say(line)
        assert code == 0, (line, answers[line])
        assert answers[line]["ok"]
    states = {r[-1].record_key: r[-1].state for r in cases_of(desk.settings).rounds.values()}
    assert states == {"FUEL-01": "admitted", "FUEL-02": "returned"}
    [asked] = [line for line in COMMANDS if "--prove" in line]
    proof = answers[asked]["data"]["proof"]
    assert proof["record"]["verdict"] == "admit"
    assert holds_leaf(
        bytes.fromhex(proof["leaf_hash"]), proof["index"], proof["size"],
        [bytes.fromhex(h) for h in proof["proof"]], bytes.fromhex(proof["root"]),
    )  # fmt: skip


def test_every_command_of_the_group_is_in_the_guide() -> None:
    shown = {line.split()[2] for line in COMMANDS}
    assert shown == {
        "list", "show", "reasons", "assign", "opinion", "decide", "return", "log",
        "verification", "suspend-agency", "dependents",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("review decide k1 --by submitter-01 --verdict admit", "E-REV-01"),
        ("review decide k1 --by reviewer-01 --verdict admit", "E-REV-08"),
        ("review opinion k1 --by submitter-01 --conclusion accept", "E-REV-01"),
        ("review decide k1 --by nobody-01 --verdict admit", "E-REV-12"),
        ("review return k1 --by steward-01", "E-REV-13"),
    ],
)
def test_a_refusal_leaves_with_four_and_writes_nothing(desk, say, line, code) -> None:
    desk.reviewed()
    before = desk.ledger.path.read_bytes()
    left, told = say(f".venv/bin/tanyuan {line}")
    assert left == told["exit"] == 4
    assert code in {f["code"] for f in told["findings"]}
    assert desk.ledger.path.read_bytes() == before


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("review show nothing", 2),
        ("review log --prove nothing", 2),
        ("review decide nothing --by steward-01 --verdict admit", 2),
        ("review decide k1 --by steward-01 --verdict admit --on someday", 2),
    ],
)
def test_what_there_is_not_is_wrong_usage(desk, say, line, left) -> None:
    desk.submit()
    assert say(f".venv/bin/tanyuan {line}")[0] == left


def test_a_damaged_ledger_is_refused_and_left_as_it_is(desk, say) -> None:
    desk.reviewed()
    good = desk.ledger.path.read_bytes()
    for spoiled in (good[:-1], good[: len(good) // 2], b"", good[:60] + b"x" + good[61:]):
        desk.ledger.path.write_bytes(spoiled)
        left, told = say(".venv/bin/tanyuan review decide k1 --by steward-01 --verdict admit")
        assert left == 3
        assert told["findings"][0]["code"].startswith("E-LEDGER-")
        assert desk.ledger.path.read_bytes() == spoiled


def test_the_queue_and_the_life_read_well_in_both_languages(desk, monkeypatch, capsys) -> None:
    monkeypatch.setenv("TANYUAN_HOME", str(desk.settings.home))
    monkeypatch.setenv("TANYUAN_SEEDS", str(SEEDS))
    desk.submit(records=[record("k1"), record("k2")])
    told = {}
    for words in (["list"], ["show", subject()], ["log"], ["list", "--state", "returned"]):
        for language in ("zh", "en"):
            assert run_words(["review", *words], Presentation(language)) == 0
            told[words[-1], language] = capsys.readouterr().out
    assert told["list", "zh"].count("prechecked") == told["list", "en"].count("prechecked") == 2
    assert "第 1 轮" in told[subject(), "zh"]
    assert "round 1" in told[subject(), "en"]
    assert "账本" in told["log", "zh"]
    assert "ledger of" in told["log", "en"]
    assert "没有评审中的记录" in told["returned", "zh"]
    assert "no record under review" in told["returned", "en"]
