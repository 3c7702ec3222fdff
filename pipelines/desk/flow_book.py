"""Flows by name, with what is known of them: unit group, stated condition, conversions.

Belongs here: finding the flow a typed name means. Does not belong here: what a unit means
(``pipelines.quantities``). Reads the seed tables as text, so that a check starts light.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipelines.desk.cell_text import visible
from pipelines.identity import record_id
from pipelines.quantities.unit import UnitTable, UnknownUnit, load_units
from pipelines.tabular.text_table import read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FLOW = ("flow_id", "name_zh", "name_en", "category_id", "unit_group", "state")
_UNITS = ("from_unit", "to_unit")
_FUELS = "energy.fuel"
# What a submitter adds to a product's name: its maker, its quality, a remark.
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")


@dataclass(frozen=True)
class Flow:
    """One flow: its id, names, group of units, stated condition; proposed or in the table."""

    flow_id: str
    name_zh: str
    name_en: str
    category_id: str
    unit_group: str
    state: str
    is_proposed: bool = False


@dataclass(frozen=True)
class FlowBook:
    """Flows by id, name and alias, and the groups of units each is convertible between."""

    flows: dict[str, Flow]
    by_name: dict[str, tuple[Flow, ...]]
    groups: dict[str, frozenset[str]]
    units: UnitTable

    def find(self, name: str, category: str | None = None) -> Flow | None:
        """The one flow a name means; several of a name are told apart by category.

        Args:
            name: an id, a Chinese or English name, or an alias.
            category: category of the row.
        """
        wanted = visible(name)
        if wanted in self.flows:
            return self.flows[wanted]
        found = self._named(wanted) or self._named(_BRACKETS.sub("", wanted).strip())
        if len(found) > 1:
            found = tuple(f for f in found if f.category_id == category)
        return found[0] if len(found) == 1 else None

    def _named(self, name: str) -> tuple[Flow, ...]:
        return self.by_name.get(name) or self.by_name.get(name.casefold()) or ()

    def near(self, name: str) -> list[str]:
        """Up to three names that resemble one."""
        wanted = visible(name)
        near = difflib.get_close_matches(wanted, self.by_name, 3, 0.4)
        return near or [n for n in self.by_name if len(wanted) > 1 and wanted in n][:3]

    def converts(self, flow: Flow, group: str) -> bool:
        """Whether amounts of a flow may be stated in a group of units.

        A fuel is counted by its heat as well; what heat that is, its heating value says.
        """
        if group == "energy" and flow.category_id.startswith(_FUELS):
            return True
        return group == flow.unit_group or group in self.groups.get(flow.flow_id, frozenset())


def proposed_flow(name_zh: str, name_en: str | None, category: str, unit_group: str) -> Flow:
    """A flow for a product that the table does not have; the same words give the same flow.

    Args:
        name_zh: the name as typed.
        name_en: the English name; the name itself where none is given.
        category: category of the row.
        unit_group: group of the unit it is counted in.

    Example:
        >>> one = proposed_flow("新产品", None, "chemicals", "mass")
        >>> one.flow_id == proposed_flow(" 新产品 ", "New", "chemicals", "mass").flow_id
        True
    """
    name = visible(name_zh)
    short = record_id("W", "product", name, category, unit_group)[1:].lower()
    return Flow(
        f"proposed_{short}", name, visible(name_en or "") or name, category, unit_group, "",
        is_proposed=True,
    )  # fmt: skip


def nearest(names: Sequence[str]) -> dict[str, str]:
    """The words of a message for the names near a typed one.

    Example:
        >>> nearest(["kg", "t"])["near_zh"], nearest([])["near_zh"]
        ('相近的：kg; t', '没有相近的')
    """
    told = "; ".join(names)
    return {
        "near_zh": f"相近的：{told}" if told else "没有相近的",
        "near_en": f"near: {told}" if told else "nothing is near",
    }


@cache
def load_flows(seeds: Path) -> FlowBook:
    """The flows of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, a table is missing or no text.
        FaultyData: E-SEED-04 a table lacks a column, E-SEED-07 or E-TEXT-01 a flow stands twice
            or has no id, or as ``load_units``.
    """
    folder = seeds / "reference"
    units = load_units(folder / "unit.csv")
    flows: dict[str, Flow] = {}
    named: dict[str, list[Flow]] = {}
    rows = read_rows(folder / "flow.csv", needed=_FLOW, key="flow_id", name="reference/flow.csv")
    for row in rows:
        flow = Flow(
            row["flow_id"], row["name_zh"], row["name_en"], row["category_id"],
            row["unit_group"], row["state"],
        )  # fmt: skip
        flows[flow.flow_id] = flow
        aliases = [a.strip() for a in (row.get("aliases") or "").split(";")]
        for name in {flow.name_zh, flow.name_en, flow.name_en.casefold(), *aliases} - {""}:
            named.setdefault(name, []).append(flow)
    return FlowBook(flows, {n: tuple(f) for n, f in named.items()}, _groups(folder, units), units)


def _groups(folder: Path, units: UnitTable) -> dict[str, frozenset[str]]:
    """Flow to the groups of units that a stated heating value or density joins."""
    joined: dict[str, set[str]] = {}
    needed, name = ("flow_id", *_UNITS), "reference/flow_property.csv"
    rows = read_rows(folder / "flow_property.csv", needed=needed, name=name)
    for row in rows:
        for column in _UNITS:
            try:
                group = units.find(row[column]).unit_group
            except UnknownUnit:
                continue
            joined.setdefault(row["flow_id"], set()).add(group)
    return {flow: frozenset(groups) for flow, groups in joined.items()}
