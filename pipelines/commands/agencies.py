"""Acts on verification bodies: a verification recorded, a standing changed.

Belongs here: those two acts, by the same policy and ledger as review. Does not belong here:
which factors, footprints and grades depend on a body (``sql/review``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.admit import review_event as event
from pipelines.commands.review import day_of, perform, person_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from pipelines.admit.register import Register
    from pipelines.admit.review_case import Cases
    from pipelines.admit.review_rule import ReviewRule
    from pipelines.ledger import Entry
    from pipelines.settings import Settings


def record_verification(
    settings: Settings,
    by: str,
    *,
    agency_id: str,
    subject_id: str,
    record_hash: str,
    ratings: Mapping[str, int],
    note_zh: str = "",
    note_en: str = "",
    on: dt.date | None = None,
) -> list[Entry]:
    """Record a third-party verification with its four ratings.

    Raises:
        RefusedByPolicy: the body is unknown, not in good standing or tied to the submitter,
            or a rating is missing.
    """

    def build(_cases: Cases, rule: ReviewRule, register: Register) -> list[dict[str, Any]]:
        return [
            event.verification(
                rule, person_of(register, by), day_of(settings, on), agency_id=agency_id,
                subject_id=subject_id, record_hash=record_hash, ratings=ratings,
                note_zh=note_zh, note_en=note_en,
            )
        ]  # fmt: skip

    return perform(settings, build)


def set_standing(
    settings: Settings,
    by: str,
    agency_id: str,
    standing: str,
    reason: str,
    *,
    on: dt.date | None = None,
) -> list[Entry]:
    """Suspend or withdraw a verification body, or restore it; a reason is needed.

    Raises:
        RefusedByPolicy: the person has not that duty, the body is unknown, no reason.
    """

    def build(_cases: Cases, rule: ReviewRule, register: Register) -> list[dict[str, Any]]:
        return [
            event.agency_standing(
                rule, person_of(register, by), day_of(settings, on), agency_id=agency_id,
                standing=standing, reason=reason,
            )
        ]  # fmt: skip

    return perform(settings, build)
