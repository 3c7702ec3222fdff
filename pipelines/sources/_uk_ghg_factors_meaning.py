"""What the activities of the UK conversion factors are in the words of the library.

Belongs here: kind, boundary, stage of supply, category, place and names of an activity, by
its sheet (level 1). Does not belong here: where a figure stands (``_uk_ghg_factors_layout``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.sources._workbook_grid import key_of, plain

if TYPE_CHECKING:
    from pipelines.sources._uk_ghg_factors_layout import FlatRow

UNITED_KINGDOM = "GB"
WORLD = "001"
ELECTRICITY = "electricity"
# The publisher's unit, ours, and how many of ours one of theirs is.
UNITS: dict[str, tuple[str, int]] = {
    "tonnes": ("t", 1), "kg": ("kg", 1), "litres": ("L", 1), "cubic metres": ("m3", 1),
    "million litres": ("L", 1_000_000), "kWh": ("kWh", 1), "kWh (Net CV)": ("kWh", 1),
    "kWh (Gross CV)": ("kWh", 1), "GJ": ("GJ", 1), "km": ("km", 1), "miles": ("mi", 1),
    "tonne.km": ("t*km", 1), "passenger.km": ("passenger*km", 1),
    "Room per night": ("room*night", 1), "per FTE Working Hour": ("FTE*h", 1),
}  # fmt: skip
BASES = {
    "kWh (Net CV)": "net calorific value", "kWh (Gross CV)": "gross calorific value",
}  # fmt: skip
# Outside what the library holds: characterisation factors, and biogenic CO2 that the
# publisher keeps out of every total.
OUTSIDE = {"refrigerant & other": "Level 1", "outside of scopes": "Scope"}
CONVERSIONS = ("conversions", "fuel properties")
RADIATIVE_FORCING = "with rf"
ABROAD = "international, to/from non-uk"


@dataclass(frozen=True)
class Meaning:
    """What every record of a sheet is.

    Attributes:
        factor_kind: kind of factor.
        boundary: system boundary.
        category_id: category, where the activity does not say more.
        delivery_scope: stage of supply of electricity and heat.
        location_type: production or consumption mix.
        has_gases: whether ``of which`` parts are emissions of these gases.
    """

    factor_kind: str
    boundary: str
    category_id: str
    delivery_scope: str = "not_applicable"
    location_type: str = "not_stated"
    has_gases: bool = True

    @property
    def value_convention(self) -> str:
        """How the value is to be read: direct, or as the publisher adds it up."""
        return "not_stated" if self.factor_kind == "footprint_factor" else "direct"


def _direct(category_id: str) -> Meaning:
    return Meaning("direct_ef", "activity", category_id)


def _upstream(category_id: str, **more: str) -> Meaning:
    return Meaning("footprint_factor", "well_to_tank", category_id, **more)  # type: ignore[arg-type]


def _energy(category_id: str, scope: str, location: str) -> Meaning:
    return Meaning("energy_indirect_ef", "activity", category_id, scope, location)


_GRID, _LINES, _HEAT = "energy.electricity.grid", "energy.electricity.transmission", "energy.heat"
_MEANINGS = {
    "fuels": _direct("energy.fuel"),
    "bioenergy": _direct("energy.fuel.biomass"),
    "passenger vehicles": _direct("transport"),
    "delivery vehicles": _direct("transport.freight.road"),
    "uk electricity": _energy(_GRID, "generation", "consumption"),
    "uk electricity for evs": _energy(_GRID, "generation", "consumption"),
    "heat and steam": _energy(_HEAT, "generation", "production"),
    "wtt- fuels": _upstream("energy.fuel"),
    "wtt- bioenergy": _upstream("energy.fuel.biomass"),
    "transmission and distribution": _energy(_LINES, "transmission", "consumption"),
    "uk electricity t&d for evs": _energy(_LINES, "transmission", "consumption"),
    "wtt- uk electricity": _upstream(_GRID, delivery_scope="generation"),
    "wtt- heat and steam": _upstream(_HEAT, delivery_scope="generation"),
    "water supply": Meaning("footprint_factor", "not_stated", "material.water"),
    "water treatment": Meaning("footprint_factor", "not_stated", "waste.wastewater"),
    "material use": Meaning("footprint_factor", "cradle_to_gate", "material"),
    "waste disposal": Meaning("footprint_factor", "gate_to_grave", "waste"),
    "business travel- air": _direct("transport"),
    "wtt- business travel- air": _upstream("transport"),
    "business travel- sea": _direct("transport"),
    "wtt- business travel- sea": _upstream("transport"),
    "business travel- land": _direct("transport"),
    "wtt- pass vehs & travel- land": _upstream("transport"),
    "freighting goods": _direct("transport.freight"),
    "wtt- delivery vehs & freight": _upstream("transport.freight"),
    "hotel stay": Meaning("footprint_factor", "not_stated", "unclassified"),
    "managed assets- electricity": _energy(_GRID, "generation", "consumption"),
    "managed assets- vehicles": _direct("transport"),
    "homeworking": Meaning("energy_indirect_ef", "not_stated", "energy", "not_stated"),
}
# A level 2 that says more than its sheet.
_CATEGORIES = {
    "gaseous fuels": "energy.fuel.gas", "liquid fuels": "energy.fuel.oil",
    "solid fuels": "energy.fuel.coal", "metal": "material.metal", "plastic": "material.plastic",
    "sea tanker": "transport.freight.water", "cargo ship": "transport.freight.water",
}  # fmt: skip
_FREIGHT = {"rail": "transport.freight.rail", "vans": "transport.freight.road"}
_MOBILE = ("aviation", "marine", "diesel", "petrol", "development", "avtur", "off road")


def meaning_of(row: FlatRow) -> Meaning | None:
    """What a record is, or None when its sheet is not known."""
    found = _MEANINGS.get(key_of(row["Level 1"]))
    if found is None:
        return None
    if key_of(row["Column Text"]) == RADIATIVE_FORCING:
        found = replace(found, has_gases=False)
    if _is_electric(row) and found.factor_kind == "direct_ef" and _counts_electricity(row):
        found = replace(found, factor_kind="energy_indirect_ef", delivery_scope="generation")
    if "T&D" in row["Level 2"] or "distribution" in row["Level 2"]:
        found = replace(found, delivery_scope="transmission")
    return replace(found, category_id=_category(row, found.category_id))


def _is_electric(row: FlatRow) -> bool:
    return key_of(row["Column Text"]) == "battery electric vehicle"


def _counts_electricity(row: FlatRow) -> bool:
    """Scope 3 vehicle sheets add the electricity used; scope 1 sheets do not."""
    return row["Scope"] == "Scope 3"


def _category(row: FlatRow, category_id: str) -> str:
    kind = key_of(row["Level 2"].removeprefix("WTT- "))
    if key_of(row["Level 3"]) == "petroleum coke":
        return "energy.fuel.oil"
    if category_id == "transport.freight" and (kind in _FREIGHT or kind.startswith("hgv")):
        return _FREIGHT.get(kind, "transport.freight.road")
    if category_id in {"waste", "transport"}:
        return category_id
    return _CATEGORIES.get(kind, category_id)


def flags_of(row: FlatRow) -> set[str]:
    """What a user of a record must know beyond its columns."""
    flags = {"name_not_translated"}
    if key_of(row["Column Text"]) == RADIATIVE_FORCING:
        flags.add("radiative_forcing_included")
    if "Electric Vehicle" in row["Column Text"] and _counts_electricity(row):
        flags.add("electricity_included")
    if key_of(row["Level 1"]) == "bioenergy":
        flags.add("biogenic_co2_not_included")
    return flags


def route_of(row: FlatRow) -> str | None:
    """Where a fuel is burnt, as far as its name tells."""
    if key_of(row["Level 1"]) not in {"fuels", "bioenergy"}:
        return None
    return "mobile" if key_of(row["Level 3"]).startswith(_MOBILE) else "stationary"


def _labels(row: FlatRow) -> list[str]:
    size = row["Level 4"]
    texts = [row["Level 2"], row["Level 3"], "" if size == row["UOM"] else size, row["Column Text"]]
    return list(dict.fromkeys(plain(text) for text in texts if text))


def name_of(row: FlatRow) -> str:
    """The name of a record: its sheet, its labels, the basis of its energy."""
    basis = BASES.get(row["UOM"])
    labels = [*_labels(row), *([basis] if basis else [])]
    return f"{plain(row['Level 1'])}: {', '.join(labels)}"


def technology_of(row: FlatRow) -> str | None:
    """Size, column words and energy basis of a record."""
    size = "" if row["Level 4"] == row["UOM"] else row["Level 4"]
    texts = (size, row["Column Text"], BASES.get(row["UOM"], ""))
    return ", ".join(plain(text) for text in texts if text) or None


def flow_name(row: FlatRow) -> str:
    """The name of what a record is about; a fuel's combustion and supply share it."""
    if key_of(row["Level 1"]).removeprefix("wtt- ") in {"fuels", "bioenergy"}:
        basis = BASES.get(row["UOM"])
        return plain(row["Level 3"]) + (f" ({basis})" if basis else "")
    return name_of(row)


def own_flow(row: FlatRow) -> str | None:
    """The library's own flow that a record clearly is about."""
    sheet, activity = key_of(row["Level 1"]), key_of(row["Level 2"])
    if sheet in {"uk electricity", "managed assets- electricity"}:
        return ELECTRICITY
    return "electricity_transmission" if activity == "t&d- uk electricity" else None
