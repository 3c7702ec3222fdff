"""Findings grouped by cause: the same code about the same column is one cause.

Belongs here: grouping and counting for people to read. Does not belong here: the findings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.vocabularies import SEVERITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.findings import Finding

_ORDER = {code: place for place, code in enumerate(SEVERITY.codes)}


@dataclass(frozen=True)
class Cause:
    """Findings with one code about one column.

    Attributes:
        code: the finding code.
        severity: ``error``, ``review`` or ``warning``.
        field: machine name of the column; empty when the findings name none.
        findings: the findings, in the order found.
    """

    code: str
    severity: str
    field: str
    findings: tuple[Finding, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """The cells, or rows, the findings name, each once, in order."""
        return tuple(dict.fromkeys(map(_place, self.findings)))


def _place(one: Finding) -> str:
    """The cell or row of a finding; a row of a file in a folder with that file's name."""
    row, (folder, _, name) = one.place.get("row"), str(one.place.get("file", "")).rpartition("/")
    if row is not None and folder and "cell" not in one.place:
        return f"{name}:{row}"
    return str(one.place.get("cell") or row or one.place.get("sheet") or "-")


def causes_of(findings: Iterable[Finding]) -> list[Cause]:
    """The causes, errors first, then the most frequent first.

    Example:
        >>> from pipelines.findings import finding
        >>> found = [finding("E-NUM-01", row=r, column="value", value="x") for r in (3, 4)]
        >>> [(c.code, c.field, len(c.findings), c.places) for c in causes_of(found)]
        [('E-NUM-01', 'value', 2, ('3', '4'))]
    """
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for one in findings:
        key = (one.severity, one.code, str(one.place.get("field") or ""))
        groups.setdefault(key, []).append(one)
    made = [Cause(code, sev, column, tuple(all_)) for (sev, code, column), all_ in groups.items()]
    return sorted(made, key=lambda c: (_ORDER[c.severity], -len(c.findings), c.code, c.field))


def counts_of(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings there are of each severity."""
    counts = dict.fromkeys(SEVERITY.codes, 0)
    for one in findings:
        counts[one.severity] += 1
    return counts
