"""Representativeness and plausibility: does a figure describe what it says, can it be true.

Belongs here: periods, ages, self-ratings, physical bounds, comparison with peers. Does not
belong here: the scores of representativeness, which admission gives. Limits lie in
``rules/plausibility.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.desk.unit_checks import value_in_kg
from pipelines.quantities.number import exact_ratio, text_of
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import (
    COUNT,
    NUMBER,
    RATIO,
    SIZE,
    SOURCE,
    TEXT,
    Each,
    Maybe,
    Shape,
    require_shape,
)  # fmt: skip

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from fractions import Fraction
    from pathlib import Path

    from pipelines.desk.flow_book import FlowBook
    from pipelines.desk.notes import FilledRow, FilledSheet, Notebook

SHOWN = "rules/plausibility.toml"
QUALITY = ("technological", "geographical", "temporal", "precision")
_SHOWN_DIGITS = 4
_WHERE = ("value_unit", "factor_kind", "unit_group", "category")
SHAPE: Shape = {
    "peers": {"ratio": NUMBER, "minimum": SIZE, "source": SOURCE},
    "age": {"years": COUNT, "source": SOURCE},
    "bound": Maybe(Each({
        "maximum_exact": RATIO, "severity": TEXT, "why_zh": TEXT, "why_en": TEXT, "source": SOURCE,
        **dict.fromkeys(_WHERE, Maybe(TEXT)),
    })),
}  # fmt: skip


@dataclass(frozen=True)
class Bound:
    """A figure above it cannot be, or is doubted."""

    where: dict[str, str]
    maximum: Fraction
    severity: str
    why_zh: str
    why_en: str


@dataclass(frozen=True)
class Plausibility:
    """Limits of plausibility, and comparable factors to measure against.

    Attributes:
        ratio: how many times from the median of peers a figure is looked at.
        minimum: fewest peers that say anything.
        years: age of data that is told.
        bounds: what a figure may not pass.
        peers: (flow, kind, numerator, unit group) to number and median of comparable
            factors, in base units; empty without a release.
    """

    ratio: Fraction
    minimum: int
    years: int
    bounds: tuple[Bound, ...]
    peers: Mapping[tuple[str, str, str, str], tuple[int, Fraction]] = field(default_factory=dict)


def read_plausibility(seeds: Path) -> Plausibility:
    """The limits of a seeds folder, without peers.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-09 a block names no source, E-SEED-02 one is
            missing or of another kind.
    """
    rules = read_toml(seeds / SHOWN, SHOWN)
    require_shape(rules, SHOWN, SHAPE)
    return Plausibility(
        exact_ratio(str(rules["peers"]["ratio"])),
        rules["peers"]["minimum"],
        rules["age"]["years"],
        tuple(_bound(b) for b in rules.get("bound", [])),
    )


def _bound(block: dict[str, Any]) -> Bound:
    where = {k: block[k] for k in _WHERE if block.get(k)}
    return Bound(
        where, exact_ratio(block["maximum_exact"]), block["severity"], block["why_zh"],
        block["why_en"],
    )  # fmt: skip


def check_representativeness(
    filled: FilledSheet, limits: Plausibility, on: dt.date, notes: Notebook
) -> None:
    """Periods, ages and self-ratings of factor rows.

    Args:
        filled: the main sheet.
        limits: how old data may be before it is told.
        on: the day ages are measured at.
        notes: where findings go.
    """
    for row in filled.rows:
        start, end = row.values.get("data_start"), row.values.get("data_end")
        year = row.values.get("reference_year")
        if start and end and year and not start.year <= year <= end.year:
            span = f"{start.year}..{end.year}"
            notes.at("E-REP-01", filled, row, "reference_year", expected=[span])
        if end and end > on:
            notes.at("E-REP-02", filled, row, "data_end", expected=[on.isoformat()])
        elif end and on.year - end.year > limits.years:
            notes.at("W-REP-04", filled, row, "data_end", years=limits.years)
        if not row.faults and not any(f"quality_{n}" in row.texts for n in QUALITY):
            notes.at("W-REP-03", filled, row, "quality_technological", expected=["1..5"])


def check_plausibility(
    filled: FilledSheet, limits: Plausibility, book: FlowBook, notes: Notebook
) -> None:
    """Bounds and peers of factor rows whose figure and unit were read."""
    for row in filled.rows:
        needed = {"value", "to_kg", "per", "value_unit"}
        if not needed <= row.values.keys():
            continue
        unit = book.units.find(row.values["per"].unit)
        figure = value_in_kg(row, row.values["value"]) / unit.to_base
        if figure == 0:
            notes.at("E-PLAUS-04", filled, row, "value")
        elif not _over_bound(filled, row, figure, unit.unit_group, limits, notes):
            _against_peers(filled, row, figure, unit.unit_group, limits, notes)


def _over_bound(
    filled: FilledSheet,
    row: FilledRow,
    figure: Fraction,
    group: str,
    limits: Plausibility,
    notes: Notebook,
) -> bool:
    category = row.values.get("category_code", "")
    facts = {**row.values, "unit_group": group}
    for bound in limits.bounds:
        where = dict(bound.where)
        wanted = where.pop("category", "")
        fits = all(facts.get(k) == v for k, v in where.items()) and category.startswith(wanted)
        if fits and figure > bound.maximum:
            code = "E-PLAUS-01" if bound.severity == "error" else "E-PLAUS-02"
            notes.at(code, filled, row, "value", what_zh=bound.why_zh, what_en=bound.why_en)
            return True
    return False


def _against_peers(
    filled: FilledSheet,
    row: FilledRow,
    figure: Fraction,
    group: str,
    limits: Plausibility,
    notes: Notebook,
) -> None:
    flow = row.values.get("flow")
    kind, numerator = row.values.get("factor_kind", ""), row.values["value_unit"]
    found = limits.peers.get((flow.flow_id if flow else "", kind, numerator, group))
    if found is None or found[0] < limits.minimum or found[1] == 0:
        return
    times = figure / found[1]
    if abs(times) > limits.ratio or abs(times) * limits.ratio < 1 or times < 0:
        notes.at(
            "E-PLAUS-03", filled, row, "value", peers=found[0],
            times=text_of(times, _SHOWN_DIGITS),
        )  # fmt: skip
