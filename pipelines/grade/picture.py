"""The picture of a benchmark: classes, limits with their error, a product's own result.

Belongs here: what stands where, and what disclosure leaves to be drawn: dots and box only
where there are no owners to protect, for owners the published limits alone. Does not
belong here: the label (``label``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.grade.bootstrap import Z_95
from pipelines.grade.svg import filled, fitted, plain
from pipelines.grade.threshold import quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.grade.svg import Words

LEFT, RIGHT = 16.0, 544.0
FLOOR, DOT = 190.0, 6.0


@dataclass(frozen=True)
class PictureFacts:
    """What a picture says.

    Attributes:
        title_zh: Chinese title.
        title_en: English title.
        unit: unit of the indicator.
        labels: classes, best first.
        limits: their upper limits, without the open last one.
        errors: standard error of each limit; empty when printed by a standard.
        values: single results, only where there is no owner to protect; else empty.
        n: comparable results.
        owners: owners behind them.
        rule_id: the rule.
        rule_version: its version.
        period: reference period, empty when none.
        own: name, value and squared geometric standard deviation of a product's result.
        is_demonstration: whether the limits are a demonstration.
        is_provisional: whether they are provisional.
    """

    title_zh: str
    title_en: str
    unit: str
    labels: tuple[str, ...]
    limits: tuple[float, ...]
    errors: tuple[float, ...]
    values: tuple[float, ...]
    n: int
    owners: int
    rule_id: str
    rule_version: str
    period: str = ""
    own: tuple[str, float, float | None] | None = None
    is_demonstration: bool = False
    is_provisional: bool = False


def picture_svg(facts: PictureFacts, words: Words) -> str:
    """The picture as SVG, with its text alternative inside.

    Args:
        facts: a published benchmark.
        words: fixed words and colours.

    Returns:
        A whole SVG document.
    """
    low, high = _span(facts)

    def x(value: float) -> float:
        return round(min(max(LEFT + (value - low) / (high - low) * (RIGHT - LEFT), LEFT), RIGHT), 2)

    mark = words["demonstration_zh"] if facts.is_demonstration else ""
    if facts.is_provisional and not mark:
        mark = words["provisional_zh"]
    room = 360 if mark else 528
    return filled(
        "picture.svg.jinja",
        title_zh=fitted(facts.title_zh, 20, room),
        title_en=fitted(facts.title_en, 13, room),
        bands=_bands(facts, words, [x(limit) for limit in facts.limits]),
        ticks=_ticks(facts, x),
        dots=_dots([x(v) for v in facts.values]),
        box=_box(facts, x),
        own=_own(facts, x),
        unit=facts.unit,
        lines=_lines(facts, words),
        mark_zh=mark,
        alt_title=f"{facts.title_zh} | {facts.title_en}",
        alt_text=_alternative(facts, words, mark),
    )


def _span(facts: PictureFacts) -> tuple[float, float]:
    """The axis: around the limits, so that it tells of no smallest or largest owner."""
    seen = [*facts.limits, *facts.values]
    if facts.own:
        _, value, gsd2 = facts.own
        seen += [value, value * (gsd2 or 1.0), value / (gsd2 or 1.0)]
    low, high = min(seen), max(seen)
    room = (high - low) * 0.25 or abs(high) * 0.25 or 1.0
    return low - room, high + room


def _bands(facts: PictureFacts, words: Words, cuts: Sequence[float]) -> list[dict[str, Any]]:
    edges = [LEFT, *cuts, RIGHT]
    names = [*facts.labels, ""][: len(edges) - 1]
    colours = [*words.colours(len(facts.labels)), "#ffffff"]
    return [
        {
            "x": a, "width": round(b - a, 2), "centre": round((a + b) / 2, 2), "fill": fill,
            "text": (shown := fitted(name, 15, max(b - a, 12), 7)).text, "size": shown.size,
        }
        for a, b, name, fill in zip(edges, edges[1:], names, colours, strict=False)
    ]  # fmt: skip


def _ticks(facts: PictureFacts, x: Any) -> list[dict[str, Any]]:
    errors = [*facts.errors, *[0.0] * len(facts.limits)]
    places = [x(limit) for limit in facts.limits]
    heights: list[int] = []
    for i, place in enumerate(places):
        # A figure that would touch its neighbour stands one line lower.
        is_close = i > 0 and place - places[i - 1] < 40 and heights[-1] == 226
        heights.append(242 if is_close else 226)
    return [
        {
            "x": x(limit), "text": plain(limit), "width": error > 0,
            "left": x(limit - Z_95 * error), "right": x(limit + Z_95 * error),
            # Neighbours at two heights, so that overlapping errors stay apart.
            "y": 200 + 6 * (i % 2), "text_y": heights[i],
        }
        for i, (limit, error) in enumerate(zip(facts.limits, errors, strict=False))
    ]  # fmt: skip


def _dots(places: Sequence[float]) -> list[dict[str, float]]:
    """Dots piled up where they would meet."""
    piles: dict[int, int] = {}
    found = []
    for place in sorted(places):
        column = round(place / DOT)
        height = piles.get(column, 0)
        piles[column] = height + 1
        found.append({"x": round(column * DOT, 2), "y": max(FLOOR - DOT * height, 108.0)})
    return found


def _box(facts: PictureFacts, x: Any) -> dict[str, float] | None:
    if len(facts.values) < 5:
        return None
    first, median, third = (x(quantile(facts.values, q)) for q in (0.25, 0.5, 0.75))
    return {"low": first, "width": round(third - first, 2), "median": median}


def _own(facts: PictureFacts, x: Any) -> dict[str, Any] | None:
    if facts.own is None:
        return None
    name, value, gsd2 = facts.own
    place = x(value)
    anchor = "start" if place < 130 else "end" if place > 430 else "middle"
    spread = gsd2 if gsd2 and gsd2 > 1 and value > 0 else None
    return {
        "x": place, "text": f"{name} {plain(value)}", "anchor": anchor, "text_x": place,
        "interval": spread is not None,
        "left": x(value / (spread or 1.0)), "right": x(value * (spread or 1.0)),
    }  # fmt: skip


def _lines(facts: PictureFacts, words: Words) -> list[dict[str, Any]]:
    """Chinese and English by turns, so that each stays large enough on a phone."""
    count_zh = f"n = {facts.n}，所有者 {facts.owners}；" if facts.n else "标准限值；"
    count_en = f"n = {facts.n}, {facts.owners} owners; " if facts.n else "printed limits; "
    period_zh = f"；基准期 {facts.period}" if facts.period else ""
    period_en = f"; period {facts.period}" if facts.period else ""
    method = f"{facts.rule_id} {facts.rule_version}"
    texts = [
        f"{count_zh}方法 {method}{period_zh}",
        f"{count_en}method {method}{period_en}",
    ]
    if facts.values:
        drawn = ("圆点为单个结果，方框为中间一半", "dots: single results; box: middle half")
    elif facts.n:
        drawn = ("不绘单个结果（披露控制）", "single results are not drawn (disclosure control)")
    else:
        drawn = ("限值按规则所列", "limits as the rule prints them")
    if any(facts.errors):
        drawn = (
            f"{drawn[0]}；粗横线为限值的 95 % 抽样误差",
            f"{drawn[1]}; thick bars: 95 % error of limits",
        )
    texts += [*drawn, f"{words['foot_zh']} {words['foot_en']}"]
    shown = [fitted(text, 14, 528, 8) for text in texts]
    return [{"y": 276 + 22 * i, "size": one.size, "text": one.text} for i, one in enumerate(shown)]


def _alternative(facts: PictureFacts, words: Words, mark: str) -> str:
    limits = "，".join(
        f"{label} ≤ {plain(limit)}"
        for label, limit in zip(facts.labels, facts.limits, strict=False)
    )
    parts = [mark, f"限值 limits {limits} {facts.unit}", f"n = {facts.n}, owners {facts.owners}"]
    if facts.own:
        parts.append(f"本产品 own result {facts.own[0]} {plain(facts.own[1])} {facts.unit}")
    return "；".join(part for part in [*parts, words["foot_zh"], words["foot_en"]] if part)
