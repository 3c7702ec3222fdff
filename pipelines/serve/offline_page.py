"""The templates of pages that need no network: strict about names, escaped, no stray lines.

Belongs here: how a page of a result is filled. Does not belong here: what stands on it, and
the catalogue, whose page holds its data as one block.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Template


@cache
def template_of(file: Path) -> Template:
    """The template in a file, loaded once; a word it asks for and is not given is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    world = Environment(
        loader=FileSystemLoader(file.parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return world.get_template(file.name)


def page_from(file: Path, **words: Any) -> str:
    """The page as HTML.

    Args:
        file: the template.
        words: what it asks for by name; what is no markup is escaped.
    """
    return template_of(file).render(**words)
