"""Every file of the zoo gets its codes at its cells; good files pass without a word."""

from __future__ import annotations

import pytest

from tests.desk.handed_in import (
    checked,
    checked_here,
    csv_bytes,
    good_row,
    grid,
    ods,
    told,
    xls,
    xlsx,
)
from tests.desk.zoo import REFUSED, STRUCTURE, at
from tests.desk.zoo_cells import CELLS

CONTROLS = {
    "good.xlsx": xlsx, "good.xls": xls, "good.ods": ods, "good.csv": csv_bytes,
}  # fmt: skip


def outcome_of(found) -> str:
    if found.is_refused:
        return "refused"
    return "quarantined" if found.counts.quarantined else "accepted"


def accounted(found) -> bool:
    """Whether every row went somewhere."""
    c = found.counts
    return c.rows == c.admissible + c.quarantined + c.refused and c.empty >= 0


def test_the_zoo_is_large():
    assert len(REFUSED) + len(STRUCTURE) + len(CELLS) >= 80


@pytest.mark.parametrize("beast", [*REFUSED, *STRUCTURE], ids=lambda b: b.name)
def test_a_file_gets_its_codes_at_its_cells(beast):
    found = checked(beast.file, beast.make())
    assert accounted(found)
    codes = told(found)
    if beast.outcome == "refused":
        codes = {(code, None) for code, _ in codes}
    assert codes == set(beast.codes)
    assert outcome_of(found) == beast.outcome


@pytest.mark.parametrize(("name", "answers", "wanted"), CELLS, ids=[c[0] for c in CELLS])
def test_a_spoilt_answer_gets_its_code_and_the_good_row_beside_it_is_kept(name, answers, wanted):
    found = checked_here(f"{name}.csv", csv_bytes(grid(good_row(**answers), good_row(2))))
    assert told(found) == {(code, at(column)) for code, column in wanted}
    has_error = any(f.severity == "error" for f in found.findings)
    assert found.counts.quarantined == int(has_error)
    assert found.counts.admissible == 2 - int(has_error)


@pytest.mark.parametrize("name", CONTROLS)
def test_a_good_file_passes_without_a_word(name):
    found = checked(name, CONTROLS[name](grid(good_row(1), good_row(2))))
    assert found.findings == ()
    assert (found.counts.rows, found.counts.admissible) == (2, 2)


def test_all_failures_are_told_not_the_first_ten():
    rows = [good_row(n, value="1,23", region_code="64") for n in range(1, 81)]
    found = checked_here("many.csv", csv_bytes(grid(*rows)))
    assert len(found.findings) == 160
    assert found.counts.quarantined == 80


def test_a_finding_says_what_was_typed_what_was_expected_and_how_to_mend_it():
    found = checked_here("a.csv", csv_bytes(grid(good_row(region_code="64"))))
    (one,) = found.findings
    assert one.as_json() | {"zh": "", "en": "", "fix_zh": "", "fix_en": ""} == {
        "code": "E-FIG-15", "severity": "error", "file": "a.csv", "sheet": "因子填报",
        "cell": at("region_code"), "row": 3, "field": "region_code", "value": "64",
        "expected": ["640000 宁夏", "640400 固原", "640100 银川"],
        "zh": "", "en": "", "fix_zh": "", "fix_en": "",
    }  # fmt: skip
