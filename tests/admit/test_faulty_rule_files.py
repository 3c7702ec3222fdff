"""What is said of rule files with a fault in them, word for word, and of good ones.

Each fault is one line or cell of one of ``rule_files``, which are shaped like those of the
seeds; what follows is approved as a whole (``approved``).
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pipelines.admit import read_rulebook
from pipelines.admit.ageing import read_quality_levels
from pipelines.admit.aggregated import read_aggregated_rule
from pipelines.admit.balance_rule import read_balance_rule
from pipelines.admit.judged import read_source_judgements
from pipelines.admit.plausibility.limits import read_plausibility_limits
from pipelines.admit.register import read_register
from pipelines.admit.review_rule import read_review_rule
from pipelines.admit.rulebook import read_reporting_gwp_set, read_rubric
from pipelines.admit.use_rubric import read_use_rubrics
from pipelines.errors import FaultyData, UnreadableInput
from tests.approved import approve, as_lines
from tests.conftest import SEEDS

HERE = Path(__file__).parent
APPROVED, FILES = HERE / "approved", HERE / "rule_files"
# Tables of figures that the files rest on.
FIGURES = ("pedigree.csv", "basic_uncertainty.csv")


def rulebook(seeds: Path) -> Any:
    return read_rulebook(seeds, read_rubric(seeds), dt.date(2026, 11, 21))


READERS: dict[str, tuple[Callable[[Path], Any], tuple[str, ...]]] = {
    "rulebook": (rulebook, ("rules/admission.toml", "decisions/policies.toml",
                            "rules/representativeness.csv", "rules/uncertainty.toml")),
    "reporting": (read_reporting_gwp_set, ("rules/admission.toml",)),
    "levels": (read_quality_levels, ("rules/quality_level.csv",)),
    "limits": (read_plausibility_limits, ("rules/plausibility_suite.toml",
                                          "rules/stoichiometric_bound.csv")),
    "register": (read_register, ("people/person.csv", "people/agency.csv")),
    "review": (read_review_rule, ("rules/review.toml", "rules/return_reason.csv")),
    "use": (read_use_rubrics, ("rules/representativeness_of_use.csv",)),
    "aggregated": (read_aggregated_rule, ("rules/aggregated_quality.toml",)),
    "balance": (read_balance_rule, ("rules/balance.toml", "rules/composition.csv")),
    "judgements": (read_source_judgements, ("decisions/source_judgement.csv",)),
}  # fmt: skip


def lines_of(seeds: Path, name: str) -> list[str]:
    return (seeds / name).read_text("utf-8").splitlines()


def faults_of(seeds: Path, name: str) -> list[tuple[str, str]]:
    """Ways in which a file can be faulty: (what, its text)."""
    lines = lines_of(seeds, name)
    found = [("broken", "[[[ no file of rules\n\x00"), ("empty", "")]
    for number, line in enumerate(lines):
        rest = lines[:number] + lines[number + 1 :]
        if name.endswith(".toml") and " = " in line and not line.startswith("#"):
            key = line.split(" = ")[0]
            found.append((f"{number} {key} gone", "\n".join(rest)))
            if '"' in line:
                blank = f'{key} = " "'
                found.append((f"{number} {key} blank", "\n".join(
                    [*lines[:number], blank, *lines[number + 1 :]])))  # fmt: skip
                other = f'{key} = "no_such"'
                found.append((f"{number} {key} other", "\n".join(
                    [*lines[:number], other, *lines[number + 1 :]])))  # fmt: skip
    return found


def cells_of(seeds: Path, name: str) -> list[tuple[str, str]]:
    """A table without each column; its first, second and last row with each cell another."""
    import csv
    import io

    with (seeds / name).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)

    def text_of(made: list[list[str]]) -> str:
        told = io.StringIO()
        csv.writer(told, lineterminator="\n").writerows(made)
        return told.getvalue()

    found = [
        (f"{title} gone", text_of([row[:column] + row[column + 1 :] for row in [header, *rows]]))
        for column, title in enumerate(header)
    ]
    for number in sorted({0, 1, len(rows) - 1}):
        for column, title in enumerate(header):
            for text in ("", "no_such"):
                made = [list(row) for row in rows]
                made[number][column] = text
                found.append((f"{number + 2} {title} {text!r}", text_of([header, *made])))
    return found


def said(reader: Callable[[Path], Any], seeds: Path) -> Any:
    for one in (read_plausibility_limits, read_use_rubrics):
        one.cache_clear()
    try:
        made = reader(seeds)
    except (FaultyData, UnreadableInput) as refused:
        return [type(refused).__name__, refused.findings]
    except Exception as error:  # a fault that trips the reader is told by its kind
        return f"{type(error).__name__}"
    return made


@pytest.fixture(scope="module")
def rule_files(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    for name in FIGURES:
        shutil.copy(SEEDS / "rules" / name, folder / "rules")
    return folder


@pytest.mark.parametrize("name", READERS)
def test_what_is_said_of_faulty_rule_files(rule_files, name) -> None:
    seeds = rule_files
    reader, files = READERS[name]
    told: dict[str, Any] = {}
    for file in files:
        path = seeds / file
        text = path.read_text("utf-8")
        faults = faults_of(seeds, file) if file.endswith(".toml") else cells_of(seeds, file)
        for what, faulty in faults:
            path.write_text(faulty, "utf-8")
            found = said(reader, seeds)
            told[f"{file} {what}"] = found if isinstance(found, list | str) else "good"
        path.write_bytes(b"\xff\xfe\x00")
        told[f"{file} no text"] = said(reader, seeds)
        path.unlink()
        told[f"{file} missing"] = said(reader, seeds)
        path.write_text(text, "utf-8")
    approve(APPROVED / f"faulty_{name}.txt", as_lines(told))


@pytest.mark.parametrize("name", READERS)
def test_what_is_read_of_good_rule_files(rule_files, name) -> None:
    made = said(READERS[name][0], rule_files)
    told = {"made": asdict(made)} if hasattr(made, "__dataclass_fields__") else {"made": made}
    approve(APPROVED / f"good_{name}.txt", as_lines(told).replace(', "', ',\n "'))
