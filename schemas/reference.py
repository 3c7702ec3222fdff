"""Reference tables: regions, units, gases, GWP, categories, flows, licences, code lists.

Belongs here: what other tables point at and nobody reviews row by row. Does not belong
here: emission factors and anything a source publishes about an activity.
"""

from __future__ import annotations

from schemas.names import (
    ALIASES,
    CITATION,
    CONFIDENCE_OF_ROW,
    NAME_EN,
    NAME_ZH,
    NOTE_EN,
    NOTE_ZH,
    POSITION,
)
from schemas.table import Field, Reference, Rule, Table
from schemas.vocabularies import AUTHORISATION_SCOPE, COMPONENT, DATA_CLASS, GWP_SET, REGION_KIND

# fmt: off
REGION_CODE = Field(
    "region_code", "code", "区域代码", "Region code",
    "GB/T 2260 六位代码、ISO 3166-1 国家代码、UN M49 世界区域或电网区域代码。",
    "GB/T 2260 six digits, ISO 3166-1 country, UN M49 world region or grid region code.",
    pattern=r"^[A-Z0-9][A-Z0-9-]*$",
)
REGION = Table(
    "region", "区域", "Region",
    "因子与活动所在的区域，含行政区、电网区域与国家。",
    "Places of factors and activities: administrative, grid regions and countries.",
    (
        REGION_CODE, NAME_ZH, NAME_EN,
        Field("region_kind", "code", "区域类型", "Kind of region", "区域的类型。",
              "Kind of region.", vocabulary=REGION_KIND),
        Field("parent_code", "code", "上级区域", "Parent region",
              "行政上的上级区域，顶级为空。", "Administrative parent; empty at the top.",
              required=False),
        Field("grid_region_code", "code", "所属电网区域", "Grid region",
              "省级行政区所属的现行电网区域（七分区）。",
              "Present grid region (of seven) the province belongs to.", required=False),
        CITATION,
    ),
    key=("region_code",),
    warnings_zh=("原六个电网区域与现行七个分区代码不同，不可混用。",),
    warnings_en=("The former six grids and the present seven have different codes.",),
)
UNIT = Table(
    "unit", "单位", "Unit",
    "可接受的计量单位，换算到同量纲基准单位的系数。",
    "Accepted units with the exact factor to the base unit of their dimension.",
    (
        Field("unit", "code", "单位", "Unit", "单位的规范写法。", "Canonical spelling."),
        NAME_ZH, NAME_EN,
        Field("unit_group", "code", "单位组", "Unit group",
              "可互相换算的单位组（量纲）。", "Units that convert into each other.",
              pattern=r"^[a-z][a-z0-9_]*$"),
        Field("to_base", "number", "换算系数", "Factor to base unit",
              "一个单位等于多少该组基准单位。", "How many base units one unit is.",
              unit="1", exclusive_minimum=True, minimum=0),
        Field("to_base_exact", "text", "换算系数（精确）", "Exact factor",
              "换算系数的精确写法，十进制数或分数。",
              "The factor written exactly, as a decimal or a fraction.",
              pattern=r"^[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?(/[0-9]+)?$"),
        ALIASES,
        CITATION,
    ),
    key=("unit",),
    references=(Reference(("unit_group",), "unit_group", ("unit_group",)),),
)
UNIT_GROUP = Table(
    "unit_group", "单位组", "Unit group",
    "量纲相同、可互相换算的单位的集合。", "Units of one dimension that convert exactly.",
    (
        UNIT["unit_group"], NAME_ZH, NAME_EN,
        Field("base_unit", "code", "基准单位", "Base unit", "该组的基准单位。",
              "The base unit of the group."),
        NOTE_ZH, NOTE_EN,
    ),
    key=("unit_group",),
)
GAS_CODE = Field(
    "gas", "code", "气体", "Gas", "气体代码，区分化石、生物源与未说明来源。",
    "Gas code; fossil, biogenic and unspecified origins are different codes.",
    pattern=r"^[a-z0-9_]+$",
)
COMPONENT_FIELD = Field(
    "component", "code", "分项", "Component", "计入的分项。", "The component it counts in.",
    vocabulary=COMPONENT,
)
GAS = Table(
    "gas", "气体", "Gas",
    "温室气体代码表，给出分子式、来源与计入的分项。",
    "Greenhouse gases with formula, origin and the component they count in.",
    (
        GAS_CODE, NAME_ZH, NAME_EN,
        Field("formula", "text", "分子式", "Formula", "化学式或代号。",
              "Chemical formula or designation."),
        Field("origin", "code", "来源", "Origin", "fossil、biogenic、land_use 或 unspecified。",
              "fossil, biogenic, land_use or unspecified.",
              pattern=r"^(fossil|biogenic|land_use|unspecified)$"),
        COMPONENT_FIELD,
        ALIASES,
        CITATION,
    ),
    key=("gas",),
)
GWP_SET_FIELD = Field(
    "gwp_set", "code", "增温潜势版本", "GWP set", "所用全球增温潜势的版本。",
    "Edition of the global warming potentials used.", vocabulary=GWP_SET,
)
GWP = Table(
    "gwp", "全球增温潜势", "Global warming potential",
    "各版本 IPCC 报告的 100 年全球增温潜势（特征化因子，不是排放因子）。",
    "100-year global warming potentials by IPCC report: characterisation factors.",
    (
        GWP_SET_FIELD, GAS_CODE,
        Field("gwp100", "number", "增温潜势", "GWP, 100 years", "百年全球增温潜势。",
              "Global warming potential over 100 years.", unit="kgCO2e/kg", minimum=0),
        Field("record_key", "text", "来源内的记录号", "Record key in the source",
              "该记录在来源中的固定编号，永不改用。",
              "Permanent key of the record within its source; never re-used."),
        CITATION, CONFIDENCE_OF_ROW,
        Field("source_id", "code", "来源", "Source", "来源代码。", "Code of the source.",
              pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$"),
        Field("edition", "text", "版本", "Edition", "来源的版本。", "Edition of the source."),
        Field("evidence_id", "code", "证据", "Evidence", "该值读自何处。",
              "Where the value was read.", pattern=r"^E[A-Z2-7]{12}$"),
        NOTE_ZH, NOTE_EN,
    ),
    key=("gwp_set", "gas"),
    references=(
        Reference(("gas",), "gas", ("gas",)),
        Reference(("source_id", "edition"), "source", ("source_id", "edition")),
        Reference(("evidence_id",), "evidence", ("evidence_id",)),
    ),
    rules=(
        Rule("R-GWP-01", "gwp_set NOT IN ('not_stated', 'not_applicable')",
             "增温潜势必须属于一个 IPCC 版本。", "A GWP belongs to an IPCC report."),
    ),
    warnings_zh=("AR6 化石源 CH4（29.8）已含其氧化生成的 CO2，不得再计 CO2。",),
    warnings_en=("AR6 fossil CH4 (29.8) contains the CO2 of its oxidation: count once.",),
)
CATEGORY_ID = Field(
    "category_id", "code", "类别", "Category", "产品或活动类别代码，点分层级。",
    "Product or activity category, levels separated by dots.",
    pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$",
)
CATEGORY = Table(
    "category", "类别", "Category",
    "产品与活动的分类，附国民经济行业与产品分类代码。",
    "Classification of products and activities with industry and product codes.",
    (
        CATEGORY_ID, NAME_ZH, NAME_EN,
        Field("parent_category_id", "code", "上级类别", "Parent category",
              "上级类别，顶级为空。", "Parent; empty at the top.", required=False),
        Field("product_codes", "texts", "产品分类代码", "Product codes",
              "URN 形式的产品或行业代码，如 urn:gbt4754:3216。",
              "Product or industry codes as URNs, for example urn:gbt4754:3216.",
              required=False),
        CITATION,
    ),
    key=("category_id",),
)
ROUTE = Field(
    "route", "code", "工艺路线", "Route", "工艺路线代码，点分层级。",
    "Technology route, levels separated by dots.", required=False,
    pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$",
)
FLOW_ID = Field(
    "flow_id", "code", "流", "Flow", "产品流或基本流的永久代码。",
    "Permanent code of a product flow or elementary flow.",
    pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$",
)
FLOW = Table(
    "flow", "流", "Flow",
    "产品流与基本流，带永久代码、量纲、热值与密度，并对应其他系统的标识。",
    "Product and elementary flows with permanent codes, dimension, heating value, density.",
    (
        FLOW_ID, NAME_ZH, NAME_EN,
        Field("flow_kind", "code", "流的类型", "Kind of flow", "product、waste 或 elementary。",
              "product, waste or elementary.", pattern=r"^(product|waste|elementary)$"),
        CATEGORY_ID,
        UNIT["unit_group"],
        Field("state", "text", "状态", "State", "物理状态或基准（干基、标准状态等）。",
              "Physical state or basis (dry, normal conditions and so on).", required=False),
        ROUTE,
        ALIASES,
        Field("external_ids", "texts", "其他系统标识", "Identifiers elsewhere",
              "其他系统中的标识，URN 形式。", "Identifiers in other systems, as URNs.",
              required=False),
        CITATION,
    ),
    key=("flow_id",),
    optional=("category_id",),
    references=(
        Reference(("unit_group",), "unit_group", ("unit_group",)),
        Reference(("category_id",), "category", ("category_id",)),
    ),
)
FLOW_PROPERTY = Table(
    "flow_property", "流属性", "Flow property",
    "某个流在两个单位组之间的换算（热值、密度、单件质量）。",
    "Conversion of one flow between two unit groups: heating value, density, piece mass.",
    (
        FLOW_ID,
        Field("from_unit", "code", "由单位", "From unit", "换算前的单位。",
              "Unit converted from."),
        Field("to_unit", "code", "至单位", "To unit", "换算后的单位。", "Unit converted to."),
        Field("property_value", "number", "换算值", "Value",
              "一个“由单位”等于多少“至单位”。", "How many to-units one from-unit is.",
              unit="to_unit/from_unit", minimum=0, exclusive_minimum=True),
        Field("property_kind", "code", "属性", "Property",
              "net_calorific_value、density 或 piece_mass。",
              "net_calorific_value, density or piece_mass.",
              pattern=r"^(net_calorific_value|density|piece_mass)$"),
        CITATION,
    ),
    key=("flow_id", "from_unit", "to_unit"),
    references=(
        Reference(("flow_id",), "flow", ("flow_id",)),
        Reference(("from_unit",), "unit", ("unit",)),
        Reference(("to_unit",), "unit", ("unit",)),
    ),
)
LICENCE_ID = Field(
    "licence", "code", "许可", "Licence", "许可代码，见许可表。",
    "Licence code; see the licence table.", pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]*$",
)
LICENCE = Table(
    "licence", "许可", "Licence",
    "来源的许可及其允许的用途。", "Licences of sources and what they allow.",
    (
        LICENCE_ID, NAME_ZH, NAME_EN,
        Field("licence_url", "text", "许可网址", "Licence URL", "许可文本的网址。",
              "Address of the text.",
              required=False),
        Field("is_redistributable", "boolean", "可再分发", "May be redistributed",
              "数值可否随发布包公开。", "Whether values may be published in a release."),
        Field("is_share_alike", "boolean", "相同方式共享", "Share-alike",
              "衍生数据是否须以同样许可发布。", "Whether derived data take the same licence."),
        Field("needs_attribution", "boolean", "须署名", "Needs attribution",
              "使用时是否须注明出处。", "Whether use must name the source."),
        Field("data_class", "code", "数据分级", "Data class", "公开、受限或保密。",
              "Public, restricted or confidential.", vocabulary=DATA_CLASS),
        Field("authorisation_scope", "code", "授权范围", "Authorisation scope",
              "授权允许的使用范围。", "Uses the authorisation allows.",
              vocabulary=AUTHORISATION_SCOPE),
        CITATION,
    ),
    key=("licence",),
)
CODELIST = Table(
    "codelist", "码表", "Code list",
    "全部封闭词表的代码与中英文名称。", "Every closed vocabulary with its names.",
    (
        Field("vocabulary", "code", "词表", "Vocabulary", "词表名称。", "Name of the list."),
        Field("code", "code", "代码", "Code", "代码。", "Code."),
        NAME_ZH, NAME_EN,
        POSITION,
    ),
    key=("vocabulary", "code"),
)
REFERENCE_TABLES = (
    REGION, UNIT_GROUP, UNIT, GAS, GWP, CATEGORY, FLOW, FLOW_PROPERTY, LICENCE, CODELIST,
)
