"""An inventory folder checked as it would be computed, answered like a file handed in.

Belongs here: which folder is an inventory, against what it is checked, its counts. Does not
belong here: the checks (``pipelines.footprint``), files of templates (``check``).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData, TanyuanError, UnreadableInput, WrongUsage
from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipelines.desk.check import Checked, Counts
    from pipelines.findings import Finding
    from pipelines.settings import Settings


def checked_folder(settings: Settings, folder: Path) -> Checked:
    """Check an inventory folder without storing anything.

    Args:
        settings: seeds and home.
        folder: the folder.

    Returns:
        What a computation against the newest release would tell; without a release, what its
        rows tell by themselves, and that the rest was not looked at.

    Raises:
        WrongUsage: the folder is no inventory.
        UnreadableInput: the log of releases is damaged.
    """
    from pipelines.commands.inventory_files import files_of
    from pipelines.desk.candidates import Origin
    from pipelines.desk.check import Checked
    from pipelines.desk.submitted import SubmittedWorkbook
    from pipelines.footprint.inventory import FILES

    name, files = folder.resolve().name, files_of(folder)
    if not any(table in files for table, _, is_needed in FILES if is_needed):
        raise WrongUsage(finding("E-USE-07", value=str(folder)))
    found: Sequence[Finding]
    try:
        found, is_refused = _findings(settings, folder), False
    except TanyuanError as refusal:
        found, is_refused = refusal.findings, isinstance(refusal, UnreadableInput)
    data = [path.read_bytes() for path in sorted(files.values())]
    digest = hashlib.sha256(b"".join(data)).hexdigest()
    return Checked(
        SubmittedWorkbook(name, digest, "folder", "inventory", None, ()),
        {},
        tuple(found),
        is_refused,
        _counts(folder, found, is_refused=is_refused),
        Origin("", "", "", "", name, digest, sum(map(len, data)), ""),
    )


def _findings(settings: Settings, folder: Path) -> list[Finding]:
    """What is found against the newest release, or without any.

    Raises:
        TanyuanError: the inventory is refused.
    """
    from pipelines.cli.footprint_computed import computed
    from pipelines.cli.release_folder import folder_of, manifests
    from pipelines.commands.inventory_files import plain_folder
    from pipelines.commands.product_faults import folder_faults

    if manifests(settings.home):
        release = folder_of(None, settings.home)
        return computed(folder, release, settings, None, (0, None)).findings
    with plain_folder(folder) as (laid, noted):
        faults = folder_faults(settings, laid)
        unseen = finding("W-INV-01", file=folder.resolve().name)
        if faults:
            raise FaultyData([*faults, unseen])
        return [*noted, unseen]


def _counts(folder: Path, found: Sequence[Finding], *, is_refused: bool) -> Counts:
    """Where the folder's rows went: those an error names are kept back, all if it names none."""
    from pipelines.commands.inventory_files import plain_folder
    from pipelines.desk.check import Counts
    from pipelines.footprint.inventory import FILES
    from pipelines.tabular.text_table import read_rows

    rows = 0
    with plain_folder(folder) as (laid, _):
        for name, _, _ in FILES:
            try:
                rows += len(read_rows(laid / f"{name}.csv"))
            except TanyuanError:
                continue
    if is_refused:
        return Counts(rows, 0, 0, rows, 0)
    bad = {
        (one.place.get("file"), one.place.get("row")) for one in found if one.severity == "error"
    }
    held = rows if any(row is None for _, row in bad) else min(len(bad), rows)
    return Counts(rows, rows - held, held, 0, 0)
