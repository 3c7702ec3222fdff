"""``tanyuan grade explain, label, procurement, progress, reduction``: answers from releases.

Belongs here: the options and what is shown. Does not belong here: the reckoning (room
``grade``).
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.grade_options import Day, Seeds, day_of
from pipelines.cli.output_place import writing
from pipelines.cli.presentation import Result
from pipelines.cli.release_folder import folder_of
from pipelines.settings import Settings

if TYPE_CHECKING:
    import polars as pl

Home = Annotated[Path | None, typer.Option(help="状态目录 home")]
Release = Annotated[str | None, typer.Option(help="发布编号或目录 release id or folder")]
From = Annotated[str, typer.Option("--from", help="较早的发布 the former release")]
To = Annotated[str | None, typer.Option("--to", help="较晚的发布 the later release")]
Rule = Annotated[str | None, typer.Option(help="规则编号 rule id")]
Product = Annotated[str, typer.Argument(help="产品编号 product id")]
Out = Annotated[Path | None, typer.Option("-o", "--output", help="文件 file")]


def _read(release: str | None, home: Path | None) -> tuple[str, dict[str, pl.DataFrame]]:
    from pipelines.grade.standing import graded_tables

    folder = folder_of(release, home)
    return folder.name, graded_tables(folder)


def explain(
    product: Product,
    former: From,
    later: To = None,
    rule: Rule = None,
    output: Out = None,
    home: Home = None,
    seeds: Seeds = None,
) -> Result:
    """等级为何变动：四个原因逐位相加 | why a grade changed, four causes that add up."""
    from pipelines.grade.explain import CAUSES
    from pipelines.grade.explain import explain as causes_of
    from pipelines.grade.explain_page import NAMES, explanation_html, signed
    from pipelines.grade.standing import grade_row, standing_of
    from pipelines.grade.svg import read_words

    read = [_read(name, home) for name in (former, later)]
    chosen = grade_row(read[0][1], product, rule)
    before, after = (standing_of(tables, product, chosen["rule_id"], name) for name, tables in read)
    found = causes_of(before, after)
    outputs = []
    if output is not None:
        words = read_words(Settings.resolve(seeds).seeds)
        page = explanation_html(found, chosen["graded_unit"], words)
        with writing(output):
            output.write_text(page, "utf-8")
        outputs = [{"kind": "explanation", "path": str(output)}]
    shown = [f"  {NAMES[cause]:<44} {signed(found.effects[cause])}" for cause in CAUSES]
    head = f"{product} {before.label} → {after.label}"
    return Result(
        "grade explain",
        summary={"from": before.label, "to": after.label, "change": str(found.change)},
        outputs=outputs,
        data={
            "product_id": product,
            "rule_id": before.rule_id,
            "unit": chosen["graded_unit"],
            "from": _side(before.release_id, before.label, before.value, found.margin_before),
            "to": _side(after.release_id, after.label, after.value, found.margin_after),
            "change": str(found.change),
            "effects": {cause: str(found.effects[cause]) for cause in CAUSES},
            "factors": [{**asdict(one), "effect": str(one.effect)} for one in found.factors],
        },
        release=after.release_id,
        text_zh="\n".join([head, *shown, f"  {'合计':<44} {signed(found.change)}"]),
        text_en="\n".join([head, *shown, f"  {'sum':<44} {signed(found.change)}"]),
    )


def _side(release: str, label: str | None, value: Any, margin: Any) -> dict[str, Any]:
    return {"release": release, "label": label, "value": str(value), "margin": str(margin)}


def label(
    product: Product,
    rule: Rule = None,
    release: Release = None,
    output: Out = None,
    png: Annotated[Path | None, typer.Option(help="同时输出 PNG also a PNG")] = None,
    home: Home = None,
    seeds: Seeds = None,
) -> Result:
    """分级标签，SVG 或 PNG | the grade label, SVG or PNG."""
    from pipelines.grade.label import label_svg
    from pipelines.grade.pictures import facts_of_grade
    from pipelines.grade.standing import grade_row
    from pipelines.grade.svg import read_words, to_png

    name, tables = _read(release, home)
    grade = grade_row(tables, product, rule)
    facts = facts_of_grade(grade, tables, tables["footprint"])
    svg = label_svg(facts, read_words(Settings.resolve(seeds).seeds))
    target = output or Path(f"label-{product}-{grade['rule_id']}.svg")
    with writing(target):
        target.write_text(svg, "utf-8")
    outputs = [{"kind": "label", "path": str(target)}]
    if png is not None:
        picture = to_png(svg, 1260)
        with writing(png):
            png.write_bytes(picture)
        outputs.append({"kind": "label_png", "path": str(png)})
    return Result(
        "grade label",
        summary={"grade": grade["label"], "is_demonstration": facts.is_demonstration},
        outputs=outputs,
        data={**asdict(facts), "svg": svg},
        release=name,
        text_zh=f"{product} {grade['label']}：{target}",
        text_en=f"{product} {grade['label']}: {target}",
    )


def procurement(
    on: Day = None,
    best: Annotated[int, typer.Option(help="取前几级 classes from the best on")] = 2,
    release: Release = None,
    home: Home = None,
    seeds: Seeds = None,
) -> Result:
    """某日有效的采购清单 | the procurement list as of a day."""
    from pipelines.grade.lists import procurement_list

    name, tables = _read(release, home)
    day = day_of(on, Settings.resolve(seeds).seeds)
    found = procurement_list(tables, day, best)
    lines = [
        f"{r['label']:<10} {r['product_id']:<36} {r['graded_value']:.6g} {r['graded_unit']}  "
        f"{r['rule_valid_until']}  {' '.join(r['flags'])}"
        for r in found
    ]
    return Result(
        "grade procurement",
        summary={"products": len(found), "on": str(day)},
        data={"on": str(day), "products": found},
        release=name,
        text_zh="\n".join(lines) or "没有符合的产品",
        text_en="\n".join(lines) or "no product qualifies",
    )


def progress(release: Release = None, home: Home = None) -> Result:
    """进展：规则、因子、产品、核查占比 | progress: rules, factors, products, verified share."""
    import polars as pl

    from pipelines.grade.lists import progress as figures_of

    name, tables = _read(release, home)
    factors = pl.read_parquet(folder_of(release, home) / "data" / "factor.parquet")
    found = figures_of({**tables, "factor": factors})
    text = "\n".join(f"{key:<22} {value}" for key, value in found.items())
    return Result(
        "grade progress", summary=found, data=found, release=name, text_zh=text, text_en=text
    )


def reduction(product: Product, former: From, later: To = None, home: Home = None) -> Result:
    """两次可比结果之间的减排说明 | the reduction between two results that compare."""
    from pipelines.grade.lists import reduction as reduced

    (_, before), (name, after) = (_read(release, home) for release in (former, later))
    found = reduced(before, after, product)
    share = "-" if found["relative"] is None else f"{float(found['relative']):.2%}"
    return Result(
        "grade reduction",
        summary={"reduction": found["reduction"], "relative": found["relative"]},
        data=found,
        release=name,
        text_zh=f"{product}：{found['before']} → {found['after']} {found['unit']}，减少 {share}",
        text_en=f"{product}: {found['before']} to {found['after']} {found['unit']}, less {share}",
    )
