"""The label of a graded product: one fixed template, the same bytes for the same grade.

Belongs here: what stands where on a label. Does not belong here: whether a product is
graded (``tables``); a label is made from a published grade only. It never bears the
footprint of the national mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.grade.svg import Fitted, filled, fitted, is_dark, plain, qr_path

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from pipelines.grade.svg import Words

TOP, BOTTOM = 138.0, 332.0
QR_SIZE = 96.0


@dataclass(frozen=True)
class LabelFacts:
    """What a label says.

    Attributes:
        product_id: the product.
        name_zh: its Chinese name.
        name_en: its English name.
        value: the graded value.
        unit: its unit.
        indicator: carbon footprint or energy intensity.
        label: the class given.
        labels: the classes, best first.
        limits: their upper limits; None for an open last class.
        inclusion: ``<=`` or ``<``.
        probability: probability of the class given, None when the value has no interval.
        boundary_zh: boundary, Chinese.
        boundary_en: boundary, English.
        rule_id: the rule.
        rule_version: its version.
        valid_until: last day of the rule.
        is_demonstration: whether the grade is a demonstration.
        is_provisional: whether the result or the limits are provisional.
    """

    product_id: str
    name_zh: str
    name_en: str
    value: float
    unit: str
    indicator: str
    label: str
    labels: tuple[str, ...]
    limits: tuple[float | None, ...]
    inclusion: str
    probability: float | None
    boundary_zh: str
    boundary_en: str
    rule_id: str
    rule_version: str
    valid_until: dt.date
    is_demonstration: bool
    is_provisional: bool


def label_svg(facts: LabelFacts, words: Words) -> str:
    """The label as SVG, with its text alternative inside.

    Args:
        facts: a published grade.
        words: fixed words and colours.

    Returns:
        A whole SVG document.
    """
    kind = "energy" if facts.indicator == "energy_intensity" else "footprint"
    place = f"{words['qr_base']}/{facts.product_id}/{facts.rule_id}/{facts.rule_version}"
    path, modules = qr_path(place)
    arrows = _arrows(facts, words)
    own = arrows[facts.labels.index(facts.label)]
    mark = words["demonstration_zh"] if facts.is_demonstration else ""
    if facts.is_provisional and not mark:
        mark = words["provisional_zh"]
    value = plain(facts.value)
    numeral = fitted(_numeral(facts.label), 24, 62)
    return filled(
        "label.svg.jinja",
        heading_zh=words[f"heading_{kind}_zh"],
        heading_en=words[f"heading_{kind}_en"],
        name_zh=fitted(facts.name_zh, 19, 270, 11),
        name_en=fitted(facts.name_en, 12, 270),
        qr={"path": path, "scale": _short(QR_SIZE / modules), "x": _short(400 - QR_SIZE)},
        arrows=arrows,
        own={**own, "text": numeral.text, "size": numeral.size,
             "baseline": _short(float(own["middle"]) + 8)},
        value=value,
        unit=facts.unit,
        lines=_lines(facts),
        foot_zh=words["foot_zh"],
        foot_en=words["foot_en"],
        mark_zh=mark,
        alt_title=f"{words[f'heading_{kind}_zh']}：{facts.name_zh} {facts.label}",
        alt_text=_alternative(facts, words, value, mark),
    )  # fmt: skip


def _alternative(facts: LabelFacts, words: Words, value: str, mark: str) -> str:
    parts = [
        mark,
        f"{facts.name_zh} {facts.name_en}",
        f"等级 class {facts.label}（{len(facts.labels)} 级中第 "
        f"{facts.labels.index(facts.label) + 1} 级 of {len(facts.labels)}）",
        f"数值 value {value} {facts.unit}",
        f"边界 boundary {facts.boundary_zh} {facts.boundary_en}",
        f"规则 rule {facts.rule_id} {facts.rule_version}",
        f"有效期至 valid until {facts.valid_until.isoformat()}",
        f"{words['foot_zh']} {words['foot_en']}",
    ]
    return "；".join(part for part in parts if part)


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _numeral(label: str) -> str:
    """The short form of a class: what stands before a blank or a bracket."""
    return label.partition(" ")[0].partition("（")[0]


def _arrows(facts: LabelFacts, words: Words) -> list[dict[str, Any]]:
    count = len(facts.labels)
    pitch = (BOTTOM - TOP) / count
    found = []
    for i, (name, limit, fill) in enumerate(
        zip(facts.labels, facts.limits, words.colours(count), strict=True)
    ):
        top = TOP + i * pitch
        shown = fitted(name, 17, 96 + 24 * i, 9)
        found.append(
            {
                "top": _short(top + 2), "bottom": _short(top + pitch - 2),
                "middle": _short(top + pitch / 2), "baseline": _short(top + pitch / 2 + 6),
                "tip": 176 + round(108 * i / max(count - 1, 1)), "fill": fill,
                "ink": "#ffffff" if is_dark(fill) else "#1a1a1a",
                "text": shown.text, "size": shown.size,
                "limit": "" if limit is None else f"{'≤' if facts.inclusion == '<=' else '<'} "
                + plain(limit),
            }
        )  # fmt: skip
    return found


def _lines(facts: LabelFacts) -> Sequence[dict[str, Any]]:
    chance = (
        f"；该级概率 probability {facts.probability:.0%}" if facts.probability is not None else ""
    )
    texts = (
        f"边界 boundary：{facts.boundary_zh} {facts.boundary_en}{chance}",
        f"产品 product：{facts.product_id}",
        f"基准 benchmark：{facts.rule_id} 版 version {facts.rule_version}",
        f"有效期至 valid until：{facts.valid_until.isoformat()}",
    )
    shown: list[Fitted] = [fitted(text, 13, 380) for text in texts]
    return [{"y": 485 + 21 * i, "size": one.size, "text": one.text} for i, one in enumerate(shown)]
