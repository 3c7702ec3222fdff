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
        finding(
            "E-FPT-02",
            process=row["process_id"],
            line=row["line"],
            column="provider",
            value=row["pinned"],
        )
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
    faults = [
        finding(
            "E-FPT-01",
            process=row["process_id"],
            line=row["line"],
            column="provider",
            value=row["factor_id"],
            kind=row["factor_kind"],
            **_what(row["use"]),
        )
        for row in held.iter_rows(named=True)
        if {"F-KIND-01", "F-UNIT-01"} & set(row["refused"])
    ]
    faults += [
        finding(
            "E-SEL-13",
            process=row["process_id"],
            line=row["line"],
            column="provider",
            value=row["factor_id"],
            of=row["gwp_set_of_factor"] or "-",
            wanted=row["gwp_set"],
        )
        for row in held.iter_rows(named=True)
        if "F-GWP-01" in row["refused"]
    ]
    faults += [
        finding(
            "E-SEL-10",
            process=row["process_id"],
            line=row["line"],
            column="provider",
            value=row["factor_id"],
            since=row["valid_from"] or "-",
            until=row["valid_until"] or "-",
        )
        for row in held.iter_rows(named=True)
        if "F-VAL-01" in row["refused"]
    ]
    served = {tuple(row[name] for name in KEY) for row in held.iter_rows(named=True)}
    faults += [
        finding(
            "E-FPT-01",
            process=row["process_id"],
            line=row["line"],
            column="provider",
            value=row["pinned"],
            kind=row["flow_id"],
            **_what(row["use"]),
        )
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


def _what(use: str) -> dict[str, Any]:
    what_zh, what_en = words_of_use(use)
    return {"what_zh": what_zh, "what_en": what_en}
