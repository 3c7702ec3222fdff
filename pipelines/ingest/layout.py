"""Families of layouts that a reader of a published set understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import UnreadableInput
from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Layout:
    """A family of layouts that one reader understands.

    Attributes:
        name: its name, for messages.
        needed: columns it cannot do without.
        known: all columns it knows what to do with (needed ones included).
    """

    name: str
    needed: tuple[str, ...]
    known: tuple[str, ...]


def fitting(file: str, header: Sequence[str], layouts: Iterable[Layout]) -> Layout:
    """The layout whose needed columns are all there, the one knowing most of the header.

    Args:
        file: how the file is called in messages.
        header: its columns.
        layouts: those the reader understands.

    Raises:
        UnreadableInput: E-FILE-02, none fits; names what the nearest one lacks.
    """
    have = set(header)
    several = list(layouts)
    found = [one for one in several if have.issuperset(one.needed)]
    if found:
        return max(found, key=lambda one: len(have.intersection(one.known)))
    nearest = min(several, key=lambda one: len(set(one.needed) - have))
    lacking = ", ".join(column for column in nearest.needed if column not in have)
    raise UnreadableInput(
        finding(
            "E-FILE-02", file=file, value=nearest.name, column=lacking,
            expected=list(nearest.needed),
        )
    )  # fmt: skip
