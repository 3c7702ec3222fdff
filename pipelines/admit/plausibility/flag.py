"""One place at which the suite asks a person to look, and factors on a common unit.

Belongs here: the flag and the frame every check works on. Does not belong here: any check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Flag:
    """A check that did not pass.

    Attributes:
        code: A-PLA-01 to A-PLA-14.
        subject_kind: factor, process or source.
        subject_id: its id.
        words: what fills the texts of the catalogue.
    """

    code: str
    subject_kind: str
    subject_id: str
    words: Mapping[str, Any]


def figure(value: float) -> str:
    """A figure as people read it: four significant digits.

    Example:
        >>> figure(0.123456), figure(1234.56)
        ('0.1235', '1235')
    """
    return f"{value:.4g}"


def comparable(factor: pl.DataFrame, unit: pl.DataFrame) -> pl.DataFrame:
    """Factors with their value per base unit, so that per tonne and per kilogram compare.

    Args:
        factor: (n) rows of ``factor``.
        unit: the ``unit`` table.

    Returns:
        (n) rows with ``unit_group`` and ``per_base``: value per base unit of the group.
    """
    known = unit.select("unit", "unit_group", "to_base")
    return factor.join(known, left_on="reference_unit", right_on="unit", how="left").with_columns(
        per_base=pl.col("value") / pl.col("to_base")
    )
