"""Does a fuel from a process or another product count where it is made and where it burns?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.footprint import compute
from tests.footprint.handmade import (
    DIESEL,
    POWER,
    SAND,
    Outcome,
    computed,
    emission,
    exact_sum,
    line,
    pinned,
    process,
    product,
    write,
)

# One kilogram of diesel burnt under AR5 of the hand-made potentials.
BURNT = 3.0 + 0.001 * 30 + 0.0001 * 265


def with_refinery(use):
    return {
        "product": [product("kiln")],
        "process": [process("kiln"), process("refinery", "diesel")],
        "exchange": [
            line("kiln", "d", "diesel", 2, "kg", flow_use=use, provider="refinery"),
            emission("refinery", "e", "CO2", 0.5),
        ],
    }


@pytest.mark.parametrize("use", ["combustion", "supply_and_combustion"])
def test_a_fuel_of_an_own_process_counts_upstream_and_when_burnt(tmp_path, library, use):
    outcome = computed(tmp_path / "one", library, **with_refinery(use))
    assert outcome.total("kiln-out") == pytest.approx(2 * (0.5 + BURNT))
    lines = outcome.lines("kiln-out")
    assert float(lines["kiln/d"]["contribution"]) == pytest.approx(2 * BURNT)
    assert lines["kiln/d"]["factor_id"] == DIESEL
    assert float(lines["refinery/e"]["contribution"]) == pytest.approx(1.0)


def test_a_fuel_of_an_own_process_that_is_only_supplied_does_not_burn(tmp_path, library):
    outcome = computed(tmp_path / "one", library, **with_refinery("supply"))
    assert outcome.total("kiln-out") == pytest.approx(1.0)


def of_two(tmp_path, library, use="supply", **more):
    refinery = write(
        tmp_path / "refinery",
        product=[product("refinery")],
        process=[process("refinery", "diesel")],
        exchange=[
            line("refinery", 1, "electricity", 4, "kWh", **pinned(POWER)),
            *more.get("own", []),
        ],
    )
    kiln = write(
        tmp_path / "kiln",
        product=[product("kiln")],
        process=[process("kiln")],
        exchange=[
            line("kiln", "d", "diesel", 2, "kg", flow_use=use, provider="product:refinery-out"),
            line("kiln", "s", "sand", 1, "kg", **pinned(SAND)),
        ],
    )
    return Outcome(compute([kiln, refinery], library, gwp_sets=("AR5",)))


def test_a_fuel_of_another_product_counts_upstream_and_when_burnt(tmp_path, library):
    outcome = of_two(tmp_path, library, "supply_and_combustion")
    assert outcome.total("kiln-out") == pytest.approx(2 * (2.0 + BURNT) + 2)
    rows = outcome.rows("footprint_line", product_id="kiln-out")
    assert sorted(row["line"] for row in rows) == ["d", "d.supply", "s"]
    assert exact_sum(rows) == outcome.row("footprint", product_id="kiln-out")["footprint_value"]


def test_a_product_brings_its_own_quality_and_primary_share(tmp_path, library_with):
    library = library_with(qualities=((POWER, 1, 2, 3, 4), (SAND, 5, 5, 5, 5)))
    own = [emission("refinery", "e", "CO2", 2, data_origin="primary")]
    outcome = of_two(tmp_path, library, own=own)
    refinery = outcome.row("footprint", product_id="refinery-out")
    kiln = outcome.row("footprint", product_id="kiln-out")
    assert refinery["primary_data_share"] == pytest.approx(0.5)
    # 8 kg through the product, 2 kg through sand.
    for name in ("ter", "ger", "tir", "precision_score"):
        assert kiln[name] == pytest.approx(0.8 * refinery[name] + 0.2 * 5)
    assert kiln["primary_data_share"] == pytest.approx(0.8 * 0.5)
    assert kiln["footprint_value"] == Decimal("10")
