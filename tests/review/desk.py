"""A desk with people, a rule and a log, small enough to see every step."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

from pipelines.admit.register import Register, read_register
from pipelines.admit.review_case import Cases
from pipelines.admit.review_rule import ReviewRule, read_review_rule
from pipelines.commands import review
from pipelines.identity import record_id
from pipelines.ledger import Ledger
from pipelines.settings import Settings
from tests.conftest import SEEDS

DAY = dt.date(2026, 3, 2)
# What every accepting opinion says in words.
JUDGED = (
    {"criterion": "rigour", "level": "full", "evidence": "按 GB/T 24067 第6章核对"},
    {"criterion": "traceability", "level": "adequate", "evidence": "表3 第12页与报送值相符"},
)
RULE: ReviewRule = read_review_rule(SEEDS)
REGISTER: Register = read_register(SEEDS)


def subject(key: str = "k1") -> str:
    return record_id("F", "submission_enterprise-01", key)


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def record(key: str = "k1", content: str = "first", **changes: Any) -> dict[str, Any]:
    return {
        "subject_id": subject(key),
        "record_key": key,
        "record_hash": hash_of(f"{key} {content}"),
        "category_id": "material.cement",
        "core_data": True,
        "data_class": "public",
        "reason_codes": [],
        **changes,
    }


def file(content: str) -> dict[str, Any]:
    return {"name": "报送.xlsx", "sha256": hash_of(content), "bytes": 10}


class Desk:
    """What a test does at the desk, one call per act."""

    def __init__(self, home: Path, seeds: Path = SEEDS) -> None:
        self.settings = Settings(seeds, home)
        # A ledger that is not empty spares the seeds' own decisions, which are tested apart.
        self.ledger = Ledger(home / "ledger")
        self.ledger.enter([{"decision_id": "D" + "A" * 12, "verdict": "admit"}])

    def submit(self, content: str = "first", *, by: str = "submitter-01", on=DAY, records=None):
        rows = [record(content=content)] if records is None else records
        return review.enter_submission(self.settings, by, file=file(content), records=rows, on=on)

    def assign(self, *to: str, by: str = "steward-01", on=DAY, ids=None):
        return review.assign(self.settings, ids or [subject()], by, to, on=on)

    def opine(self, by: str, conclusion: str = "accept", *, on=DAY, ids=None, **more: Any):
        more = {"judgements": JUDGED, **more}
        return review.give_opinion(self.settings, ids or [subject()], by, conclusion, on=on, **more)

    def decide(self, verdict: str = "admit", *, by: str = "steward-02", on=DAY, ids=None, **more):
        return review.decide(self.settings, ids or [subject()], by, verdict, on=on, **more)

    def reviewed(self) -> None:
        """Handed in, two experts asked, both accept."""
        self.submit()
        self.assign("reviewer-01", "reviewer-02")
        self.opine("reviewer-01")
        self.opine("reviewer-02")

    @property
    def cases(self) -> Cases:
        return review.cases_of(self.settings)

    @property
    def state(self) -> str:
        return self.cases.now(subject()).state

    @property
    def size(self) -> int:
        return self.ledger.size_and_root()[0]


REASON = {"reason_code": "R-SRC-02", "field": "authorisation_scope", "cell": "F7", "note": ""}
