"""An inventory folder as people save it, laid out as the computation reads it.

Belongs here: files that Excel saved in a Chinese code page, names in capitals, a folder whose
name is no id. Does not belong here: workbooks (``inventory_workbook``), folders of the seeds,
which are read as they stand.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.desk.csv_cells import decoded
from pipelines.desk.unreadable import UnreadableText
from pipelines.errors import TanyuanError
from pipelines.findings import finding
from pipelines.footprint.inventory import FILES, fitting_id, id_of, name_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.findings import Finding

NAMES = (*(name for name, _, _ in FILES), "check")


def files_of(folder: Path) -> dict[str, Path]:
    """The files of an inventory folder by table, whatever capitals their names are written in.

    Where two differ by nothing else, the one in small letters is meant.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name, reverse=True):
        name, dot, kind = path.name.lower().rpartition(".")
        # Small letters sort last: of several they come first here.
        if dot and kind == "csv" and name in NAMES and path.is_file():
            found.setdefault(name, path)
    return found


@contextmanager
def plain_folder(path: Path) -> Iterator[tuple[Path, list[Finding]]]:
    """An inventory folder that can be read: the one given, or a copy made readable.

    Args:
        path: the folder.

    Yields:
        The folder, and what was done to read it: an encoding converted, another name taken.
        Files that are no text stay as they are; reading them tells what they seem to be.

    Raises:
        TanyuanError: what is raised inside, naming the folder given.
    """
    shown = id_of(path)
    files = {name: (file, _converted(file)) for name, file in files_of(path).items()}
    is_id = not name_faults(shown)
    if is_id and all(
        file.name == f"{name}.csv" and body is None for name, (file, body) in files.items()
    ):
        yield path, []
        return
    notes = [
        finding("W-FORM-28", file=f"{shown}/{file.name}", value="GB18030")
        for file, body in files.values()
        if body is not None
    ]
    like = fitting_id(shown)
    if not is_id:
        notes.append(finding("W-INV-02", file=shown, value=shown, like=like))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / (shown if is_id else like)
        folder.mkdir()
        for name, (file, body) in files.items():
            if body is None:
                shutil.copyfile(file, folder / f"{name}.csv")
            else:
                (folder / f"{name}.csv").write_bytes(body)
        try:
            yield folder, notes
        except TanyuanError as error:
            names = {f"{name}.csv": file.name for name, (file, _) in files.items()}
            told = _said(error.findings, folder.name, shown, names)
            raise type(error)([*told, *notes]) from error


def _converted(file: Path) -> bytes | None:
    """A file's text as UTF-8 where it is GB18030, else None."""
    try:
        text, encoding = decoded(file.read_bytes())
    except (OSError, UnreadableText):
        return None
    return text.encode("utf-8") if encoding == "gb18030" else None


def _said(
    findings: Sequence[Finding], laid: str, shown: str, names: dict[str, str]
) -> list[Finding]:
    """Findings about the copy, said of the files that were given."""

    def said(text: str) -> str:
        for name, given in names.items():
            text = text.replace(f"{laid}/{name}", f"{shown}/{given}")
        return text

    return [
        replace(
            one, zh=said(one.zh), en=said(one.en),
            place={k: said(v) if k == "file" else v for k, v in one.place.items()},
        )
        for one in findings
    ]  # fmt: skip
