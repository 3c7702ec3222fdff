"""What one unit of a gap may weigh: by which other factors, and how they are told.

Belongs here: the steps from the flow itself outwards, and what may be told of factors that
are not public. Does not belong here: which lines are gaps (``gaps``), the numbers of the
rule (``gap_rule``).

Source:
    ISO 14044:2006, 4.2.3.3.3: what is cut off is judged by its share of the impact.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.footprint.account import outside_of
from pipelines.footprint.requests import COMBUSTION, SUPPLY
from pipelines.quantities.unit import UnknownUnit
from schemas.vocabularies import BOUNDS_ALONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.footprint.characterise import Characteriser
    from pipelines.footprint.gap_rule import ClosedRule, Treatment
    from pipelines.footprint.library import Library
    from pipelines.quantities.unit import FactorUnit, UnitTable

    # A value and, where its factor is not public, who it belongs to.
    Owned = tuple[float, str | None]

USABLE = ("admitted", "provisional")
WIDEST = 400


@dataclass(frozen=True)
class Weight:
    """What one amount unit of a gap may weigh, in kgCO2e, and from how many factors."""

    basis: str
    proxies: int
    low: float = 0.0
    middle: float = 0.0
    high: float = 0.0

    def times(self, low: float, middle: float, high: float, basis: str) -> Weight:
        """The same with shares of it, lowest of lowest to highest of highest."""
        return Weight(basis, self.proxies, self.low * low, self.middle * middle, self.high * high)


NOTHING = Weight("none", 0)


@dataclass
class Scales:
    """Weighs gaps under one GWP set and convention; each flow, use and unit once."""

    library: Library
    characteriser: Characteriser
    convention: str
    _known: dict[tuple[str, str, str], Weight] = field(default_factory=dict)

    def weigh(self, flow: str, use: str, unit: str) -> Weight:
        """What one unit of a flow may weigh in a use, by other factors."""
        key = (flow, use, unit)
        if key not in self._known:
            self._known[key] = self._weighed(*key)
        return self._known[key]

    def _weighed(self, flow: str, use: str, unit: str) -> Weight:
        """The nearest thing that tells anything, from the flow itself outwards."""
        steps = (
            self._own, self._share_of_burning, self._treatment, self._category, self._other_kind,
            self._near, self._division,
        )  # fmt: skip
        return next((found for step in steps if (found := step(flow, use, unit))), NOTHING)

    def _own(self, flow: str, use: str, unit: str) -> Weight | None:
        return self._told("same_flow", self._values([flow], use, flow, unit), 1)

    def _share_of_burning(self, flow: str, use: str, unit: str) -> Weight | None:
        """A fuel's upstream as a published share of what burning it emits."""
        category = self._category_of(flow)
        shares = next(
            (one for one in self.library.reporting.gap.upstream if _within(category, one.category)),
            None,
        )
        if use != SUPPLY or shares is None:
            return None
        burnt = self._own(flow, COMBUSTION, unit) or self._category(flow, COMBUSTION, unit)
        return burnt and burnt.times(*shares.range, "upstream_share")

    def _treatment(self, flow: str, use: str, unit: str) -> Weight | None:
        """A waste's treatment as publishers elsewhere print it."""
        if use != SUPPLY:
            return None
        book = self.library.book
        found: list[Owned] = []
        for one in self.library.reporting.gap.treatments:
            if one.flow == flow:
                printed_in = _unit_of(one, book.units)
                ratio = book.ratio(flow, unit, printed_in.reference_unit)
                if ratio is not None:
                    found.append((one.value * float(printed_in.to_kg * ratio), None))
        return self._told("published_treatment", found, 1)

    def _category(self, flow: str, use: str, unit: str) -> Weight | None:
        """Factors of its category, then of the categories around it."""
        rule = self.library.reporting.gap
        levels = self._category_of(flow).split(".")
        while len(levels) >= rule.levels:
            stem = ".".join(levels)
            found = self._of(stem, use, flow, unit, "same_category")
            if found:
                return found
            levels.pop()
        return None

    def _other_kind(self, flow: str, use: str, unit: str) -> Weight | None:
        """Factors of the flow that may not serve: what they leave out is missing here too."""
        kinds = self.library.reporting.gap.other_kinds.get(use, ())
        boundaries = self.library.resolution.boundaries[COMBUSTION]
        found = self._values([flow], use, flow, unit, (kinds, boundaries))
        return self._told("other_kind", found, 1)

    def _near(self, flow: str, use: str, unit: str) -> Weight | None:
        """Factors of categories that the rule names as alike."""
        near = self.library.reporting.gap.near.get(self._category_of(flow), ())
        every = (self._of(stem, use, flow, unit, "near_category") for stem in near)
        return next((found for found in every if found), None)

    def _division(self, flow: str, use: str, unit: str) -> Weight | None:
        """Factors of a whole division: how much it can be at all, not how much it is."""
        division = self.library.reporting.gap.divisions.get(self._category_of(flow).split(".")[0])
        if division is None or use != SUPPLY:
            return None
        return self._of(division, use, flow, unit, BOUNDS_ALONE)

    def _of(self, stem: str, use: str, flow: str, unit: str, basis: str) -> Weight | None:
        rule = self.library.reporting.gap
        flows = [f for f, c in self.library.book.categories.items() if _within(c or "", stem)]
        found = self._values(flows, use, flow, unit)
        return self._told(basis, found, rule.least_of.get(stem, rule.least))

    def _category_of(self, flow: str) -> str:
        return self.library.book.categories.get(flow) or ""

    def _told(self, basis: str, found: Sequence[Owned], least: int) -> Weight | None:
        told = figures(found, self.library.reporting.gap.closed)
        if told is None or told[0] < least:
            return None
        return Weight(basis, *told)

    def _values(
        self,
        flows: list[str],
        use: str,
        flow: str,
        unit: str,
        serving: tuple[Sequence[str], Sequence[str]] | None = None,
    ) -> list[Owned]:
        """kgCO2e per unit of every factor of the flows that would serve the use."""
        rule, book = self.library.resolution, self.library.book
        kinds, boundaries = serving or (rule.kinds[use], rule.boundaries[use])
        rows = self.library.factor.filter(
            pl.col("flow_id").is_in(flows),
            pl.col("status").is_in(USABLE),
            pl.col("factor_kind").is_in(kinds),
            pl.col("boundary").is_in(boundaries),
        ).sort("factor_id", "version").head(WIDEST)  # fmt: skip
        outside = outside_of(self.convention)
        values = []
        for row in rows.iter_rows(named=True):
            ratio = book.ratio(flow, unit, row["reference_unit"])
            if ratio is None:
                continue
            try:
                parts = self.characteriser.of_factor(row, float(ratio), ("", ""))
            except FaultyData:
                # A gas without a potential in this set tells nothing here.
                continue
            value = sum(p.co2e for p in parts if p.component not in outside)
            values.append((value, self.library.owner_of(row)))
        return values


