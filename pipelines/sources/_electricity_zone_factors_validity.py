"""What follows from several entries of a zone: how long one holds, what speaks against it.

Belongs here: entries of one file held against each other. Does not belong here: reading a
file, the meaning of an entry.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pipelines.quantities.number import NotANumber, exact

if TYPE_CHECKING:
    from fractions import Fraction

    from pipelines.sources._electricity_zone_factors_yaml import ZoneFile
    from pipelines.tabular.text_table import TextRow


def day_of(text: str | None) -> dt.date | None:
    """A day as the files write it; None for a blank one or another writing.

    Example:
        >>> day_of("2021-01-01"), day_of("spring")
        (datetime.date(2021, 1, 1), None)
    """
    try:
        return dt.datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None


def key_of(row: TextRow) -> str:
    """The permanent key of an entry: zone, accounting, mode and the day it holds from."""
    from_day = row.get("datetime") or "undated"
    return "/".join((row["zone"], row["accounting"], row["mode"], from_day))


def held_until(zone: ZoneFile) -> dict[str, dt.date]:
    """The last day an entry holds, by its pointer: the day before the next one of its mode.

    Args:
        zone: a zone file.

    Returns:
        Entries that a later one follows; the others hold on.
    """
    days: dict[tuple[str, str], set[dt.date]] = {}
    dated = [(row, day) for row in zone.entries if (day := day_of(row.get("datetime")))]
    for row, day in dated:
        days.setdefault((row["accounting"], row["mode"]), set()).add(day)
    until = {}
    for row, day in dated:
        later = [d for d in days[row["accounting"], row["mode"]] if d > day]
        if later:
            until[row["pointer"]] = min(later) - dt.timedelta(days=1)
    return until


def _number(row: TextRow) -> Fraction | None:
    try:
        return exact(row.get("value") or "")
    except NotANumber:
        return None


def direct_values(zone: ZoneFile) -> dict[tuple[str, str | None], Fraction]:
    """The direct value as written, by mode and day: what life-cycle values are held against.

    Args:
        zone: a zone file.

    Returns:
        Entries whose value is a number; of several the first.
    """
    found: dict[tuple[str, str | None], Fraction] = {}
    for row in zone.entries:
        value = _number(row)
        if row["accounting"] == "direct" and value is not None:
            found.setdefault((row["mode"], row.get("datetime")), value)
    return found


def contradictions(zone: ZoneFile) -> dict[str, tuple[str, ...]]:
    """The values of entries that state several for the same mode and day, by pointer.

    Args:
        zone: a zone file.

    Returns:
        For each such entry all values as written, in the order of the file.
    """
    groups: dict[tuple[str, str, str | None], list[TextRow]] = {}
    for row in zone.entries:
        place = (row["accounting"], row["mode"], row.get("datetime"))
        groups.setdefault(place, []).append(row)
    return {
        row["pointer"]: tuple(one["value"] for one in rows if one.get("value"))
        for rows in groups.values()
        for row in rows
        if len({number for one in rows if (number := _number(one)) is not None}) > 1
    }
