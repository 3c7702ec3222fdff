"""Factors: the columns of a factor, the admitted factors, their gases and CO2e.

Belongs here: published numbers about an activity. Does not belong here: what sources hand
in (``schemas.candidate``), parameters (``schemas.parameter``), what judging says of a
factor (``schemas.judgement``), who decided (``schemas.review``).
"""

from __future__ import annotations

from schemas.names import (
    CONFIDENCE_OF_ROW,
    DECISION_ID,
    FLAGS,
    MODEL_ID,
    NAME_EN,
    NAME_ZH,
    NOTE_EN,
    NOTE_ZH,
    VERIFICATION_ID,
)
from schemas.reference import (
    CATEGORY,
    CATEGORY_ID,
    FLOW_ID,
    GAS_CODE,
    GWP_SET_FIELD,
    REGION_CODE,
    ROUTE,
)
from schemas.source import (
    AUTHORISATION,
    CORE_DATA,
    DATA_CLASS_FIELD,
    DATA_ORIGIN_FIELD,
    EDITION,
    EVIDENCE_ID,
    EVIDENCE_REF,
    LICENCE_FIELD,
    LICENCE_REF,
    METHOD_RULE,
    METHODOLOGY_URL,
    PUBLISHED_ON,
    RECORD_KEY,
    SOURCE_ID,
    SOURCE_REF,
)
from schemas.table import Field, Reference, Rule, Table
from schemas.vocabularies import (
    BOUNDARY,
    DELIVERY_SCOPE,
    DERIVATION,
    FACTOR_KIND,
    LOCATION_TYPE,
    REVIEW_STATE,
    STATUS,
    UNCERTAINTY_KIND,
    VALUE_CONVENTION,
)

# fmt: off
FACTOR_ID = Field(
    "factor_id", "code", "因子编号", "Factor id",
    "永久编号，由来源与其记录号导出，永不改用。",
    "Permanent id derived from the source and its record key; never re-used.",
    pattern=r"^F[A-Z2-7]{12}$",
)
VERSION = Field(
    "version", "code", "版本号", "Version",
    "主号变更表示数值或含义变更，次号变更表示元数据变更。",
    "Major: value or meaning changed; minor: metadata changed.", pattern=r"^[0-9]+\.[0-9]+$",
)
COMPONENTS = tuple(
    Field(name, "number", zh, en, f"{zh}，每基准单位；空为未申报，不等于零。",
          f"{en} per reference unit; null is not declared, which is not zero.",
          unit="kgCO2e/@reference_unit", required=False, minimum=low, maximum=high)
    for name, zh, en, low, high in (
        ("fossil", "化石源", "Fossil", 0.0, None),
        ("biogenic_non_co2", "生物源非二氧化碳", "Biogenic non-CO2", 0.0, None),
        ("land_use_change", "土地利用变化", "Land use change", None, None),
        ("land_management_emission", "土地管理排放", "Land management emission",
         0.0, None),
        ("land_management_removal", "土地管理清除", "Land management removal",
         None, 0.0),
        ("technological_removal", "技术清除", "Technological removal", None, 0.0),
        ("ccs_capture", "捕集封存", "Capture and storage", None, 0.0),
        ("biogenic_uptake", "生物源吸收", "Biogenic uptake", None, 0.0),
        ("biogenic_co2_emission", "生物源二氧化碳排放", "Biogenic CO2 emission",
         0.0, None),
        ("aircraft", "航空（备注项）", "Aircraft (memo)", 0.0, None),
    )
)
SUMMED, UPTAKE = (tuple(f.name for f in COMPONENTS[a:b]) for a, b in ((0, 7), (7, 9)))
_OTHER = " + ".join(SUMMED)
VALUE = Field(
    "value", "number", "因子值", "Value", "带符号的因子值，清除与吸收为负。",
    "Signed value; removals and uptake are negative.", unit="@value_unit/@reference_unit",
)
VALUE_UNIT = Field(
    "value_unit", "code", "分子单位", "Value unit", "分子单位，如 kgCO2e、kgCO2、kgCH4。",
    "Unit of the numerator, for example kgCO2e, kgCO2, kgCH4.",
    pattern=r"^kg[A-Za-z][A-Za-z0-9-]*$",
)
REFERENCE_UNIT = Field(
    "reference_unit", "code", "分母单位", "Reference unit", "基准流的单位。",
    "Unit of the reference flow.",
)
BOUNDARY_FIELD = Field("boundary", "code", "系统边界", "Boundary", "系统边界。",
                       "System boundary.", vocabulary=BOUNDARY)
