"""How results are told apart and gaps are weighed: ``rules/reporting.toml``.

Belongs here: reading the rule. Does not belong here: applying it (``separate``, ``gaps``,
``electricity``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.footprint.gap_rule import GapRule, gap_rule_of
from pipelines.quantities.number import exact
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import (
    POSITIVE,
    SOURCE,
    TABLE,
    TEXT,
    TEXTS,
    Named,
    Shape,
    require_shape,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction
    from pathlib import Path

SHOWN = "rules/reporting.toml"
SHAPE: Shape = {
    "heading": {"of": Named(TEXT), "source": SOURCE},
    "carbon": {
        "co2_per_carbon": POSITIVE, "ch4_per_carbon": POSITIVE, "components": TEXTS,
        "gases": TEXTS, "source": SOURCE,
    },
    "electricity": {"category": TEXT, "residual_kinds": TEXTS, "source": SOURCE},
    "gap": TABLE,
}  # fmt: skip


@dataclass(frozen=True)
class ReportingRule:
    """Headings of separate reporting, the carbon balance, electricity, weighing of gaps.

    Attributes:
        headings: heading by component.
        carbon_components: components whose CO2e is biogenic CO2.
        carbon_gases: other gases that hold biogenic carbon.
        co2_per_carbon: kg of CO2 from one kg of carbon.
        ch4_per_carbon: kg of CH4 from one kg of carbon.
        electricity: beginning of the category of electricity.
        residual_kinds: factor kinds that serve what no certificate covers.
        gap: how gaps are weighed.
    """

    headings: Mapping[str, str]
    carbon_components: frozenset[str]
    carbon_gases: frozenset[str]
    co2_per_carbon: Fraction
    ch4_per_carbon: Fraction
    electricity: str
    residual_kinds: tuple[str, ...]
    gap: GapRule


def read_reporting_rule(seeds: Path) -> ReportingRule:
    """The reporting rule of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-09 a part names no source, E-SEED-02 a part
            is missing or of another kind.
    """
    block = read_toml(seeds / SHOWN, SHOWN)
    require_shape(block, SHOWN, SHAPE)
    carbon = block["carbon"]
    electricity = block["electricity"]
    return ReportingRule(
        block["heading"]["of"],
        frozenset(carbon["components"]),
        frozenset(carbon["gases"]),
        exact(carbon["co2_per_carbon"]),
        exact(carbon["ch4_per_carbon"]),
        electricity["category"],
        tuple(electricity["residual_kinds"]),
        gap_rule_of(block["gap"], SHOWN),
    )
