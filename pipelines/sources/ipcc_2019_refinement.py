"""2019 Refinement of the IPCC Guidelines: iron and steel, N2O of agriculture.

Stands beside the 2006 values under ids of its own.
"""

from __future__ import annotations

from pipelines.sources._cited import cited, direct_default

SOURCE = cited(
    "ipcc_2019_refinement",
    "IPCC 2019 修订：钢铁过程与农业 N2O",
    "IPCC 2019 Refinement: iron and steel, N2O of agriculture",
    direct_default,
)
