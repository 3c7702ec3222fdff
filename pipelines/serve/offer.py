"""A footprint offered as a candidate factor, with the chain it was computed by.

Belongs here: the row of a factor submission, the rows of model, processes, lines and
inventory result. Does not belong here: checking or submitting it (``check``, ``submit``).

Source:
    National guideline (环办气候函〔2025〕468号), 2(2): what is reported comes with its
    complete unit process data and life-cycle model.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from schemas.factor import COMPONENTS
from schemas.submission import FACTOR_FORM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.serve.development_report.facts import Facts

CHAIN = ("model", "process", "exchange", "inventory_result", "assumption")
FORMULA = ("=", "+", "@", "\t", "\r")
SCORES = (
    ("quality_technological", "ter"), ("quality_geographical", "ger"),
    ("quality_temporal", "tir"), ("quality_precision", "precision_score"),
)  # fmt: skip


def offered_row(facts: Facts, rights: Mapping[str, str]) -> dict[str, Any]:
    """The submission row of a footprint, per one declared unit.

    Args:
        facts: the product's rows.
        rights: licence, authorisation and class under which it is offered.

    Returns:
        A cell for every column of the factor template; what the footprint does not know is
        empty. The note holds the inherited provenance: release, model, parents, standing.
    """
    product, total = facts.product, facts.total
    amount = total["declared_amount"]
    convention = facts.rule["biogenic_convention"]
    sums: dict[str, float] = {}
    for part in facts.of["footprint_part"]:
        sums[part["component"]] = sums.get(part["component"], 0.0) + float(part["contribution"])
    (process,) = [r for r in facts.of["process"] if r["process_id"] == product["process_id"]]
    row: dict[str, Any] = {ask.name: "" for ask in FACTOR_FORM.asks}
    row |= {
        "record_key": product["product_id"], "name_zh": product["name_zh"],
        "name_en": product["name_en"], "factor_kind": "footprint_factor",
        "category_code": product["category_id"], "route": process["route"] or "",
        "value": _number(float(total["footprint_value"]) / amount), "value_unit": "kgCO2e",
        "reference_unit": product["declared_unit"], "gwp_set": total["gwp_set"],
        "value_convention": convention, "boundary": product["boundary"],
        "region_code": product["region_code"], "data_start": product["period_start"],
        "data_end": product["period_end"], "reference_year": product["period_end"].year,
        "technology": process["technology"] or "", "data_origin": _origin(facts),
        "derivation": "calculated", "uncertainty_kind": "none", "core_data": "false",
        "source_title": f"产品碳足迹因子研制报告 {product['product_id']}（{facts.release}）",
        "source_page": "6", "note": provenance(facts), **rights,
    }  # fmt: skip
    row |= {f.name: _number(sums[f.name] / amount) for f in COMPONENTS
            if f.name in sums and f.name in row and "unsplit" not in sums}  # fmt: skip
    if total["samples"] and (total["gsd2"] or 1) > 1:
        row |= {"uncertainty_kind": "gsd2", "uncertainty_value": _number(total["gsd2"])}
    row |= {name: round(total[of]) for name, of in SCORES if total[of] is not None}
    return row


def _origin(facts: Facts) -> str:
    share = facts.total["primary_data_share"]
    return "secondary" if share == 0 else "primary" if share == 1 else "mixed"


def _number(value: float) -> str:
    return format(value, ".12g")


def provenance(facts: Facts) -> str:
    """What the factor inherits: release, model, parents, standing, gaps, as JSON."""
    total = facts.total
    (model,) = facts.of["model"]
    return json.dumps(
        {
            "release": facts.release,
            "model": f"{model['model_id']}@{model['version']}",
            "accounting_rule": total["accounting_rule"],
            "parents": [f"{one}@{version}" for one, version in facts.factors],
            "result_state": total["result_state"],
            "confidence": total["confidence"],
            "gaps": total["gaps_total"],
            "cut_off_share": total["cut_off_share"],
        },
        ensure_ascii=False,
    )


def csv_bytes(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """Rows as CSV with a byte order mark; text a spreadsheet would run is led by an apostrophe."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return stream.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(map(str, value))
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def chain_files(facts: Facts) -> dict[str, bytes]:
    """The rows a footprint was computed by, one CSV per table."""
    found = {}
    for name in CHAIN:
        rows = facts.of[name]
        if rows:
            found[f"{name}.csv"] = csv_bytes(rows, list(rows[0]))
    return found
