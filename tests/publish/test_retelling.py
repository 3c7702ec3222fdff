"""Rows that speak of closed factors in passing do not give them away."""

from __future__ import annotations

import json

import polars as pl
import pytest

from pipelines.publish.retelling import retold

CLOSED, OPEN = "FCLOSEDAAAAAA", "FOPENAAAAAAAA"
ABOUT = {"balance": "balanced_id", "opinion": "subject_id", "revision": "subject_id"}


@pytest.mark.parametrize("name", ABOUT)
def test_rows_about_a_closed_factor_stay_back(name) -> None:
    rows = pl.DataFrame({ABOUT[name]: [CLOSED, OPEN]})
    public, closed = retold({name: rows}, [CLOSED])[name]
    assert public[ABOUT[name]].to_list() == [OPEN]
    assert closed[ABOUT[name]].to_list() == [CLOSED]


def test_a_note_that_names_a_closed_factor_stays_back() -> None:
    rows = pl.DataFrame(
        {
            "checked_id": [CLOSED, OPEN, OPEN],
            "flag_zh": ["", f"与 {CLOSED} 相差 3 倍", "无"],
            "flag_en": ["", "", "none"],
        }
    )
    public, closed = retold({"plausibility": rows}, [CLOSED])["plausibility"]
    assert public["flag_zh"].to_list() == ["无"]
    assert closed.height == 2


def test_a_line_keeps_its_choice_and_loses_a_closed_runner_up() -> None:
    told = json.dumps([{"factor_id": CLOSED}, {"factor_id": OPEN}])
    rows = pl.DataFrame({"factor_id": [OPEN, OPEN], "runners_up": [told, "[]"]})
    public, closed = retold({"footprint_line": rows}, [CLOSED])["footprint_line"]
    assert [json.loads(x) for x in public["runners_up"]] == [[{"factor_id": OPEN}], []]
    assert public["factor_id"].to_list() == [OPEN, OPEN]
    assert closed["runners_up"].to_list() == [told]
