"""Why a product's footprint is what it is, gathered from the tables of a release.

Belongs here: total, stages, largest lines with their unit chain, chosen factors, gaps,
assumptions. Does not belong here: computing any of it, or how it looks (``text``, ``page``).
Numbers stay the decimals of the release, as text, so that no digit is lost on the way.
"""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.serve.explain.sankey import sankey

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

TABLES = (
    "product", "process", "footprint", "footprint_line", "footprint_component",
    "footprint_stage", "footprint_gas", "assumption", "factor", "flow",
    "gas", "source", "footprint_part", "footprint_gap", "footprint_electricity",
)  # fmt: skip
TOP = 10
WEB = ("https://", "http://")
NAMED = (("flow", "gas", "gas"), ("flow", "flow", "flow_id"), ("process", "process", "process_id"))
ZERO = Decimal(0)
HEAD = (
    "product_id", "inventory_id", "name_zh", "name_en", "gwp_set", "declared_amount",
    "declared_unit", "boundary", "accounting_rule", "region_code", "result_state", "confidence",
    "dqr", "primary_data_share", "unsplit_share", "uncertainty_coverage", "samples", "gsd2",
    "lines_total", "lines_uncovered", "cut_off_share", "gaps_total", "gaps_unestimated", "flags",
)  # fmt: skip
INTERVAL = ("p2_5", "p97_5", "median", "mean")
MASS = ((Decimal(1000), "t"), (Decimal(1), "kg"), (Decimal("0.001"), "g"))


def plain(value: Decimal | float | None) -> str | None:
    """A number in full, without exponent and without zeros that say nothing.

    Example:
        >>> plain(Decimal("8314.700000000000000")), plain(Decimal("0E-15")), plain(0.6205)
        ('8314.7', '0', '0.6205')
    """
    if value is None:
        return None
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: Decimal | float, digits: int = 4) -> str:
    """A number for reading, to significant digits and at least to the whole.

    Example:
        >>> rounded(Decimal("14999.47893")), rounded(Decimal("0.000123456")), rounded(0.6205)
        ('14,999', '0.0001235', '0.6205')
    """
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not number:
        return "0"
    places = max(0, digits - 1 - number.adjusted())
    text = f"{round(number, places):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def chain_of(amount: Decimal, unit: str, value: float, contribution: Decimal) -> str:
    """The arithmetic of a line, written out in a mass that reads well.

    Example:
        >>> chain_of(Decimal("3.2"), "t", 1150.0, Decimal("3680"))
        '3.2 t × 1.15 tCO2e/t = 3.68 tCO2e'
    """
    size = abs(contribution)
    scale, mass = next((one for one in MASS if size >= one[0]), MASS[-1])
    shown = Decimal(repr(value)) / scale
    return (
        f"{rounded(amount)} {unit} × {rounded(shown)} {mass}CO2e/{unit} = "
        f"{rounded(contribution / scale)} {mass}CO2e"
    )


