"""Regional grid factors of 2012, by the former six grids.

Historical; the former six grids have region codes of their own.
"""

from __future__ import annotations

from pipelines.sources._cited import cited, grid_average

SOURCE = cited(
    "ndrc_regional_grid_2012",
    "原六大区域电网 2012 年平均排放因子",
    "Regional grid CO2 factors 2012, former six grids",
    grid_average,
)
