"""Verdicts: which policy decides a candidate, and the decision it leaves behind.

Belongs here: the record hash, the policy that applies, the decision as entered in the
ledger. Does not belong here: the reasons against a candidate (``rules``).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.identity import canonical_text_json, record_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.admit.rulebook import Rulebook

ROLE = "policy"
RULES_POLICY = "admission-rules"


def record_hashes(tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """SHA-256 of exactly what is judged: the candidate, its gases and its evidence.

    The record is canonical JSON in which every value stands as text (numbers as the
    shortest decimal that gives them back), so that no writer's number format counts.

    Args:
        tables: ``candidate``, ``candidate_gas``, ``evidence``.

    Returns:
        factor_id to 64 hexadecimal digits.
    """
    candidates = as_texts(tables["candidate"])
    evidence = dict(
        zip(tables["evidence"]["evidence_id"], as_texts(tables["evidence"]), strict=True)
    )
    gases: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in as_texts(tables["candidate_gas"].sort("factor_id", "gas")):
        gases[row["factor_id"]].append(row)
    return {
        row["factor_id"]: hashlib.sha256(
            canonical_text_json(
                {
                    "candidate": row,
                    "gases": gases.get(row["factor_id"], []),
                    "evidence": evidence.get(row["evidence_id"]),
                }
            )
        ).hexdigest()
        for row in candidates
    }


def as_texts(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame with numbers, dates and booleans as text; lists and nulls stay."""
    columns = {}
    for name, dtype in frame.schema.items():
        values = frame[name].to_list()
        if dtype.is_float():
            values = [None if v is None else repr(v) for v in values]
        elif dtype.is_integer() or dtype.is_temporal() or dtype == pl.Boolean:
            values = [None if v is None else str(v) for v in values]
        columns[name] = values
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def decide(
    judged: pl.DataFrame, hashes: Mapping[str, str], rulebook: Rulebook
) -> list[dict[str, Any]]:
    """One decision per candidate, in the order of factor ids.

    Args:
        judged: candidates with ``reason_codes``, sorted by id.
        hashes: record hash by factor id.
        rulebook: the policies.

    Returns:
        (n) records as they enter the ledger; dates are those the policies carry.
    """
    by_confidence = {c: p for p in reversed(rulebook.policies) for c in p.confidence}
    decided = []
    for row in judged.select("factor_id", "confidence", "reason_codes").iter_rows(named=True):
        policy = None if row["reason_codes"] else by_confidence[row["confidence"]]
        verdict = policy.verdict if policy else "refuse"
        policy_id = policy.policy_id if policy else RULES_POLICY
        decided_on = policy.decided_on if policy else rulebook.policies[0].decided_on
        record_hash = hashes[row["factor_id"]]
        decided.append(
            {
                "decision_id": record_id(
                    "D", row["factor_id"], record_hash, verdict, policy_id, rulebook.version
                ),
                "subject_id": row["factor_id"],
                "record_hash": record_hash,
                "verdict": verdict,
                "decision_kind": "policy",
                "policy_id": policy_id,
                "roles": [ROLE],
                "reason_codes": row["reason_codes"],
                "decided_on": decided_on.isoformat(),
                "rule_version": rulebook.version,
            }
        )
    return decided
