"""What balances are judged by: tolerances, what carries no matter, composition of substances.

Belongs here: ``seeds/rules/balance.toml`` and ``composition.csv``, each with its source, and
the heating values and carbon contents the tables hold. Does not belong here: judging
(``balance``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.quantities.number import NotANumber, exact_ratio
from pipelines.tabular.text_table import read_rows
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import (
    REAL,
    SOURCE,
    TEXT,
    TEXTS,
    Shape,
    require_shape,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "rules/balance.toml"
COMPOSITION = "rules/composition.csv"
COLUMNS = (
    "flow_id", "element", "fraction_low_exact", "fraction_high_exact", "is_whole", "formula",
    "citation",
)  # fmt: skip
SHAPE: Shape = {
    "tolerance": {"mass": REAL, "energy": REAL, "element": REAL, "source": SOURCE},
    "immaterial": {"categories": TEXTS, "source": SOURCE},
    "burnt": {"uses": TEXTS, "source": SOURCE},
    "from_air": {"element": TEXT, "gases": TEXTS, "source": SOURCE},
}


@dataclass
class Substance:
    """What a substance is made of: element to (least, most) mass fraction.

    ``is_whole`` where a formula says everything: an element not named is not in it.
    """

    fractions: dict[str, tuple[float, float]] = field(default_factory=dict)
    is_whole: bool = False

    def of(self, element: str) -> tuple[float, float] | None:
        """Least and most mass fraction of an element; None where it is not known."""
        return self.fractions.get(element, (0.0, 0.0) if self.is_whole else None)


@dataclass(frozen=True)
class BalanceRule:
    """Everything balances are judged by.

    Attributes:
        mass, energy, element: how far what leaves may differ, as a share of what enters.
        immaterial: category prefixes of flows that carry no matter.
        burnt: uses by which a fuel leaves as flue gas.
        air_element: the element that may come from the air.
        air_gases: gases it may come into.
        composition: by flow or gas, what it is made of.
    """

    mass: float
    energy: float
    element: float
    immaterial: tuple[str, ...]
    burnt: frozenset[str]
    air_element: str
    air_gases: frozenset[str]
    composition: Mapping[str, Substance]


def read_balance_rule(seeds: Path) -> BalanceRule:
    """The rule of a seeds folder.

    Raises:
        UnreadableInput: a file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-09 a part or row names no source, E-SEED-02
            one is missing, of another kind or no fraction between 0 and 1.
    """
    top = read_toml(seeds / FILE, FILE)
    require_shape(top, FILE, SHAPE)
    return BalanceRule(
        float(top["tolerance"]["mass"]),
        float(top["tolerance"]["energy"]),
        float(top["tolerance"]["element"]),
        tuple(top["immaterial"]["categories"]),
        frozenset(top["burnt"]["uses"]),
        top["from_air"]["element"],
        frozenset(top["from_air"]["gases"]),
        _composition(seeds),
    )


def _composition(seeds: Path) -> dict[str, Substance]:
    found: dict[str, Substance] = defaultdict(Substance)
    faults = []
    for row in read_rows(seeds / COMPOSITION, needed=COLUMNS, name=COMPOSITION, filled=True):
        if row.get("citation") is None:
            faults.append(finding("E-SEED-09", file=COMPOSITION, row=row.number, column="citation"))
        try:
            low = float(exact_ratio(row["fraction_low_exact"]))
            high = float(exact_ratio(row["fraction_high_exact"]))
        except NotANumber:
            low, high = 1.0, 0.0
        if not 0 <= low <= high <= 1:
            faults.append(
                finding("E-SEED-02", file=COMPOSITION, row=row.number, column="fraction_low_exact",
                        value=row.get("fraction_low_exact"))
            )  # fmt: skip
        substance = found[row["flow_id"]]
        substance.fractions[row["element"]] = (low, high)
        substance.is_whole |= row["is_whole"] == "true"
    if faults:
        raise FaultyData(faults)
    return dict(found)
