"""The hard rules about verification bodies: registered, in good standing, not tied.

Belongs here: what stands against a verification or a change of standing. Does not belong
here: who may record it (``review_policy``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.admit import review_event as kinds
from pipelines.admit.register import STANDINGS
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.admit.register import Register
    from pipelines.admit.review_case import Cases
    from pipelines.admit.review_rule import ReviewRule


def verifier_is_free(
    event: Mapping[str, Any], cases: Cases, _rule: ReviewRule, register: Register | None
) -> Iterator[Finding]:
    """The body is registered, in good standing and not tied to the submitter; four ratings."""
    agency_id = event["agency_id"]
    agency = register.agencies.get(agency_id) if register else None
    if register is not None and agency is None:
        yield finding("E-REV-26", value=agency_id, expected=tuple(register.agencies))
        return
    acts = [e for e in cases.standings.get(agency_id, []) if e["on"] <= event["on"]]
    standing = acts[-1]["standing"] if acts else agency.standing if agency else "active"
    if standing != "active":
        yield finding("E-REV-27", value=agency_id, state=standing)
    now = cases.now(event["subject_id"])
    group = agency.group_id if agency else agency_id
    if now is not None and now.group_id == group:
        yield finding("E-REV-28", value=agency_id, group=group)
    for name in kinds.RATINGS:
        if event["ratings"].get(name) not in {1, 2, 3, 4, 5}:
            yield finding("E-REV-29", value=event["ratings"].get(name), column=name)


def agency_is_known(
    event: Mapping[str, Any], _cases: Cases, _rule: ReviewRule, register: Register | None
) -> Iterator[Finding]:
    """The body is registered, the standing is one there is, and a reason is stated."""
    if register is not None and event["agency_id"] not in register.agencies:
        yield finding("E-REV-26", value=event["agency_id"], expected=tuple(register.agencies))
    if event["standing"] not in STANDINGS:
        yield finding("E-REV-30", column="standing", value=event["standing"])
    if not str(event["reason"]).strip():
        yield finding("E-REV-30", column="reason", value="")
