"""``tanyuan template``: submission workbooks, handed out."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (read by typer)
from typing import Annotated

import typer

from pipelines.cli.presentation import Result
from pipelines.settings import Settings

APP = typer.Typer(no_args_is_help=True)


@APP.command()
def new(
    kind: Annotated[str, typer.Argument(help="factor | inventory | population")],
    output: Annotated[Path, typer.Option("-o", "--output", help="写到 where to, .xlsx")],
    category: Annotated[
        str | None,
        typer.Option(help="产品类别，收窄下拉 a category narrows the lists"),
    ] = None,
) -> Result:
    """生成空白报送表 | write an empty submission workbook."""
    from pipelines.desk.template import write_template
    from schemas.submission_product import TEMPLATES

    path = write_template(kind, output, Settings.resolve().seeds, category)
    template = TEMPLATES[kind]
    size = path.stat().st_size
    return Result(
        "template new",
        summary={
            "kind": kind,
            "template_version": template.version,
            "sheets": len(template.forms) + 2,
            "columns": sum(len(form.asks) for form in template.forms),
            "bytes": size,
        },
        outputs=[{"kind": "template", "path": str(path)}],
        data={form.table: list(form.names) for form in template.forms},
        text_zh=f"已写出 {path}（{template.title_zh} {template.version}，{size // 1024} KB）\n"
        f"下一步：填好后 tanyuan check {path.name} --return-dir 退回",
        text_en=f"wrote {path} ({template.title_en} {template.version}, {size // 1024} KB)\n"
        f"next: fill it in, then tanyuan check {path.name} --return-dir RETURNED",
    )
