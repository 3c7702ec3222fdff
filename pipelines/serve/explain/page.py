"""An explanation as one page that needs no network and prints on A4.

Belongs here: filling the template. Does not belong here: the pictures (``picture``).
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.serve.explain.explanation import rounded
from pipelines.serve.explain.gap_words import basis_of, heaviest_first, weight_of
from pipelines.serve.explain.picture import bars, path
from pipelines.serve.explain.words import boundary_name, flow_name, standing_of, title_of
from pipelines.serve.offline_page import page_from
from schemas.vocabularies import HEADING

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = Path(__file__).parent / "templates" / "explanation.html"


def page_of(told: Mapping[str, Any], release: str, language: int, home: str = "") -> str:
    """The page as HTML.

    Args:
        told: an explanation.
        release: id of the release it is from, or was computed against.
        language: 0 Chinese, 1 English.
        home: where the release's catalogue lies, seen from the page, with a slash at its end.
    """
    return page_from(
        PAGE, told=told, release=release, title=title_of(told, language), zh=language == 0,
        bars=bars(told, language), path=path(told, language) if told["top"] else "", home=home,
        standing=standing_of(told, release, language),
        boundary=lambda code: boundary_name(code, language),
        flow=lambda row: flow_name(row, language),
        short=lambda text: rounded(Decimal(text)),
        gaps=[(one, weight_of(one, language), basis_of(one, language))
              for one in heaviest_first(told["gaps"])],
        heading=lambda code: HEADING.en(code) if language else HEADING.zh(code),
    )  # fmt: skip
