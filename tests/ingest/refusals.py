"""Does a refusal say in both languages which file, which row and which column to mend?"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.errors import FaultyData, TanyuanError, UnreadableInput
from pipelines.findings import Finding, catalogue, placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator

EXIT_CODES = {FaultyData: 1, UnreadableInput: 3}


@contextmanager
def refused(error: type[TanyuanError], code: str, **place: Any) -> Iterator[list[Finding]]:
    """The block raises that very error with one finding of that code at that place.

    Yields a list that holds the finding after the block.
    """
    found: list[Finding] = []
    with pytest.raises(error) as caught:
        yield found
    assert caught.type is error
    assert caught.value.exit_code == EXIT_CODES[error]
    assert {f.code for f in caught.value.findings} == {code}
    at_place = [f for f in caught.value.findings if place.items() <= f.place.items()]
    assert at_place, [f.place for f in caught.value.findings]
    found.append(at_place[0])
    assert_readable(at_place[0], place)


def assert_readable(one: Finding, place: dict[str, Any]) -> None:
    """Both texts name the file and the row; the field stands in the text or in the place."""
    entry = catalogue()[one.code]
    assert one.severity == "error"
    for text in (one.zh, one.en):
        assert place["file"] in text
        if "row" in placeholders(entry.zh) and "row" in place:
            assert re.search(rf"\b{place['row']}\b", text.replace("第 ", " ").replace(" 行", " "))
        if "column" in placeholders(entry.zh) and "field" in place:
            assert place["field"] in text
    for text in (one.zh, one.en, one.fix_zh, one.fix_en):
        assert text.strip()
        assert "{" not in text
    assert re.search("[一-鿿]", one.zh)
    assert re.search("[一-鿿]", one.fix_zh)
    told = one.as_json()
    assert told["code"] == one.code
    assert all(told[key] == value for key, value in place.items())