DATA_START = Field("data_start", "date", "数据起", "Data from", "数据所述期间的首日。",
                   "First day the data describe.", required=False)
DATA_END = Field("data_end", "date", "数据止", "Data to", "数据所述期间的末日。",
                 "Last day the data describe.", required=False)
UNCERTAINTY = (
    Field("uncertainty_kind", "code", "不确定度类型", "Uncertainty kind",
          "不确定度的表达方式。", "How the uncertainty is expressed.",
          vocabulary=UNCERTAINTY_KIND),
    Field("uncertainty_value", "text", "不确定度", "Uncertainty",
          "按类型给出的不确定度原值。", "The uncertainty as given, by its kind.",
          required=False),
    Field("lower95", "number", "95 % 下限", "Lower 95 % limit", "95 % 区间下限。",
          "Lower limit of the 95 % interval.", unit="@value_unit/@reference_unit",
          required=False),
    Field("upper95", "number", "95 % 上限", "Upper 95 % limit", "95 % 区间上限。",
          "Upper limit of the 95 % interval.", unit="@value_unit/@reference_unit",
          required=False),
    Field("variance_ln", "number", "对数方差", "Variance of ln x",
          "统一的不确定度：ln x 的方差。", "The one internal quantity: variance of ln x.",
          unit="1", minimum=0, required=False),
)
DESCRIPTION = (
    Field("factor_kind", "code", "因子类型", "Factor kind", "决定因子可用于何处。",
          "Decides what the factor may be used for.", vocabulary=FACTOR_KIND),
    FLOW_ID, NAME_ZH, NAME_EN, CATEGORY_ID, CATEGORY["product_codes"], ROUTE,
    VALUE,
    Field("value_convention", "code", "数值口径", "Value convention", "数值采用的口径。",
          "Which sum of components the value is.", vocabulary=VALUE_CONVENTION),
    VALUE_UNIT, REFERENCE_UNIT,
    *COMPONENTS,
    Field("carbon_content_fossil", "number", "化石含碳量", "Fossil carbon content",
          "产品中的化石碳。", "Fossil carbon in the product.", unit="kgC/@reference_unit",
          minimum=0, required=False),
    Field("carbon_content_biogenic", "number", "生物含碳量", "Biogenic carbon content",
          "产品中的生物碳。", "Biogenic carbon in the product.",
          unit="kgC/@reference_unit", minimum=0, required=False),
    GWP_SET_FIELD, BOUNDARY_FIELD,
    Field("delivery_scope", "code", "供应环节", "Delivery scope",
          "电力与热力的供应环节。", "Stage of supply of electricity or heat.",
          vocabulary=DELIVERY_SCOPE),
    REGION_CODE,
    Field("location_type", "code", "地点类型", "Location type", "生产混合或消费混合。",
          "Production or consumption mix.", vocabulary=LOCATION_TYPE),
    DATA_START, DATA_END,
    Field("reference_year", "integer", "参考年", "Reference year", "数据的参考年。",
          "Year the data refer to.", unit="a", minimum=1900, maximum=2100, required=False),
    Field("valid_from", "date", "有效期起", "Valid from", "声明有效的首日。",
          "First day declared valid.", required=False),
    Field("valid_until", "date", "有效期止", "Valid until", "声明有效的末日。",
          "Last day declared valid.", required=False),
    PUBLISHED_ON,
    Field("technology", "text", "技术", "Technology", "技术描述。",
          "Description of the technology.", required=False),
    Field("market_share", "number", "市场覆盖率", "Market share",
          "数据覆盖的产量份额。", "Share of output covered.", unit="1", minimum=0,
          maximum=1, required=False),
    DATA_ORIGIN_FIELD,
    Field("derivation", "code", "数据获取方式", "Derivation", "数值如何得到。",
          "How the value was obtained.", vocabulary=DERIVATION),
    *UNCERTAINTY,
    CORE_DATA, METHODOLOGY_URL, LICENCE_FIELD, AUTHORISATION, DATA_CLASS_FIELD,
    SOURCE_ID, EDITION, EVIDENCE_ID,
    FLAGS, NOTE_ZH, NOTE_EN,
)
RECORD_RULES = (
    Rule("R-FAC-01", "lower95 <= value AND value <= upper95",
         "数值应在其 95 % 区间内。", "The value lies within its 95 % limits."),
    Rule("R-FAC-02", "data_start <= data_end", "数据起不晚于数据止。",
         "Data from is not after data to."),
    Rule("R-FAC-03", "valid_from <= valid_until", "有效期起不晚于有效期止。",
         "Valid from is not after valid until."),
    Rule("R-FAC-04", "value_unit <> 'kgCO2e' OR gwp_set <> 'not_applicable'",
         "CO2e 数值必须写明增温潜势版本或 not_stated。",
         "A CO2e value names its GWP set, or says not_stated."),
    Rule("R-FAC-05", "value_unit = 'kgCO2e' OR gwp_set = 'not_applicable'",
         "单一气体质量不适用增温潜势。", "A mass of one gas has no GWP set."),
    Rule("R-FAC-06", "factor_kind <> 'footprint_factor' OR value_unit = 'kgCO2e'",
         "产品碳足迹因子以 kgCO2e 计。", "A footprint factor is in kgCO2e."),
    Rule("R-FAC-07", "factor_kind <> 'footprint_factor' OR boundary <> 'activity'",
         "产品碳足迹因子不得只含活动处直接排放。",
         "A footprint factor covers more than the activity."),
    Rule("R-FAC-08", "factor_kind <> 'direct_ef' OR boundary = 'activity'",
         "直接排放因子的边界为活动处。", "The boundary of a direct factor is the activity."),
    Rule("R-FAC-09", "factor_kind <> 'residual_mix' OR value_unit = 'kgCO2e'",
         "剩余结构因子以 kgCO2e 计。", "A residual mix is life-cycle CO2e only."),
    Rule("R-FAC-10",
         "value_convention <> 'excluding_uptake' OR abs(value - ("
         + _OTHER + ")) <= 0.000001 * greatest(abs(value), 1)",
         "不含吸收的数值应等于各分项之和。",
         "A value excluding uptake equals the sum of its components."),
    Rule("R-FAC-11",
         "value_convention <> 'including_uptake' OR abs(value - ("
         + _OTHER + " + biogenic_uptake + biogenic_co2_emission)) "
         "<= 0.000001 * greatest(abs(value), 1)",
         "含吸收的数值应等于各分项之和。",
         "A value including uptake equals the sum of its components."),
    METHOD_RULE,
)
PLACE_REFS = (
    Reference(("region_code",), "region", ("region_code",)),
    Reference(("reference_unit",), "unit", ("unit",)),
    Reference(("flow_id",), "flow", ("flow_id",)),
    Reference(("category_id",), "category", ("category_id",)),
    SOURCE_REF, EVIDENCE_REF, LICENCE_REF,
)
GAS_COLUMNS = (
    GAS_CODE,
    Field("mass", "number", "气体质量", "Mass of gas", "每基准单位的气体质量。",
          "Mass of the gas per reference unit.", unit="kg/@reference_unit"),
    Field("mass_lower95", "number", "质量 95 % 下限", "Lower 95 % limit of mass",
          "气体质量 95 % 区间下限。", "Lower 95 % limit of the mass.",
          unit="kg/@reference_unit", required=False),
    Field("mass_upper95", "number", "质量 95 % 上限", "Upper 95 % limit of mass",
          "气体质量 95 % 区间上限。", "Upper 95 % limit of the mass.",
          unit="kg/@reference_unit", required=False),
    EVIDENCE_ID,
)
GAS_REFS = (Reference(("gas",), "gas", ("gas",)), EVIDENCE_REF)
GAS_RULES = (
    Rule("R-GAS-01", "mass_lower95 <= mass AND mass <= mass_upper95",
         "气体质量应在其 95 % 区间内。", "The mass lies within its limits."),
)
FACTOR_REF = Reference(("factor_id", "version"), "factor", ("factor_id", "version"))
_MIDDLE = tuple(f for f in DESCRIPTION if f not in (EVIDENCE_ID, FLAGS, NOTE_ZH, NOTE_EN))
FACTOR = Table(
    "factor", "因子", "Factor",
    "一个因子的一个版本。", "One version of one factor.",
    (
        FACTOR_ID, VERSION,
        Field("status", "code", "状态", "Status", "因子版本的状态。",
              "Status of this version.", vocabulary=STATUS),
        Field("review_state", "code", "评审情况", "Review state", "由谁评审过。",
              "Who has reviewed it.", vocabulary=REVIEW_STATE),
        *_MIDDLE,
        Field("known_from", "date", "入库知晓日", "Known from",
              "数据库首次公布该版本的日期。", "Date the database first published it."),
        Field("dqr", "number", "数据质量评级", "Data quality rating",
              "四项代表性评分的平均，1 最好、5 最差。",
              "Mean of four scores, 1 best and 5 worst.", unit="1", minimum=1, maximum=5),
        MODEL_ID,
        VERIFICATION_ID,
        EVIDENCE_ID, DECISION_ID,
        Field("supersedes", "text", "替代", "Supersedes", "被替代的 编号@版本。",
              "The id@version it replaces.", required=False),
        RECORD_KEY, CONFIDENCE_OF_ROW, FLAGS, NOTE_ZH, NOTE_EN,
    ),
    key=("factor_id", "version"),
    # One activity's factors stand together; a second layout answers by id.
    sorted_by=("flow_id", "factor_id", "version"),
    optional=("model_id", "verification_id"),
    references=(*PLACE_REFS, Reference(("decision_id",), "decision", ("decision_id",))),
    rules=(
        *RECORD_RULES,
        Rule("R-FAC-20", "status IN ('admitted', 'provisional', 'superseded', "
             "'withdrawn', 'recalled')",
             "发布的因子只能是入库、暂定或其后的状态。",
             "A published factor is admitted, provisional, or past that."),
    ),
    warnings_zh=(
        "电力二氧化碳排放因子（energy_indirect_ef）不得用于产品碳足迹。",
        "空值表示未申报，不等于零。",
    ),
    warnings_en=(
        "A grid CO2 factor (energy_indirect_ef) must not enter a product footprint.",
        "Null means not declared; it is not zero.",
    ),
)
FACTOR_GAS = Table(
    "factor_gas", "因子分气体", "Gases of a factor",
    "每基准单位的气体质量，一行一种气体。", "Mass of one gas per reference unit.",
    (FACTOR_ID, VERSION, *GAS_COLUMNS),
    key=("factor_id", "version", "gas"),
    references=(FACTOR_REF, *GAS_REFS),
    rules=GAS_RULES,
)
FACTOR_CO2E = Table(
    "factor_co2e", "因子 CO2e（按增温潜势版本）", "CO2e of a factor by GWP set",
    "由分气体质量按各版本增温潜势计算的 CO2e。",
    "CO2e computed from the gas masses under each GWP set.",
    (
        FACTOR_ID, VERSION, GWP_SET_FIELD,
        Field("co2e", "number", "CO2e", "CO2e", "不含生物源二氧化碳的 CO2e。",
              "CO2e, biogenic CO2 apart.", unit="kgCO2e/@reference_unit"),
        Field("co2_biogenic_apart", "number", "生物源 CO2（单列）", "Biogenic CO2 (apart)",
              "单列、不计入 co2e 的生物源二氧化碳。",
              "Biogenic CO2 reported apart, outside co2e.",
              unit="kgCO2/@reference_unit"),
    ),
    key=("factor_id", "version", "gwp_set"),
    references=(FACTOR_REF,),
)
FACTOR_TABLES = (FACTOR, FACTOR_GAS, FACTOR_CO2E)
