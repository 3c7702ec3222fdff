"""Balances of unit processes and models: what enters and what leaves.

Belongs here: the table a reviewer reads. Does not belong here: the processes themselves
(``schemas.product``).
"""

from __future__ import annotations

from schemas.factor import VERSION
from schemas.table import Field, Rule, Table
from schemas.vocabularies import BALANCE_RESULT, BALANCED_KIND


# fmt: off
def _side(name: str, zh: str, en: str) -> Field:
    return Field(name, "number", zh, en, f"每基准流（模型为每声明数量）的{zh}。",
                 f"{en} per reference flow, for a model per declared amount.",
                 unit="@balance_unit", minimum=0)


BALANCE = Table(
    "balance", "平衡", "Balance",
    "单元过程与模型的质量、能量、元素平衡：进、出、结论，以及无法计量的流。",
    "Mass, energy and element balance of a unit process or model, and the flows not weighed.",
    (
        Field("balanced_kind", "code", "对象类别", "Kind of object", "单元过程或模型。",
              "Unit process or model.", vocabulary=BALANCED_KIND),
        Field("balanced_id", "text", "对象", "Object", "单元过程或模型的编号。",
              "Id of the unit process or model."),
        VERSION,
        Field("balance_kind", "code", "平衡量", "Quantity balanced",
              "mass、energy 或元素符号。", "mass, energy or the symbol of an element.",
              pattern=r"^(mass|energy|[A-Z][a-z]?)$"),
        Field("balance_unit", "code", "单位", "Unit", "kg 或 MJ。", "kg or MJ.",
              pattern=r"^(kg|MJ)$"),
        _side("entering_low", "进入下限", "Entering, least"),
        _side("entering_high", "进入上限", "Entering, most"),
        _side("leaving_low", "离开下限", "Leaving, least"),
        _side("leaving_high", "离开上限", "Leaving, most"),
        Field("lines_balanced", "integer", "已计行数", "Lines counted", "计入的行数。",
              "Lines that count.", unit="1", minimum=0),
        Field("lines_unknown", "integer", "未计行数", "Lines not known",
              "缺少换算或成分而未计入的行数。",
              "Lines without a conversion or composition.", unit="1", minimum=0),
        Field("unknown_flows", "texts", "未计的流", "Flows not known", "未计入的流，至多六个。",
              "Flows that did not count, six at most."),
        Field("balance_result", "code", "结论", "Result", "平衡结论。", "Result.",
              vocabulary=BALANCE_RESULT),
    ),
    key=("balanced_kind", "balanced_id", "version", "balance_kind"),
    rules=(
        Rule("R-BAL-01", "entering_low <= entering_high", "进入下限不大于上限。",
             "Entering, least, is not above most."),
        Rule("R-BAL-02", "leaving_low <= leaving_high", "离开下限不大于上限。",
             "Leaving, least, is not above most."),
    ),
)
# fmt: on
