"""Parameters: heating values, carbon contents, oxidation rates; never emission factors."""

from __future__ import annotations

from schemas.factor import (
    VERSION,
)
from schemas.names import (
    CONFIDENCE_OF_ROW,
    NAME_EN,
    NAME_ZH,
    NOTE_EN,
    NOTE_ZH,
)
from schemas.reference import (
    FLOW_ID,
    REGION_CODE,
)
from schemas.source import (
    EDITION,
    EVIDENCE_ID,
    EVIDENCE_REF,
    PUBLISHED_ON,
    RECORD_KEY,
    SOURCE_ID,
    SOURCE_REF,
)
from schemas.table import Field, Reference, Rule, Table

# fmt: off
PARAMETER_ID = Field(
    "parameter_id", "code", "参数编号", "Parameter id",
    "永久编号，由来源与其记录号导出。",
    "Permanent id derived from the source and its record key.", pattern=r"^P[A-Z2-7]{12}$",
)
PARAMETER = Table(
    "parameter", "参数", "Parameter",
    "热值、含碳量、氧化率等，不是排放因子。",
    "Heating values, carbon contents, oxidation rates: not emission factors.",
    (
        PARAMETER_ID, VERSION,
        Field("parameter_kind", "code", "参数类型", "Parameter kind", "参数的类型。",
              "What the parameter is.", pattern=r"^[a-z0-9_]+$"),
        NAME_ZH, NAME_EN, FLOW_ID,
        Field("parameter_value", "number", "参数值", "Parameter value", "参数值。",
              "Value of the parameter.", unit="@parameter_unit"),
        Field("parameter_value_exact", "text", "参数值（精确）", "Exact value",
              "十进制写法的精确值。", "The value written exactly in decimals.",
              pattern=r"^-?[0-9]+(\.[0-9]+)?$"),
        Field("parameter_unit", "text", "参数单位", "Parameter unit", "参数的单位。",
              "Unit of the parameter."),
        Field("parameter_lower95", "number", "参数 95 % 下限", "Lower 95 % limit",
              "95 % 区间下限。", "Lower limit of the 95 % interval.",
              unit="@parameter_unit", required=False),
        Field("parameter_upper95", "number", "参数 95 % 上限", "Upper 95 % limit",
              "95 % 区间上限。", "Upper limit of the 95 % interval.",
              unit="@parameter_unit", required=False),
        REGION_CODE, PUBLISHED_ON, SOURCE_ID, EDITION, RECORD_KEY, EVIDENCE_ID,
        CONFIDENCE_OF_ROW, NOTE_ZH, NOTE_EN,
    ),
    key=("parameter_id", "version"),
    optional=("flow_id",),
    references=(
        Reference(("region_code",), "region", ("region_code",)),
        Reference(("flow_id",), "flow", ("flow_id",)), SOURCE_REF, EVIDENCE_REF,
    ),
    rules=(
        Rule("R-PAR-01",
             "parameter_lower95 <= parameter_value AND parameter_value <= parameter_upper95",
             "参数应在其 95 % 区间内。", "The parameter lies within its limits."),
    ),
)
# fmt: on
