"""Does transport given as mass and distance count as its tonne kilometres?"""

from __future__ import annotations

import math

import pytest

from tests.footprint.handmade import HAUL, codes, computed, line, pinned, process, product, refusal


def hauled(*lines):
    return {"product": [product("kiln")], "process": [process("kiln")], "exchange": list(lines)}


def test_mass_and_distance_multiply_to_tonne_kilometres(tmp_path, library):
    given = hauled(
        line("kiln", "m", "freight_road", 2500, "kg", **pinned(HAUL)),
        line("kiln", "d", "freight_road", 400, "km", **pinned(HAUL)),
    )
    outcome = computed(tmp_path / "one", library, **given)
    # 2.5 t x 400 km x 0.2 kgCO2e/t*km
    assert outcome.total("kiln-out") == pytest.approx(200)
    row = outcome.lines("kiln-out")["kiln/m"]
    assert (float(row["scaled_amount"]), row["amount_unit"]) == (1000, "t*km")
    (kept,) = outcome.rows("exchange")
    assert "2500 kg x 400 km (m x d)" in kept["note"]


def test_the_spreads_of_mass_and_distance_add_up(tmp_path, library):
    given = hauled(
        line("kiln", "m", "freight_road", 1, "t", uncertainty_kind="sigma_ln",
             uncertainty_value="0.3", **pinned(HAUL)),
        line("kiln", "d", "freight_road", 1, "km", uncertainty_kind="sigma_ln",
             uncertainty_value="0.4", **pinned(HAUL)),
    )  # fmt: skip
    row = computed(tmp_path / "one", library, **given).row("footprint")
    assert row["gsd2_analytic"] == pytest.approx(math.exp(2 * 0.5))


@pytest.mark.parametrize(
    "numbers", [("m",), ("d",), ("m", "d", "d"), ("m", "m", "d")], ids=" and ".join
)
def test_a_haul_that_is_not_one_mass_and_one_distance_is_refused(tmp_path, library, numbers):
    units = {"m": "t", "d": "km"}
    lines = [
        line("kiln", f"{n}{i}", "freight_road", 5, units[n], **pinned(HAUL))
        for i, n in enumerate(numbers)
    ]
    found = refusal(tmp_path / "one", library, **hauled(*lines))
    assert "E-INV-20" in codes(found)
    assert all(one.place["file"].endswith("exchange.csv") for one in found)


def test_hauls_of_two_stages_are_two_hauls(tmp_path, library):
    lines = [
        line("kiln", f"{stage}-{unit}", "freight_road", amount, unit, stage=stage, **pinned(HAUL))
        for stage, pairs in (("raw_material", ((3, "t"), (100, "km"))),
                             ("distribution", ((1, "t"), (50, "km"))))
        for amount, unit in pairs
    ]  # fmt: skip
    outcome = computed(tmp_path / "one", library, **hauled(*lines))
    stages = outcome.parts("stage", "kiln-out")
    assert stages == {"distribution": pytest.approx(10), "raw_material": pytest.approx(60)}
