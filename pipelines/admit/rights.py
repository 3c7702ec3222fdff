"""What may be passed on: the rights of sources, and those a derived value inherits.

Belongs here: the rights beside each candidate, the strictest of its parents. Does not
belong here: which reason follows (``rules``), which licences may stand together in one
release (``pipelines.publish``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabularies import AUTHORISATION_SCOPE, DATA_CLASS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.admit.rulebook import Rulebook

# Scopes under which a single figure may be passed on to everybody.
OPEN_SCOPES = ("public", "figures_only")
PUBLIC = "public"
# Strictest last.
ORDER = {"authorisation_scope": AUTHORISATION_SCOPE.codes, "data_class": DATA_CLASS.codes}


def source_rights(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The rights of every edition of a source, and whether its licence lets figures go on."""
    licence = tables["licence"].select(
        "licence", pl.col("is_redistributable").alias("source_licence_lets")
    )
    return (
        tables["source"]
        .select(
            "source_id",
            "edition",
            "licence",
            "onward_publication",
            "authorisation_until",
            pl.col("authorisation_scope").alias("source_scope"),
            pl.col("data_class").alias("source_class"),
        )
        .join(licence, on="licence", how="left")
        .drop("licence")
    )


def has_no_right(rulebook: Rulebook) -> pl.Expr:
    """Whether a source gives no right of publication at the release; unknown is none."""
    is_open = (
        pl.col("onward_publication")
        & pl.col("source_licence_lets")
        & (pl.col("source_class") == PUBLIC)
        & pl.col("source_scope").is_in(OPEN_SCOPES)
        & (pl.col("authorisation_until").fill_null(rulebook.released_on) >= rulebook.released_on)
    )
    return ~is_open.fill_null(value=False)


def parents_of(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every record that rests on others, with each of them.

    Returns:
        record_id, source_id, parent_id (without version).
    """
    named = (
        tables["evidence"]
        .filter(pl.col("parents").list.len() > 0)
        .select("evidence_id", pl.col("parents").alias("parent_id"))
        .explode("parent_id")
        .with_columns(pl.col("parent_id").str.split("@").list.first())
    )
    records = _records(tables).select("record_id", "source_id", "evidence_id")
    told = records.join(named, on="evidence_id").sort("record_id", "parent_id")
    return told.select("record_id", "source_id", "parent_id")


def _records(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Candidates and parameters alike: id, source, edition, evidence, own rights."""
    own = ("source_id", "edition", "evidence_id")
    return pl.concat(
        [
            tables["candidate"].select(
                pl.col("factor_id").alias("record_id"), *own, "licence", *ORDER
            ),
            tables["parameter"].select(pl.col("parameter_id").alias("record_id"), *own),
        ],
        how="diagonal",
    )


def _as_parents(
    tables: Mapping[str, pl.DataFrame], links: pl.DataFrame, rulebook: Rulebook
) -> pl.DataFrame:
    """The records that others rest on: may they be passed on, how strict are their rights?"""
    lets = tables["licence"].select("licence", pl.col("is_redistributable").alias("licence_lets"))
    held = (
        _records(tables)
        .join(links, left_on="record_id", right_on="parent_id", how="semi")
        .join(source_rights(tables), on=["source_id", "edition"], how="left")
        .join(lets, on="licence", how="left")
        .with_columns(
            _strictest("authorisation_scope", "source_scope"),
            _strictest("data_class", "source_class"),
        )
    )
    # A parameter has no licence but its source's.
    is_own_closed = pl.col("licence").is_not_null() & ~pl.col("licence_lets")
    open_ranks = [ORDER["authorisation_scope"].index(scope) for scope in OPEN_SCOPES]
    return held.select(
        pl.col("record_id").alias("parent_id"),
        pl.col("source_id").alias("parent_source"),
        has_no_right(rulebook).alias("is_closed")
        | is_own_closed
        | (pl.col("data_class") != ORDER["data_class"].index(PUBLIC))
        | ~pl.col("authorisation_scope").is_in(open_ranks),
        *ORDER,
    )


def inherited_rights(tables: Mapping[str, pl.DataFrame], rulebook: Rulebook) -> pl.DataFrame:
    """What derived candidates inherit from their parents, through every generation.

    Args:
        tables: ``candidate``, ``parameter``, ``evidence``, ``source``, ``licence``.
        rulebook: the date of the release, and the stated rules that let a right down.

    Returns:
        factor_id; closed_parent and closed_source, null where every parent may be passed
        on; inherited_authorisation_scope and inherited_data_class, the strictest of the
        parents.
    """
    links = parents_of(tables)
    let_down = pl.DataFrame(
        rulebook.derived_rights,
        schema={"source_id": pl.String, "parent_source": pl.String},
        orient="row",
    ).with_columns(is_let_down=True)
    known = _as_parents(tables, links, rulebook)
    while True:
        told = (
            links.join(known, on="parent_id", how="left", maintain_order="left")
            .join(let_down, on=["source_id", "parent_source"], how="left", maintain_order="left")
            .filter(pl.col("is_let_down").is_null())
            # A parent nobody knows gives no right.
            .with_columns(pl.col("is_closed").fill_null(value=True))
        )
        of_parents = told.group_by("record_id").agg(
            pl.col("parent_id").filter("is_closed").first().alias("closed_parent"),
            pl.col("parent_source").filter("is_closed").first().alias("closed_source"),
            *(pl.col(name).max() for name in ORDER),
        )
        after = _handed_down(known, of_parents)
        if after.equals(known):
            return of_parents.select(
                pl.col("record_id").alias("factor_id"),
                "closed_parent",
                "closed_source",
                *(_code(name).alias(f"inherited_{name}") for name in ORDER),
            )
        known = after


def _handed_down(known: pl.DataFrame, of_parents: pl.DataFrame) -> pl.DataFrame:
    """What a record's own children inherit: its rights no wider than its parents'."""
    joined = known.join(
        of_parents.rename({"record_id": "parent_id"}),
        on="parent_id",
        how="left",
        maintain_order="left",
        suffix="_of_parents",
    )
    return joined.select(
        "parent_id",
        "parent_source",
        pl.col("is_closed") | pl.col("closed_parent").is_not_null(),
        *(pl.max_horizontal(name, f"{name}_of_parents").alias(name) for name in ORDER),
    )


def _rank(column: str, name: str) -> pl.Expr:
    ranks = {code: n for n, code in enumerate(ORDER[name])}
    return pl.col(column).replace_strict(ranks, default=None, return_dtype=pl.Int64)


def _code(name: str) -> pl.Expr:
    codes = dict(enumerate(ORDER[name]))
    return pl.col(name).replace_strict(codes, default=None, return_dtype=pl.String)


def _strictest(own: str, of_source: str) -> pl.Expr:
    """How strict the right is: the rank of the stricter of two codes; nulls say nothing."""
    return pl.max_horizontal(_rank(own, own), _rank(of_source, own)).alias(own)


def strictest_of(name: str) -> pl.Expr:
    """A candidate's own code or the inherited one, whichever is stricter."""
    return (
        pl.when(_rank(f"inherited_{name}", name) > _rank(name, name))
        .then(f"inherited_{name}")
        .otherwise(name)
        .alias(name)
    )
