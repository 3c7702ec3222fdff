"""What depends on a verification body, asked of the head release in one query.

Belongs here: the release's tables with the standings and verifications the ledger says now.
Does not belong here: the query (``sql/review/agency_dependents.sql``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.admit.dependents import NEEDED, dependents_of
from pipelines.admit.register import read_register
from pipelines.admit.review_tables import agency_rows, verification_rows
from pipelines.commands.review import cases_of, day_of
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.publish.store import Store
from schemas.render.frame import frame_of
from schemas.review import AGENCY, VERIFICATION

if TYPE_CHECKING:
    from pipelines.settings import Settings


def dependents_in_head(
    settings: Settings, agency_id: str, as_if: str | None = None
) -> list[dict[str, Any]]:
    """Factors, footprints and grades of the head release that rest on a body.

    Args:
        settings: seeds and home.
        agency_id: the body; in good standing it has no dependents to name.
        as_if: a standing to be supposed, so that they are named before anybody acts.

    Returns:
        Rows of ``agency_id, object_kind, object_id, via``; none before the first release.

    Raises:
        WrongUsage: the register knows no such body.
    """
    store = Store(settings)
    head = store.head()
    if head is None:
        return []
    if not store.folder(head.release_id).is_dir():
        store.recover()
    data = store.folder(head.release_id) / "data"
    cases = cases_of(settings)
    tables = {name: pl.read_parquet(data / f"{name}.parquet") for name in NEEDED}
    on = day_of(settings, None)
    register = read_register(settings.seeds)
    rows = agency_rows(register, cases, on)
    if agency_id not in register.agencies:
        raise WrongUsage(
            finding("E-USE-02", value=agency_id, what_zh="核查机构", what_en="verification body",
                    expected=list(register.agencies))
        )  # fmt: skip
    for row in rows:
        if as_if is not None and row["agency_id"] == agency_id:
            row["standing"] = as_if
    tables["agency"] = frame_of(AGENCY, rows)
    tables["verification"] = frame_of(VERIFICATION, verification_rows(cases, None))
    return [r for r in dependents_of(tables).to_dicts() if r["agency_id"] == agency_id]
