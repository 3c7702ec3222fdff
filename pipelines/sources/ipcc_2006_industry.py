"""IPCC 2006 Guidelines, Volume 3: tier 1 process emissions.

Per unit of product or raw material, at the process; fuel combustion is elsewhere.
"""

from __future__ import annotations

from pipelines.sources._cited import cited, direct_default

SOURCE = cited(
    "ipcc_2006_industry",
    "IPCC 2006 第3卷：工业过程排放缺省值",
    "IPCC 2006 Volume 3: process emission defaults",
    direct_default,
)
