"""Products, unit processes and their lines: what a footprint is computed from.

Belongs here: the inventory as handed in and the life-cycle model it forms. Does not
belong here: results (``schemas.footprint``) and factors (``schemas.factor``).
"""

from __future__ import annotations

from schemas.factor import BOUNDARY_FIELD, FACTOR, UNCERTAINTY, VERSION
from schemas.names import CONFIDENCE_OF_ROW, MODEL_ID, NAME_EN, NAME_ZH, VERIFICATION_ID
from schemas.reference import CATEGORY_ID, FLOW_ID, GWP_SET_FIELD, REGION_CODE, ROUTE
from schemas.source import DATA_ORIGIN_FIELD
from schemas.table import Field, Reference, Rule, Table
from schemas.vocabularies import ALLOCATION, ASSUMPTION_ORIGIN, DIRECTION, FLOW_USE, STAGE

# fmt: off
ID = r"^[a-z0-9]+([_-][a-z0-9]+)*$"
INVENTORY_ID = Field(
    "inventory_id", "code", "清单", "Inventory", "清单文件夹的名称。",
    "Name of the inventory folder.", pattern=ID,
)
PRODUCT_ID = Field(
    "product_id", "code", "产品编号", "Product id", "产品的永久编号。",
    "Permanent id of the product.", pattern=ID,
)
PROCESS_ID = Field(
    "process_id", "code", "过程编号", "Process id", "单元过程的永久编号。",
    "Permanent id of the unit process.", pattern=ID,
)
DECLARED_UNIT = Field("declared_unit", "code", "声明单位", "Declared unit", "声明单位。",
                      "Declared unit.")
ACCOUNTING_RULE = Field(
    "accounting_rule", "code", "核算规则", "Accounting rule", "核算规则代码与版本。",
    "Id of the product accounting rule.", pattern=r"^[a-z0-9]+([_.-][a-z0-9]+)*$",
)
PERIOD_START = Field("period_start", "date", "活动期起", "Period from",
                     "活动数据期间的首日。", "First day of the activity data.")
PERIOD_END = Field("period_end", "date", "活动期止", "Period to",
                   "活动数据期间的末日。", "Last day of the activity data.")
PERIOD_RULE = Rule("R-PER-01", "period_start <= period_end", "起不晚于止。",
                   "From is not after to.")
REGION_REF = Reference(("region_code",), "region", ("region_code",))
PRODUCT = Table(
    "product", "产品", "Product",
    "一个要计算足迹的产品及其功能单位、边界与规则。",
    "A product to be computed, with functional unit, boundary and rule.",
    (
        INVENTORY_ID, PRODUCT_ID, NAME_ZH, NAME_EN, CATEGORY_ID,
        Field("functional_unit", "text", "功能单位", "Functional unit", "功能单位描述。",
              "Description of the functional unit."),
        DECLARED_UNIT,
        Field("declared_amount", "number", "声明数量", "Declared amount", "声明单位的数量。",
              "How many declared units.", unit="@declared_unit", minimum=0,
              exclusive_minimum=True),
        Field("service_life", "text", "使用寿命", "Service life", "使用寿命。",
              "Service life.", required=False),
        PROCESS_ID,
        Field("producer_id", "text", "生产者", "Producer", "生产者代码；无具体企业时为空。",
              "Code of the producer; empty when no enterprise is meant.", required=False),
        REGION_CODE, PERIOD_START, PERIOD_END, BOUNDARY_FIELD, ACCOUNTING_RULE,
        GWP_SET_FIELD,
        VERIFICATION_ID,
        CONFIDENCE_OF_ROW,
        Field("is_limit_activity", "boolean", "活动数据为限额值", "Activity is a limit value",
              "活动数据取自能耗限额，不是工厂实测。",
              "Activity data are limits of a standard, not plant measurements."),
        Field("coverage_zh", "text", "覆盖范围", "Coverage (Chinese)", "包含哪些内容。",
              "What is covered, in Chinese."),
        Field("coverage_en", "text", "覆盖范围（英文）", "Coverage (English)",
              "英文覆盖范围。", "What is covered, in English."),
        Field("missing_zh", "text", "缺失内容", "Missing (Chinese)", "未包含的内容。",
              "What is missing, in Chinese.", required=False),
        Field("missing_en", "text", "缺失内容（英文）", "Missing (English)",
              "英文缺失内容。", "What is missing, in English.", required=False),
        Field("biogenic_carbon_in_product", "number", "产品生物源碳含量",
              "Biogenic carbon in the product",
              "产品中的生物源碳，每声明数量；单独报告，不计入结果。",
              "Biogenic carbon in the product per declared amount; reported apart, outside "
              "the result.", unit="kgC/@declared_unit", minimum=0, required=False),
    ),
    key=("product_id",),
    optional=("verification_id",),
    references=(REGION_REF, Reference(("category_id",), "category", ("category_id",)),
                Reference(("declared_unit",), "unit", ("unit",))),
    rules=(PERIOD_RULE,),
)
REFERENCE_FLOW_UNIT = Field("reference_flow_unit", "code", "基准流单位",
                            "Unit of the reference flow", "基准流的单位。",
                            "Unit of the reference flow.")
