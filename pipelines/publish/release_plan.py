"""Which id, date and kind the next release has, from ``seeds/release.toml``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import Conflict, WrongUsage
from pipelines.findings import finding
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import (
    COUNT,
    DATE,
    DECIMAL,
    SIZE,
    SOURCE,
    TEXT,
    Kind,
    require_shape,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.publish.store import LogEntry

FILE, LIMITS = "release.toml", "rules/disclosure.toml"


def _counts(value: object) -> bool:
    """Whether a note can be filled with the counts it is filled with."""
    try:
        return TEXT.fits(value) and bool(str(value).format(people=1, policy=1, factors=2))
    except (LookupError, ValueError, AttributeError, TypeError):
        return False


YEAR = Kind(lambda value: SIZE.fits(value) and len(str(value)) == 4, "2026")
# A release that is no demonstration calls itself official; nothing else is shown to readers.
KIND = Kind(lambda value: value in ("demonstration", "official"), '"demonstration" / "official"')
COUNTED = Kind(_counts, '"… {people} … {policy} … {factors}"')
KEYS = {
    "year": YEAR, "number": COUNT, "released_on": DATE, "kind": KIND, "title_zh": TEXT,
    "title_en": TEXT, "note_zh": TEXT, "note_en": TEXT, "note_people_zh": COUNTED,
    "note_people_en": COUNTED,
}  # fmt: skip
OWNERS = {
    "minimum": SIZE, "largest_below": DECIMAL, "two_largest_below": DECIMAL, "source": SOURCE,
}  # fmt: skip
SHAPE = re.compile(r"^[0-9]{4}\.[0-9]+\.[0-9]+$")


@dataclass(frozen=True)
class ReleasePlan:
    """What seeds say of the next release."""

    year: int
    number: int
    released_on: dt.date
    kind: str
    title_zh: str
    title_en: str
    note_zh: str
    note_en: str
    note_people_zh: str
    note_people_en: str

    def notes(self, by_people: int, factors: int) -> tuple[str, str]:
        """Who decided what a release holds, as its decisions say, Chinese and English.

        Args:
            by_people: factors that people in their roles decided.
            factors: all factors.

        Example:
            >>> plan = ReleasePlan(2026, 1, dt.date(2026, 1, 1), "demonstration", "题", "title",
            ...     "均由政策作出", "by policy", "{people}/{factors} 由人", "{people} by people")
            >>> plan.notes(0, 9), plan.notes(2, 9)
            (('均由政策作出', 'by policy'), ('2/9 由人', '2 by people'))
        """
        if not by_people:
            return self.note_zh, self.note_en
        count = {"people": by_people, "policy": factors - by_people, "factors": factors}
        return self.note_people_zh.format(**count), self.note_people_en.format(**count)

    def first_id(self) -> str:
        """The id of the first release of this year and number."""
        return f"{self.year}.{self.number}.0"


def read_plan(seeds: Path) -> ReleasePlan:
    """The plan of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, ``release.toml`` is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-02 a key is missing or of another kind.
    """
    block = read_toml(seeds / FILE, FILE)
    require_shape(block, FILE, KEYS)
    return ReleasePlan(*(block[key] for key in KEYS))


def next_id(plan: ReleasePlan, entries: list[LogEntry], asked: str | None) -> str:
    """The id of the next release.

    Args:
        plan: year and number.
        entries: the releases so far.
        asked: an id given by the user, if any.

    Returns:
        The id asked for, else the next PATCH of the plan's year and number.

    Raises:
        WrongUsage: the id asked for is not well formed.
        Conflict: it is taken, or the plan's date is earlier than the head's.
    """
    if entries:
        last = dt.date.fromisoformat(entries[-1].manifest["released_on"])
        if plan.released_on < last:
            raise Conflict(finding("E-REL-02", value=plan.released_on, found=last))
    taken = {entry.release_id for entry in entries}
    if asked is not None:
        if not SHAPE.match(asked):
            raise WrongUsage(finding("E-REL-07", value=asked))
        if asked in taken:
            raise Conflict(finding("E-REL-01", value=asked))
        return asked
    stem = f"{plan.year}.{plan.number}."
    patches = [int(i.removeprefix(stem)) for i in taken if i.startswith(stem)]
    return f"{stem}{max(patches, default=-1) + 1}"


def disclosure_limits(seeds: Path) -> dict[str, Any]:
    """The limits of disclosure control, as the manifest carries them for the verifier.

    Raises:
        UnreadableInput: E-SEED-06, ``rules/disclosure.toml`` is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-02 a limit is missing or of another kind,
            E-SEED-09 the limits name no source.
    """
    top = read_toml(seeds / LIMITS, LIMITS)
    require_shape(top, LIMITS, {"owners": OWNERS})
    block = top["owners"]
    return {
        "minimum_owners": block["minimum"],
        "largest_below": block["largest_below"],
        "two_largest_below": block["two_largest_below"],
    }
