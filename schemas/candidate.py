"""What sources hand in: candidate factors and their gases, not yet judged."""

from __future__ import annotations

from schemas.factor import (
    DESCRIPTION,
    FACTOR_ID,
    GAS_COLUMNS,
    GAS_REFS,
    GAS_RULES,
    PLACE_REFS,
    RECORD_RULES,
)
from schemas.names import (
    CONFIDENCE_OF_ROW,
)
from schemas.source import (
    RECORD_KEY,
)
from schemas.table import Table

# fmt: off
CANDIDATE = Table(
    "candidate", "候选因子", "Candidate factor",
    "来源模块交来、尚未评审的因子。", "Factors handed in by a source, not yet judged.",
    (RECORD_KEY, FACTOR_ID, *DESCRIPTION, CONFIDENCE_OF_ROW),
    key=("factor_id",),
    optional=("value", "gwp_set"),
    references=PLACE_REFS,
    rules=RECORD_RULES,
    published=False,
)
CANDIDATE_GAS = Table(
    "candidate_gas", "候选因子分气体", "Gases of a candidate",
    "候选因子各气体的质量。", "Mass of each gas of a candidate.",
    (FACTOR_ID, *GAS_COLUMNS),
    key=("factor_id", "gas"),
    references=GAS_REFS,
    rules=GAS_RULES,
    published=False,
)
CANDIDATE_TABLES = (CANDIDATE, CANDIDATE_GAS)
# fmt: on
