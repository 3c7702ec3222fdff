"""Flows, gases, units, regions and categories as the footprint room looks them up.

Belongs here: names to codes, conversion of one flow's amounts (heating value, density),
the chain of regions around a place. Does not belong here: factors.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.quantities.unit import Unit, UnitMismatch, UnitTable, UnknownUnit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl


@dataclass(frozen=True)
class FlowBook:
    """Look-ups over the reference tables of a release.

    Attributes:
        units: the accepted units.
        regions: region codes.
        gases: gas code by code or accepted spelling.
        components: component a gas counts in, by gas code.
        flow_names: flow id by id, name or synonym.
        groups: unit group by flow id.
        properties: (from unit, to unit, exact ratio) by flow id.
        categories: category by flow id.
        category_ids: every category a product may be of.
    """

    units: UnitTable
    regions: frozenset[str]
    gases: dict[str, str]
    components: dict[str, str]
    flow_names: dict[str, str]
    groups: dict[str, str]
    properties: dict[str, list[tuple[str, str, Fraction]]]
    categories: dict[str, str]
    category_ids: frozenset[str]

    @classmethod
    def over(cls, tables: Mapping[str, pl.DataFrame]) -> FlowBook:
        """Look-ups over ``unit``, ``region``, ``gas``, ``flow``, its properties and categories."""
        units, aliases = [], {}
        for row in tables["unit"].iter_rows(named=True):
            units.append(
                Unit(
                    row["unit"],
                    row["unit_group"],
                    Fraction(row["to_base_exact"]),
                    row["name_zh"],
                    row["name_en"],
                )
            )
            aliases.update(dict.fromkeys(row["aliases"] or [], row["unit"]))
        gases: dict[str, str] = {}
        for row in tables["gas"].iter_rows(named=True):
            for name in (row["gas"], *(row["aliases"] or [])):
                gases[name] = row["gas"]
        names: dict[str, str] = {}
        for row in tables["flow"].sort("flow_id").iter_rows(named=True):
            for name in (row["name_zh"], row["name_en"], *(row["aliases"] or [])):
                names.setdefault(name.lower(), row["flow_id"])
        names.update({flow: flow for flow in tables["flow"]["flow_id"]})
        properties = defaultdict(list)
        for row in tables["flow_property"].iter_rows(named=True):
            ratio = Fraction(repr(row["property_value"]))
            properties[row["flow_id"]].append((row["from_unit"], row["to_unit"], ratio))
        return cls(
            UnitTable(units, aliases),
            frozenset(tables["region"]["region_code"]),
            gases,
            dict(zip(tables["gas"]["gas"], tables["gas"]["component"], strict=True)),
            names,
            dict(zip(tables["flow"]["flow_id"], tables["flow"]["unit_group"], strict=True)),
            dict(properties),
            dict(zip(tables["flow"]["flow_id"], tables["flow"]["category_id"], strict=True)),
            frozenset(tables["category"]["category_id"]),
        )

    def flow_of(self, text: str) -> str | None:
        """The flow a code, name or synonym names."""
        return self.flow_names.get(text) or self.flow_names.get(text.lower())

    def group_of(self, flow: str) -> str:
        """The unit group of a flow."""
        return self.groups[flow]

    def is_mass(self, unit: str) -> bool:
        """Whether a unit is a unit of mass."""
        try:
            return self.units.find(unit).unit_group == "mass"
        except UnknownUnit:
            return False

    def converts(self, flow: str, unit: str) -> bool:
        """Whether amounts of a flow in a unit can be brought to the flow's own group."""
        try:
            return self.ratio(flow, unit, self._base(self.groups[flow])) is not None
        except UnknownUnit:
            return False

    def _base(self, group: str) -> str:
        return next(u.unit for u in self.units.units.values() if u.unit_group == group)

    def ratio(self, flow: str, source: str, target: str) -> Fraction | None:
        """How many target units of a flow one source unit is, exactly.

        Units of one group convert directly; others through one property of the flow
        (heating value, density, piece mass).

        Returns:
            The ratio, or None where no property bridges the two groups.

        Raises:
            UnknownUnit: a unit is not in the table.
        """
        try:
            return self.units.ratio(source, target)
        except UnitMismatch:
            pass
        for one, other, value in self.properties.get(flow, ()):
            for start, end, worth in ((one, other, value), (other, one, 1 / value)):
                try:
                    there = self.units.ratio(source, start)
                    return there * worth * self.units.ratio(end, target)
                except UnitMismatch:
                    continue
        return None


def region_chains(region: pl.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """The regions that contain each region, nearest first, with the kind of each.

    Args:
        region: the ``region`` table.

    Returns:
        Region code to ``(containing region, kind)``; the region itself comes first with
        the kind ``same``. A province's grid region stands between it and the country.
    """
    rows = {row["region_code"]: row for row in region.iter_rows(named=True)}
    chains = {}
    for code, row in rows.items():
        chain = [(code, "same")]
        grid = row["grid_region_code"]
        at = row["parent_code"]
        while at is not None and at in rows and len(chain) < len(rows):
            kind = rows[at]["region_kind"]
            grid = grid or rows[at]["grid_region_code"]
            if kind == "country" and grid and grid != code:
                chain.append((grid, "grid_region"))
                grid = None
            chain.append((at, kind))
            at = rows[at]["parent_code"]
        chains[code] = chain
    return chains
