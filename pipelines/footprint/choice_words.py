"""The words of a choice: where, when and on which criterion the chosen factor is nearer.

Belongs here: the sentence a reader gets for a chosen factor. Does not belong here: the
choice (``selection``) and the names of the criteria (``resolve``).
"""

from __future__ import annotations

from typing import Any

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
    place = PLACE_WORDS.get(best["r_geography"], ("区域外（指定）", "outside (pinned)"))
    years = best["r_time"] / DAYS
    when_zh = f"相距 {years:.1f} 年" if best["data_end"] else "数据期不明"
    when_en = f"{years:.1f} years apart" if best["data_end"] else "data period unknown"
    if request["pinned"]:
        return (
            f"清单指定；地域 {place[0]}，{when_zh}",
            f"pinned by the inventory; place {place[1]}, {when_en}",
        )
    if second is None:
        return (
            f"唯一可用：地域 {place[0]}，{when_zh}",
            f"the only one that serves: place {place[1]}, {when_en}",
        )
    criterion = why_lost(best, second, order)
    return (
        f"{count} 个候选中第 1：{WORDS[criterion][0]}；地域 {place[0]}，{when_zh}",
        f"first of {count}: {WORDS[criterion][1]}; place {place[1]}, {when_en}",
    )
