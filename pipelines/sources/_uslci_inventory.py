"""Unit processes of the database as read, whatever format they came in.

Belongs here: processes, their lines, the inventory they form, how names are compared. Does
not belong here: reading a format (``_uslci_openlca``, ``_uslci_ecospold1``) and linking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from fractions import Fraction

    from pipelines.tabular.text_table import TextRow

Kind = Literal["product", "waste", "elementary"]


def normalised(name: str) -> str:
    """A name for comparison: no blanks at the ends or repeated, no difference of case.

    Example:
        >>> normalised("Carbon dioxide, fossil ") == normalised("Carbon dioxide,  Fossil")
        True
    """
    return " ".join(name.split()).casefold()


def plain(name: str) -> str:
    """A name for comparison across formats, in which commas and semicolons change places.

    Example:
        >>> plain("Roundwood; hardwood; green") == plain("Roundwood, hardwood, green")
        True
    """
    return " ".join(name.replace(";", " ").replace(",", " ").split()).casefold()


@dataclass(frozen=True)
class Line:
    """One exchange of a process as the publisher writes it.

    Attributes:
        line: its identifier within the process.
        flow: the publisher's identifier of the flow.
        name: name of the flow as found.
        kind: product, waste or elementary.
        is_input: taken in, else given off.
        amount: amount as found, exactly.
        text: the amount as text.
        unit: unit as found.
        unit_group: the publisher's name of its unit group, where stated.
        category: path of the flow's category, parts separated by a slash.
        is_reference: marked as the reference of the process.
        is_avoided: an avoided product.
        provider: default provider stated by the publisher.
        location: location code of the flow.
        spread: geometric standard deviation as found, where lognormal.
        spread_kind: ``gsd`` or ``gsd2``.
    """

    line: str
    flow: str
    name: str
    kind: Kind
    is_input: bool
    amount: Fraction
    text: str
    unit: str
    unit_group: str | None = None
    category: str = ""
    is_reference: bool = False
    is_avoided: bool = False
    provider: str | None = None
    location: str | None = None
    spread: str | None = None
    spread_kind: str = "none"


@dataclass(frozen=True)
class UnitProcess:
    """A unit process as the publisher writes it.

    Attributes:
        row: where it stands, for messages.
        locator: where it stands in the file.
        identifier: the publisher's identifier in this edition.
        key: permanent key across editions.
        name: its name, made distinct within the edition.
        title: its name as found.
        location: location code, blank where not stated.
        geography: description of the place.
        technology: description of the technology.
        category: leaf of the publisher's classification.
        start: first day the data describe.
        end: last day the data describe.
        lines: its exchanges, in the order found.
        factors: the publisher's allocation factor by product flow, where it gives any.
        factor_method: what those factors rest on: ``mass`` (physical) or ``economic``.
    """

    row: TextRow
    locator: str
    identifier: str
    key: str
    name: str
    title: str
    location: str
    geography: str
    technology: str
    category: str
    start: dt.date | None
    end: dt.date | None
    lines: tuple[Line, ...]
    factors: dict[str, Fraction] | None = None
    factor_method: str = ""

    @property
    def products(self) -> tuple[Line, ...]:
        """Its product outputs."""
        return tuple(x for x in self.lines if x.kind == "product" and not x.is_input)


@dataclass(frozen=True)
class Inventory:
    """All unit processes of an edition.

    Attributes:
        layout: format and version read.
        processes: sorted by key.
        unit_factors: the publisher's factor to the base unit of a unit group, by unit and
            group; empty where the format carries none.
        moved_days: days by which dates of this format were moved.
    """

    layout: str
    processes: tuple[UnitProcess, ...]
    unit_factors: dict[tuple[str, str], Fraction]
    moved_days: int = 0
