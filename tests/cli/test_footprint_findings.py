"""Do ``footprint check`` and ``run`` say what a result counts twice and leaves open?"""

from __future__ import annotations

import pytest

from tests.conftest import asked
from tests.footprint.handmade import emission, line, process, product, write


@pytest.fixture
def planted(tmp_path):
    """Fossil methane whose oxidised carbon is counted again, and a flow without a factor."""
    return write(
        tmp_path / "plant",
        product=[product("plant", is_limit_activity="true")],
        process=[process("plant")],
        exchange=[
            emission("plant", 1, "ch4_fossil", 10),
            emission("plant", 2, "co2_fossil", 27.432),
            line("plant", 3, "carbon_material_energy", 5, "kgce"),
        ],
    )


@pytest.mark.parametrize("word", ["check", "run"])
def test_what_is_counted_twice_and_left_open_is_told(shared_home, planted, word):
    done = asked("footprint", word, str(planted), home=shared_home)
    found = {one.code for one in done.findings}
    assert found == {"E-DBL-07", "E-SEL-03", "E-SEL-11"}
    assert done.summary == {"products": 1, "double_counting": 1, "assumptions": 2}
    # Told, for review; no value is changed and nothing is refused.
    assert done.exit == 0
    if word == "run":
        (answer,) = done.data["products"]
        assert "double_counting:E-DBL-07" in answer["flags"]
        assert [gap["flow"] for gap in answer["gaps"]] == ["carbon_material_energy"]
        assert answer["separate"] == {"fossil": answer["value"]}
        assert sum(p["contribution"] for p in answer["parts"]) == pytest.approx(answer["value"])
