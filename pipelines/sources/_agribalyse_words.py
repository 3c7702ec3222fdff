"""AGRIBALYSE in words: what is told beside a figure, and what names a product for good.

Belongs here: the publisher's data quality rating, how a product is sold and prepared, its
food group, its permanent key. Does not belong here: figures (``agribalyse``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quantities.number import NotANumber, exact
from pipelines.sources._agribalyse_layout import (
    CODE,
    GROUP,
    HOW,
    MIX,
    PLANE,
    RATING,
    SEASON,
    SEASON_CODES,
    SEASON_KEYS,
    SUBGROUP,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.tabular.text_table import TextRow


def rating(row: TextRow) -> tuple[str, str, bool]:
    """The publisher's data quality rating in words, and whether it could be used."""
    text = next((row[column] for column in RATING if row.get(column)), None)
    if text is None:
        return "发布方未给出数据质量评级", "no data quality rating by the publisher", True
    try:
        usable = 1 <= exact(text.replace(",", ".")) <= 5
    except NotANumber:
        usable = False
    zh = f"发布方数据质量评级 DQR {text}（1 最好，5 最差）"
    return zh, f"publisher's data quality rating DQR {text} (1 best, 5 worst)", usable


def told(row: TextRow, what: str) -> str | None:
    """One thing told of how a product is sold and prepared, codes written out."""
    text = next((row[column] for column in HOW[what] if row.get(column)), None)
    return SEASON_CODES.get(text, text) if text and what == SEASON else text


def how(row: TextRow) -> str | None:
    """Season, transport, delivery, packaging and preparation, in the publisher's words."""
    said = [f"{what}: {text}" for what in HOW if (text := told(row, what))]
    return "; ".join(said) or None


def group(row: TextRow) -> str:
    """Food group and subgroup, in the publisher's words."""
    return " / ".join(filter(None, (row.get(GROUP), row.get(SUBGROUP)))) or "-"


def permanent_keys(rows: Iterable[TextRow]) -> dict[str, str]:
    """The key of each product that holds in every edition, by the edition's own code.

    The code of a product is its key, with one exception: where a code is numbered by season
    or transport (``20047_1``, ``20047_2``), editions number differently (``20047_1`` is the
    tomato in season in 3.0 and the mix of the year in 3.1.1), so that the meaning is the key.

    Args:
        rows: the rows of a synthesis.

    Returns:
        Key by code, one for every code.
    """
    variants: dict[str, dict[str, str]] = {}
    keys: dict[str, str] = {}
    for row in rows:
        code = row[CODE]
        keys[code] = code
        base, numbered, _ = code.rpartition("_")
        if numbered:
            season = SEASON_KEYS.get(told(row, SEASON) or "", "")
            plane = ":by_air" if told(row, PLANE) == "1" else ""
            variants.setdefault(base, {})[code] = f"{season}{plane}"
    for base, meanings in variants.items():
        kinds = set(meanings.values())
        if kinds != {SEASON_KEYS[MIX]} and len(kinds) == len(meanings) and "" not in kinds:
            keys |= {code: f"{base}:{meaning}" for code, meaning in meanings.items()}
    return keys
