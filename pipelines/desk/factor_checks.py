"""The factor template, rule group by rule group, from numbers to plausibility.

Belongs here: which checks a row of factors passes and in which order, the admission rules
told at the cells they speak of. Does not belong here: the checks themselves.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.desk.answers import check_keys
from pipelines.desk.candidates import factor_id_of, tables_of_rows
from pipelines.quantities.number import text_of
from schemas.candidate import CANDIDATE
from schemas.factor import COMPONENTS, SUMMED, UPTAKE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.desk.candidates import Origin
    from pipelines.desk.flow_book import FlowBook
    from pipelines.desk.notes import FilledRow, FilledSheet, Notebook

# The column an admission rule speaks of.
COLUMN_OF = {
    "A-GWP-01": "gwp_set", "A-GWP-02": "gwp_set", "A-EVI-01": "source_title",
    "A-RIGHT-01": "authorisation_scope", "A-RIGHT-02": "authorisation_until",
    "A-CONF-01": "source_title", "A-CORE-01": "methodology_url", "A-VAL-01": "value",
    "A-SIGN-01": "value", "A-DUP-01": "record_key", "A-KIND-01": "factor_kind",
    "A-GAS-01": "gas", "A-UNC-01": "uncertainty_value", "A-EST-01": "note",
    "A-VAL-02": "value", "A-PLA-03": "value", "A-PLA-04": "value",
}  # fmt: skip
# Rules of the record about periods are told with representativeness.
_OF_RULE = {
    "R-FAC-01": "value", "R-FAC-02": "data_start", "R-FAC-03": "valid_from",
    "R-FAC-04": "gwp_set", "R-FAC-05": "gwp_set", "R-FAC-06": "value_unit",
    "R-FAC-07": "boundary", "R-FAC-08": "boundary", "R-FAC-09": "value_unit",
}  # fmt: skip
_TOLD_BY_ADMISSION = {"R-SRC-01", "R-FAC-10", "R-FAC-11"}
# Told where nothing else is: at the desk every rule of the contract has a code of its own.
_CONTRACT = "A-ROW-01"
_SHOWN_DIGITS = 9
_ENERGY = ("energy.electricity", "energy.heat")


def check_conditions(filled: FilledSheet, notes: Notebook) -> None:
    """What one answer makes necessary in another column; keys that repeat."""
    check_keys(filled, ("record_key",), notes)
    for row in filled.rows:
        if "E-FORM-12" in row.faults:
            continue
        kind = row.values.get("uncertainty_kind", "none")
        if kind == "ci95_abs":
            _need(filled, row, "lower95", kind, notes)
            _need(filled, row, "upper95", kind, notes)
        elif kind != "none":
            _need(filled, row, "uncertainty_value", kind, notes)
        category = row.values.get("category_code", "")
        if category.startswith(_ENERGY):
            _need(filled, row, "delivery_scope", category, notes)


def _need(filled: FilledSheet, row: FilledRow, name: str, why: str, notes: Notebook) -> None:
    if name not in row.texts:
        notes.at("E-FIG-17", filled, row, name, expected=[why])


def check_record(
    filled: FilledSheet, book: FlowBook, origin: Origin, notes: Notebook
) -> dict[str, Any]:
    """The rules of a candidate's columns among each other, as the tables declare them.

    Returns:
        Every row with a key as tables, for the admission rules.
    """
    tables = tables_of_rows(filled, book, origin, good_only=False)
    candidate = tables["candidate"]
    rules = [r for r in CANDIDATE.rules if r.code not in _TOLD_BY_ADMISSION]
    broken = candidate.select(
        "factor_id",
        *(pl.sql_expr(r.sql).fill_null(value=True).not_().alias(r.code) for r in rules),
    )
    by_id = {factor_id_of(origin, row): row for row in reversed(filled.rows)}
    for told in broken.iter_rows(named=True):
        row = by_id[told["factor_id"]]
        for rule in rules:
            name = _OF_RULE.get(rule.code, "record_key")
            if told[rule.code] and name not in row.bad:
                notes.at("E-FIG-18", filled, row, name, rule=rule.code, what_zh=rule.zh,
                         what_en=rule.en)  # fmt: skip
    return tables


def tell_admission(
    filled: FilledSheet,
    origin: Origin,
    reasons: Mapping[str, Mapping[str, Mapping[str, str]]],
    notes: Notebook,
) -> None:
    """Note the reasons that the admission rules hold against rows, at their cells.

    Args:
        filled: the main sheet.
        origin: where the file comes from.
        reasons: by factor id, reason codes with what fills the words of their texts.
        notes: where findings go.
    """
    told: set[str] = set()
    for row in filled.rows:
        factor_id = factor_id_of(origin, row)
        if factor_id is None or factor_id in told:
            continue
        told.add(factor_id)
        for code, words in reasons.get(factor_id, {}).items():
            name = COLUMN_OF.get(code, "record_key")
            if name in row.bad or (
                code == "A-VAL-01" and row.bad & {"value_unit", "reference_unit"}
            ):
                continue
            if code == _CONTRACT and row.faults:
                continue
            said = {word: text for word, text in words.items() if word != "value"}
            notes.at(code, filled, row, name, **{**said, **_words(row)})


def _words(row: FilledRow) -> dict[str, Any]:
    """What the row itself says for the words of the admission rules' texts, as it was typed."""
    values = row.values
    stated = (values.get("uncertainty_kind"), values.get("uncertainty_value"))
    parts = [values[f.name] for f in COMPONENTS if f.name in _summed(values) and f.name in values]
    return {
        "name": values.get("name_zh"), "source": values.get("source_title"),
        "gas": values.get("gas"), "until": values.get("authorisation_until"),
        "other": values["record_key"], "gwp_set": values.get("gwp_set"),
        "uncertainty": " ".join(str(part) for part in stated if part is not None),
        "number": "value", "total": text_of(sum(parts, Fraction(0)), _SHOWN_DIGITS),
    }  # fmt: skip


def _summed(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The components that the stated convention sums up."""
    is_whole = values.get("value_convention") == "including_uptake"
    return SUMMED + UPTAKE if is_whole else SUMMED
