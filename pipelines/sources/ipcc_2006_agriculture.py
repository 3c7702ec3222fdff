"""IPCC 2006 Guidelines, Volume 4: tier 1 defaults of agriculture.

Biogenic CH4 and N2O of animals and soils; CO2 of urea and lime.
"""

from __future__ import annotations

from pipelines.sources._cited import cited, direct_default

SOURCE = cited(
    "ipcc_2006_agriculture",
    "IPCC 2006 第4卷：农业缺省值",
    "IPCC 2006 Volume 4: defaults of agriculture",
    direct_default,
)
