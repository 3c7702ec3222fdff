"""IPCC 2006 Guidelines, Volume 2: heating values, carbon contents, combustion.

Gas rows of one fuel and sector form one factor; biogenic CO2 keeps its own code.
"""

from __future__ import annotations

from pipelines.sources._cited import cited, direct_default

SOURCE = cited(
    "ipcc_2006_energy",
    "IPCC 2006 第2卷：热值、含碳量、燃烧排放",
    "IPCC 2006 Volume 2: heating values, carbon contents, combustion",
    direct_default,
)
