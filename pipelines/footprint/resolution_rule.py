"""The one rule by which factors are chosen, read from ``seeds/rules/resolution.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import finding

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = "rules/resolution.toml"


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


def read_resolution_rule(seeds: Path) -> ResolutionRule:
    """The resolution rule of a seeds folder.

    Raises:
        UnreadableInput: the file is missing.
        FaultyData: it is not valid TOML, or the rule or a tie decision names no source.
    """
    try:
        block = tomllib.loads((seeds / "rules" / "resolution.toml").read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(finding("E-SEED-06", file=SHOWN)) from error
    except tomllib.TOMLDecodeError as error:
        raise FaultyData(finding("E-SEED-08", file=SHOWN, reason=str(error))) from error
    ties = block.get("tie_decision", [])
    unsourced = [("rule", block), *((t.get("id", "?"), t) for t in ties)]
    faults = [
        finding("E-SEED-09", file=SHOWN, column=name)
        for name, part in unsourced
        if not str(part.get("source", "")).strip()
    ]
    if faults:
        raise FaultyData(faults)
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
