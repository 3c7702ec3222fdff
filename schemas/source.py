"""Sources and evidence: who published a number, under which right, and where it stands.

Belongs here: the edition of a source, its files, its row counts, the evidence of a
value, the organisations. Does not belong here: the values themselves.
"""

from __future__ import annotations

from schemas.names import (
    CITATION,
    ISO_DATE_PART,
    NAME_EN,
    NAME_ZH,
    NOTE_EN,
    NOTE_ZH,
    REASON_EN,
    REASON_ZH,
    ROWS_IN,
    SHA256,
    TITLE_EN,
    TITLE_ZH,
)
from schemas.reference import GWP, LICENCE
from schemas.table import Field, Reference, Rule, Table
from schemas.vocabularies import DATA_ORIGIN

# fmt: off
SOURCE_ID = GWP["source_id"]
EDITION = GWP["edition"]
EVIDENCE_ID = GWP["evidence_id"]
RECORD_KEY = GWP["record_key"]
DATA_CLASS_FIELD = LICENCE["data_class"]
AUTHORISATION = LICENCE["authorisation_scope"]
LICENCE_FIELD = LICENCE["licence"]
PUBLISHED_ON = Field(
    "published_on", "text", "发布日期", "Published on",
    "出处的发布日期：年、年月或年月日。", "Date of publication: year, month or day.",
    pattern=ISO_DATE_PART, required=False,
)
DATA_ORIGIN_FIELD = Field(
    "data_origin", "code", "数据来源类型", "Data origin", "初级、混合或次级数据。",
    "Primary, mixed or secondary data.", vocabulary=DATA_ORIGIN,
)
CORE_DATA = Field(
    "core_data", "boolean", "核心数据", "Core data",
    "是否为核心数据；核心数据必须公开方法学。",
    "Whether core data; core data must publish their methodology.",
)
METHODOLOGY_URL = Field(
    "methodology_url", "text", "方法学网址", "Methodology", "公开方法学文件的网址或文号。",
    "Address or number of the public methodology.", required=False,
)
LICENCE_REF = Reference(("licence",), "licence", ("licence",))
SOURCE_REF = Reference(("source_id", "edition"), "source", ("source_id", "edition"))
EVIDENCE_REF = Reference(("evidence_id",), "evidence", ("evidence_id",))
METHOD_RULE = Rule(
    "R-SRC-01", "NOT core_data OR methodology_url IS NOT NULL",
    "核心数据必须公开方法学。", "Core data must publish a methodology.",
)

SOURCE = Table(
    "source", "来源", "Source",
    "来源的一个版本及其权利。", "One edition of a source, with its rights.",
    (
        SOURCE_ID, EDITION,
        TITLE_ZH,
        TITLE_EN,
        Field("publisher", "text", "发布者", "Publisher", "发布机构。", "Publishing body."),
        PUBLISHED_ON,
        Field("accessed_on", "text", "获取日期", "Accessed on", "获取该版本的日期。",
              "Date the edition was obtained.", pattern=ISO_DATE_PART),
        Field("url", "text", "网址", "URL", "官方网址或检索线索。",
              "Official address or how to find it.", required=False),
        CITATION, LICENCE_FIELD, AUTHORISATION,
        Field("authorisation_document", "text", "授权文件", "Authorisation document",
              "授权的依据文件。", "The document that authorises the use."),
        Field("authorisation_until", "date", "授权截止", "Authorised until",
              "授权的最后一日，长期为空。", "Last day of the right; empty if open-ended.",
              required=False),
        Field("onward_publication", "boolean", "可转发布", "Onward publication",
              "数值可否在发布包中公开。", "Whether values may be published onward."),
        DATA_CLASS_FIELD, DATA_ORIGIN_FIELD, METHODOLOGY_URL, CORE_DATA,
        NOTE_ZH, NOTE_EN,
    ),
    key=("source_id", "edition"),
    references=(LICENCE_REF,),
    rules=(METHOD_RULE,),
)
SOURCE_FILE = Table(
    "source_file", "来源文件", "Source file",
    "来源版本所含文件的哈希与获取方式。", "Files of an edition: hash and how obtained.",
    (
        SOURCE_ID, EDITION,
        Field("file_name", "text", "文件名", "File name", "文件名。", "File name."),
        Field("file_sha256", "text", "文件哈希", "SHA-256", "文件内容的 SHA-256。",
              "SHA-256 of the bytes.", pattern=SHA256),
        Field("file_bytes", "integer", "字节数", "Bytes", "文件大小。", "Size of the file.",
              unit="byte", minimum=0),
        Field("how_obtained", "text", "获取方式", "How obtained", "该文件如何得到。",
              "How the file came to be."),
    ),
    key=("source_id", "edition", "file_name"),
    references=(SOURCE_REF,),
)

def _count(name: str, zh: str, en: str, meaning_zh: str, meaning_en: str) -> Field:
    return Field(name, "integer", zh, en, meaning_zh, meaning_en, unit="1", minimum=0)


