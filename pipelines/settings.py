"""Where things are: the repository's seeds and the home with its state.

Belongs here: paths, taken from arguments or from two environment variables. Does not
belong here: thresholds and methods (they are seeds).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Paths of one run: ``seeds`` is read only, ``home`` holds every state.

    Example:
        >>> Settings(Path("seeds"), Path("home")).tables.as_posix()
        'home/tables'
    """

    seeds: Path
    home: Path

    @classmethod
    def resolve(cls, seeds: Path | None = None, home: Path | None = None) -> Settings:
        """Paths from the arguments, else TANYUAN_SEEDS and TANYUAN_HOME, else the defaults."""
        chosen_seeds = seeds or Path(os.environ.get("TANYUAN_SEEDS") or REPOSITORY / "seeds")
        chosen_home = home or Path(os.environ.get("TANYUAN_HOME") or REPOSITORY / "home")
        return cls(chosen_seeds.resolve(), chosen_home.resolve())

    @property
    def tables(self) -> Path:
        """Parquet files between assets; derived, may be deleted."""
        return self.home / "tables"

    @property
    def releases(self) -> Path:
        """Readable release folders; derived from the log and the objects."""
        return self.home / "releases"

    @property
    def tmp(self) -> Path:
        """Where things are built before they become visible."""
        return self.home / "tmp"
