"""The inbox of a home: which files wait there, and the answer each of them gets.

Belongs here: ``inbox/FILE`` (checked, since nobody says who hands it in) and
``inbox/PERSON/FILE`` (taken in as handed in by that person). Does not belong here: when the
inbox is looked at (``pipelines.defs``), the checks and the intake themselves.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pipelines.commands.checking import check_file
from pipelines.commands.submission import submit
from pipelines.desk.returned import write_returned
from pipelines.errors import Conflict, TanyuanError
from pipelines.findings import finding
from pipelines.identity import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.settings import Settings

ANSWERS = "inbox-answers"
DEEPEST = 2


def waiting_files(settings: Settings) -> list[tuple[str, str]]:
    """Files of the inbox that were not answered yet.

    Returns:
        (name inside the inbox, SHA-256), sorted; files of office programs in use (``~$``)
        and hidden ones are passed over.
    """
    return [
        (name, sha256)
        for name, sha256 in sorted(_laid_down(settings.home / "inbox"))
        if not _answer_path(settings, name, sha256).is_file()
    ]


def _laid_down(inbox: Path) -> Iterator[tuple[str, str]]:
    for path in inbox.rglob("*"):
        parts = path.relative_to(inbox).parts
        is_shown = not any(part.startswith((".", "~")) for part in parts)
        if is_shown and len(parts) <= DEEPEST and path.is_file() and not path.is_symlink():
            yield "/".join(parts), sha256_of(path)


def _answer_path(settings: Settings, name: str, sha256: str) -> Path:
    stem = PurePosixPath(name).as_posix().replace("/", "__")
    return settings.home / ANSWERS / sha256[:12] / f"{stem}.json"


def answer_file(settings: Settings, name: str, sha256: str) -> dict[str, Any]:
    """Check or take in one file of the inbox and write the answer beside the returned workbook.

    Args:
        settings: seeds and home.
        name: the file's path inside the inbox.
        sha256: its hash when it was seen.

    Returns:
        ``outcome`` (checked, taken_in or refused), ``rows``, ``errors``, ``codes``,
        ``submission_id`` and the path of the ``answer``.

    Raises:
        Conflict: the file changed since it was seen; it will be seen again.
    """
    path = settings.home / "inbox" / name
    if not path.is_file() or sha256_of(path) != sha256:
        raise Conflict(finding("E-EDI-03", file=name))
    answer = _answer_path(settings, name, sha256)
    answer.parent.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {"file": name, "sha256": sha256, "answer": str(answer)}
    try:
        told |= _looked_at(settings, path, name, answer.parent)
    except TanyuanError as refusal:
        told |= {"outcome": "refused", "rows": 0, "errors": len(refusal.findings),
                 "submission_id": None, "codes": [f.code for f in refusal.findings],
                 "findings": [f.as_json() for f in refusal.findings]}  # fmt: skip
    beside = answer.with_suffix(".next")
    beside.write_text(json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n", "utf-8")
    beside.replace(answer)
    return told


def _looked_at(settings: Settings, path: Path, name: str, folder: Path) -> dict[str, Any]:
    person = PurePosixPath(name).parts[0] if "/" in name else None
    if person is None:
        checked, submission_id, outcome = check_file(settings, path), None, "checked"
    else:
        taken = submit(settings, path, person)
        checked, submission_id, outcome = taken.checked, taken.submission_id, "taken_in"
    if checked.findings and checked.workbook.sheets:
        write_returned(checked.workbook, checked.findings, folder, seeds=settings.seeds)
    return {
        "outcome": "refused" if checked.is_refused else outcome,
        "rows": checked.counts.rows,
        "errors": checked.severities()["error"],
        "codes": sorted({f.code for f in checked.findings}),
        "submission_id": submission_id,
    }
