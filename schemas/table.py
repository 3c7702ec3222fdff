"""How a table, a column and a rule are declared: once, in words, with a unit.

Belongs here: the three building blocks ``Field``, ``Rule`` and ``Table``, and the
checks a declaration must pass. Does not belong here: any particular table (see the
modules beside this one) and any rendering (see ``schemas.render``). Standard library
only, so that reading a declaration costs nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["text", "code", "integer", "number", "decimal", "boolean", "date", "texts", "json"]
NUMERIC: frozenset[str] = frozenset({"integer", "number", "decimal"})
DECIMAL_PRECISION = 38
DECIMAL_SCALE = 15
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")


class BadDeclaration(ValueError):
    """A table, column or rule is declared in a way that could not be checked."""


@dataclass(frozen=True)
class Vocabulary:
    """A closed list of codes, each with a Chinese and an English name.

    Example:
        >>> v = Vocabulary("answer", "答案", "Answer", (("yes", "是", "yes"),))
        >>> v.codes
        ('yes',)
    """

    name: str
    title_zh: str
    title_en: str
    items: tuple[tuple[str, str, str], ...]

    def __post_init__(self) -> None:
        """Refuse an empty list, a repeated code or a missing name."""
        codes = [code for code, _, _ in self.items]
        if not codes or len(set(codes)) != len(codes):
            raise BadDeclaration(f"vocabulary {self.name}: empty or repeated code")
        if any(not zh or not en for _, zh, en in self.items):
            raise BadDeclaration(f"vocabulary {self.name}: a code has no name")

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, in the order declared."""
        return tuple(code for code, _, _ in self.items)

    def zh(self, code: str) -> str:
        """The Chinese name of a code (the code itself if it is not in the list)."""
        return next((zh for c, zh, _ in self.items if c == code), code)

    def en(self, code: str) -> str:
        """The English name of a code (the code itself if it is not in the list)."""
        return next((en for c, _, en in self.items if c == code), code)


@dataclass(frozen=True)
class Field:
    """One column: its name, kind, meaning in two languages, unit and own rules.

    A numeric column must state its unit. ``unit="1"`` is dimensionless; a unit that
    varies by row is written ``unit="@value_unit"``, naming the sibling column.

    Raises:
        BadDeclaration: no unit on a number, a limit on a text, a bad name.

    Example:
        >>> Field("mass", "number", "质量", "Mass", "气体质量。", "Mass of gas.")
        Traceback (most recent call last):
        ...
        schemas.table.BadDeclaration: mass: a number must state its unit
    """

    name: str
    kind: Kind
    title_zh: str
    title_en: str
    meaning_zh: str
    meaning_en: str
    unit: str | None = None
    required: bool = True
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    vocabulary: Vocabulary | None = None
    pattern: str | None = None

    def __post_init__(self) -> None:
        """Refuse a declaration that no engine could check."""
        if not _NAME.fullmatch(self.name):
            raise BadDeclaration(f"{self.name}: names are lower_snake_case")
        if not (self.title_zh and self.title_en and self.meaning_zh and self.meaning_en):
            raise BadDeclaration(f"{self.name}: title and meaning in zh and en")
        if self.kind in NUMERIC and not self.unit:
            raise BadDeclaration(f"{self.name}: a number must state its unit")
        if self.kind not in NUMERIC:
            if self.unit:
                raise BadDeclaration(f"{self.name}: only a number has a unit")
            if self.minimum is not None or self.maximum is not None:
                raise BadDeclaration(f"{self.name}: only a number has limits")
        self._check_lists()

    def _check_lists(self) -> None:
        if self.vocabulary and self.kind not in {"code", "texts"}:
            raise BadDeclaration(f"{self.name}: only a code has a vocabulary")
        if self.pattern and self.kind not in {"text", "code"}:
            raise BadDeclaration(f"{self.name}: only a text has a pattern")
        if self.pattern and re.search(r"\\[dwsDWS]", self.pattern):
            raise BadDeclaration(f"{self.name}: engines differ on such classes; write [0-9]")
        if self.pattern and not (self.pattern.startswith("^") and self.pattern.endswith("$")):
            raise BadDeclaration(f"{self.name}: a pattern covers the whole text")


@dataclass(frozen=True)
class Rule:
    """A rule over several columns of one row, as one SQL expression.

    The same expression is given to DuckDB (as a CHECK) and to polars; a row breaks it
    when the expression is false. Unknown (null) passes, as in SQL.
    """

    code: str
    sql: str
    zh: str
    en: str


@dataclass(frozen=True)
class Reference:
    """Columns whose values must exist as the key of another table."""

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table: meaning, columns, key, references, row rules and warnings.

    ``optional`` names the columns that may be null here although the shared column is
    required elsewhere. ``sorted_by`` is the order of the published rows where it is not the
    key; it ends in the key, so that it is total. ``published`` is true when the table is
    part of a release; ``columns`` are the names of the columns, in order.

    Raises:
        BadDeclaration: a key, reference or rule names a column that is not there.
    """

    name: str
    title_zh: str
    title_en: str
    meaning_zh: str
    meaning_en: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    optional: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    rules: tuple[Rule, ...] = ()
    warnings_zh: tuple[str, ...] = ()
    warnings_en: tuple[str, ...] = ()
    published: bool = True
    sorted_by: tuple[str, ...] = ()
    columns: tuple[str, ...] = field(init=False, repr=False, compare=False, hash=False)
    _index: dict[str, Field] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Refuse a table that contradicts itself."""
        names = [f.name for f in self.fields]
        if len(set(names)) != len(names):
            raise BadDeclaration(f"{self.name}: a column is declared twice")
        used = [*self.key, *self.optional, *self.sorted_by]
        used += [c for ref in self.references for c in ref.columns]
        for column in used:
            if column not in names:
                raise BadDeclaration(f"{self.name}: {column} is not a column")
        for column in self.key:
            if column in self.optional:
                raise BadDeclaration(f"{self.name}: key column {column} is optional")
        if not self.key:
            raise BadDeclaration(f"{self.name}: no key")
        if self.sorted_by and self.sorted_by[-len(self.key) :] != self.key:
            raise BadDeclaration(f"{self.name}: the order of rows does not end in the key")
        if len(self.warnings_zh) != len(self.warnings_en):
            raise BadDeclaration(f"{self.name}: a warning lacks a language")
        object.__setattr__(self, "_index", {f.name: f for f in self.fields})
        object.__setattr__(self, "columns", tuple(names))

    @property
    def order(self) -> tuple[str, ...]:
        """The columns by which published rows are sorted."""
        return self.sorted_by or self.key

    def __iter__(self) -> Iterator[Field]:
        """The columns in order."""
        return iter(self.fields)

    def __getitem__(self, name: str) -> Field:
        """The column of that name."""
        return self._index[name]

    def __contains__(self, name: object) -> bool:
        """Whether a column of that name is declared."""
        return name in self._index

    def is_required(self, name: str) -> bool:
        """Whether the column may not be null in this table."""
        if name in self.key:
            return True
        return self._index[name].required and name not in self.optional


def needs(table: Table, columns: Iterable[str]) -> list[str]:
    """The columns of ``table`` that are missing from ``columns``, in order."""
    have = set(columns)
    return [name for name in table.columns if name not in have]
