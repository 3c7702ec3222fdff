"""What a submitter changed from one round to the next, told from the bytes handed in.

Belongs here: answer by answer, what stood before and what stands now, and which coded reason
asked for it. Does not belong here: rounds and decisions (``pipelines.admit.review_case``).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from schemas.render.frame import frame_of, ordered
from schemas.review import REVISION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from pipelines.admit.review_case import Cases, Round
    from pipelines.settings import Settings

PUBLIC = "public"
FACTORS, KEY = "factor", "record_key"


def revision_table(
    settings: Settings, cases: Cases, carried: Mapping[str, str | None]
) -> pl.DataFrame:
    """The table ``revision`` of a release.

    Args:
        settings: seeds and home, whose objects hold what was handed in.
        cases: what the ledger tells.
        carried: by id of the records the release carries, the decision it carries them by.

    Returns:
        One row per answer changed, in the rounds up to the one carried. What a round that was
        not public said is not told.

    Raises:
        Conflict: bytes handed in are gone or changed.
    """
    rows: list[dict[str, Any]] = []
    for subject_id, rounds in sorted(cases.rounds.items()):
        told = _up_to(rounds, carried.get(subject_id))
        if len(told) > 1:
            rows += _changes(settings, told)
    return ordered(REVISION, frame_of(REVISION, rows))


def revisions_of(settings: Settings, rounds: Sequence[Round]) -> list[dict[str, Any]]:
    """Every answer changed over the rounds of one record, for those who review it."""
    return list(_changes(settings, rounds, is_shown=True))


def _up_to(rounds: Sequence[Round], decision_id: str | None) -> Sequence[Round]:
    ids = [None if r.decided is None else r.decided["decision_id"] for r in rounds]
    if decision_id is None or decision_id not in ids:
        return []
    return rounds[: ids.index(decision_id) + 1]


def _changes(
    settings: Settings, rounds: Sequence[Round], *, is_shown: bool = False
) -> Iterator[dict[str, Any]]:
    answers = [_answers(settings, one) for one in rounds]
    for (before, was), (now, stands) in pairwise(zip(rounds, answers, strict=True)):
        if was is None or stands is None:
            continue
        shown = is_shown or (before.data_class == now.data_class == PUBLIC)
        reasons = before.decided["reasons"] if before.decided else []
        for name in sorted(was.keys() | stands.keys()):
            texts = was.get(name, ""), stands.get(name, "")
            if texts[0] != texts[1]:
                yield {
                    "subject_id": now.subject_id, "former_hash": before.record_hash,
                    "record_hash": now.record_hash, "field_name": name,
                    "text_before": texts[0] if shown else None,
                    "text_after": texts[1] if shown else None,
                    "reason_codes": sorted(
                        {r["reason_code"] for r in reasons if r.get("field") == name}
                    ),
                    "acted_on": now.steps[0].on, "ledger_index": now.steps[0].index,
                }  # fmt: skip


def _answers(settings: Settings, one: Round) -> dict[str, str] | None:
    """The answers of a record as its submission's file gives them; None for another kind."""
    from pipelines.commands.checking import known_of
    from pipelines.commands.submission import stored, submissions
    from pipelines.desk.check import check

    event = submissions(settings).get(one.submission_id)
    if event is None or event["file"].get("kind") != FACTORS:
        return None
    read, origin = stored(settings, event)
    filled = check(read, known_of(settings), origin).sheets.get(FACTORS)
    rows = filled.rows if filled else []
    found = [row.texts for row in rows if row.values.get(KEY) == one.record_key]
    return dict(found[0]) if found else None
