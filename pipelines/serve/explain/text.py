"""An explanation for a terminal, Chinese or English.

Belongs here: wording and bars. Does not belong here: what is explained (``explanation``).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.serve.explain.explanation import rounded
from pipelines.serve.explain.gap_words import basis_of, heaviest_first, weight_of
from pipelines.serve.explain.words import (
    boundary_name,
    flow_name,
    stage_name,
    standing_of,
    title_of,
)
from schemas.vocabularies import HEADING

if TYPE_CHECKING:
    from collections.abc import Mapping

BAR = 30
SHOWN_RUNNERS = 2


def text_of(told: Mapping[str, Any], release: str, language: int) -> str:
    """The explanation as lines of text.

    Args:
        told: an explanation.
        release: id of the release it is from, or was computed against.
        language: 0 Chinese, 1 English.
    """
    say = ("{0}", "{1}")[language].format
    lines = [
        title_of(told, language),
        *filter(None, [standing_of(told, release, language)]),
        f"{told['value']} kgCO2e / {told['declared_amount']:g} {told['declared_unit']}  "
        f"({told['gwp_set']}, {boundary_name(told['boundary'], language)})",
    ]
    if told["interval"]:
        low, high = (rounded(Decimal(told["interval"][name])) for name in ("p2_5", "p97_5"))
        coverage = f"{told['uncertainty_coverage'] * 100:.0f} %"
        lines.append(f"95 %: {low} .. {high}  " + say(f"覆盖 {coverage}", f"covering {coverage}"))
    lines += ["", say("生命周期阶段", "Stages"), *_stages(told, language)]
    if told["top"]:
        lines += ["", say(f"贡献前 {len(told['top'])} 行", f"Largest {len(told['top'])} lines")]
    else:
        lines += ["", say("没有一行有贡献", "No line contributes")]
    for number, line in enumerate(told["top"], 1):
        lines += _line(number, line, language)
    if told["factors"]:
        lines += ["", say("所用因子", "Factors used"), *_factors(told, language)]
    lines += ["", say("分别报告", "Reported separately")]
    lines += [
        f"  {HEADING.en(name) if language else HEADING.zh(name)} {rounded(Decimal(value))}"
        for name, value in told["separate"].items()
    ]
    if told["gaps"]:
        lines += ["", say("缺口（不按零计，也不计入结果）", "Gaps, neither zero nor counted")]
        lines += [f"  {_gap(one, language)}" for one in heaviest_first(told["gaps"])]
    if told["assumptions"]:
        lines += ["", say("假设", "Assumptions")]
        key = ("text_zh", "text_en")[language]
        lines += [f"  {row['assumption_no']}. {row[key]}" for row in told["assumptions"]]
    return "\n".join(lines)


def _stages(told: Mapping[str, Any], language: int) -> list[str]:
    parts = {name: Decimal(value) for name, value in told["stages"].items()}
    largest = max(map(abs, parts.values()), default=Decimal(0))
    total = Decimal(told["value"])
    shown = []
    for name, value in sorted(parts.items(), key=lambda one: -abs(one[1])):
        bar = ("█" if value >= 0 else "░") * (round(abs(value) / largest * BAR) if largest else 0)
        share = f"{value / total * 100:6.1f} %" if total else ""
        shown.append(f"  {share} {bar:<{BAR}} {rounded(value)} {stage_name(name, language)}")
    return shown


def _gap(gap: Mapping[str, Any], language: int) -> str:
    """A gap with what it may weigh, and from what."""
    name = f"{gap['process_id']}/{gap['line']} {flow_name(gap, language)}"
    return f"{name}  {weight_of(gap, language)} kgCO2e  {basis_of(gap, language)}"


def _factors(told: Mapping[str, Any], language: int) -> list[str]:
    """Each factor with its value, what it adds and where to read of it."""
    return [
        f"  {one['factor_id']}@{one['version']}  {one['value']} {one['value_unit']}/"
        f"{one['reference_unit']}  {rounded(Decimal(one['contribution']))} kgCO2e  "
        f"{one['title_en' if language else 'title_zh']}  {one['url'] or one['catalogue']}"
        for one in told["factors"]
    ]


def _line(number: int, line: Mapping[str, Any], language: int) -> list[str]:
    share = "" if line["share"] is None else f"{line['share'] * 100:.1f} %"
    shown = [
        f"{number:3d}. {share:>7}  {line['process_id']}/{line['line']} {flow_name(line, language)}",
        f"       {line['chain']}",
    ]
    factor, reason = line["factor"], line["reason_en" if language else "reason_zh"]
    if factor:
        name = factor["name_en" if language else "name_zh"]
        shown.append(f"       {line['factor_id']}@{line['version']} {name}")
    shown.append(f"       {reason}")
    word, key = (("落选", "zh"), ("lost", "en"))[language]
    runners = line["runners_up"][:SHOWN_RUNNERS]
    return shown + [f"       {word}: {one['factor_id']} {one[key]}" for one in runners]
