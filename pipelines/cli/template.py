"""``tanyuan template``: submission workbooks, handed out."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (read by typer)
from typing import Annotated

import typer

from pipelines.cli.output_place import writing
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

    with writing(output):
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


@APP.command()
def upgrade(
    old: Annotated[Path, typer.Argument(help="填过的旧版报送表 a filled workbook")],
    output: Annotated[Path, typer.Option("-o", "--output", help="写到 where to, .xlsx")],
) -> Result:
    """把旧版报送表的答案移入现行版，并列出新增内容 | carry answers over from an older version."""
    from pipelines.desk.upgrade import carry_over, read_filled
    from pipelines.desk.upgraded import lines_of, write_upgraded
    from schemas.submission_product import TEMPLATES

    seeds = Settings.resolve().seeds
    submitted = read_filled(old, seeds)
    template = TEMPLATES[str(submitted.kind)]
    carried = carry_over(submitted, template)
    with writing(output):
        path = write_upgraded(carried, template, output, seeds)
    lines = lines_of(carried, template)
    shown = "\n".join("  ".join(line) for line in lines)
    return Result(
        "template upgrade",
        summary={
            "kind": template.kind,
            "from": carried.before,
            "to": carried.after,
            "rows": carried.rows,
            "answers": carried.cells,
            "newly_asked": len(carried.asked),
        },
        outputs=[{"kind": "template", "path": str(path)}],
        data=[
            dict(zip(("change", "sheet", "column", "note"), line, strict=True)) for line in lines
        ],
        text_zh=f"{carried.before} → {carried.after}：移入 {carried.rows} 行、"
        f"{carried.cells} 个答案，写到 {path}\n{shown or '没有新增的填报内容'}",
        text_en=f"{carried.before} -> {carried.after}: {carried.rows} rows, "
        f"{carried.cells} answers carried over to {path}\n{shown or 'nothing newly asked'}",
    )
