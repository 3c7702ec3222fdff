"""The rows of a release that a product's development report is made from.

Belongs here: filtering tables to one product. Does not belong here: what a part says of
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.serve.explain.explanation import factors_used
from pipelines.serve.explain.words import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    Row = dict[str, Any]

TABLES = (
    "product", "process", "exchange", "model", "inventory_result", "footprint",
    "footprint_line", "footprint_stage", "footprint_gas", "footprint_part", "footprint_gap",
    "footprint_electricity", "footprint_uncertainty", "footprint_check", "assumption", "factor",
    "factor_quality", "source", "gwp", "flow", "gas", "region", "category",
    "verification", "balance",
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """A product's rows, as a report needs them.

    Attributes:
        product: row of ``product``.
        total: row of ``footprint`` under the product's own GWP set.
        of: rows of the other tables that speak of the product, by table.
        factors: factors used, by id and version.
        categories: category of each flow.
        names: names of flows, regions and categories by code, Chinese and English.
        rule: the accounting rule as its file has it.
        resolution: the resolution rule as its file has it.
        release: id of the release.
        computed_from: the inventory, where the result does not stand in the release but was
            computed against it.
    """

    product: Row
    total: Row
    of: Mapping[str, list[Row]]
    factors: Mapping[tuple[str, str], Row]
    categories: Mapping[str, str | None]
    names: Mapping[str, tuple[str, str]]
    rule: Mapping[str, Any]
    resolution: Mapping[str, Any]
    release: str
    computed_from: str | None = None

    def category_of(self, flow: str) -> str:
        """The category of a flow, empty where it has none."""
        return self.categories.get(flow) or ""

    def name(self, code: str | None, language: int) -> str:
        """The name of a code in a language; the code itself where it has none."""
        return self.names.get(code or "", (code or "-", code or "-"))[language]


def facts_of(
    tables: Mapping[str, pl.DataFrame],
    product_id: str,
    rule: Mapping[str, Any],
    resolution: Mapping[str, Any],
    release: str,
    *,
    computed_from: str | None = None,
) -> Facts:
    """The rows of one product.

    Args:
        tables: those named in ``TABLES``.
        product_id: the product.
        rule: the product's accounting rule as its file has it.
        resolution: the resolution rule as its file has it.
        release: id of the release.
        computed_from: the inventory, where the result does not stand in the release but was
            computed against it.

    Raises:
        WrongUsage: the release holds no such product.
    """
    found = tables["product"].filter(product_id=product_id)
    if found.is_empty():
        known = tables["product"]["product_id"].sort().to_list()
        raise WrongUsage(
            finding("E-USE-02", value=product_id, what_zh="产品", what_en="product", expected=known)
        )
    product = found.row(0, named=True)
    own = {"product_id": product_id, "gwp_set": product["gwp_set"]}
    of: dict[str, list[Row]] = {
        name: tables[name].filter(**own).to_dicts()
        for name in TABLES
        if name.startswith("footprint") and name != "footprint"
    }
    (model,) = tables["model"].filter(product_id=product_id).to_dicts()
    inside = pl.col("process_id").is_in(model["processes"])
    of |= {
        "model": [model],
        "process": tables["process"].filter(inside).sort("process_id").to_dicts(),
        "exchange": tables["exchange"].filter(inside).sort("process_id", "line").to_dicts(),
        "inventory_result": tables["inventory_result"].filter(model_id=product_id).to_dicts(),
        "assumption": tables["assumption"]
        .filter(inventory_id=product["inventory_id"]).sort("assumption_no").to_dicts(),
        "gwp": tables["gwp"].filter(gwp_set=product["gwp_set"]).sort("gas").to_dicts(),
        "verification": tables["verification"]
        .filter(verification_id=product["verification_id"] or "").to_dicts(),
        "balance": tables["balance"]
        .filter(pl.col("balanced_id").is_in([product_id, *model["processes"]])).to_dicts(),
    }  # fmt: skip
    lines = tables["footprint_line"].filter(**own)
    factors = factors_used(tables, lines)
    ids = pl.DataFrame(
        list(factors), schema={"factor_id": pl.String, "version": pl.String}, orient="row"
    )
    of["factor_quality"] = (
        tables["factor_quality"].join(ids, on=["factor_id", "version"], how="semi")
        .sort("factor_id", "version").to_dicts()
    )  # fmt: skip
    total = tables["footprint"].filter(**own).row(0, named=True)
    categories = dict(tables["flow"].select("flow_id", "category_id").iter_rows())
    return Facts(
        product, total, of, factors, categories, names_of(tables), rule, resolution, release,
        computed_from,
    )  # fmt: skip
