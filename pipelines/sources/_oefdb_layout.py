"""The layouts of the Open Emission Factors Database and one row of either as a record.

Belongs here: columns of the known layouts, the publisher's spellings of units, places and
renamed ids as declared in seeds, the key of a record. Does not belong here: what a record
is in the words of the library (``_oefdb_meaning``) and its figures (``_oefdb_figures``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.ingest.published_harvest import Layout
from pipelines.quantities.number import exact
from pipelines.tabular.text_table import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from pipelines.ingest.seed_folder import Edition
    from pipelines.tabular.text_table import TextRow

_SHARED = (
    "sector", "category", "name", "uncertainty", "source", "region", "lca_activity",
    "date_accessed", "description", "source_link",
)  # fmt: skip
_PLACE = ("name", "source", "region", "lca_activity")
GASES = ("kgCO2", "kgCH4", "kgN2O")
ONE_FACTOR = Layout(
    "one factor column (2022-01)",
    ("id", "unit", "factor", "year", *_PLACE),
    (*_SHARED, "id", "unit", "factor", "year"),
)
_GAS_COLUMNS = (
    "kgCO2e-AR5", "kgCO2e-AR4", *GASES, "kgCO2e-OtherGHGs-AR5", "kgCO2e-OtherGHGs-AR4",
)  # fmt: skip
_BY_GAS = (
    *_SHARED, "activity_id", "activity_unit", *_GAS_COLUMNS, "scope", "year_released",
    "years_valid", "years_calculated_from", "data_quality",
)  # fmt: skip
_BY_GAS_NEEDED = (
    "activity_id", "activity_unit", "kgCO2e-AR5", "kgCO2e-AR4", *GASES, "year_released", *_PLACE,
)  # fmt: skip
BY_GAS = Layout("columns by gas (2022-04)", _BY_GAS_NEEDED, _BY_GAS)
BY_GAS_WITH_CONTRIBUTOR = Layout(
    "columns by gas with contributor", _BY_GAS_NEEDED, (*_BY_GAS, "contributor")
)
LAYOUTS = (ONE_FACTOR, BY_GAS, BY_GAS_WITH_CONTRIBUTOR)
_OLD_UNIT = re.compile(r"^(?P<mass>kg|g|t)-CO2e/(?P<unit>.+)$")
# One life-cycle activity was spelled with hyphens, which otherwise part the phases.
_PHASES = {"cradle-to-gate": "cradle_to_gate"}


@dataclass(frozen=True)
class Spelling:
    """A unit as the publisher writes it.

    Attributes:
        key: its spelling in keys, the same in every layout.
        unit: a unit of our table, or the publisher's word where we have none.
        amount: how many of ``unit`` one written unit is, exactly.
        citation: where that is said.
    """

    key: str
    unit: str
    amount: Fraction
    citation: str


@dataclass(frozen=True)
class Conflict:
    """A printed figure that another document contradicts: column, text, reason."""

    column: str
    text: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class Spellings:
    """What the seeds declare about the publisher's writing.

    Attributes:
        units: by written unit.
        places: region code by written place.
        renamed: present id by source and id of the older layout.
        gwp_sets: set and citation by source and year, for the layout that names none.
        biomass: fuels whose CO2 is biogenic.
        conflicts: figures that another document contradicts, by record key.
    """

    units: Mapping[str, Spelling]
    places: Mapping[str, str]
    renamed: Mapping[tuple[str, str], str]
    gwp_sets: Mapping[tuple[str, str], tuple[str, str]]
    biomass: frozenset[str]
    conflicts: Mapping[str, Conflict]

    def unit(self, written: str) -> Spelling:
        """A written unit; one that is not declared stands for itself."""
        known = self.units.get(written)
        return known or Spelling(written, written, exact("1"), "reference/unit.csv")


def read_spellings(edition: Edition) -> Spellings:
    """The publisher's writing as declared beside ``source.toml``.

    Raises:
        UnreadableInput: a file is missing.
        FaultyData: a column is missing or a key is repeated.
    """

    def rows(name: str, *needed: str, why: str = "citation") -> list[TextRow]:
        return read_rows(edition.folder / name, needed=(*needed, why), name=edition.shown(name))

    return Spellings(
        {
            r["written"]: Spelling(r["key_spelling"], r["unit"], exact(r["amount"]), r["citation"])
            for r in rows("units.csv", "written", "key_spelling", "unit", "amount")
        },
        {r["place"]: r["region_code"] for r in rows("places.csv", "place", "region_code")},
        {
            (r["source"], r["old_id"]): r["present_id"]
            for r in rows("renamed_ids.csv", "source", "old_id", "present_id")
        },
        {
            (r["source"], r["year"]): (r["gwp_set"], r["citation"])
            for r in rows("gwp_sets.csv", "source", "year", "gwp_set")
        },
        frozenset(r["fuel"] for r in rows("biomass_fuels.csv", "fuel")),
        {
            r["record_key"]: Conflict(r["column"], r["text_found"], r["reason_zh"], r["reason_en"])
            for r in rows(
                "conflicts.csv", "record_key", "column", "text_found", "reason_zh", why="reason_en"
            )
        },
    )


@dataclass(frozen=True)
class Record:
    """One row of either layout.

    Attributes:
        row: the row as read.
        layout: the layout it stands in.
        activity_id: the publisher's id in its present spelling.
        year: year in which the underlying source was released.
        lca_activity: phases of the life cycle, spelled alike in every layout.
        unit_column: column of the unit.
        mass: unit of the numerator where the layout writes it with the unit, else ``kg``;
            None where the text is no factor unit.
        unit: the activity's unit.
    """

    row: TextRow
    layout: Layout
    activity_id: str
    year: str
    lca_activity: str
    unit_column: str
    mass: str | None
    unit: Spelling

    @property
    def key(self) -> str:
        """The six-part key: permanent over editions, order and layouts."""
        row = self.row
        parts = (
            self.activity_id, row["source"], self.year, row["region"], self.lca_activity,
            self.unit.key,
        )  # fmt: skip
        return "|".join(parts)

    @property
    def year_column(self) -> str:
        """Column of the year of release."""
        return "year" if self.layout is ONE_FACTOR else "year_released"

    @property
    def figures(self) -> tuple[str, ...]:
        """The cells that hold figures, as written."""
        names = ("factor",) if self.layout is ONE_FACTOR else _GAS_COLUMNS
        return tuple(self.row.get(name) or "" for name in names)

    def contradicted(self, spellings: Spellings) -> Conflict | None:
        """What the seeds declare against a figure of this record, if it still prints it."""
        known = spellings.conflicts.get(self.key)
        return known if known and self.row.get(known.column) == known.text else None

    @property
    def phases(self) -> frozenset[str]:
        """The phases of the life cycle."""
        return frozenset(self.lca_activity.split("-"))


def record_of(row: TextRow, layout: Layout, spellings: Spellings) -> Record:
    """A row as a record."""
    lca = _PHASES.get(row["lca_activity"], row["lca_activity"])
    if layout is ONE_FACTOR:
        found = _OLD_UNIT.match(row["unit"])
        written = found["unit"] if found else row["unit"]
        now = spellings.renamed.get((row["source"], row["id"]), row["id"])
        return Record(
            row, layout, now, row["year"], lca, "unit", found["mass"] if found else None,
            spellings.unit(written),
        )  # fmt: skip
    return Record(
        row, layout, row["activity_id"], row["year_released"], lca, "activity_unit", "kg",
        spellings.unit(row["activity_unit"]),
    )  # fmt: skip
