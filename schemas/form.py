"""How a submission template is declared: what it asks, sheet by sheet, column by column.

Belongs here: the building blocks ``Ask``, ``Form`` and ``Template``, and the checks a
declaration must pass. Does not belong here: the three templates (``schemas.submission``),
where cells stand in a workbook (``pipelines.desk.layout``), what makes an answer wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from schemas.table import NUMERIC, BadDeclaration, Field

if TYPE_CHECKING:
    from collections.abc import Iterator

Answer = Literal["code", "number", "integer", "date", "text"]
TemplateKind = Literal["factor", "inventory", "population"]


@dataclass(frozen=True)
class Ask:
    """One column of a template: a declared column, asked of a submitter.

    Attributes:
        field: the declared column; its titles, meaning, unit and limits are the column's.
        example: an answer that passes every check; it stands in the example row.
        required: whether a row without it cannot be taken in.
        name: machine name in the template, where it differs from the declared column's.
        listed: the code list the answer comes from: the name of a vocabulary or of a
            reference table; empty when any text of the kind will do.
        open_list: the list is offered, an answer outside it is no fault in itself.
        from_source: when blank, the row of the source sheet with the same ``source_title``
            answers.
        when_zh: when an answer not required of every row is required, Chinese.
        when_en: the same in English.

    Raises:
        BadDeclaration: a code without a list, or a column without an example.
    """

    field: Field
    example: str
    required: bool = False
    name: str = ""
    listed: str = ""
    open_list: bool = False
    from_source: bool = False
    when_zh: str = ""
    when_en: str = ""

    def __post_init__(self) -> None:
        """Take the names from the declared column; refuse what could not be filled in."""
        if not self.name:
            object.__setattr__(self, "name", self.field.name)
        if not self.listed and self.field.vocabulary:
            object.__setattr__(self, "listed", self.field.vocabulary.name)
        if self.field.kind == "boolean" and not self.listed:
            raise BadDeclaration(f"{self.name}: yes or no is answered from a list")
        if self.required and not self.example:
            raise BadDeclaration(f"{self.name}: what must be filled in has an example")
        if bool(self.when_zh) != bool(self.when_en):
            raise BadDeclaration(f"{self.name}: a condition lacks a language")

    @property
    def answer(self) -> Answer:
        """The kind of answer."""
        return _answer(self.field, self.listed)

    @property
    def unit(self) -> str | None:
        """Unit of a number; ``@name`` where a sibling column holds it."""
        return self.field.unit


def _answer(column: Field, listed: str) -> Answer:
    if listed:
        return "code"
    if column.kind == "integer":
        return "integer"
    if column.kind in NUMERIC:
        return "number"
    return "date" if column.kind == "date" else "text"


@dataclass(frozen=True)
class Form:
    """One sheet to fill in: two header rows, then one answer row per row.

    Attributes:
        table: machine name of the sheet, also the stem of its CSV.
        sheet: name of the sheet in the workbook.
        title_en: its English name, accepted as a sheet name too.
        meaning_zh: what one row is, Chinese.
        meaning_en: what one row is, English.
        asks: the columns in order.
        is_main: whether a workbook without it says nothing.
        is_single: whether it takes one row only.
    """

    table: str
    sheet: str
    title_en: str
    meaning_zh: str
    meaning_en: str
    asks: tuple[Ask, ...]
    is_main: bool = False
    is_single: bool = False

    def __post_init__(self) -> None:
        """Refuse a sheet that asks one thing twice."""
        names = [ask.name for ask in self.asks]
        if not names or len(set(names)) != len(names):
            raise BadDeclaration(f"{self.table}: empty, or a column is asked twice")

    def __iter__(self) -> Iterator[Ask]:
        """The columns in order."""
        return iter(self.asks)

    def __getitem__(self, name: str) -> Ask:
        """The column of that machine name.

        Raises:
            KeyError: no such column.
        """
        return {ask.name: ask for ask in self.asks}[name]

    def __contains__(self, name: object) -> bool:
        """Whether a column of that machine name is asked."""
        return any(ask.name == name for ask in self.asks)

    @property
    def names(self) -> tuple[str, ...]:
        """Machine names of the columns in order."""
        return tuple(ask.name for ask in self.asks)


@dataclass(frozen=True)
class Edition:
    """What one version of a template changed against the one before it.

    Attributes:
        version: the version, as ``major.minor``.
        added: columns first asked, as ``(table, name)``.
        renamed: columns that got another machine name, as ``(table, old, new)``.
        removed: columns no longer asked, as ``(table, name)``.
        why_zh: the reason, Chinese.
        why_en: the reason, English.
    """

    version: str
    added: tuple[tuple[str, str], ...] = ()
    renamed: tuple[tuple[str, str, str], ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    why_zh: str = ""
    why_en: str = ""


@dataclass(frozen=True)
class Template:
    """A submission workbook: its sheets to fill in and the history of what it asked.

    Raises:
        BadDeclaration: no main sheet, no history, or a history that names a column the
            template neither asks nor has removed.
    """

    kind: TemplateKind
    title_zh: str
    title_en: str
    forms: tuple[Form, ...]
    history: tuple[Edition, ...]

    def __post_init__(self) -> None:
        """Refuse a template that contradicts its own history."""
        if not any(form.is_main for form in self.forms):
            raise BadDeclaration(f"{self.kind}: no main sheet")
        versions = [version_key(e.version) for e in self.history]
        if not versions or sorted(set(versions)) != versions:
            raise BadDeclaration(f"{self.kind}: versions ascend, each stands once")
        gone = {place for e in self.history for place in e.removed}
        gone |= {(table, old) for e in self.history for table, old, _ in e.renamed}
        now = {(form.table, ask.name) for form in self.forms for ask in form}
        named = {place for e in self.history for place in e.added}
        named |= {(table, new) for e in self.history for table, _, new in e.renamed}
        if named - now - gone:
            raise BadDeclaration(f"{self.kind}: history names {sorted(named - now - gone)}")

    @property
    def version(self) -> str:
        """The version handed out now."""
        return self.history[-1].version

    @property
    def main(self) -> Form:
        """The sheet that carries the data."""
        return next(form for form in self.forms if form.is_main)

    def form(self, table: str) -> Form:
        """The sheet of that machine name.

        Raises:
            KeyError: no such sheet.
        """
        return {form.table: form for form in self.forms}[table]


def version_key(version: str) -> tuple[int, ...]:
    """A version as numbers, for comparison.

    Example:
        >>> version_key("1.10") > version_key("1.9")
        True
    """
    return tuple(int(part) for part in version.split("."))
