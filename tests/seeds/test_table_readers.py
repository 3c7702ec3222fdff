"""Is every table of rules, decisions and people refused by its code when it cannot be read?

What is wrong with a single cell is asked in the tests of each room.
"""

from __future__ import annotations

import csv
import io
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from pipelines.admit.ageing import read_quality_levels
from pipelines.admit.balance_rule import read_balance_rule
from pipelines.admit.judged import read_source_judgements
from pipelines.admit.plausibility.limits import read_plausibility_limits
from pipelines.admit.register import read_register
from pipelines.admit.review_rule import read_review_rule
from pipelines.admit.use_rubric import read_use_rubrics
from pipelines.commands.checking import _rules_of
from pipelines.errors import FaultyData, TanyuanError, UnreadableInput
from pipelines.grade.energy_limits import energy_limit_blocks
from pipelines.ingest.reference import read_stoichiometry
from pipelines.publish.licence_rules import known_licences, read_licence_rules
from pipelines.publish.reason import read_statements
from pipelines.publish.requirements import requirement_table
from pipelines.quantities.pedigree import read_pedigree_tables
from pipelines.quantities.unit import load_units
from pipelines.serve.development_report.named_parts import read_named_parts
from tests.conftest import SEEDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def requirements_of(seeds: Path) -> Any:
    # Without tables nothing can be asked of them; the list itself is read before.
    with suppress(duckdb.CatalogException):
        requirement_table(seeds, {})


READERS: dict[str, Callable[[Path], Any]] = {
    "decisions/changes.csv": read_statements,
    "decisions/source_judgement.csv": read_source_judgements,
    "grade_rules/energy_limits.csv": lambda seeds: energy_limit_blocks(
        seeds / "grade_rules" / "energy_limits.csv"
    ),
    "people/agency.csv": read_register,
    "people/person.csv": read_register,
    "reference/licence.csv": known_licences,
    "reference/unit.csv": lambda seeds: load_units(seeds / "reference" / "unit.csv"),
    "rules/basic_uncertainty.csv": read_pedigree_tables,
    "rules/composition.csv": read_balance_rule,
    "rules/development_report.csv": read_named_parts,
    "rules/licence_compatibility.csv": lambda seeds: read_licence_rules(
        seeds, known_licences(SEEDS)
    ),
    "rules/pedigree.csv": read_pedigree_tables,
    "rules/quality_level.csv": read_quality_levels,
    "rules/representativeness.csv": _rules_of,
    "rules/representativeness_of_use.csv": read_use_rubrics,
    "rules/requirement.csv": requirements_of,
    "rules/return_reason.csv": read_review_rule,
    "rules/stoichiometric_bound.csv": read_plausibility_limits,
    "rules/stoichiometry.csv": read_stoichiometry,
}
# Tables that need not be there; the rest of the reference is tried in tests/ingest.
MAY_BE_MISSING = {
    "decisions/changes.csv", "decisions/source_judgement.csv", "grade_rules/energy_limits.csv",
}  # fmt: skip
# Without people nothing is reviewed by people, which is said where one is asked for.
MAY_BE_EMPTY = MAY_BE_MISSING | {"people/agency.csv", "people/person.csv"}
CACHED = (
    _rules_of, load_units, read_pedigree_tables, read_plausibility_limits, read_use_rubrics,
)  # fmt: skip


@pytest.fixture(scope="module")
def seeds(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("seeds")
    for name in ("rules", "decisions", "people", "reference"):
        shutil.copytree(SEEDS / name, folder / name)
    (folder / "grade_rules").mkdir()
    shutil.copy(SEEDS / "grade_rules" / "energy_limits.csv", folder / "grade_rules")
    shutil.copy(SEEDS / "release.toml", folder)
    for notice in SEEDS.glob("*/*NOTICE*"):
        (folder / notice.parent.name).mkdir(exist_ok=True)
        shutil.copy(notice, folder / notice.parent.name)
    return folder


def test_every_table_has_a_reader(seeds):
    tables = {p.relative_to(seeds).as_posix() for p in seeds.rglob("*.csv")}
    assert {t for t in tables if not t.startswith("reference/")} <= set(READERS) <= tables


def refusal(name: str, seeds: Path) -> TanyuanError | None:
    for one in CACHED:
        one.cache_clear()
    try:
        READERS[name](seeds)
    except TanyuanError as error:
        return error
    return None


def columns_left_out(text: str) -> Iterator[tuple[str, str]]:
    """A table without each of its columns, by the column."""
    header, *rows = list(csv.reader(io.StringIO(text)))[:3]
    for place, column in enumerate(header):
        made = io.StringIO()
        csv.writer(made).writerows([row[:place] + row[place + 1 :] for row in (header, *rows)])
        yield column, made.getvalue()


@pytest.mark.parametrize("name", READERS)
def test_a_table_that_cannot_be_read_is_refused(seeds, name):
    path = seeds / name
    data = path.read_bytes()
    text = data.decode("utf-8-sig")
    try:
        path.write_bytes(f"{text}规则".encode("gb18030"))
        assert isinstance(refusal(name, seeds), UnreadableInput)
        path.write_bytes("\ufeff".encode() + data)
        assert refusal(name, seeds) is None
        path.write_bytes(text.replace(",", "\0,", 1).encode())
        assert refusal(name, seeds) is not None
        path.unlink()
        missing = refusal(name, seeds)
        assert missing is None if name in MAY_BE_MISSING else isinstance(missing, UnreadableInput)
        path.mkdir()
        assert isinstance(refusal(name, seeds), UnreadableInput)
        path.rmdir()
        for column, without in columns_left_out(text):
            path.write_text(without, "utf-8")
            told = refusal(name, seeds)
            if told is not None:
                assert isinstance(told, FaultyData)
                assert all(one.place["file"] for one in told.findings), column
    finally:
        path.write_bytes(data)


@pytest.mark.parametrize("name", sorted(set(READERS) - MAY_BE_EMPTY))
def test_a_table_of_rules_without_rows_is_refused(seeds, name):
    path = seeds / name
    data = path.read_bytes()
    told = {}
    for what, left in (("nothing", b""), ("header", data.splitlines()[0])):
        path.write_bytes(left)
        refused = refusal(name, seeds)
        assert isinstance(refused, FaultyData)
        told[what] = {one.code for one in refused.findings}
    path.write_bytes(data)
    assert told["nothing"] == {"E-SEED-04"}
    assert told["header"] == {"E-LIC-01" if "licence_comp" in name else "E-SEED-12"}
