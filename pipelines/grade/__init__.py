"""Room 4, grade: benchmarks from comparable results, and the class of a product.

``rule`` reads grade rules, ``population`` reads results and tests whether they compare,
``disclosure`` keeps every owner's value unreadable, ``threshold`` computes limits,
``assign`` grades a value, ``benchmarks`` joins them into the published tables.
"""

from __future__ import annotations

from pipelines.grade.assign import Assignment, assign
from pipelines.grade.benchmarks import Benchmark, build, build_all
from pipelines.grade.disclosure import DisclosureRule, read_disclosure_rule
from pipelines.grade.population import read_population
from pipelines.grade.rule import GradeRule, read_grade_rules

__all__ = [
    "Assignment",
    "Benchmark",
    "DisclosureRule",
    "GradeRule",
    "assign",
    "build",
    "build_all",
    "read_disclosure_rule",
    "read_grade_rules",
    "read_population",
]
