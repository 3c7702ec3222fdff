"""Limits of the plausibility suite, read from seeds; every one has its source.

Belongs here: ``rules/plausibility_suite.toml`` and ``rules/stoichiometric_bound.csv``. Does not
belong here: the checks that use them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.tabular.text_table import TextRow, read_rows
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import (
    COUNT,
    REAL,
    SIZE,
    SOURCE,
    TEXT,
    TEXTS,
    Each,
    Maybe,
    Shape,
    unfit,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LIMITS = "rules/plausibility_suite.toml"
BOUNDS = "rules/stoichiometric_bound.csv"
COLUMNS = ("flow_id", "gas", "formula", "gas_per_mole", "molar_mass", "citation")
CODES = tuple(f"A-PLA-{number:02d}" for number in range(1, 15))
WIDE: Shape = {"tolerance": REAL, "source": SOURCE}
ROUNDING: Shape = {"source_id": TEXT, "places": COUNT, "source": SOURCE}
SHAPE: Shape = {code: {"source": SOURCE} for code in CODES} | {
    "A-PLA-03": WIDE,
    "A-PLA-04": {**WIDE, "rounding": Maybe(Each(ROUNDING))},
    "A-PLA-05": {**WIDE, "lowest_oxidation": REAL},
    "A-PLA-06": WIDE,
    "A-PLA-07": {"fewest_peers": SIZE, "robust_z": REAL, "smallest_spread": REAL, "source": SOURCE},
    "A-PLA-08": {"fewest_equal": SIZE, "significant_digits": SIZE, "source": SOURCE},
    "A-PLA-09": {"ratio": REAL, "source": SOURCE},
    "A-PLA-10": WIDE,
    "A-PLA-11": {"ratio": REAL, "source": SOURCE},
    "A-PLA-13": {"fewest_values": SIZE, "critical_chi_square": REAL, "source": SOURCE},
    "A-PLA-14": {"contradiction": Each({"boundary": TEXTS, "words": TEXTS}), "source": SOURCE},
    "unit_slip": {"power": SIZE, **WIDE},
}
MOLAR_MASS_OF_CO2 = "44.009"  # IUPAC 2021, g/mol


@dataclass(frozen=True)
class PlausibilityLimits:
    """Every limit of the suite.

    Attributes:
        by_code: block of limits by code of the check.
        slip: power and tolerance that tell a slip of unit.
        bounds: flow_id, gas, formula, bound (kg of gas per kg of substance).
    """

    by_code: Mapping[str, Mapping[str, Any]]
    slip: Mapping[str, Any]
    bounds: pl.DataFrame


@dataclass(frozen=True)
class SumRule:
    """The rounding declared for sums; a record off by more is not admitted.

    Attributes:
        parts: of components against their total, of the largest of them.
        gases: of gases times GWP against the stated CO2e, of that CO2e.
        places: decimal places in which a source prints its CO2e and its gases, where that
            is the coarser rounding.
    """

    parts: float
    gases: float
    places: Mapping[str, int]


def read_sum_rule(seeds: Path) -> SumRule:
    """The rounding declared for sums in a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, a file is missing.
        FaultyData: as ``read_plausibility_limits``.
    """
    by_code = read_plausibility_limits(seeds).by_code
    declared = by_code["A-PLA-04"].get("rounding", [])
    return SumRule(
        by_code["A-PLA-03"]["tolerance"],
        by_code["A-PLA-04"]["tolerance"],
        {one["source_id"]: one["places"] for one in declared},
    )


@cache
def read_plausibility_limits(seeds: Path) -> PlausibilityLimits:
    """The limits of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, a file is missing or no text.
        FaultyData: E-SEED-04, the bounds lack a column; E-SEED-09, a check or a bound names
            no source; E-SEED-02, a limit is missing or of another kind; E-SEED-08, no valid
            TOML; E-NUM-01, a bound is no number.
    """
    blocks = read_toml(seeds / LIMITS, LIMITS)
    rows = read_rows(seeds / BOUNDS, needed=COLUMNS, name=BOUNDS, filled=True)
    faults = unfit(blocks, LIMITS, "", SHAPE)
    faults += [
        finding("E-SEED-09", file=BOUNDS, row=row.number, column="citation")
        for row in rows
        if not row["citation"]
    ]
    if faults:
        raise FaultyData(faults)
    return PlausibilityLimits({c: blocks[c] for c in CODES}, blocks["unit_slip"], _bounds(rows))


def _bounds(rows: list[TextRow]) -> pl.DataFrame:
    """The most gas a kilogram of each substance can give off, kg."""
    found, faults = [], []
    for row in rows:
        try:
            bound = int(row["gas_per_mole"]) * float(MOLAR_MASS_OF_CO2) / float(row["molar_mass"])
        except (ValueError, ZeroDivisionError):
            faults.append(finding("E-NUM-01", file=BOUNDS, row=row.number, column="molar_mass",
                                  value=row["molar_mass"]))  # fmt: skip
            continue
        named = {name: row[name] for name in ("flow_id", "gas", "formula")}
        found.append({**named, "bound": bound})
    if faults:
        raise FaultyData(faults)
    return pl.DataFrame(found)
