"""Is a result no firmer than the processes and links it rests on?"""

from __future__ import annotations

from tests.footprint.handmade import computed, emission, line, process, product


def test_a_weak_process_weakens_the_result(tmp_path, library):
    files = {
        "product": [product("a")],
        "process": [process("a", confidence="low")],
        "exchange": [emission("a", 1, "CO2", 10)],
    }
    row = computed(tmp_path / "i", library, **files).row("footprint")
    assert (row["confidence"], row["result_state"]) == ("low", "demonstration")


def test_a_weak_link_weakens_the_result(tmp_path, library):
    files = {
        "product": [product("a")],
        "process": [process("a"), process("b", "lime")],
        "exchange": [
            line("a", 1, "lime", 1, "kg", provider="b", confidence="low"),
            emission("b", 1, "CO2", 10),
        ],
    }
    row = computed(tmp_path / "i", library, **files).row("footprint")
    assert (row["confidence"], row["result_state"]) == ("low", "demonstration")


def test_aluminium_of_weak_alumina_is_a_demonstration(seed_results):
    row = seed_results.row("footprint", product_id="al-ingot-cn", gwp_set="AR5")
    assert row["result_state"] == "demonstration"


def test_a_process_that_is_not_used_weakens_nothing(tmp_path, library):
    files = {
        "product": [product("a")],
        "process": [process("a"), process("b", "lime", confidence="low")],
        "exchange": [emission("a", 1, "CO2", 10)],
    }
    assert computed(tmp_path / "i", library, **files).row("footprint")["confidence"] == "high"
