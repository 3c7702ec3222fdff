"""Room 4, grade: benchmarks from comparable results, and the class of a product.

``rule`` reads grade rules, ``population`` reads results, ``comparable`` tests whether they
compare, ``owners`` and ``alarm`` who stands behind them, ``threshold`` and ``bootstrap``
compute limits and their error, ``disclosure``, ``audit``, ``publication`` and
``difference`` keep every owner's value unreadable, ``assign`` grades a value,
``benchmarks`` joins them, ``tables`` gives the published rows.
"""

from __future__ import annotations

from pipelines.grade.assign import Assignment, assign
from pipelines.grade.benchmarks import Benchmark, build, build_benchmarks
from pipelines.grade.disclosure import DisclosureRule, read_disclosure_rule
from pipelines.grade.population import earlier_populations, members_of, read_population
from pipelines.grade.rule import GradeRule, read_grade_rules
from pipelines.grade.tables import build_all, tables_of

__all__ = [
    "Assignment",
    "Benchmark",
    "DisclosureRule",
    "GradeRule",
    "assign",
    "build",
    "build_all",
    "build_benchmarks",
    "earlier_populations",
    "members_of",
    "read_disclosure_rule",
    "read_grade_rules",
    "read_population",
    "tables_of",
]
