"""Rigour and traceability of factors in words, each with its evidence.

Belongs here: what reviewers said of a record, what a stated policy says of a whole source, and
which of the two a factor carries. Does not belong here: whether an opinion may say it
(``judgement_policy``), the scores of representativeness (``quality``).

Source:
    National guideline (环办气候函〔2025〕468号), part 3(5) and annex, step 8.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.tabular.text_table import read_rows
from schemas.render.frame import conform, ordered
from schemas.vocabularies import JUDGEMENT_LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pipelines.admit.reviewed import Reviews

FILE = "decisions/source_judgement.csv"
COLUMNS = ("source_id", "criterion", "level", "evidence_zh", "evidence_en", "citation")
CRITERIA = ("rigour", "traceability")
NOT_JUDGED = "not_judged"
LEVELS = tuple(code for code in JUDGEMENT_LEVEL.codes if code != NOT_JUDGED)
POLICY = "policy"


def words_of(opinion: Mapping[str, Any]) -> dict[str, str | None]:
    """The judgements of one opinion as columns; what it does not judge is not judged.

    Example:
        >>> words_of({"judgements": []})["rigour"]
        'not_judged'
    """
    said = {one["criterion"]: one for one in opinion.get("judgements", [])}
    found: dict[str, str | None] = {}
    for name in CRITERIA:
        one = said.get(name)
        found[name] = NOT_JUDGED if one is None else one["level"]
        found[f"{name}_evidence"] = None if one is None else one["evidence"]
    return found


def together(opinions: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What several opinions say of one record: the worst word holds, all evidence is kept.

    Args:
        opinions: opinion events on exactly one record.

    Returns:
        The columns of ``words_of`` and ``judged_by``.
    """
    given = sorted(opinions, key=lambda said: said["by"])
    found: dict[str, Any] = words_of({})
    people = set()
    for said in given:
        for one in said.get("judgements", []):
            name = one["criterion"]
            if name not in CRITERIA or one["level"] not in LEVELS:
                continue
            people.add(said["by"])
            before = found[name]
            if before == NOT_JUDGED or LEVELS.index(one["level"]) > LEVELS.index(before):
                found[name] = one["level"]
            kept = found[f"{name}_evidence"]
            told = f"{said['by']}：{one['evidence']}"
            found[f"{name}_evidence"] = told if kept is None else f"{kept}；{told}"
    return {**found, "judged_by": sorted(people)}


def read_source_judgements(seeds: Path) -> dict[str, dict[str, Any]]:
    """What the seeds' policy says of sources in words.

    Args:
        seeds: the seeds folder; without the file nothing is said.

    Returns:
        By source id the columns of ``words_of`` and ``judged_by``.

    Raises:
        FaultyData: E-TEXT-01, E-REV-31 to E-REV-33, E-SEED-09: a row names no source, criterion,
            level, evidence or citation.
    """
    if not (seeds / FILE).exists():
        return {}
    found: dict[str, dict[str, Any]] = {}
    faults = []
    for row in read_rows(seeds / FILE, needed=COLUMNS, name=FILE):
        cells = {name: row.get(name) or "" for name in COLUMNS}
        said, at = partial(finding, file=FILE), row.number
        if not cells["source_id"]:
            faults.append(said("E-TEXT-01", row=at, column="source_id"))
            continue
        held = found.setdefault(cells["source_id"], {**words_of({}), "judged_by": [POLICY]})
        if cells["criterion"] not in CRITERIA or held[cells["criterion"]] != NOT_JUDGED:
            faults.append(said("E-REV-31", row=at, value=cells["criterion"], expected=CRITERIA))
            continue
        if cells["level"] not in LEVELS:
            faults.append(said("E-REV-32", row=at, value=cells["level"], expected=LEVELS))
        if not (cells["evidence_zh"] and cells["evidence_en"]):
            faults.append(said("E-REV-33", row=at, value=cells["criterion"]))
        if not cells["citation"]:
            faults.append(said("E-SEED-09", row=at, column="citation"))
        held[cells["criterion"]] = cells["level"]
        held[f"{cells['criterion']}_evidence"] = f"{cells['evidence_zh']} | {cells['evidence_en']}"
    if faults:
        raise FaultyData(faults)
    return found


def with_judgements(
    quality: pl.DataFrame,
    factors: pl.DataFrame,
    reviews: Reviews,
    of_sources: Mapping[str, Mapping[str, Any]],
) -> pl.DataFrame:
    """The rows of ``factor_quality`` with what was said in words.

    Args:
        quality: (n) rows as scored.
        factors: (n) rows of ``factor`` with ``source_id`` and ``decision_kind``.
        reviews: what people decided, and said of exactly the record decided.
        of_sources: what the seeds' policy says of sources.

    Returns:
        (n) rows: people's words where people decided, else the policy's of the source.
    """
    from schemas.judgement import FACTOR_QUALITY

    columns = [f"{name}{end}" for name in CRITERIA for end in ("", "_evidence")]
    schema: dict[str, Any] = {
        **dict.fromkeys(["key", *columns], pl.String),
        "judged_by": pl.List(pl.String),
    }

    def told(rows: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
        listed: Sequence[dict[str, Any]] = [{"key": key, **row} for key, row in rows.items()]
        return pl.DataFrame(listed, schema=schema, orient="row")

    by_people = pl.col("decision_kind") == "person"
    keys = factors.select(
        "factor_id", "version",
        person_key=pl.when(by_people).then("factor_id"),
        source_key=pl.when(~by_people).then("source_id"),
    )  # fmt: skip
    joined = (
        quality.drop(*columns, "judged_by")
        .join(keys, on=["factor_id", "version"])
        .join(told(reviews.words), left_on="person_key", right_on="key", how="left")
        .join(told(of_sources), left_on="source_key", right_on="key", how="left", suffix="_source")
        .with_columns(pl.coalesce(name, f"{name}_source").alias(name)
                      for name in (*columns, "judged_by"))
        .with_columns(
            *(pl.col(name).fill_null(NOT_JUDGED) for name in CRITERIA),
            pl.col("judged_by").fill_null(pl.lit([], pl.List(pl.String))),
        )
    )  # fmt: skip
    return ordered(FACTOR_QUALITY, conform(FACTOR_QUALITY, joined))