def _unit_of(treatment: Treatment, units: UnitTable) -> FactorUnit:
    """The unit of a published figure.

    Raises:
        FaultyData: E-SEED-02, it is of no unit of the table.
    """
    try:
        return units.factor_unit(treatment.unit)
    except UnknownUnit as unknown:
        raise FaultyData(
            finding("E-SEED-02", file="rules/reporting.toml", column="gap.treatment.unit",
                    value=treatment.unit, expected=["kgCO2e/t"])
        ) from unknown  # fmt: skip


def _within(category: str, stem: str) -> bool:
    return category == stem or category.startswith(f"{stem}.")


def figures(found: Sequence[Owned], rule: ClosedRule) -> tuple[int, float, float, float] | None:
    """How many factors an estimate rests on, its lowest, middle and highest figure.

    Of public factors these are the smallest, the median and the largest. Factors that are
    not public count only where enough owners stand behind them, and then nothing is told
    that one of them could be read from: each figure is public itself, or a mean over
    neighbours of several owners, rounded. Where they are too few, it is as if they were not there.

    Args:
        found: values, each with its owner where its factor is not public.
        rule: how many owners, how many neighbours, how many digits.

    Returns:
        Count, low, middle, high; None where nothing may be told.

    Example:
        >>> from pipelines.footprint.gap_rule import ClosedRule
        >>> figures([(1.0, None), (4.0, None), (9.0, "mill")], ClosedRule(5, 3, 2))
        (2, 1.0, 2.5, 4.0)
    """
    owners = {owner for _, owner in found if owner is not None}
    if len(owners) < rule.owners:
        free = sorted(value for value, owner in found if owner is None)
        return (len(free), free[0], statistics.median(free), free[-1]) if free else None
    ranked = sorted(found, key=lambda one: (one[0], one[1] or ""))
    count = len(ranked)
    low, middle, high = (
        _rounded(_among(ranked, place, rule.mean_of), rule.digits)
        for place in (0, (count - 1) // 2, count - 1)
    )
    return count, low, middle, high


def _among(ranked: Sequence[Owned], place: int, needed: int) -> float:
    """The value at a place, or the mean around it that no kept value can be read from.

    Public values are known to every reader, so that only owners of kept ones hide each other.
    """
    first, last = place, place + 1
    while 0 < len({owner for _, owner in ranked[first:last] if owner is not None}) < needed:
        first, last = max(first - 1, 0), last + 1
    return statistics.fmean(value for value, _ in ranked[first:last])


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")
