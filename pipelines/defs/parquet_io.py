"""Parquet between assets: written whole or not at all, with row count and content digest."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from pipelines.commands.part_files import put_in_place
from pipelines.defs.house import House
from pipelines.errors import EnvironmentFault
from pipelines.findings import finding
from pipelines.publish.disk import building_folder

# What this process stored itself and is small, by folder: read again from memory. The inode
# tells a folder that another process has replaced since.
_STORED: dict[Path, tuple[int, dict[str, pl.DataFrame]]] = {}
SMALL = 16 * 2**20


def digest_of(frames: Mapping[str, pl.DataFrame]) -> str:
    """Digest of the content of frames: names, types and values, whatever their chunks.

    Args:
        frames: by name.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for name, frame in sorted(frames.items()):
        digest.update(f"{name}{frame.schema}{frame.height}".encode())
        digest.update(frame.rechunk().write_json().encode())
    return digest.hexdigest()


class ParquetBetweenAssets(dg.ConfigurableIOManager):
    """Stores a frame as a file, several frames as a folder, under ``home/tables``."""

    house: dg.ResourceDependency[House]

    def _path(self, key: dg.AssetKey) -> Path:
        return self.house.settings.tables / key.path[-1]

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Write beside, then rename; the old state stays until the new one is whole.

        Raises:
            EnvironmentFault: E-ENV-01, the disk refused; the old state stands.
        """
        target = self._path(context.asset_key)
        frames = {target.name: obj} if isinstance(obj, pl.DataFrame) else obj
        try:
            with building_folder(self.house.settings.tmp) as beside:
                for name, frame in frames.items():
                    frame.write_parquet(beside / f"{name}.parquet")
                put_in_place(beside, target)
        except (OSError, pl.exceptions.ComputeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise EnvironmentFault(finding("E-ENV-01", reason=reason)) from error
        _STORED.pop(target, None)
        if sum(frame.estimated_size() for frame in frames.values()) <= SMALL:
            _STORED[target] = (target.stat().st_ino, dict(frames))

    def load_input(self, context: dg.InputContext) -> Any:
        """The frame, or the frames by name, as they were stored."""
        folder = self._path(context.asset_key)
        inode, frames = _STORED.get(folder, (-1, {}))
        if inode != folder.stat().st_ino:
            frames = {p.stem: pl.read_parquet(p) for p in sorted(folder.glob("*.parquet"))}
        return frames[folder.name] if frames.keys() == {folder.name} else frames


def output(
    value: pl.DataFrame | Mapping[str, pl.DataFrame], name: str | None = None, **told: Any
) -> dg.Output[Any]:
    """A Dagster output with row counts and the content digest as its data version.

    Args:
        value: a frame, or frames by name.
        name: of the output, where there are several.
        told: metadata besides.
    """
    frames = {name or "result": value} if isinstance(value, pl.DataFrame) else dict(value)
    rows: dict[str, Any] = {"dagster/row_count": sum(f.height for f in frames.values()), **told}
    if not isinstance(value, pl.DataFrame):
        rows |= {f"rows_{key}": frame.height for key, frame in frames.items()}
    version = dg.DataVersion(digest_of(frames))
    if name is None:
        return dg.Output(value, metadata=rows, data_version=version)
    return dg.Output(value, name, metadata=rows, data_version=version)
