"""Results of the footprint room: totals, components, stages, gases, lines, checks.

Belongs here: what is computed per product and GWP set. Does not belong here: the
inventory it is computed from (``schemas.product``) and grades (``schemas.grade``).
Numbers are decimals, so that a reader who sums the parts gets the total exactly.
"""

from __future__ import annotations

from schemas.factor import BOUNDARY_FIELD, FACTOR_ID, VERSION
from schemas.judgement import FACTOR_QUALITY
from schemas.names import CITATION, CONFIDENCE_OF_ROW, FLAGS, NAME_EN, NAME_ZH, REASON_EN, REASON_ZH
from schemas.product import (
    ACCOUNTING_RULE,
    DECLARED_UNIT,
    DIRECTION_FIELD,
    EXCHANGE,
    FLOW_USE_FIELD,
    INVENTORY_ID,
    INVENTORY_RESULT,
    LINE,
    PROCESS_ID,
    PRODUCT,
    PRODUCT_ID,
    PROVIDER,
    REFERENCE_FLOW_UNIT,
    STAGE_FIELD,
)
from schemas.reference import CATEGORY_ID, COMPONENT_FIELD, GWP_SET_FIELD, REGION_CODE
from schemas.table import Field, Reference, Table

# fmt: off
PER_UNIT = "kgCO2e/@declared_unit"


def result(name: str, zh: str, en: str, *, required: bool = True) -> Field:
    """A column of a result, kgCO2e per declared amount."""
    return Field(name, "decimal", zh, en, f"{zh}，每声明数量。",
                 f"{en}, per declared amount.", unit=PER_UNIT, required=required)


RESULT_STATE = Field(
    "result_state", "code", "结果性质", "Standing of the result",
    "confirmed、provisional（暂定）或 demonstration（演示）。",
    "confirmed, provisional or demonstration.",
    pattern=r"^(confirmed|provisional|demonstration)$",
)
CONTRIBUTION = result("contribution", "贡献", "Contribution")
SHARE = Field("share", "number", "占比", "Share", "占总量的份额。",
              "Share of the total.", unit="1", required=False)