PROCESS = Table(
    "process", "单元过程", "Unit process",
    "单元过程，归一到一个基准流。", "Unit process, normalised to one reference flow.",
    (
        PROCESS_ID, VERSION, INVENTORY_ID, NAME_ZH, NAME_EN, REGION_CODE,
        Field("reference_flow", "code", "基准流", "Reference flow", "基准流代码。",
              "Code of the reference flow."),
        Field("reference_amount", "number", "基准量", "Reference amount", "基准流数量。",
              "Amount of the reference flow.", unit="@reference_flow_unit", minimum=0,
              exclusive_minimum=True),
        REFERENCE_FLOW_UNIT,
        Field("allocation", "code", "分配方法", "Allocation", "分配方法。",
              "Allocation method.", vocabulary=ALLOCATION),
        FACTOR["technology"],
        ROUTE, DATA_ORIGIN_FIELD, CONFIDENCE_OF_ROW,
    ),
    key=("process_id", "version"),
    references=(REGION_REF, Reference(("reference_flow",), "flow", ("flow_id",)),
                Reference(("reference_flow_unit",), "unit", ("unit",))),
)
LINE = Field("line", "code", "行号", "Line", "过程内的行号，永不改用。",
             "Line within the process; never re-used.", pattern=r"^[A-Za-z0-9_.-]+$")
STAGE_FIELD = Field("stage", "code", "生命周期阶段", "Stage", "生命周期阶段。",
                    "Life-cycle stage.", vocabulary=STAGE)
DIRECTION_FIELD = Field("direction", "code", "方向", "Direction", "投入、产出或排放。",
                        "Input, output or emission.", vocabulary=DIRECTION)
FLOW_USE_FIELD = Field("flow_use", "code", "用途", "Flow use", "流如何被使用。",
                       "How the flow is used.", vocabulary=FLOW_USE, required=False)
SUPPLIER_ID = Field("supplier_id", "text", "供应商", "Supplier", "供应商代码。",
                    "Code of the supplier.", required=False)
PROVIDER = Field("provider", "text", "供应过程或因子", "Provider",
                 "过程编号、factor:编号[@版本]、product:编号，或空（由规则选择）。",
                 "A process id, factor:id[@version], product:id, or empty (resolved).",
                 required=False)
