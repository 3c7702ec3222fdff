"""Product accounting rules: what a footprint must keep to, read from seeds.

Belongs here: the rule, its validity and its refusals. Does not belong here: how a factor
is chosen (``resolution_rule``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import DATE, TEXT, TEXTS, require_shape

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

SHAPE = {
    "rule_id": TEXT, "version": TEXT, "title_zh": TEXT, "title_en": TEXT, "valid_from": DATE,
    "valid_until": DATE, "scope": TEXTS, "functional_unit": TEXT, "boundary": TEXT,
    "cut_off": TEXT, "allocation": TEXTS, "biogenic_convention": TEXT,
    "electricity_policy": TEXT, "gwp_set": TEXT, "not_stated_policy": TEXT,
    "gbt_24067_clauses": TEXTS, "source": TEXT,
}  # fmt: skip


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


def accounting_blocks(seeds: Path) -> dict[str, dict[str, Any]]:
    """Every accounting rule of a seeds folder as its file has it, by id.

    Raises:
        UnreadableInput: E-SEED-06, a rule is no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-02 a rule lacks a key (its source included)
            or holds another kind of value.
    """
    found = {}
    for path in sorted((seeds / "accounting_rules").glob("*.toml")):
        shown = f"accounting_rules/{path.name}"
        block = read_toml(path, shown)
        require_shape(block, shown, SHAPE)
        found[block["rule_id"]] = block
    return found


def _rule(block: Mapping[str, Any]) -> AccountingRule:
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
    """Every accounting rule of a seeds folder, by id; refused as ``accounting_blocks``."""
    return {name: _rule(block) for name, block in accounting_blocks(seeds).items()}
