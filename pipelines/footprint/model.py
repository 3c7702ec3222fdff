"""The life-cycle model of a product: which processes are linked how, inputs in total.

Source:
    National guideline (环办气候函〔2025〕468号), annex, steps 4 and 5.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from pipelines.footprint.inventory import VERSION
from pipelines.footprint.requests import is_linked
from pipelines.quantities.number import result_decimal

if TYPE_CHECKING:
    from pipelines.footprint.contributions import Run
    from pipelines.footprint.system import ProductSystem


def model_row(product: dict[str, Any], system: ProductSystem, run: Run) -> dict[str, Any]:
    """The row of ``model``: the processes that the product draws on and their links."""
    used = [i for i in range(len(system.nodes)) if run.scale[i] != 0]
    links = [
        {
            "process": system.nodes[link.taker].process_id,
            "line": link.line["line"],
            "provider": system.nodes[link.provider].process_id,
        }
        for link in system.links
        if run.scale[link.taker] != 0
    ]
    return {
        "model_id": product["product_id"],
        "version": VERSION,
        "product_id": product["product_id"],
        "functional_unit": product["functional_unit"],
        "boundary": product["boundary"],
        "accounting_rule": product["accounting_rule"],
        "processes": sorted({system.nodes[i].process_id for i in used}),
        "links": json.dumps(
            sorted(links, key=lambda x: (x["process"], x["line"])), ensure_ascii=False
        ),
    }


def inventory_result_rows(
    product: dict[str, Any], system: ProductSystem, run: Run, covered: dict[tuple[str, str], bool]
) -> list[dict[str, Any]]:
    """Rows of ``inventory_result``: totals per flow, direction, unit and coverage."""
    sums: dict[tuple[str, str, str, bool], list[float]] = defaultdict(list)
    for i, lines in enumerate(system.direct):
        for line, amount in lines:
            # What a process of the model supplies is no input of the model.
            if is_linked(line):
                continue
            scaled = float(run.scale[i]) * float(amount)
            if scaled == 0:
                continue
            is_covered = covered.get((line["process_id"], line["line"]), False)
            key = (line["flow"], line["direction"], line["amount_unit"], is_covered)
            sums[key].append(scaled)
    return [
        {
            "model_id": product["product_id"],
            "version": VERSION,
            "flow_id": flow,
            "direction": direction,
            "total_amount": result_decimal(math.fsum(values)),
            "total_unit": unit,
            "is_covered": is_covered,
        }
        for (flow, direction, unit, is_covered), values in sorted(sums.items())
    ]
