"""Electricity certificates and contracts: the covered part takes the instrument's factor.

Belongs here: the contractual view of lines with instruments. Does not belong here: whether
a certificate over-claims or is used twice (``instrument_checks`` refuses that).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.footprint.characterise import Part
from pipelines.footprint.outputs import fraction
from pipelines.footprint.requests import FACTOR, SCHEMA, SUPPLY, midpoint
from pipelines.footprint.selection import select

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.footprint.characterise import Characteriser
    from pipelines.footprint.contributions import LineParts
    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.library import Library
    from pipelines.footprint.reference import FlowBook
    from pipelines.footprint.selection import Choice

Key = tuple[str, str]


def factors_of_instruments(
    inventory: Inventory, library: Library, gwp_set: str
) -> dict[str, Choice]:
    """The factor of each instrument, held to what any pinned factor is held to.

    Args:
        inventory: checked.
        library: the release's tables.
        gwp_set: the GWP set asked for.

    Returns:
        The choice by instrument id.

    Raises:
        FaultyData: an instrument names a factor that does not exist, is no longer good or
            cannot serve the supply of its line under this set.
    """
    lines = {(r["process_id"], r["line"]): r for r in inventory.rows["exchange"]}
    period = midpoint(inventory)
    found = {}
    for row in inventory.rows["instrument"]:
        line = lines[row["process_id"], row["line"]]
        request = {
            "process_id": row["process_id"], "line": row["line"], "use": SUPPLY,
            "flow_id": line["flow"], "region_code": line["region_code"], "midpoint": period,
            "amount_unit": line["amount_unit"], "gwp_set": gwp_set,
            "pinned": (row["provider"] or "").removeprefix(FACTOR),
        }  # fmt: skip
        choices = select(
            pl.DataFrame([request], schema=SCHEMA), library.factor, library.factor_gas,
            library.chains, library.resolution, library.book,
        )  # fmt: skip
        found[row["instrument_id"]] = choices[row["process_id"], row["line"], SUPPLY]
    return found


def contractual_parts(
    parts: Mapping[Key, list[LineParts]],
    instruments: list[dict[str, Any]],
    choices: Mapping[str, Choice],
    characteriser: Characteriser,
    book: FlowBook,
) -> dict[Key, list[LineParts]]:
    """The parts of lines with their instruments applied.

    Args:
        parts: location-based parts of every line.
        instruments: rows of the ``instrument`` table; amounts are on the basis of the line.
        choices: the factor of each instrument.
        characteriser: turns factors into parts.
        book: converts units.

    Returns:
        The same mapping. What instruments cover of a line's supply takes their factors, each
        for its share; the rest stays location-based. Results of other products bring their
        own contractual parts.
    """
    claims: dict[Key, list[dict[str, Any]]] = {}
    for row in instruments:
        claims.setdefault((row["process_id"], row["line"]), []).append(row)
    return {
        key: [_contractual(entry, claims.get(key, []), choices, characteriser, book)
              for entry in entries]
        for key, entries in parts.items()
    }  # fmt: skip


def _contractual(
    entry: LineParts,
    claims: list[dict[str, Any]],
    choices: Mapping[str, Choice],
    characteriser: Characteriser,
    book: FlowBook,
) -> LineParts:
    if entry.product is not None:
        ratio = entry.product_units
        return replace(entry, parts=tuple(_scaled(p, ratio) for p in entry.product.contractual))
    if not claims or entry.use != SUPPLY:
        return entry
    key = (entry.line["process_id"], entry.line["line"])
    blended: list[Part] = []
    rest = Fraction(1)
    for row in claims:
        share = _share(row, entry.line, book)
        choice = choices[row["instrument_id"]]
        if choice.factor is not None:
            of = characteriser.of_factor(choice.factor, choice.unit_ratio, key)
            blended += [_scaled(part, float(share)) for part in of]
        rest -= share
    return replace(entry, parts=(*(_scaled(p, float(rest)) for p in entry.parts), *blended))


def _share(row: dict[str, Any], line: dict[str, Any], book: FlowBook) -> Fraction:
    """Part of a line that an instrument covers."""
    if not line["amount"]:
        return Fraction(0)
    ratio = book.ratio(line["flow"], row["instrument_unit"], line["amount_unit"]) or Fraction(0)
    return fraction(row["instrument_amount"]) * ratio / fraction(line["amount"])


def _scaled(part: Part, share: float) -> Part:
    mass = None if part.mass is None else part.mass * share
    return Part(part.gas, part.component, mass, part.co2e * share)
