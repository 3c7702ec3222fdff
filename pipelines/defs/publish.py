"""Room 5, publish: the tables frozen into a release that proves itself."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from pipelines.commands.checkpoints import signed_checkpoint
from pipelines.commands.release_review import note_publication, with_review
from pipelines.commands.withdraw_release import restore_tombstones
from pipelines.defs import release_gates
from pipelines.defs.admit import JUDGED
from pipelines.defs.footprint import COMPUTED
from pipelines.defs.grade import GRADED
from pipelines.defs.house import House
from pipelines.defs.ingest import REFERENCE
from pipelines.defs.run_tags import RELEASE_TAG, tag_run
from pipelines.errors import TanyuanError, WrongUsage
from pipelines.findings import finding
from pipelines.grade.pictures import write_pictures
from pipelines.ingest.gather import GATHERED
from pipelines.ledger import Ledger
from pipelines.publish import Receipt, plan_release, publish, statements_of, taken_back
from pipelines.publish.release_plan import read_plan
from pipelines.publish.store import Store
from pipelines.publish.verify import verify
from pipelines.publish.withdrawal import told
from pipelines.serve.catalogue import write_catalogue
from pipelines.signing import Keyring, keyring_of
from schemas import ALL_TABLES
from schemas.render.frame import conform

UPSTREAM = tuple(
    name
    for name in (
        *REFERENCE,
        "flow",
        *GATHERED,
        *JUDGED,
        "plausibility",
        "balance",
        "aggregated_quality",
        "renewal",
        *COMPUTED,
        *GRADED,
    )
    if ALL_TABLES[name].published
)


def _write_pictures(
    pictures: pl.DataFrame, folder: Path, _tables: Mapping[str, pl.DataFrame]
) -> None:
    write_pictures(folder, pictures)


INS = {
    **{name: dg.AssetIn(name) for name in UPSTREAM},
    "population_source": dg.AssetIn(),
    "unit_process": dg.AssetIn(),
    "grade_picture": dg.AssetIn(),
}


def _keyring(house: House) -> Keyring:
    return keyring_of(house.settings.home, Path(house.key_folder) if house.key_folder else None)


def _joined(tables: dict[str, Any]) -> dict[str, pl.DataFrame]:
    """The tables of a release, with what populations and unit processes add to them."""
    more, unit_process = tables.pop("population_source"), tables.pop("unit_process")
    for name in ("source", "source_file"):
        tables[name] = pl.concat([tables[name], conform(ALL_TABLES[name], more[name])])
    for name in ("process", "exchange"):
        tables[name] = pl.concat([tables[name], unit_process[name]])
    return tables


def _published(house: House, tables: dict[str, Any]) -> Receipt:
    """Everything up to and including the commit, and the note of it in the ledger."""
    ledger = Ledger(house.settings.home / "ledger")
    size, root = ledger.size_and_root()
    entries = ledger.entries(size)
    keyring = _keyring(house)
    pictures = tables.pop("grade_picture")
    point = signed_checkpoint(size, root, keyring)
    joined = with_review(house.settings, _joined(tables), entries)
    receipt = publish(
        house.settings,
        joined,
        (root, [entry.leaf_hash for entry in entries]),
        asked=house.release or None,
        statements=statements_of(taken_back([entry.record for entry in entries])),
        pages=[partial(_write_pictures, pictures), write_catalogue],
        keyring=keyring,
        checkpoint=(point.text, point.keys) if point else None,
        withdrawn=told([entry.record for entry in entries]),
    )
    restore_tombstones(house.settings, Path(house.key_folder) if house.key_folder else None)
    released_on = read_plan(house.settings.seeds).released_on
    note_publication(house.settings, receipt.release_id, released_on, joined)
    return receipt


@dg.asset(ins=INS, group_name="publish", io_manager_key="receipt", check_specs=release_gates.SPECS)
def published_release(
    context: dg.AssetExecutionContext, house: House, **tables: Any
) -> Iterator[Any]:
    """已核验的发布；内容与当前发布相同则不作改动 | A verified release, if changed."""
    try:
        receipt = _published(house, tables)
    except TanyuanError as error:
        yield from release_gates.refused(error)
        raise
    tag_run(context, {RELEASE_TAG: receipt.release_id})
    yield dg.Output(
        receipt,
        metadata={
            "readme": dg.MetadataValue.url((receipt.folder / "README.md").resolve().as_uri()),
            "release_id": receipt.release_id,
            "is_new": receipt.is_new,
            "folder": dg.MetadataValue.path(str(receipt.folder)),
            "checks": receipt.checks,
            **receipt.figures,
        },
        data_version=dg.DataVersion(receipt.content_sha256),
        tags={"release_id": receipt.release_id},
    )
    yield from release_gates.passed(receipt)


@dg.asset(ins=INS, group_name="publish", io_manager_key="receipt")
def release_plan(house: House, **tables: Any) -> dg.Output[Any]:
    """下一发布的计划：编号、变更、影响与阻碍 | The next release as it would be."""
    entries = Ledger(house.settings.home / "ledger").entries()
    tables.pop("grade_picture")
    found = plan_release(
        house.settings,
        with_review(house.settings, _joined(tables), entries),
        _keyring(house),
        asked=house.release or None,
        statements=statements_of(taken_back([entry.record for entry in entries])),
        withdrawn=told([entry.record for entry in entries]),
    )
    return dg.Output(
        found,
        metadata={
            "release_id": found.release_id or "",
            "changes": found.changes.height,
            "blockers": len(found.blockers),
            "products_moved": len(found.products_moved),
        },
    )


@dg.asset(group_name="publish", io_manager_key="receipt")
def verified_release(context: dg.AssetExecutionContext, house: House) -> dg.Output[Any]:
    """当前发布的核验结果，只凭其文件夹 | The head verified from its folder alone."""
    store = Store(house.settings)
    head = store.head()
    if head is None:
        raise WrongUsage(finding("E-USE-03"))
    store.recover()
    folder = store.folder(head.release_id)
    outcome = verify(folder)
    tag_run(context, {RELEASE_TAG: head.release_id})
    return dg.Output(
        outcome,
        metadata={
            "release_id": head.release_id,
            "ok": outcome["ok"],
            "checks": sum(outcome["checks"].values()),
            "folder": dg.MetadataValue.path(str(folder)),
        },
        tags={"release_id": head.release_id},
    )


ASSETS = [published_release, release_plan, verified_release]
