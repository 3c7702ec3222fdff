"""Every table of tanyuan, declared once and rendered everywhere.

Read ``schemas.table`` for how a column is declared, then one module per idea. The
renderings (Arrow, pandera, DuckDB, dictionary, frictionless) live in ``schemas.render``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.aggregated import AGGREGATED_TABLES
from schemas.balance import BALANCE
from schemas.candidate import CANDIDATE_TABLES
from schemas.factor import FACTOR_TABLES
from schemas.footprint import FOOTPRINT_TABLES
from schemas.footprint_apart import APART_TABLES
from schemas.footprint_uncertainty import UNCERTAINTY_TABLES
from schemas.grade import GRADE_TABLES, POPULATION
from schemas.judgement import FACTOR_QUALITY, PLAUSIBILITY, REFUSED_FACTOR
from schemas.parameter import PARAMETER
from schemas.partition import PARTITION_TABLES
from schemas.product import PRODUCT_TABLES
from schemas.reference import REFERENCE_TABLES
from schemas.release import RELEASE_TABLES
from schemas.review import REVIEW_TABLES
from schemas.source import SOURCE_TABLES
from schemas.withheld import WITHHELD_TABLES

if TYPE_CHECKING:
    from schemas.table import Table

ALL_TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        *REFERENCE_TABLES,
        *SOURCE_TABLES,
        *CANDIDATE_TABLES,
        *REVIEW_TABLES,
        *FACTOR_TABLES,
        PARAMETER,
        FACTOR_QUALITY,
        PLAUSIBILITY,
        REFUSED_FACTOR,
        *WITHHELD_TABLES,
        *PRODUCT_TABLES,
        BALANCE,
        *FOOTPRINT_TABLES,
        *AGGREGATED_TABLES,
        *APART_TABLES,
        *UNCERTAINTY_TABLES,
        *PARTITION_TABLES,
        POPULATION,
        *GRADE_TABLES,
        *RELEASE_TABLES,
    )
}
PUBLISHED: tuple[Table, ...] = tuple(t for t in ALL_TABLES.values() if t.published)
