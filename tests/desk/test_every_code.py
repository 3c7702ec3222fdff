"""Every code of the desk is told by a file that deserves it, and by none that does not."""

from __future__ import annotations

import tomllib
from fractions import Fraction

import pytest

from pipelines.desk.check import check
from pipelines.desk.reading import ReadFile
from pipelines.desk.submitted import SubmittedSheet
from pipelines.findings import CATALOGUE, catalogue
from schemas.submission_product import TEMPLATES
from tests.desk.handed_in import (
    MAIN,
    checked,
    good_row,
    grid,
    known,
    origin_of,
    xlsx,
)
from tests.desk.zoo import REFUSED, STRUCTURE
from tests.desk.zoo_cells import CELLS

DESK = sorted(
    {
        code
        for name in ("desk.toml", "intake.toml")
        for code in tomllib.loads((CATALOGUE / name).read_text("utf-8"))
    }
)
IN_ZOO = {code for beast in (*REFUSED, *STRUCTURE) for code, _ in beast.codes} | {
    code for _, _, wanted in CELLS for code, _ in wanted
}


def template_rows(kind: str, *changed: tuple[str, int, str, str]) -> dict[str, list[list[str]]]:
    """Sheets of a template whose rows are its examples, then changed: (table, row, name, text)."""
    made = {}
    for form in TEMPLATES[kind].forms:
        rows = [[a.field.title_zh for a in form], list(form.names), [a.example for a in form]]
        for table, row, name, text in changed:
            if table == form.table:
                while len(rows) <= row:
                    rows.append(list(rows[2]))
                rows[row][form.names.index(name)] = text
        made[form.sheet] = rows
    return made


def of_template(kind: str, *changed: tuple[str, int, str, str]):
    """What checking such a workbook finds."""
    sheets = tuple(
        SubmittedSheet(name, tuple(tuple(row) for row in rows))
        for name, rows in template_rows(kind, *changed).items()
    )
    read = ReadFile("a.xlsx", "ab" * 32, "xlsx", sheets)
    return check(read, known(), origin_of(read, 1, "test", known().on))


def stamped(text: str):
    cells = grid(good_row())
    return checked("a.xlsx", xlsx([[*cells[0], text], *cells[1:]]))


def long_cell():
    cells = (tuple(r) for r in grid(good_row(note="x" * 40_000)))
    read = ReadFile("a.xlsx", "ab" * 32, "xlsx", (SubmittedSheet(MAIN.sheet, tuple(cells)),))
    return check(read, known(), origin_of(read, 1, "test", known().on))


def against_peers():
    import dataclasses

    peers = {("diesel", "direct_ef", "kgCO2", "energy"): (5, Fraction("0.7"))}
    doubt = dataclasses.replace(
        known(), plausibility=dataclasses.replace(known().plausibility, peers=peers)
    )
    cells = tuple(tuple(r) for r in grid(good_row()))
    read = ReadFile("a.xlsx", "ab" * 32, "xlsx", (SubmittedSheet(MAIN.sheet, cells),))
    return check(read, doubt, origin_of(read, 1, "test", doubt.on))


def headless_source():
    def more(book, _page) -> None:
        book.add_worksheet("来源与授权").write_row(0, 0, ["文件", "单位"])

    return checked("a.xlsx", xlsx(grid(good_row()), more=more))


ELSEWHERE = {
    "E-FORM-09": long_cell,
    "E-FORM-18": headless_source,
    "W-FORM-27": lambda: stamped("模板 Template factor 9.9"),
    "E-FIG-16": lambda: of_template("inventory", ("product", 2, "product_id", "a b c/中文")),
    "E-LINK-01": lambda: of_template("inventory", ("exchange", 2, "process_id", "nowhere")),
    "E-REP-05": lambda: of_template("population", ("population", 2, "period_end", "2020-12-31")),
    "E-PLAUS-03": against_peers,
}
# Told elsewhere: of a row left out of a run (tests/commands), of a template grown old (its own
# test below), of a parsing process that ends (test_confinement).
# Of an inventory without its sheet of sources (tests/commands, tests/examples).
OTHER_TESTS = {"S-DESK-01", "W-FORM-26", "E-INTAKE-14", "E-RIGHT-02"}


@pytest.mark.parametrize("code", ELSEWHERE)
def test_a_code_is_told_where_it_is_deserved(code):
    assert code in {f.code for f in ELSEWHERE[code]().findings}


def test_every_code_is_told_by_some_file():
    assert set(DESK) - IN_ZOO - ELSEWHERE.keys() - OTHER_TESTS == set()


def test_an_older_template_is_named(monkeypatch):
    import dataclasses

    from schemas.form import Edition

    now = TEMPLATES["factor"]
    newer = dataclasses.replace(now, history=(*now.history, Edition("1.1")))
    monkeypatch.setitem(TEMPLATES, "factor", newer)
    assert {f.code for f in stamped("模板 Template factor 1.0").findings} == {"W-FORM-26"}


@pytest.mark.parametrize("kind", TEMPLATES)
def test_the_examples_of_a_template_pass_every_rule(kind):
    found = of_template(kind)
    assert [f.as_json() for f in found.findings] == []
    assert found.counts.quarantined == 0


@pytest.mark.parametrize("code", DESK)
def test_a_code_explains_itself_with_a_bad_and_a_good_example(code):
    entry = catalogue()[code]
    assert entry.bad != entry.good
