"""Electricity certificates and contracts: the covered part takes the instrument's factor.

Belongs here: the contractual view of lines with instruments. Does not belong here: whether
a certificate over-claims or is used twice (``inventory_checks`` refuses that).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.footprint.characterise import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.footprint.characterise import Characteriser
    from pipelines.footprint.contributions import LineParts
    from pipelines.footprint.reference import FlowBook


def contractual_parts(
    parts: Mapping[tuple[str, str], list[LineParts]],
    instruments: list[dict[str, Any]],
    factors: Mapping[str, dict[str, Any]],
    characteriser: Characteriser,
    book: FlowBook,
) -> dict[tuple[str, str], list[LineParts]]:
    """The parts of lines with their instruments applied.

    Args:
        parts: location-based parts of every line.
        instruments: rows of the ``instrument`` table; amounts are on the basis of the line.
        factors: usable factors by id and by ``id@version``.
        characteriser: turns factors into parts.
        book: converts units.

    Returns:
        The same mapping with covered lines blended: covered share × the instrument's
        factor + the rest × the location-based parts.

    Raises:
        FaultyData: an instrument names a factor that does not exist.
    """
    blended = dict(parts)
    for row in instruments:
        key = (row["process_id"], row["line"])
        entry = blended[key][0]
        name = (row["provider"] or "").removeprefix("factor:")
        factor = factors.get(name)
        if factor is None:
            raise FaultyData(finding("E-FPT-02", process=key[0], line=key[1], value=name))
        unit = entry.line["amount_unit"]
        in_line_unit = book.units.ratio(row["instrument_unit"], unit)
        share = row["instrument_amount"] * float(in_line_unit) / entry.line["amount"]
        ratio = book.ratio(entry.line["flow"], unit, factor["reference_unit"]) or 0
        covered = characteriser.of_factor(factor, float(ratio), key)
        rest = [_scaled(p, 1 - share) for p in entry.parts]
        blended[key] = [replace(entry, parts=(*rest, *(_scaled(p, share) for p in covered)))]
    return blended


def _scaled(part: Part, share: float) -> Part:
    mass = None if part.mass is None else part.mass * share
    return Part(part.gas, part.component, mass, part.co2e * share)
