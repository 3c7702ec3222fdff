"""``tanyuan check``: submissions and inventories checked, nothing stored; returned on request."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - the command line reads annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.presentation import Result
from pipelines.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipelines.desk.check import Checked
    from pipelines.findings import Finding

SHOWN_PLACES = 5


def APP(  # noqa: N802 - the command line looks for this name in every group
    files: Annotated[
        list[Path],
        typer.Argument(help="报送文件或清单文件夹 files or inventory folders: xlsx, xls, ods, csv"),
    ],
    return_dir: Annotated[
        Path | None, typer.Option(help="退回件写入此目录 write the returned workbook here")
    ] = None,
    seeds: Annotated[Path | None, typer.Option(help="种子目录 seeds folder")] = None,
    home: Annotated[Path | None, typer.Option(help="状态目录 home folder")] = None,
) -> Result:
    """检查报送文件，不存储 | check submissions, store nothing."""
    settings = Settings.resolve(seeds, home)
    checked = [_checked(settings, path) for path in files]
    outputs = [
        output
        for one in checked
        if return_dir is not None and one.findings
        for output in returned(one, return_dir, settings)
    ]
    return answer("check", checked, outputs)


def _checked(settings: Settings, path: Path) -> Checked:
    if path.is_dir():
        from pipelines.cli.check_folder import checked_folder

        return checked_folder(settings, path)
    from pipelines.commands.checking import check_file

    with progress_of(path.name) as tell:
        return check_file(settings, path, progress=tell)


class progress_of:  # noqa: N801 - read as a phrase where it is used
    """A progress bar over the rule groups, on a terminal only."""

    def __init__(self, name: str) -> None:
        """Remember what is checked."""
        self._name = name
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Callable[[int, int], None] | None:
        """Begin the bar; None when nobody looks."""
        if not sys.stderr.isatty():
            return None
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(stderr=True), transient=True)
        self._bar.start()
        self._task = self._bar.add_task(self._name, total=None)
        return self._tell

    def _tell(self, done: int, of: int) -> None:
        from pipelines.desk.check import GROUPS

        zh, en = GROUPS[min(done, of - 1)]
        self._bar.update(self._task, completed=done, total=of, description=f"{zh} {en}")

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def returned(checked: Checked, folder: Path, settings: Settings) -> list[dict[str, str]]:
    """Write the returned workbook and its letter; nothing for a file that could not be read."""
    if not checked.workbook.sheets:
        return []
    from pipelines.desk.returned import write_returned

    workbook, letter = write_returned(
        checked.workbook, checked.findings, folder, seeds=settings.seeds
    )
    return [
        {"kind": "returned_workbook", "path": str(workbook)},
        {"kind": "return_letter", "path": str(letter)},
    ]


def answer(
    command: str, checked: list[Checked], outputs: list[dict[str, str]], **more: Any
) -> Result:
    """The answer about files that were checked.

    Args:
        command: the command's name.
        checked: what was found, file by file.
        outputs: what was written.
        more: further entries of ``data``.
    """
    from pipelines.desk.causes import causes_of

    findings = [f for one in checked for f in one.findings]
    files = [_file(one) for one in checked]
    totals = ("rows", "admissible", "quarantined", "refused", "empty")
    counts = {name: sum(f[name] for f in files) for name in totals}
    severities = {
        plural: sum(f[plural] for f in files) for plural in ("errors", "reviews", "warnings")
    }
    is_refused = any(one.is_refused for one in checked)
    causes = [
        {
            "code": c.code, "severity": c.severity, "field": c.field, "count": len(c.findings),
            "cells": list(c.places),
        }
        for c in causes_of(findings)
    ]  # fmt: skip
    return Result(
        command,
        summary={"files": len(files), **counts, **severities, "refused_file": is_refused},
        findings=findings,
        outputs=outputs,
        data={"files": files, "causes": causes, **more},
        text_zh="\n".join(_lines(checked, 0, outputs)),
        text_en="\n".join(_lines(checked, 1, outputs)),
        exit_code=3 if is_refused else None,
    )


def _file(one: Checked) -> dict[str, Any]:
    found = one.severities()
    counts = one.counts
    return {
        "file": one.workbook.name,
        "sha256": one.workbook.sha256,
        "format": one.workbook.format,
        "kind": one.workbook.kind,
        "template_version": one.workbook.template_version,
        "refused_file": one.is_refused,
        "rows": counts.rows,
        "admissible": counts.admissible,
        "quarantined": counts.quarantined,
        "refused": counts.refused,
        "empty": counts.empty,
        "errors": found["error"],
        "reviews": found["review"],
        "warnings": found["warning"],
    }


def _lines(checked: list[Checked], language: int, outputs: list[dict[str, str]]) -> Iterator[str]:
    from pipelines.desk.causes import causes_of

    for one in checked:
        yield from _head(one, language)
        for cause in causes_of(one.findings):
            yield _cause(cause.findings, cause.places, language)
    for output in outputs:
        yield f"-> {output['path']}"


def _head(one: Checked, language: int) -> Iterator[str]:
    counts, found = one.counts, one.severities()
    name = one.workbook.name
    if one.is_refused:
        yield (f"{name}：整份退回", f"{name}: the whole file is refused")[language]
        return
    yield (
        f"{name}：必须改 {found['error']} · 须核对 {found['review']} · 建议改 {found['warning']}",
        f"{name}: to mend {found['error']} · to look at {found['review']} · "
        f"advised {found['warning']}",
    )[language]
    yield (
        f"  {counts.rows} 行 = 通过 {counts.admissible} + 暂扣 {counts.quarantined}"
        f" + 退回 {counts.refused}；空行与示例 {counts.empty}",
        f"  {counts.rows} rows = admissible {counts.admissible} + quarantined "
        f"{counts.quarantined} + refused {counts.refused}; blank and example {counts.empty}",
    )[language]


def _cause(found: tuple[Finding, ...], places: tuple[str, ...], language: int) -> str:
    first = found[0]
    shown = ("、", ", ")[language].join(places[:SHOWN_PLACES])
    more = (" 等", " …")[language] if len(places) > SHOWN_PLACES else ""
    told = (first.zh, first.en)[language]
    if len(found) == 1:
        # A fault that only the computation sees names process and line; its row is said too.
        named = (str(first.place.get(name) or "") for name in ("sheet", "file"))
        is_placed = places == ("-",) or any(name and name in told for name in named)
        return f"  [{first.code}] {told}" + ("" if is_placed else f"（{shown}）")
    same = ("处，同一原因", "cells, same reason")[language]
    return f"  [{first.code}] {len(found)} {same}（{shown}{more}）: {told}"
