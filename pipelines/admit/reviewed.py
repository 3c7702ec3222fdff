"""Candidates that people handed in, and what people decided of them.

Belongs here: holding back what nobody decided, or what changed since it was reviewed, and
putting a person's decision in the place of a policy's. Does not belong here: whether the
person was allowed to decide (``review_policy``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.admit.judged import together

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from pipelines.admit.review_case import Cases
    from pipelines.admit.review_rule import ReviewRule

# Sources of what people hand in are so named; the rule of review may name another beginning.
SUBMITTED = "submission"
CHANGED, UNDECIDED, REFUSED = "A-REV-01", "A-REV-02", "A-REV-03"
REVIEW_CODES = (CHANGED, UNDECIDED, REFUSED)
REVIEWED = "expert_reviewed"


@dataclass(frozen=True)
class Reviews:
    """What people decided, as far as a release of a date carries it.

    Attributes:
        source_prefix: candidates of sources so named need a person's decision.
        decisions: by factor id, the decision as it stands in the ledger.
        verifications: by factor id and record hash, the verification entered last.
        words: by factor id, what the opinions on the record decided say of rigour and
            traceability (the columns of ``judged.together``).
    """

    source_prefix: str = SUBMITTED
    decisions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    verifications: Mapping[tuple[str, str], str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


NOTHING_REVIEWED = Reviews()


def reviews_of(cases: Cases, rule: ReviewRule, on: dt.date) -> Reviews:
    """What a release of a date carries of the cases.

    Args:
        cases: what the ledger tells.
        rule: the rule of review.
        on: the date the release carries.
    """
    standing = cases.standing(on)
    decided = {
        subject_id: cases.decisions[one.decided["decision_id"]]
        for subject_id, one in standing.items()
        if one.decided is not None and one.decided["decision_id"] in cases.decisions
    }
    leaves = {
        subject_id: {k: v for k, v in leaf.items() if k not in {"seq", "ledger_index"}}
        for subject_id, leaf in decided.items()
    }
    verified = {
        (v["subject_id"], v["record_hash"]): v["verification_id"]
        for v in cases.verifications.values()
        if v["on"] <= on.isoformat()
    }
    words = {subject_id: together(standing[subject_id].opinions.values()) for subject_id in leaves}
    return Reviews(rule.source_prefix, leaves, verified, words)


def with_reviews(known: pl.DataFrame, hashes: pl.DataFrame, reviews: Reviews) -> pl.DataFrame:
    """The candidates with their hash, what was decided of them, and who verified exactly that.

    Args:
        known: candidates with ``factor_id``.
        hashes: factor_id, record_hash.
        reviews: what people decided.
    """
    verified = pl.DataFrame(
        [(*key, name) for key, name in reviews.verifications.items()],
        schema=dict.fromkeys(("factor_id", "record_hash", "verified_by"), pl.String),
        orient="row",
    )
    decided = pl.DataFrame(
        [(k, d["record_hash"], d["verdict"]) for k, d in reviews.decisions.items()],
        schema=dict.fromkeys(("factor_id", "hash_decided", "verdict_decided"), pl.String),
        orient="row",
    )
    # Only records that people spoke of need their hash looked up.
    spoken = {*reviews.decisions, *(factor_id for factor_id, _ in reviews.verifications)}
    joined = known
    for facts, on in (
        (hashes.filter(pl.col("factor_id").is_in(list(spoken))), ["factor_id"]),
        (verified, ["factor_id", "record_hash"]),
        (decided, ["factor_id"]),
    ):
        joined = joined.join(facts, on=on, how="left", maintain_order="left")
    given = pl.col("verification_id") if "verification_id" in known.columns else pl.lit(None)
    return joined.with_columns(
        pl.coalesce("verified_by", given).cast(pl.String).alias("verification_id")
    ).drop("verified_by")


def review_conditions(reviews: Reviews) -> dict[str, pl.Expr]:
    """Code to the condition under which review holds a candidate back.

    Returns:
        Conditions over candidates as ``with_reviews`` gives them.
    """
    needs = pl.col("source_id").str.starts_with(reviews.source_prefix)
    changed = pl.col("hash_decided") != pl.col("record_hash")
    return {
        CHANGED: needs & changed,
        UNDECIDED: needs & pl.col("hash_decided").is_null(),
        REFUSED: (pl.col("verdict_decided") == "refuse") & ~changed,
    }


def with_people(decided: pl.DataFrame, reviews: Reviews) -> pl.DataFrame:
    """The decisions, with a person's in the place of a policy's where one stands.

    Args:
        decided: one decision per candidate, by policy.
        reviews: what people decided.

    Returns:
        The same rows; where a record is as it was decided and nothing but the person's own
        refusal stands against it, the person's decision as the ledger holds it.
    """
    rows = []
    reviewed = decided.filter(pl.col("subject_id").is_in(list(reviews.decisions)))
    for row in reviewed.iter_rows(named=True):
        leaf = reviews.decisions[row["subject_id"]]
        is_theirs = leaf["record_hash"] == row["record_hash"]
        if is_theirs and set(row["reason_codes"]) <= {REFUSED}:
            rows.append({name: leaf[name] for name in decided.columns})
    if not rows:
        return decided
    theirs = pl.DataFrame(rows, schema=decided.schema)
    return decided.update(theirs, on="subject_id", how="left")
