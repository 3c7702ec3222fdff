"""What the records of the EPA hub are in the words of the library.

Belongs here: kind, boundary, route, category, gas codes, names and keys of a record by the
kind of its table. Does not belong here: where it stands (``_epa_ef_hub_tables``), numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.sources._epa_ef_hub_headings import unit_of
from pipelines.sources._workbook_grid import key_of, plain

if TYPE_CHECKING:
    from pipelines.sources._epa_ef_hub_tables import Record

# The publisher's unit, ours. A gallon is the US liquid gallon, a mile of a vehicle a mile.
UNITS = {
    "short ton": "short_ton", "short ton material": "short_ton", "mmbtu": "mmBtu", "scf": "scf",
    "gallon": "gal_us", "mwh": "MWh", "mile": "mi", "vehicle-mile": "mi",
    "ton-mile": "short_ton*mi", "passenger-mile": "passenger*mi",
}  # fmt: skip
MASSES = {"kg": "kg", "g": "g", "lb": "lb", "metric tons": "t"}
ELECTRICITY = "electricity"
# Characterisation factors: the library takes them from the reports themselves.
GWP_FAMILIES = ("gwp", "blend gwp")
_MARGIN = "non-baseload"
_BIOFUELS = ("biodiesel", "ethanol")
# A label that lost or gained a word while the fuel stayed the same.
_SAME_LABEL = {
    "anthracite coal": "anthracite", "bituminous coal": "bituminous",
    "sub-bituminous coal": "sub-bituminous", "lignite coal": "lignite",
}  # fmt: skip
_FOSSIL = {"CO2": "co2_fossil", "CH4": "ch4_unspecified", "N2O": "n2o"}
_BIOGENIC = {"CO2": "co2_biogenic", "CH4": "ch4_biogenic", "N2O": "n2o_biogenic"}
_EGRID = re.compile(r"eGRID(\d{4})")


@dataclass(frozen=True)
class Meaning:
    """What every record of a kind of table is."""

    factor_kind: str
    boundary: str
    category_id: str
    route: str | None = None
    delivery_scope: str = "not_applicable"
    location_type: str = "not_stated"
    derivation: str = "default"

    @property
    def value_convention(self) -> str:
        """How the value is to be read."""
        return "not_stated" if self.factor_kind == "footprint_factor" else "direct"


def _direct(category_id: str, route: str | None) -> Meaning:
    return Meaning("direct_ef", "activity", category_id, route)


MEANINGS = {
    "stationary": _direct("energy.fuel", "stationary"),
    "mobile co2": _direct("transport.fuel", "mobile"),
    "road gasoline": _direct("transport", "mobile.road"),
    "road other": _direct("transport", "mobile.road"),
    "non-road": _direct("transport.fuel", "mobile.off_road"),
    "electricity": Meaning(
        "energy_indirect_ef", "activity", "energy.electricity.grid", None, "generation",
        "production", "calculated",
    ),
    "steam": Meaning(
        "energy_indirect_ef", "activity", "energy.heat", None, "generation", "production",
    ),
    "freight": _direct("transport.freight", None),
    "waste": Meaning("footprint_factor", "gate_to_grave", "waste"),
    "travel": _direct("transport", None),
}  # fmt: skip
_HEADINGS = {
    "coal and coke": "energy.fuel.coal", "natural gas": "energy.fuel.gas",
    "other fuels - solid": "energy.fuel.waste", "other fuels - gaseous": "energy.fuel.gas",
    "petroleum products": "energy.fuel.oil",
}  # fmt: skip
_FREIGHT = {
    "rail": "transport.freight.rail", "waterborne craft": "transport.freight.water",
    "medium- and heavy-duty truck": "transport.freight.road",
}  # fmt: skip


def per_of(record: Record) -> tuple[str, str]:
    """What a record is per: in the publisher's words, and our unit (blank when not known)."""
    figure = next(iter(record.figures.values()))
    found = unit_of(figure.unit)
    words = found[2] if found else figure.unit
    if key_of(words) == "unit":
        words = record.unit_words
    return plain(words), UNITS.get(key_of(words), "")


def key_of_record(record: Record) -> str:
    """The permanent key: kind of table, labels, group of columns, unit."""
    labels = [_SAME_LABEL.get(key_of(label), label) for label in _named(record)]
    words, unit = per_of(record)
    measure = "heat content" if "HHV" in record.figures else record.words
    return key_of(record.family, *labels, measure, unit or words)


