"""What a product of the Carbon Catalogue is, and what its figure is per.

Belongs here: the kind of a product from words of its free-text name, and the declared unit
as far as the workbook tells it. Does not belong here: candidates (``carbon_catalogue``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.quantities.number import NotANumber, exact
from pipelines.sources._carbon_catalogue_workbook import DETAIL, NAME, WEIGHT, WEIGHT_SOURCE
from pipelines.tabular.text_table import read_rows

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.tabular.text_table import TextRow

# Names run on into descriptions; what the thing is stands at their beginning.
_BEGINNING = 100
_AREA = re.compile(r"\bsquare met(?:er|re)\b")
_SUBMITTED = "As per company's submission"
_BULK = {1: "kg", 1000: "t"}
# Words by which a name or detail says that the figure is per something else.
_OTHER_AMOUNT = re.compile(
    r"/ ?hl\b|\bcans in\b|\bunits\)|\ball products\b|\ball packaging\b|\baggregated\b"
    r"|\bfamily\b|,[0-9]{3} sheets"
)


@dataclass(frozen=True)
class Kind:
    """A kind of product.

    Attributes:
        name_en: English.
        name_zh: Chinese.
        unit: unit in which one such product is counted; blank for goods in bulk.
        category_id: our category.
        words: matches a name that says so.
    """

    name_en: str
    name_zh: str
    unit: str
    category_id: str
    words: re.Pattern[str]


def evened(text: str) -> str:
    """A text for matching: lower case, blanks and hyphens evened, figures apart from words.

    Example:
        >>> evened("500ml  Multi-Function")
        '500 ml multi function'
    """
    apart = re.sub(r"(?<=[0-9])(?=[a-z])", " ", text.lower())
    return re.sub(r"[\s\-]+", " ", apart)


def read_kinds(path: Path, shown: str) -> tuple[Kind, ...]:
    """The kinds of products, most particular first.

    Args:
        path: ``product_kinds.csv``.
        shown: how it is called in messages.

    Raises:
        UnreadableInput: the file is missing.
        FaultyData: a column is missing.
    """
    columns = ("words", "kind_en", "kind_zh", "unit", "category_id")
    kinds = []
    for row in read_rows(path, needed=columns, key="kind_en", name=shown):
        words = "|".join(re.escape(evened(word.strip())) for word in row["words"].split(";"))
        kinds.append(
            Kind(
                row["kind_en"],
                row["kind_zh"],
                row["unit"],
                row["category_id"],
                re.compile(rf"(?<!\w)(?:{words})s?(?!\w)"),
            )
        )
    return tuple(kinds)


def kind_of(row: TextRow, kinds: tuple[Kind, ...]) -> Kind | None:
    """The kind that a product's name tells, else its detail; None when neither does."""
    for column in (NAME, DETAIL):
        text = evened(row[column][:_BEGINNING])
        for kind in kinds:
            if kind.words.search(text):
                return kind
    return None


def declared_unit(row: TextRow, kind: Kind | None) -> tuple[str, str] | None:
    """What the figure is per, and how the workbook tells it; None where it does not.

    A square metre is said in words. A product weight of exactly 1 or 1000 kg submitted by the
    company is the declared mass of goods in bulk. Otherwise the figure is for one whole
    product (the workbook's glossary), provided the product is of a kind that is counted and
    nothing in its name or detail speaks of another amount.

    Args:
        row: a row of the product table.
        kind: its kind.

    Returns:
        A unit of our table and the reason in English.
    """
    text = f"{row[NAME]} {row[DETAIL]}".lower()
    if _AREA.search(text):
        return "m2", "square metre, in the product's name or detail"
    weight = _submitted_weight(row)
    if weight is not None:
        return _BULK[weight], f"product weight {weight} kg as submitted by the company"
    if kind is not None and kind.unit and not _OTHER_AMOUNT.search(text):
        return kind.unit, f"one whole product ({kind.name_en})"
    return None


def _submitted_weight(row: TextRow) -> int | None:
    """1 or 1000 where the company submitted just that as weight."""
    if not row[WEIGHT_SOURCE].startswith(_SUBMITTED):
        return None
    try:
        weight = exact(row[WEIGHT])
    except NotANumber:
        return None
    return next((mass for mass in _BULK if weight == mass), None)