EXCHANGE = Table(
    "exchange", "过程的行", "Exchange",
    "单元过程的一行投入、产出或排放，每基准流。",
    "One input, output or emission of a unit process, per reference flow.",
    (
        PROCESS_ID, VERSION, LINE, STAGE_FIELD, DIRECTION_FIELD,
        Field("flow", "text", "流", "Flow", "流代码；排放与清除为气体代码。",
              "Flow code; a gas code for emissions and removals."),
        FLOW_USE_FIELD,
        Field("amount", "number", "数量", "Amount", "每基准流的数量。",
              "Amount per reference flow.", unit="@amount_unit"),
        Field("amount_unit", "code", "数量单位", "Unit of the amount", "数量的单位。",
              "Unit of the amount."),
        PROVIDER, SUPPLIER_ID, REGION_CODE, ROUTE, DATA_ORIGIN_FIELD,
        UNCERTAINTY[0], UNCERTAINTY[1],
        Field("amount_lower95", "number", "数量下限", "Lower limit of the amount",
              "数量区间下限。", "Lower limit of the amount.", unit="@amount_unit",
              required=False),
        Field("amount_upper95", "number", "数量上限", "Upper limit of the amount",
              "数量区间上限。", "Upper limit of the amount.", unit="@amount_unit",
              required=False),
        Field("basic_variance", "number", "基本方差", "Basic variance",
              "谱系矩阵的基本部分（ln 方差）。", "Basic part of the pedigree (ln variance).",
              unit="1", minimum=0, required=False),
        FACTOR["derivation"],
        Field("reason", "text", "估算理由", "Reason", "估算值的方法与理由。",
              "Method and reason of an estimate.", required=False),
        Field("allocation_value", "number", "分配值", "Allocation value",
              "每单位的质量、能量或价格。", "Mass, energy or price per unit.",
              unit="1", minimum=0, required=False),
        CONFIDENCE_OF_ROW,
        Field("line_source", "text", "行的出处", "Source of the line", "该行数据的出处。",
              "Where the line's figure comes from."),
        Field("note", "text", "备注", "Note", "备注。", "Note.", required=False),
    ),
    key=("process_id", "version", "line"),
    optional=("region_code",),
    references=(
        Reference(("process_id", "version"), "process", ("process_id", "version")),
        Reference(("amount_unit",), "unit", ("unit",)), REGION_REF,
    ),
    rules=(
        Rule("R-EXC-01",
             "derivation <> 'estimated' OR (reason IS NOT NULL AND length(reason) > 0)",
             "估算值必须写明方法与理由。", "An estimate states its method and reason."),
        Rule("R-EXC-02", "direction NOT IN ('emission', 'removal') OR amount >= 0",
             "排放与清除的质量为正数。", "Masses of emissions and removals are positive."),
    ),
)
INSTRUMENT = Table(
    "instrument", "电力凭证", "Electricity instrument",
    "绿证与合同：数量、期间与归属。", "Certificates and contracts: amount, period, claimant.",
    (
        Field("instrument_id", "code", "凭证编号", "Instrument id", "凭证编号，只能用一次。",
              "Id of the instrument; used once."),
        PROCESS_ID, LINE,
        Field("instrument_kind", "code", "凭证类型", "Kind", "certificate 或 contract。",
              "certificate or contract.", pattern=r"^(certificate|contract)$"),
        Field("energy_source", "code", "能源", "Energy source", "能源类型。",
              "Energy source."),
        Field("market_region", "code", "市场区域", "Market region", "市场所在区域。",
              "Region of the market."),
        PROVIDER,
        Field("instrument_amount", "number", "电量", "Amount", "凭证电量。",
              "Amount of electricity.", unit="@instrument_unit", minimum=0),
        Field("instrument_unit", "code", "电量单位", "Unit", "电量单位。", "Unit."),
        PERIOD_START, PERIOD_END,
        Field("retired_for", "text", "注销归属", "Retired for", "为谁注销。",
              "For whom it was retired."),
    ),
    key=("instrument_id",),
    rules=(PERIOD_RULE,),
)
ASSUMPTION = Table(
    "assumption", "假设", "Assumption",
    "清单中的缺失与假设，一条一行。", "What is missing or assumed, one per row.",
    (
        INVENTORY_ID,
        Field("assumption_no", "integer", "序号", "Number", "清单内的序号。",
              "Number within the inventory.", unit="1", minimum=1),
        PROCESS_ID, LINE,
        Field("text_zh", "text", "内容", "Text (Chinese)", "中文内容。", "In Chinese."),
        Field("text_en", "text", "英文内容", "Text (English)", "英文内容。", "In English."),
        Field("effect", "text", "影响", "Effect", "对结果的影响。", "Effect on the result."),
        Field("assumption_source", "text", "依据", "Source", "依据或出处。",
              "Ground or source."),
        Field("assumption_origin", "code", "假设来源", "Origin", "清单写明，或计算时作出。",
              "Stated by the inventory, or made by the computation.",
              vocabulary=ASSUMPTION_ORIGIN),
    ),
    key=("inventory_id", "assumption_no"),
    optional=("process_id", "line"),
)
MODEL = Table(
    "model", "生命周期模型", "Life-cycle model",
    "一个模型：功能单位、边界、哪些过程如何相连。",
    "One model: functional unit, boundary, which processes are linked how.",
    (
        MODEL_ID, VERSION, PRODUCT_ID, PRODUCT["functional_unit"], BOUNDARY_FIELD,
        ACCOUNTING_RULE,
        Field("processes", "texts", "过程", "Processes", "包含的过程。",
              "Processes in the model."),
        Field("links", "json", "连接", "Links", "连接的 JSON：过程、行、供应过程。",
              "JSON list of links: process, line, provider."),
    ),
    key=("model_id", "version"),
)
INVENTORY_RESULT = Table(
    "inventory_result", "清单结果", "Inventory result",
    "每功能单位的总投入与总排放。", "Total inputs and emissions per functional unit.",
    (
        MODEL_ID, VERSION, FLOW_ID, DIRECTION_FIELD,
        Field("total_amount", "decimal", "总量", "Total amount", "每声明单位的总量。",
              "Total per declared unit.", unit="@total_unit"),
        Field("total_unit", "code", "总量单位", "Unit of the total", "总量的单位。",
              "Unit of the total."),
        Field("is_covered", "boolean", "已覆盖", "Covered", "是否有因子覆盖。",
              "Whether a factor covers it."),
    ),
    key=("model_id", "version", "flow_id", "direction", "total_unit", "is_covered"),
    references=(Reference(("model_id", "version"), "model", ("model_id", "version")),),
)
PRODUCT_TABLES = (
    PRODUCT, PROCESS, EXCHANGE, INSTRUMENT, ASSUMPTION, MODEL, INVENTORY_RESULT,
)
