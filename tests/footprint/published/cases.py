"""What a published example is: its inventory, and what the publication prints of it.

Belongs here: the form of a case and how a printed number is looked up among the tables of a
footprint. Does not belong here: the examples (``solved_systems``, ``worked_products``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.footprint.handmade import FACTORS, factor, line, pinned

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.footprint.handmade import Outcome


@dataclass(frozen=True)
class Printed:
    """A number of a publication.

    Attributes:
        of: the number's name, and how it is read from what the engine answers.
        digits: the number as it is printed.
        exact: what the example's own inputs give exactly, where the print is rounded; without
            it the print is exact.
        misprint: the print is not what the example's own inputs give; ``exact`` is.
    """

    of: tuple[str, Callable[[Outcome], float]]
    digits: str
    exact: Fraction | None = None
    misprint: bool = False

    @property
    def wanted(self) -> Fraction:
        """The number to be met to 1e-9."""
        return Fraction(self.digits) if self.exact is None else self.exact


@dataclass(frozen=True)
class Published:
    """A worked example that anybody can look up.

    Attributes:
        source: the publication and the place in it.
        seen: where its words and numbers were read, when not in the publication itself.
        files: the inventory, one list of rows per file.
        printed: what the publication prints.
        factors: factors the example gives, beside the hand-made ones.
        note: what is written otherwise here than there.
    """

    source: str
    files: dict[str, list[dict[str, Any]]]
    printed: tuple[Printed, ...]
    seen: str = "the publication"
    factors: tuple[dict[str, Any], ...] = field(default=())
    note: str = ""


def total(process_id: str) -> tuple[str, Callable[[Outcome], float]]:
    """The footprint of a process's product."""
    return f"total {process_id}", lambda outcome: outcome.total(f"{process_id}-out")


def intensity(process_id: str, of: str) -> tuple[str, Callable[[Outcome], float]]:
    """CO2e per unit of a process, as another product's footprint tells it."""
    return (
        f"intensity {of}",
        lambda outcome: outcome.intensity(f"{process_id}-out", of),
    )


def supply(process_id: str, of: str, run: int = 1) -> tuple[str, Callable[[Outcome], float]]:
    """How often a process runs for a product; a run makes so many units."""
    return (
        f"runs of {of}",
        lambda outcome: outcome.scale(f"{process_id}-out", of) / run,
    )


def lines(process_id: str, *names: str) -> tuple[str, Callable[[Outcome], float]]:
    """What some lines contribute to a product: of its process, unless written process/line."""

    def read(outcome: Outcome) -> float:
        found = outcome.lines(f"{process_id}-out")
        keys = (name if "/" in name else f"{process_id}/{name}" for name in names)
        return float(sum(found[key]["contribution"] for key in keys))

    return f"lines {', '.join(names)}", read


def bought(
    process_id: str, name: str, flow: str, amount: str, unit: str, kg_co2e: str, per: str = "",
    **more: Any,
) -> tuple[dict[str, Any], dict[str, Any]]:  # fmt: skip
    """A line and the factor the example gives for it, kgCO2e per unit (or per another one)."""
    factor_id = f"F{(name + process_id).upper():A<12.12}"
    return (
        line(process_id, name, flow, amount, unit, **{**pinned(factor_id), **more}),
        factor(factor_id, flow, float(kg_co2e), per or unit),
    )


def library_of(case: Published) -> tuple[dict[str, Any], ...]:
    """The factors of a case."""
    return (*FACTORS, *case.factors)
