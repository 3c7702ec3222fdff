"""What an opinion says in words of rigour and traceability: complete, supported, not overruled.

Belongs here: what stands against the judgements of one opinion. Does not belong here: who may
give it (``review_policy``), what the words are (``seeds/rules/review.toml``).

Source:
    National guideline (环办气候函〔2025〕468号), part 3(5) and annex, step 8.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipelines.admit.register import Register
    from pipelines.admit.review_case import Cases
    from pipelines.admit.review_rule import ReviewRule

ADMITTING = {"admit", "provisional"}


def judged_in_words(
    event: Mapping[str, Any], _cases: Cases, rule: ReviewRule, _register: Register | None
) -> Iterator[Finding]:
    """An opinion that accepts judges rigour and traceability, with evidence for each.

    Opinions entered under an earlier version of the rule, which asked for none, stand.
    """
    if "judgements" not in event and event.get("rule_version") != rule.version:
        return
    given = event.get("judgements", [])
    yield from _well_said(given, rule)
    if not ADMITTING & set(rule.bears.get(event["conclusion"], ())):
        return
    missing = sorted(rule.judgements.keys() - {one["criterion"] for one in given})
    if missing:
        yield finding(
            "E-REV-34", value=", ".join(missing), subject=event["subject_id"],
            expected=tuple(rule.levels),
        )  # fmt: skip
    for one in given:
        if not ADMITTING & set(rule.level_bears.get(one["level"], ADMITTING)):
            yield finding("E-REV-35", value=one["criterion"], level=one["level"],
                          conclusion=event["conclusion"])  # fmt: skip


def _well_said(given: Sequence[Mapping[str, str]], rule: ReviewRule) -> Iterator[Finding]:
    """Each criterion once, in the rule's words, with evidence."""
    counts = Counter(one["criterion"] for one in given)
    for criterion, times in sorted(counts.items()):
        if criterion not in rule.judgements or times > 1:
            yield finding("E-REV-31", value=criterion, expected=tuple(rule.judgements))
    for one in given:
        if one["level"] not in rule.levels:
            yield finding("E-REV-32", value=one["level"], expected=tuple(rule.levels))
        if not one["evidence"].strip():
            yield finding("E-REV-33", value=one["criterion"])
