"""The command line: one program, one file per command group, thin.

Belongs here: finding the group, the global options, exit codes. Does not belong here: any
work (rooms and the graph do it). Only the group asked for is imported, so that light
commands start light.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from pipelines.cli.presentation import Presentation, show_failure, show_result

if TYPE_CHECKING:
    from pipelines.cli.presentation import Result

GROUPS = {
    "doctor": "环境检查 environment, fonts, encodings, disk, versions",
    "run": "运行作业 run a Dagster job in process",
    "review": "入库评审 admission review: list, show, assign, opinion, decide, return, log",
    "source": "数据集 published data sets: list, check, add, show",
    "check": "检查报送文件 check submissions: xlsx, xls, ods, csv",
    "submit": "收件 take a submission in: store, check, queue for review",
    "template": "报送模板 submission workbooks: new, upgrade",
    "factor": "查因子 look up, show and trace factors",
    "release": "发布 releases: verify, list",
    "footprint": "产品碳足迹 product footprints",
    "grade": "分级 benchmarks and grades",
    "catalogue": "可读目录 the readable catalogue: build, serve",
    "unit": "单位 units",
    "rules": "规则代码 finding codes, explained",
}


def main(argv: list[str] | None = None) -> None:
    """Run a command and leave with its exit code.

    Args:
        argv: the words after the program's name; those of the process by default.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    presentation, words = Presentation.from_words(words)
    sys.exit(run_words(words, presentation))


def run_words(words: list[str], presentation: Presentation) -> int:
    """Run a command; returns its exit code."""
    name = next((w for w in words if not w.startswith("-")), "")
    try:
        result = _invoke(words, name)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException as error:
        return show_failure(error, " ".join(words[:2]), presentation)
    if result is None:
        return 0
    from pipelines.cli.withdrawn import with_warning

    return show_result(with_warning(result, words), presentation)


def application(name: str | None) -> Any:
    """The program as its library sees it.

    Args:
        name: the one group to load; all of them when None or unknown.
    """
    import typer

    app = typer.Typer(
        name="tanyuan",
        help="碳源 · 探源：排放因子数据库 | emission-factor database, traced to the source",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @app.callback()
    def _root() -> None:
        """Global options, before or after the command: --json, --lang zh|en, --no-color."""

    for group in [name] if name in GROUPS else GROUPS:
        module = importlib.import_module(f"pipelines.cli.{group}")
        if isinstance(module.APP, typer.Typer):
            app.add_typer(module.APP, name=group, help=GROUPS[group])
        else:
            app.command(name=group, help=GROUPS[group])(module.APP)
    return typer.main.get_command(app)


def _invoke(words: list[str], name: str) -> Result | None:
    outcome = application(name).main(args=words, prog_name="tanyuan", standalone_mode=False)
    if isinstance(outcome, int):
        raise SystemExit(outcome)
    from pipelines.cli.presentation import Result as Answer

    return outcome if isinstance(outcome, Answer) else None
