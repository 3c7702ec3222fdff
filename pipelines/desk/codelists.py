"""The code lists of the templates: what a drop-down offers and what a typed answer means.

Belongs here: the closed vocabularies and reference tables as lists of codes with names, the
reading of an answer as code, offered text or name. Does not belong here: number and unit
grammar, where the lists stand in a workbook (``template_codes``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from pipelines.tabular.text_table import read_rows
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import TEXT, require_shape
from schemas import ALL_TABLES
from schemas.submission import SUBMISSION_LISTS
from schemas.submission_product import TEMPLATES
from schemas.vocabularies import ALL_VOCABULARIES

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.tabular.text_table import TextRow

_VOCABULARIES = {v.name: v for v in (*ALL_VOCABULARIES, *SUBMISSION_LISTS)}
_NAMED = ("rule_id", "title_zh", "title_en")
_TITLES = {
    "accounting_rule": ("核算规则", "Accounting rule"),
    "flow_name": ("流的名称", "Name of a flow"),
}


@dataclass(frozen=True)
class Code:
    """One entry: its code, its names, what it belongs to.

    Attributes:
        code: the code.
        zh: Chinese name.
        en: English name.
        parent: code above it, for categories.
        group: unit group, for units and flows.
        category: category, for flows.
        aliases: other spellings that mean it, for gases: plain CO2 is the fossil one.
    """

    code: str
    zh: str
    en: str
    parent: str = ""
    group: str = ""
    category: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What the drop-down puts into the cell: code and Chinese name.

        Example:
            >>> Code("AR6", "第六次评估报告", "Sixth report").shown
            'AR6 第六次评估报告'
        """
        return self.code if self.code == self.zh else f"{self.code} {self.zh}"


@dataclass(frozen=True)
class CodeList:
    """A list of codes with everything that may be typed for each.

    Example:
        >>> answers = CodeList("a", "答案", "Answer", (Code("true", "是", "yes"),))
        >>> [answers.code_of(t) for t in ("true", "true 是", "是", "YES", "maybe")]
        ['true', 'true', 'true', 'true', None]
    """

    name: str
    title_zh: str
    title_en: str
    codes: tuple[Code, ...]
    _by_text: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)
    _spelt: list[tuple[tuple[str, frozenset[str]], ...]] = field(
        init=False, repr=False, compare=False, default_factory=list
    )

    def __post_init__(self) -> None:
        """Index codes and offered texts; names only where they mean one code."""
        for entry in self.codes:
            self._by_text[entry.code] = self._by_text[entry.shown] = entry.code
            words = (entry.code.casefold(), entry.zh.casefold(), entry.en.casefold())
            self._spelt.append(tuple((word, _grams(word)) for word in words))
        named: dict[str, set[str]] = {}
        for entry in self.codes:
            aliases = {alias.casefold() for alias in entry.aliases}
            for text in {entry.zh, entry.en.casefold(), *aliases}:
                named.setdefault(text, set()).add(entry.code)
        for text, codes in named.items():
            if len(codes) == 1 and text not in self._by_text:
                self._by_text[text] = next(iter(codes))

    def code_of(self, text: str) -> str | None:
        """The code a text means: a code, what the drop-down offers, or an unambiguous name."""
        wanted = text.strip()
        return self._by_text.get(wanted) or self._by_text.get(wanted.casefold())

    def near(self, text: str, most: int = 3) -> tuple[str, ...]:
        """The offered texts nearest to one that means no code."""
        wanted = text.strip().casefold()
        if not wanted:
            return ()
        grams = _grams(wanted)
        scores = {
            entry.shown: max(_likeness(wanted, grams, word, have) for word, have in spelt)
            for entry, spelt in zip(self.codes, self._spelt, strict=True)
        }
        likely = (shown for shown, score in scores.items() if score > 0)
        return tuple(sorted(likely, key=lambda shown: -scores[shown]))[:most]


def _grams(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[i : i + 2] for i in range(len(padded) - 1))


def _likeness(text: str, grams: frozenset[str], word: str, have: frozenset[str]) -> float:
    """Share of common pairs of letters (Dice); a word that holds the text comes first."""
    common = 2 * len(grams & have) / (len(grams) + len(have))
    return common + 1 if text in word else common


