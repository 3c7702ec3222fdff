"""National grid factors set by notices for enterprise reporting.

Another series than the annual announcements; the two are never spliced.
"""

from __future__ import annotations

from pipelines.sources._cited import cited, grid_average

SOURCE = cited(
    "mee_grid_reporting_defaults",
    "企业报告用全国电网排放因子",
    "National grid factors set for enterprise reporting",
    grid_average,
)
