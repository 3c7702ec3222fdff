"""One printable page that says why a grade changed, Chinese and English.

Belongs here: the words of the page. Does not belong here: the reckoning (``explain``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.grade.explain import CAUSES
from pipelines.grade.svg import filled

if TYPE_CHECKING:
    from decimal import Decimal

    from pipelines.grade.explain import Explanation
    from pipelines.grade.svg import Words

NAMES = {
    "own_data": "自身数据 own data",
    "factors": "因子 factors",
    "peers_and_thresholds": "同行与限值 peers and thresholds",
    "method": "方法（规则、增温潜势、边界）method (rule, GWP set, boundary)",
}


def signed(number: Decimal) -> str:
    """A decimal with its sign and every digit that counts.

    Example:
        >>> from decimal import Decimal
        >>> signed(Decimal("0.2500")), signed(Decimal("-3E+1")), signed(Decimal("0.000"))
        ('+0.25', '-30', '0')
    """
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if not number else text if number < 0 else f"+{text}"


def explanation_html(explanation: Explanation, unit: str, words: Words) -> str:
    """The page as HTML that needs nothing else and prints on A4.

    Args:
        explanation: as reckoned.
        unit: unit of the value.
        words: fixed words.
    """
    standings = (explanation.before, explanation.after)
    return filled(
        "explanation.html.jinja",
        e=explanation,
        unit=unit,
        limits=[s.limits[min(explanation.place, len(s.limits) - 1)] for s in standings],
        effects=[(NAMES[cause], signed(explanation.effects[cause])) for cause in CAUSES],
        total=signed(explanation.change),
        signed=signed,
        foot_zh=words["foot_zh"],
        foot_en=words["foot_en"],
    )
