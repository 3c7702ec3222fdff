"""The pages of a release that people read, from templates and the release's own tables.

Belongs here: the figures and lists the templates show. Does not belong here: their words
(``templates/*.jinja``), the catalogue of factors (a page of its own).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import polars as pl

from pipelines.publish.by_id import characters
from schemas import PUBLISHED
from schemas.render.dictionary import plain
from schemas.vocabularies import ALL_VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TEMPLATES = Path(__file__).parent / "templates"
PAGES = {
    "README.md.jinja": "README.md",
    "readme_zh.md.jinja": "读我.md",
    "licence.md.jinja": "LICENSE.md",
    "authorisation.md.jinja": "AUTHORISATION.md",
    "citation.cff.jinja": "CITATION.cff",
    "citation.bib.jinja": "citation.bib",
    "citation.ris.jinja": "citation.ris",
    "citation.txt.jinja": "引用.txt",
    "changelog.md.jinja": "changes/CHANGELOG.md",
    "dictionary.html.jinja": "dictionary/dictionary.html",
    "requirements.html.jinja": "requirements.html",
}
SHOWN_CHANGES = 40
SECTIONS = (
    ("勘误", "Corrections of errors", pl.col("change_reason") == "correction"),
    ("召回", "Recalls", pl.col("change_reason") == "recall"),
    ("撤回", "Withdrawn", pl.col("change_class") == "withdrawn"),
    ("大幅变化（15 % 以上）", "Large changes (15 % and more)", pl.col("tier") == "large"),
    ("中幅变化（1 % 以上）", "Moderate changes (1 % and more)", pl.col("tier") == "moderate"),
    ("其他", "Other", pl.lit(value=True)),
)


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.jinja",)),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    environment.filters["cell"] = lambda text: (
        "" if text is None else str(text).replace("|", "\\|").replace("\n", " ")
    )
    names = {v.name: {c: (zh, en) for c, zh, en in v.items} for v in ALL_VOCABULARIES}
    environment.globals["word"] = lambda vocabulary, code: names[vocabulary].get(code, (code, code))
    return environment


def figures_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """The counts a first page shows.

    Returns:
        ``factors``, ``admitted``, ``provisional``, ``refused``, ``parameters``, ``skipped``,
        ``rows_in``, ``candidates``, ``sources``, ``products``, ``categories``, ``graded``.
    """
    counts = tables["source_count"].sum()
    status = tables["factor"]["status"]
    judged = _categories(tables["benchmark"])
    return {
        "rows_in": counts["rows_in"][0],
        "candidates": counts["candidates"][0],
        "parameters": counts["parameters"][0],
        "skipped": counts["skipped"][0],
        "admitted": int((status == "admitted").sum()),
        "provisional": int((status == "provisional").sum()),
        "factors": tables["factor"].height,
        "refused": tables["refused_factor"].height,
        "sources": tables["source"]["source_id"].n_unique(),
        "products": tables["footprint"]["product_id"].n_unique(),
        "categories": judged.height,
        "graded": int(judged["is_graded"].sum()),
    }


def _categories(benchmark: pl.DataFrame) -> pl.DataFrame:
    """The benchmarks that judge footprints; levels of energy standards stand in the tables."""
    return benchmark.filter(benchmark["indicator"] == "carbon_footprint")


def _plain(value: float) -> str:
    """Four significant digits without an exponent."""
    return f"{float(f'{value:.4g}'):,.10g}"


def _compared(check: dict[str, Any]) -> dict[str, Any]:
    """A published check value and ours, both in the published unit."""
    ratio = check["ratio"]
    return {
        **check,
        "published": _plain(check["check_value"]),
        "ours": None if ratio is None else _plain(check["check_value"] * ratio),
    }


def _articles(requirement: pl.DataFrame) -> list[dict[str, Any]]:
    """The articles in the order of their documents, document and clause apart."""
    rows = []
    for row in requirement.sort("position").iter_rows(named=True):
        document, _, clause = row["article"].partition(" ")
        rows.append({**row, "document": document, "clause": clause})
    return rows


def sections_of(change: pl.DataFrame) -> list[dict[str, Any]]:
    """The changes in the order a reader needs: what was wrong, what is gone, what moved far.

    Args:
        change: the ``change`` table; added factors are only counted.

    Returns:
        ``title_zh``, ``title_en``, ``rows`` and ``more`` (rows not shown), for each section
        that has rows; every change stands in one section.
    """
    left = change.filter(pl.col("change_class") != "added").sort(
        -pl.col("footprints_moved"), "factor_id", "column_name"
    )
    found = []
    for title_zh, title_en, holds in SECTIONS:
        rows = left.filter(holds)
        left = left.filter(~holds)
        if not rows.is_empty():
            shown = rows.head(SHOWN_CHANGES).to_dicts()
            found.append(
                {
                    "title_zh": title_zh,
                    "title_en": title_en,
                    "rows": shown,
                    "more": rows.height - len(shown),
                }
            )
    return found


def _facts(tables: Mapping[str, pl.DataFrame], info: Mapping[str, Any]) -> dict[str, Any]:
    by_class = tables["change"].group_by("change_class").len().sort("change_class").to_dicts()
    return {
        "info": info,
        "figures": figures_of(tables),
        "counts": tables["source_count"].to_dicts(),
        "sources": tables["source"].to_dicts(),
        "titles": {r["source_id"]: r for r in tables["source"].to_dicts()},
        "footprints": tables["footprint"].to_dicts(),
        "checks": [_compared(row) for row in tables["footprint_check"].to_dicts()],
        "benchmarks": _categories(tables["benchmark"]).to_dicts(),
        "requirements": _articles(tables["requirement"]),
        "refused": tables["refused_factor"].to_dicts(),
        "change_counts": by_class,
        "changes": sections_of(tables["change"]),
        "changed": tables["change"].height,
        "columns": plain(PUBLISHED),
        "declared": PUBLISHED,
        "example": _example(tables["factor"]),
        "vocabularies": ALL_VOCABULARIES,
    }  # fmt: skip


def _example(factor: pl.DataFrame) -> dict[str, str]:
    """A factor to show how one is looked up: its id, its activity, the file its id begins."""
    if factor.is_empty():
        return {"factor_id": "", "flow_id": "", "file": "F"}
    row = factor.sort("factor_id", "version").row(0, named=True)
    head = row["factor_id"][: characters(factor.height)]
    return {"factor_id": row["factor_id"], "flow_id": row["flow_id"], "file": head}


def _by_licence(
    tables: Mapping[str, pl.DataFrame], separate: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Every licence of the release with its rows and the file they stand in."""
    apart = {entry["licence"]: entry for entry in separate}
    sources = tables["source"].group_by("licence").agg(pl.col("source_id").unique().sort())
    common = dict(tables["factor"]["licence"].value_counts().iter_rows())
    rows = []
    for row in tables["licence"].join(sources, on="licence").sort("licence").to_dicts():
        own = apart.get(row["licence"], {"tables": []})
        held = {t["name"]: t["rows"] for t in own["tables"]}
        rows.append(
            {**row, "common": common.get(row["licence"], 0), "separate": held.get("factor", 0)}
        )
    return rows


