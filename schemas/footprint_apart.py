"""Results told apart: parts by gas and component, gaps with their weight, electricity.

Belongs here: what ISO 14067 and GB/T 24067 want reported beside the total. Does not belong
here: totals and lines (``schemas.footprint``).
"""

from __future__ import annotations

from schemas.footprint import CONTRIBUTION, FOOTPRINT_GAS, FOOTPRINT_REF, FOOTPRINT_SCALED, result
from schemas.names import REASON_EN, REASON_ZH
from schemas.product import EXCHANGE, LINE, PROCESS_ID, PRODUCT_ID, STAGE_FIELD
from schemas.reference import COMPONENT_FIELD, GWP_SET_FIELD
from schemas.table import Field, Table
from schemas.vocabularies import ELECTRICITY_BASIS, GAP_BASIS, GAP_KIND, HEADING

# fmt: off
FOOTPRINT_PART = Table(
    "footprint_part", "足迹分报", "Footprint told apart",
    "结果最细的份额：按过程、阶段、气体、分项；计入的各行之和等于结果，一位不差。",
    "The finest parts of a result: by process, stage, gas and component; those that count sum "
    "to the result exactly.",
    (
        PRODUCT_ID, GWP_SET_FIELD, PROCESS_ID, STAGE_FIELD, FOOTPRINT_GAS["gas_or_unsplit"],
        COMPONENT_FIELD,
        Field("heading", "code", "分报项", "Heading", "按 GB/T 24067 / ISO 14067 分别报告的项目。",
              "The heading it is reported under by GB/T 24067 / ISO 14067.",
              vocabulary=HEADING),
        FOOTPRINT_GAS["gas_mass"], CONTRIBUTION,
        Field("is_counted", "boolean", "计入结果", "Counts in the result",
              "按核算规则的生物源约定是否计入结果；备注项不计入。",
              "Whether it counts in the result by the rule's convention; memo items do not."),
    ),
    key=("product_id", "gwp_set", "process_id", "stage", "gas_or_unsplit", "component"),
    references=(FOOTPRINT_REF,),
)
FOOTPRINT_GAP = Table(
    "footprint_gap", "足迹缺口", "Gap of a footprint",
    "没有因子的用途与未声明的上游，及其可能的分量；不按零计，也不计入结果。",
    "Uses without a factor and upstream not declared, with what they may weigh; neither zero "
    "nor part of the result.",
    (
        PRODUCT_ID, GWP_SET_FIELD, PROCESS_ID, LINE,
        Field("gap_kind", "code", "缺口类型", "Kind of gap", "缺什么。", "What is missing.",
              vocabulary=GAP_KIND),
        EXCHANGE["flow"], FOOTPRINT_SCALED, EXCHANGE["amount_unit"],
        Field("gap_basis", "code", "估计依据", "Basis of the estimate",
              "由哪些因子或公布的数估计；公布的数及其出处在规则 rules/reporting.toml 的 [gap]。",
              "Which factors or published figures the estimate is from; the figures and their "
              "sources stand in [gap] of rules/reporting.toml.", vocabulary=GAP_BASIS),
        Field("proxies", "integer", "所用因子数", "Factors used",
              "估计所用因子或公布的数的个数。",
              "How many factors or published figures the estimate is from.", unit="1", minimum=0),
        result("estimate_low", "估计下限", "Lowest estimate", required=False),
        result("estimate", "估计", "Estimate", required=False),
        result("estimate_high", "估计上限", "Highest estimate", required=False),
        REASON_ZH, REASON_EN,
    ),
    key=("product_id", "gwp_set", "process_id", "line", "gap_kind"),
    references=(FOOTPRINT_REF,),
)
FOOTPRINT_ELECTRICITY = Table(
    "footprint_electricity", "用电分列", "Electricity told apart",
    "每一用电行：凭证覆盖与未覆盖的电量，按位置与按合同的结果。",
    "Each line of electricity: what certificates cover and what not, by place and by contract.",
    (
        PRODUCT_ID, GWP_SET_FIELD, PROCESS_ID, LINE,
        FOOTPRINT_SCALED, EXCHANGE["amount_unit"],
        Field("covered_amount", "decimal", "已覆盖电量", "Covered", "凭证与合同覆盖的数量。",
              "What certificates and contracts cover.", unit="@amount_unit"),
        Field("uncovered_amount", "decimal", "未覆盖电量", "Not covered", "其余数量。",
              "The rest.", unit="@amount_unit"),
        Field("instruments", "texts", "凭证", "Instruments", "所用凭证与合同。",
              "Certificates and contracts used."),
        result("location_contribution", "基于位置", "By place"),
        result("covered_contribution", "已覆盖部分", "Covered part"),
        result("uncovered_contribution", "未覆盖部分", "Part not covered"),
        Field("electricity_basis", "code", "未覆盖部分的依据", "Basis of the part not covered",
              "残余结构、平均因子或没有因子。", "Residual mix, average or no factor.",
              vocabulary=ELECTRICITY_BASIS),
        Field("residual_factor", "text", "残余结构因子", "Residual mix",
              "所用残余结构因子：编号@版本。", "The residual mix used: id@version.",
              required=False),
    ),
    key=("product_id", "gwp_set", "process_id", "line"),
    references=(FOOTPRINT_REF,),
)
APART_TABLES = (FOOTPRINT_PART, FOOTPRINT_GAP, FOOTPRINT_ELECTRICITY)
