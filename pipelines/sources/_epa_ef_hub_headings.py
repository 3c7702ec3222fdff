"""Headings and units of the EPA hub, in the spellings of every edition known.

Belongs here: kinds of tables with the headings they need, a heading without its unit and
footnote letter, the grammar of units. Does not belong here: where they stand
(``_epa_ef_hub_tables``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.ingest.published_harvest import Layout
from pipelines.sources._workbook_grid import key_of, plain

_GASES = ("CO2 Factor", "CH4 Factor", "N2O Factor")
_WAYS = (
    "Recycled", "Landfilled", "Combusted", "Composted",
    "Anaerobically Digested (Dry Digestate with Curing)",
    "Anaerobically Digested (Wet Digestate with Curing)",
)  # fmt: skip
_GWP = "100-Year GWP"
_HHV = "Heat Content (HHV)"


@dataclass(frozen=True)
class Family:
    """A kind of table: the words of its title, the headings it cannot do without.

    Attributes:
        key: its name in record keys.
        title: words of its title.
        layout: headings needed and known.
    """

    key: str
    title: re.Pattern[str]
    layout: Layout


def _family(key: str, title: str, needed: tuple[str, ...], *more: str) -> Family:
    return Family(key, re.compile(title, re.IGNORECASE), Layout(key, needed, (*needed, *more)))


# In the order in which titles are tried: the narrower words first.
FAMILIES = (
    _family("stationary", r"stationary combustion", ("Fuel Type", *_GASES), _HHV),
    _family("road gasoline", r"on-road gasoline", ("Vehicle Type", "Model Year", *_GASES[1:])),
    _family("road other", r"on-road diesel",
            ("Vehicle Type", "Fuel Type", "Model Year", *_GASES[1:])),
    _family("non-road", r"non-road", ("Vehicle Type", "Fuel Type", *_GASES[1:])),
    _family("mobile co2", r"mobile combustion co2", ("Fuel Type", "CO2 Factor", "Units")),
    _family("electricity", r"^electricity",
            ("eGRID Subregion Acronym", "eGRID Subregion Name", *_GASES)),
    _family("steam", r"steam and heat", _GASES),
    _family("freight", r"transportation and distribution", ("Vehicle Type", *_GASES, "Units")),
    _family("waste", r"waste generated in operations", ("Material", *_WAYS[:3]), *_WAYS[3:]),
    _family("travel", r"business travel", ("Vehicle Type", *_GASES, "Units")),
    _family("blend gwp", r"blended refrigerants", ("ASHRAE #", _GWP), "Blend Composition"),
    _family("gwp", r"global warming potential", (_GWP,), "Gas",
            "Chemical Formula"),
)  # fmt: skip
NUMBERED = re.compile(r"^Table \d+$")
NOTES = re.compile(r"^(source|notes?)\b", re.IGNORECASE)
# A footnote letter after a word: ``Recycled A``, ``TruckC``.
FOOTNOTE = re.compile(r"(?<=[a-z)])\s?[A-F]$")
_UNIT = re.compile(
    r"^\(?(?P<mass>kg|g|lb|metric tons)\s*(?P<gas>CO2e|CO2|CH4|N2O)?"
    r"\s*(?:/|per)\s*(?P<per>[^()]+?)\)?$",
    re.IGNORECASE,
)
_HEAT = re.compile(r"^mmBtu per (?P<per>.+)$")
_WITH_UNIT = re.compile(r"^(?P<name>[^(]+?)\s*(?P<unit>\([^()]*/[^()]*\))$")
_SAME = {"year": "Model Year", "vehicle year": "Model Year", "unit": "Units",
         "100-year gwp": _GWP,
         "industrial designation or common name": "Gas"}  # fmt: skip
MEASURES = dict(zip(_GASES, ("CO2", "CH4", "N2O"), strict=True)) | {
    _HHV: "HHV", _GWP: "GWP", **dict.fromkeys(_WAYS, "CO2e"),
}  # fmt: skip
ALONE = {"HHV", "GWP", "CO2e"}


def heading_of(text: str) -> str:
    """A heading without its unit and footnote letter, in one spelling."""
    one = plain(text)
    bare = _UNIT.match(one)
    if bare and bare["gas"] and bare["gas"] != "CO2e":
        return f"{bare['gas']} Factor"
    with_unit = _WITH_UNIT.match(one)
    one = with_unit["name"] if with_unit else one
    one = FOOTNOTE.sub("", one)
    return _SAME.get(key_of(one), one)


def unit_in_heading(text: str) -> str:
    """The unit that a heading carries, blank when it carries none."""
    one = plain(text)
    with_unit = _WITH_UNIT.match(one)
    if with_unit:
        return with_unit["unit"]
    return one if _UNIT.match(one) else ""


def is_unit(text: str) -> bool:
    """Whether a text is a unit of a factor or of a heat content."""
    return bool(_UNIT.match(text) or _HEAT.match(text))


def unit_of(text: str) -> tuple[str, str, str] | None:
    """Mass unit, gas as printed and what it is per; None when the text is no such unit.

    Example:
        >>> unit_of("g CH4 per mmBtu"), unit_of("(g / mile)"), unit_of("mmBtu per scf")
        (('g', 'CH4', 'mmBtu'), ('g', '', 'mile'), ('mmBtu', '', 'scf'))
    """
    heat = _HEAT.match(text)
    if heat:
        return "mmBtu", "", heat["per"].strip()
    found = _UNIT.match(text)
    return (found["mass"], found["gas"] or "", found["per"].strip()) if found else None
