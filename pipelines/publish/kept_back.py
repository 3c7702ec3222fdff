"""Sources that were read but may not be shown: every row of them is kept back and counted.

Belongs here: what a release leaves out because of a source's class or licence. Does not
belong here: which rows stand in a separate file (``separation``), single factors that are
withheld (``schemas.withheld``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.findings import finding
from pipelines.publish.licence_rules import OUT
from schemas import PUBLISHED
from schemas.render.frame import conform, ordered
from schemas.withheld import WITHHELD_SOURCE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pipelines.publish.licence_rules import LicenceRules

EDITION = ("source_id", "edition")
NOT_SHOWN = "-"


def keep_back(
    frames: Mapping[str, pl.DataFrame], rules: LicenceRules, seed_flows: Collection[str]
) -> dict[str, pl.DataFrame]:
    """The tables without what may not be shown.

    Editions of a class other than public, or under a licence that is out, leave every
    table; ``withheld_source`` says where their rows went. A refusal for want of a right
    shows no text of the source. Flows that nothing names and no seed holds stay out.

    Args:
        frames: every table to be published, by name.
        rules: which licences are out.
        seed_flows: ids of the flows of the seeds.

    Returns:
        The tables. An edition of which a factor is admitted stays, for the gate to refuse.

    Raises:
        FaultyData: a licence is unknown to the rules.
    """
    source = frames["source"]
    standing = {one: rules.of(one).standing for one in source["licence"].unique().sort()}
    closed = source.filter(
        (pl.col("data_class") != "public")
        | pl.col("licence").replace_strict(standing, return_dtype=pl.String).eq(OUT)
    ).join(frames["factor"], on=EDITION, how="anti")
    gone = frames["refused_factor"].join(closed, on=EDITION, how="semi")
    kept = {
        name: frame.join(closed, on=EDITION, how="anti")
        if set(EDITION) <= set(frame.columns) and name != WITHHELD_SOURCE.name
        else frame
        for name, frame in frames.items()
    }
    kept["decision"] = kept["decision"].join(gone, on="decision_id", how="anti")
    kept[WITHHELD_SOURCE.name] = _counted(frames, closed)
    hidden = kept["refused_factor"].filter(
        pl.col("reason_codes").list.eval(pl.element().str.starts_with("A-RIGHT-")).list.any()
    )
    kept = with_text_hidden(kept, hidden["evidence_id"])
    kept["flow"] = kept["flow"].filter(pl.col("flow_id").is_in([*seed_flows, *flows_named(kept)]))
    return kept


def _counted(frames: Mapping[str, pl.DataFrame], closed: pl.DataFrame) -> pl.DataFrame:
    """Where the rows of the editions kept back went."""
    texts = [
        finding("E-LIC-06", source=r["source_id"], data_class=r["data_class"], licence=r["licence"])
        for r in closed.iter_rows(named=True)
    ]
    counted = closed.select(*EDITION, "licence", "data_class").with_columns(
        pl.Series("reason_zh", [t.zh for t in texts], pl.String),
        pl.Series("reason_en", [t.en for t in texts], pl.String),
    )
    rows = counted.join(frames["source_count"], on=EDITION, how="inner")
    before = frames[WITHHELD_SOURCE.name]
    return ordered(WITHHELD_SOURCE, pl.concat([before, conform(WITHHELD_SOURCE, rows)]))


def with_text_hidden(
    frames: Mapping[str, pl.DataFrame], evidence_ids: pl.Series
) -> dict[str, pl.DataFrame]:
    """The tables with the text of these pieces of evidence hidden: the place stays."""
    ids = evidence_ids.unique().to_list()
    is_hidden = pl.col("evidence_id").is_in(ids)

    def hidden(**shown: str | None) -> list[pl.Expr]:
        return [
            pl.when(is_hidden).then(pl.lit(text, pl.String)).otherwise(name).alias(name)
            for name, text in shown.items()
        ]

    refused, evidence = frames["refused_factor"], frames["evidence"]
    return {
        **frames,
        "refused_factor": refused.with_columns(hidden(text_found=NOT_SHOWN, unit_found=NOT_SHOWN)),
        "evidence": evidence.with_columns(
            hidden(text_found=NOT_SHOWN, unit_found=NOT_SHOWN, steps="[]", seen_in=None,
                   second_source=None)
        ),
    }  # fmt: skip


def flows_named(frames: Mapping[str, pl.DataFrame]) -> set[str]:
    """Ids of the flows that some row of some table names."""
    return {
        flow
        for table in PUBLISHED
        for ref in table.references
        if ref.table == "flow" and table.name in frames
        for flow in frames[table.name][ref.columns[0]].drop_nulls().unique()
    }
