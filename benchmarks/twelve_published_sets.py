"""All twelve published data sets read, normalised and judged in one process: time and memory.

Belongs here: the editions of every set, read by the entry that ``tanyuan source check``
uses, and what that took. Does not belong here: what an edition must come to (the tests of
each source).

Needs the published files: the folder that ``TANYUAN_DATA`` names. Run by itself with
``python -m benchmarks.twelve_published_sets``; it prints one line per edition and the sum.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pipelines.commands.source_editions import check_edition
from pipelines.settings import REPOSITORY, Settings

# Goals of the whole run on two cores.
WALL_SECONDS = 60.0
PEAK_GIB = 2.0


@dataclass(frozen=True)
class Handed:
    """An edition as it is handed in: its set, its name, its files (all, where none is named)."""

    source_id: str
    edition: str
    files: tuple[str, ...] = ()

    def path(self, data: Path, spare: Path) -> Path:
        """The file or folder handed in; several named files stand linked in one folder."""
        folder = data / self.source_id.replace("_", "-")
        if not self.files:
            return folder
        if len(self.files) == 1:
            return folder / self.files[0]
        made = spare / f"{self.source_id}-{self.edition}"
        made.mkdir()
        for name in self.files:
            (made / name).symlink_to(folder / name)
        return made


EDITIONS = (
    Handed("agribalyse", "3.0", ("Agribalyse_3.0_Synthese.csv",)),
    Handed(
        "agribalyse",
        "3.1.1",
        ("Agribalyse_3.1.1_Synthese.csv", "Agribalyse_3.1.1_Detail_etape.csv"),
    ),
    Handed(
        "carbon_catalogue",
        "v30Oct2021",
        ("PublicTablesForCarbonCatalogueDataDescriptor_v30Oct2021.xlsx",),
    ),
    Handed("cn_grid_electricity", "2022", ("cn_grid_electricity_co2_2021_2022.csv",)),
    Handed("electricity_zone_factors", "cb9664f"),
    Handed("epa_ef_hub", "2023", ("ghg-emission-factors-hub-2023.xlsx",)),
    Handed("epa_ef_hub", "2024", ("ghg-emission-factors-hub-2024.xlsx",)),
    Handed("epa_supply_chain_ghg", "v1.2"),
    Handed("grid_intensity", "2024"),
    Handed("ilcd_samples", "2026-06-25"),
    Handed("oefdb", "2022-01-21", ("OpenEmissionFactorsDB_2022-01-21.csv",)),
    Handed("oefdb", "2022-04-26", ("OpenEmissionFactorsDB_2022-04-26.csv",)),
    Handed("pcf_exchange_samples", "2026-07-13"),
    Handed("uk_ghg_factors", "2024", ("ghg-conversion-factors-2024-full-set-v1_1.xlsx",)),
    Handed("uk_ghg_factors", "2025", ("ghg-conversion-factors-2025-flat-file.xlsx",)),
    Handed("uslci", "fy21-q1-ecospold1", ("uslci_fy21_q1_01_olca1_10_3_ecospold2.zip",)),
    Handed("uslci", "1.5.0", ("uslci_olca1_5_0_json_ld.zip",)),
)


@dataclass(frozen=True)
class Reading:
    """What one edition came to and took."""

    handed: Handed
    seconds: float
    rows_in: int
    candidates: int
    parameters: int
    skipped: int
    admissible: int
    refused: int

    @property
    def is_conserved(self) -> bool:
        """Whether every row went somewhere."""
        return (
            self.rows_in == self.candidates + self.parameters + self.skipped
            and self.candidates == self.admissible + self.refused
        )


@dataclass(frozen=True)
class Readings:
    """All editions, with the wall time of the whole and the peak memory of the process."""

    editions: tuple[Reading, ...]
    seconds: float
    peak_gib: float


def data_folder() -> Path:
    """Where the published files lie."""
    return Path(os.environ.get("TANYUAN_DATA") or REPOSITORY.parent / "shared" / "data")


def read_all(data: Path) -> Readings:
    """Check every edition, one after another, in this process."""
    found = []
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as spare:
        settings = Settings.resolve(home=Path(spare) / "home")
        for handed in EDITIONS:
            path = handed.path(data, Path(spare))
            begun = time.perf_counter()
            r = check_edition(settings, handed.source_id, path, handed.edition).report
            found.append(
                Reading(
                    handed,
                    time.perf_counter() - begun,
                    *(r[k] for k in ("rows_in", "candidates", "parameters", "skipped",
                                     "admissible", "refused")),
                )
            )  # fmt: skip
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return Readings(tuple(found), seconds, peak)


def main() -> None:
    """Print what every edition came to and took, and the sum against the goals."""
    data = data_folder()
    if not data.is_dir():
        print("published sets: not measured, TANYUAN_DATA names no folder")
        return
    found = read_all(data)
    print("| set | edition | rows | candidates | parameters | skipped | admissible | refused | s |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
    for r in found.editions:
        print(
            f"| {r.handed.source_id} | {r.handed.edition} | {r.rows_in} | {r.candidates} "
            f"| {r.parameters} | {r.skipped} | {r.admissible} | {r.refused} | {r.seconds:.2f} |"
        )
        if not r.is_conserved:
            raise SystemExit(f"{r.handed.source_id} {r.handed.edition}: rows are not conserved")
    print(
        f"twelve published sets, {len(found.editions)} editions, "
        f"{sum(r.rows_in for r in found.editions)} rows: {found.seconds:.1f} s wall "
        f"(goal {WALL_SECONDS:.0f}), {found.peak_gib:.2f} GiB peak (goal {PEAK_GIB:.0f})"
    )


if __name__ == "__main__":
    main()
