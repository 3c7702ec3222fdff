"""``tanyuan catalogue``: the readable catalogue of a release, as a file or served."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.presentation import Result
from pipelines.cli.release_folder import folder_of

APP = typer.Typer(no_args_is_help=True)
Home = Annotated[Path | None, typer.Option(help="状态目录 home folder")]


@APP.command()
def build(
    release: Annotated[
        str | None, typer.Option(help="发布编号或文件夹 release id or folder; newest by default")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="写到何处 where to write; ./catalogue.html"),
    ] = None,
    home: Home = None,
) -> Result:
    """由一个发布的表重新生成 catalogue.html | make catalogue.html anew from a release's tables."""
    from pipelines.serve.catalogue import catalogue_of_folder

    folder = folder_of(release, home)
    path = (output or Path("catalogue.html")).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    text = catalogue_of_folder(folder)
    path.write_text(text, "utf-8", newline="\n")
    size = len(text.encode("utf-8"))
    return Result(
        "catalogue build",
        release=folder.name,
        summary={"bytes": size},
        outputs=[{"kind": "catalogue", "path": str(path)}],
        text_zh=f"已写入 {path}（{size / 1e6:.1f} MB），用浏览器双击打开，不需要网络",
        text_en=f"wrote {path} ({size / 1e6:.1f} MB); a double click opens it, no network needed",
    )
