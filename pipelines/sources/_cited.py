"""Sources whose rows are figures cited from documents: one line of meaning each.

Belongs here: the common reading of such sources and the two meanings that many share.
Does not belong here: a meaning only one publication has (its own module).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.ingest.cited_facts import hand_in
from pipelines.ingest.harvest import Harvest
from pipelines.sources.contract import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from pipelines.ingest.cited_facts import Fact
    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition

    Meaning = Callable[[Fact], dict[str, Any]]


def direct_default(_fact: Fact) -> dict[str, Any]:
    """A published default of the direct emission at the activity."""
    return {
        "factor_kind": "direct_ef",
        "value_convention": "direct",
        "boundary": "activity",
        "derivation": "default",
    }


def grid_average(_fact: Fact) -> dict[str, Any]:
    """A computed grid average for organisations: direct CO2 of generation."""
    return {
        "factor_kind": "energy_indirect_ef",
        "value_convention": "direct",
        "boundary": "activity",
        "delivery_scope": "not_stated",
        "location_type": "consumption",
        "derivation": "calculated",
    }


def cited(source_id: str, title_zh: str, title_en: str, meaning: Meaning) -> Source:
    """A source all of whose files hold cited figures with one meaning."""

    def read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> Harvest:
        harvest = Harvest(edition, lookups)
        for file in edition.file_rows:
            hand_in(harvest, file["file_name"], meaning)
        return harvest

    return Source(source_id, title_zh, title_en, read)
