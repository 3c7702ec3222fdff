"""Factors a release knows of but may not show: who, what, where, why not; never the value.

Belongs here: the one table of withheld rows. Does not belong here: the rows themselves,
which lie apart from everything public.
"""

from __future__ import annotations

from schemas.factor import FACTOR
from schemas.names import REASON_EN, REASON_ZH
from schemas.table import Field, Reference, Rule, Table

# fmt: off
WITHHELD_FACTOR = Table(
    "withheld_factor", "未公开因子", "Withheld factor",
    "已入库而不得公开的因子：只有元数据与原因，数值为空。",
    "An admitted factor that may not be shown: metadata and the reason, never the value.",
    (
        FACTOR["factor_id"], FACTOR["version"], FACTOR["status"], FACTOR["factor_kind"],
        FACTOR["flow_id"], FACTOR["category_id"],
        FACTOR["value"], FACTOR["value_unit"], FACTOR["reference_unit"],
        FACTOR["gwp_set"], FACTOR["boundary"], FACTOR["region_code"],
        FACTOR["reference_year"], FACTOR["source_id"], FACTOR["edition"], FACTOR["licence"],
        FACTOR["authorisation_scope"], FACTOR["data_class"], FACTOR["decision_id"],
        Field("withheld_for", "code", "不公开的依据", "Withheld for",
              "data_class（因子自身）、source_class（其来源）或 derived（由未公开因子导出）。",
              "data_class (its own class), source_class (its source's) or derived (from a "
              "withheld factor).",
              pattern=r"^(data_class|source_class|derived)$"),
        REASON_ZH, REASON_EN,
    ),
    key=("factor_id", "version"),
    optional=("value",),
    references=(Reference(("decision_id",), "decision", ("decision_id",)),),
    rules=(
        Rule("R-WIT-01", "value IS NULL", "未公开因子的数值必须为空。",
             "A withheld factor shows no value."),
        Rule("R-WIT-02", "data_class <> 'public'", "公开因子不在此表。",
             "A public factor is not in this table."),
    ),
)
# fmt: on
