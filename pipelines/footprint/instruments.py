"""Electricity by contract: what instruments cover, and the residual mix for the rest.

Belongs here: the contractual view of lines. Does not belong here: whether a certificate
over-claims or is used twice (``instrument_checks`` refuses that), rows (``electricity``).

Source:
    ISO 14067:2018, 6.4.9.4; GHG Protocol Scope 2 Guidance, 6.9.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import FaultyData
from pipelines.footprint.cell_checks import at
from pipelines.footprint.characterise import Part
from pipelines.footprint.contributions import Cover
from pipelines.footprint.outputs import fraction
from pipelines.footprint.requests import FACTOR, SCHEMA, SUPPLY, midpoint, requests_of
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
    for i, row in enumerate(inventory.rows["instrument"]):
        line = lines[row["process_id"], row["line"]]
        request = {
            "process_id": row["process_id"], "line": row["line"], "use": SUPPLY,
            "flow_id": line["flow"], "region_code": line["region_code"], "midpoint": period,
            "amount_unit": line["amount_unit"], "gwp_set": gwp_set,
            "pinned": (row["provider"] or "").removeprefix(FACTOR),
        }  # fmt: skip
        try:
            choices = select(
                pl.DataFrame([request], schema=SCHEMA), library.factor, library.factor_gas,
                library.chains, library.resolution, library.book,
            )  # fmt: skip
        except FaultyData as refused:
            place = at(inventory, "instrument", i)
            raise FaultyData(
                [replace(one, place={**one.place, **place}) for one in refused.findings]
            ) from refused
        found[row["instrument_id"]] = choices[row["process_id"], row["line"], SUPPLY]
    return found


def residual_choices(
    inventory: Inventory, library: Library, gwp_set: str, parts: Mapping[Key, list[LineParts]]
) -> dict[Key, Choice]:
    """The residual mix of each line of electricity that a factor supplies.

    Args:
        inventory: checked.
        library: the release's tables.
        gwp_set: the GWP set asked for.
        parts: location-based parts of every line.

    Returns:
        The choice by line; empty where the release holds no residual mix.
    """
    kinds = library.reporting.residual_kinds
    held = library.factor.filter(pl.col("factor_kind").is_in(kinds))
    if held.is_empty():
        return {}
    rule = replace(library.resolution, kinds={SUPPLY: list(kinds)})
    wanted = [key for key, entries in parts.items() if any(is_power(e, library) for e in entries)]
    requests = (
        requests_of(inventory, library.resolution, gwp_set)
        .filter(pl.col("use") == SUPPLY)
        .with_columns(pinned=pl.lit(None, pl.String))
    )
    choices = select(requests, held, library.factor_gas, library.chains, rule, library.book)
    return {key: choices[*key, SUPPLY] for key in wanted if (*key, SUPPLY) in choices}


def is_power(entry: LineParts, library: Library) -> bool:
    """Whether a factor supplies a line with electricity."""
    if entry.choice is None or entry.use != SUPPLY or entry.line["direction"] != "input":
        return False
    category = library.book.categories.get(entry.line["flow"]) or ""
    return category.startswith(library.reporting.electricity)


def contractual_parts(
    parts: Mapping[Key, list[LineParts]],
    instruments: list[dict[str, Any]],
    choices: Mapping[str, Choice],
    residuals: Mapping[Key, Choice],
    characteriser: Characteriser,
    library: Library,
) -> dict[Key, list[LineParts]]:
    """The parts of lines by contract.

    Args:
        parts: location-based parts of every line.
        instruments: rows of the ``instrument`` table; amounts are on the basis of the line.
        choices: the factor of each instrument.
        residuals: the residual mix of lines of electricity.
        characteriser: turns factors into parts.
        library: units and the category of electricity.

    Returns:
        The same mapping. What instruments cover of a line's supply takes their factors, each
        for its share; the rest of electricity takes the residual mix where one is published
        and stays location-based elsewhere. Results of other products bring their own
        contractual parts.
    """
    claims: dict[Key, list[dict[str, Any]]] = {}
    for row in instruments:
        claims.setdefault((row["process_id"], row["line"]), []).append(row)

    def by_contract(key: Key, entry: LineParts) -> LineParts:
        if entry.product is not None:
            ratio = entry.product_units
            brought = tuple(_scaled(p, ratio) for p in entry.product.contractual)
            return replace(entry, parts=brought)
        of_line = claims.get(key, [])
        if entry.use != SUPPLY or not (of_line or is_power(entry, library)):
            return entry
        return _contractual(
            entry, of_line, choices, residuals.get(key), characteriser, library.book
        )

    return {key: [by_contract(key, e) for e in entries] for key, entries in parts.items()}


def _contractual(
    entry: LineParts,
    claims: list[dict[str, Any]],
    choices: Mapping[str, Choice],
    residual: Choice | None,
    characteriser: Characteriser,
    book: FlowBook,
) -> LineParts:
    key = (entry.line["process_id"], entry.line["line"])
    blended: list[Part] = []
    covered = Fraction(0)
    best: tuple[Fraction, Choice | None] = (Fraction(0), None)
    for row in claims:
        share = _share(row, entry.line, book)
        choice = choices[row["instrument_id"]]
        if choice.factor is not None:
            of = characteriser.of_factor(choice.factor, choice.unit_ratio, key)
            blended += [_scaled(part, float(share)) for part in of]
        covered += share
        best = max(best, (share, choice), key=lambda one: one[0])
    whole, basis, of_rest = entry.parts, "average", entry.choice
    if residual is not None and residual.factor is not None and _is_average(entry):
        whole = characteriser.of_factor(residual.factor, residual.unit_ratio, key)
        basis, of_rest = "residual_mix", residual
    elif entry.choice is None or entry.choice.factor is None:
        basis = "not_served"
    rest = tuple(_scaled(part, float(1 - covered)) for part in whole)
    named = residual.factor if basis == "residual_mix" and residual is not None else None
    cover = Cover(
        covered,
        tuple(row["instrument_id"] for row in claims),
        tuple(blended),
        rest,
        basis,
        f"{named['factor_id']}@{named['version']}" if named else None,
    )
    # A line that several factors serve is named, and drawn, by the largest of them.
    chosen = best[1] if best[0] > 1 - covered else of_rest
    return replace(entry, choice=chosen, parts=(*rest, *blended), cover=cover)


def _is_average(entry: LineParts) -> bool:
    """Whether a line is supplied by other parties' data, not the supplier's own."""
    factor = entry.choice.factor if entry.choice else None
    return factor is None or factor["data_origin"] != "primary"


def _share(row: dict[str, Any], line: dict[str, Any], book: FlowBook) -> Fraction:
    """Part of a line that an instrument covers."""
    if not line["amount"]:
        return Fraction(0)
    ratio = book.ratio(line["flow"], row["instrument_unit"], line["amount_unit"]) or Fraction(0)
    return fraction(row["instrument_amount"]) * ratio / fraction(line["amount"])


def _scaled(part: Part, share: float) -> Part:
    mass = None if part.mass is None else part.mass * share
    return Part(part.gas, part.component, mass, part.co2e * share)
