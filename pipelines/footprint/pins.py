"""Factors that a line names itself: do they exist, can they serve.

Belongs here: pins and their refusal. Does not belong here: the choice where a line leaves it
open (``selection``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.footprint.choice_words import words_of_use
from pipelines.footprint.resolve import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.findings import Finding
    from pipelines.footprint.resolution_rule import ResolutionRule


def require_pins(requests: pl.DataFrame, usable: pl.DataFrame) -> None:
    """Every factor that a line names exists and may be used.

    Raises:
        FaultyData: E-FPT-02, one does not.
    """
    known = set(usable["factor_id"]) | set(
        usable.select(pl.format("{}@{}", "factor_id", "version")).to_series()
    )
    faults = [
        _fault("E-FPT-02", row, row["pinned"])
        for row in requests.filter(pl.col("pinned").is_not_null()).iter_rows(named=True)
        if row["pinned"] not in known
    ]
    if faults:
        raise FaultyData(faults)


def keep_pins(
    candidates: pl.DataFrame, requests: pl.DataFrame, rule: ResolutionRule
) -> pl.DataFrame:
    """A pinned line keeps its factor alone; one that cannot serve is a fault.

    Args:
        candidates: from ``candidates_of``.
        requests: what was asked.
        rule: the resolution rule.

    Returns:
        The candidates, none of a pinned line refused.

    Raises:
        FaultyData: E-FPT-01 a pin cannot serve, E-SEL-13 it is of another GWP set,
            E-SEL-10 it is not valid at the time.
    """
    held = candidates.filter(pl.col("pinned").is_not_null())
    served = {tuple(row[name] for name in KEY) for row in held.iter_rows(named=True)}
    faults = [fault for row in held.iter_rows(named=True) for fault in _why_not(row)]
    faults += [
        _fault("E-FPT-01", row, row["pinned"], kind=row["flow_id"], **_what(row["use"]))
        for row in requests.filter(pl.col("pinned").is_not_null()).iter_rows(named=True)
        if tuple(row[name] for name in KEY) not in served
    ]
    if faults:
        raise FaultyData(faults)
    # A person pinned it: place, route and period are theirs to answer for.
    nothing = pl.lit([], pl.List(pl.String))
    free = candidates.filter(pl.col("pinned").is_null())
    worst = max(rule.geography.values()) + 1
    return pl.concat(
        [
            free,
            held.with_columns(refused=nothing, r_geography=pl.col("r_geography").fill_null(worst)),
        ]
    )


def _why_not(row: dict[str, Any]) -> Iterator[Finding]:
    """Why a pinned factor cannot serve its line: another use or unit, another set, its time."""
    named, refused = row["factor_id"], set(row["refused"])
    if refused & {"F-KIND-01", "F-UNIT-01"}:
        yield _fault("E-FPT-01", row, named, kind=row["factor_kind"], **_what(row["use"]))
    if "F-GWP-01" in refused:
        of = row["gwp_set_of_factor"] or "-"
        yield _fault("E-SEL-13", row, named, of=of, wanted=row["gwp_set"])
    if "F-VAL-01" in refused:
        since, until = row["valid_from"] or "-", row["valid_until"] or "-"
        yield _fault("E-SEL-10", row, named, since=since, until=until)


def _fault(code: str, row: dict[str, Any], named: str, **words: Any) -> Finding:
    """A finding at the cell in which a line names its factor."""
    return finding(
        code, process=row["process_id"], line=row["line"], column="provider", value=named, **words
    )


def _what(use: str) -> dict[str, Any]:
    what_zh, what_en = words_of_use(use)
    return {"what_zh": what_zh, "what_en": what_en}