def names_of_lists() -> tuple[str, ...]:
    """The lists the templates answer from, in the order they first appear."""
    asked = (ask.listed for t in TEMPLATES.values() for form in t.forms for ask in form)
    return tuple(dict.fromkeys(name for name in asked if name))


@cache
def load_code_lists(seeds: Path) -> dict[str, CodeList]:
    """Every code list of the templates.

    Args:
        seeds: the seeds folder; reference tables lie under ``reference``.

    Returns:
        The lists by name.

    Raises:
        UnreadableInput: a reference table is missing.
        FaultyData: a reference table lacks a column.
    """
    return {name: _list(name, seeds) for name in names_of_lists()}


def _list(name: str, seeds: Path) -> CodeList:
    if name in _VOCABULARIES:
        found = _VOCABULARIES[name]
        entries = tuple(Code(*item) for item in found.items)
        return CodeList(name, found.title_zh, found.title_en, entries)
    if name == "accounting_rule":
        return CodeList(name, *_TITLES[name], _accounting_rules(seeds))
    if name == "flow_name":
        return CodeList(name, *_TITLES[name], _flow_names(seeds))
    table = ALL_TABLES[name]
    key = table.key[0]
    rows = read_rows(
        seeds / "reference" / f"{name}.csv",
        needed=(key, "name_zh", "name_en"),
        key=key,
        name=f"reference/{name}.csv",
    )
    entries = tuple(
        Code(
            row[key],
            row["name_zh"],
            row["name_en"],
            row.get("parent_category_id") or "",
            row.get("unit_group") or "",
            row.get("category_id") or "" if name == "flow" else "",
            _aliases(row) if name == "gas" else (),
        )
        for row in rows
    )
    return CodeList(name, table.title_zh, table.title_en, entries)


def _aliases(row: TextRow) -> tuple[str, ...]:
    return tuple(a.strip() for a in (row.get("aliases") or "").split(";") if a.strip())


def _accounting_rules(seeds: Path) -> tuple[Code, ...]:
    found = []
    for path in sorted((seeds / "accounting_rules").glob("*.toml")):
        shown = f"accounting_rules/{path.name}"
        block = read_toml(path, shown)
        require_shape(block, shown, dict.fromkeys(_NAMED, TEXT))
        found.append(Code(*(block[key] for key in _NAMED)))
    return tuple(found)


def _flow_names(seeds: Path) -> tuple[Code, ...]:
    """Products by their Chinese names alone, for a column that asks for a name."""
    needed = ("flow_id", "flow_kind", "name_zh", "name_en", "category_id")
    rows = read_rows(seeds / "reference" / "flow.csv", needed=needed, name="reference/flow.csv")
    named = {r["name_zh"]: r for r in rows if r["flow_kind"] == "product"}
    return tuple(Code(zh, zh, r["name_en"], category=r["category_id"]) for zh, r in named.items())


def subtree(categories: CodeList, root: str) -> tuple[Code, ...]:
    """A category and everything below it, in the order of the list.

    Args:
        categories: the list ``category``.
        root: code of the category.

    Returns:
        Its entries; none when the code is unknown.
    """
    kept: list[Code] = []
    inside: set[str] = {root}
    above = {entry.code: entry.parent for entry in categories.codes}
    for entry in categories.codes:
        place: str = entry.code
        while place and place not in inside:
            place = above.get(place, "")
        if place:
            kept.append(entry)
    return tuple(kept)


def units_of(lists: dict[str, CodeList], categories: tuple[Code, ...]) -> tuple[Code, ...]:
    """The units in which flows of some categories are counted; all when none is known.

    Args:
        lists: every code list.
        categories: the categories.

    Returns:
        Entries of the list ``unit``, in its order.
    """
    wanted = {entry.code for entry in categories}
    groups = {flow.group for flow in lists["flow"].codes if flow.category in wanted}
    kept = tuple(unit for unit in lists["unit"].codes if unit.group in groups)
    return kept or lists["unit"].codes
