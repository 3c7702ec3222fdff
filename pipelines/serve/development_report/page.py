"""A development report as one offline page that prints on A4.

Belongs here: filling the template. Does not belong here: what the report says.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.serve.development_report.report import title_of, value_of

if TYPE_CHECKING:
    from jinja2 import Template

    from pipelines.serve.development_report.facts import Facts
    from pipelines.serve.development_report.named_parts import Section

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    world = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return world.get_template("report.html")


def page_of(facts: Facts, sections: list[Section], language: int) -> str:
    """The report as HTML."""
    return _template().render(
        title=title_of(facts, language), value=value_of(facts, language), sections=sections,
        release=facts.release, zh=language == 0,
    )  # fmt: skip
