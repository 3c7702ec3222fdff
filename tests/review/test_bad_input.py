"""Each bad input is refused by every way in, with its code and exit, and nothing is written.

The command line, Python, and assets run by hand past every command.
"""

from __future__ import annotations

import csv
import json
import shutil

import dagster as dg
import polars as pl
import pytest

from pipelines.admit.policy import record_hashes
from pipelines.cli import run_words
from pipelines.cli.presentation import Presentation
from pipelines.commands import review
from pipelines.commands.checking import check_file
from pipelines.defs import definitions
from pipelines.defs.admit import JUDGED, JUDGED_FROM, admit
from pipelines.errors import RefusedByPolicy, TanyuanError
from pipelines.identity import record_id
from pipelines.settings import Settings
from tests.admit.samples import candidate, tables
from tests.conftest import SEEDS
from tests.desk.handed_in import csv_bytes, good_row, grid
from tests.review.desk import Desk, record, subject
from tests.review.test_hard_rules import decision_by

SOURCE = "submission_enterprise-01"


def materialised(desk: Desk, given: dict[str, pl.DataFrame], seeds=SEEDS):
    """Run the asset of admission by hand over tables laid before it."""

    def laid(name: str):
        return dg.asset(name=name)(lambda: given[name])

    house = definitions(Settings(seeds, desk.settings.home)).resources["house"]
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        return dg.materialize(
            [*(laid(name) for name in JUDGED_FROM), admit],
            resources={"house": house, "io_manager": dg.InMemoryIOManager()}, instance=instance,
        )  # fmt: skip


def outcome(desk: Desk, given) -> tuple[set[str], dict[str, list[str]]]:
    """Ids admitted, and reason codes by record key, of a run by hand."""
    done = materialised(desk, given)
    made = {name: done.output_for_node("admit", name) for name in JUDGED}
    refused = made["refused_factor"].select("record_key", "reason_codes").rows()
    return set(made["factor"]["record_key"]), dict(refused)


def handed_in(key: str, **changes):
    return candidate(key, source_id=SOURCE, factor_id=record_id("F", SOURCE, key),
                     evidence_id=record_id("E", SOURCE, key), **changes)  # fmt: skip


@pytest.fixture
def say(desk, monkeypatch, capsys):
    monkeypatch.setenv("TANYUAN_HOME", str(desk.settings.home))
    monkeypatch.setenv("TANYUAN_SEEDS", str(SEEDS))

    def command(*words: str) -> tuple[int, dict]:
        code = run_words(list(words), Presentation("zh", as_json=True))
        return code, json.loads(capsys.readouterr().out)

    return command


# Self-approval, and a record that changed since it was reviewed.


def of_candidate(given, key: str) -> dict:
    hashes = dict(record_hashes(given).iter_rows())
    factor = record_id("F", SOURCE, key)
    return record(key, subject_id=factor, record_hash=hashes[factor], core_data=False)


def test_self_approval_is_refused_by_command_python_and_an_asset_run_by_hand(desk, say) -> None:
    desk.reviewed()
    before = desk.ledger.path.read_bytes()
    for who, code in (("submitter-01", "E-REV-01"), ("reviewer-01", "E-REV-08")):
        left, told = say("review", "decide", "k1", "--by", who, "--verdict", "admit")
        assert (left, code in {f["code"] for f in told["findings"]}) == (4, True)
        with pytest.raises(RefusedByPolicy):
            review.decide(desk.settings, [subject()], who, "admit")
        assert desk.ledger.path.read_bytes() == before
    # Past every command: the decision is put in the ledger, then the asset is run by hand.
    given = tables([handed_in("k9")])
    desk.submit("other", records=[of_candidate(given, "k9")])
    forged = decision_by(desk, "submitter-01")
    desk.ledger.enter(list(forged))
    assert outcome(desk, given) == (set(), {"k9": ["A-REV-02"]})


def test_a_record_changed_since_its_review_is_refused_by_every_way(desk, say) -> None:
    given = tables([handed_in("k9")])
    told = of_candidate(given, "k9")
    desk.submit(records=[told])
    desk.assign("reviewer-01", ids=["k9"])
    desk.opine("reviewer-01", ids=["k9"])
    before = desk.ledger.path.read_bytes()
    words = ["review", "decide", "k9", "--by", "steward-02", "--verdict", "admit"]
    left, answer = say(*words, "--hash", "f" * 64)
    assert (left, answer["findings"][0]["code"]) == (4, "E-REV-10")
    with pytest.raises(RefusedByPolicy):
        desk.decide(ids=["k9"], record_hash="f" * 64)
    assert desk.ledger.path.read_bytes() == before
    desk.decide(ids=["k9"])
    assert outcome(desk, given) == ({"k9"}, {})
    changed = tables([handed_in("k9", value=2.6)])
    assert outcome(desk, changed) == (set(), {"k9": ["A-REV-01"]})


@pytest.mark.parametrize(
    ("who", "code"), [("reviewer-05", "E-REV-04"), ("reviewer-03", "E-REV-05")]
)
def test_an_expert_out_of_term_or_field_is_refused(desk, say, who, code) -> None:
    desk.submit()
    before = desk.ledger.path.read_bytes()
    left, told = say("review", "assign", "k1", "--to", who)
    assert (left, told["findings"][0]["code"]) == (4, code)
    with pytest.raises(RefusedByPolicy):
        desk.assign(who)
    assert desk.ledger.path.read_bytes() == before


# A ledger that another hand changed.


