"""Releases: what changed against the parent, and which article is met by which check.

Belongs here: tables about a release as a whole. Does not belong here: the manifest and
the files of the release folder (``pipelines.publish``).
"""

from __future__ import annotations

from schemas.factor import FACTOR_ID, VERSION
from schemas.names import NOTE_EN, NOTE_ZH, POSITION
from schemas.table import Field, Table
from schemas.vocabularies import CHANGE_CLASS, CHANGE_REASON, CHANGE_TIER, CHECK_RESULT

# fmt: off
CHANGE = Table(
    "change", "变更", "Change",
    "与上一发布相比，因子的一处变更。", "One change of a factor against the parent release.",
    (
        FACTOR_ID, VERSION,
        Field("change_class", "code", "变更类别", "Class of change", "变更类别。",
              "Class of the change.", vocabulary=CHANGE_CLASS),
        Field("change_reason", "code", "变更原因", "Reason", "变更原因。",
              "Reason of the change.", vocabulary=CHANGE_REASON),
        Field("column_name", "text", "列", "Column", "变更的列；新增与撤回为空串以外的 *。",
              "Column that changed; * for added and withdrawn."),
        Field("old_text", "text", "旧值", "Old", "旧值。", "Old value.", required=False),
        Field("new_text", "text", "新值", "New", "新值。", "New value.", required=False),
        Field("relative_change", "number", "相对变化", "Relative change",
              "数值的相对变化。", "Relative change of the value.", unit="1",
              required=False),
        Field("tier", "code", "幅度", "Tier", "变更幅度。", "Tier of the change.",
              vocabulary=CHANGE_TIER),
        Field("successor", "text", "后继因子", "Successor",
              "撤回后改用的因子；没有为空。",
              "The factor to use after a withdrawal; empty if none.",
              required=False),
        Field("footprints_moved", "integer", "受影响足迹", "Footprints moved",
              "受影响的足迹数。", "Number of footprints moved.", unit="1", minimum=0),
        Field("grades_moved", "integer", "受影响分级", "Grades moved", "受影响的分级数。",
              "Number of grades moved.", unit="1", minimum=0),
        Field("products_moved", "texts", "受影响产品", "Products moved",
              "使用该因子且结果变化的产品。",
              "Products that use the factor and whose result moved."),
        Field("products_regraded", "texts", "改级产品", "Products regraded",
              "使用该因子且等级变化的产品。",
              "Products that use the factor and whose class moved."),
        NOTE_ZH, NOTE_EN,
    ),
    key=("factor_id", "version", "change_class", "column_name"),
)
REQUIREMENT = Table(
    "requirement", "条款对照", "Requirement",
    "法规条款、对应能力、为本次发布证明它的检查与结果。",
    "Article, capability, the check that proved it for this release, and the result.",
    (
        Field("article", "text", "条款", "Article", "法规条款。", "Article."),
        Field("capability", "code", "能力", "Capability", "能力代码。",
              "Code of the capability."),
        Field("requirement_zh", "text", "要求", "Requirement (Chinese)", "要求的内容。",
              "What is asked, in Chinese."),
        Field("requirement_en", "text", "要求（英文）", "Requirement (English)",
              "要求的英文内容。", "What is asked, in English."),
        Field("check_name", "text", "检查", "Check", "证明它的检查。",
              "The check that proves it.", required=False),
        Field("result", "code", "结果", "Result", "本次发布的结果。",
              "Result for this release.", vocabulary=CHECK_RESULT),
        Field("finding", "text", "说明", "Finding", "检查得到的数字。",
              "The figure the check gave.", required=False),
        POSITION,
    ),
    key=("article", "capability"),
)
RELEASE_INFO = Table(
    "release_info", "发布信息", "Release",
    "本次发布的编号、日期与性质，一行。", "Id, date and kind of this release; one row.",
    (
        Field("release_id", "code", "发布编号", "Release id", "发布编号。", "Release id.",
              pattern=r"^[0-9]{4}\.[0-9]+\.[0-9]+$"),
        Field("released_on", "date", "发布日期", "Released on", "发布日期。",
              "Date of the release."),
        Field("release_kind", "code", "发布性质", "Kind", "demonstration 或 official。",
              "demonstration or official.", pattern=r"^(demonstration|official)$"),
        Field("release_title_zh", "text", "题名", "Title (Chinese)", "中文题名。",
              "Title in Chinese."),
        Field("release_title_en", "text", "英文题名", "Title (English)", "英文题名。",
              "Title in English."),
        Field("parent_release", "text", "上一发布", "Parent release", "上一发布编号。",
              "Id of the parent release.", required=False),
        NOTE_ZH, NOTE_EN,
    ),
    key=("release_id",),
)
RELEASE_TABLES = (CHANGE, REQUIREMENT, RELEASE_INFO)
# fmt: on

# What a change of each column of ``factor`` is called; empty where the column says nothing
# about the factor itself (ids of records that follow from it, dates of publication here).
COLUMN_CLASSES: dict[str, str] = {
    "factor_id": "", "version": "", "status": "metadata", "review_state": "metadata",
    "factor_kind": "boundary", "flow_id": "boundary", "name_zh": "metadata",
    "name_en": "metadata", "category_id": "metadata", "product_codes": "metadata",
    "route": "boundary", "value": "value", "value_convention": "boundary",
    "value_unit": "unit", "reference_unit": "unit", "fossil": "value",
    "biogenic_non_co2": "value", "land_use_change": "value",
    "land_management_emission": "value", "land_management_removal": "value",
    "technological_removal": "value", "ccs_capture": "value", "biogenic_uptake": "value",
    "biogenic_co2_emission": "value", "aircraft": "value",
    "carbon_content_fossil": "value", "carbon_content_biogenic": "value", "gwp_set": "gwp",
    "boundary": "boundary", "delivery_scope": "boundary", "region_code": "boundary",
    "location_type": "boundary", "data_start": "boundary", "data_end": "boundary",
    "reference_year": "boundary", "valid_from": "metadata", "valid_until": "metadata",
    "published_on": "source", "technology": "metadata", "market_share": "quality",
    "data_origin": "quality", "derivation": "quality", "uncertainty_kind": "quality",
    "uncertainty_value": "quality", "lower95": "quality", "upper95": "quality",
    "variance_ln": "quality", "core_data": "metadata", "methodology_url": "metadata",
    "licence": "licence", "authorisation_scope": "licence", "data_class": "licence",
    "source_id": "source", "edition": "source", "known_from": "", "dqr": "quality",
    "model_id": "metadata", "verification_id": "metadata", "evidence_id": "",
    "decision_id": "", "supersedes": "", "record_key": "", "confidence": "quality",
    "flags": "metadata", "note_zh": "metadata", "note_en": "metadata",
}  # fmt: skip
MEANING_CLASSES = ("value", "unit", "boundary", "gwp")
