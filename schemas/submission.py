"""The submission templates: what enterprises and institutes are asked, column by column.

Belongs here: the factor template (contract section 7), the two sheets every template
shares, the register of templates. Does not belong here: the inventory and population
templates (``schemas.submission_product``), the building blocks (``schemas.form``).
"""

from __future__ import annotations

from schemas.factor import COMPONENTS, FACTOR, REFERENCE_UNIT
from schemas.form import Ask, Edition, Form, Template
from schemas.names import NAME_EN, NAME_ZH
from schemas.product import EXCHANGE
from schemas.reference import GAS_CODE, REGION_CODE, ROUTE
from schemas.source import (
    AUTHORISATION,
    CORE_DATA,
    DATA_CLASS_FIELD,
    DATA_ORIGIN_FIELD,
    LICENCE_FIELD,
    METHODOLOGY_URL,
    PUBLISHED_ON,
    RECORD_KEY,
    SOURCE,
)
from schemas.table import Field, Vocabulary

# fmt: off
FIRST = (Edition("1.0", why_zh="首版", why_en="first version"),)
YES_NO = Vocabulary(
    "yes_no", "是否", "Yes or no", (("true", "是", "yes"), ("false", "否", "no")),
)
NUMERATOR = Vocabulary(
    "numerator", "分子单位", "Value unit",
    (
        ("kgCO2e", "千克二氧化碳当量", "kilogram of CO2 equivalent"),
        ("tCO2e", "吨二氧化碳当量", "tonne of CO2 equivalent"),
        ("gCO2e", "克二氧化碳当量", "gram of CO2 equivalent"),
        ("kgCO2", "千克二氧化碳", "kilogram of CO2"),
        ("tCO2", "吨二氧化碳", "tonne of CO2"),
        ("kgCH4", "千克甲烷", "kilogram of CH4"),
        ("gCH4", "克甲烷", "gram of CH4"),
        ("kgN2O", "千克氧化亚氮", "kilogram of N2O"),
        ("gN2O", "克氧化亚氮", "gram of N2O"),
        ("kgSF6", "千克六氟化硫", "kilogram of SF6"),
    ),
)
INSTRUMENT_KIND = Vocabulary(
    "instrument_kind", "凭证类型", "Kind of instrument",
    (("certificate", "绿证", "certificate"), ("contract", "购电合同", "contract")),
)
SUBMISSION_LISTS = (YES_NO, NUMERATOR, INSTRUMENT_KIND)
CATEGORY_CODE = Field(
    "category_code", "code", "产品类别", "Category", "产品或活动类别代码，见码表。",
    "Code of the product or activity category; see the code lists.",
)
SOURCE_TITLE = Field(
    "source_title", "text", "来源文件题名", "Title of the source",
    "数值所出的标准、报告、论文或检测报告的题名与编号。",
    "Title and number of the standard, report, paper or test report the value comes from.",
)
SOURCE_PAGE = Field(
    "source_page", "text", "来源位置", "Place in the source", "页码、表号或条款号。",
    "Page, table or clause.", required=False,
)
SOURCE_URL = Field(
    "source_url", "text", "来源网址", "Address of the source", "来源文件的网址。",
    "Address of the source document.", required=False,
)
AUTHORISATION_DOCUMENT = SOURCE["authorisation_document"]
AUTHORISATION_UNTIL = SOURCE["authorisation_until"]
PUBLISHER = SOURCE["publisher"]
NOTE = EXCHANGE["note"]
REFERENCE_YEAR = FACTOR["reference_year"]


def _quality(name: str, zh: str, en: str) -> Field:
    return Field(
        f"quality_{name}", "integer", zh, en, f"自评{zh}，1 最好、5 最差；入库评审另行评分。",
        f"{en} by your own judgement, 1 best and 5 worst; the review scores it again.",
        unit="1", minimum=1, maximum=5, required=False,
    )


