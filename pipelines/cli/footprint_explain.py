"""``tanyuan footprint explain`` and ``export``: why a footprint is what it is.

Belongs here: words, files, answers. Does not belong here: explaining (``serve.explain``).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.footprint_options import (
    Home,
    Inventory,
    Product,
    Release,
    Samples,
    Seed,
    Seeds,
    require_drawn,
)
from pipelines.cli.output_place import writing
from pipelines.cli.presentation import Result
from pipelines.cli.release_folder import folder_of
from pipelines.cli.unreleased import name_of, tables_for
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.findings import Finding

FORMATS = (".xlsx", ".csv", ".json")
PAGES = (("zh", 0), ("en", 1))
Set = Annotated[str | None, typer.Option(help="GWP 集，默认产品自己的 GWP set")]


def explain(
    product: Product,
    gwp: Set = None,
    release: Release = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="网页与工作簿的目录 folder for files")
    ] = None,
    inventory: Inventory = None,
    samples: Samples = None,
    seed: Seed = None,
    seeds: Seeds = None,
    home: Home = None,
) -> Result:
    """说明一个产品的结果从何而来 | explain where a footprint comes from."""
    from pipelines.serve.explain.book import write_book
    from pipelines.serve.explain.page import page_of
    from pipelines.serve.explain.text import text_of

    told, folder, findings = _explained(
        product, gwp, release, Settings.resolve(seeds, home), inventory, (samples, seed)
    )
    name = folder.name
    made = []
    if output is not None:
        with writing(output):
            output.mkdir(parents=True, exist_ok=True)
            for word, language in PAGES:
                path = output / f"{product}.{word}.html"
                page = page_of(told, name, language, _way(output, folder))
                path.write_text(page, "utf-8", newline="\n")
                made.append({"kind": "page", "path": str(path)})
            write_book(told, output / f"{product}.xlsx", name)
        made.append({"kind": "workbook", "path": str(output / f"{product}.xlsx")})
    tail = "".join(f"\n{one['path']}" for one in made)
    return Result(
        "footprint explain",
        release=name,
        summary={"lines": len(told["lines"]), "uncovered": len(told["uncovered"])},
        findings=findings,
        outputs=made,
        data=told,
        text_zh=text_of(told, name, 0) + tail,
        text_en=text_of(told, name, 1) + tail,
    )


def export(
    product: Product,
    output: Annotated[Path, typer.Option("-o", "--output", help="文件 file: .xlsx .csv .json")],
    gwp: Set = None,
    release: Release = None,
    inventory: Inventory = None,
    samples: Samples = None,
    seed: Seed = None,
    seeds: Seeds = None,
    home: Home = None,
) -> Result:
    """导出一个产品的结果 | export a footprint by suffix: xlsx, csv, json."""
    from pipelines.serve.explain.book import csv_bytes, json_bytes, write_book

    suffix = output.suffix.lower()
    if suffix not in FORMATS:
        raise WrongUsage(
            finding("E-USE-02", value=str(output), what_zh="导出格式", what_en="format",
                    expected=FORMATS)
        )  # fmt: skip
    told, folder, findings = _explained(
        product, gwp, release, Settings.resolve(seeds, home), inventory, (samples, seed)
    )
    name = folder.name
    with writing(output):
        if suffix == ".xlsx":
            write_book(told, output, name)
        else:
            output.write_bytes(csv_bytes(told) if suffix == ".csv" else json_bytes(told))
    return Result(
        "footprint export",
        release=name,
        summary={"lines": len(told["lines"])},
        findings=findings,
        outputs=[{"kind": suffix.removeprefix("."), "path": str(output)}],
        data={"product_id": product, "value": told["value"], "gwp_set": told["gwp_set"]},
        text_zh=f"{told['value']} kgCO2e，{len(told['lines'])} 行：{output}",
        text_en=f"{told['value']} kgCO2e, {len(told['lines'])} lines: {output}",
    )


def _way(start: Path, folder: Path) -> str:
    """The way from a folder of pages to a release's catalogue, as a page writes it."""
    try:
        return f"{Path(os.path.relpath(folder, start)).as_posix()}/"
    except ValueError:
        # On another drive: only a full address leads there.
        return f"{folder.resolve().as_uri()}/"


def _explained(
    product: str,
    gwp: str | None,
    release: str | None,
    settings: Settings,
    inventory: Path | None,
    draws: tuple[int | None, int | None],
) -> tuple[dict[str, Any], Path, list[Finding]]:
    """The explanation of a product, the folder of its release, what is told of computing it."""
    from pipelines.serve.explain.explanation import TABLES, explanation_of

    require_drawn(inventory, *draws)
    folder = folder_of(release, settings.home)
    tables, findings = tables_for(folder, TABLES, settings, inventory, gwp, draws)
    told = explanation_of(tables, product, gwp, computed_from=name_of(inventory))
    return told, folder, findings
