"""``tanyuan grade build RULE --release``: the graded files of a release made again, byte by byte.

Belongs here: making the files from the seeds the release was made from and comparing them with
the manifest. Does not belong here: grading (room ``grade``) and writing (room ``publish``).
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from pipelines.cli.presentation import Result
from pipelines.cli.release_folder import folder_of
from pipelines.errors import FaultyData, WrongUsage
from pipelines.findings import finding
from pipelines.identity import sha256_of
from pipelines.settings import Settings

# What of the seeds grading reads; footprints and products it takes from the release itself.
READ = ("grade_rules/", "populations/", "rules/disclosure.toml", "rules/label.toml")
TABLES = ("benchmark", "grade_threshold", "grade")


def regenerate(
    rule_id: str, release: str, seeds: Path, output: Path | None, home: Path | None
) -> Result:
    """Make the graded tables and pictures of a release again and compare every byte.

    Args:
        rule_id: the rule whose limits are shown; the files of all rules are made.
        release: release id or folder.
        seeds: the seeds folder, which must hold what the release was made from.
        output: where the files are written; nowhere by default.
        home: the home.

    Raises:
        WrongUsage: E-GRD-05, no such rule.
        FaultyData: E-GRD-18, the seeds differ from those of the release.
    """
    folder = folder_of(release, home)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    _require_same_seeds(folder, seeds)
    with tempfile.TemporaryDirectory() as scratch:
        target = output or Path(scratch)
        limits = _write(folder, manifest, seeds, target)
        if rule_id not in limits:
            raise WrongUsage(finding("E-GRD-05", value=rule_id, expected=sorted(limits)[:5]))
        known = {f["name"]: f["sha256"] for f in manifest["files"]}
        made = sorted(
            p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()
        )  # fmt: skip
        wanted = [n for n in known if n.startswith("grades/")]
        files = {n: known.get(n) == sha256_of(target / n) for n in made} | {
            n: False for n in wanted if n not in made
        }
    count = len(files)
    differing = [name for name, is_same in files.items() if not is_same]
    return Result(
        "grade build",
        release=folder.name,
        summary={"files": count, "same": count - len(differing)},
        findings=[
            finding("E-GRD-19", value=name, file=name, reason=folder.name) for name in differing
        ],
        outputs=[] if output is None else [{"kind": "graded_files", "path": str(output)}],
        data={"thresholds": limits[rule_id], "files": files},
        text_zh=f"{folder.name}：{count} 个文件重新生成，{count - len(differing)} 个逐字节相同",
        text_en=f"{folder.name}: {count - len(differing)} of {count} files made again are the same",
    )


def _require_same_seeds(folder: Path, seeds: Path) -> None:
    from pipelines.publish.lineage import seed_hashes

    then = json.loads((folder / "lineage" / "run.json").read_bytes())["seeds"]
    now = seed_hashes(seeds)
    differing = sorted(
        name
        for name in then.keys() | now.keys()
        if name.startswith(READ) and then.get(name) != now.get(name)
    )
    if differing:
        raise FaultyData(
            finding("E-GRD-18", value=folder.name, found=len(differing), expected=differing[:5])
        )


def _write(
    folder: Path, manifest: dict[str, Any], seeds: Path, target: Path
) -> dict[str, list[float | None]]:
    """Write the files; gives the limits by rule."""
    import datetime as dt

    import polars as pl

    from pipelines.commands.populations import populations_named
    from pipelines.grade import (
        build_benchmarks,
        earlier_populations,
        read_disclosure_rule,
        read_grade_rules,
        tables_of,
    )
    from pipelines.grade.pictures import pictures_of, write_pictures
    from pipelines.grade.svg import read_words
    from pipelines.publish.parquet import published, write_parquet
    from schemas import ALL_TABLES

    rules = read_grade_rules(seeds)
    names = sorted({r.population for r in rules.values() if r.population})
    footprint, product = (
        pl.read_parquet(folder / "data" / f"{name}.parquet") for name in ("footprint", "product")
    )
    benchmarks = build_benchmarks(
        rules,
        populations_named(Settings.resolve(seeds), names),
        read_disclosure_rule(seeds),
        dt.date.fromisoformat(manifest["released_on"]),
        earlier_populations(seeds, names),
    )
    tables = tables_of(benchmarks, footprint, product)
    words = {"release_id": folder.name, "released_on": manifest["released_on"]}
    (target / "data").mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        rows = published(ALL_TABLES[name], tables[name], words)
        write_parquet(ALL_TABLES[name], rows, target / "data" / f"{name}.parquet")
    write_pictures(target, pictures_of(benchmarks, tables, footprint, read_words(seeds)))
    return {b.rule.rule_id: list(b.limits) for b in benchmarks}