_RIGHTS_ZH, _RIGHTS_EN = "来源与授权表未写时必填", "unless the source sheet states it"
COMPONENT_ASKS = tuple(Ask(f, "") for f in COMPONENTS if f.name != "aircraft")
FACTOR_FORM = Form(
    "factor", "因子填报", "Factors",
    "一行一个排放因子（一种气体一行，或一个 CO2e 数值一行）。",
    "One emission factor per row: one gas, or one CO2e value.",
    (
        Ask(RECORD_KEY, "P-0001", required=True),
        Ask(NAME_ZH, "水泥熟料", required=True, listed="flow_name", open_list=True),
        Ask(NAME_EN, "Cement clinker"),
        Ask(FACTOR["factor_kind"], "footprint_factor", required=True),
        Ask(CATEGORY_CODE, "product.clinker", required=True, listed="category"),
        Ask(ROUTE, ""),
        Ask(FACTOR["value"], "860", required=True),
        Ask(FACTOR["value_unit"], "kgCO2e", required=True, listed=NUMERATOR.name,
            open_list=True),
        Ask(REFERENCE_UNIT, "t", required=True, listed="unit"),
        Ask(GAS_CODE, "", listed="gas",
            when_zh="分子单位不是 CO2e 时必填", when_en="when the value unit is not CO2e"),
        Ask(FACTOR["gwp_set"], "AR6", required=True),
        Ask(FACTOR["value_convention"], "excluding_uptake", required=True),
        *COMPONENT_ASKS,
        Ask(FACTOR["boundary"], "cradle_to_gate", required=True),
        Ask(FACTOR["delivery_scope"], "not_applicable",
            when_zh="电力与热力必填", when_en="for electricity and heat"),
        Ask(REGION_CODE, "640000", required=True, listed="region"),
        Ask(FACTOR["data_start"], "2025-01-01", required=True),
        Ask(FACTOR["data_end"], "2025-12-31", required=True),
        Ask(REFERENCE_YEAR, "2025"),
        Ask(FACTOR["valid_from"], ""),
        Ask(FACTOR["valid_until"], ""),
        Ask(FACTOR["technology"], "新型干法"),
        Ask(FACTOR["market_share"], ""),
        Ask(DATA_ORIGIN_FIELD, "primary", required=True),
        Ask(FACTOR["derivation"], "calculated", required=True),
        Ask(FACTOR["uncertainty_kind"], "none", required=True),
        Ask(FACTOR["uncertainty_value"], "",
            when_zh="不确定度类型不是 none 或 ci95_abs 时必填",
            when_en="when the kind is neither none nor ci95_abs"),
        Ask(FACTOR["lower95"], "", when_zh="不确定度类型为 ci95_abs 时必填",
            when_en="when the kind is ci95_abs"),
        Ask(FACTOR["upper95"], "", when_zh="不确定度类型为 ci95_abs 时必填",
            when_en="when the kind is ci95_abs"),
        Ask(_quality("technological", "技术代表性", "Technological representativeness"), "1"),
        Ask(_quality("geographical", "地理代表性", "Geographical representativeness"), "1"),
        Ask(_quality("temporal", "时间代表性", "Temporal representativeness"), "1"),
        Ask(_quality("precision", "精确度", "Precision"), "2"),
        Ask(SOURCE_TITLE, "产品碳足迹核查报告（报告编号）", required=True),
        Ask(SOURCE_PAGE, "第 12 页 表 3"),
        Ask(SOURCE_URL, "", from_source=True),
        Ask(LICENCE_FIELD, "CC-BY-4.0", listed="licence", from_source=True,
            when_zh=_RIGHTS_ZH, when_en=_RIGHTS_EN),
        Ask(AUTHORISATION, "public", from_source=True,
            when_zh=_RIGHTS_ZH, when_en=_RIGHTS_EN),
        Ask(AUTHORISATION_DOCUMENT, "授权书（文号）", from_source=True,
            when_zh=_RIGHTS_ZH, when_en=_RIGHTS_EN),
        Ask(AUTHORISATION_UNTIL, "", from_source=True),
        Ask(DATA_CLASS_FIELD, "public", from_source=True,
            when_zh=_RIGHTS_ZH, when_en=_RIGHTS_EN),
        Ask(METHODOLOGY_URL, "", from_source=True,
            when_zh="核心数据必填", when_en="for core data"),
        Ask(CORE_DATA, "false", required=True, listed=YES_NO.name),
        Ask(NOTE, ""),
    ),
    is_main=True,
)
SOURCE_FORM = Form(
    "source", "来源与授权", "Sources and rights",
    "一行一份来源文件；数据行按来源文件题名引用，未另写的权利取自本表。",
    "One source document per row; data rows refer to its title and take its rights.",
    (
        Ask(SOURCE_TITLE, "产品碳足迹核查报告（报告编号）", required=True),
        Ask(PUBLISHER, "（出具单位）", required=True),
        Ask(PUBLISHED_ON, "2026-02"),
        Ask(SOURCE_URL, ""),
        Ask(LICENCE_FIELD, "CC-BY-4.0", required=True, listed="licence"),
        Ask(AUTHORISATION, "public", required=True),
        Ask(AUTHORISATION_DOCUMENT, "授权书（文号）", required=True),
        Ask(AUTHORISATION_UNTIL, ""),
        Ask(DATA_CLASS_FIELD, "public", required=True),
        Ask(METHODOLOGY_URL, ""),
        Ask(NOTE, ""),
    ),
)


def _text(name: str, zh: str, en: str, meaning_zh: str, meaning_en: str) -> Field:
    return Field(name, "text", zh, en, meaning_zh, meaning_en, required=False)


ORGANISATION_FORM = Form(
    "organisation", "单位信息", "Organisation",
    "报送单位，只填一行。", "The submitting organisation, one row.",
    (
        Ask(_text("organisation_name", "报送单位", "Organisation", "单位全称。",
                  "Full name of the organisation."), "（单位全称）", required=True),
        Ask(_text("organisation_code", "统一社会信用代码", "Unified social credit code",
                  "18 位统一社会信用代码。", "The 18-character code of the organisation."), ""),
        Ask(_text("contact_office", "联系部门", "Office in charge",
                  "负责本次报送的部门或岗位。", "Office or post in charge of this submission."),
            "（部门或岗位）", required=True),
        Ask(_text("contact_phone", "联系电话", "Telephone", "部门联系电话。",
                  "Telephone of the office."), ""),
        Ask(_text("contact_email", "电子邮箱", "E-mail", "部门电子邮箱。",
                  "E-mail of the office."), ""),
        Ask(Field("prepared_on", "date", "填报日期", "Prepared on", "填报完成的日期。",
                  "Day the workbook was completed.", required=False), "2026-03-31"),
        Ask(Field("statement", "boolean", "真实性声明", "Statement",
                  "声明所填数据真实、可核查，并有权提供。",
                  "The data are true, can be verified, and may be handed in."),
            "true", required=True, listed=YES_NO.name),
        Ask(NOTE, ""),
    ),
    is_single=True,
)
FACTOR_TEMPLATE = Template(
    "factor", "排放因子报送表", "Emission factor submission",
    (ORGANISATION_FORM, FACTOR_FORM, SOURCE_FORM), FIRST,
)
