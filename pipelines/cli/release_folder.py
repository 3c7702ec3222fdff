"""Which release folder a command answers from."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.cli.withdrawn import tombstones
from pipelines.errors import UnreadableInput, WrongUsage
from pipelines.findings import finding
from pipelines.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl


def manifests(home: Path) -> list[dict[str, Any]]:
    """The manifests of a home's log, in order of commitment.

    Raises:
        UnreadableInput: one of them is damaged.
    """
    found = []
    for path in sorted((home / "log").glob("*.json")):
        try:
            found.append(json.loads(path.read_bytes()))
        except ValueError as error:
            raise UnreadableInput(finding("E-LOG-01", file=path.name)) from error
    return found


def _newest_shown(settings: Settings) -> Path | None:
    """The newest committed release that lies readable and is not withdrawn.

    Between its commit and its folder a release is not seen yet: the one before is. Where all
    are withdrawn, the newest is answered from, with a warning.
    """
    gone = tombstones(settings.releases)
    shown = [
        settings.releases / str(manifest["release_id"])
        for manifest in reversed(manifests(settings.home))
        if (settings.releases / manifest["release_id"] / "manifest.json").is_file()
    ]
    standing = [folder for folder in shown if folder.name not in gone]
    return next(iter(standing or shown), None)


def tables_of(folder: Path, names: Iterable[str]) -> dict[str, pl.DataFrame]:
    """Tables of a release; one that an older release does not hold is empty.

    Args:
        folder: the release's folder.
        names: tables wanted.
    """
    import polars as pl

    from schemas import ALL_TABLES
    from schemas.render.frame import empty

    paths = {name: folder / "data" / f"{name}.parquet" for name in names}
    return {
        name: pl.read_parquet(path) if path.is_file() else empty(ALL_TABLES[name])
        for name, path in paths.items()
    }


def folder_of(release: str | None, home: Path | None = None) -> Path:
    """The folder of a release, the newest by default.

    Args:
        release: a release id, or the path of a release folder anywhere.
        home: the home; as ``Settings.resolve`` finds it by default.

    Raises:
        WrongUsage: there is no release, or none of that id.
        UnreadableInput: the log is damaged, or the folder of a committed release is gone.
    """
    if release and (Path(release) / "manifest.json").is_file():
        return Path(release).resolve()
    settings = Settings.resolve(home=home)
    if not release:
        shown = _newest_shown(settings)
        if shown is not None:
            return shown
    ids = [manifest["release_id"] for manifest in manifests(settings.home)]
    if not ids:
        raise WrongUsage(finding("E-USE-03"))
    name = release or ids[-1]
    if name not in ids:
        near = difflib.get_close_matches(name, ids, n=3, cutoff=0.3)
        raise WrongUsage(
            finding("E-USE-02", value=name, what_zh="发布", what_en="release", expected=near)
        )
    folder = settings.releases / name
    if not (folder / "manifest.json").is_file():
        raise UnreadableInput(finding("E-LOG-02", file=name, value="manifest.json"))
    return folder
