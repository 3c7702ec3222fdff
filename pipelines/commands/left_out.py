"""Submissions that a run reads and leaves out, told aloud.

Belongs here: the findings about inventories and populations that are decided on, or in seeds,
and yet not in the release. Does not belong here: which those are (``submitted_products``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.commands.submitted_products import handed_in
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from pipelines.settings import Settings

KINDS = {"inventory": ("清单", "inventory"), "population": ("样本", "population")}


def left_out(settings: Settings, size: int | None = None) -> list[Finding]:
    """What of the inventories and populations handed in stays out of a release, and why.

    Args:
        settings: seeds and home.
        size: how many ledger entries the run reads.

    Returns:
        S-OUT-01 for each left out because of faulty rows, S-OUT-02 for each whose rights
        let nothing of it be published.
    """
    told = []
    for kind, (zh, en) in KINDS.items():
        found = handed_in(settings, kind, size)
        told += [
            finding("S-OUT-01", value=name, what_zh=zh, what_en=en, codes=", ".join(codes) or "-")
            for name, codes in found.faulty.items()
        ]
        told += [finding("S-OUT-02", value=name, what_zh=zh, what_en=en) for name in found.withheld]
    return told
