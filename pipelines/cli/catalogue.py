"""``tanyuan catalogue``: the readable catalogue of a release, as a file or served."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.output_place import writing
from pipelines.cli.presentation import Result
from pipelines.cli.release_folder import folder_of
from pipelines.cli.withdrawn import tombstones, warning_of

if TYPE_CHECKING:
    from pipelines.serve.service.releases import View
    from pipelines.serve.service.service import Chooser
    from pipelines.serve.service.shelf import Shelf

APP = typer.Typer(no_args_is_help=True)
# Runs a program behind everything else, where the system knows priorities.
BEHIND = (
    "import os, runpy, sys\n"
    "hasattr(os, 'nice') and os.nice(5)\n"
    "sys.argv = sys.argv[1:]\n"
    "runpy.run_path(sys.argv[0], run_name='__main__')\n"
)
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
    gone = tombstones(folder.parent).get(folder.name)
    text = catalogue_of_folder(folder, warning_of(folder.name, gone) if gone else None)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
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


@APP.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址 address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口 port; 0 takes a free one")] = 8765,
    every: Annotated[
        float, typer.Option(help="每隔几秒查看新发布 seconds between looks for a newer release")
    ] = 5.0,
    seeds: Annotated[Path | None, typer.Option(help="种子目录 seeds folder")] = None,
    home: Home = None,
) -> None:
    """只读服务：最新的已核验发布 | serve the newest verified release, read only."""
    from pipelines.cli.factor_choice import chooser
    from pipelines.errors import UnreadableInput
    from pipelines.findings import finding
    from pipelines.serve.service import Releases, application
    from pipelines.serve.service.listening import server
    from pipelines.serve.service.pauses import keep_for_good, take_short_turns
    from pipelines.serve.service.releases import Watch
    from pipelines.settings import Settings

    settings = Settings.resolve(seeds, home)
    choose = chooser(settings.seeds)
    releases = Releases(
        settings.home,
        verified_apart,
        lambda: {k: str(v["text_zh"]) for k, v in tombstones(settings.releases).items()},
        partial(_prepare, choose),
    )
    take_short_turns()
    releases.refresh()
    view = releases.view
    if view is None:
        raise UnreadableInput(finding("E-SRV-01"))
    keep_for_good()
    _tell(view)
    running = server(application(releases, choose), host, port)
    watch = Watch(releases, every, _tell)
    watch.start()
    typer.echo(f"http://{host}:{port}/  (Ctrl-C)", err=True)
    try:
        running.run()
    finally:
        watch.stop()


def verified_apart(folder: Path) -> bool:
    """Whether a release folder verifies; looked at in a process of its own, at low priority."""
    import subprocess
    import sys

    from pipelines.publish import verify

    words = [sys.executable, "-I", "-c", BEHIND, str(verify.__file__), str(folder)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _prepare(choose: Chooser, shelf: Shelf) -> None:
    """Index a release before anybody asks for a factor by use, and answer its products."""
    from pipelines.errors import TanyuanError

    shelf.products(None)
    for flow in shelf.tables["flow"]["flow_id"].head(1):
        with suppress(TanyuanError):
            choose(
                shelf,
                {"flow_id": flow, "region_code": "CN", "year": 2024, "use": "supply", "unit": None,
                 "route": None, "gwp_set": "AR6"},
            )  # fmt: skip


def _tell(view: View) -> None:
    """Say on standard error which release is served and which newer one is not, and why."""
    typer.echo(f"发布 release {view.shelf.release_id}", err=True)
    for standing in view.standings:
        if standing.state == "served":
            break
        reason = standing.reason
        if reason is not None:
            typer.echo(f"[{reason.code}] {reason.zh} | {reason.en}", err=True)
