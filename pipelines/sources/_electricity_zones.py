"""Grid zones as Electricity Maps codes them, seen from our regions.

Belongs here: which region a zone lies in, whether it is a part of one, what both are called.
Does not belong here: what a zone emits (the source modules).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.tabular.text_table import read_rows

if TYPE_CHECKING:
    from pipelines.ingest.published_harvest import PublishedHarvest
    from pipelines.tabular.text_table import TextRow

REGION_TABLE = "reference/region.csv"
WORLD = "001"
ZONE = re.compile(r"[A-Z]{2}(-[A-Z0-9]+)*")


@dataclass(frozen=True)
class Place:
    """Where a record holds.

    Attributes:
        code: the zone as the publisher codes it.
        region_code: the region of ours that it is, or that it is a part of.
        name_zh: Chinese name of the region, with the zone where it is a part.
        name_en: English name of the region, with the zone where it is a part.
    """

    code: str
    region_code: str
    name_zh: str
    name_en: str

    @property
    def is_part(self) -> bool:
        """Whether the zone is only a part of the region."""
        return "-" in self.code


class Places:
    """Zones read as regions; the names come from the region table of the seeds."""

    def __init__(self, harvest: PublishedHarvest) -> None:
        """Read the names of the regions.

        Raises:
            UnreadableInput: the region table is missing.
        """
        path = harvest.edition.folder.parent / REGION_TABLE
        rows = read_rows(path, needed=("region_code", "name_zh", "name_en"), name=REGION_TABLE)
        self._harvest = harvest
        self._names = {row["region_code"]: (row["name_zh"], row["name_en"]) for row in rows}

    def of_zone(self, row: TextRow, column: str) -> Place:
        """The place of the zone in a cell: ``AT`` is a country, ``US-TEX-ERCO`` a part of one.

        Raises:
            LeftOut: it is written otherwise, or the part before the first hyphen is no region;
                the row is left out.
        """
        zone = row[column]
        country = zone.partition("-")[0] if ZONE.fullmatch(zone) else "-"
        return self._named(row, column, zone, country)

    def of_region(self, row: TextRow, column: str, region_code: str) -> Place:
        """The place whose region code another table gives.

        Raises:
            LeftOut: the code is no region; the row is left out.
        """
        return self._named(row, column, region_code, region_code)

    def _named(self, row: TextRow, column: str, zone: str, region_code: str) -> Place:
        code = self._harvest.cell_region(row, column, code=region_code)
        zh, en = self._names[code]
        if "-" in zone:
            zh, en = f"{zh}（{zone}）", f"{en} ({zone})"
        return Place(zone, code, zh, en)
