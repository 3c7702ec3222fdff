"""GB/T 2589: average heating values and coal equivalents.

Energy conversion only: every row is a parameter.
"""

from __future__ import annotations

from pipelines.sources._cited import cited, direct_default

SOURCE = cited(
    "gbt_2589",
    "GB/T 2589：热值与折标准煤系数",
    "GB/T 2589: heating values and coal equivalents",
    direct_default,
)
