"""The words of a choice: where, when and on which criterion the chosen factor is nearer.

Belongs here: the sentence a reader gets for a chosen factor. Does not belong here: the
choice (``selection``) and the names of the criteria (``resolve``).
"""

from __future__ import annotations

from typing import Any

from pipelines.footprint.requests import COMBUSTION
from pipelines.footprint.resolve import WORDS, why_lost

PLACE_WORDS = {
    0: ("同一区域", "same region"),
    1: ("地级", "prefecture"),
    2: ("省级", "province"),
    3: ("电网区域", "grid region"),
    4: ("全国", "nation"),
    5: ("世界区域", "world region"),
    6: ("全球", "world"),
}
DAYS = 365.2425


def words_of(
    request: dict[str, Any],
    best: dict[str, Any],
    second: dict[str, Any] | None,
    count: int,
    order: list[str],
) -> tuple[str, str]:
    """Why the best of some candidates serves a request, Chinese and English.

    Args:
        request: what is asked.
        best: the chosen one.
        second: the next in order, where there is one.
        count: how many there are.
        order: the criteria.
    """
    if request["pinned"]:
        (place_zh, place_en), (when_zh, when_en) = _where_and_when(
            best["r_geography"], best["r_time"], has_period=bool(best["data_end"])
        )
        return (
            f"清单指定；地域 {place_zh}，{when_zh}",
            f"pinned by the inventory; place {place_en}, {when_en}",
        )
    criterion = None if second is None else why_lost(best, second, order)
    has_period = bool(best["data_end"])
    return sentence(best["r_geography"], best["r_time"], count, criterion, has_period=has_period)


def _where_and_when(
    place: int, days: int, *, has_period: bool
) -> tuple[tuple[str, str], tuple[str, str]]:
    years = days / DAYS
    when = (f"相距 {years:.1f} 年", f"{years:.1f} years apart")
    return (
        PLACE_WORDS.get(place, ("区域外（指定）", "outside (pinned)")),
        when if has_period else ("数据期不明", "data period unknown"),
    )


def sentence(
    place: int, days: int, count: int, criterion: str | None, *, has_period: bool
) -> tuple[str, str]:
    """Why a factor serves a request that left the choice open, Chinese and English.

    Args:
        place: rank of its region.
        days: its distance in time.
        count: how many could serve.
        criterion: on which it beat the next, where there is one.
        has_period: whether its data say their time.

    Example:
        >>> sentence(4, 0, 1, None, has_period=True)[1]
        'the only one that serves: place nation, 0.0 years apart'
    """
    (place_zh, place_en), (when_zh, when_en) = _where_and_when(place, days, has_period=has_period)
    if criterion is None:
        return (
            f"唯一可用：地域 {place_zh}，{when_zh}",
            f"the only one that serves: place {place_en}, {when_en}",
        )
    return (
        f"{count} 个候选中第 1：{WORDS[criterion][0]}；地域 {place_zh}，{when_zh}",
        f"first of {count}: {WORDS[criterion][1]}; place {place_en}, {when_en}",
    )


def words_of_use(use: str) -> tuple[str, str]:
    """What kind of factor a use asks for, Chinese and English."""
    if use == COMBUSTION:
        return "直接排放因子", "direct factor"
    return "上游（供应）因子", "upstream (supply) factor"
