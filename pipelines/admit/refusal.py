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
NAMED = ("record_key", "name_zh", "name_en", "source_id")
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
    "breach": pl.col("breach"),
    "number": pl.concat_str(
        [pl.when(~pl.col(name).is_finite()).then(pl.lit(name)) for name in NUMBERS]
        + [pl.when("has_endless_gas").then(pl.lit("mass"))],
        separator=", ",
        ignore_nulls=True,
    ),
}
DIGITS = 9


def _figure(name: str) -> pl.Expr:
    return pl.col(name).round_sig_figs(DIGITS).cast(pl.String)


# Words that mean another thing in the text of one code.
WORDS_OF = {
    "A-PLA-03": {"total": _figure("total_of_parts"), "value": _figure("value")},
    "A-PLA-04": {"total": _figure("co2e"), "value": _figure("value")},
}


def words_of(code: str) -> dict[str, pl.Expr]:
    """What fills the words of a code's texts, over judged candidates; unknown is a dash."""
    named = {**WORDS, **WORDS_OF.get(code, {})}
    return {word: text.fill_null(UNKNOWN) for word, text in named.items()}


def words_by_code(
    judged: pl.DataFrame, codes: Sequence[str]
) -> dict[str, dict[str, dict[str, str]]]:
    """By code and factor id, what fills the words of the code's texts.

    Args:
        judged: (n) judged candidates.
        codes: the codes asked for.
    """
    return {
        code: {
            row.pop("factor_id"): row
            for row in judged.select("factor_id", **words_of(code)).iter_rows(named=True)
        }
        for code in codes
    }


def told(code: str, language: str) -> pl.Expr:
    """A code's text with its words filled in from each row; what is unknown is a dash.

    Raises:
        KeyError: the text asks for a word that no column fills.
    """
    words = words_of(code)
    parts: list[pl.Expr] = []
    template = getattr(catalogue()[code], language)
    for literal, word, _, _ in string.Formatter().parse(template):
        if literal:
            parts.append(pl.lit(literal))
        if word is not None:
            parts.append(words[word])
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
                pl.when(pl.col("reason_codes").list.contains(code)).then(told(code, language))
                for code in codes
            ],
            separator=separator,
            ignore_nulls=True,
        )
        for language, separator in (("zh", "；"), ("en", "; "))
    }
    # A row refused for what it lacks is told all the same.
    has_evidence, has_source = pl.col("has_evidence"), pl.col("source_class").is_not_null()
    rows = refused.with_columns(
        pl.col("text_found", "unit_found").fill_null(UNKNOWN),
        *(
            pl.when(pl.col(name).str.strip_chars() != "")
            .then(name)
            .otherwise(pl.lit(UNKNOWN))
            .alias(name)
            for name in NAMED
        ),
        pl.when(has_evidence).then("evidence_id"),
        pl.when(has_source).then("edition"),
        reasons_zh=texts["zh"],
        reasons_en=texts["en"],
    )
    return ordered(REFUSED_FACTOR, conform(REFUSED_FACTOR, rows))