FOOTPRINT_SCALED = Field(
    "scaled_amount", "decimal", "数量", "Scaled amount", "每声明数量产品的数量。",
    "Amount per declared amount of product.", unit="@amount_unit",
)
FOOTPRINT_REF = Reference(("product_id", "gwp_set"), "footprint", ("product_id", "gwp_set"))
FOOTPRINT = Table(
    "footprint", "产品碳足迹", "Product footprint",
    "一个产品在一个增温潜势版本下的结果。",
    "Result of one product under one GWP set.",
    (
        PRODUCT_ID, GWP_SET_FIELD, INVENTORY_ID, NAME_ZH, NAME_EN, CATEGORY_ID,
        REGION_CODE, BOUNDARY_FIELD, ACCOUNTING_RULE, DECLARED_UNIT,
        PRODUCT["declared_amount"],
        result("footprint_value", "碳足迹", "Footprint"),
        result("value_excluding_uptake", "不含生物源吸收", "Excluding biogenic uptake"),
        result("value_including_uptake", "含生物源吸收", "Including biogenic uptake"),
        result("value_location_based", "基于位置", "Location based"),
        result("value_contractual", "基于合同", "Contractual"),
        result("median", "中位数", "Median", required=False),
        result("mean", "均值", "Mean", required=False),
        result("p2_5", "2.5 % 分位", "2.5 % percentile", required=False),
        result("p97_5", "97.5 % 分位", "97.5 % percentile", required=False),
        Field("gsd2", "number", "几何标准差平方", "Squared GSD", "95 % 倍数。",
              "The 95 % factor.", unit="1", minimum=1, required=False),
        Field("samples", "integer", "抽样数", "Samples", "蒙特卡罗抽样数，未抽样为 0。",
              "Monte Carlo samples; 0 when none were drawn.", unit="1", minimum=0),
        Field("seed", "integer", "随机种子", "Seed", "随机种子。", "Seed of the draws.",
              unit="1", required=False),
        result("median_se", "中位数的标准误", "Standard error of the median", required=False),
        result("p2_5_se", "2.5 % 分位的标准误", "Standard error of the 2.5 % percentile",
                required=False),
        result("p97_5_se", "97.5 % 分位的标准误", "Standard error of the 97.5 % percentile",
                required=False),
        Field("gsd2_analytic", "number", "解析 95 % 倍数", "Analytic 95 % factor",
              "各量对数方差按灵敏度相加所得的 95 % 倍数。",
              "The 95 % factor from variances of ln x weighted by sensitivity.", unit="1",
              minimum=1, required=False),
        Field("half_width_approach1", "number", "IPCC 方法一半宽", "Half width, approach 1",
              "IPCC 误差传播（方法一）的 95 % 区间相对半宽。",
              "Relative half width of the 95 % interval by error propagation (approach 1).",
              unit="1", minimum=0, required=False),
        Field("uncertainty_coverage", "number", "不确定度覆盖率", "Coverage of uncertainty",
              "按贡献绝对值，数量或因子写明不确定度的份额；其余按无不确定度计，区间因而偏窄。",
              "Share of absolute contributions whose amount or factor states an uncertainty; "
              "the rest counts as certain, so the interval is too narrow.", unit="1",
              minimum=0, maximum=1),
        Field("samples_unproductive", "integer", "无解抽样数", "Unproductive samples",
              "消耗多于产出、因而没有足迹的抽样；不计入任何统计。",
              "Samples whose economy uses more than it makes; they enter no figure.", unit="1",
              minimum=0),
        Field("unproductive", "json", "无解抽样", "Unproductive samples named",
              "前几个无解抽样的 JSON：抽样号、谱半径、环路。",
              "JSON list of the first of them: sample, spectral radius, loop."),
        FACTOR_QUALITY["ter"], FACTOR_QUALITY["ger"], FACTOR_QUALITY["tir"],
        FACTOR_QUALITY["precision_score"], FACTOR_QUALITY["dqr"],
        Field("primary_data_share", "number", "初级数据占比", "Primary data share",
              "按贡献绝对值加权的初级数据占比。",
              "Share of primary data, weighted by absolute contribution.", unit="1",
              minimum=0, maximum=1),
        Field("unsplit_share", "number", "未拆分占比", "Unsplit share",
              "来自未写明增温潜势版本的 CO2e 的占比。",
              "Share from CO2e whose GWP set is not stated.", unit="1"),
        Field("lines_total", "integer", "行数", "Lines", "计入的行数。", "Lines in all.",
              unit="1", minimum=0),
        Field("lines_uncovered", "integer", "未覆盖行数", "Uncovered lines",
              "没有因子的行数，不按零计。", "Lines without a factor; not counted as zero.",
              unit="1", minimum=0),
        Field("cut_off_share", "number", "缺口估计占比", "Estimated share of the gaps",
              "缺口的估计占（结果加估计）的份额，不计入结果；只有门类上下界的不计；"
              "没有缺口为 0，一个也估不出为空。",
              "Estimate of the gaps over result plus estimate, never in the result; those bounded "
              "by a whole division alone do not count; 0 without gaps, empty where none can be "
              "estimated.", unit="1", minimum=0, maximum=1,
              required=False),
        Field("gaps_total", "integer", "缺口数", "Gaps",
              "没有因子的用途与未声明的上游。", "Uses without a factor and upstream not declared.",
              unit="1", minimum=0),
        Field("gaps_unestimated", "integer", "无法估计的缺口数", "Gaps without an estimate",
              "连同类因子也没有的缺口；只有门类上下界的也算在内。",
              "Gaps for which not even the category has factors; those bounded by a whole division "
              "alone are among them.",
              unit="1", minimum=0),
        Field("carbon_balance_biogenic", "decimal", "生物源碳收支", "Balance of biogenic carbon",
              "吸收减去释放的生物源碳，每声明数量；全部留在产品中时等于其碳含量。没有吸收行为空。",
              "Biogenic carbon taken up less released, per declared amount; equals the content "
              "where all of it stays in the product. Empty without uptake.",
              unit="kgC/@declared_unit", required=False),
        PRODUCT["biogenic_carbon_in_product"],
        RESULT_STATE, CONFIDENCE_OF_ROW, PRODUCT["is_limit_activity"], FLAGS,
    ),
    key=("product_id", "gwp_set"),
    optional=("ter", "ger", "tir", "precision_score", "dqr"),
    references=(Reference(("product_id",), "product", ("product_id",)),),
)
FOOTPRINT_COMPONENT = Table(
    "footprint_component", "足迹分项", "Footprint by component",
    "按分项的结果；空分项不出现。", "Result by component; undeclared ones are absent.",
    (
        PRODUCT_ID, GWP_SET_FIELD,
        COMPONENT_FIELD,
        CONTRIBUTION,
    ),
    key=("product_id", "gwp_set", "component"),
    references=(FOOTPRINT_REF,),
)
FOOTPRINT_STAGE = Table(
    "footprint_stage", "足迹分阶段", "Footprint by stage",
    "按生命周期阶段的结果。", "Result by life-cycle stage.",
    (PRODUCT_ID, GWP_SET_FIELD, STAGE_FIELD, CONTRIBUTION),
    key=("product_id", "gwp_set", "stage"),
    references=(FOOTPRINT_REF,),
)
FOOTPRINT_GAS = Table(
    "footprint_gas", "足迹分气体", "Footprint by gas",
    "按气体的结果；未拆分的 CO2e 记为 co2e_unsplit。",
    "Result by gas; CO2e without split stands as co2e_unsplit.",
    (
        PRODUCT_ID, GWP_SET_FIELD,
        Field("gas_or_unsplit", "code", "气体", "Gas", "气体代码，或 co2e_unsplit。",
              "Gas code, or co2e_unsplit."),
        Field("gas_mass", "decimal", "气体质量", "Mass of gas", "气体质量；未拆分时为空。",
              "Mass of gas; empty when not split.", unit="kg/@declared_unit",
              required=False),
        CONTRIBUTION, SHARE,
    ),
    key=("product_id", "gwp_set", "gas_or_unsplit"),
    references=(FOOTPRINT_REF,),
)
VARIANCE_SHARE = Field(
    "variance_share", "number", "方差占比", "Share of variance",
    "对结果方差的贡献；共用因子按灵敏度分摊。",
    "Share of the variance of the result; a shared factor is split by sensitivity.", unit="1",
    required=False,
)
FOOTPRINT_LINE = Table(
    "footprint_line", "足迹分行", "Footprint by line",
    "每一行的贡献、所选因子与理由。",
    "Contribution of each line, the factor chosen and why.",
    (
        PRODUCT_ID, GWP_SET_FIELD, PROCESS_ID, LINE, STAGE_FIELD, DIRECTION_FIELD,
        EXCHANGE["flow"], FLOW_USE_FIELD,
        FOOTPRINT_SCALED, EXCHANGE["amount_unit"], FACTOR_ID, VERSION, PROVIDER,
        Field("applied_value", "number", "采用的因子值", "Applied value",
              "换算到该行单位后的 CO2e 因子值。",
              "CO2e per unit of the line, after conversion.",
              unit="kgCO2e/@amount_unit", required=False),
        CONTRIBUTION, SHARE,
        VARIANCE_SHARE,
        INVENTORY_RESULT["is_covered"],
        Field("selection_rank", "integer", "候选数中的名次", "Rank", "所选因子的名次。",
              "Rank of the factor chosen.", unit="1", minimum=1, required=False),
        REASON_ZH,
        REASON_EN,
        Field("runners_up", "json", "落选因子", "Runners-up", "落选因子及原因的 JSON。",
              "JSON list of the runners-up and why they lost."),
        FLAGS,
    ),
    key=("product_id", "gwp_set", "process_id", "line"),
    optional=("factor_id", "version"),
    references=(
        FOOTPRINT_REF,
        Reference(("factor_id", "version"), "factor", ("factor_id", "version")),
    ),
)
FOOTPRINT_SUPPLY = Table(
    "footprint_supply", "过程供应量", "Supply of processes",
    "生产声明数量所需的各过程规模与各过程强度。",
    "Scale of each process for the declared amount, and its intensity.",
    (
        PRODUCT_ID, GWP_SET_FIELD, PROCESS_ID,
        Field("scale", "decimal", "规模", "Scale", "基准流的数量。",
              "Amount of the reference flow.", unit="@reference_flow_unit"),
        Field("intensity", "decimal", "强度", "Intensity",
              "每单位基准流的 CO2e。", "CO2e per unit of the reference flow.",
              unit="kgCO2e/@reference_flow_unit"),
        REFERENCE_FLOW_UNIT,
    ),
    key=("product_id", "gwp_set", "process_id"),
    references=(FOOTPRINT_REF,),
)
FOOTPRINT_CHECK = Table(
    "footprint_check", "足迹对照值", "Check value",
    "公开文献或法规的对照值，与结果并列并解释差异。",
    "Published check values beside the result, with the difference explained.",
    (
        PRODUCT_ID,
        Field("check_id", "code", "对照编号", "Check id", "对照值编号。",
              "Id of the check value.", pattern=r"^[A-Z0-9-]+$"),
        GWP_SET_FIELD,
        Field("check_kind", "text", "对照值性质", "Kind of check value",
              "发表结果、法规缺省值或法规基准。",
              "Published result, regulatory default or regulatory benchmark."),
        Field("check_value", "number", "对照值", "Check value", "对照值。",
              "The check value.", unit="@check_unit"),
        Field("check_unit", "text", "对照值单位", "Unit", "对照值的单位。", "Its unit."),
        result("our_value", "本库结果", "Our result"),
        Field("ratio", "number", "比值", "Ratio", "本库结果与对照值之比（换算到同一单位）。",
              "Our result over the check value, in one unit.", unit="1",
              required=False),
        Field("check_boundary", "text", "对照边界", "Boundary of the check",
              "对照值的边界。", "Boundary of the check value."),
        Field("explanation_zh", "text", "差异解释", "Explanation (Chinese)",
              "差异的解释。", "Why they differ, in Chinese."),
        Field("explanation_en", "text", "差异解释（英文）", "Explanation (English)",
              "差异的英文解释。", "Why they differ, in English."),
        CITATION, CONFIDENCE_OF_ROW,
    ),
    key=("product_id", "check_id"),
    references=(Reference(("product_id",), "product", ("product_id",)),),
)
FOOTPRINT_TABLES = (
    FOOTPRINT, FOOTPRINT_COMPONENT, FOOTPRINT_STAGE, FOOTPRINT_GAS, FOOTPRINT_LINE,
    FOOTPRINT_SUPPLY, FOOTPRINT_CHECK,
)
