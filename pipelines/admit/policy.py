"""Verdicts: which policy decides a candidate, and the decision it leaves behind.

Belongs here: the record hash, the policy that applies, the decision as entered in the
ledger. Does not belong here: the reasons against a candidate (``rules``).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from pipelines.identity import record_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.admit.rulebook import Rulebook

ROLE = "policy"
RULES_POLICY = "admission-rules"


def record_hashes(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """SHA-256 of exactly what is judged: the candidate, its gases and its evidence.

    The record is canonical JSON (RFC 8785) in which every value stands as text (numbers as
    the shortest decimal that gives them back), so that no writer's number format counts.

    Args:
        tables: ``candidate``, ``candidate_gas``, ``evidence``.

    Returns:
        (n) factor_id, record_hash of 64 hexadecimal digits, in the order of candidates.
    """
    gases = (
        with_record(tables["candidate_gas"].sort("factor_id", "gas"), "gas_json")
        .group_by("factor_id")
        .agg(pl.col("gas_json").str.join(","))
    )
    evidence = with_record(tables["evidence"], "evidence_json")
    records = (
        with_record(tables["candidate"], "candidate_json")
        .select("factor_id", "evidence_id", "candidate_json")
        .join(gases, on="factor_id", how="left", maintain_order="left")
        .join(
            evidence.select("evidence_id", "evidence_json"),
            on="evidence_id",
            how="left",
            maintain_order="left",
        )
        .select(
            "factor_id",
            record=pl.concat_str(
                pl.lit('{"candidate":'),
                pl.col("candidate_json"),
                pl.lit(',"evidence":'),
                pl.col("evidence_json").fill_null("null"),
                pl.lit(',"gases":['),
                pl.col("gas_json").fill_null(""),
                pl.lit("]}"),
            ),
        )
    )
    hashed = [hashlib.sha256(text.encode()).hexdigest() for text in records["record"]]
    return records.select("factor_id", pl.Series("record_hash", hashed, pl.String))


def with_record(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """A frame with each row as canonical JSON beside it.

    Numbers, dates and booleans stand as text; lists and nulls stay.

    Example:
        >>> with_record(pl.DataFrame({"b": [0.1], "a": [None]}), "json")["json"][0]
        '{"a":null,"b":"0.1"}'
    """
    texts = [_text(frame[column]) for column in sorted(frame.columns)]
    if frame.is_empty():
        return frame.with_columns(pl.lit(None, pl.String).alias(name))
    return frame.with_columns(pl.struct(texts).struct.json_encode().alias(name))


def _text(column: pl.Series) -> pl.Series:
    """The column as text: shortest decimals, ISO dates, True and False."""
    kind = column.dtype
    if kind.is_float() or kind == pl.Boolean:
        texts = [None if v is None else repr(v) for v in column]
        return pl.Series(column.name, texts, pl.String)
    if kind.is_integer() or kind.is_temporal():
        return column.cast(pl.String)
    return column


def decide(judged: pl.DataFrame, hashes: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    """One decision per candidate, in the order of the candidates.

    Args:
        judged: candidates with ``reason_codes``.
        hashes: factor_id, record_hash.
        rulebook: the policies.

    Returns:
        (n) records as they enter the ledger; dates are those the policies carry.

    Raises:
        polars.exceptions.InvalidOperationError: nothing stands against a candidate and no
            policy covers it.
    """
    # The first policy that names a confidence decides it.
    policy_of = {c: p for p in reversed(rulebook.policies) for c in p.confidence}
    policies = pl.DataFrame(
        [(c, p.verdict, p.policy_id, p.decided_on.isoformat()) for c, p in policy_of.items()],
        schema=dict.fromkeys(("confidence", "verdict", "policy_id", "decided_on"), pl.String),
        orient="row",
    )
    is_refused = pl.col("reason_codes").list.len() > 0
    first = rulebook.policies[0].decided_on.isoformat()
    decided = (
        judged.select("factor_id", "confidence", "reason_codes")
        .join(policies, on="confidence", how="left", maintain_order="left")
        .join(hashes, on="factor_id", maintain_order="left")
        .select(
            pl.col("factor_id").alias("subject_id"),
            "record_hash",
            pl.when(is_refused).then(pl.lit("refuse")).otherwise("verdict").alias("verdict"),
            pl.lit("policy").alias("decision_kind"),
            pl.when(is_refused)
            .then(pl.lit(RULES_POLICY))
            .otherwise("policy_id")
            .alias("policy_id"),
            pl.lit([ROLE]).alias("roles"),
            "reason_codes",
            pl.when(is_refused).then(pl.lit(first)).otherwise("decided_on").alias("decided_on"),
            pl.lit(rulebook.version).alias("rule_version"),
        )
    )
    named = ("subject_id", "record_hash", "verdict", "policy_id")
    ids = [record_id("D", *parts, rulebook.version) for parts in decided.select(named).iter_rows()]
    return decided.insert_column(0, pl.Series("decision_id", ids, pl.String))
