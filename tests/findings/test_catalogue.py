"""Every code has both languages, the same words to fill in, and can be printed in GBK."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.findings import catalogue, finding, placeholders
from pipelines.settings import REPOSITORY

ENTRIES = list(catalogue().values())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.code)
def test_a_code_speaks_both_languages_alike(entry):
    assert entry.severity in {"error", "review", "warning"}
    for text in (entry.zh, entry.en, entry.fix_zh, entry.fix_en, entry.bad, entry.good):
        assert text.strip()
        text.encode("gb18030")
    assert re.search(r"[一-鿿]", entry.zh)
    assert re.search(r"[一-鿿]", entry.fix_zh)
    assert not re.search(r"[一-鿿]", entry.en)
    shared = {"what_zh", "what_en"}
    assert placeholders(entry.zh) - shared == placeholders(entry.en) - shared
    for text in (entry.zh, entry.en, entry.fix_zh, entry.fix_en):
        text.encode("gbk")


def test_a_finding_names_place_value_and_remedy():
    one = finding("E-NUM-01", file="a.csv", row=3, column="value", value="1,2")
    assert one.as_json()["row"] == 3
    assert "a.csv" in one.zh
    assert "1,2" in one.en


def test_an_unknown_code_is_a_fault_of_the_program():
    with pytest.raises(KeyError):
        finding("E-NONE-99")


def codes_in_code() -> set[str]:
    found = set()
    for path in (REPOSITORY / "pipelines").rglob("*.py"):
        found |= set(re.findall(r'"([EASWG](?:-[A-Z0-9]+)+-[0-9]{2,3})"', path.read_text("utf-8")))
    return found


def test_every_code_raised_is_explained_and_every_code_explained_is_raised():
    text = "\n".join(
        p.read_text("utf-8")
        for folder in ("pipelines", "seeds")
        for p in Path(REPOSITORY / folder).rglob("*")
        if p.suffix in {".py", ".toml", ".csv", ".sql"} and p.parent.name != "catalogue"
    )
    assert codes_in_code() - set(catalogue()) == set()
    assert {code for code in catalogue() if code not in text} == set()
