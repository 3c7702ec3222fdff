"""Columns that several tables share: identity, names, languages, notes.

Belongs here: a column with one meaning in every table. Does not belong here: a column
that one table owns (it lives beside its table and others import it from there).
"""

from __future__ import annotations

from schemas.table import Field
from schemas.vocabularies import CONFIDENCE

# fmt: off
ISO_DATE_PART = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
SHA256 = r"^[0-9a-f]{64}$"

NAME_ZH = Field(
    "name_zh", "text", "名称", "Name (Chinese)", "中文名称。", "Name in Chinese."
)
NAME_EN = Field(
    "name_en", "text", "英文名称", "Name (English)", "英文名称。", "Name in English."
)
NOTE_ZH = Field(
    "note_zh", "text", "说明", "Note (Chinese)", "中文说明。", "Note in Chinese.",
    required=False,
)
NOTE_EN = Field(
    "note_en", "text", "英文说明", "Note (English)", "英文说明。", "Note in English.",
    required=False,
)
CITATION = Field(
    "citation", "text", "出处", "Citation", "数据的出处：文件、表、页。",
    "Where the datum comes from: document, table, page.",
)
CONFIDENCE_OF_ROW = Field(
    "confidence", "code", "转录可信度", "Confidence of the transcription",
    "数值从出处转录的可信程度，不是数值本身的质量。",
    "How sure the transcription from the source is; not the quality of the value.",
    vocabulary=CONFIDENCE,
)
FLAGS = Field(
    "flags", "texts", "标记", "Flags",
    "机器可读标记，例如 p（分气体不全）、gwp_not_stated、derived。",
    "Machine-readable flags, for example p (partial gases), gwp_not_stated, derived.",
)

ALIASES = Field(
    "aliases", "texts", "同义写法", "Aliases", "可接受的其他写法，中文与英文。",
    "Other accepted spellings, Chinese and English.", required=False,
)
POSITION = Field(
    "position", "integer", "次序", "Position", "在表中的次序，从 1 起。",
    "Position in the list, from 1.", unit="1", minimum=1,
)
TITLE_ZH = Field("title_zh", "text", "题名", "Title (Chinese)", "中文题名。",
                 "Title in Chinese.")
TITLE_EN = Field("title_en", "text", "英文题名", "Title (English)", "英文题名。",
                 "Title in English.")
REASON_ZH = Field("reason_zh", "text", "原因", "Reason (Chinese)", "中文原因。",
                  "Reason in Chinese.")
REASON_EN = Field("reason_en", "text", "英文原因", "Reason (English)", "英文原因。",
                  "Reason in English.")
REASONS_ZH = Field("reasons_zh", "text", "全部原因", "Reasons (Chinese)", "全部中文原因。",
                   "Every reason, in Chinese.")
REASONS_EN = Field("reasons_en", "text", "全部英文原因", "Reasons (English)",
                   "全部英文原因。", "Every reason, in English.")
REASON_CODES = Field("reason_codes", "texts", "原因代码", "Reason codes",
                     "全部原因代码。", "Every reason code.")
ROWS_IN = Field("rows_in", "integer", "读入", "Rows in", "读入的行数。", "Rows read.",
                unit="1", minimum=0)
MODEL_ID = Field("model_id", "code", "生命周期模型", "Model", "生命周期模型编号。",
                 "Id of the life-cycle model.", pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")
VERIFICATION_ID = Field("verification_id", "code", "核查记录", "Verification",
                        "第三方核查记录编号。", "Id of the third-party verification.",
                        pattern=r"^V[A-Z2-7]{12}$")
DECISION_ID = Field(
    "decision_id", "code", "决定编号", "Decision id", "入库决定的编号。",
    "Id of the admission decision.", pattern=r"^D[A-Z2-7]{12}$",
)
RECORD_HASH = Field(
    "record_hash", "text", "记录哈希", "Record hash",
    "被评审记录的规范 JSON 的 SHA-256。",
    "SHA-256 of the canonical JSON of the record that was judged.",
    pattern=r"^[0-9a-f]{64}$",
)
