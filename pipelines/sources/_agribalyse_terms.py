"""AGRIBALYSE: what the seeds say of an edition, for every product of it.

Belongs here: the GWP set of an edition, from the impact method it states; the unit where a
heading names none; how far stages may be from their total. Does not belong here: rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.ingest.published_set import read_published_set
from pipelines.quantities.number import exact

if TYPE_CHECKING:
    from fractions import Fraction

    from pipelines.ingest.seed_folder import Edition

NOT_STATED = "not_stated"


@dataclass(frozen=True)
class Terms:
    """What holds for every product of an edition.

    Attributes:
        gwp_set: the GWP set, ``not_stated`` unless a known method is stated.
        gwp_steps: how the set was concluded, for the evidence.
        unit_statement: where the unit is stated that a heading does not name.
        largest_gap: share by which stages may differ from their total.
    """

    gwp_set: str
    gwp_steps: tuple[dict[str, str], ...]
    unit_statement: str
    largest_gap: Fraction


def terms_of(edition: Edition, stated_method: str | None) -> Terms:
    """The terms of an edition.

    Args:
        edition: the edition; its folder in the seeds holds ``source.toml``.
        stated_method: the impact method that the edition's own heading names, if any.

    Returns:
        The terms; a GWP set only where a method is stated, by the heading or by a steward in
        ``source.toml``, and the seeds know which set it uses.
    """
    block = read_published_set(edition.folder).block
    known: dict[str, Any] = next(
        (e for e in block.get("edition", []) if str(e["edition"]) == edition.edition), {}
    )
    method = stated_method or known.get("impact_method")
    found = next((m for m in block["impact_method"] if m["name"] == method), None)
    steps: tuple[dict[str, str], ...] = ()
    if found is not None:
        steps = (
            {
                "step": f"特征化方法 | impact method {method} -> {found['gwp_set']}",
                "constant": "",
                "source": str(found["source"]),
            },
        )
    return Terms(
        str(found["gwp_set"]) if found else NOT_STATED,
        steps,
        str(block["unit_statement"]),
        exact(str(block["stage_sum"]["largest_gap"])),
    )
