"""Collected data of a report, by kind: annex step 2, and the inventory result of step 5.

Belongs here: lines of the inventory by what they are. Does not belong here: the flow
categories themselves (reference tables).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.serve.development_report.named_parts import Said, named
from pipelines.serve.development_report.scope_parts import one_of
from pipelines.serve.explain.explanation import plain, rounded
from schemas.vocabularies import DATA_ORIGIN, DERIVATION, DIRECTION, FLOW_USE

if TYPE_CHECKING:
    from pipelines.serve.development_report.facts import Facts
    from pipelines.serve.development_report.scope_parts import Part

ENERGY, TRANSPORT = "energy", "transport"
HEADS = (
    ("过程/行", "流", "数量", "用途", "获取方式", "出处"),
    ("process/line", "flow", "amount", "use", "derivation", "source"),
)


def _qualitative(facts: Facts, language: int) -> Said:
    heads = (("过程", "数据来源类型", "时间", "地点", "处理方法与理由"),
             ("process", "data origin", "time", "place", "treatment and reasons"))  # fmt: skip
    period = f"{facts.product['period_start']} – {facts.product['period_end']}"
    rows = []
    for process in facts.of["process"]:
        mine = [r for r in facts.of["exchange"] if r["process_id"] == process["process_id"]]
        ways = sorted({named(DERIVATION, row["derivation"], language) for row in mine})
        reasons = sorted({one_of(row["reason"], language) for row in mine if row["reason"]})
        rows.append(
            (process["process_id"], named(DATA_ORIGIN, process["data_origin"], language),
             period,
             facts.name(process["region_code"], language), "；".join([*ways, *reasons]))
        )  # fmt: skip
    return Said(head=heads[language], rows=tuple(rows))


def _kind(facts: Facts, line: dict[str, Any]) -> str:
    """Which part of the collected data a line belongs to."""
    direction = line["direction"]
    if direction in {"emission", "removal"}:
        return "direct_gases"
    if direction == "coproduct":
        return "products"
    if direction == "waste":
        return "waste"
    stem = facts.category_of(line["flow"]).split(".")[0]
    return {ENERGY: "energy", TRANSPORT: "transport"}.get(stem, "materials")


def _lines_of(part: str) -> Part:
    def said(facts: Facts, language: int) -> Said:
        rows = tuple(
            (f"{line['process_id']}/{line['line']}", facts.name(line["flow"], language),
             f"{plain(line['amount'])} {line['amount_unit']}",
             named(FLOW_USE, line["flow_use"], language),
             named(DERIVATION, line["derivation"], language), line["line_source"])
            for line in facts.of["exchange"]
            if _kind(facts, line) == part
        )  # fmt: skip
        if rows:
            return Said(head=HEADS[language], rows=rows)
        return Said(missing=("清单没有这类行", "the inventory has no such lines")[language])

    return said


def _products(facts: Facts, language: int) -> Said:
    product = facts.product
    own = (
        product["process_id"], product[("name_zh", "name_en")[language]],
        f"{product['declared_amount']:g} {product['declared_unit']}", "-", "-", "-",
    )  # fmt: skip
    return Said(head=HEADS[language], rows=(own, *_lines_of("products")(facts, language).rows))


def _inventory_result(facts: Facts, language: int) -> Said:
    heads = (("流", "方向", "总量", "有无因子"), ("flow", "direction", "total", "factor"))
    yes = (("有", "缺"), ("yes", "missing"))[language]
    rows = tuple(
        (facts.name(row["flow_id"], language), named(DIRECTION, row["direction"], language),
         f"{rounded(row['total_amount'])} {row['total_unit']}", yes[not row["is_covered"]])
        for row in sorted(facts.of["inventory_result"],
                          key=lambda r: (r["direction"], r["flow_id"], r["total_unit"]))
    )  # fmt: skip
    return Said(head=heads[language], rows=rows)


COLLECTED: dict[str, Part] = {
    "qualitative": _qualitative, "products": _products,
    **{name: _lines_of(name)
       for name in ("materials", "energy", "transport", "waste", "direct_gases")},
    "inventory_result": _inventory_result,
}  # fmt: skip
