"""Decisions on records: who decided what, under which rule, on exactly which bytes.

Belongs here: decisions, opinions, acts of review, people in roles, verifications, agencies.
Does not belong here: the findings' texts (one catalogue in ``pipelines.findings``) and the
ledger's own format.
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
from schemas.table import Field, Reference, Rule, Table
from schemas.vocabularies import (
    CONCLUSION,
    DECISION_KIND,
    JUDGEMENT_LEVEL,
    REVIEW_ACT,
    VERDICT,
)

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


def _judgement(name: str, zh: str, en: str, what_zh: str, what_en: str) -> tuple[Field, ...]:
    return (
        Field(name, "code", zh, en, f"{what_zh}的定性评价。", f"Judgement in words: {what_en}.",
              vocabulary=JUDGEMENT_LEVEL),
        Field(f"{name}_evidence", "text", f"{zh}依据", f"Evidence of {en.lower()}",
              f"{zh}评价的依据；未评价为空。", f"Evidence for the judgement of {en.lower()}.",
              required=False),
    )


# What annex 8 of the national guideline asks reviewers to judge in words, with evidence.
JUDGEMENTS = (
    *_judgement("rigour", "科学严谨性", "Rigour", "方法、边界与计算是否符合所用标准",
                "do method, boundary and calculation conform to the standards used"),
    *_judgement("traceability", "可追溯性", "Traceability", "来源、方法与假设是否公开并可追到原文",
                "are source, method and assumptions open and traceable to the text"),
)
GROUP_ID = Field("group_id", "code", "所属组", "Group",
                 "同一控制关系的组代码；同组须回避。",
                 "Code of the controlling group; one group stands aside together.",
                 pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
PERSON_ID = Field("person_id", "code", "人员代码", "Person", "角色人员代码，不含人名。",
                  "Code of a person in a role; never a name.",
                  pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
ACTED_ON = Field("acted_on", "date", "办理日期", "Acted on", "办理日期。", "Day of the act.")
PERSON = Table(
    "person", "评审人员", "Person in a role",
    "评审与核查所涉角色：领域、所属组、任期；不登记真实姓名。",
    "Roles of review and verification: fields, group, term; no names of people.",
    (
        PERSON_ID,
        Field("role", "code", "角色", "Role", "角色。", "Role.", pattern=r"^[a-z_]+$"),
        NAME_ZH, NAME_EN, GROUP_ID,
        Field("expertise", "texts", "专业领域", "Fields of expertise",
              "分类代码前缀，* 为全领域。", "Prefixes of category codes; * for all."),
        Field("conflicts", "texts", "申报的利益关系", "Declared conflicts",
              "须回避的组或人员代码。", "Groups or people to stand aside from."),
        Field("term_from", "date", "任期起", "Term from", "任期首日。", "First day in office."),
        Field("term_until", "date", "任期止", "Term until", "任期末日。",
              "Last day in office."),
        CITATION,
    ),
    key=("person_id",),
    rules=(Rule("R-REV-01", "term_from <= term_until", "任期起不晚于止。",
                "The term begins before it ends."),),
)
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
        GROUP_ID, CITATION,
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
REVIEW_EVENT = Table(
    "review_event", "评审经过", "Act of review",
    "已决定记录的评审经过，一行一步；不生效的条目注明原因代码。",
    "Acts of review on decided records, one per row; entries without effect say why.",
    (
        Field("event_id", "code", "事件编号", "Event id", "事件编号。", "Id of the event.",
              pattern=r"^X[A-Z2-7]{12}$"),
        DECISION["subject_id"],
        Field("event_kind", "code", "办理事项", "Act", "办理事项。", "What was done.",
              vocabulary=REVIEW_ACT),
        RECORD_HASH, PERSON_ID, PERSON["role"], GROUP_ID, ACTED_ON,
        Field("state_reached", "text", "到达状态", "State reached", "办理后的状态。",
              "State after the act.", required=False),
        REASON_CODES, NOTE_ZH,
        DECISION["ledger_index"], DECISION["leaf_hash"],
    ),
    key=("event_id", "subject_id"),
    references=(Reference(("person_id",), "person", ("person_id",)),),
)
OPINION = Table(
    "opinion", "评审意见", "Opinion",
    "专家对一条记录的意见与各维度判断。", "An expert's opinion on a record, by dimension.",
    (
        REVIEW_EVENT["event_id"], DECISION["subject_id"], RECORD_HASH, PERSON_ID, GROUP_ID,
        Field("conclusion", "code", "评审结论", "Conclusion", "评审结论。", "Conclusion.",
              vocabulary=CONCLUSION),
        Field("open_issues", "texts", "未决维度", "Open issues", "仍有问题的评审维度。",
              "Dimensions with an open issue."),
        *JUDGEMENTS,
        NOTE_ZH, ACTED_ON,
        DECISION["ledger_index"],
    ),
    key=("event_id",),
    references=(Reference(("person_id",), "person", ("person_id",)),),
)
REVISION = Table(
    "revision", "修改记录", "Revision",
    "评审各轮之间报送方改动的每一处，以及要求改动的退回原因。",
    "Every answer a submitter changed between rounds, and the coded reason that asked for it.",
    (
        DECISION["subject_id"],
        Field("former_hash", "text", "前一版哈希", "Hash before", "前一轮记录的 SHA-256。",
              "SHA-256 of the record of the round before.", pattern=r"^[0-9a-f]{64}$"),
        RECORD_HASH,
        Field("field_name", "code", "栏目", "Answer", "改动的栏目。", "The answer that changed."),
        Field("text_before", "text", "改前", "Before", "改前的填写；非公开的一轮为空。",
              "What stood there; empty where a round was not public.", required=False),
        Field("text_after", "text", "改后", "After", "改后的填写；非公开的一轮为空。",
              "What stands there; empty where a round was not public.", required=False),
        REASON_CODES, ACTED_ON, DECISION["ledger_index"],
    ),
    key=("subject_id", "record_hash", "field_name"),
)
AGENCY_DEPENDENT = Table(
    "agency_dependent", "受影响对象", "Dependent of an agency",
    "依赖已暂停或撤销机构之核查的因子、足迹与分级。",
    "Factors, footprints and grades that rest on a body suspended or withdrawn.",
    (
        AGENCY["agency_id"],
        Field("object_kind", "code", "对象类型", "Kind of object",
              "factor、footprint 或 grade。", "factor, footprint or grade.",
              pattern=r"^(factor|footprint|grade)$"),
        Field("object_id", "text", "对象编号", "Object", "因子或产品编号。",
              "Id of the factor or product."),
        Field("via", "text", "途径", "By way of", "直接的核查记录，或其所依据的对象。",
              "The verification itself, or the object it rests on."),
    ),
    key=("agency_id", "object_kind", "object_id"),
    references=(Reference(("agency_id",), "agency", ("agency_id",)),),
)
REVIEW_TABLES = (
    DECISION, PERSON, AGENCY, VERIFICATION, REVIEW_EVENT, OPINION, REVISION,
    AGENCY_DEPENDENT,
)