SOURCE_COUNT = Table(
    "source_count", "行数守恒", "Row count per source",
    "每个来源读入的每一行的去向。", "Where every row read from a source went.",
    (
        SOURCE_ID, EDITION,
        ROWS_IN,
        _count("candidates", "候选因子", "Candidates", "成为候选因子的行。",
               "Rows that became candidate factors."),
        _count("parameters", "参数", "Parameters", "参数与特征化因子。",
               "Parameters and characterisation factors."),
        _count("skipped", "跳过", "Skipped", "跳过并给出原因的行。",
               "Rows skipped with a reason."),
        _count("admitted", "入库", "Admitted", "入库的候选因子。", "Candidates admitted."),
        _count("provisional", "暂定", "Provisional", "暂定入库的候选因子。",
               "Candidates admitted as provisional."),
        _count("refused", "不予入库", "Refused", "不予入库的候选因子。", "Candidates refused."),
    ),
    key=("source_id", "edition"),
    references=(SOURCE_REF,),
    rules=(
        Rule("R-CNT-01", "rows_in = candidates + parameters + skipped",
             "读入 = 候选 + 参数 + 跳过。", "Rows in = candidates + parameters + skipped."),
        Rule("R-CNT-02", "candidates = admitted + provisional + refused",
             "候选 = 入库 + 暂定 + 不予入库。",
             "Candidates = admitted + provisional + refused."),
    ),
)
ROW_COUNT = Table(
    "row_count", "读入计数", "Rows read",
    "一个来源版本读入的行及其去向（评审之前）。",
    "Rows read from an edition and where they went, before admission.",
    (SOURCE_ID, EDITION, *SOURCE_COUNT.fields[2:6]),
    key=("source_id", "edition"),
    rules=(SOURCE_COUNT.rules[0],),
    published=False,
)
SKIPPED_ROW = Table(
    "skipped_row", "跳过的行", "Skipped row",
    "读入但不成为候选或参数的行及原因。", "Rows read that became neither, with the reason.",
    (
        SOURCE_ID, EDITION,
        SOURCE_FILE["file_name"],
        Field("locator", "text", "位置", "Locator", "行号、单元格、页或指针。",
              "Row, cell, page or pointer."),
        Field("reason_code", "code", "原因代码", "Reason code", "原因代码。", "Reason code."),
        REASON_ZH,
        REASON_EN,
    ),
    key=("source_id", "edition", "file_name", "locator"),
    references=(SOURCE_REF,),
)
SKIPPED_ROW_LOCATOR = SKIPPED_ROW["locator"]
EVIDENCE = Table(
    "evidence", "证据", "Evidence",
    "一个值读自何处：文件哈希、位置、原文、原单位与换算步骤。",
    "Where a value was read: file hash, place, text and unit as found, conversion steps.",
    (
        EVIDENCE_ID, SOURCE_ID, EDITION,
        SOURCE_FILE["file_name"],
        SOURCE_FILE["file_sha256"],
        SKIPPED_ROW_LOCATOR,
        Field("document", "text", "文件", "Document", "原始文件题名。",
              "Title of the original document."),
        Field("place", "text", "原文位置", "Place in the document", "表、页、条款。",
              "Table, page, clause in the original.", required=False),
        Field("text_found", "text", "原文数值", "Text as found", "读到的原样文字。",
              "The text exactly as read."),
        Field("unit_found", "text", "原文单位", "Unit as found", "读到的原样单位。",
              "The unit exactly as read."),
        Field("steps", "json", "换算步骤", "Conversion steps",
              "换算步骤的 JSON 数组，每步给出算式、系数与系数的出处。",
              "JSON list of steps: expression, constant, source of the constant."),
        Field("parents", "texts", "上游记录", "Parents",
              "所依据的因子或参数，形如 编号@版本。",
              "Factors or parameters it rests on, as id@version.", required=False),
        Field("seen_in", "text", "转录处", "Seen in", "实际读到该数值的公开副本。",
              "The public copy in which the value was read.", required=False),
        Field("second_source", "text", "第二出处", "Second source", "独立印证。",
              "Independent corroboration.", required=False),
    ),
    key=("evidence_id",),
    references=(SOURCE_REF,),
)
CONTACT = Table(
    "contact", "联系人与机构", "Contact",
    "机构与角色：归属、报送、评审责任。",
    "Organisations and roles: ownership, submission, review responsibility.",
    (
        Field("contact_id", "code", "代码", "Code", "机构或角色代码。",
              "Code of an organisation or role.", pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
        NAME_ZH, NAME_EN,
        Field("contact_kind", "code", "类型", "Kind", "organisation 或 role。",
              "organisation or role.", pattern=r"^(organisation|role)$"),
        CITATION,
    ),
    key=("contact_id",),
)
SOURCE_TABLES = (
    SOURCE, SOURCE_FILE, SOURCE_COUNT, ROW_COUNT, SKIPPED_ROW, EVIDENCE, CONTACT,
)
