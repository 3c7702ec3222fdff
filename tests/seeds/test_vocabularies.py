"""Is every code in the seeds a declared one, with a name in both languages?"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from typing import Any

import pytest

import schemas
from schemas.vocabularies import ALL_VOCABULARIES
from tests.sources.library import KEPT, SEEDS, rows_of

OUTSIDE = {path.parent.name for path in SEEDS.glob("*/source.toml")} - set(KEPT)
VOCABULARIES = {v.name: v for v in ALL_VOCABULARIES}


def codes_in(value: Any, found: dict[str, set[str]]) -> None:
    """Every text under a key that bears the name of a vocabulary."""
    if isinstance(value, list):
        for item in value:
            codes_in(item, found)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in VOCABULARIES:
                items = item if isinstance(item, list) else [item]
                found[key] |= {text for text in items if isinstance(text, str) and text}
            codes_in(item, found)


def all_codes(seeds):
    found: dict[str, set[str]] = defaultdict(set)
    for path in seeds.rglob("*.toml"):
        codes_in(tomllib.loads(path.read_text("utf-8")), found)
    for path in seeds.rglob("*.csv"):
        if path.relative_to(seeds).parts[0] not in OUTSIDE:
            codes_in(rows_of(path), found)
    return found


@pytest.fixture(scope="module")
def used():
    return all_codes(SEEDS)


def test_every_code_of_every_seed_file_is_declared(used):
    unknown = {name: codes - set(VOCABULARIES[name].codes) for name, codes in used.items()}
    assert {name: codes for name, codes in unknown.items() if codes} == {}
    assert len(used) > 15


def test_an_undeclared_code_is_noticed(tmp_path):
    (tmp_path / "a.toml").write_text('[[edition]]\ndata_class = "open"\n', "utf-8")
    (tmp_path / "b.csv").write_text("stage,x\nafterlife,1\n", "utf-8")
    found = all_codes(tmp_path)
    assert found["data_class"] - set(VOCABULARIES["data_class"].codes) == {"open"}
    assert found["stage"] - set(VOCABULARIES["stage"].codes) == {"afterlife"}


def test_the_library_uses_declared_codes_only(library):
    for name, frame in library.items():
        for field in schemas.ALL_TABLES[name]:
            if field.vocabulary and field.kind == "code":
                held = set(frame[field.name].drop_nulls())
                assert held <= set(field.vocabulary.codes), (name, field.name)


def test_every_vocabulary_serves_a_column_a_rule_or_a_finding(used):
    columns = {f.vocabulary.name for t in schemas.ALL_TABLES.values() for f in t if f.vocabulary}
    assert set(VOCABULARIES) - columns - set(used) - {"severity"} == set()


def test_the_code_list_holds_every_code_once_in_its_order(library):
    expected = [
        (v.name, code, zh, en, position)
        for v in ALL_VOCABULARIES
        for position, (code, zh, en) in enumerate(v.items, start=1)
    ]
    columns = ("vocabulary", "code", "name_zh", "name_en", "position")
    assert library["codelist"].select(columns).rows() == expected


@pytest.mark.parametrize("vocabulary", ALL_VOCABULARIES, ids=lambda v: v.name)
def test_the_codes_of_a_list_are_told_apart_in_both_languages(vocabulary):
    for position, language in ((1, "zh"), (2, "en")):
        names = [item[position] for item in vocabulary.items]
        assert len(set(names)) == len(names), language
    for code, zh, en in vocabulary.items:
        assert re.fullmatch(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*", code)
        assert re.search("[一-鿿]", zh)
        assert not re.search("[一-鿿]", en)


def test_the_sets_with_potentials_are_the_reports_and_nothing_else(library):
    reports = set(VOCABULARIES["gwp_set"].codes) - {"not_stated", "not_applicable"}
    assert set(library["gwp"]["gwp_set"]) == reports
