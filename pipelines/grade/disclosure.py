"""Disclosure control: no published limit may give an owner's value away.

Belongs here: the rule from seeds, dominance, rounding, the refusal of a limit that equals a
value. Does not belong here: whether results compare (``comparable``), what published
figures fix together (``audit``) or between cells (``difference``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from pipelines.findings import Finding, finding
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import NUMBER, SIZE, SOURCE, require_shape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipelines.grade.owners import Owners


@dataclass(frozen=True)
class DisclosureRule:
    """Thresholds of disclosure control and of the alarms, from seeds.

    Attributes:
        minimum_owners: fewest owners of a published cell.
        largest_below: the largest owner's weight must lie below this.
        two_largest_below: the two largest owners' weight must lie below this.
        significant_digits: digits of a published quantile.
        error_digits: digits of a published sampling error.
        protection: no value may be fixed more closely than this, relative.
        smoothing_owners: owners that share a closer interval, or a smoothed quantile.
        difference_owners: fewest owners in the difference of two published cells.
        limit_drift: relative move of a limit since the last edition that raises an alarm.
        owner_change: relative change of an owner's own results that raises one.
        influence: relative move of a limit without one owner that raises one.
        understating_share: share of owners supposed to understate.
        understating_by: how much they are supposed to understate.
        near_equal: relative distance within which values count as nearly equal.
        near_equal_share: share of owners with nearly equal values that raises one.
        near_equal_owners: fewest owners of such a cluster.
        replicates: bootstrap replicates.
    """

    minimum_owners: int
    largest_below: float
    two_largest_below: float
    significant_digits: int
    error_digits: int
    protection: float
    smoothing_owners: int
    difference_owners: int
    limit_drift: float
    owner_change: float
    influence: float
    understating_share: float
    understating_by: float
    near_equal: float
    near_equal_share: float
    near_equal_owners: int
    replicates: int


BLOCKS: dict[str, dict[str, str]] = {
    "owners": {
        "minimum": "minimum_owners", "largest_below": "largest_below",
        "two_largest_below": "two_largest_below",
    },
    "publication": {
        name: name
        for name in ("significant_digits", "error_digits", "protection", "smoothing_owners")
    },
    "difference": {"minimum_owners": "difference_owners"},
    "alarm": {
        name: name
        for name in ("limit_drift", "owner_change", "influence", "understating_share",
                     "understating_by", "near_equal", "near_equal_share", "near_equal_owners")
    },
    "bootstrap": {"replicates": "replicates"},
}  # fmt: skip

SHOWN = "rules/disclosure.toml"
COUNTS = {f.name for f in fields(DisclosureRule) if f.type == "int"}
SHAPE = {
    name: {key: SIZE if attribute in COUNTS else NUMBER for key, attribute in keys.items()}
    | {"source": SOURCE}
    for name, keys in BLOCKS.items()
}


def read_disclosure_rule(seeds: Path) -> DisclosureRule:
    """The disclosure rule of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-02 a threshold is missing or no number,
            E-SEED-09 a block names no source.
    """
    block = read_toml(seeds / SHOWN, SHOWN)
    require_shape(block, SHOWN, SHAPE)
    found: dict[str, Any] = {
        attribute: block[name][key] if attribute in COUNTS else float(block[name][key])
        for name, keys in BLOCKS.items()
        for key, attribute in keys.items()
    }
    return DisclosureRule(**found)


def against_disclosure(
    owners: Owners, rule: DisclosureRule, minimum_owners: int = 0, dominance: float | None = None
) -> list[Finding]:
    """Every reason against publishing limits of a population; none when they may stand.

    Args:
        owners: who stands behind the population.
        rule: the disclosure rule.
        minimum_owners: owners a grade rule asks for beyond it.
        dominance: the largest owner's share a grade rule asks for beyond it.
    """
    wanted = max(rule.minimum_owners, minimum_owners)
    below = min(rule.largest_below, 1.0 if dominance is None else dominance)
    if owners.count == 0:
        return [finding("G-OWN-04")]
    found = []
    if owners.count < wanted:
        found.append(finding("G-OWN-01", found=owners.count, wanted=wanted))
    for code, share, limit in (
        ("G-OWN-02", owners.largest, below),
        ("G-OWN-03", owners.two_largest, rule.two_largest_below),
    ):
        if share >= limit:
            found.append(finding(code, found=f"{share:.0%}", wanted=f"{limit:.0%}"))
    return found


def step_of(value: float, digits: int) -> Decimal:
    """One unit of the last of so many significant digits of a value.

    Example:
        >>> step_of(2345.0, 2), step_of(0.0125, 2)
        (Decimal('1E+2'), Decimal('0.001'))
    """
    return Decimal(1).scaleb(Decimal(repr(value)).adjusted() - digits + 1)


def rounded(value: float, digits: int, way: str = ROUND_HALF_EVEN) -> float:
    """A value to so many significant digits, halves to even unless a way is asked for.

    Example:
        >>> rounded(2345.0, 2), rounded(0.0125, 2), rounded(2345.0, 2, "ROUND_CEILING")
        (2300.0, 0.012, 2400.0)
    """
    if value == 0:
        return 0.0
    step = step_of(value, digits)
    return float((Decimal(repr(value)) / step).quantize(Decimal(1), way) * step)


def publishable(
    limit: float, values: Sequence[float], digits: int, tie_rule: str = "better_class"
) -> float:
    """A limit as it may be published: rounded, and never equal to a member's value.

    A limit that lies on members' values is rounded to the side that the tie rule says, so
    that all of them fall into one class; a rounded limit that equals a value moves on the
    same way, step by step of its last digit, until it equals none.

    Args:
        limit: the exact limit.
        values: the members' values.
        digits: significant digits to publish.
        tie_rule: ``better_class`` puts tied values below the limit, ``worse_class`` above.

    Example:
        >>> publishable(2345.0, [2345.0], 2), publishable(2345.0, [2345.0], 2, "worse_class")
        (2400.0, 2300.0)
    """
    taken = set(values)
    upward = tie_rule == "better_class"
    way = ROUND_CEILING if upward else ROUND_FLOOR
    shown = rounded(limit, digits, way if limit in taken else ROUND_HALF_EVEN)
    while shown in taken:
        step = step_of(shown or 1.0, digits)
        moved = Decimal(repr(shown)) + (step if upward else -step)
        shown = float(moved)
    return shown
