"""What a release knows of but does not show among its tables, and why; never the value.

Belongs here: the tables of withheld factors, of factors in separate files, of sources kept
out. Does not belong here: the rows themselves, which lie apart.
"""

from __future__ import annotations

from schemas.factor import FACTOR
from schemas.names import REASON_EN, REASON_ZH
from schemas.source import SOURCE_COUNT, SOURCE_REF
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
SEPARATE_FACTOR = Table(
    "separate_factor", "另册因子", "Factor in a separate file",
    "许可要求另册发布的因子：数值在 separate/ 下其许可的文件中，此处只有索引。",
    "A factor whose licence asks for a separate file: its value stands under separate/ in "
    "the file of that licence; here is the index.",
    (
        FACTOR["factor_id"], FACTOR["version"], FACTOR["status"], FACTOR["factor_kind"],
        FACTOR["source_id"], FACTOR["edition"],
        Field("file_licence", "code", "所在文件的许可", "Licence of the file",
              "另册文件的许可，由因子及其上游的许可得出。",
              "Licence of the separate file, from those of the factor and its parents."),
        FACTOR["decision_id"],
    ),
    key=("factor_id", "version"),
    references=(SOURCE_REF, Reference(("decision_id",), "decision", ("decision_id",)),
                Reference(("file_licence",), "licence", ("licence",))),
)
WITHHELD_SOURCE = Table(
    "withheld_source", "未公开来源", "Withheld source",
    "读入而其权利不许公开的来源版次：只有去向计数，其余各表中没有它的任何行。",
    "An edition that was read but may not be shown: only where its rows went; no other "
    "table holds a row of it.",
    (
        FACTOR["source_id"], FACTOR["edition"], FACTOR["licence"], FACTOR["data_class"],
        *(SOURCE_COUNT[name] for name in
          ("rows_in", "candidates", "parameters", "skipped", "refused")),
        REASON_ZH, REASON_EN,
    ),
    key=("source_id", "edition"),
    references=(Reference(("licence",), "licence", ("licence",)),),
    rules=(
        SOURCE_COUNT.rules[0],
        Rule("R-WIS-01", "candidates = refused",
             "未公开来源的候选因子都未入库。", "No candidate of a withheld source is admitted."),
    ),
)
WITHHELD_TABLES = (WITHHELD_FACTOR, SEPARATE_FACTOR, WITHHELD_SOURCE)
# fmt: on
