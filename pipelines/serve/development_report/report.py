"""A development report put together: every named part, in order, in one language.

Belongs here: order and completeness. Does not belong here: what a part says, how a report
looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.serve.development_report.collected_parts import COLLECTED
from pipelines.serve.development_report.named_parts import Section, named
from pipelines.serve.development_report.result_parts import RESULTS
from pipelines.serve.development_report.scope_parts import SCOPE
from pipelines.serve.explain.explanation import plain
from pipelines.serve.explain.words import unreleased
from schemas.vocabularies import BOUNDARY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.serve.development_report.facts import Facts
    from pipelines.serve.development_report.named_parts import NamedPart

SAYERS = {**SCOPE, **COLLECTED, **RESULTS}
STATES = {"demonstration": "演示", "provisional": "暂定", "confirmed": "确定"}


def title_of(facts: Facts, language: int) -> str:
    """The title of a report, with the standing of the result."""
    state = facts.total["result_state"]
    if language:
        return f"Development report: {facts.product['name_en']} [{state}]"
    return f"产品碳足迹因子研制报告：{facts.product['name_zh']}【{STATES.get(state, state)}】"


def standing_of(facts: Facts, language: int) -> str:
    """The release a report is from; what is to be said first where its result is in none."""
    if facts.computed_from:
        return unreleased(facts.computed_from, facts.release, language)
    return f"{('发布', 'release')[language]} {facts.release}"


def value_of(facts: Facts, language: int) -> str:
    """The factor as a report's first line says it."""
    total = facts.total
    return (
        f"{plain(total['footprint_value'])} kgCO2e / {total['declared_amount']:g} "
        f"{total['declared_unit']} ({total['gwp_set']}, "
        f"{named(BOUNDARY, total['boundary'], language)})"
    )


def sections_of(facts: Facts, parts: Iterable[NamedPart], language: int) -> list[Section]:
    """Every named part of a report, by section.

    Args:
        facts: the product's rows.
        parts: what the report must contain, in order.
        language: 0 Chinese, 1 English.

    Raises:
        KeyError: nothing in the project can say a part that the list names.
    """
    sections: list[Section] = []
    for part in parts:
        title = part.section_en if language else part.section_zh
        if not sections or sections[-1].number != part.section:
            sections.append(Section(part.section, title))
        said = SAYERS[part.part](facts, language)
        name = part.title_en if language else part.title_zh
        sections[-1].parts.append((part.part, name, part.clause, said))
    return sections


def missing_of(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """The parts that a report could not tell, with why."""
    return [
        {"part": part, "title": title, "why": said.missing}
        for section in sections
        for part, title, _, said in section.parts
        if said.missing
    ]