def spoiled(good: bytes) -> list[bytes]:
    return [good[:-1], good[: len(good) // 2], b"", good[:60] + b"x" + good[61:], good + b"x" * 99]


def test_a_spoiled_ledger_stops_command_python_and_the_asset_and_stays_as_it_is(desk, say) -> None:
    desk.reviewed()
    good = desk.ledger.path.read_bytes()
    given = tables([candidate("k1")])
    for bad in spoiled(good):
        desk.ledger.path.write_bytes(bad)
        for words in (["review", "list"], ["review", "decide", "k1", "--by", "steward-01",
                                           "--verdict", "admit"]):  # fmt: skip
            left, told = say(*words)
            assert left == 3
            assert told["findings"][0]["code"].startswith("E-LEDGER-")
        with pytest.raises(TanyuanError) as refused:
            desk.decide()
        assert refused.value.exit_code == 3
        with pytest.raises(TanyuanError):
            materialised(desk, given)
        assert desk.ledger.path.read_bytes() == bad


# A rule that names no source.


@pytest.mark.parametrize(
    ("name", "code"),
    [("representativeness.csv", "E-SEED-09"), ("pedigree.csv", "E-UNC-05"),
     ("return_reason.csv", "E-SEED-09")],
)  # fmt: skip
def test_a_rubric_row_without_source_stops_every_way(desk, tmp_path, name, code, capsys) -> None:
    seeds = tmp_path / "seeds"
    for folder in ("rules", "decisions", "people", "reference"):
        shutil.copytree(SEEDS / folder, seeds / folder)
    shutil.copy(SEEDS / "release.toml", seeds)
    path = seeds / "rules" / name
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[0]["citation"] = ""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    before = desk.ledger.path.read_bytes()
    with pytest.raises(TanyuanError) as refused:
        materialised(desk, tables([candidate("k1")]), seeds)
    assert {f.code for f in refused.value.findings} == {code}
    assert refused.value.exit_code == 1
    handed = tmp_path / "a.csv"
    handed.write_bytes(csv_bytes(grid(good_row(1))))
    words = {"return_reason.csv": ["review", "list", "--home", str(desk.settings.home)]}
    left = run_words([*words.get(name, ["check", str(handed)]), "--seeds", str(seeds)],
               Presentation("zh", as_json=True))  # fmt: skip
    assert left == 1
    assert code in capsys.readouterr().out
    assert desk.ledger.path.read_bytes() == before


# Figures that cannot be right, by workbook row and by asset.

FIGURES = {
    "a pedigree with a gap": (
        {"uncertainty_kind": "pedigree", "uncertainty_value": "(1,-,3,4,5)"},
        {"uncertainty_kind": "pedigree", "uncertainty_value": "(1,-,3,4,5)"}, "A-UNC-01",
    ),
    "a GSD2 below 1": (
        {"uncertainty_kind": "gsd2", "uncertainty_value": "0.9"},
        {"uncertainty_kind": "gsd2", "uncertainty_value": "0.9"}, "A-UNC-01",
    ),
    "CO2e without a GWP set": (
        {"value_unit": "tCO2e", "gwp_set": "", "gas": ""}, {"gwp_set": None}, "A-GWP-01",
    ),
}  # fmt: skip
SUM_OFF = {"value_unit": "tCO2e", "gas": "", "gwp_set": "AR5", "factor_kind": "footprint_factor",
           "boundary": "cradle_to_gate", "value_convention": "excluding_uptake", "value": "72.59",
           "fossil": "70", "biogenic_non_co2": "0", "land_use_change": "0",
           "land_management_emission": "0", "land_management_removal": "0",
           "technological_removal": "0", "ccs_capture": "0"}  # fmt: skip


def test_figures_that_cannot_be_right_are_refused_by_command_and_python(
    desk, say, tmp_path
) -> None:
    cases = {**{name: row for name, (row, _, _) in FIGURES.items()}, "a sum that is off": SUM_OFF}
    path = tmp_path / "报送.csv"
    rows = [good_row(n, **row) for n, row in enumerate(cases.values(), start=1)]
    path.write_bytes(csv_bytes(grid(*rows)))
    before = desk.ledger.path.read_bytes()
    left, told = say("check", str(path))
    assert left == 1
    errors = [f for f in told["findings"] if f["severity"] == "error"]
    assert {f["row"] for f in errors} == set(range(3, 3 + len(cases)))
    assert all(f["fix_zh"] and f["code"] for f in errors)
    checked = check_file(desk.settings, path)
    assert checked.counts.admissible == 0
    assert desk.ledger.path.read_bytes() == before
    assert not (desk.settings.home / "objects").exists()


def test_figures_that_cannot_be_right_are_refused_by_the_asset(desk) -> None:
    rows = [candidate(f"k{n}", **cells) for n, (_, cells, _) in enumerate(FIGURES.values())]
    admitted, refused = outcome(desk, tables(rows))
    assert admitted == set()
    wanted = {f"k{n}": code for n, (_, _, code) in enumerate(FIGURES.values())}
    assert {key: wanted[key] in codes for key, codes in refused.items()} == dict.fromkeys(
        wanted, True
    )


def test_a_table_that_breaks_a_promise_stops_the_run_with_its_code() -> None:
    # Imported here: the module has the name of the function other tests import.
    from pipelines.cli.run import _stopped_by

    told = "2 blocking asset checks failed with ERROR severity:\nfactor: rights_hold,every_factor"
    found = _stopped_by(told)
    assert [f.code for f in found] == ["E-HOLD-01", "E-HOLD-01"]
    assert "rights_hold" in found[0].zh
    assert _stopped_by("another fault: of the graph") == []
