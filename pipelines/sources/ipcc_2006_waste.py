"""IPCC 2006 Guidelines, Volume 5: composting and anaerobic digestion.

Biogenic CH4 and N2O per mass of waste treated.
"""

from __future__ import annotations

from pipelines.sources._cited import cited, direct_default

SOURCE = cited(
    "ipcc_2006_waste",
    "IPCC 2006 第5卷：堆肥与厌氧消化",
    "IPCC 2006 Volume 5: composting and anaerobic digestion",
    direct_default,
)
