"""Baseline margins of regional grids for offset projects.

They serve no accounting; the flag lets admission refuse them with the reason.
"""

from __future__ import annotations

from pipelines.sources._cited import cited, grid_average

SOURCE = cited(
    "mee_baseline_margins_2019",
    "减排项目区域电网基准线排放因子 2019",
    "Baseline margins of offset projects 2019",
    grid_average,
)
