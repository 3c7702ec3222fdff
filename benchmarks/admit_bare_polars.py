"""The rules of admission as a reader of the rules would write them in plain polars.

A peer to measure against, with the words of this benchmark's data only: it is used by
nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.admit import Rulebook

ALIKE = (
    "source_id", "flow_id", "name_en", "region_code", "route", "technology", "data_start",
    "data_end", "factor_kind", "boundary", "delivery_scope", "reference_unit", "value_unit",
    "gwp_set", "edition",
)  # fmt: skip
OPEN = ("public", "figures_only")
PARTS = (
    "fossil", "biogenic_non_co2", "land_use_change", "land_management_emission",
    "land_management_removal", "technological_removal", "ccs_capture", "biogenic_uptake",
    "biogenic_co2_emission",
)  # fmt: skip


def bare_polars(folder: Path, rulebook: Rulebook) -> dict[str, int]:
    """How often each reason stands, and how many candidates nothing stands against."""

    def read(name: str) -> pl.DataFrame:
        return pl.read_parquet(folder / f"{name}.parquet")

    candidate, evidence, gwp = read("candidate"), read("evidence"), read("gwp")
    licence = read("licence").select("licence", "is_redistributable")
    source = read("source").join(licence, on="licence", how="left").select(
        "source_id", "edition", "onward_publication", "authorisation_until",
        source_class="data_class",
        is_open=(
            pl.col("onward_publication") & pl.col("is_redistributable")
            & (pl.col("data_class") == "public") & pl.col("authorisation_scope").is_in(OPEN)
            & (pl.col("authorisation_until").is_null()
               | (pl.col("authorisation_until") >= rulebook.released_on))
        ).fill_null(value=False),
    )  # fmt: skip
    gases = (
        read("candidate_gas").select("factor_id", "gas", "mass", "evidence_id")
        .join(candidate.select("factor_id", "gwp_set"), on="factor_id")
        .join(gwp.select("gwp_set", "gas", "gwp100"), on=["gwp_set", "gas"], how="left")
        .join(evidence.select("evidence_id", has_own=pl.lit(value=True)), on="evidence_id",
              how="left")
        .group_by("factor_id").agg(
            has_lost_gas=pl.col("has_own").is_null().any(),
            has_negative=(pl.col("mass") < 0).any(),
            has_endless=(~pl.col("mass").is_finite()).any(),
            lacks=pl.col("gwp100").is_null().any(),
            co2e=(pl.col("mass") * pl.col("gwp100")).sum(),
        )
    )  # fmt: skip
    rows = (
        candidate.join(source, on=["source_id", "edition"], how="left")
        .join(licence, on="licence", how="left")
        .join(gases.with_columns(has_gas=True), on="factor_id", how="left")
        .join(evidence.select("evidence_id").with_columns(has_evidence=True), on="evidence_id",
              how="left")
    )  # fmt: skip
    links = (
        candidate.select("factor_id", "evidence_id")
        .join(evidence.filter(pl.col("parents").list.len() > 0).select("evidence_id", "parents"),
              on="evidence_id")
        .explode("parents")
        .select("factor_id", parent_id=pl.col("parents").str.split("@").list.first())
    )  # fmt: skip
    is_closed = ~(
        pl.col("is_open") & pl.col("is_redistributable") & (pl.col("data_class") == "public")
        & pl.col("authorisation_scope").is_in(OPEN)
    ).fill_null(value=False)  # fmt: skip
    parents = pl.concat(
        [
            rows.select(parent_id="factor_id", is_closed=is_closed),
            read("parameter").join(source, on=["source_id", "edition"], how="left").select(
                parent_id="parameter_id", is_closed=~pl.col("is_open").fill_null(value=False)
            ),
        ]
    )  # fmt: skip
    closed = _through(
        links,
        links.join(parents, on="parent_id", how="left")
        .filter(pl.col("is_closed").fill_null(value=True)).select("factor_id"),
    )  # fmt: skip
    is_co2e = pl.col("lacks") | pl.col("has_endless")
    value = pl.coalesce("value", pl.when(~is_co2e).then("co2e"))
    stands = {
        "A-KIND-01": pl.col("flags").list.contains("offset_margin"),
        "A-GWP-01": pl.col("gwp_set").is_null(),
        "A-GWP-02": (pl.col("gwp_set") == "not_stated")
        & (~pl.col("source_id").is_in(sorted(rulebook.not_stated_sources))
           | ~pl.col("flags").list.contains("gwp_not_stated")),
        "A-EVI-01": pl.col("has_evidence").is_null(),
        "A-RIGHT-01": ~pl.col("onward_publication").fill_null(value=False)
        | ~pl.col("is_redistributable").fill_null(value=False)
        | (pl.col("data_class") != "public")
        | (pl.col("source_class") != "public").fill_null(value=True)
        | ~pl.col("authorisation_scope").is_in(OPEN),
        "A-RIGHT-02": pl.col("authorisation_until") < rulebook.released_on,
        "A-RIGHT-03": pl.col("is_below_closed").is_not_null(),
        "A-CONF-01": ~pl.col("confidence").is_in(
            sorted({c for p in rulebook.policies for c in p.confidence})),
        "A-CORE-01": pl.col("core_data") & pl.col("methodology_url").is_null(),
        "A-EST-01": (pl.col("derivation") == "estimated")
        & (pl.col("note_zh").fill_null("").str.strip_chars() == ""),
        "A-UNC-01": ((pl.col("uncertainty_kind") == "gsd2")
                     & (pl.col("uncertainty_value").cast(pl.Float64, strict=False) <= 1))
        | ((pl.col("uncertainty_kind") == "pedigree")
           & ~pl.col("uncertainty_value").str.contains(r"^\([1-5](,[1-5]){4}\)$")),
        "A-VAL-01": pl.col("value").is_null() & pl.col("has_gas").is_null(),
        "A-VAL-02": (~pl.col("value").is_finite()).fill_null(value=False)
        | (~pl.col("lower95").is_finite()).fill_null(value=False)
        | (~pl.col("upper95").is_finite()).fill_null(value=False)
        | pl.col("has_endless").fill_null(value=False),
        "A-SIGN-01": (
            (pl.col("has_negative").fill_null(value=False)
             & (pl.col("factor_kind").is_in(["direct_ef", "energy_indirect_ef"]) | (value < 0)))
            | (pl.col("value") < 0).fill_null(value=False)
        ) & (pl.col("factor_kind") != "removal_factor"),
        # Of the contract, the rules that the invented rows break.
        "A-ROW-01": ~pl.col("boundary").is_in(["activity", "cradle_to_gate"])
        | (pl.col("value") < pl.col("lower95")) | (pl.col("value") > pl.col("upper95"))
        | ((pl.col("factor_kind") == "direct_ef") & (pl.col("boundary") != "activity"))
        | pl.col("has_lost_gas").fill_null(value=False),
        "A-PLA-03": pl.col("flags").list.contains("components_differ_from_total")
        | ((pl.sum_horizontal(PARTS, ignore_nulls=False) - pl.col("value")).abs()
           > rulebook.sums.parts * pl.max_horizontal(pl.col("value").abs(), "fossil")),
        "A-PLA-04": (pl.col("value_convention") != "including_uptake") & ~is_co2e
        & ~(pl.col("flags").list.contains("p") & (pl.col("co2e") < pl.col("value")))
        & ((pl.col("co2e") - pl.col("value")).abs()
           > rulebook.sums.gases * pl.col("value").abs()),
        "A-GAS-01": pl.col("value").is_null() & pl.col("lacks") & ~pl.col("has_endless"),
    }  # fmt: skip
    known = (
        rows.join(closed.with_columns(is_below_closed=True), on="factor_id", how="left")
        .with_columns(e.fill_null(value=False).alias(c) for c, e in stands.items())
        .select("factor_id", *ALIKE, *stands)
        .with_columns(has_reason=pl.any_horizontal(list(stands)))
        .sort("has_reason", "factor_id")
        .with_columns((~pl.struct(ALIKE).is_first_distinct()).alias("A-DUP-01"))
    )  # fmt: skip
    out = known.filter(pl.col("has_reason") | pl.col("A-DUP-01")).select(parent_id="factor_id")
    fallen = _through(links, links.join(out, on="parent_id", how="semi").select("factor_id"))
    final = known.join(fallen.with_columns(is_fallen=True), on="factor_id", how="left")
    codes = [*stands, "A-DUP-01"]
    counts = final.select(
        *(pl.col(code).sum() for code in codes),
        pl.col("is_fallen").sum().alias("A-PAR-01"),
        (~(pl.col("has_reason") | pl.col("A-DUP-01")) & pl.col("is_fallen").is_null()).sum()
        .alias("admitted"),
    )  # fmt: skip
    return dict(counts.row(0, named=True))


def _through(links: pl.DataFrame, first: pl.DataFrame) -> pl.DataFrame:
    """The first ones and all that rest on them."""
    found = first.unique()
    while True:
        more = links.join(found, left_on="parent_id", right_on="factor_id", how="semi")
        wider = pl.concat([found, more.select("factor_id")]).unique()
        if wider.height == found.height:
            return found
        found = wider
