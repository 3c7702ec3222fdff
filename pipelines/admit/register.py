"""The register of people and verification bodies: roles, groups, fields, conflicts, terms.

Belongs here: reading ``seeds/people`` and what a registered person is. Does not belong here:
what a person may do (``review_policy``). People are roles; no name of a person is kept.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding
from pipelines.tabular.text_table import TextRow, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PERSON_COLUMNS = (
    "person_id", "role", "name_zh", "name_en", "group_id", "expertise", "conflicts",
    "term_from", "term_until", "citation",
)  # fmt: skip
AGENCY_COLUMNS = (
    "agency_id", "name_zh", "name_en", "group_id", "standing", "standing_from", "citation",
)  # fmt: skip
ROLES = ("submitter", "reviewer", "steward", "publisher", "verifier", "supervisor")
STANDINGS = ("active", "suspended", "withdrawn")
ANY_FIELD = "*"


@dataclass(frozen=True)
class Person:
    """A registered role: what it may judge, whom it is bound to, from when until when."""

    person_id: str
    role: str
    group_id: str
    expertise: tuple[str, ...]
    conflicts: tuple[str, ...]
    term_from: dt.date
    term_until: dt.date
    name_zh: str = ""
    name_en: str = ""
    citation: str = ""

    def serves(self, on: dt.date) -> bool:
        """Whether the day lies in the term, first and last day included."""
        return self.term_from <= on <= self.term_until

    def knows(self, category_id: str) -> bool:
        """Whether the category is one of the person's fields or lies below one.

        Example:
            >>> day = dt.date(2026, 1, 1)
            >>> p = Person("r", "reviewer", "g", ("energy",), (), day, day)
            >>> p.knows("energy.fuel"), p.knows("energyx"), p.knows("material")
            (True, False, False)
        """
        return any(
            field in {ANY_FIELD, category_id} or category_id.startswith(f"{field}.")
            for field in self.expertise
        )

    def as_acting(self) -> dict[str, Any]:
        """The person as an event of the ledger keeps it, so that the log tells it alone."""
        return {
            "role": self.role,
            "group_id": self.group_id,
            "expertise": list(self.expertise),
            "conflicts": list(self.conflicts),
            "term_from": self.term_from.isoformat(),
            "term_until": self.term_until.isoformat(),
        }


@dataclass(frozen=True)
class Agency:
    """A verification body and its standing."""

    agency_id: str
    name_zh: str
    name_en: str
    group_id: str
    standing: str
    standing_from: dt.date
    citation: str


@dataclass(frozen=True)
class Register:
    """Everybody who may act, by id, and the verification bodies, by id."""

    people: Mapping[str, Person]
    agencies: Mapping[str, Agency]


def read_register(seeds: Path) -> Register:
    """The register of a seeds folder.

    Raises:
        UnreadableInput: a file is missing.
        FaultyData: a row lacks a role, group, term or citation, or names an unknown one.
    """
    faults: list[Finding] = []
    people = [
        _person(row, faults) for row in _rows(seeds, "person.csv", PERSON_COLUMNS, "person_id")
    ]
    agencies = [
        _agency(row, faults) for row in _rows(seeds, "agency.csv", AGENCY_COLUMNS, "agency_id")
    ]
    if faults:
        raise FaultyData(faults)
    return Register({p.person_id: p for p in people}, {a.agency_id: a for a in agencies})


def _rows(seeds: Path, name: str, columns: tuple[str, ...], key: str) -> list[TextRow]:
    return read_rows(seeds / "people" / name, needed=columns, key=key, name=f"people/{name}")


def _person(row: TextRow, faults: list[Finding]) -> Person:
    _stated(row, ("person_id", "role", "name_zh", "name_en", "group_id", "citation"), faults)
    _listed(row, "role", ROLES, faults)
    since = _day(row, "term_from", faults, dt.date.min)
    until = _day(row, "term_until", faults, dt.date.max)
    if until < since:
        faults.append(_fault(row, "term_until"))
    return Person(
        row["person_id"], row["role"], row["group_id"], _several(row["expertise"]),
        _several(row["conflicts"]), since, until, row["name_zh"], row["name_en"],
        row["citation"],
    )  # fmt: skip


def _agency(row: TextRow, faults: list[Finding]) -> Agency:
    _stated(row, AGENCY_COLUMNS, faults)
    _listed(row, "standing", STANDINGS, faults)
    since = _day(row, "standing_from", faults, dt.date.min)
    return Agency(
        row["agency_id"], row["name_zh"], row["name_en"], row["group_id"], row["standing"],
        since, row["citation"],
    )  # fmt: skip


def _fault(row: TextRow, column: str, expected: tuple[str, ...] = ()) -> Finding:
    return finding(
        "E-REV-20",
        file=row.file,
        row=row.number,
        column=column,
        value=row.get(column),
        expected=expected,
    )


def _stated(row: TextRow, columns: tuple[str, ...], faults: list[Finding]) -> None:
    faults.extend(_fault(row, column) for column in columns if row.get(column) is None)


def _listed(row: TextRow, column: str, known: tuple[str, ...], faults: list[Finding]) -> None:
    if row.get(column) is not None and row[column] not in known:
        faults.append(_fault(row, column, known))


def _day(row: TextRow, column: str, faults: list[Finding], otherwise: dt.date) -> dt.date:
    """The day in a cell; what is none is a fault, and the register is not used."""
    try:
        return dt.date.fromisoformat(row[column])
    except ValueError:
        faults.append(_fault(row, column, ("2026-01-31",)))
        return otherwise


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())
