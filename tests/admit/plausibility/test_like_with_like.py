"""Is a record compared with its like only? Two that differ in one respect are not alike.

Belongs here: each respect of each comparison, one at a time. Does not belong here: how far
apart alike records may lie (``test_planted_errors``).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from tests.admit.plausibility.test_planted_errors import factor, judged, peers

# One respect each in which a record may differ, as its row says it.
RESPECTS: dict[str, dict[str, Any]] = {
    "flow": {"flow_id": "coal"},
    "kind": {"factor_kind": "direct_ef"},
    "boundary": {"boundary": "gate_to_gate"},
    "delivery": {"delivery_scope": "delivered"},
    "route": {"route": "other kiln"},
    "technology": {"technology": "tunnel kiln"},
    "unit of the value": {"value_unit": "gCO2e"},
    "dimension of the reference": {"reference_unit": "MJ"},
}


def fired(found: pl.DataFrame, code: str) -> set[str]:
    """The records of which a check speaks."""
    return set(found.filter(pl.col("check_code") == code)["checked_id"])


def named(respects: dict[str, dict[str, Any]], **changed: Any) -> list[dict[str, Any]]:
    """A record per respect, called by it."""
    return [{**factor(), **changed, **r, "factor_id": name} for name, r in respects.items()]


def test_a_value_is_held_against_peers_alike_in_every_respect() -> None:
    plain = [f for f in peers(0.6) if f["factor_id"] != "F1"]
    assert fired(judged(*plain, *named(RESPECTS, value=610.0)), "A-PLA-07") == set()
    assert fired(judged(*plain, *named({"alike": {}}, value=610.0)), "A-PLA-07") == {"alike"}


def test_other_sources_speak_of_the_same_activity_and_place_only() -> None:
    respects = {**RESPECTS, "place": {"region_code": "S"}}
    one = factor(1, region_code="R", source_id="other")
    odd: dict[str, Any] = {"region_code": "R", "value": 40.0}
    assert fired(judged(one, *named(respects, **odd)), "A-PLA-11") == set()
    assert fired(judged(one, *named({"alike": {}}, **odd)), "A-PLA-11") == {"F1", "alike"}


def test_a_series_is_of_one_activity_place_source_and_name() -> None:
    respects = {**RESPECTS, "place": {"region_code": "S"}, "source": {"source_id": "other"},
                "name": {"name_zh": "瓦 2023"}}  # fmt: skip
    one = factor(1, region_code="R", reference_year=2022, name_zh="砖 2022", value=1.0)
    later: dict[str, Any] = {"region_code": "R", "reference_year": 2023, "name_zh": "砖 2023"}
    assert fired(judged(one, *named(respects, **later, value=3.0)), "A-PLA-09") == set()
    assert fired(judged(one, *named({"next": {}}, **later, value=3.0)), "A-PLA-09") == {"next"}


def test_records_that_differ_in_one_respect_are_no_repeats() -> None:
    first, last = dt.date(2019, 1, 1), dt.date(2021, 12, 31)
    respects = {
        **RESPECTS, "place": {"region_code": "S"}, "begin": {"data_start": first},
        "end": {"data_end": last}, "year": {"reference_year": 2021}, "gwp": {"gwp_set": "AR6"},
        "value": {"value": 2.5}, "name": {"name_zh": "瓦"}, "unit": {"reference_unit": "t"},
    }  # fmt: skip
    one = factor(1, factor_id="A", region_code="R", reference_year=2020, technology="ring kiln")
    again = {**one, "source_id": "other"}
    assert fired(judged(one, *named(respects, **again)), "A-PLA-12") == set()
    assert fired(judged(one, *named({"repeat": {}}, **again)), "A-PLA-12") == {"repeat"}
