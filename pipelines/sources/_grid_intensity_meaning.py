"""What the files of grid intensities hold and what their figures are.

Belongs here: the two layouts, the definition and licence of each publisher's figure. Does not
belong here: reading rows.
"""

from __future__ import annotations

from typing import Any

from pipelines.ingest.published_harvest import Layout

INTENSITY, UNIT = "carbonIntensity.value", "carbonIntensity.unit"
SHARES = ("renewableEnergy.value", "carbonFreeEnergy.value")
YEARLY = Layout(
    "Electricity Maps, a year of zones",
    ("zone.zoneName", INTENSITY, UNIT),
    (
        "zone.zoneName", "zone.countryName", "zone.displayName", INTENSITY, UNIT,
        "renewableEnergy.value", "renewableEnergy.unit", "carbonFreeEnergy.value",
        "carbonFreeEnergy.unit",
    ),
)  # fmt: skip
PER_KWH = "emissions_intensity_gco2_per_kwh"
_EMBER_COLUMNS = ("country_code", "country_or_region", "year", PER_KWH)
LATEST = Layout("Ember, the latest year of countries", _EMBER_COLUMNS, _EMBER_COLUMNS)

COMMON: dict[str, Any] = {
    "category_id": "energy.electricity.grid",
    "route": "grid.average",
    "value_convention": "not_stated",
    "value_unit": "kgCO2e",
    "gwp_set": "not_stated",
    "boundary": "cradle_to_gate",
    "derivation": "calculated",
    "confidence": "medium",
}
CONSUMED: dict[str, Any] = {
    **COMMON,
    "factor_kind": "footprint_factor",
    "location_type": "consumption",
    "delivery_scope": "not_stated",
    "technology": "consumption mix with imports and exports, life cycle (Electricity Maps)",
    "licence": "ODbL-1.0",
    "methodology_url": "https://www.electricitymaps.com/data/methodology",
}
GENERATED: dict[str, Any] = {
    **COMMON,
    "factor_kind": "energy_indirect_ef",
    "location_type": "production",
    "delivery_scope": "generation",
    "technology": "generation mix without imports, life cycle (Ember)",
    "licence": "CC-BY-SA-4.0",
    "methodology_url": "https://files.ember-energy.org/public-downloads/"
    "ember_electricity_data_methodology.pdf",
}
