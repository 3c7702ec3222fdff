"""What judging says of a factor: its quality, or why it was refused."""

from __future__ import annotations

from schemas.factor import (
    FACTOR,
    FACTOR_ID,
    FACTOR_REF,
    VERSION,
)
from schemas.names import (
    DECISION_ID,
    NAME_EN,
    NAME_ZH,
    REASON_CODES,
    REASONS_EN,
    REASONS_ZH,
)
from schemas.review import JUDGEMENTS
from schemas.source import (
    EDITION,
    EVIDENCE,
    EVIDENCE_ID,
    EVIDENCE_REF,
    RECORD_KEY,
    SOURCE_ID,
    SOURCE_REF,
)
from schemas.table import Field, Reference, Rule, Table
from schemas.vocabularies import CHECK_SEVERITY, SUBJECT_KIND


# fmt: off
def _score(name: str, zh: str, en: str) -> Field:
    return Field(name, "number", zh, en, f"{zh}评分，1 最好、5 最差；不明为 5。",
                 f"{en} score, 1 best and 5 worst; unknown is 5.", unit="1",
                 minimum=1, maximum=5)


FACTOR_QUALITY = Table(
    "factor_quality", "因子质量", "Factor quality",
    "因子对其自身适用范围的代表性评分，以及严谨性与可追溯性的定性评价和依据。",
    "Representativeness of a factor for its own declared scope; rigour and traceability in words.",
    (
        FACTOR_ID, VERSION,
        _score("ter", "技术代表性", "Technological representativeness"),
        _score("ger", "地理代表性", "Geographical representativeness"),
        _score("tir", "时间代表性", "Temporal representativeness"),
        _score("precision_score", "精确度", "Precision"),
        FACTOR["dqr"],
        Field("rubric_id", "text", "评分细则", "Rubric", "评分细则与版本。",
              "Rubric and its version."),
        REASONS_ZH,
        REASONS_EN,
        *JUDGEMENTS,
        Field("judged_by", "texts", "定性评价者", "Judged by",
              "作出定性评价的岗位或政策；未评价为空。",
              "People in roles, or the policy, that judged in words; empty when nobody did."),
    ),
    key=("factor_id", "version"),
    references=(FACTOR_REF,),
    rules=(
        Rule("R-DQR-01", "abs(dqr - (ter + ger + tir + precision_score) / 4) < 0.000001",
             "综合评级等于四项平均。", "The rating is the mean of the four scores."),
    ),
)
PLAUSIBILITY = Table(
    "plausibility", "合理性提示", "Plausibility",
    "合理性检查 P1–P14 提请人看的一处：数值、界限与说明。",
    "One place the plausibility suite P1 to P14 asks a person to look at.",
    (
        Field("check_code", "code", "检查", "Check", "检查代码，末两位即 P1–P14。",
              "Code of the check; its last two digits are P1 to P14.",
              pattern=r"^A-PLA-[01][0-9]$"),
        Field("checked_kind", "code", "对象类别", "Kind of subject",
              "因子、单元过程或来源。", "Factor, unit process or source.",
              vocabulary=SUBJECT_KIND),
        Field("checked_id", "text", "对象", "Subject", "对象的编号。", "Id of the subject."),
        Field("severity", "code", "级别", "Severity", "错误或须人看。", "Error or review.",
              vocabulary=CHECK_SEVERITY),
        Field("flag_zh", "text", "说明（中）", "Text, Chinese", "哪里不合理、数值与界限。",
              "What is implausible, with figure and limit, in Chinese."),
        Field("flag_en", "text", "说明（英）", "Text, English", "哪里不合理、数值与界限，英文。",
              "What is implausible, with figure and limit."),
    ),
    key=("check_code", "checked_kind", "checked_id"),
)
REFUSED_FACTOR = Table(
    "refused_factor", "不予入库的候选因子", "Refused candidate",
    "未入库的候选因子及全部原因。", "A candidate not admitted, with every reason.",
    (
        FACTOR_ID, RECORD_KEY, NAME_ZH, NAME_EN,
        REASON_CODES,
        REASONS_ZH,
        REASONS_EN,
        EVIDENCE["text_found"], EVIDENCE["unit_found"],
        SOURCE_ID, EDITION, EVIDENCE_ID, DECISION_ID,
    ),
    key=("factor_id",),
    # A candidate refused for want of evidence, or of a known source, has none to name.
    optional=("edition", "evidence_id"),
    references=(SOURCE_REF, EVIDENCE_REF,
                Reference(("decision_id",), "decision", ("decision_id",))),
)
# fmt: on
