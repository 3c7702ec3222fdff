"""A development report as one offline page that prints on A4.

Belongs here: filling the template. Does not belong here: what the report says.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.serve.development_report.report import standing_of, title_of, value_of
from pipelines.serve.offline_page import page_from

if TYPE_CHECKING:
    from pipelines.serve.development_report.facts import Facts
    from pipelines.serve.development_report.named_parts import Section

PAGE = Path(__file__).parent / "templates" / "report.html"


def page_of(facts: Facts, sections: list[Section], language: int) -> str:
    """The report as HTML."""
    return page_from(
        PAGE, title=title_of(facts, language), value=value_of(facts, language), sections=sections,
        standing=standing_of(facts, language), zh=language == 0,
    )  # fmt: skip
