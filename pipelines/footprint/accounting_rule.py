"""Product accounting rules: what a footprint must keep to, read from seeds.

Belongs here: the rule, its validity and its refusals. Does not belong here: how a factor
is chosen (``resolution_rule``).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import finding

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

KEYS = (
    "rule_id", "version", "title_zh", "title_en", "valid_from", "valid_until", "scope",
    "functional_unit", "boundary", "cut_off", "allocation", "biogenic_convention",
    "electricity_policy", "gwp_set", "not_stated_policy", "gbt_24067_clauses", "source",
)  # fmt: skip


@dataclass(frozen=True)
class AccountingRule:
    """One product accounting rule.

    Attributes:
        rule_id: its id.
        version: its version.
        valid_from: first day in force.
        valid_until: last day in force.
        allocation: allocation methods it allows.
        biogenic_convention: ``excluding_uptake`` or ``including_uptake``.
        gwp_set: the GWP set it prescribes.
        title_zh: Chinese title.
        title_en: English title.
        source: what it rests on.
        electricity_policy: by which view electricity counts in the result.
    """

    rule_id: str
    version: str
    valid_from: dt.date
    valid_until: dt.date
    allocation: tuple[str, ...]
    biogenic_convention: str
    gwp_set: str
    title_zh: str
    title_en: str
    source: str
    electricity_policy: str = "location_based_average_footprint"

    @property
    def is_contractual(self) -> bool:
        """Whether electricity counts by contract; by place otherwise."""
        return self.electricity_policy.startswith("contractual")

    def is_in_force(self, on: dt.date) -> bool:
        """Whether the rule is in force on a day."""
        return self.valid_from <= on <= self.valid_until


def _rule(path: Path) -> AccountingRule:
    shown = f"accounting_rules/{path.name}"
    try:
        block: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FaultyData(finding("E-SEED-08", file=shown, reason=str(error))) from error
    faults = [
        finding("E-SEED-02", file=shown, column=k) for k in KEYS if block.get(k) in (None, "", [])
    ]
    if faults:
        raise FaultyData(faults)
    return AccountingRule(
        block["rule_id"],
        block["version"],
        block["valid_from"],
        block["valid_until"],
        tuple(block["allocation"]),
        block["biogenic_convention"],
        block["gwp_set"],
        block["title_zh"],
        block["title_en"],
        block["source"],
        block["electricity_policy"],
    )


def read_accounting_rules(seeds: Path) -> dict[str, AccountingRule]:
    """Every accounting rule of a seeds folder, by id.

    Raises:
        FaultyData: a rule lacks a key (its source included) or is not valid TOML.
    """
    rules = [_rule(path) for path in sorted((seeds / "accounting_rules").glob("*.toml"))]
    return {rule.rule_id: rule for rule in rules}
