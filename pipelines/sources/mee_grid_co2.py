"""Grid CO2 factors announced each year by the environment ministry and statistics bureau.

Direct CO2 of generation, for purchased electricity of organisations: never a footprint.
"""

from __future__ import annotations

from pipelines.sources._cited import cited, grid_average

SOURCE = cited(
    "mee_grid_co2",
    "全国、区域、省级电力二氧化碳排放因子 2021–2023",
    "Grid CO2 factors of China 2021-2023: nation, regions, provinces",
    grid_average,
)
