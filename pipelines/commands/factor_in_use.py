"""A published factor scored for a context of use: the release's rows, the seeds' rubrics."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.admit.use_context import context_of, scores_in_use
from pipelines.admit.use_rubric import read_use_rubrics

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "tanyuan-use-1"
PRECISION = "precision_score"


def in_use(seeds: Path, folder: Path, factor: dict[str, Any], text: str) -> dict[str, Any]:
    """How well a factor represents a use.

    Args:
        seeds: the seeds folder, for the rubrics.
        folder: the release folder, for its regions.
        factor: a factor with its ``factor_quality``, as looked up in the release.
        text: the use, such as ``region=210100,year=2026``.

    Returns:
        ``context``; ``dqr``: mean of TeR, GeR, TiR and P (of its own scope, since precision
        does not depend on the use); ``scores`` by scale, never mixed.

    Raises:
        WrongUsage: the use is not readable.
        FaultyData: a rubric is faulty.
    """
    rows = pl.read_parquet(folder / "data" / "region.parquet").to_dicts()
    regions = {row["region_code"]: row for row in rows}
    context = context_of(text, regions)
    own = factor["factor_quality"][0]
    scales = {
        name: [asdict(s) for s in scores_in_use(factor, own, context, rubric, regions)]
        for name, rubric in read_use_rubrics(seeds).items()
    }
    main = [s["score"] for s in scales[MAIN]] + [own[PRECISION]]
    return {
        "context": asdict(context),
        "dqr": sum(main) / len(main),
        "dqr_own_scope": own["dqr"],
        "precision_score": own[PRECISION],
        "scores": scales,
    }
