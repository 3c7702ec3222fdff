"""Decisions on records: who decided what, under which rule, on exactly which bytes.

Belongs here: decisions, verifications, agencies. Does not belong here: the findings'
texts (one catalogue in ``pipelines.findings``) and the ledger's own format.
"""

from __future__ import annotations

from schemas.names import (
    CITATION,
    DECISION_ID,
    NAME_EN,
    NAME_ZH,
    NOTE_EN,
    NOTE_ZH,
    REASON_CODES,
    RECORD_HASH,
    VERIFICATION_ID,
)
from schemas.table import Field, Reference, Table
from schemas.vocabularies import DECISION_KIND, VERDICT

# fmt: off
DECISION = Table(
    "decision", "入库决定", "Admission decision",
    "对一条记录的一次决定：结论、依据、角色与账本位置。",
    "One decision on one record: verdict, grounds, roles, place in the ledger.",
    (
        DECISION_ID,
        Field("subject_id", "code", "对象", "Subject", "被决定的因子编号。",
              "Id of the factor decided on."),
        RECORD_HASH,
        Field("verdict", "code", "结论", "Verdict", "决定的结论。", "The verdict.",
              vocabulary=VERDICT),
        Field("decision_kind", "code", "决定方式", "Kind", "按政策或由人。",
              "By policy or by a person.", vocabulary=DECISION_KIND),
        Field("policy_id", "text", "政策", "Policy", "所依据的政策及版本。",
              "The policy and version it rests on."),
        Field("roles", "texts", "角色", "Roles", "参与决定的角色，不含人名。",
              "Roles that took part; never names."),
        REASON_CODES,
        Field("decided_on", "date", "决定日期", "Decided on", "决定自带的日期。",
              "The date the decision carries."),
        Field("rule_version", "text", "规则版本", "Rule version", "所用规则集的版本。",
              "Version of the rules used."),
        Field("ledger_index", "integer", "账本序号", "Ledger index",
              "在只增账本中的序号，从 0 起。", "Index in the append-only ledger, from 0.",
              unit="1", minimum=0),
        Field("leaf_hash", "text", "叶哈希", "Leaf hash", "账本叶子的 SHA-256。",
              "SHA-256 of the ledger leaf.", pattern=r"^[0-9a-f]{64}$"),
    ),
    key=("decision_id",),
)


def _rating(name: str, zh: str, en: str) -> Field:
    return Field(name, "integer", zh, en, f"{zh}评级，1 最好、5 最差。",
                 f"Rating of {en.lower()}, 1 best and 5 worst.", unit="1", minimum=1, maximum=5)


AGENCY = Table(
    "agency", "核查机构", "Verification agency",
    "核查、认证机构及其状态。", "Verification and certification bodies and their standing.",
    (
        Field("agency_id", "code", "机构代码", "Agency id", "机构代码。", "Agency code.",
              pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
        NAME_ZH, NAME_EN,
        Field("standing", "code", "状态", "Standing", "active、suspended 或 withdrawn。",
              "active, suspended or withdrawn.",
              pattern=r"^(active|suspended|withdrawn)$"),
        Field("standing_from", "date", "状态起", "Since", "该状态的首日。",
              "First day of that standing."),
        CITATION,
    ),
    key=("agency_id",),
)
VERIFICATION = Table(
    "verification", "核查记录", "Verification",
    "第三方核查及代表性、准确性、完整性、一致性四项评级。",
    "Third-party verification with its four ratings.",
    (
        VERIFICATION_ID,
        AGENCY["agency_id"], DECISION["subject_id"], RECORD_HASH,
        _rating("representativeness", "代表性", "Representativeness"),
        _rating("accuracy", "准确性", "Accuracy"),
        _rating("completeness", "完整性", "Completeness"),
        _rating("consistency", "一致性", "Consistency"),
        Field("verified_on", "date", "核查日期", "Verified on", "核查日期。",
              "Date of the verification."),
        NOTE_ZH, NOTE_EN,
    ),
    key=("verification_id",),
    references=(Reference(("agency_id",), "agency", ("agency_id",)),),
)
REVIEW_TABLES = (DECISION, AGENCY, VERIFICATION)
