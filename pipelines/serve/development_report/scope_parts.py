"""Goal and scope of a report, its unit processes and model: annex steps 1, 3 and 4.

Belongs here: what these parts say. Does not belong here: collected data
(``collected_parts``) and results (``result_parts``).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipelines.serve.development_report.named_parts import Said, named
from pipelines.serve.explain.explanation import plain
from schemas.vocabularies import ALLOCATION, BOUNDARY, DIRECTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.serve.development_report.facts import Facts

    Part = Callable[[Facts, int], Said]

CRITERIA = {
    "boundary": ("边界", "boundary"), "supplier": ("供应商初级数据", "supplier's primary data"),
    "geography": ("地域", "place"), "technology": ("工艺", "technology"), "time": ("时间", "time"),
    "data_end": ("数据更新", "later data"), "data_origin": ("数据来源", "data origin"),
    "dqr": ("质量评级", "quality rating"), "publication": ("发布时间", "publication"),
}  # fmt: skip


def one_of(text: str, language: int) -> str:
    """The side of a ``Chinese | English`` text that is asked for."""
    sides = [side.strip() for side in text.split(" | ")]
    return sides[language] if len(sides) == 2 else text


def _product_system(facts: Facts, language: int) -> Said:
    product = facts.product
    name = product[("name_zh", "name_en")[language]]
    of = facts.name(product["category_id"], language)
    covered = product[("coverage_zh", "coverage_en")[language]]
    word = ("包含", "covered")[language]
    return Said((f"{name}（{product['product_id']}），{of}", f"{word}：{covered}"))


def _functional_unit(facts: Facts, language: int) -> Said:
    product = facts.product
    unit = one_of(product["functional_unit"], language)
    amount = f"{product['declared_amount']:g} {product['declared_unit']}"
    lines = [unit, f"{('声明单位', 'declared unit')[language]}：{amount}"]
    if product["service_life"]:
        lines.append(f"{('使用寿命', 'service life')[language]}：{product['service_life']}")
    return Said(tuple(lines))


def _boundary(facts: Facts, language: int) -> Said:
    product = facts.product
    left_out = product[("missing_zh", "missing_en")[language]]
    word = ("不含", "not covered")[language]
    scope = named(BOUNDARY, product["boundary"], language)
    return Said((scope, *((f"{word}：{left_out}",) if left_out else ())))


def _time_and_place(facts: Facts, language: int) -> Said:
    product = facts.product
    place = facts.name(product["region_code"], language)
    return Said((f"{product['period_start']} – {product['period_end']}，{place}",))


def _routes(facts: Facts, language: int) -> Said:
    heads = (("过程", "名称", "工艺", "路线", "地域"),
             ("process", "name", "technology", "route", "place"))  # fmt: skip
    rows = tuple(
        (row["process_id"], row[("name_zh", "name_en")[language]], row["technology"] or "-",
         row["route"] or "-", facts.name(row["region_code"], language))
        for row in facts.of["process"]
    )  # fmt: skip
    return Said(head=heads[language], rows=rows)


def _cut_off(facts: Facts, language: int) -> Said:
    total = facts.total
    share = total["cut_off_share"]
    shown = ("无从估计", "cannot be estimated")[language] if share is None else f"{share:.2%}"
    gaps = (
        f"缺口 {total['gaps_total']} 处（{total['gaps_unestimated']} 处没有同类因子），"
        f"估计占比 {shown}",
        f"{total['gaps_total']} gaps, {total['gaps_unestimated']} without factors alike, "
        f"estimated share {shown}",
    )[language]
    return Said((one_of(str(facts.rule["cut_off"]), language), gaps))


def _data_requirements(facts: Facts, language: int) -> Said:
    zh = (
        "代表性按技术、地域、时间、精确度评分，1 最好、5 最差；缺分按最差计；按贡献绝对值加权",
        "scores for technology, place, time and precision, 1 best and 5 worst; a missing score "
        "counts as the worst; weighted by absolute contribution",
    )[language]
    rule = facts.rule[("title_zh", "title_en")[language]]
    clauses = "、".join(facts.rule["gbt_24067_clauses"])
    return Said((zh, f"{rule}；GB/T 24067-2024 {clauses}"))


def _secondary_sources(facts: Facts, language: int) -> Said:
    order = facts.resolution["order"]["criteria"]
    joint = (" → ").join(CRITERIA.get(name, (name, name))[language] for name in order)
    return Said((joint, str(facts.resolution["source"])))


def _unit_processes(facts: Facts, language: int) -> Said:
    heads = (("过程", "基准流", "行", "方向", "流", "每基准流数量"),
             ("process", "reference flow", "line", "direction", "flow",
              "per reference flow"))  # fmt: skip
    of = {row["process_id"]: row for row in facts.of["process"]}
    rows = []
    for line in facts.of["exchange"]:
        process = of[line["process_id"]]
        reference = (
            f"{plain(process['reference_amount'])} {process['reference_flow_unit']} "
            f"{facts.name(process['reference_flow'], language)}"
        )
        rows.append(
            (line["process_id"], reference, line["line"],
             named(DIRECTION, line["direction"], language),
             facts.name(line["flow"], language), f"{plain(line['amount'])} {line['amount_unit']}")
        )  # fmt: skip
    return Said(head=heads[language], rows=tuple(rows))


def _allocation(facts: Facts, language: int) -> Said:
    head = (("过程", "方法"), ("process", "method"))[language]
    rows = tuple(
        (row["process_id"], named(ALLOCATION, row["allocation"], language))
        for row in facts.of["process"]
    )
    return Said(head=head, rows=rows)


def _model(facts: Facts, language: int) -> Said:
    (model,) = facts.of["model"]
    links: list[dict[str, Any]] = json.loads(model["links"])
    said = f"{model['model_id']}@{model['version']}：{'、'.join(model['processes'])}"
    if not links:
        return Said((said, ("单一过程，无内部连接", "one process, no inner links")[language]))
    head = (("使用过程", "行", "供应过程"), ("taker", "line", "provider"))[language]
    rows = tuple((link["process"], link["line"], link["provider"]) for link in links)
    return Said((said,), head, rows)


SCOPE: dict[str, Part] = {
    "product_system": _product_system, "functional_unit": _functional_unit,
    "boundary": _boundary, "time_and_place": _time_and_place, "routes": _routes,
    "cut_off": _cut_off, "data_requirements": _data_requirements,
    "secondary_sources": _secondary_sources, "unit_processes": _unit_processes,
    "allocation": _allocation, "model": _model,
}  # fmt: skip
