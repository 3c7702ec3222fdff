"""Factors whose licence asks for a separate file are taken out of the common tables.

Belongs here: under which licence each factor stands, what goes along with it, what may not
be published at all. Does not belong here: the table of licences (``licence_rules``), the
files (``separate_files``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipelines.errors import RefusedByPolicy
from pipelines.findings import finding
from pipelines.publish.kept_back import flows_named, with_text_hidden
from pipelines.publish.licence_rules import OUT, SEPARATE
from schemas import PUBLISHED
from schemas.render.frame import conform, ordered
from schemas.withheld import SEPARATE_FACTOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.publish.licence_rules import LicenceRules

# What is said of a factor goes where the factor goes.
OF_FACTORS = ("factor", "factor_gas", "factor_co2e", "factor_quality", "renewal", "change")
# Each file holds these, so that it can be read by itself.
APART = (*OF_FACTORS, "parameter", "evidence", "flow")


@dataclass(frozen=True)
class Separation:
    """The common tables, and by licence those that stand apart."""

    common: dict[str, pl.DataFrame]
    apart: dict[str, dict[str, pl.DataFrame]]


def licences_of(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every licence a factor rests on: its own and those of all it was derived from.

    Returns:
        factor_id, licences (sorted, joined by a blank).
    """
    of_source = frames["source"].select("source_id", "edition", "licence")
    parameters = frames["parameter"].join(of_source, on=["source_id", "edition"])
    own = pl.concat(
        [
            frames["factor"].select(pl.col("factor_id").alias("id"), "licence"),
            parameters.select(pl.col("parameter_id").alias("id"), "licence"),
        ]
    ).unique()
    named = frames["evidence"].filter(pl.col("parents").list.len() > 0).explode("parents")
    children = pl.concat(
        [
            frames["factor"].select(pl.col("factor_id").alias("id"), "evidence_id"),
            frames["parameter"].select(pl.col("parameter_id").alias("id"), "evidence_id"),
        ]
    ).unique()
    links = children.join(named.select("evidence_id", "parents"), on="evidence_id").select(
        "id", pl.col("parents").str.split("@").list.first().alias("parent")
    )
    held = own
    while True:
        handed = links.join(held, left_on="parent", right_on="id").select("id", "licence")
        wider = pl.concat([held, handed]).unique()
        if wider.height == held.height:
            break
        held = wider
    return (
        held.join(frames["factor"], left_on="id", right_on="factor_id", how="semi")
        .group_by(pl.col("id").alias("factor_id"))
        .agg(pl.col("licence").sort().str.join(" ").alias("licences"))
        .sort("factor_id")
    )


def take_apart(frames: Mapping[str, pl.DataFrame], rules: LicenceRules) -> Separation:
    """Common tables and separate ones, as the table of licences says.

    Args:
        frames: every table to be published, complete and in keeping with its contract.
        rules: which licences stand together, apart or out.

    Returns:
        The separation; every factor is in exactly one part.

    Raises:
        RefusedByPolicy: a factor's licence is out, a value is made of licences that do not
            fit, or a result rests on a factor that stands apart.
        FaultyData: a licence is unknown to the rules.
    """
    held = licences_of(frames)
    told = {text: rules.of_value(text.split()) for text in held["licences"].unique().sort()}
    judged = held.with_columns(
        pl.Series("standing", [told[t][0] for t in held["licences"]], pl.String),
        pl.Series("file_licence", [told[t][1] for t in held["licences"]], pl.String),
    )
    _require_allowed(judged)
    index = judged.filter(pl.col("standing") == SEPARATE).select("factor_id", "file_licence")
    _require_free(frames, index)
    bound = frames["source"].filter(
        pl.col("licence").map_elements(
            lambda one: rules.of(one).standing == SEPARATE, return_dtype=pl.Boolean
        )
    )
    return _split(frames, index, bound)


def _require_allowed(judged: pl.DataFrame) -> None:
    faults = []
    for row in judged.filter(pl.col("standing") == OUT).iter_rows(named=True):
        licences = row["licences"].split()
        code = "E-LIC-03" if len(licences) == 1 else "E-LIC-04"
        faults.append(
            finding(code, value=row["factor_id"], licence=licences[0], licences=", ".join(licences))
        )
    if faults:
        raise RefusedByPolicy(faults)


def _require_free(frames: Mapping[str, pl.DataFrame], index: pl.DataFrame) -> None:
    """No row of a table that cannot be taken apart names a factor that stands apart."""
    faults = []
    for table in PUBLISHED:
        for ref in table.references:
            if ref.table != "factor" or table.name in OF_FACTORS:
                continue
            rows = frames[table.name].join(index, left_on=ref.columns[0], right_on="factor_id")
            faults += [
                finding("E-LIC-05", value=f"{table.name} {row[table.key[0]]}",
                        other=row[ref.columns[0]], licence=row["file_licence"])
                for row in rows.sort(table.key).iter_rows(named=True)
            ]  # fmt: skip
    if faults:
        raise RefusedByPolicy(faults)


def _split(
    frames: Mapping[str, pl.DataFrame], index: pl.DataFrame, bound: pl.DataFrame
) -> Separation:
    """Take the factors of the index, and what belongs to them, out of the common tables."""
    common = dict(frames)
    edition = ("source_id", "edition")
    apart: dict[str, dict[str, pl.DataFrame]] = {
        one: {} for one in sorted({*index["file_licence"], *bound["licence"]})
    }
    for name in OF_FACTORS:
        common[name] = frames[name].join(index, on="factor_id", how="anti")
    common["parameter"] = frames["parameter"].join(bound, on=edition, how="anti")
    # What the common rows still name stays, without its text; the rest goes.
    of_bound = frames["evidence"].join(bound, on=edition, how="semi")["evidence_id"]
    of_index = frames["factor"].join(index, on="factor_id", how="semi")["evidence_id"]
    own = pl.concat([of_bound, of_index]).unique().to_list()
    still = _evidence_named(common)
    common["evidence"] = frames["evidence"].filter(
        ~pl.col("evidence_id").is_in(own) | pl.col("evidence_id").is_in(still)
    )
    common = with_text_hidden(common, pl.Series("evidence_id", own, pl.String))
    flows = flows_named(common)
    for licence, tables in apart.items():
        mine = index.filter(pl.col("file_licence") == licence).select("factor_id")
        sources = bound.filter(pl.col("licence") == licence)
        for name in OF_FACTORS:
            tables[name] = frames[name].join(mine, on="factor_id", how="semi")
        tables["parameter"] = frames["parameter"].join(sources, on=edition, how="semi")
        named = _evidence_named(tables)
        tables["evidence"] = frames["evidence"].filter(pl.col("evidence_id").is_in(named))
        tables["flow"] = frames["flow"].filter(pl.col("flow_id").is_in(flows_named(tables)))
    gone = {flow for tables in apart.values() for flow in flows_named(tables)} - flows
    seeds_kept = ~pl.col("flow_id").is_in(gone)
    common["flow"] = frames["flow"].filter(seeds_kept)
    rows = frames["factor"].join(index, on="factor_id")
    common[SEPARATE_FACTOR.name] = ordered(SEPARATE_FACTOR, conform(SEPARATE_FACTOR, rows))
    filled = {n: t for n, t in apart.items() if t["factor"].height or t["parameter"].height}
    return Separation(common, filled)


def _evidence_named(frames: Mapping[str, pl.DataFrame]) -> set[str]:
    return {
        one
        for table in PUBLISHED
        for ref in table.references
        if ref.table == "evidence" and table.name in frames
        for one in frames[table.name][ref.columns[0]].drop_nulls().unique()
    }
