"""Is every kind of bad input refused by its code, its line named, nothing computed from it?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.footprint.handmade import (
    FACTORS,
    GRID,
    LIME,
    POWER,
    SAND,
    computed,
    emission,
    factor,
    line,
    output,
    pinned,
    process,
    product,
    refusal,
)

OLD, AR4 = f"F{'OLD':A<12}", f"F{'ARFOUR':A<12}"
CLAIM = {
    "instrument_id": "I1", "process_id": "kiln", "line": "2", "kind": "certificate",
    "energy_source": "wind", "market_region": "CN", "provider": f"factor:{POWER}",
    "amount": 10.5, "unit": "kWh", "period_start": "2025-01-01", "period_end": "2025-12-31",
    "retired_for": "kiln",
}  # fmt: skip


def kiln() -> dict[str, list[dict[str, Any]]]:
    """A sound inventory, to be spoilt in one place."""
    return {
        "product": [product("kiln")],
        "process": [process("kiln"), process("mill", "lime")],
        "exchange": [
            line("kiln", 1, "lime", 0.5, "kg", provider="mill"),
            line("kiln", 2, "electricity", 10, "kWh", **pinned(POWER)),
            line("mill", 1, "sand", 1, "kg", **pinned(SAND)),
            emission("mill", 2, "CO2", 1),
        ],
    }


@dataclass(frozen=True)
class Bad:
    """One kind of bad input: where the sound inventory is spoilt and what must be said."""

    code: str
    file: str
    row: int
    cells: dict[str, Any] = field(default_factory=dict)
    more: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    near: str | None = None

    def files(self) -> dict[str, list[dict[str, Any]]]:
        """The spoilt inventory; ``row`` counts the header as a person does."""
        files = kiln()
        for name, rows in self.more.items():
            files[name] = [*files.get(name, []), *(dict(row) for row in rows)]
        files[self.file][self.row - 2].update(self.cells)
        return files


def spread(kind: str, value: Any = "", **more: Any) -> dict[str, Any]:
    return {"uncertainty_kind": kind, "uncertainty_value": value, **more}


CREDITS = {
    "process": [process(name, flow, allocation="substitution")
                for name, flow in (("east", "clay"), ("west", "sand"))],
    "exchange": [
        output("east", 7, "sand", 1, "kg", "", provider="west"),
        output("west", 7, "clay", 1, "kg", "", provider="east"),
    ],
}  # fmt: skip
EX = "exchange"
KINDS = {
    "unknown flow": Bad("E-INV-01", EX, 3, {"flow": "kryptonite"}),
    "unknown gas": Bad("E-GAS-01", EX, 5, {"flow": "CO3"}),
    "unit of another dimension": Bad("E-INV-02", EX, 3, {"unit": "kg"}),
    "provider that does not exist": Bad("E-INV-03", EX, 2, {"provider": "nobody"}),
    "factor that does not exist": Bad(
        "E-FPT-02", EX, 3, {"provider": "factor:FNOSUCHAAAAAA"}, words=("FNOSUCHAAAAAA",)
    ),
    "product that nobody makes": Bad("E-FPT-09", EX, 3, {"provider": "product:nothing"}),
    "a process twice": Bad("E-INV-04", "process", 4, {}, {"process": [process("mill", "sand")]}),
    "two reference flows": Bad(
        "E-INV-04", "process", 3, {"allocation": "mass"},
        {EX: [output("mill", n, "reference_flow", 1, "kg", 1) for n in (8, 9)]},
    ),
    "negative input without substitution": Bad("E-INV-06", EX, 3, {"amount": "-10"}),
    "negative emission": Bad("E-INV-06", EX, 5, {"amount": "-1"}),
    "zero reference amount": Bad("E-INV-05", "process", 2, {"reference_amount": "0"}),
    "negative reference amount": Bad("E-INV-05", "process", 3, {"reference_amount": "-1"}),
    "1e308": Bad("E-NUM-01", EX, 3, {"amount": "1e308"}),
    "1e290": Bad("E-FPT-11", EX, 3, {"amount": "1e290"}, words=("kiln/2",)),
    "1e30": Bad("E-FPT-11", EX, 4, {"amount": "1e30"}, words=("mill/1",)),
    "cyclic allocation": Bad(
        "E-SEL-12", EX, 6, {}, CREDITS, words=("east", "west"),
    ),
    "lognormal of sigma 0": Bad("E-UNC-02", EX, 3, spread("sigma_ln", "0")),
    "lognormal of variance 0": Bad("E-UNC-02", EX, 3, spread("variance_ln", "0")),
    "lognormal of negative median": Bad(
        "E-UNC-07", EX, 3, spread("ci95_abs", amount_lower95=-20, amount_upper95=20)
    ),
    "spread beyond all draws": Bad("E-UNC-02", EX, 3, spread("sigma_ln", "12")),
    "interval beyond all draws": Bad(
        "E-UNC-02", EX, 3, spread("ci95_abs", amount_lower95="1e-30", amount_upper95="1e30")
    ),
    "GSD2 below 1": Bad("E-UNC-02", EX, 3, spread("gsd2", "0.9")),
    "GSD below 1": Bad("E-UNC-02", EX, 3, spread("gsd", "0.99")),
    "grid CO2 in a product footprint": Bad(
        "E-FPT-01", EX, 3, pinned(GRID), words=(GRID, "energy_indirect_ef")
    ),
    "footprint factor burnt": Bad("E-FPT-01", EX, 4, {"flow_use": "combustion"}),
    "factor of another thing": Bad("E-FPT-01", EX, 3, pinned(LIME)),
    "expired factor": Bad("E-SEL-10", EX, 3, pinned(OLD), words=("2024-12-31",)),
    "factor of another GWP set": Bad("E-SEL-13", EX, 3, pinned(AR4), words=(AR4, "AR4", "AR5")),
    "certificate over-claim": Bad("E-FPT-06", "instrument", 2, {}, {"instrument": [CLAIM]}),
    "certificate on another flow": Bad(
        "E-FPT-12", "instrument", 2, {"line": "1"}, {"instrument": [CLAIM]}
    ),
    "certificate of an unknown kind": Bad(
        "E-CODE-01", "instrument", 2, {"kind": "voucher"}, {"instrument": [CLAIM | {"amount": 5}]}
    ),
    "unknown product category": Bad(
        "E-INV-22", "product", 2, {"category_id": "product.klinker"},
        words=("product.klinker",), near="product.clinker",
    ),
    "a category like none": Bad(
        "E-INV-22", "product", 2, {"category_id": "xyzzy"}, near="product"
    ),
    "a line named as the engine names supply": Bad("E-INV-24", EX, 3, {"line": "1.supply"}),
    "a certificate twice": Bad(
        "E-FPT-07", "instrument", 3, {}, {"instrument": [CLAIM | {"amount": 5}] * 2}
    ),
    "an id that a release cannot hold": Bad("E-INV-21", EX, 3, {"line": "2/a 甲"}),
    "unknown flow of a process": Bad("E-INV-01", "process", 2, {"reference_flow": "kryptonite"}),
    "a process in a unit of another dimension": Bad(
        "E-INV-02", "process", 2, {"reference_unit": "kWh"}
    ),
    # A fault of a whole system names its processes, and stands where the first of them does.
    "process that uses all it makes": Bad(
        "E-FPT-04", "process", 3, {}, {EX: [line("mill", 3, "lime", 1, "kg", provider="mill")]},
        words=("mill",),
    ),
    "process that uses more than it makes": Bad(
        "E-FPT-05", "process", 3, {}, {EX: [line("mill", 3, "lime", 2, "kg", provider="mill")]},
        words=("mill",),
    ),
}  # fmt: skip
# Which cell of the row is at fault; a fault of a whole system has none.
UNCERTAINTY = "uncertainty_value"
FIELDS = {
    "E-INV-01": ("flow", "reference_flow"), "E-GAS-01": ("flow",),
    "E-INV-02": ("unit", "reference_unit"), "E-INV-03": ("provider",), "E-FPT-02": ("provider",),
    "E-FPT-09": ("provider",), "E-INV-04": ("process_id",), "E-INV-06": ("amount",),
    "E-INV-05": ("reference_amount",), "E-NUM-01": ("amount",), "E-FPT-11": ("amount",),
    "E-SEL-12": ("provider",), "E-UNC-02": (UNCERTAINTY,), "E-UNC-07": (UNCERTAINTY,),
    "E-FPT-01": ("provider",), "E-SEL-10": ("provider",), "E-SEL-13": ("provider",),
    "E-FPT-06": ("amount",), "E-FPT-12": ("line",), "E-CODE-01": ("kind",),
    "E-FPT-07": ("instrument_id",), "E-INV-21": ("line",), "E-FPT-04": (None,),
    "E-FPT-05": (None,), "E-INV-22": ("category_id",), "E-INV-24": ("line",),
}  # fmt: skip


@pytest.fixture(scope="module")
def bench(library_with):
    """The hand-made factors, one of them expired and one of another GWP set."""
    old = factor(OLD, "electricity", 0.4, "kWh", valid_until=dt.date(2024, 12, 31))
    other = factor(AR4, "electricity", 0.4, "kWh", gwp_set="AR4")
    return library_with(factors=(*FACTORS, old, other))


def test_blanks_before_the_id_of_a_factor_are_no_part_of_it(tmp_path, bench):
    files = kiln()
    files[EX][1]["provider"] = f"factor: {POWER}"
    outcome = computed(tmp_path / "one", bench, **files)
    assert outcome.row("exchange", process_id="kiln", line="2")["provider"] == f"factor:{POWER}"
    assert outcome.lines("kiln-out")["kiln/2"]["factor_id"] == POWER


@pytest.mark.parametrize("name", KINDS)
def test_bad_input_is_refused_by_its_code_at_its_line(tmp_path, bench, name):
    bad = KINDS[name]
    found = refusal(tmp_path / "one", bench, **bad.files())
    assert {one.code for one in found} == {bad.code}
    (first, *_) = found
    assert first.severity == "error"
    assert all(word in first.zh and word in first.en for word in bad.words)
    assert (first.place["file"], first.place["row"]) == (f"one/{bad.file}.csv", bad.row)
    assert first.place.get("field") in FIELDS[bad.code]
    if bad.code in {"E-INV-05", "E-INV-06"}:
        # An amount is told as it was written.
        assert first.place["value"] == bad.cells[first.place["field"]]
    assert bad.near is None or bad.near in first.expected
    assert first.fix_zh
    assert first.fix_en
