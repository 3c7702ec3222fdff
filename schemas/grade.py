"""Benchmarks and grades: rules, populations, thresholds, classes of products.

Belongs here: what a grade rests on and what it says. Does not belong here: the footprint
that is graded.
"""

from __future__ import annotations

from schemas.factor import BOUNDARY_FIELD
from schemas.names import (
    CITATION,
    FLAGS,
    POSITION,
    REASON_CODES,
    REASONS_EN,
    REASONS_ZH,
    ROWS_IN,
    TITLE_EN,
    TITLE_ZH,
)
from schemas.product import ACCOUNTING_RULE, DECLARED_UNIT, PERIOD_END, PERIOD_START, PRODUCT_ID
from schemas.reference import CATEGORY_ID, GWP_SET_FIELD
from schemas.table import Field, Reference, Rule, Table
from schemas.vocabularies import GRADE_METHOD, INDICATOR, POPULATION_KIND

# fmt: off
RULE_ID = Field("rule_id", "code", "分级规则", "Grade rule", "分级规则代码。",
                "Id of the grade rule.", pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")
RULE_VERSION = Field("rule_version_no", "code", "规则版本号", "Rule version", "规则版本号。",
                     "Version of the rule.", pattern=r"^[0-9]+(\.[0-9]+)*$")
GRADED_UNIT = Field("graded_unit", "text", "指标单位", "Unit of the indicator",
                    "被分级指标的单位。", "Unit of the graded indicator.")
POPULATION_KIND_FIELD = Field(
    "population_kind", "code", "样本性质", "Kind of population",
    "生产者数据、模型平均值、国别缺省值或标准限值。",
    "Producers, modelled averages, country defaults or a table of limits.",
    vocabulary=POPULATION_KIND,
)
POPULATION = Table(
    "population", "样本", "Population",
    "分级所依据的可比产品结果。", "Comparable results a benchmark rests on.",
    (
        RULE_ID, PRODUCT_ID,
        Field("owner_id", "text", "所有者", "Owner", "最终控制人；模型或国别数据为空。",
              "Ultimate owner; empty for modelled or country data.", required=False),
        CATEGORY_ID,
        Field("graded_value", "number", "指标值", "Value", "指标值。",
              "Value of the indicator.", unit="@graded_unit"),
        GRADED_UNIT, BOUNDARY_FIELD, GWP_SET_FIELD, ACCOUNTING_RULE, PERIOD_START,
        PERIOD_END,
        Field("output", "number", "产量", "Output", "产量，用于加权。",
              "Output, for weighting.", unit="@declared_unit", required=False),
        DECLARED_UNIT, POPULATION_KIND_FIELD, CITATION,
    ),
    key=("rule_id", "product_id"),
    optional=("accounting_rule", "gwp_set", "boundary"),
    published=False,
)
BENCHMARK = Table(
    "benchmark", "基准", "Benchmark",
    "一个类别在一条规则下的样本、可比性与披露判定。",
    "A category under a rule: population, comparability and disclosure.",
    (
        RULE_ID, RULE_VERSION, CATEGORY_ID,
        TITLE_ZH,
        TITLE_EN,
        Field("indicator", "code", "分级指标", "Indicator", "分级指标。",
              "The graded indicator.", vocabulary=INDICATOR),
        GRADED_UNIT,
        Field("method", "code", "分级方法", "Method", "分级方法。", "Grading method.",
              vocabulary=GRADE_METHOD),
        POPULATION_KIND_FIELD,
        Field("rule_valid_from", "date", "规则生效日", "In force from", "规则生效的第一天。",
              "First day the rule is in force."),
        Field("rule_valid_until", "date", "规则失效日", "In force until", "规则有效的最后一天。",
              "Last day the rule is in force."),
        ROWS_IN,
        Field("rows_comparable", "integer", "可比行数", "Comparable rows",
              "通过可比性检验的行数。", "Rows that passed the comparability test.",
              unit="1", minimum=0),
        Field("owners", "integer", "所有者数", "Owners", "所有者个数。",
              "Number of owners.", unit="1", minimum=0),
        Field("effective_owners", "number", "有效所有者数", "Effective owners",
              "同等集中度下权重相等的所有者数，取两位有效数字。",
              "Owners of equal weight with the same concentration, to two digits.",
              unit="1", minimum=0, required=False),
        Field("largest_owner_share", "number", "最大所有者占比", "Largest owner",
              "最大所有者的权重。", "Weight of the largest owner.", unit="1", minimum=0,
              maximum=1, required=False),
        Field("two_largest_share", "number", "前二所有者占比", "Two largest owners",
              "最大两家所有者的权重之和。", "Weight of the two largest owners.", unit="1",
              minimum=0, maximum=1, required=False),
        Field("owners_needed", "integer", "最少所有者数", "Owners needed",
              "发布限值所需的最少所有者数。", "Fewest owners for which limits are published.",
              unit="1", minimum=0),
        Field("largest_below", "number", "最大所有者占比上限", "Largest owner below",
              "最大所有者占比须低于此值。", "The largest owner's weight must lie below this.",
              unit="1", minimum=0, maximum=1),
        Field("two_largest_below", "number", "前二占比上限", "Two largest below",
              "前二所有者占比须低于此值。", "The two largest owners' weight must lie below this.",
              unit="1", minimum=0, maximum=1),
        Field("limit_digits", "integer", "限值有效位数", "Digits of a limit",
              "由样本得出的限值所取的有效位数。",
              "Significant digits of a limit that rests on a population.", unit="1", minimum=1),
        Field("is_graded", "boolean", "可分级", "Graded", "是否可以分级。",
              "Whether products may be graded."),
        Field("is_demonstration", "boolean", "演示", "Demonstration",
              "阈值仅作演示，不可用于分级。", "Thresholds are a demonstration only."),
        REASON_CODES, REASONS_ZH,
        REASONS_EN,
        Field("notice_codes", "texts", "提示代码", "Notices",
              "须知而不妨碍分级的事项代码。",
              "Codes of what a reader should know; it stops nothing."),
        CITATION,
    ),
    key=("rule_id", "rule_version_no"),
    optional=("reasons_zh", "reasons_en"),
    rules=(
        Rule("R-BEN-01", "NOT is_graded OR population_kind IN ('producer', 'limit_table')",
             "模型平均值与国别缺省值不得分级。",
             "Modelled averages and country defaults are never graded."),
        Rule("R-BEN-02", "rows_comparable <= rows_in", "可比行数不多于读入行数。",
             "No more comparable rows than rows in."),
    ),
)
BENCHMARK_REF = Reference(("rule_id", "rule_version_no"), "benchmark",
                          ("rule_id", "rule_version_no"))
LABEL = Field("label", "text", "等级", "Class", "等级名称。", "Name of the class.")
GRADE_THRESHOLD = Table(
    "grade_threshold", "分级限值", "Grade threshold",
    "各等级的上限。", "Upper limit of each class.",
    (
        RULE_ID, RULE_VERSION,
        POSITION,
        LABEL,
        Field("upper_limit", "number", "上限", "Upper limit", "等级上限；末级为空。",
              "Upper limit; empty for an open last class.", unit="@graded_unit",
              required=False),
        Field("inclusion", "code", "含等号", "Inclusion", "<= 或 <。", "<= or <.",
              pattern=r"^<=?$"),
        GRADED_UNIT,
        Field("standard_error", "number", "限值标准误", "Standard error",
              "限值的抽样标准误，取一位有效数字；标准所列限值为空。",
              "Sampling error of the limit to one digit; empty for printed limits.",
              unit="@graded_unit", minimum=0, required=False),
        Field("is_smoothed", "boolean", "平滑", "Smoothed",
              "限值是否为多家所有者的平均。", "Whether the limit is a mean over several owners."),
        Field("is_provisional", "boolean", "暂定", "Provisional", "限值是否暂定。",
              "Whether the limit is provisional."),
        BENCHMARK["is_demonstration"],
    ),
    key=("rule_id", "rule_version_no", "position"),
    references=(BENCHMARK_REF,),
)
GRADE = Table(
    "grade", "分级结果", "Grade",
    "一个产品在一条规则下的等级，或不分级的原因。",
    "Class of a product under a rule, or why there is none.",
    (
        PRODUCT_ID, RULE_ID, RULE_VERSION,
        POPULATION["graded_value"],
        GRADED_UNIT, LABEL,
        Field("point_label", "text", "点值等级", "Class of the point value",
              "按点值所得的等级。", "Class of the point value.", required=False),
        Field("most_probable_label", "text", "最可能等级", "Most probable class",
              "概率最大的等级。", "Class of the largest probability.", required=False),
        Field("probabilities", "json", "各级概率", "Probabilities",
              "各等级概率的 JSON。", "JSON of the probability of each class.", required=False),
        Field("margin", "number", "距限值", "Margin", "距本级限值的距离，负数为超出。",
              "Way to the limit of the class; below zero beyond it.", unit="@graded_unit",
              required=False),
        Field("is_withheld", "boolean", "不予分级", "Withheld", "是否不予分级。",
              "Whether no class is given."),
        REASON_CODES, REASONS_ZH,
        REASONS_EN,
        FLAGS,
    ),
    key=("product_id", "rule_id", "rule_version_no"),
    optional=("label", "reasons_zh", "reasons_en", "graded_value"),
    references=(BENCHMARK_REF,),
    rules=(
        Rule("R-GRD-01", "is_withheld OR label IS NOT NULL",
             "分级结果须有等级，或写明不予分级。",
             "A grade has a class, or is withheld."),
    ),
)
GRADE_PICTURE = Table(
    "grade_picture", "分级图与标签", "Pictures of grades",
    "发布中 grades/ 下的基准图与标签。",
    "Benchmark pictures and labels under grades/ of a release.",
    (
        Field("picture_name", "text", "文件名", "File name", "文件名。", "Name of the file.",
              pattern=r"^(benchmark|label)-[a-z0-9_-]+[.]svg$"),
        Field("svg", "text", "图形", "Drawing", "SVG 全文。", "The whole SVG document."),
    ),
    key=("picture_name",),
    published=False,
)
GRADE_TABLES = (BENCHMARK, GRADE_THRESHOLD, GRADE, GRADE_PICTURE)
