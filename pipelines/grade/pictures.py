"""The pictures of a release: one per benchmark of results, one label per graded product.

Belongs here: which pictures there are and what they take from the published rows. Does not
belong here: how they are drawn (``label``, ``picture``).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.grade.benchmarks import WITHOUT_OWNERS
from pipelines.grade.label import LabelFacts, label_svg
from pipelines.grade.picture import PictureFacts, picture_svg
from schemas.grade import GRADE_PICTURE
from schemas.render.frame import frame_of, ordered
from schemas.vocabularies import BOUNDARY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipelines.grade.benchmarks import Benchmark
    from pipelines.grade.svg import Words


def label_facts(
    grade: Mapping[str, Any],
    benchmark: Mapping[str, Any],
    thresholds: Sequence[Mapping[str, Any]],
    footprint: Mapping[str, Any],
) -> LabelFacts:
    """What a label says, from the rows of a release.

    Args:
        grade: the row of ``grade``, not withheld.
        benchmark: the row of ``benchmark`` of its rule.
        thresholds: the rows of ``grade_threshold`` of its rule, in order.
        footprint: the row of ``footprint`` of the product.
    """
    chances = json.loads(grade["probabilities"] or "{}")
    chance = chances.get(grade["label"])
    return LabelFacts(
        product_id=grade["product_id"],
        name_zh=footprint["name_zh"],
        name_en=footprint["name_en"],
        value=grade["graded_value"],
        unit=grade["graded_unit"],
        indicator=benchmark["indicator"],
        label=grade["label"],
        labels=tuple(t["label"] for t in thresholds),
        limits=tuple(t["upper_limit"] for t in thresholds),
        inclusion=thresholds[0]["inclusion"],
        probability=chance if chance is not None and chance < 1 else None,
        boundary_zh=BOUNDARY.zh(footprint["boundary"]),
        boundary_en=BOUNDARY.en(footprint["boundary"]),
        rule_id=grade["rule_id"],
        rule_version=grade["rule_version_no"],
        valid_until=benchmark["rule_valid_until"],
        is_demonstration="demonstration" in grade["flags"] or benchmark["is_demonstration"],
        is_provisional="provisional" in grade["flags"] or thresholds[0]["is_provisional"],
    )


def picture_facts(
    benchmark: Benchmark, own: tuple[str, float, float | None] | None = None
) -> PictureFacts:
    """What the picture of a benchmark says; single results only where no owner is behind them."""
    from pipelines.grade.tables import published_errors

    rule = benchmark.rule
    is_open = rule.population_kind in WITHOUT_OWNERS
    period = rule.reference_period
    return PictureFacts(
        title_zh=rule.title_zh,
        title_en=rule.title_en,
        unit=rule.indicator_unit,
        labels=rule.labels,
        limits=benchmark.limits,
        errors=tuple(published_errors(benchmark)),
        values=tuple(sorted(m.value for m in benchmark.judged)) if is_open else (),
        n=len(benchmark.judged),
        owners=benchmark.owners.count,
        rule_id=rule.rule_id,
        rule_version=rule.version,
        period="" if period is None else "–".join(str(y) for y in sorted(set(period))),
        own=own,
        is_demonstration=benchmark.is_demonstration,
        is_provisional=rule.is_provisional,
    )


def pictures_of(
    benchmarks: Sequence[Benchmark],
    tables: Mapping[str, pl.DataFrame],
    footprints: pl.DataFrame,
    words: Words,
) -> pl.DataFrame:
    """The table ``grade_picture``: file name and SVG.

    Energy standards have no picture: their levels stand in the tables.

    Args:
        benchmarks: of every rule.
        tables: the published tables of grading.
        footprints: results per product and GWP set.
        words: fixed words and colours.
    """
    given = tables["grade"].filter(~pl.col("is_withheld")).to_dicts()
    own = {g["rule_id"]: g for g in reversed(given)}
    spread = {
        (r["product_id"]): r["gsd2"] for r in footprints.sort("gwp_set").iter_rows(named=True)
    }
    rows = []
    for benchmark in benchmarks:
        name = benchmark.rule.rule_id
        if not benchmark.limits or benchmark.rule.indicator != "carbon_footprint":
            continue
        shown = own.get(name)
        result = shown and (
            shown["product_id"], shown["graded_value"], spread[shown["product_id"]]
        )  # fmt: skip
        svg = picture_svg(picture_facts(benchmark, result or None), words)
        rows.append({"picture_name": f"benchmark-{name}.svg", "svg": svg})
    rows += [
        {
            "picture_name": f"label-{grade['product_id']}-{grade['rule_id']}.svg",
            "svg": label_svg(facts_of_grade(grade, tables, footprints), words),
        }
        for grade in given
    ]
    return ordered(GRADE_PICTURE, frame_of(GRADE_PICTURE, rows))


def write_pictures(folder: Path, pictures: pl.DataFrame) -> None:
    """Write the pictures of a release under ``grades/``.

    Args:
        folder: the release folder.
        pictures: the table ``grade_picture``.
    """
    (folder / "grades").mkdir(exist_ok=True)
    for name, svg in pictures.select("picture_name", "svg").iter_rows():
        (folder / "grades" / name).write_text(svg, "utf-8")


def facts_of_grade(
    grade: Mapping[str, Any], tables: Mapping[str, pl.DataFrame], footprints: pl.DataFrame
) -> LabelFacts:
    """What the label of a row of ``grade`` says, from the tables of its release."""
    mine = (pl.col("rule_id") == grade["rule_id"]) & (
        pl.col("rule_version_no") == grade["rule_version_no"]
    )
    footprint = footprints.filter(product_id=grade["product_id"]).sort("gwp_set").row(0, named=True)
    return label_facts(
        grade,
        tables["benchmark"].filter(mine).row(0, named=True),
        tables["grade_threshold"].filter(mine).sort("position").to_dicts(),
        footprint,
    )
