"""The inventory and population templates: what a footprint and a benchmark are asked for.

Belongs here: the sheets of contract sections 6 and 9 with their machine names. Does not
belong here: the factor template and the shared sheets (``schemas.submission``).
"""

from __future__ import annotations

from schemas.factor import FACTOR
from schemas.form import Ask, Form, Template
from schemas.grade import POPULATION
from schemas.names import NAME_EN, NAME_ZH, VERIFICATION_ID
from schemas.product import (
    ACCOUNTING_RULE,
    ASSUMPTION,
    EXCHANGE,
    INSTRUMENT,
    PERIOD_END,
    PERIOD_START,
    PROCESS,
    PROCESS_ID,
    PRODUCT,
    PRODUCT_ID,
)
from schemas.reference import CATEGORY_ID, GWP_SET_FIELD, REGION_CODE, ROUTE
from schemas.source import DATA_ORIGIN_FIELD
from schemas.submission import (
    FACTOR_TEMPLATE,
    FIRST,
    INSTRUMENT_KIND,
    ORGANISATION_FORM,
    SOURCE_FORM,
)
from schemas.table import Field

# fmt: off
_PROCESS = "calcium-carbide-cn"
PRODUCT_FORM = Form(
    "product", "产品", "Product", "一行一个要计算足迹的产品。",
    "One product to be computed per row.",
    (
        Ask(PRODUCT_ID, _PROCESS, required=True),
        Ask(NAME_ZH, "电石", required=True),
        Ask(NAME_EN, "Calcium carbide", required=True),
        Ask(CATEGORY_ID, "product.calcium_carbide", required=True, listed="category"),
        Ask(PRODUCT["functional_unit"], "1 t 电石，出厂", required=True),
        Ask(PRODUCT["declared_unit"], "t", required=True, listed="unit"),
        Ask(PRODUCT["declared_amount"], "1", required=True),
        Ask(PRODUCT["service_life"], ""),
        Ask(PROCESS_ID, _PROCESS, required=True),
        Ask(PRODUCT["producer_id"], ""),
        Ask(REGION_CODE, "640000", required=True, listed="region"),
        Ask(PERIOD_START, "2023-01-01", required=True),
        Ask(PERIOD_END, "2023-12-31", required=True),
        Ask(FACTOR["boundary"], "cradle_to_gate", required=True),
        Ask(ACCOUNTING_RULE, "cn-guideline-2025", required=True, listed="accounting_rule"),
        Ask(GWP_SET_FIELD, "AR5", required=True),
        Ask(VERIFICATION_ID, ""),
    ),
)
PROCESS_FORM = Form(
    "process", "单元过程", "Process", "一行一个单元过程，归一到一个基准流。",
    "One unit process per row, normalised to one reference flow.",
    (
        Ask(PROCESS_ID, _PROCESS, required=True),
        Ask(NAME_ZH, "电石生产", required=True),
        Ask(NAME_EN, "Calcium carbide production", required=True),
        Ask(REGION_CODE, "640000", required=True, listed="region"),
        Ask(PROCESS["reference_flow"], "calcium_carbide", required=True, listed="flow",
            open_list=True),
        Ask(PROCESS["reference_amount"], "1", required=True),
        Ask(PROCESS["reference_flow_unit"], "t", required=True, name="reference_unit",
            listed="unit"),
        Ask(PROCESS["allocation"], "none", required=True),
        Ask(FACTOR["technology"], "密闭炉"),
        Ask(ROUTE, ""),
        Ask(DATA_ORIGIN_FIELD, "primary", required=True),
    ),
)
EXCHANGE_FORM = Form(
    "exchange", "过程的行", "Exchange",
    "一行一项投入、共生产品、废物、排放或清除，每基准流。",
    "One input, co-product, waste, emission or removal per row, per reference flow.",
    (
        Ask(PROCESS_ID, _PROCESS, required=True),
        Ask(EXCHANGE["line"], "E01", required=True),
        Ask(EXCHANGE["stage"], "production", required=True),
        Ask(EXCHANGE["direction"], "input", required=True),
        Ask(EXCHANGE["flow"], "electricity", required=True, listed="flow", open_list=True),
        Ask(EXCHANGE["flow_use"], "supply",
            when_zh="燃料必填", when_en="for fuels"),
        Ask(EXCHANGE["amount"], "3080", required=True),
        Ask(EXCHANGE["amount_unit"], "kWh", required=True, name="unit", listed="unit"),
        Ask(EXCHANGE["provider"], ""),
        Ask(EXCHANGE["supplier_id"], ""),
        Ask(REGION_CODE, "", listed="region"),
        Ask(ROUTE, ""),
        Ask(DATA_ORIGIN_FIELD, "primary", required=True),
        Ask(EXCHANGE["uncertainty_kind"], "none", required=True),
        Ask(EXCHANGE["uncertainty_value"], ""),
        Ask(EXCHANGE["basic_variance"], ""),
        Ask(EXCHANGE["derivation"], "measured", required=True),
        Ask(EXCHANGE["reason"], "",
            when_zh="获取方式为 estimated 时必填", when_en="when the derivation is estimated"),
        Ask(EXCHANGE["allocation_value"], "",
            when_zh="有分配的过程的共生产品必填",
            when_en="for co-products of an allocated process"),
        Ask(EXCHANGE["note"], "电炉电表读数"),
    ),
    is_main=True,
)
INSTRUMENT_FORM = Form(
    "instrument", "电力凭证", "Instrument", "一行一份绿证或购电合同；没有则留空。",
    "One certificate or contract per row; leave empty when there is none.",
    (
        Ask(INSTRUMENT["instrument_id"], "GEC-0001", required=True),
        Ask(PROCESS_ID, _PROCESS, required=True),
        Ask(EXCHANGE["line"], "E01", required=True),
        Ask(INSTRUMENT["instrument_kind"], "certificate", required=True, name="kind",
            listed=INSTRUMENT_KIND.name),
        Ask(INSTRUMENT["energy_source"], "wind", required=True),
        Ask(INSTRUMENT["market_region"], "CN", required=True, listed="region"),
        Ask(EXCHANGE["provider"], ""),
        Ask(INSTRUMENT["instrument_amount"], "1000", required=True, name="amount"),
        Ask(INSTRUMENT["instrument_unit"], "kWh", required=True, name="unit", listed="unit"),
        Ask(PERIOD_START, "2023-01-01", required=True),
        Ask(PERIOD_END, "2023-12-31", required=True),
        Ask(INSTRUMENT["retired_for"], "（注销归属单位）", required=True),
    ),
)
ASSUMPTION_FORM = Form(
    "assumption", "假设", "Assumption", "一行一条缺失或假设；没有则留空。",
    "One gap or assumption per row; leave empty when there is none.",
    (
        Ask(PROCESS_ID, _PROCESS),
        Ask(EXCHANGE["line"], "E01"),
        Ask(ASSUMPTION["text_zh"], "厂内运输未计入", required=True),
        Ask(ASSUMPTION["text_en"], "Transport on site is left out", required=True),
        Ask(ASSUMPTION["effect"], "结果略偏低", required=True),
        Ask(ASSUMPTION["assumption_source"], "企业估计", required=True, name="source"),
    ),
)
INVENTORY_TEMPLATE = Template(
    "inventory", "产品碳足迹清单报送表", "Product inventory submission",
    (ORGANISATION_FORM, PRODUCT_FORM, PROCESS_FORM, EXCHANGE_FORM, INSTRUMENT_FORM,
     ASSUMPTION_FORM, SOURCE_FORM),
    FIRST,
)
POPULATION_FORM = Form(
    "population", "样本填报", "Population", "一行一个产品的结果，用于建立分级基准。",
    "The result of one product per row, for a benchmark.",
    (
        Ask(PRODUCT_ID, "calcium-carbide-01", required=True),
        Ask(POPULATION["owner_id"], "owner-01",
            when_zh="生产者数据必填", when_en="for data of producers"),
        Ask(CATEGORY_ID, "product.calcium_carbide", required=True, listed="category"),
        Ask(POPULATION["graded_value"], "2900", required=True, name="value"),
        Ask(POPULATION["graded_unit"], "kgCO2e/t", required=True, name="unit"),
        Ask(FACTOR["boundary"], "cradle_to_gate", required=True),
        Ask(GWP_SET_FIELD, "AR6", required=True),
        Ask(ACCOUNTING_RULE, "cn-guideline-2025", listed="accounting_rule"),
        Ask(PERIOD_START, "2024-01-01", required=True),
        Ask(PERIOD_END, "2024-12-31", required=True),
        Ask(POPULATION["output"], ""),
        Ask(Field("gsd2", "number", "95 % 倍数", "Squared GSD",
                  "几何标准差的平方：结果的 95 % 区间为除以与乘以此数。",
                  "Squared geometric standard deviation, the 95 % factor of the result.",
                  unit="1", minimum=1, required=False), ""),
    ),
    is_main=True,
)
POPULATION_TEMPLATE = Template(
    "population", "分级样本报送表", "Benchmark population submission",
    (ORGANISATION_FORM, POPULATION_FORM, SOURCE_FORM), FIRST,
)
TEMPLATES: dict[str, Template] = {
    t.kind: t for t in (FACTOR_TEMPLATE, INVENTORY_TEMPLATE, POPULATION_TEMPLATE)
}
