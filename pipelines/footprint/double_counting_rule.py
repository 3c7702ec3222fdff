"""What counts as counted twice: the limits of ``rules/double_counting.toml``.

Belongs here: reading the rule. Does not belong here: applying it (``double_counting``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.quantities.number import exact
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import DECIMAL, POSITIVE, TEXT, TEXTS, Named, Shape, unfit

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

SHOWN = "rules/double_counting.toml"
SHAPE: Shape = {
    "nested": {"boundaries": TEXTS, "source": TEXT},
    "generation": {"fuels": Named(TEXTS), "source": TEXT},
    "transmission": {
        "scope": TEXT, "category": TEXT, "held": TEXTS, "unknown": TEXTS, "source": TEXT,
    },
    "average": {"origins": TEXTS, "source": TEXT},
    "methane": {
        "gas": TEXT, "oxidised_to": TEXT, "sets": TEXTS, "ratio": POSITIVE, "tolerance": DECIMAL,
        "source": TEXT,
    },
}  # fmt: skip


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
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-DBL-08 a part or its source is missing or of
            another kind.
    """
    block = read_toml(seeds / SHOWN, SHOWN)
    if told := unfit(block, SHOWN, "", SHAPE):
        raise FaultyData([finding("E-DBL-08", file=SHOWN, reason=f.place["field"]) for f in told])
    transmission, methane = block["transmission"], block["methane"]
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
