"""Verdicts: which policy decides a candidate, and the decision it leaves behind.

Belongs here: the record hash, the policy that applies, the decision as entered in the
ledger. Does not belong here: the reasons against a candidate (``rules``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from pipelines.identity import canonical_json, record_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pipelines.admit.rulebook import Rulebook

ROLE = "policy"
RULES_POLICY = "admission-rules"


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def record_hashes(tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """SHA-256 of exactly what is judged: the candidate, its gases and its evidence.

    Args:
        tables: ``candidate``, ``candidate_gas``, ``evidence``.

    Returns:
        factor_id to 64 hexadecimal digits.
    """
    evidence = {row["evidence_id"]: row for row in tables["evidence"].iter_rows(named=True)}
    gases: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in tables["candidate_gas"].sort("factor_id", "gas").iter_rows(named=True):
        gases[row["factor_id"]].append(row)
    hashes = {}
    for row in tables["candidate"].iter_rows(named=True):
        record = {
            "candidate": {k: _plain(v) for k, v in row.items()},
            "gases": gases[row["factor_id"]],
            "evidence": evidence.get(row["evidence_id"]),
        }
        hashes[row["factor_id"]] = hashlib.sha256(canonical_json(record)).hexdigest()
    return hashes


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
