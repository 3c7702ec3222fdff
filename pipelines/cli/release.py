"""``tanyuan release``: list releases, verify a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.presentation import Result
from pipelines.cli.release_folder import manifests
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.settings import Settings

APP = typer.Typer(no_args_is_help=True)
Home = Annotated[Path | None, typer.Option(help="状态目录 home folder")]


@APP.command("list")
def list_releases(home: Home = None) -> Result:
    """列出全部发布 | every release, newest last."""
    found = manifests(Settings.resolve(home=home).home)
    rows = [
        {
            "release_id": m["release_id"],
            "released_on": m["released_on"],
            "kind": m["kind"],
            "parent_release": m["parent_release"],
            "factors": next(t["rows"] for t in m["tables"] if t["name"] == "factor"),
            "content_sha256": m["content_sha256"],
        }
        for m in found
    ]
    lines = [
        f"{r['release_id']:<12} {r['released_on']}  {r['kind']:<14} {r['factors']:>7}  "
        f"{r['content_sha256'][:16]}"
        for r in rows
    ]
    return Result(
        "release list",
        summary={"releases": len(rows)},
        data=rows,
        release=rows[-1]["release_id"] if rows else None,
        text_zh="\n".join(["编号         日期        性质              因子  内容", *lines])
        if lines
        else "还没有任何发布",
        text_en="\n".join(["id           date        kind           factors  content", *lines])
        if lines
        else "no release yet",
    )


@APP.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="发布文件夹 folder of a release")],
) -> Result:
    """只凭文件夹核验发布 | verify a release with nothing but its folder."""
    if not folder.is_dir():
        raise WrongUsage(finding("E-USE-02", value=str(folder), what_zh="文件夹", what_en="folder"))
    from pipelines.publish.verify import verify as verify_folder

    outcome = verify_folder(folder)
    faults = [
        finding("E-REL-08", value=fault["check"], found=fault["what"])
        for fault in outcome["faults"]
    ]
    total = sum(outcome["checks"].values())
    return Result(
        "release verify",
        release=outcome["release_id"] or None,
        summary={"checks": total, "faults": len(faults)},
        findings=faults,
        data=outcome,
        text_zh=f"发布 {outcome['release_id'] or '?'}：核验 {total} 项，"
        + (f"{len(faults)} 处不符" if faults else "全部相符"),
        text_en=f"release {outcome['release_id'] or '?'}: {total} checks, "
        + (f"{len(faults)} faults" if faults else "all hold"),
    )
