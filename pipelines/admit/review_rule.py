"""The rule of review as read from seeds: states, acts, quorum, conclusions, return reasons.

Belongs here: ``seeds/rules/review.toml`` and ``return_reason.csv``, each row with its source.
Does not belong here: applying them (``review_policy``, ``review_case``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.tabular.text_table import read_rows
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import (
    COUNT,
    SOURCE,
    TEXT,
    TEXTS,
    Each,
    Maybe,
    Shape,
    require_shape,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "rules/review.toml"
REASONS = "rules/return_reason.csv"
NAMED: Shape = {"id": TEXT, "zh": TEXT, "en": TEXT, "source": SOURCE}
SHAPE: Shape = {
    "version": TEXT,
    "source": SOURCE,
    "scope": {"source_prefix": TEXT, "source": SOURCE},
    "quorum": {"core": COUNT, "other": COUNT, "source": SOURCE},
    "public_notice": {"core_days": COUNT, "other_days": COUNT, "source": SOURCE},
    "state": Each(NAMED),
    "transition": Each({
        "act": TEXT, "verdict": Maybe(TEXT), "from": TEXTS, "roles": TEXTS, "source": SOURCE,
    }),
    "duty": Each({"act": TEXT, "roles": TEXTS, "source": SOURCE}),
    "conclusion": Each({**NAMED, "bears": TEXTS}),
    "dimension": Each(NAMED),
    "judgement": Each(NAMED),
    "judgement_level": Each({**NAMED, "bears": TEXTS}),
}  # fmt: skip


@dataclass(frozen=True)
class Transition:
    """One act allowed on a record: from which states, by which roles."""

    states: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True)
class ReturnReason:
    """One coded reason for a return and the fields it may be bound to."""

    reason_code: str
    field_names: tuple[str, ...]
    zh: str
    en: str


@dataclass(frozen=True)
class ReviewRule:
    """Everything review decides by.

    Attributes:
        version: written into every event.
        source_prefix: candidates of sources so named need a person's decision.
        quorum_core: independent opinions a decision on core data needs.
        quorum_other: the same for other data.
        notice_core: days of public notice for core data.
        notice_other: the same for other data.
        states: state to its names (Chinese, English), in the order of a life.
        transitions: act (``assignment``, ``opinion``, ``review_decision:VERDICT``) to what
            it needs.
        duties: act that is not about a record's state to the roles that may do it.
        bears: conclusion to the verdicts it bears.
        conclusions: conclusion to its names.
        dimensions: what an opinion judges, with its names.
        reasons: coded return reasons by code.
        judgements: what an accepting opinion judges in words, with its names.
        levels: the words of such a judgement, best first, with their names.
        level_bears: level to the verdicts it bears.
    """

    version: str
    source_prefix: str
    quorum_core: int
    quorum_other: int
    notice_core: int
    notice_other: int
    states: Mapping[str, tuple[str, str]]
    transitions: Mapping[str, Transition]
    duties: Mapping[str, tuple[str, ...]]
    bears: Mapping[str, tuple[str, ...]]
    conclusions: Mapping[str, tuple[str, str]]
    dimensions: Mapping[str, tuple[str, str]]
    reasons: Mapping[str, ReturnReason]
    judgements: Mapping[str, tuple[str, str]]
    levels: Mapping[str, tuple[str, str]]
    level_bears: Mapping[str, tuple[str, ...]]

    def needs_person(self, source_id: str) -> bool:
        """Whether candidates of that source need a person's decision."""
        return source_id.startswith(self.source_prefix)

    def quorum(self, *, is_core: bool) -> int:
        """Independent opinions needed."""
        return self.quorum_core if is_core else self.quorum_other

    def admitted_from(self, decided_on: dt.date, *, is_core: bool) -> dt.date:
        """First day on which a record decided to be admitted counts as admitted."""
        days = self.notice_core if is_core else self.notice_other
        return decided_on + dt.timedelta(days=days)


def read_review_rule(seeds: Path) -> ReviewRule:
    """The rule of review of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, a file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-09 a row names no source, E-SEED-02 a part
            is missing or of another kind.
    """
    top = read_toml(seeds / FILE, FILE)
    require_shape(top, FILE, SHAPE)
    return _rule(top, _reasons(seeds))


def _rule(top: dict[str, Any], reasons: dict[str, ReturnReason]) -> ReviewRule:
    quorum, notice = top["quorum"], top["public_notice"]
    return ReviewRule(
        version=f"review {top['version']}",
        source_prefix=top["scope"]["source_prefix"],
        quorum_core=quorum["core"],
        quorum_other=quorum["other"],
        notice_core=notice["core_days"],
        notice_other=notice["other_days"],
        states=_named(top["state"]),
        transitions={
            _act(t["act"], t.get("verdict")): Transition(tuple(t["from"]), tuple(t["roles"]))
            for t in top["transition"]
        },
        duties={d["act"]: tuple(d["roles"]) for d in top["duty"]},
        bears={c["id"]: tuple(c["bears"]) for c in top["conclusion"]},
        conclusions=_named(top["conclusion"]),
        dimensions=_named(top["dimension"]),
        reasons=reasons,
        judgements=_named(top["judgement"]),
        levels=_named(top["judgement_level"]),
        level_bears={b["id"]: tuple(b["bears"]) for b in top["judgement_level"]},
    )


def _act(act: str, verdict: str | None) -> str:
    return f"{act}:{verdict}" if verdict else act


def _named(blocks: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    return {b["id"]: (b["zh"], b["en"]) for b in blocks}


def _reasons(seeds: Path) -> dict[str, ReturnReason]:
    columns = ("reason_code", "field_names", "zh", "en", "citation")
    rows = read_rows(seeds / REASONS, needed=columns, key="reason_code", name=REASONS, filled=True)
    faults = [
        finding("E-SEED-09", file=REASONS, row=row.number, column=column)
        for row in rows
        for column in columns
        if row.get(column) is None
    ]
    if faults:
        raise FaultyData(faults)
    return {
        row["reason_code"]: ReturnReason(
            row["reason_code"], tuple(row["field_names"].split(";")), row["zh"], row["en"]
        )
        for row in rows
    }
