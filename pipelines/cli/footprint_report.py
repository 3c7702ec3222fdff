"""``tanyuan footprint report`` and ``offer``: a factor's development report, its candidacy.

Belongs here: words, files, answers. Does not belong here: what a report says
(``serve.development_report``), what is offered (``serve.offer``).
"""

from __future__ import annotations

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
    from pipelines.serve.development_report.facts import Facts

LANGUAGES = (("zh", 0), ("en", 1))
Output = Annotated[Path, typer.Option("-o", "--output", help="目录 folder for the files")]


def report(
    product: Product, output: Output, release: Release = None, inventory: Inventory = None,
    samples: Samples = None, seed: Seed = None, seeds: Seeds = None, home: Home = None,
) -> Result:  # fmt: skip
    """研制报告，中英文，网页与 Word | the development report, zh and en, HTML and docx."""
    settings = Settings.resolve(seeds, home)
    require_drawn(inventory, samples, seed)
    folder = folder_of(release, settings.home)
    facts, findings = _facts(product, folder, settings, inventory, (samples, seed))
    made, missing = _written(facts, output, settings)
    names = "、".join(one["title"] for one in missing[0])
    english = ", ".join(one["title"] for one in missing[1])
    tail = "".join(f"\n{one['path']}" for one in made)
    return Result(
        "footprint report",
        release=facts.release,
        summary={"missing": len(missing[0]), "files": len(made)},
        findings=findings,
        outputs=made,
        data={"product_id": product, "missing": missing[0]},
        text_zh=f"研制报告；缺 {len(missing[0])} 部分：{names}{tail}",
        text_en=f"development report; {len(missing[1])} parts missing: {english}{tail}",
    )


def offer(
    product: Product, output: Output, release: Release = None, seeds: Seeds = None,
    home: Home = None,
    licence: Annotated[str | None, typer.Option(help="许可 licence of the offer")] = None,
) -> Result:  # fmt: skip
    """把足迹作为候选因子提供 | offer a footprint as a candidate factor with its chain."""
    from pipelines.serve.offer import chain_files, csv_bytes, offered_row
    from schemas.submission import FACTOR_FORM

    settings = Settings.resolve(seeds, home)
    folder = folder_of(release, settings.home)
    facts, _ = _facts(product, folder, settings)
    row = offered_row(facts, _rights(facts, folder, licence))
    made, _ = _written(facts, output, settings)
    columns = [ask.name for ask in FACTOR_FORM.asks]
    files = {"factor.csv": csv_bytes([row], columns), **chain_files(facts)}
    with writing(output):
        for name, data in files.items():
            (output / name).write_bytes(data)
    made = [{"kind": "factor_submission" if name == "factor.csv" else "chain",
             "path": str(output / name)} for name in files] + made  # fmt: skip
    return Result(
        "footprint offer",
        release=facts.release,
        summary={"files": len(made)},
        outputs=made,
        data={"row": {name: str(value) for name, value in row.items()}},
        text_zh=f"候选因子 {row['value']} kgCO2e/{row['reference_unit']}：{output / 'factor.csv'}\n"
        f"接着可以：tanyuan check {output / 'factor.csv'}",
        text_en=f"candidate {row['value']} kgCO2e/{row['reference_unit']}: "
        f"{output / 'factor.csv'}\nnext: tanyuan check {output / 'factor.csv'}",
    )


def _rights(facts: Facts, folder: Path, licence: str | None) -> dict[str, str]:
    """Rights inherited from the factors used: the narrowest of what each allows.

    Raises:
        WrongUsage: the factors stand under several licences and none was named.
    """
    import polars as pl

    from schemas.vocabularies import AUTHORISATION_SCOPE, DATA_CLASS

    used = pl.DataFrame(
        list(facts.factors), schema={"factor_id": pl.String, "version": pl.String}, orient="row"
    )
    wanted = ("licence", "authorisation_scope", "data_class")
    held = pl.read_parquet(folder / "data" / "factor.parquet").join(
        used, on=["factor_id", "version"], how="semi"
    )
    found = {name: sorted(set(held[name].drop_nulls())) for name in wanted}
    if licence is None and len(found["licence"]) > 1:
        raise WrongUsage(
            finding("E-USE-02", value="--licence", what_zh="许可（所用因子的许可不止一种）",
                    what_en="licence: the factors used have several", expected=found["licence"])
        )  # fmt: skip
    scopes, classes = AUTHORISATION_SCOPE.codes, DATA_CLASS.codes
    return {
        "licence": licence or (found["licence"] or ["tanyuan-derived"])[0],
        "authorisation_scope": max(found["authorisation_scope"] or ["public"], key=scopes.index),
        "authorisation_document": f"tanyuan {facts.release} AUTHORISATION.md",
        "data_class": max(found["data_class"] or ["public"], key=classes.index),
    }


def _facts(
    product: str,
    folder: Path,
    settings: Settings,
    inventory: Path | None = None,
    draws: tuple[int | None, int | None] = (None, None),
) -> tuple[Facts, list[Finding]]:
    """What a report says, of a released product or of one computed against the release."""
    from pipelines.footprint.accounting_rule import accounting_blocks
    from pipelines.footprint.resolution_rule import resolution_block
    from pipelines.serve.development_report.facts import TABLES, facts_of

    tables, findings = tables_for(folder, TABLES, settings, inventory, None, draws)
    asked = tables["product"].filter(product_id=product)
    rules = accounting_blocks(settings.seeds)
    rule = {} if asked.is_empty() else rules.get(asked["accounting_rule"][0], {})
    facts = facts_of(
        tables, product, rule, resolution_block(settings.seeds), folder.name,
        computed_from=name_of(inventory),
    )  # fmt: skip
    return facts, findings


def _written(
    facts: Facts, output: Path, settings: Settings
) -> tuple[list[dict[str, str]], list[list[dict[str, Any]]]]:
    """Write the report in both languages; what was made, and the missing parts of each."""
    from pipelines.serve.development_report.document import write_document
    from pipelines.serve.development_report.named_parts import read_named_parts
    from pipelines.serve.development_report.page import page_of
    from pipelines.serve.development_report.report import missing_of, sections_of

    parts = read_named_parts(settings.seeds)
    made, missing = [], []
    name = facts.product["product_id"]
    with writing(output):
        output.mkdir(parents=True, exist_ok=True)
        for word, language in LANGUAGES:
            sections = sections_of(facts, parts, language)
            page, document = (output / f"{name}.report.{word}{end}" for end in (".html", ".docx"))
            page.write_text(page_of(facts, sections, language), "utf-8", newline="\n")
            write_document(facts, sections, language, document)
            made += [{"kind": "report", "path": str(page)},
                     {"kind": "report_document", "path": str(document)}]  # fmt: skip
            missing.append(missing_of(sections))
    return made, missing
