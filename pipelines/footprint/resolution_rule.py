"""The one rule by which factors are chosen, read from ``seeds/rules/resolution.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import (
    COUNT,
    DATE,
    NUMBER,
    SOURCE,
    TEXT,
    TEXTS,
    Each,
    Maybe,
    Named,
    Shape,
    require_shape,
)

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = "rules/resolution.toml"
SHAPE: Shape = {
    "version": TEXT,
    "source": SOURCE,
    "kinds": Named(TEXTS),
    "boundary": Named(TEXTS),
    "geography": Named(COUNT),
    "technology": {"inadmissible_without_common_level": TEXTS},
    "time": {"unknown_years": NUMBER},
    "order": {"data_origin": TEXTS, "criteria": TEXTS},
    "removal_component": Named(TEXT),
    "tie_decision": Maybe(
        Each({"id": TEXT, "criterion": TEXT, "decided_on": DATE, "source": SOURCE})
    ),
}


@dataclass(frozen=True)
class ResolutionRule:
    """Order and limits of factor choice.

    Attributes:
        version: version of the rule.
        kinds: factor kinds that serve each use.
        boundaries: boundaries that serve each use, best first.
        geography: rank of each kind of region, the activity's own being ``same``.
        default_route: route assumed per use where none is stated.
        needs_common_level: uses for which a wholly different route is not admissible.
        unknown_years: time distance of a factor without a data period.
        data_origins: data origins, best first.
        tie_criteria: criteria of the named decisions that settle ties, in order.
        tie_decisions: ids of those decisions.
        removal_component: component that takes a removal, by gas.
    """

    version: str
    kinds: dict[str, list[str]]
    boundaries: dict[str, list[str]]
    geography: dict[str, int]
    default_route: dict[str, str]
    needs_common_level: tuple[str, ...]
    unknown_years: float
    data_origins: list[str]
    tie_criteria: tuple[str, ...]
    tie_decisions: tuple[str, ...]
    removal_component: dict[str, str]


def resolution_block(seeds: Path) -> dict[str, Any]:
    """The resolution rule of a seeds folder as its file has it.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-09 the rule or a tie decision names no
            source, E-SEED-02 a part is missing or of another kind.
    """
    block = read_toml(seeds / SHOWN, SHOWN)
    require_shape(block, SHOWN, SHAPE)
    return block


def read_resolution_rule(seeds: Path) -> ResolutionRule:
    """The resolution rule of a seeds folder; refused as ``resolution_block``."""
    block = resolution_block(seeds)
    ties = block.get("tie_decision", [])
    technology = dict(block["technology"])
    needs = tuple(technology.pop("inadmissible_without_common_level"))
    return ResolutionRule(
        block["version"],
        block["kinds"],
        block["boundary"],
        block["geography"],
        technology,
        needs,
        float(block["time"]["unknown_years"]),
        block["order"]["data_origin"],
        tuple(t["criterion"] for t in ties),
        tuple(t["id"] for t in ties),
        block["removal_component"],
    )
