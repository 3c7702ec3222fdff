"""Disclosure control: no published limit may give an owner's value away.

Belongs here: owners, dominance, rounding, the refusal of a limit that equals a value. Does
not belong here: whether results compare (``population``).
"""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipelines.grade.population import Member


@dataclass(frozen=True)
class DisclosureRule:
    """Thresholds of disclosure control, from seeds.

    Attributes:
        minimum_owners: fewest owners of a published cell.
        largest_below: the largest owner's weight must lie below this.
        two_largest_below: the two largest owners' weight must lie below this.
        significant_digits: digits of a published quantile.
    """

    minimum_owners: int
    largest_below: float
    two_largest_below: float
    significant_digits: int


@dataclass(frozen=True)
class Owners:
    """Who stands behind a population: number of owners and the weight of the largest."""

    count: int
    largest: float
    two_largest: float


def read_disclosure_rule(seeds: Path) -> DisclosureRule:
    """The disclosure rule of a seeds folder.

    Raises:
        FaultyData: a threshold names no source.
    """
    shown = "rules/disclosure.toml"
    block = tomllib.loads((seeds / "rules" / "disclosure.toml").read_text("utf-8"))
    faults = [
        finding("E-SEED-09", file=shown, column=name)
        for name in ("owners", "publication")
        if not block[name].get("source", "").strip()
    ]
    if faults:
        raise FaultyData(faults)
    return DisclosureRule(
        block["owners"]["minimum"],
        float(block["owners"]["largest_below"]),
        float(block["owners"]["two_largest_below"]),
        block["publication"]["significant_digits"],
    )


def owners_of(members: Sequence[Member]) -> Owners:
    """Number of owners and the weight of the largest one and two, by output.

    Example:
        >>> from pipelines.grade.population import Member
        >>> m = [Member(str(i), o, 1.0, "u", "", "", "", None, 1.0) for i, o in enumerate("aab")]
        >>> owners_of(m).count, round(owners_of(m).largest, 3)
        (2, 0.667)
    """
    weights: dict[str, float] = defaultdict(float)
    for member in members:
        if member.owner_id:
            weights[member.owner_id] += member.output
    total = math.fsum(weights.values())
    shares = sorted((w / total for w in weights.values()), reverse=True) if total else []
    return Owners(len(shares), sum(shares[:1]), sum(shares[:2]))


def against_disclosure(
    owners: Owners, rule: DisclosureRule, minimum_owners: int = 0
) -> list[Finding]:
    """Every reason against publishing limits of a population; none when they may stand."""
    wanted = max(rule.minimum_owners, minimum_owners)
    if owners.count == 0:
        return [finding("G-OWN-04")]
    found = []
    if owners.count < wanted:
        found.append(finding("G-OWN-01", found=owners.count, wanted=wanted))
    if owners.largest >= rule.largest_below:
        found.append(
            finding("G-OWN-02", found=f"{owners.largest:.0%}", wanted=f"{rule.largest_below:.0%}")
        )
    if owners.two_largest >= rule.two_largest_below:
        found.append(
            finding(
                "G-OWN-03",
                found=f"{owners.two_largest:.0%}",
                wanted=f"{rule.two_largest_below:.0%}",
            )
        )
    return found


def rounded(value: float, digits: int) -> float:
    """A value to so many significant digits, halves to even.

    Example:
        >>> rounded(2345.0, 2), rounded(0.0125, 2)
        (2300.0, 0.012)
    """
    if value == 0:
        return 0.0
    exponent = math.floor(math.log10(abs(value))) - digits + 1
    step = Decimal(1).scaleb(exponent)
    return float((Decimal(repr(value)) / step).quantize(Decimal(1), ROUND_HALF_EVEN) * step)


def publishable(limit: float, values: Sequence[float], digits: int) -> float:
    """A limit as it may be published: rounded, and never equal to a member's value.

    A rounded limit that equals a value is moved up by one step of its last digit until it
    equals none, so that it stays on the side of the class it closes.
    """
    shown = rounded(limit, digits)
    taken = set(values)
    step = 10.0 ** (math.floor(math.log10(abs(shown))) - digits + 1) if shown else 1.0
    while shown in taken:
        shown = rounded(shown + step, digits + 1)
    return shown
