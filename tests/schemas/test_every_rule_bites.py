"""Every declared rule refuses a planted bad row, in pandera and in DuckDB alike.

For each table one good row is built from the declarations; each rule is then broken once.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pandera.polars as pa
import polars as pl
import pytest

import schemas
from schemas.render.duckdb import create_table, in_load_order
from schemas.render.frame import frame_of
from schemas.render.pandera import (
    ContractBroken,
    breaches_of,
    contract,
    require,
    row_holds,
    rule_name,
)
from schemas.table import Field, Table

# Texts that satisfy each pattern in use; a new pattern must be given one here.
PATTERN_EXAMPLES = {
    "^A-PLA-[01][0-9]$": "A-PLA-07",
    "^[A-Z0-9][A-Z0-9-]*$": "640000",
    "^[a-z][a-z0-9_]*$": "energy",
    r"^[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?(/[0-9]+)?$": "3.6",
    "^[a-z0-9_]+$": "co2_fossil",
    "^(fossil|biogenic|land_use|unspecified)$": "fossil",
    "^[a-z0-9]+([_-][a-z0-9]+)*$": "mee_grid",
    "^E[A-Z2-7]{12}$": "EAAAAAAAAAAAA",
    r"^[a-z0-9_]+(\.[a-z0-9_]+)*$": "energy.electricity",
    "^[a-z0-9]+(_[a-z0-9]+)*$": "electricity",
    "^(product|waste|elementary)$": "product",
    "^(net_calorific_value|density|piece_mass)$": "density",
    "^[A-Za-z0-9][A-Za-z0-9.+-]*$": "CC0-1.0",
    "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$": "2025-12-31",
    "^[0-9a-f]{64}$": "0" * 64,
    "^(organisation|role)$": "role",
    "^[a-z0-9]+(-[a-z0-9]+)*$": "agency-01",
    "^F[A-Z2-7]{12}$": "FAAAAAAAAAAAA",
    r"^[0-9]+\.[0-9]+$": "1.0",
    "^kg[A-Za-z][A-Za-z0-9-]*$": "kgCO2e",
    "^D[A-Z2-7]{12}$": "DAAAAAAAAAAAA",
    "^P[A-Z2-7]{12}$": "PAAAAAAAAAAAA",
    r"^-?[0-9]+(\.[0-9]+)?$": "0.6187",
    "^V[A-Z2-7]{12}$": "VAAAAAAAAAAAA",
    "^(active|suspended|withdrawn)$": "active",
    "^[a-z0-9]+([_.-][a-z0-9]+)*$": "rule-1",
    "^[A-Za-z0-9_.-]+$": "10",
    "^(certificate|contract)$": "certificate",
    "^(confirmed|provisional|demonstration)$": "provisional",
    "^[A-Z0-9-]+$": "CHECK-1",
    r"^[0-9]+(\.[0-9]+)*$": "1",
    "^<=?$": "<=",
    "^(demonstration|official)$": "official",
    "^X[A-Z2-7]{12}$": "XAAAAAAAAAAAA",
    "^(benchmark|label)-[a-z0-9_-]+[.]svg$": "label-x.svg",
    "^[a-z_]+$": "reviewer",
    "^(factor|footprint|grade)$": "factor",
    "^(data_class|source_class|derived)$": "derived",
    r"^[0-9]{4}\.[0-9]+\.[0-9]+$": "2026.1.0",
    "^(mass|energy|[A-Z][a-z]?)$": "mass",
    "^(kg|MJ)$": "kg",
}  # fmt: skip
# Columns whose good value follows from a row rule rather than from the column alone.
ADJUSTED: dict[str, dict[str, Any]] = {
    "source": {"core_data": False},
    "source_count": {
        "rows_in": 6, "candidates": 3, "parameters": 2, "skipped": 1,
        "admitted": 1, "provisional": 1, "refused": 1,
    },
    "row_count": {"rows_in": 6, "candidates": 3, "parameters": 2, "skipped": 1},
    "gwp": {"gwp_set": "AR6"},
    "candidate": {"factor_kind": "residual_mix", "value_convention": "not_stated",
                  "gwp_set": "AR6", "boundary": "cradle_to_gate", "core_data": False},
    "factor": {"factor_kind": "residual_mix", "value_convention": "not_stated",
               "gwp_set": "AR6", "boundary": "cradle_to_gate", "status": "admitted",
               "core_data": False},
    "factor_quality": {"ter": 2.0, "ger": 2.0, "tir": 2.0, "precision_score": 2.0, "dqr": 2.0},
    "benchmark": {"population_kind": "producer", "rows_in": 9, "rows_comparable": 4},
    "exchange": {"derivation": "measured", "direction": "input"},
    "grade": {"is_withheld": True},
    "withheld_factor": {"value": None, "data_class": "restricted"},
    "withheld_source": {"rows_in": 6, "candidates": 3, "parameters": 2, "skipped": 1,
                        "refused": 3},
    "aggregated_quality": {"lines_weighed": 1, "lines_total": 2},
    "renewal": {"aged_from": dt.date(2026, 1, 1), "aged_until": dt.date(2029, 1, 1),
                "next_loss": dt.date(2027, 1, 1), "quality_level": 1, "quality_level_then": 2},
    "parameter": {"parameter_value": 1.0, "parameter_lower95": 0.5, "parameter_upper95": 2.0},
}  # fmt: skip
# One row that breaks each row rule, as changes to the good row.
BROKEN_ROWS: dict[str, dict[str, Any]] = {
    "R-SRC-01": {"core_data": True, "methodology_url": None},
    "R-CNT-01": {"rows_in": 7},
    "R-CNT-02": {"admitted": 9},
    "R-GWP-01": {"gwp_set": "not_stated"},
    "R-FAC-01": {"lower95": 5.0},
    "R-FAC-02": {"data_start": dt.date(2025, 1, 1), "data_end": dt.date(2024, 1, 1)},
    "R-FAC-03": {"valid_from": dt.date(2025, 1, 1), "valid_until": dt.date(2024, 1, 1)},
    "R-FAC-04": {"value_unit": "kgCO2e", "gwp_set": "not_applicable"},
    "R-FAC-05": {"value_unit": "kgCO2", "gwp_set": "AR5"},
    "R-FAC-06": {"factor_kind": "footprint_factor", "value_unit": "kgCO2",
                 "gwp_set": "not_applicable"},
    "R-FAC-07": {"factor_kind": "footprint_factor", "boundary": "activity"},
    "R-FAC-08": {"factor_kind": "direct_ef", "boundary": "cradle_to_gate"},
    "R-FAC-09": {"factor_kind": "residual_mix", "value_unit": "kgCO2",
                 "gwp_set": "not_applicable"},
    "R-FAC-10": {"value_convention": "excluding_uptake", "fossil": 5.0},
    "R-FAC-11": {"value_convention": "including_uptake", "fossil": 5.0},
    "R-FAC-20": {"status": "draft"},
    "R-GAS-01": {"mass_lower95": 5.0},
    "R-PAR-01": {"parameter_upper95": 0.7},
    "R-DQR-01": {"dqr": 3.0},
    "R-AGG-01": {"lines_weighed": 3},
    "R-REN-01": {"next_loss": dt.date(2030, 1, 1)},
    "R-REN-02": {"quality_level_then": 1},
    "R-BAL-01": {"entering_low": 5.0},
    "R-BAL-02": {"leaving_low": 5.0},
    "R-PER-01": {"period_start": dt.date(2025, 1, 1), "period_end": dt.date(2024, 1, 1)},
    "R-EXC-01": {"derivation": "estimated", "reason": ""},
    "R-EXC-02": {"direction": "emission", "amount": -1.0},
    "R-WIT-01": {"value": 1.0},
    "R-WIT-02": {"data_class": "public"},
    "R-WIS-01": {"refused": 2},
    "R-BEN-01": {"is_graded": True, "population_kind": "modelled_average"},
    "R-BEN-02": {"rows_comparable": 10},
    "R-REV-01": {"term_from": dt.date(2027, 1, 1), "term_until": dt.date(2026, 1, 1)},
    "R-GRD-01": {"is_withheld": False, "label": None},
}  # fmt: skip
NEGATIVE = {
    "land_management_removal", "technological_removal", "ccs_capture", "biogenic_uptake",
}  # fmt: skip


def good_value(field: Field) -> Any:
    if field.vocabulary:
        return field.vocabulary.codes[0]
    if field.kind in {"text", "code", "json"}:
        return PATTERN_EXAMPLES[field.pattern] if field.pattern else "x"
    if field.kind == "texts":
        return ["x"]
    if field.kind == "boolean":
        return False
    if field.kind == "date":
        return dt.date(2026, 1, 1)
    if field.name == "reference_year":
        return 2024
    if field.kind == "integer":
        return 1
    if field.kind == "decimal":
        return Decimal(1)
    return -1.0 if field.name in NEGATIVE else 1.0


def good_row(table: Table) -> dict[str, Any]:
    row = {f.name: good_value(f) for f in table}
    return row | {k: v for k, v in ADJUSTED.get(table.name, {}).items() if k in row}


def bad_values(table: Table, field: Field) -> list[tuple[str, Any]]:
    bad: list[tuple[str, Any]] = []
    if table.is_required(field.name):
        bad.append(("required", None))
        if field.kind in {"text", "code", "json"}:
            bad.append(("blank", " "))
    if field.kind == "number":
        bad += [("finite", v) for v in (math.nan, math.inf, -math.inf)]
    whole = {"integer": int, "decimal": Decimal}.get(field.kind, float)
    if field.minimum is not None:
        below = field.minimum if field.exclusive_minimum else field.minimum - 1
        bad.append(("minimum", whole(below)))
    if field.maximum is not None:
        bad.append(("maximum", whole(field.maximum + 1)))
    if field.vocabulary:
        bad.append(("vocabulary", "no_such_code"))
    if field.pattern:
        bad += [("pattern", "不合"), ("pattern", PATTERN_EXAMPLES[field.pattern] + "\n")]
    return bad


@cache
def planted(table: Table) -> list[tuple[Field, str, Any]]:
    """Every way one cell of the table can be bad, in a fixed order."""
    return [(field, rule, value) for field in table for rule, value in bad_values(table, field)]


@cache
def refused_by_pandera(table: Table) -> frozenset[tuple[str, str, int]]:
    """Rule, column and row of every failure in a frame with one planted cell per row."""
    good = good_row(table)
    frame = frame_of(table, [good | {field.name: value} for field, _, value in planted(table)])
    try:
        contract(table).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.drop_nulls("index")
        return frozenset(
            (rule_name(check), column, int(index))
            for check, column, index in cases.select("check", "column", "index").iter_rows()
        )
    return frozenset()


RULES = [
    pytest.param(table, rule.code, id=f"{table.name}-{rule.code}")
    for table in schemas.ALL_TABLES.values()
    for rule in table.rules
]


@pytest.fixture(scope="module")
def database():
    con = duckdb.connect()
    for table in schemas.ALL_TABLES.values():
        con.execute(create_table(table, references=False))
    yield con
    con.close()


@pytest.fixture(scope="module")
def planted_rows(database):
    """The database with every planted row of every table beside its table, numbered."""
    for table in schemas.ALL_TABLES.values():
        good = good_row(table)
        rows = [good | {field.name: value} for field, _, value in planted(table)]
        frame = frame_of(table, rows).with_row_index("planted_row")
        database.register("planted", frame)
        database.execute(f'CREATE TABLE "planted_{table.name}" AS SELECT * FROM planted')
        database.unregister("planted")
    return database


def duckdb_accepts(con: duckdb.DuckDBPyConnection, table: Table, rows: list[dict]) -> bool:
    frame = frame_of(table, rows)
    con.execute("BEGIN")
    try:
        con.register("planted", frame)
        con.execute(f'INSERT INTO "{table.name}" SELECT * FROM planted')
    except duckdb.Error:
        return False
    finally:
        con.execute("ROLLBACK")
        con.unregister("planted")
    return True


@pytest.mark.parametrize("table", schemas.ALL_TABLES.values(), ids=schemas.ALL_TABLES.keys())
def test_a_good_row_is_accepted_by_both_engines(database, table):
    row = good_row(table)
    assert breaches_of(table, frame_of(table, [row])) == []
    assert duckdb_accepts(database, table, [row])


@pytest.mark.parametrize("table", schemas.ALL_TABLES.values(), ids=schemas.ALL_TABLES.keys())
def test_every_bad_value_is_refused_by_both_engines(planted_rows, table):
    told = refused_by_pandera(table)
    cells = [(rule, field.name, n) for n, (field, rule, _) in enumerate(planted(table))]
    assert [cell for cell in cells if cell not in told] == []
    for _, _, number in cells:
        with pytest.raises(duckdb.ConstraintException):
            planted_rows.execute(
                f'INSERT INTO "{table.name}" SELECT * EXCLUDE planted_row '
                f'FROM "planted_{table.name}" WHERE planted_row = {number}'
            )


@pytest.mark.parametrize("table", schemas.ALL_TABLES.values(), ids=schemas.ALL_TABLES.keys())
def test_no_bad_value_passes_the_check_of_whole_rows(table):
    good = good_row(table)
    rows = [good | {field.name: value} for field, _, value in planted(table)]
    rows += [good | BROKEN_ROWS[rule.code] for rule in table.rules]
    held = frame_of(table, rows).select(row_holds(table)).to_series()
    assert held.to_list() == [False] * len(rows)


@pytest.mark.parametrize(("table", "code"), RULES)
def test_a_row_rule_is_refused_by_both_engines(database, table, code):
    row = good_row(table) | BROKEN_ROWS[code]
    broken = {b.rule for b in breaches_of(table, frame_of(table, [row]))}
    assert code in broken
    assert not duckdb_accepts(database, table, [row])


@pytest.mark.parametrize("table", schemas.ALL_TABLES.values(), ids=schemas.ALL_TABLES.keys())
def test_a_duplicate_key_is_refused_by_both_engines(database, table):
    row = good_row(table)
    assert "key" in {b.rule for b in breaches_of(table, frame_of(table, [row, row]))}
    assert not duckdb_accepts(database, table, [row, row])


REFERENCES = [
    pytest.param(table, ref, id=f"{table.name}-{'+'.join(ref.columns)}")
    for table in schemas.ALL_TABLES.values()
    for ref in table.references
]


@pytest.mark.parametrize(("table", "ref"), REFERENCES)
def test_a_broken_reference_is_refused_by_both_engines(table, ref):
    row = good_row(table)
    target = schemas.ALL_TABLES[ref.table]
    nothing = frame_of(target, [])
    with pytest.raises(ContractBroken) as broken:
        require(table, frame_of(table, [row]), {ref.table: nothing})
    assert {b.rule for b in broken.value.breaches} == {"reference"}

    con = duckdb.connect()
    wanted = {table.name}
    while True:
        more = {r.table for name in wanted for r in schemas.ALL_TABLES[name].references}
        if more <= wanted:
            break
        wanted |= more
    for one in in_load_order([schemas.ALL_TABLES[name] for name in wanted]):
        con.execute(create_table(one))
    planted = frame_of(table, [row | {n: None for n in row if not table.is_required(n)
                                      and n not in ref.columns}])  # fmt: skip
    con.register("planted", planted)
    with pytest.raises(duckdb.ConstraintException, match="foreign key"):
        con.execute(f'INSERT INTO "{table.name}" SELECT * FROM planted')
    con.close()


def test_a_lazy_frame_is_never_validated():
    table = schemas.ALL_TABLES["gas"]
    with pytest.raises(TypeError, match="collect"):
        breaches_of(table, pl.LazyFrame(good_row(table)))


def test_a_missing_column_and_a_wrong_type_are_named():
    table = schemas.ALL_TABLES["row_count"]
    frame = frame_of(table, [good_row(table)])
    assert {b.rule for b in breaches_of(table, frame.drop("skipped"))} >= {"columns"}
    wrong = frame.with_columns(pl.lit("six").alias("rows_in"))
    assert ("type", "rows_in") in {(b.rule, b.column) for b in breaches_of(table, wrong)}
