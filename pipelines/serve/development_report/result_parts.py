"""Factor, choice of secondary data and review of a report: annex steps 6 to 8.

Belongs here: what these parts say. Does not belong here: computing any of it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.serve.development_report.named_parts import Said, named
from pipelines.serve.explain.explanation import chain_of, plain, rounded
from pipelines.serve.explain.gap_words import basis_of, heaviest_first, weight_of
from schemas.vocabularies import (
    ASSUMPTION_ORIGIN,
    BALANCE_RESULT,
    BOUNDARY,
    ELECTRICITY_BASIS,
    GAP_KIND,
    HEADING,
    STAGE,
    STATUS,
)

if TYPE_CHECKING:
    from pipelines.serve.development_report.facts import Facts
    from pipelines.serve.development_report.scope_parts import Part

SCORES = ("ter", "ger", "tir", "precision_score", "dqr")


def _gwp(facts: Facts, language: int) -> Said:
    used = {row["gas_or_unsplit"] for row in facts.of["footprint_gas"]}
    heads = (("气体", "GWP100", "出处"), ("gas", "GWP100", "source"))
    rows = tuple(
        (row["gas"], plain(row["gwp100"]) or "", row["citation"])
        for row in facts.of["gwp"]
        if row["gas"] in used
    )
    rule = facts.rule[("title_zh", "title_en")[language]]
    return Said(
        (f"{facts.total['gwp_set']}；{rule}；{facts.rule['source']}",), heads[language], rows
    )


def _gases(facts: Facts, language: int) -> Said:
    heads = (("气体", "质量 kg", "kgCO2e", "占比"), ("gas", "mass kg", "kgCO2e", "share"))
    rows = [
        (row["gas_or_unsplit"], plain(row["gas_mass"]) or "-", plain(row["contribution"]) or "",
         "-" if row["share"] is None else f"{row['share']:.1%}")
        for row in facts.of["footprint_gas"]
    ]  # fmt: skip
    whole = plain(facts.total["footprint_value"]) or ""
    rows.append((("合计", "total")[language], "-", whole, "100.0%"))
    return Said(head=heads[language], rows=tuple(rows))


def _stages(facts: Facts, language: int) -> Said:
    heads = (("阶段", "kgCO2e", "占比"), ("stage", "kgCO2e", "share"))
    total = facts.total["footprint_value"]
    rows = tuple(
        (named(STAGE, row["stage"], language), plain(row["contribution"]) or "",
         f"{row['contribution'] / total:.1%}" if total else "-")
        for row in facts.of["footprint_stage"]
    )  # fmt: skip
    return Said(head=heads[language], rows=rows)


def _separate(facts: Facts, language: int) -> Said:
    heads = (("分报项", "kgCO2e", "计入结果"), ("heading", "kgCO2e", "counts in the result"))
    sums: dict[tuple[str, bool], Decimal] = {}
    for row in facts.of["footprint_part"]:
        key = (row["heading"], row["is_counted"])
        sums[key] = sums.get(key, Decimal(0)) + row["contribution"]
    yes = (("是", "否"), ("yes", "no"))[language]
    rows = tuple((named(HEADING, name, language), plain(value) or "", yes[not counts])
                 for (name, counts), value in sorted(sums.items()))  # fmt: skip
    carbon = facts.total["biogenic_carbon_in_product"]
    word = ("产品生物源碳含量", "biogenic carbon in the product")[language]
    shown = ("清单未写明", "not stated by the inventory")[language] if carbon is None else (
        f"{carbon:g} kgC")  # fmt: skip
    return Said((f"{word}：{shown}",), heads[language], rows)


def _electricity(facts: Facts, language: int) -> Said:
    rows = facts.of["footprint_electricity"]
    if not rows:
        return Said(missing=("清单没有外购电力", "no electricity is bought")[language])
    heads = (("行", "已覆盖", "未覆盖", "基于位置 kgCO2e", "基于合同 kgCO2e", "未覆盖依据"),
             ("line", "covered", "uncovered", "by place", "by contract",
              "basis of the rest"))  # fmt: skip
    shown = tuple(
        (f"{r['process_id']}/{r['line']}", f"{rounded(r['covered_amount'])} {r['amount_unit']}",
         f"{rounded(r['uncovered_amount'])} {r['amount_unit']}",
         rounded(r["location_contribution"]),
         rounded(r["covered_contribution"] + r["uncovered_contribution"]),
         named(ELECTRICITY_BASIS, r["electricity_basis"], language))
        for r in rows
    )  # fmt: skip
    total = facts.total
    word = (("基于位置", "基于合同"), ("by place", "by contract"))[language]
    said = (f"{word[0]} {plain(total['value_location_based'])} kgCO2e；"
            f"{word[1]} {plain(total['value_contractual'])} kgCO2e")  # fmt: skip
    return Said((said,), heads[language], shown)


def _uncertainty(facts: Facts, language: int) -> Said:
    total = facts.total
    # A result that may have either sign has no GSD2, and an interval all the same.
    if not total["samples"] or total["p2_5"] == total["p97_5"]:
        why = ("清单与因子都没有写明不确定度，不给区间",
               "neither inventory nor factors state an uncertainty: no interval")  # fmt: skip
        return Said(missing=why[language])
    low, high, middle = (rounded(total[name]) for name in ("p2_5", "p97_5", "median"))
    cover = f"{total['uncertainty_coverage']:.0%}"
    said = (
        f"95 % 区间 {low} – {high} kgCO2e，中位数 {middle}，{total['samples']} 次抽样，"
        f"写明不确定度的贡献占 {cover}",
        f"95 % interval {low} – {high} kgCO2e, median {middle}, {total['samples']} samples, "
        f"{cover} of the contributions state an uncertainty",
    )[language]
    heads = (("量", "方差占比", "灵敏度"), ("quantity", "share of variance", "sensitivity"))
    ranked = sorted(facts.of["footprint_uncertainty"], key=lambda row: row["variance_rank"])
    rows = tuple(
        (r["quantity"], "-" if r["variance_share"] is None else f"{r['variance_share']:.1%}",
         f"{r['sensitivity']:.3g}")
        for r in ranked
    )  # fmt: skip
    return Said((said,), heads[language], rows)


def _factors_used(facts: Facts, language: int) -> Said:
    heads = (("行", "因子", "算式", "理由", "来源"),
             ("line", "factor", "arithmetic", "reason", "source"))  # fmt: skip
    rows = []
    for line in facts.of["footprint_line"]:
        factor = facts.factors.get((line["factor_id"], line["version"]))
        if factor is None:
            continue
        chain = chain_of(line["scaled_amount"], line["amount_unit"], line["applied_value"],
                         line["contribution"])  # fmt: skip
        rows.append(
            (f"{line['process_id']}/{line['line']}",
             f"{line['factor_id']}@{line['version']} {factor[('name_zh', 'name_en')[language]]}",
             chain, line[("reason_zh", "reason_en")[language]] or "-",
             str(factor[("title_zh", "title_en")[language]]))
        )  # fmt: skip
    if not rows:
        none = ("没有用次级因子：全部排放由清单给出", "no secondary factor is used")[language]
        return Said((none,))
    return Said(head=heads[language], rows=tuple(rows))


def _representativeness(facts: Facts, language: int) -> Said:
    rows = tuple(
        (f"{r['factor_id']}@{r['version']}",
         *("-" if r[name] is None else f"{r[name]:g}" for name in SCORES))
        for r in facts.of["factor_quality"]
    )  # fmt: skip
    if not rows:
        why = ("没有用到有评分的因子", "no factor with scores is used")
        return Said(missing=why[language])
    return Said(head=(("因子", "factor")[language], "TeR", "GeR", "TiR", "P", "DQR"), rows=rows)


def _completeness(facts: Facts, language: int) -> Said:
    gaps = facts.of["footprint_gap"]
    if not gaps:
        return Said((("没有缺口", "no gaps")[language],))
    heads = (("行", "流", "缺什么", "估计 kgCO2e", "依据"),
             ("line", "flow", "missing", "estimate kgCO2e", "basis"))  # fmt: skip
    rows = tuple(
        (f"{g['process_id']}/{g['line']}", facts.name(g["flow"], language),
         named(GAP_KIND, g["gap_kind"], language),
         weight_of(g, language), basis_of(g, language))
        for g in heaviest_first(gaps)
    )  # fmt: skip
    return Said(head=heads[language], rows=rows)


def _consistency(facts: Facts, language: int) -> Said:
    heads = (("因子", "边界", "GWP", "状态"), ("factor", "boundary", "GWP", "state"))
    rows = tuple(
        (
            f"{f['factor_id']}@{f['version']}",
            named(BOUNDARY, f["boundary"], language),
            f["gwp_set"],
            named(STATUS, f["status"], language),
        )
        for f in facts.factors.values()
    )
    convention = facts.rule["biogenic_convention"]
    policy = facts.rule["electricity_policy"]
    said = f"{facts.total['gwp_set']}；{convention}；{policy}"
    return Said((said,), heads[language] if rows else (), rows)


def _half(text: str, language: int) -> str:
    """One half of a text that holds both languages, ``中文 | English``; any other whole."""
    halves = text.split(" | ", maxsplit=1)
    return halves[language] if len(halves) > 1 else text


def _assumptions(facts: Facts, language: int) -> Said:
    heads = (("序号", "内容", "影响", "依据", "来源"),
             ("no", "text", "effect", "ground", "origin"))  # fmt: skip
    key = ("text_zh", "text_en")[language]
    rows = tuple(
        (str(r["assumption_no"]), r[key], _half(r["effect"], language),
         _half(r["assumption_source"], language),
         named(ASSUMPTION_ORIGIN, r["assumption_origin"], language))
        for r in facts.of["assumption"]
    )  # fmt: skip
    if not rows:
        return Said((("没有写明假设", "no assumption is stated")[language],))
    return Said(head=heads[language], rows=rows)


def _balance(facts: Facts, language: int) -> Said:
    rows = tuple(
        (r["balanced_id"], r["balance_kind"],
         f"{r['entering_low']:.4g} – {r['entering_high']:.4g} {r['balance_unit']}",
         f"{r['leaving_low']:.4g} – {r['leaving_high']:.4g} {r['balance_unit']}",
         str(r["lines_unknown"]), named(BALANCE_RESULT, r["balance_result"], language))
        for r in facts.of["balance"]
    )  # fmt: skip
    if not rows:
        return Said(missing=("发布中没有平衡记录", "the release holds no balance")[language])
    heads = (("对象", "量", "进入", "离开", "未计行", "结论"),
             ("object", "quantity", "entering", "leaving", "lines unknown", "result"))  # fmt: skip
    return Said(head=heads[language], rows=rows)


def _comparison(facts: Facts, language: int) -> Said:
    rows = tuple(
        (r["check_kind"], f"{r['check_value']:g} {r['check_unit']}",
         "-" if r["ratio"] is None else f"{r['ratio']:.3f}",
         r[("explanation_zh", "explanation_en")[language]], r["citation"])
        for r in facts.of["footprint_check"]
    )  # fmt: skip
    if not rows:
        return Said(missing=("没有找到可对照的来源", "no source to compare with")[language])
    heads = (("性质", "对照值", "比值", "解释", "出处"),
             ("kind", "value", "ratio", "explanation", "source"))  # fmt: skip
    return Said(head=heads[language], rows=rows)


def _quantitative_quality(facts: Facts, language: int) -> Said:
    total = facts.total
    shown = [f"{name.upper()} {total[name]:.2f}" for name in SCORES if total[name] is not None]
    word = ("初级数据占比", "primary data share")[language]
    return Said((*shown, f"{word} {total['primary_data_share']:.1%}"))


def _of_verification(facts: Facts, language: int) -> Said:
    found = facts.of["verification"]
    if not found:
        why = ("没有第三方核查或评审记录，须在评审中补齐",
               "no verification or review is recorded; the review must add it")  # fmt: skip
        return Said(missing=why[language])
    (row,) = found
    return Said(tuple(f"{name}：{value}" for name, value in row.items() if value is not None))


def _conclusion(facts: Facts, language: int) -> Said:
    total = facts.total
    word = ("结果性质", "standing of the result")[language]
    flags = "、".join(total["flags"]) or "-"
    lines = (f"{word}：{total['result_state']}（{total['confidence']}）", flags)
    if facts.of["verification"]:
        return Said(lines)
    why = ("评审结论未作出", "no conclusion of a review is recorded")[language]
    return Said(lines, missing=why)


RESULTS: dict[str, Part] = {
    "gwp": _gwp, "gases": _gases, "stages": _stages, "separate": _separate,
    "electricity": _electricity, "uncertainty": _uncertainty, "factors_used": _factors_used,
    "representativeness": _representativeness, "completeness": _completeness,
    "consistency": _consistency, "assumptions": _assumptions, "balance": _balance,
    "comparison": _comparison, "expert_review": _of_verification,
    "quantitative_quality": _quantitative_quality, "rigour_traceability": _of_verification,
    "conclusion": _conclusion,
}  # fmt: skip
