"""Where a run reads and writes, as a Dagster resource."""

from pathlib import Path

import dagster as dg

from pipelines.settings import Settings


class House(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Seeds and home of a run, the release id asked for (empty: the next one), real keys.

    A large batch names the release it reads (empty: the head) and its folder of inventories.
    """

    seeds: str
    home: str
    release: str = ""
    key_folder: str = ""
    batch: str = ""

    @property
    def settings(self) -> Settings:
        """The paths as the rooms take them."""
        return Settings(Path(self.seeds), Path(self.home))
