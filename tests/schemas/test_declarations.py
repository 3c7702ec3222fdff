"""A declaration that could not be checked is refused; one name is one column everywhere."""

from __future__ import annotations

from collections import defaultdict

import pytest

import schemas
from schemas.table import BadDeclaration, Field, Reference, Table, Vocabulary


def field(**changes):
    words = {
        "name": "mass", "kind": "number", "title_zh": "质量", "title_en": "Mass",
        "meaning_zh": "质量。", "meaning_en": "Mass.", "unit": "kg",
    }  # fmt: skip
    return Field(**(words | changes))


@pytest.mark.parametrize("kind", ["number", "decimal", "integer"])
def test_a_number_without_a_unit_cannot_be_declared(kind):
    with pytest.raises(BadDeclaration, match="unit"):
        field(kind=kind, unit=None)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Mass"},
        {"title_zh": ""},
        {"kind": "text"},
        {"kind": "text", "unit": None, "minimum": 0},
        {"kind": "text", "unit": None, "vocabulary": schemas.vocabularies.STAGE},
        {"pattern": "^x$"},
        {"kind": "text", "unit": None, "pattern": r"^\d$"},
        {"kind": "text", "unit": None, "pattern": "x"},
    ],
)
def test_a_contradictory_column_cannot_be_declared(changes):
    with pytest.raises(BadDeclaration):
        field(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"key": ()},
        {"key": ("other",)},
        {"optional": ("mass",)},
        {"fields": (field(), field())},
        {"references": (Reference(("other",), "gas", ("gas",)),)},
        {"warnings_zh": ("注意",)},
    ],
)
def test_a_contradictory_table_cannot_be_declared(changes):
    words = {"fields": (field(),), "key": ("mass",)} | changes
    with pytest.raises(BadDeclaration):
        Table("t", "表", "Table", "表。", "Table.", **words)


@pytest.mark.parametrize("items", [(), (("a", "甲", "a"), ("a", "乙", "b")), (("a", "", "a"),)])
def test_a_faulty_vocabulary_cannot_be_declared(items):
    with pytest.raises(BadDeclaration):
        Vocabulary("v", "表", "List", items)


def test_one_name_is_one_column_everywhere():
    by_name = defaultdict(set)
    for table in schemas.ALL_TABLES.values():
        for column in table:
            by_name[column.name].add(column)
    assert {n: len(v) for n, v in by_name.items() if len(v) > 1} == {}


def test_every_reference_names_the_key_of_its_table():
    for table in schemas.ALL_TABLES.values():
        for ref in table.references:
            assert set(ref.to) == set(schemas.ALL_TABLES[ref.table].key), (table.name, ref)


def test_a_unit_kept_in_a_column_names_a_declared_column():
    declared = {column.name for table in schemas.ALL_TABLES.values() for column in table}
    for table in schemas.ALL_TABLES.values():
        for column in table:
            for part in (column.unit or "").split("/"):
                assert not part.startswith("@") or part[1:] in declared, (table.name, column.name)


def test_every_table_of_the_contract_is_declared():
    promised = [
        "source",
        "evidence",
        "factor",
        "factor_gas",
        "parameter",
        "factor_quality",
        "decision",
        "refused_factor",
        "verification",
        "agency",
        "gwp",
        "region",
        "unit",
        "category",
        "codelist",
        "model",
        "process",
        "exchange",
        "flow",
        "flow_property",
        "unit_group",
        "inventory_result",
        "contact",
        "footprint",
        "footprint_component",
        "footprint_line",
        "footprint_gas",
        "benchmark",
        "grade_threshold",
        "grade",
        "change",
        "requirement",
    ]
    published = {t.name for t in schemas.PUBLISHED}
    assert [name for name in promised if name not in published] == []
