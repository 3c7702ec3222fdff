"""Whether judged tables hold what admission promises, looked at as they stand.

Belongs here: one question per promise, answered with the rows that break it, whoever wrote
the tables. Does not belong here: judging candidates (``judge``), when it is asked
(``pipelines.defs``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit.rights import OPEN_SCOPES, PUBLIC

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from pipelines.admit.review_rule import ReviewRule

    Question = Callable[[Mapping[str, pl.DataFrame], ReviewRule, dt.date], list[str]]

HELD = ("admitted", "provisional")
STATUS_OF = {"admit": "admitted", "provisional": "provisional"}


def _in_use(factor: pl.DataFrame) -> pl.DataFrame:
    return factor.filter(pl.col("status").is_in(HELD))


def _ids(frame: pl.DataFrame) -> list[str]:
    return sorted(set(frame["factor_id"]))


def not_conserved(tables: Mapping[str, pl.DataFrame], _rule: ReviewRule, _on: dt.date) -> list[str]:
    """Editions whose rows in are not candidates, parameters and skipped, all decided."""
    counts = tables["source_count"].filter(
        (pl.col("rows_in") != pl.sum_horizontal("candidates", "parameters", "skipped"))
        | (pl.col("candidates") != pl.sum_horizontal("admitted", "provisional", "refused"))
    )
    return [f"{source} {edition}" for source, edition in counts.select("source_id", "edition")
            .sort("source_id", "edition").rows()]  # fmt: skip


def undecided(tables: Mapping[str, pl.DataFrame], _rule: ReviewRule, _on: dt.date) -> list[str]:
    """Factors without a decision that admits exactly them as what they are."""
    verdict = pl.col("verdict").replace_strict(STATUS_OF, default="refused")
    decisions = tables["decision"].select(
        "decision_id", pl.col("subject_id").alias("factor_id"), status_decided=verdict
    )
    joined = _in_use(tables["factor"]).join(decisions, on=["decision_id", "factor_id"], how="left")
    return _ids(joined.filter(pl.col("status").ne_missing(pl.col("status_decided"))))


def undecided_by_people(
    tables: Mapping[str, pl.DataFrame], rule: ReviewRule, _on: dt.date
) -> list[str]:
    """Factors that people handed in and no person decided."""
    by_people = tables["decision"].filter(pl.col("decision_kind") == "person")
    handed_in = _in_use(tables["factor"]).filter(
        pl.col("source_id").str.starts_with(rule.source_prefix)
    )
    return _ids(handed_in.join(by_people.select("decision_id"), on="decision_id", how="anti"))


def without_evidence(
    tables: Mapping[str, pl.DataFrame], _rule: ReviewRule, _on: dt.date
) -> list[str]:
    """Factors whose chain does not reach a text as found, or whose parents are not there."""
    factor = _in_use(tables["factor"])
    known = tables["evidence"].select("evidence_id", "parents")
    missing = factor.join(known, on="evidence_id", how="anti")
    records = {*tables["factor"]["factor_id"], *tables["parameter"]["parameter_id"]}
    named = (
        factor.select("factor_id", "evidence_id")
        .join(known, on="evidence_id")
        .explode("parents")
        .filter(~pl.col("parents").str.split("@").list.first().is_in(list(records)))
    )
    return sorted({*_ids(missing), *_ids(named)})


def core_without_method(
    tables: Mapping[str, pl.DataFrame], _rule: ReviewRule, _on: dt.date
) -> list[str]:
    """Core data without a public methodology."""
    lacking = pl.col("core_data") & (pl.col("methodology_url").fill_null("") == "")
    return _ids(_in_use(tables["factor"]).filter(lacking))


def without_right(tables: Mapping[str, pl.DataFrame], _rule: ReviewRule, on: dt.date) -> list[str]:
    """Factors that may not be shown, or whose source's authorisation has ended."""
    ends = tables["source"].select("source_id", "edition", "authorisation_until")
    joined = _in_use(tables["factor"]).join(ends, on=["source_id", "edition"], how="left")
    return _ids(
        joined.filter(
            (pl.col("data_class") != PUBLIC)
            | ~pl.col("authorisation_scope").is_in(OPEN_SCOPES)
            | (pl.col("authorisation_until") < on)
        )
    )


def unrated(tables: Mapping[str, pl.DataFrame], _rule: ReviewRule, _on: dt.date) -> list[str]:
    """Factors without scores of representativeness."""
    rated = tables["factor_quality"].select("factor_id", "version")
    return _ids(_in_use(tables["factor"]).join(rated, on=["factor_id", "version"], how="anti"))


# What must hold before anything is computed or published from the tables.
QUESTIONS: dict[str, tuple[str, str, Question]] = {
    "rows_are_conserved": ("factor", "行数守恒 | rows are conserved", not_conserved),
    "every_factor_is_decided": (
        "factor", "每个因子有对应的入库决定 | every factor has its decision", undecided,
    ),
    "people_decided_submissions": (
        "factor", "报送的因子由人决定 | people decided what people handed in", undecided_by_people,
    ),
    "evidence_is_complete": (
        "factor", "来源链条完整 | every chain of evidence is complete", without_evidence,
    ),
    "core_data_have_a_method": (
        "factor", "核心数据公开方法学 | core data publish their method", core_without_method,
    ),
    "rights_hold": ("factor", "授权有效，只有公开数据 | rights hold, public only", without_right),
    "every_factor_is_rated": (
        "factor_quality", "每个因子有代表性评分 | every factor is rated", unrated,
    ),
}  # fmt: skip
ASKED_OF = (
    "factor", "factor_quality", "decision", "source_count", "evidence", "parameter", "source",
)  # fmt: skip