def write_pages(
    folder: Path,
    tables: Mapping[str, pl.DataFrame],
    info: Mapping[str, Any],
    separate: Sequence[Mapping[str, Any]] = (),
    withdrawn: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write the pages of a release.

    Args:
        folder: the release folder.
        tables: the release's tables.
        info: the row of ``release_info``.
        separate: what stands in separate files, as in the manifest.
        withdrawn: earlier releases withdrawn since, as in the manifest.
    """
    environment = _environment()
    facts = _facts(tables, info) | {
        "by_licence": _by_licence(tables, separate),
        "separate": separate,
        "withdrawn": withdrawn,
        "withheld": tables["withheld_source"].to_dicts(),
        "notices": sorted(p.name for p in (folder / "notices").glob("*.md")),
    }
    for template, name in PAGES.items():
        text = environment.get_template(template).render(facts)
        (folder / name).write_text(text, "utf-8")


def write_quality_report(
    folder: Path,
    info: Mapping[str, Any],
    contracts: list[dict[str, Any]],
    outcome: Mapping[str, Any],
) -> None:
    """Write ``quality/report.html``: contracts checked and expectations over the files.

    Args:
        folder: the release folder.
        info: the row of ``release_info``.
        contracts: one entry per table, from the gate.
        outcome: result of the expectations.
    """
    text = _environment().get_template("quality.html.jinja").render(
        info=info, contracts=contracts, results=outcome["results"]
    )  # fmt: skip
    (folder / "quality" / "report.html").write_text(text, "utf-8")
