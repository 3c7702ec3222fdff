"""What a gap may weigh, as readers see it in text, pages and reports.

Belongs here: its wording and which gap comes first. Does not belong here: weighing
(``footprint.gap_weights``).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.serve.explain.explanation import rounded
from schemas.vocabularies import BOUNDS_ALONE, GAP_BASIS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def weight_of(gap: Mapping[str, Any], language: int) -> str:
    """What a gap may weigh, in kgCO2e: a figure with its range, a range alone, or that it is open.

    Args:
        gap: a row of ``footprint_gap``; its figures may be text.
        language: 0 Chinese, 1 English.

    Example:
        >>> weight_of({"gap_basis": "same_category", "estimate_low": "1", "estimate": "2",
        ...     "estimate_high": "4"}, 1)
        'about 2 (1 .. 4)'
        >>> weight_of({"gap_basis": "same_division", "estimate_low": "1", "estimate": "2",
        ...     "estimate_high": "4"}, 1)
        '1 .. 4'
    """
    if gap["estimate"] is None:
        return ("无从估计", "cannot be estimated")[language]
    low, middle, high = (
        rounded(Decimal(str(gap[name]))) for name in ("estimate_low", "estimate", "estimate_high")
    )
    if gap["gap_basis"] == BOUNDS_ALONE:
        return f"{low} .. {high}"
    return f"{('约', 'about')[language]} {middle} ({low} .. {high})"


def basis_of(gap: Mapping[str, Any], language: int) -> str:
    """What the weight of a gap is from, in words."""
    code = gap["gap_basis"]
    return GAP_BASIS.en(code) if language else GAP_BASIS.zh(code)


def heaviest_first(gaps: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Gaps by what they likely weigh; those with bounds alone after them, open ones last."""

    def weight(gap: Mapping[str, Any]) -> tuple[int, Decimal]:
        if gap["estimate"] is None:
            return 2, Decimal(0)
        is_bounded = gap["gap_basis"] == BOUNDS_ALONE
        told = gap["estimate_high" if is_bounded else "estimate"]
        return int(is_bounded), -abs(Decimal(str(told)))

    return sorted(gaps, key=weight)
