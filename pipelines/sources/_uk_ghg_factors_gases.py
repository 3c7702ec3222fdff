"""The gases of the UK conversion factors: parts printed in CO2e, kept as masses.

Belongs here: which GWP set an edition declares by the figures it prints, the mass behind a
part, whether parts add up to their total. Does not belong here: anything but gases.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.quantities.number import exact, text_of
from pipelines.sources._uk_ghg_factors_layout import VALUE
from pipelines.sources._workbook_grid import is_number, key_of
from pipelines.tabular.text_table import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.ingest.seed_folder import Edition
    from pipelines.sources._uk_ghg_factors_layout import FlatRow

TOTAL = "kg CO2e"
# Quantity as printed, column of the table of sets, gas code.
PARTS = {
    "kg CO2e of CO2 per unit": ("co2", "co2_fossil"),
    "kg CO2e of CH4 per unit": ("ch4", "ch4_unspecified"),
    "kg CO2e of N2O per unit": ("n2o", "n2o"),
}
# Figures are printed to five places: a total and its three parts are each up to half a unit off.
ROUNDING = 4 * Fraction(5, 1_000_000)
_SAID_BY = {"methane": "ch4", "nitrous oxide": "n2o"}


@dataclass(frozen=True)
class DeclaredGwp:
    """The GWP set of an edition, told by the figures it prints.

    Attributes:
        gwp_set: its code.
        gwp100: kgCO2e per kg, by ``co2``, ``ch4``, ``n2o``.
        source: where the edition prints them, and the report they are of.
    """

    gwp_set: str
    gwp100: Mapping[str, Fraction]
    source: str


def declared_gwp(edition: Edition, rows: Iterable[FlatRow]) -> DeclaredGwp | None:
    """The GWP set whose methane and nitrous oxide an edition prints.

    Returns:
        The set; None when the edition does not print both, or they fit no known set.
    """
    printed: dict[str, FlatRow] = {}
    for row in rows:
        gas = _SAID_BY.get(key_of(row["Level 3"]))
        if gas and key_of(row["Level 1"]) == "refrigerant & other" and is_number(row[VALUE]):
            printed.setdefault(gas, row)
    if len(printed) < len(_SAID_BY):
        return None
    known = read_rows(
        edition.folder / "gwp_sets.csv", needed=("gwp_set", "co2", "ch4", "n2o", "citation"),
        key="gwp_set", name=edition.shown("gwp_sets.csv"),
    )  # fmt: skip
    for line in known:
        if all(exact(line[gas]) == exact(row[VALUE]) for gas, row in printed.items()):
            places = ", ".join(printed[gas].locator for gas in sorted(printed))
            gwps = {gas: exact(line[gas]) for gas in ("co2", "ch4", "n2o")}
            return DeclaredGwp(line["gwp_set"], gwps, f"{places} ({line['citation']})")
    return None


def step_of(quantity: str, gwp: DeclaredGwp) -> dict[str, str]:
    """The step from a part in CO2e to the mass of its gas, as evidence keeps it."""
    gas, _ = PARTS[quantity]
    return {
        "step": f"{quantity} / GWP100 {gwp.gwp_set} -> kg {gas.upper()}",
        "constant": text_of(gwp.gwp100[gas]),
        "source": gwp.source,
    }


def mass_of(row: FlatRow, gwp: DeclaredGwp) -> Fraction:
    """Mass of the gas of a part, kg per unit as printed, exactly.

    Raises:
        NotANumber: the part is no number.
    """
    gas, _ = PARTS[row.quantity]
    return exact(row[VALUE]) / gwp.gwp100[gas]


def parts_add_up(total: FlatRow, parts: Iterable[FlatRow]) -> bool:
    """Whether parts in CO2e are the total, within the publisher's rounding."""
    added = sum((exact(part[VALUE]) for part in parts), Fraction(0))
    return abs(added - exact(total[VALUE])) <= ROUNDING