def _named(record: Record) -> tuple[str, ...]:
    """The labels that identify a record: of a subregion its acronym alone."""
    return record.labels[:1] if record.family == "electricity" else record.labels


def is_biogenic(record: Record) -> bool:
    """Whether the publisher lists a fuel as biomass or it is a pure biofuel; peat is neither.

    Source:
        ISO 14067:2018, 3.1.7.3: peat is fossil carbon; 2006 IPCC Guidelines, Volume 2.
    """
    if record.family == "stationary":
        return key_of(record.heading).startswith("biomass") and not _is_peat(record)
    return record.family == "mobile co2" and key_of(record.labels[0]).startswith(_BIOFUELS)


def _is_peat(record: Record) -> bool:
    return record.family == "stationary" and key_of(record.labels[0]) == "peat"


def gas_code(record: Record, gas: str) -> str:
    """Our code of a gas, with its origin as far as the publisher tells."""
    return (_BIOGENIC if is_biogenic(record) else _FOSSIL)[gas]


def category_of(record: Record) -> str:
    """The category, by the section a fuel stands in or the vehicle."""
    label = key_of(record.labels[0])
    if label.startswith("petroleum coke"):
        return "energy.fuel.oil"
    if _is_peat(record):
        return "energy.fuel.coal"
    if record.family == "stationary":
        if is_biogenic(record):
            return "energy.fuel.biomass"
        return _HEADINGS.get(key_of(record.heading), "energy.fuel")
    if record.family == "freight":
        return _FREIGHT.get(label, "transport.freight")
    return MEANINGS[record.family].category_id


def name_of(record: Record) -> str:
    """The name of a record: its labels, what it is of, its section."""
    if record.family == "electricity":
        acronym, region = record.labels
        within = re.fullmatch(rf"{re.escape(acronym)} \((.+)\)", region)
        region = within[1] if within else region
        shown = region if region == acronym else f"{acronym} ({region})"
        return f"eGRID subregion {shown}, {record.words.casefold()}"
    labels = ", ".join(label for label in record.labels if label)
    if record.family == "stationary":
        return f"{labels} ({record.heading}), stationary combustion"
    what = {
        "mobile co2": "mobile combustion, CO2", "road gasoline": "on-road, CH4 and N2O",
        "road other": "on-road, CH4 and N2O", "non-road": "non-road, CH4 and N2O",
        "freight": "transportation and distribution", "travel": "travel and commuting",
        "waste": f"{record.words.casefold()}", "steam": "purchased",
    }  # fmt: skip
    return f"{labels}, {what[record.family]}"


def technology_of(record: Record) -> str | None:
    """What holds for a figure beyond its name: subregion, basis of heat, way of treatment."""
    if record.family == "electricity":
        return f"eGRID subregion {record.labels[0]}, {record.words.casefold()}"
    if record.family == "stationary":
        return "higher heating value" if per_of(record)[1] == "mmBtu" else None
    return record.words or None


def flow_name(record: Record) -> str:
    """The name of what a record is about."""
    if record.family == "stationary":
        basis = " (higher heating value)" if per_of(record)[1] == "mmBtu" else ""
        return f"{record.labels[0]}, {record.heading}{basis}"
    return name_of(record)


def flags_of(record: Record, given: list[str]) -> set[str]:
    """What a user of a record must know beyond its columns.

    Args:
        record: the record.
        given: the measures that have a figure.
    """
    flags = {"name_not_translated"}
    if "CO2e" not in given and not {"CO2", "CH4", "N2O"}.issubset(given):
        flags.add("p")
    if key_of(record.words).startswith(_MARGIN):
        flags.add("offset_margin")
    return flags


def note_of(record: Record) -> tuple[str, str] | tuple[None, None]:
    """A remark where the origin of the carbon is not plain."""
    label = key_of(record.labels[0])
    if _is_peat(record):
        return (
            "发布方将泥炭列入生物质；本库按 ISO 14067 与 IPCC 2006 指南按化石源计",
            "listed with biomass by the publisher; counted as fossil here, as ISO 14067 and the "
            "2006 IPCC Guidelines do",
        )
    if record.family == "stationary" and label == "municipal solid waste":
        return (
            "CO2 含生物源部分，发布方未拆分，全部按化石源计",
            "the CO2 contains a biogenic part that the publisher does not split; all counted "
            "as fossil",
        )
    return None, None


def data_year(record: Record) -> int | None:
    """The year of the data, where the source note of the table names it."""
    found = _EGRID.search(record.notes) if record.family == "electricity" else None
    return int(found[1]) if found else None
