"""GB/T 32151.22-2024, Annex C: fuel parameters and livestock factors.

Fuel rows are parameters; the CO2 factors computed from them are a source of their own.
"""

from __future__ import annotations

from pipelines.sources._cited import cited, direct_default

SOURCE = cited(
    "gbt_32151_22_2024",
    "GB/T 32151.22-2024 附录C：燃料参数与畜禽因子",
    "GB/T 32151.22-2024 Annex C: fuel parameters, livestock factors",
    direct_default,
)
