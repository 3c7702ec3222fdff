"""What counts as counted twice: the limits of ``rules/double_counting.toml``.

Belongs here: reading the rule. Does not belong here: applying it (``double_counting``).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import finding
from pipelines.quantities.number import NotANumber, exact

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

SHOWN = "rules/double_counting.toml"
PARTS = ("nested", "generation", "transmission", "average", "methane")


@dataclass(frozen=True)
class DoubleCountingRule:
    """When one emission is counted twice.

    Attributes:
        nested: boundaries of supply that already hold the burning.
        fuels: beginnings of fuel categories that a generation flow's factor holds.
        scope: delivery scope of a separate transmission line.
        category: beginning of the category of electricity.
        held: delivery scopes that include transmission.
        unknown: delivery scopes that do not say.
        origins: data origins of an average.
        methane: the gas whose GWP may hold its oxidation.
        oxidised_to: the gas it becomes.
        sets: GWP sets in which it does.
        ratio: kg of that gas per kg of methane.
        tolerance: relative difference up to which amounts are the same.
    """

    nested: frozenset[str]
    fuels: dict[str, tuple[str, ...]]
    scope: str
    category: str
    held: frozenset[str]
    unknown: frozenset[str]
    origins: frozenset[str]
    methane: str
    oxidised_to: str
    sets: frozenset[str]
    ratio: Fraction
    tolerance: Fraction


def read_double_counting_rule(seeds: Path) -> DoubleCountingRule:
    """The rule of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing.
        FaultyData: E-SEED-08 not valid TOML, E-DBL-08 a part or its source is missing.
    """
    try:
        block: dict[str, Any] = tomllib.loads(
            (seeds / "rules" / "double_counting.toml").read_text("utf-8")
        )
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(finding("E-SEED-06", file=SHOWN)) from error
    except tomllib.TOMLDecodeError as error:
        raise FaultyData(finding("E-SEED-08", file=SHOWN, reason=str(error))) from error
    for part in PARTS:
        if not block.get(part, {}).get("source"):
            raise FaultyData(finding("E-DBL-08", file=SHOWN, reason=f"[{part}] source"))
    transmission, methane = block["transmission"], block["methane"]
    try:
        return DoubleCountingRule(
            frozenset(block["nested"]["boundaries"]),
            {flow: tuple(words) for flow, words in block["generation"]["fuels"].items()},
            transmission["scope"],
            transmission["category"],
            frozenset(transmission["held"]),
            frozenset(transmission["unknown"]),
            frozenset(block["average"]["origins"]),
            methane["gas"],
            methane["oxidised_to"],
            frozenset(methane["sets"]),
            exact(methane["ratio"]),
            exact(methane["tolerance"]),
        )
    except (KeyError, NotANumber) as error:
        raise FaultyData(finding("E-DBL-08", file=SHOWN, reason=str(error))) from error
