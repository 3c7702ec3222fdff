"""What of a release goes into its catalogue: the tables, the columns, the open rows.

Belongs here: the closed list of tables and columns a reader's page holds, and what is added
for searching. Does not belong here: packing (``columnar``) and looks (``page/``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.serve.catalogue.initials import spelled
from schemas import ALL_TABLES, PUBLISHED
from schemas.factor import COMPONENTS
from schemas.render.dictionary import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a factor's line in the list and the search need: loaded at once. The rest of a factor
# and every other table are unpacked when a page asks for them.
LISTED = (
    "factor_id", "version", "status", "factor_kind", "flow_id", "name_zh", "name_en",
    "category_id", "product_codes", "value", "value_unit", "reference_unit", "gwp_set",
    "boundary", "region_code", "data_start", "data_end", "reference_year", "data_origin",
    "dqr", "licence", "source_id", "edition", "lower95", "upper95", "record_key",
)  # fmt: skip
AT_ONCE = ("release_info", "codelist", "category", "region", "flow", "source", "unit")
LATER = (
    "factor_gas", "factor_co2e", "factor_quality", "evidence", "decision", "parameter",
    "verification", "agency", "licence", "gas", "source_count", "source_file",
    "refused_factor",
    "footprint", "footprint_component", "footprint_stage", "footprint_gas", "footprint_line",
    "footprint_check", "footprint_part", "footprint_gap", "footprint_electricity", "product",
    "process", "assumption", "benchmark", "grade_threshold",
    "grade", "change", "requirement", "contact",
)  # fmt: skip
# Hashes are for programs (they are in the Parquet files); citations of reference rows repeat.
LEFT_OUT = {
    "decision": ("record_hash", "leaf_hash"),
    "flow": ("citation",), "region": ("citation",), "unit": ("citation", "to_base_exact"),
    "category": ("citation",), "gas": ("citation",),
}  # fmt: skip
OPEN_SCOPES = ("public", "figures_only")
NUMBERS = ("value", "lower95", "upper95", "variance_ln", "uncertainty_value", "note_zh",
           "note_en", *(f.name for f in COMPONENTS),
           "carbon_content_fossil", "carbon_content_biogenic")  # fmt: skip
OF_A_FACTOR = ("factor_gas", "factor_co2e")


def is_open() -> pl.Expr:
    """Whether a row may show its figures: public, and licensed to be shown."""
    return (pl.col("data_class") == "public") & pl.col("authorisation_scope").is_in(OPEN_SCOPES)


def with_open_rows(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables with the figures of rows that are not open taken out.

    A factor that may not be shown stays as a line that says so (its right, no value); its
    gases, its evidence and its CO2e go. A release holds open rows alone, so nothing changes
    there; the rule stands here too because this is where rows meet readers.
    """
    factor = tables["factor"]
    shut = factor.filter(~is_open())
    found = dict(tables)
    if shut.is_empty():
        return found
    found["factor"] = factor.with_columns(
        pl.when(is_open()).then(pl.col(name)).otherwise(None).alias(name) for name in NUMBERS
    )
    for name in OF_A_FACTOR:
        found[name] = tables[name].join(shut, on=["factor_id", "version"], how="anti")
    found["evidence"] = tables["evidence"].join(shut, on="evidence_id", how="anti")
    return found


def _initials(column: str) -> pl.Expr:
    return pl.col(column).map_elements(lambda text: spelled(text)[0], return_dtype=pl.String)


def _flow_words(flow: pl.DataFrame) -> pl.DataFrame:
    """Initials and syllables of a flow's name and of each of its Chinese synonyms."""
    rows = []
    for name, aliases in zip(flow["name_zh"], flow["aliases"].to_list(), strict=True):
        pairs = [spelled(text) for text in (name, *(aliases or []))]
        words = [word for pair in pairs for word in pair if word]
        rows.append(" ".join(dict.fromkeys(words)))
    return flow.with_columns(pl.Series("pinyin", rows, dtype=pl.String))


def _null_shares(tables: Mapping[str, pl.DataFrame]) -> dict[str, float]:
    return {
        f"{t.name}.{c}": round(tables[t.name][c].null_count() / tables[t.name].height, 4)
        for t in PUBLISHED
        if t.name in tables and tables[t.name].height
        for c in t.columns
        if c in tables[t.name].columns
    }


def _columns(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    out = LEFT_OUT.get(name, ())
    known = ALL_TABLES[name].columns
    return frame.select(c for c in frame.columns if c in known and c not in out)


def first_block(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """What the first view and the search need.

    Args:
        tables: the open tables of a release.
    """
    found = {name: _columns(name, tables[name]) for name in AT_ONCE}
    found["flow"] = _flow_words(found["flow"])
    found["category"] = found["category"].with_columns(_initials("name_zh").alias("pinyin"))
    found["region"] = found["region"].with_columns(_initials("name_zh").alias("pinyin"))
    found["factor"] = tables["factor"].select(LISTED).with_columns(
        _initials("name_zh").alias("pinyin")
    )  # fmt: skip
    return found


def later_block(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The rest of the factors and the tables of the other pages."""
    rest = [c for c in ALL_TABLES["factor"].columns if c not in LISTED]
    return {
        "factor_rest": tables["factor"].select(rest),
        **{name: _columns(name, tables[name]) for name in LATER},
    }


def facts(tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Plain data beside the tables: the dictionary, and how full each column is."""
    skipped = tables["skipped_row"].group_by("reason_code").len().sort("reason_code").rows()
    return {
        "dictionary": plain(PUBLISHED),
        "null_share": _null_shares(tables),
        "skipped": skipped,
        "rules": {
            t.name: [[r.code, r.zh, r.en] for r in t.rules] for t in PUBLISHED if t.rules
        },
    }  # fmt: skip
