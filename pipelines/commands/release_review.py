"""What review adds to a release, and the note in the ledger that the release carries it.

Belongs here: joining the ledger's cases with the tables of a release. Does not belong here:
the rows themselves (``pipelines.admit.review_tables``), publishing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit.dependents import dependents_of
from pipelines.admit.register import read_register
from pipelines.admit.review_tables import review_tables
from pipelines.commands.review import cases_of, day_of, record_publication
from pipelines.commands.revisions import revision_table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from pipelines.ledger import Entry
    from pipelines.settings import Settings

FALLEN = "agency_not_in_standing"


def with_review(
    settings: Settings, tables: Mapping[str, pl.DataFrame], entries: Sequence[Entry]
) -> dict[str, pl.DataFrame]:
    """The tables of a release with those of review.

    Footprints and grades that rest on a verification body no longer in good standing carry
    a flag; factors, whose versions never change, are named in ``agency_dependent`` with them.

    Args:
        settings: seeds and home.
        tables: the tables to be published so far.
        entries: the ledger prefix the run read.

    Returns:
        All tables given, and ``person, agency, verification, review_event, opinion,
        revision, agency_dependent``.
    """
    cases = cases_of(settings, len(entries))
    carried: dict[str, str | None] = dict(
        tables["factor"].select("factor_id", "decision_id").iter_rows()
    )
    carried.update(dict.fromkeys(tables["product"]["product_id"]))
    told = review_tables(
        cases,
        read_register(settings.seeds),
        {e.index: e.leaf_hash for e in entries},
        carried,
        day_of(settings, None),
    )
    told["revision"] = revision_table(settings, cases, carried)
    found = dependents_of({**tables, **told})
    flagged = {
        name: _flagged(tables[name], found.filter(pl.col("object_kind") == name)["object_id"])
        for name in ("footprint", "grade")
    }
    return {**tables, **told, **flagged, "agency_dependent": found}


def _flagged(frame: pl.DataFrame, products: pl.Series) -> pl.DataFrame:
    more = pl.col("flags").list.concat(pl.lit([FALLEN])).list.unique().list.sort()
    hit = pl.col("product_id").is_in(products.to_list())
    return frame.with_columns(flags=pl.when(hit).then(more).otherwise("flags"))


def note_publication(
    settings: Settings, release_id: str, released_on: dt.date, tables: Mapping[str, pl.DataFrame]
) -> None:
    """Enter in the ledger which records decided by people the release carries.

    Args:
        settings: seeds and home.
        release_id: the release.
        released_on: the date it carries.
        tables: its ``factor`` and ``decision`` tables.
    """
    by_person = tables["decision"].filter(pl.col("decision_kind") == "person")
    carried = tables["factor"].join(by_person.select("decision_id"), on="decision_id", how="semi")
    pairs = list(carried.select("factor_id", "decision_id").iter_rows())
    record_publication(settings, release_id, released_on, pairs)
