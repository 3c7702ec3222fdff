"""How Electricity Maps names generation modes and sources, and what that is to us.

Belongs here: the flow, route and words of a mode; the year of data that a source's writing
names. Does not belong here: reading files, handing factors in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    """A generation mode.

    Attributes:
        name_zh: Chinese name.
        name_en: English name.
        route: technology route; blank for a mode not known here.
        seed_flow: the flow of the seeds that is the same, if one is.
        is_storage: whether it gives back what the grid stored before.
    """

    name_zh: str
    name_en: str
    route: str | None
    seed_flow: str | None = None
    is_storage: bool = False


MODES = {
    "biomass": Mode("生物质发电", "Biomass power", "generation.biomass", "electricity_biomass"),
    "coal": Mode("燃煤发电", "Coal power", "generation.coal", "electricity_coal"),
    "gas": Mode("燃气发电", "Gas power", "generation.gas", "electricity_gas"),
    "geothermal": Mode("地热发电", "Geothermal power", "generation.geothermal"),
    "hydro": Mode("水力发电", "Hydropower", "generation.hydro", "electricity_hydro"),
    "nuclear": Mode("核能发电", "Nuclear power", "generation.nuclear", "electricity_nuclear"),
    "oil": Mode("燃油发电", "Oil power", "generation.oil"),
    "solar": Mode("太阳能发电", "Solar power", "generation.solar"),
    "unknown": Mode("方式不明的发电", "Power of unknown mode", "generation.unknown"),
    "wind": Mode("风力发电", "Wind power", "generation.wind", "electricity_wind"),
    "battery discharge": Mode("电池储能放电", "Discharge of batteries", "storage.battery",
                              is_storage=True),
    "hydro discharge": Mode("抽水蓄能放电", "Discharge of pumped hydro", "storage.hydro",
                            is_storage=True),
}  # fmt: skip
# Emissions are counted at discharge: a charge of zero is no factor.
CHARGE = re.compile(r" charge$")
# Only these writings name the year of the data; in others (IPCC 2014, UNECE 2022, BEIS 2021)
# the year is that of the publication.
_DATA_YEARS = (
    re.compile(r"Electricity Maps, ([0-9]{4}) average"),
    re.compile(r"^([0-9]{4}) annual mean carbon intensity by Electricity Maps"),
    re.compile(r"^([0-9]{4}) average (?:by|estimated from) "),
    re.compile(r"EU-ETS(?:, ENTSO-E)? ([0-9]{4})"),
    re.compile(r"eGrid ([0-9]{4})"),
)


def mode_of(text: str) -> Mode:
    """A mode by the publisher's word; an unknown one keeps its word."""
    return MODES.get(text) or Mode(f"{text} 发电", f"Power by {text}", None)


def data_year(source: str) -> int | None:
    """The year the data describe, where the writing of the source names it.

    Example:
        >>> data_year("eGrid 2020; IPCC 2014"), data_year("IPCC 2014")
        (2020, None)
    """
    found = (pattern.search(source) for pattern in _DATA_YEARS)
    return next((int(match[1]) for match in found if match), None)


def meaning_of(accounting: str, mode: Mode) -> dict[str, str]:
    """Columns that an accounting of a mode fixes.

    Direct is the emission at the plant; life cycle the whole chain; what storage gives back
    is the mean of the grid, of which the publisher does not say whether produced or consumed.

    Args:
        accounting: direct or lifecycle.
        mode: the generation mode.
    """
    scope = {
        "location_type": "not_stated" if mode.is_storage else "production",
        "delivery_scope": "not_stated" if mode.is_storage else "generation",
    }
    if accounting == "lifecycle":
        return {
            "factor_kind": "footprint_factor",
            "boundary": "cradle_to_gate",
            "value_convention": "not_stated",
            **scope,
        }
    return {
        "factor_kind": "energy_indirect_ef" if mode.is_storage else "direct_ef",
        "boundary": "activity",
        "value_convention": "direct",
        **scope,
    }
