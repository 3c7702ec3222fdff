"""Global warming potentials over 100 years, by IPCC report.

Characterisation factors. Where a report does not split methane, its value holds for every origin.
"""

from __future__ import annotations

from pipelines.sources._cited import cited, direct_default

SOURCE = cited(
    "ipcc_gwp100",
    "IPCC 全球增温潜势（五个版本）",
    "IPCC global warming potentials, five editions",
    direct_default,
)
