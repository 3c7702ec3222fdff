"""Refused candidates told in words: every reason filled in, with what was read beside it.

Belongs here: the ``refused_factor`` table. Does not belong here: which reasons stand
(``rules``), their wording (the catalogue of findings).
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit.rules import NUMBERS
from pipelines.findings import catalogue
from schemas.judgement import REFUSED_FACTOR
from schemas.render.frame import conform, ordered

if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN = "-"
# The word of a text to the column of a judged candidate that fills it.
WORDS = {
    "name": pl.col("name_zh"),
    "source": pl.col("source_id"),
    "until": pl.col("authorisation_until").cast(pl.String),
    "other": pl.col("repeated"),
    "gas": pl.col("gases_lacking"),
    "gwp_set": pl.col("gwp_set"),
    "parent": pl.col("closed_parent"),
    "parent_source": pl.col("closed_source"),
    "refused_parent": pl.col("refused_parent"),
    "uncertainty": pl.concat_str(["uncertainty_kind", "uncertainty_value"], separator=" "),
    "fault": pl.col("uncertainty_fault"),
    "number": pl.concat_str(
        [pl.when(~pl.col(name).is_finite()).then(pl.lit(name)) for name in NUMBERS]
        + [pl.when("has_endless_gas").then(pl.lit("mass"))],
        separator=", ",
        ignore_nulls=True,
    ),
}


def told(template: str) -> pl.Expr:
    """A catalogue text with its words filled in from each row; what is unknown is a dash.

    Raises:
        KeyError: the text asks for a word that no column fills.
    """
    parts: list[pl.Expr] = []
    for literal, word, _, _ in string.Formatter().parse(template):
        if literal:
            parts.append(pl.lit(literal))
        if word is not None:
            parts.append(WORDS[word].fill_null(UNKNOWN))
    return pl.concat_str(parts)


def refused_factors(
    judged: pl.DataFrame, evidence: pl.DataFrame, codes: Sequence[str]
) -> pl.DataFrame:
    """The ``refused_factor`` rows of the candidates against which something stands.

    Args:
        judged: candidates with ``reason_codes`` and ``decision_id``.
        evidence: the ``evidence`` table.
        codes: every code that may stand, in the order in which they stand in a row.

    Returns:
        One row per refused candidate, sorted by id.
    """
    refused = judged.filter(pl.col("reason_codes").list.len() > 0).join(
        evidence.select("evidence_id", "text_found", "unit_found"),
        on="evidence_id",
        how="left",
    )
    texts = {
        language: pl.concat_str(
            [
                pl.when(pl.col("reason_codes").list.contains(code)).then(
                    told(getattr(catalogue()[code], language))
                )
                for code in codes
            ],
            separator=separator,
            ignore_nulls=True,
        )
        for language, separator in (("zh", "；"), ("en", "; "))
    }
    rows = refused.with_columns(
        pl.col("text_found", "unit_found").fill_null(UNKNOWN),
        reasons_zh=texts["zh"],
        reasons_en=texts["en"],
    )
    return ordered(REFUSED_FACTOR, conform(REFUSED_FACTOR, rows))
