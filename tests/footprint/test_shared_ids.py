"""Is an id that two inventories share told by name before a release breaks on it?"""

from __future__ import annotations

import pytest

from pipelines.errors import FaultyData
from pipelines.footprint import compute
from tests.footprint.handmade import POWER, line, pinned, process, product, write

CLAIM = {
    "instrument_id": "GEC-1", "process_id": "kiln", "line": "1", "kind": "certificate",
    "energy_source": "wind", "market_region": "CN", "provider": f"factor:{POWER}",
    "amount": "1", "unit": "kWh", "period_start": "2025-01-01", "period_end": "2025-12-31",
    "retired_for": "x",
}  # fmt: skip


def plant(place, product_id: str, name: str, claim: str):
    return write(
        place,
        product=[product(name, product_id=product_id)],
        process=[process("quarry", "limestone"), process(name)],
        exchange=[line(name, 1, "electricity", 2, "kWh", **pinned(POWER))],
        instrument=[CLAIM | {"process_id": name, "instrument_id": claim}],
    )


def test_products_processes_and_certificates_of_two_inventories_are_told_with_both_places(
    tmp_path, library
):
    ours = plant(tmp_path / "a", "clinker", "kiln", "GEC-1")
    theirs = plant(tmp_path / "b", "clinker", "kiln", "GEC-1")
    with pytest.raises(FaultyData) as caught:
        compute([ours, theirs], library, samples=0, is_release=True)
    assert [
        (one.code, one.place["file"], one.place["row"], one.place["value"], one.en.split()[-4:-1])
        for one in caught.value.findings
    ] == [
        ("E-INV-26", "b/product.csv", 2, "clinker", ["a/product.csv", "row", "2"]),
        ("E-INV-26", "b/process.csv", 2, "quarry", ["a/process.csv", "row", "2"]),
        ("E-INV-26", "b/process.csv", 3, "kiln", ["a/process.csv", "row", "3"]),
        ("E-INV-26", "b/instrument.csv", 2, "GEC-1", ["a/instrument.csv", "row", "2"]),
    ]


def test_inventories_that_share_nothing_stand_in_one_release(tmp_path, library):
    ours = plant(tmp_path / "a", "clinker", "kiln", "GEC-1")
    other = write(
        tmp_path / "b", product=[product("mill")], process=[process("mill")],
        exchange=[line("mill", 1, "electricity", 2, "kWh", **pinned(POWER))],
    )  # fmt: skip
    made = compute([ours, other], library, samples=0, gwp_sets=(), is_release=True)
    assert made["footprint"].height == 2