def explanation_of(
    tables: Mapping[str, pl.DataFrame], product_id: str, gwp_set: str | None = None,
    *, computed_from: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The explanation of one product's footprint.

    Args:
        tables: those named in ``TABLES``.
        product_id: the product.
        gwp_set: the set wanted; the product's own by default.
        computed_from: the inventory, where the result stands in no release but was computed
            against one.

    Returns:
        A document for JSON; numbers of the release are text in full.

    Raises:
        WrongUsage: the release holds no such product, or not under this set.
    """
    product = _product(tables["product"], product_id)
    wanted = gwp_set or product["gwp_set"]
    at = {
        name: tables[name].filter(product_id=product_id, gwp_set=wanted)
        for name in TABLES
        if name.startswith("footprint")
    }
    if at["footprint"].is_empty():
        sets = tables["footprint"].filter(product_id=product_id)["gwp_set"].sort().to_list()
        raise WrongUsage(
            finding("E-USE-02", value=wanted, what_zh="GWP 集", what_en="GWP set", expected=sets)
        )
    total = at["footprint"].row(0, named=True)
    factors = factors_used(tables, at["footprint_line"])
    rows = sorted(
        at["footprint_line"].iter_rows(named=True),
        key=lambda r: (-abs(r["contribution"]), r["process_id"], r["line"]),
    )
    zh, en = (_names(tables, name) for name in ("name_zh", "name_en"))
    lines = [_line(row, factors) | _flow_names(row, zh, en) for row in rows]
    return {
        **{name: total.get(name) for name in HEAD},
        "computed_from": computed_from,
        "value": plain(total["footprint_value"]),
        "value_location_based": plain(total["value_location_based"]),
        "value_contractual": plain(total["value_contractual"]),
        "interval": _interval(total),
        "stages": _parts(at["footprint_stage"], "stage"),
        "components": _parts(at["footprint_component"], "component"),
        "gases": _parts(at["footprint_gas"], "gas_or_unsplit"),
        "top": [line for line in lines if line["contribution"] != "0"][:TOP],
        "lines": lines,
        "factors": _weighed(factors, rows),
        "uncovered": [line for line in lines if not line["is_covered"]],
        "separate": _headings(at["footprint_part"]),
        "gaps": [
            _told(row) | _flow_names(row, zh, en)
            for row in at["footprint_gap"].iter_rows(named=True)
        ],
        "electricity": [_told(row) for row in at["footprint_electricity"].iter_rows(named=True)],
        "assumptions": tables["assumption"]
        .filter(inventory_id=total["inventory_id"])
        .sort("assumption_no")
        .to_dicts(),
        "sankey": sankey(rows, zh, en, total["footprint_value"]),
    }


def _names(tables: Mapping[str, pl.DataFrame], column: str) -> dict[str, str]:
    """Names of the nodes of the contribution path in one language."""
    return {
        f"{kind}:{code}": name
        for kind, table, key in NAMED
        for code, name in tables[table].select(key, column).iter_rows()
    }


def _flow_names(
    row: Mapping[str, Any], zh: Mapping[str, str], en: Mapping[str, str]
) -> dict[str, str]:
    """What the flow of a row is called; its id where it has no name."""
    node = f"flow:{row['flow']}"
    return {"flow_zh": zh.get(node, row["flow"]), "flow_en": en.get(node, row["flow"])}


def _product(products: pl.DataFrame, product_id: str) -> dict[str, Any]:
    found = products.filter(product_id=product_id)
    if found.is_empty():
        known = products["product_id"].sort().to_list()
        raise WrongUsage(
            finding("E-USE-02", value=product_id, what_zh="产品", what_en="product",
                    expected=known)
        )  # fmt: skip
    return found.row(0, named=True)


def _interval(total: Mapping[str, Any]) -> dict[str, str | None] | None:
    """The 95 % interval; none where nothing was drawn or no uncertainty is stated."""
    if not total["samples"] or total["p2_5"] is None or total["p2_5"] == total["p97_5"]:
        return None
    return {name: plain(total[name]) for name in INTERVAL}


def _parts(frame: pl.DataFrame, key: str) -> dict[str, str | None]:
    return {row[key]: plain(row["contribution"]) for row in frame.sort(key).iter_rows(named=True)}


def factors_used(
    tables: Mapping[str, pl.DataFrame], lines: pl.DataFrame
) -> dict[tuple[str, str], dict[str, Any]]:
    """The factors of lines by id and version, with their source and where to read of them.

    Args:
        tables: ``factor`` and ``source``.
        lines: rows of ``footprint_line``.
    """
    used = lines.select("factor_id", "version").drop_nulls().unique()
    sources = tables["source"].select("source_id", "edition", "title_zh", "title_en", "url")
    found = (
        tables["factor"]
        .join(used, on=["factor_id", "version"], how="semi")
        .select(
            "factor_id", "version", "name_zh", "name_en", "value", "value_unit",
            "reference_unit", "source_id", "edition", "region_code", "data_start", "data_end",
            "boundary", "status", "factor_kind", "gwp_set", "dqr",
        )
        .join(sources, on=["source_id", "edition"], how="left")
        .sort("factor_id", "version")
    )  # fmt: skip
    return {
        (row["factor_id"], row["version"]): {
            **{name: value if value is None else str(value) for name, value in row.items()},
            "url": row["url"] if (row["url"] or "").startswith(WEB) else None,
            "catalogue": f"catalogue.html#/factor/{row['factor_id']}",
        }
        for row in found.iter_rows(named=True)
    }


def _headings(parts: pl.DataFrame) -> dict[str, str | None]:
    """Sums by the headings of separate reporting, memo items included."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in parts.iter_rows(named=True):
        sums[row["heading"]] += row["contribution"]
    return {name: plain(value) for name, value in sorted(sums.items())}


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without its product and set, decimals in full."""
    return {
        name: plain(value) if isinstance(value, Decimal) else value
        for name, value in row.items()
        if name not in {"product_id", "gwp_set"}
    }


def _weighed(
    factors: Mapping[tuple[str, str], dict[str, Any]], rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Each factor once, with what all its lines contribute, the largest first."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        if row["factor_id"] is not None:
            sums[row["factor_id"], row["version"]] += row["contribution"]
    ordered = sorted(sums.items(), key=lambda one: (-abs(one[1]), one[0]))
    return [
        {**factors[key], "contribution": plain(value)} for key, value in ordered if key in factors
    ]


def _line(
    row: Mapping[str, Any], factors: Mapping[tuple[str, str], dict[str, Any]]
) -> dict[str, Any]:
    told = {
        name: row[name]
        for name in (
            "process_id", "line", "stage", "direction", "flow", "flow_use", "amount_unit",
            "factor_id", "version", "provider", "applied_value", "share", "is_covered",
            "selection_rank", "reason_zh", "reason_en", "flags",
        )
    }  # fmt: skip
    factor = factors.get((row["factor_id"], row["version"]))
    chain = None
    if row["applied_value"] is not None:
        chain = chain_of(
            row["scaled_amount"], row["amount_unit"], row["applied_value"], row["contribution"]
        )
    return {
        **told,
        "amount": plain(row["scaled_amount"]),
        "contribution": plain(row["contribution"]),
        "chain": chain,
        "factor": factor,
        "runners_up": json.loads(row["runners_up"] or "[]"),
    }
