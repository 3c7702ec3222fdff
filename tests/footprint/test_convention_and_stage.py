"""Do every line and process keep to the convention and stage of the product?"""

from __future__ import annotations

from tests.footprint.handmade import computed, emission, line, process, product


def test_intensity_and_applied_value_keep_to_the_convention(tmp_path, library):
    files = {
        "product": [product("a")],
        "process": [process("a")],
        "exchange": [
            emission("a", 1, "CO2", 1),
            emission("a", 2, "co2_biogenic", 3, direction="removal"),
        ],
    }
    got = computed(tmp_path / "i", library, **files)
    assert got.total("a-out") == 1
    assert got.intensity("a-out", "a") == 1
    row = got.lines("a-out")["a/2"]
    assert row["applied_value"] * float(row["scaled_amount"]) == float(row["contribution"])


def test_a_gap_upstream_stands_in_the_stage_where_it_enters(tmp_path, library):
    files = {
        "product": [product("a")],
        "process": [process("a"), process("b", "lime")],
        "exchange": [
            line("a", 1, "lime", 1, "kg", stage="raw_material", provider="b"),
            line("b", 1, "quartz", 1, "kg", stage="production"),
        ],
    }
    assert (
        computed(tmp_path / "i", library, **files).lines("a-out")["b/1"]["stage"] == "raw_material"
    )
