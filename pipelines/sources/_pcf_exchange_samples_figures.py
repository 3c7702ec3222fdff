"""The figures of a footprint message: components by sign, totals that agree or do not.

Belongs here: exact arithmetic over what a message states; what does not add up becomes a
flag and is never mended. Does not belong here: which member is what
(``_pcf_exchange_samples_versions``).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.sources._pcf_exchange_samples_versions import NOT_STATED, SEVEN
from schemas.factor import COMPONENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.sources._pcf_exchange_samples_message import Message
    from pipelines.sources._pcf_exchange_samples_versions import Version

# How closely a value of a stated convention equals its components (R-FAC-10).
_CONTRACT = Fraction(1, 10**6)
_LIMITS = {f.name: (f.minimum, f.maximum) for f in COMPONENTS}


def figures_of(version: Version) -> tuple[str, ...]:
    """The members of a version that hold figures, each once."""
    named = (version.total, version.other_total, *version.components, *version.signed,
             *version.carbon)  # fmt: skip
    return tuple(dict.fromkeys(m for m in named if m))


def parts_of(
    version: Version, figures: Mapping[str, Fraction]
) -> tuple[dict[str, Fraction], list[str]]:
    """The components a message states; one against its sign stays in the evidence only.

    Returns:
        Figure by component; flags.
    """
    stated = [(c, figures[m]) for m, c in version.components.items() if m in figures]
    for member, (emission, removal) in version.signed.items():
        if member in figures:
            stated.append((emission if figures[member] >= 0 else removal, figures[member]))
    parts: dict[str, Fraction] = {}
    flags: list[str] = []
    for component, figure in stated:
        low, high = _LIMITS[component]
        if (low is not None and figure < low) or (high is not None and figure > high):
            flags.append("component_sign_unexpected")
        else:
            parts[component] = figure
    return parts, flags


def agreement(
    message: Message,
    version: Version,
    figures: Mapping[str, Fraction],
    parts: Mapping[str, Fraction],
) -> tuple[str, list[str]]:
    """The convention of the value, and what in the message does not add up.

    Args:
        message: gives how many places each figure is written with.
        version: states which components the total is the sum of.
        figures: exact figure by member.
        parts: exact figure by component.

    Returns:
        The value convention; flags.

    Source:
        PACT Technical Specifications 3.0, pcfExcludingBiogenicUptake and
        pcfIncludingBiogenicUptake; Catena-X PCF aspect model 8.0.0, positions T1 and T2.
    """
    if not version.other_is_including:
        return version.convention, ["uptake_convention_not_stated"]
    flags = []
    total, convention = figures[version.total], version.convention
    loose = _rounding(message, (version.total, version.other_total, *version.components))
    # What a message does not state is not zero, so the sum is compared when all is stated;
    # aircraft emissions are the one optional addend.
    is_whole = all(c in parts for c in version.identity if c != "aircraft")
    summed = sum((parts[c] for c in version.identity if c in parts), Fraction(0))
    gap = abs(summed - total)
    if is_whole and gap > loose:
        flags.append("components_differ_from_total")
    if set(SEVEN) <= set(parts) and gap > _CONTRACT * max(abs(total), Fraction(1)):
        # With every component stated, a value that is not their sum has no convention.
        convention = NOT_STATED
    other, uptake = figures.get(version.other_total), parts.get("biogenic_uptake")
    if None not in (other, uptake) and abs(total + uptake - other) > loose:  # type: ignore[operator]
        flags.append("totals_differ_from_uptake")
    return convention, flags


def _rounding(message: Message, members: tuple[str, ...]) -> Fraction:
    """Half of the last written place, of every figure together."""
    texts = [message.row.get(m) or "" for m in members]
    places = [len(t.partition(".")[2]) for t in texts if "." in t]
    return sum((Fraction(1, 2 * 10**p) for p in places), Fraction(0))
