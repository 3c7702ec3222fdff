"""What a record of the Open Emission Factors Database is in the words of the library.

Belongs here: kind, boundary, stage of supply and category of a record, from its life-cycle
activity, scope and category. Does not belong here: its figures (``_oefdb_figures``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.sources._oefdb_layout import Record

# Warming potentials of refrigerants: characterisation, no emission factor.
NO_FACTOR = frozenset({"Refrigerants and Fugitive Gases"})
# Biogenic CO2 that the publisher keeps out of every total.
NO_SCOPE = "Outside of scopes"
UNKNOWN = "unknown"
GRID_MIX = "electricity-energy_source_grid_mix"
POWER_AND_HEAT = frozenset({"Electricity", "Heat and Steam"})
_AT_ACTIVITY = frozenset({"fuel_combustion", "use_phase"})
_POWER = frozenset(
    {"electricity_generation", "electricity_consumption", "transmission_and_distribution"}
)
_FUEL_SUPPLY = frozenset({"well_to_tank", "fuel_upstream"})
_MAKING = frozenset(
    {
        "upstream", "cradle_to_gate", "cradle_to_shelf", "manufacturing", "plant_amortization",
        "fugitive_emissions", "transport_and_delivery",
    }
)  # fmt: skip
_END = frozenset({"gate_to_grave", "end_of_life", "downstream"})
_WHOLE_USE = frozenset({"well_to_propeller"})
_PHASES = _AT_ACTIVITY | _POWER | _FUEL_SUPPLY | _MAKING | _END | _WHOLE_USE
_SPENDING = re.compile(r"^[A-Z]{3}$")


@dataclass(frozen=True)
class Meaning:
    """Kind, boundary and stage of supply of a record."""

    factor_kind: str
    boundary: str
    delivery_scope: str = "not_applicable"
    location_type: str = "not_stated"

    @property
    def value_convention(self) -> str:
        """Direct at the activity, or as the publisher adds a life cycle up."""
        return "not_stated" if self.factor_kind == "footprint_factor" else "direct"


def meaning_of(record: Record) -> Meaning | None:
    """What a record is; None where the row does not tell."""
    if record.lca_activity == UNKNOWN:
        return _by_scope(record)
    phases = record.phases
    if not phases <= _PHASES:
        return None
    if phases <= _AT_ACTIVITY | _POWER:
        return _of_activity(record)
    if record.row["category"] in POWER_AND_HEAT:
        return Meaning("footprint_factor", _supply_boundary(phases), _delivery(phases))
    return Meaning("footprint_factor", _boundary(phases))


def _by_scope(record: Record) -> Meaning | None:
    """Where the life-cycle activity is unknown, the scope of emissions tells, or spending."""
    scope = record.row.get("scope")
    if _SPENDING.match(record.unit.key):
        return Meaning("footprint_factor", "not_stated")
    if scope == "1":
        return Meaning("direct_ef", "activity")
    if scope == "2":
        return Meaning("energy_indirect_ef", "activity", "not_stated")
    return None


def _of_activity(record: Record) -> Meaning:
    """Emissions at the activity itself or at the plants that power it."""
    phases = record.phases
    power_and_heat = record.row["category"] in POWER_AND_HEAT
    is_cloud = record.row["category"].startswith("Cloud Computing")
    if not (phases & _POWER or is_cloud or (power_and_heat and "use_phase" in phases)):
        return Meaning("direct_ef", "activity")
    if not power_and_heat:
        return Meaning("energy_indirect_ef", "activity")
    place = "production" if "electricity_generation" in phases else "not_stated"
    return Meaning("energy_indirect_ef", "activity", _delivery(phases), place)


def _delivery(phases: frozenset[str]) -> str:
    """The stage of supply of electricity and heat."""
    if phases & {"electricity_consumption", "transport_and_delivery"}:
        return "delivered"
    if "transmission_and_distribution" in phases:
        return "delivered" if "electricity_generation" in phases else "transmission"
    if phases & {"electricity_generation", "fuel_combustion"}:
        return "generation"
    return "not_stated"


def _supply_boundary(phases: frozenset[str]) -> str:
    return "well_to_tank" if phases <= _FUEL_SUPPLY else "cradle_to_gate"


def _boundary(phases: frozenset[str]) -> str:
    """The boundary of a life cycle of goods, fuels and transport."""
    if phases & _END:
        return "gate_to_grave" if phases <= _END else "cradle_to_grave"
    if phases <= _FUEL_SUPPLY:
        return "well_to_tank"
    if phases & (_AT_ACTIVITY | _POWER | _WHOLE_USE):
        # Making the vehicle is beyond the wheel, its end of life is not in: no word for it.
        return "not_stated" if phases & {"manufacturing", "plant_amortization"} else "well_to_wheel"
    if phases <= _MAKING:
        return "cradle_to_gate"
    return "not_stated"


def is_seed_electricity(record: Record, meaning: Meaning) -> bool:
    """Whether a record is about grid electricity as the flow table of the seeds means it."""
    is_supply = meaning.boundary in {"activity", "cradle_to_gate"}
    return (
        record.activity_id == GRID_MIX
        and is_supply
        and meaning.delivery_scope in {"generation", "delivered"}
    )


_CATEGORIES = {
    "heat and steam": "energy.heat", "fuel": "energy.fuel",
    "road freight": "transport.freight.road", "rail freight": "transport.freight.rail",
    "rail transport": "transport.freight.rail", "sea freight": "transport.freight.water",
    "sea transport": "transport.freight.water", "air freight": "transport.freight",
    "air transport": "transport.freight", "road travel": "transport",
    "rail travel": "transport", "air travel": "transport", "sea travel": "transport",
    "vehicles": "transport", "vehicle": "transport", "transport services": "transport",
    "building materials": "material", "other materials": "material",
    "mined materials": "material.mineral", "organic products": "unclassified",
    "plastics and rubber products": "material.plastic",
    "glass and glass products": "material.glass", "metals": "material.metal",
    "primary metals": "material.metal", "secondary metals": "material.metal",
    "chemical products": "material.chemical", "water supply": "material.water",
    "water treatment": "waste.wastewater", "waste management": "waste",
    "construction waste": "waste", "electrical waste": "waste", "general waste": "waste",
    "glass waste": "waste", "metal waste": "waste", "paper and cardboard waste": "waste",
    "plastic waste": "waste", "food and organic waste": "waste",
    "arable farming": "agriculture", "livestock farming": "agriculture.livestock",
    "agriculture and forestry support": "agriculture",
}  # fmt: skip


def category_of(record: Record) -> str:
    """Our category of a record, as far as the publisher's says."""
    written = record.row.get("category") or ""
    if written == "Electricity":
        if "transmission_and_distribution" in record.phases:
            return "energy.electricity.transmission"
        is_grid = record.activity_id.startswith(GRID_MIX)
        return "energy.electricity.grid" if is_grid else "energy.electricity.generation"
    if written.lower() in {"road transport"} and record.unit.unit == "t*km":
        return "transport.freight.road"
    return _CATEGORIES.get(written.lower(), "unclassified")
