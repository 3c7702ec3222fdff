"""What the suite says on both sides of every limit, in words and figures.

Each scene holds records that lie just within and just beyond a limit, or outside what a check
speaks of. What the check says of them is approved as a whole (``approved``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.admit.plausibility.test_planted_errors import PARTS, factor, judged
from tests.approved import approve, as_lines

APPROVED = Path(__file__).parent / "approved"
DIRECT: dict[str, Any] = {"factor_kind": "direct_ef", "boundary": "activity"}


def several(rows: dict[str, dict[str, Any]], **shared: Any) -> list[dict[str, Any]]:
    """A record per name; regions differ, so that they are no peers of one place."""
    return [
        {**factor(n), **shared, **row, "factor_id": name}
        for n, (name, row) in enumerate(rows.items())
    ]


def signs() -> Any:
    return judged(*several({
        "less than nothing": {},
        "removal": {"factor_kind": "removal_factor"},
        "includes uptake": {"value_convention": "including_uptake"},
        "excludes uptake": {"value_convention": "excluding_uptake"},
        "zero": {"value": 0.0},
        "in a unit nobody knows": {"reference_unit": "furlong"},
    }, value=-2.0))  # fmt: skip


def parts() -> Any:
    uptake = {"biogenic_uptake": -1.8, "biogenic_co2_emission": 0.3}
    return judged(*several({
        "whole": {}, "within": {"value": 2.002}, "beyond": {"value": 2.003},
        "below": {"value": 1.99}, "uptake apart": uptake,
        "uptake in": {**uptake, "value": 0.5, "value_convention": "including_uptake"},
        "uptake in, not counted": {**uptake, "value_convention": "including_uptake"},
        "no convention": {"value": 9.0, "value_convention": "direct"},
        "one part unknown": {"value": 9.0, "ccs_capture": None},
        "uptake unknown": {"value": 9.0, "value_convention": "including_uptake"},
    }, **{"value_convention": "excluding_uptake", **PARTS}))  # fmt: skip


def gases() -> Any:
    rows = {
        "same": {}, "within": {"value": 2.01}, "beyond": {"value": 2.011}, "below": {"value": 1.98},
        "other set": {"value": 9.0, "gwp_set": "AR6"},
        "other unit": {"value": 9.0, "value_unit": "kgCO2"},
    }  # fmt: skip
    return judged(*several(rows), factor_co2e=[
        {"factor_id": name, "version": "1.0", "gwp_set": "AR5", "co2e": 2.0} for name in rows
    ])  # fmt: skip


def carbon() -> Any:
    """Coal holds 25 to 26 tC/TJ: 73.3 kg CO2 per GJ oxidised in part, 95.3 in whole."""
    rows: dict[str, dict[str, Any]] = {
        "in whole": {"value": 95.3}, "within": {"value": 97.2}, "beyond": {"value": 97.3},
        "in part": {"value": 71.9}, "too little": {"value": 71.8},
        "per MJ": {"value": 0.0953, "reference_unit": "MJ"},
        "per MJ, a slip": {"value": 95.3, "reference_unit": "MJ"},
        "per kWh": {"value": 0.343, "reference_unit": "kWh"},
        "per tonne": {"value": 2000.0, "reference_unit": "t"},
        "a footprint": {"value": 200.0, "factor_kind": "footprint_factor",
                        "boundary": "cradle_to_gate"},
        "of brick": {"value": 200.0, "flow_id": "brick"},
        "of calcium carbonate": {"value": 200.0, "flow_id": "calcium_carbonate"},
        "biogenic": {"value": 200.0}, "methane": {"value": 200.0},
    }  # fmt: skip
    gas = {"biogenic": "co2_biogenic", "methane": "ch4_fossil"}
    shared = {**DIRECT, "flow_id": "coal", "reference_unit": "GJ"}
    contents = [("coal", "carbon_content", "tC/TJ", 25.0),
                ("coal", "carbon_content", "tC/TJ", 26.0),
                ("coal", "carbon_content", "kg/kg", 0.7), ("coal", "ncv", "tC/TJ", 90.0),
                ("calcium_carbonate", "carbon_content", "kg/kg", 0.12)]  # fmt: skip
    return judged(
        *several({n: {**shared, **row} for n, row in rows.items()}),
        factor_gas=[{"factor_id": n, "version": "1.0", "gas": gas.get(n, "co2_fossil"),
                     "mass": row["value"]} for n, row in rows.items()],
        parameter=[{"parameter_id": f"P{n}", "flow_id": flow, "parameter_kind": kind,
                    "parameter_unit": unit, "parameter_value": value}
                   for n, (flow, kind, unit, value) in enumerate(contents)],
        flow_property=[{"flow_id": f, "from_unit": "t", "to_unit": "GJ"}
                       for f in ("coal", "brick", "calcium_carbonate")],
    )  # fmt: skip


def uptake() -> Any:
    pairs = {"all of it": (-1.8333, 0.5), "within": (-1.8, 0.5), "beyond": (-1.79, 0.5),
             "more than it holds": (-1.88, 0.5), "taken up, not held": (-1.0, 0.0),
             "held, not taken up": (0.0, 0.5), "neither": (0.0, 0.0), "not said": (None, 0.5),
             "given off": (1.8333, 0.5)}  # fmt: skip
    return judged(*several({
        n: {"biogenic_uptake": a, "carbon_content_biogenic": b} for n, (a, b) in pairs.items()
    }))  # fmt: skip


def masses() -> Any:
    lines: dict[str, list[tuple[str, float, str]]] = {
        "as much": [("input", 1.0, "t")],
        "within": [("input", 1000.0, "kg"), ("waste", 20.0, "kg")],
        "beyond": [("input", 1000.0, "kg"), ("waste", 21.0, "kg")],
        "a product beside": [("input", 1.0, "t"), ("coproduct", 0.5, "t")],
        "an emission": [("input", 1.0, "t"), ("emission", 50.0, "kg")],
        "a volume leaves": [("input", 0.1, "t"), ("waste", 1.0, "m3")],
        "a volume enters": [("input", 0.1, "t"), ("input", 9.0, "m3")],
        "only a volume enters": [("input", 9.0, "m3")], "nothing weighs": [("input", 0.0, "t")],
        "nothing enters": [("emission", 5.0, "kg")], "it is taken out": [("removal", 9.0, "t")],
    }  # fmt: skip
    return judged(
        process=[{"process_id": n, "version": "1.0", "name_zh": n, "reference_amount": 1.0,
                  "reference_flow_unit": "t"} for n in lines]
        + [{"process_id": "in m3", "version": "1.0", "name_zh": "in m3", "reference_amount": 9.0,
            "reference_flow_unit": "m3"}],
        exchange=[{"process_id": n, "version": "1.0", "line": str(at), "direction": direction,
                   "amount": amount, "amount_unit": unit}
                  for n, own in [*lines.items(), ("in m3", [("input", 1.0, "t")])]
                  for at, (direction, amount, unit) in enumerate(own)],
    )  # fmt: skip


def formulas() -> Any:
    rows: dict[str, dict[str, Any]] = {
        "in whole": {"value": 0.4397}, "within": {"value": 0.4418}, "beyond": {"value": 0.4486},
        "per tonne": {"value": 439.7, "reference_unit": "t"},
        "a slip": {"value": 439.7}, "of brick": {"value": 9.0, "flow_id": "brick"},
        "methane": {"value": 9.0}, "a footprint": {"value": 9.0, "factor_kind": "footprint_factor",
                                                   "boundary": "cradle_to_gate"},
        "per m3": {"value": 9.0, "reference_unit": "m3"},
    }  # fmt: skip
    return judged(
        *several({n: {**DIRECT, "flow_id": "calcium_carbonate", **row} for n, row in rows.items()}),
        factor_gas=[{"factor_id": n, "version": "1.0", "mass": row["value"],
                     "gas": "ch4_fossil" if n == "methane" else "co2_fossil"}
                    for n, row in rows.items()],
        flow_property=[{"flow_id": "calcium_carbonate", "from_unit": "t", "to_unit": "m3"}],
    )  # fmt: skip


def far_values() -> Any:
    """Peers about 0.6 in one flow after another: the odd one at several distances."""
    rows: dict[str, dict[str, Any]] = {}
    odd = {"near": 0.75, "far": 0.8, "low": 0.4, "thousand": 600.0, "million": 6e5,
           "thousandth": 0.0006, "about thousand": 700.0, "not about": 2000.0, "zero": 0.0,
           "negative": -0.6}  # fmt: skip
    for flow, value in odd.items():
        values = [0.58 + 0.005 * n for n in range(9)]
        rows |= {f"{flow} {n}": {"flow_id": flow, "value": v} for n, v in enumerate(values)}
        rows[flow] = {"flow_id": flow, "value": value}
    for peers in (6, 7):
        rows |= {f"{peers} {n}": {"flow_id": str(peers), "value": 0.6} for n in range(peers)}
        rows[f"{peers} peers"] = {"flow_id": str(peers), "value": 60.0}
    return judged(*several(rows))


def one_value() -> Any:
    rows: dict[str, dict[str, Any]] = {}

    def same(name: str, count: int, changed: Any = None, **shared: Any) -> None:
        for n in range(count):
            own = changed(n) if changed else {}
            rows[f"{name} {n}"] = {"flow_id": f"{name} {n}", "source_id": name, **shared, **own}

    same("six", 6, value=0.723)
    same("five", 5, value=0.723)
    same("two digits", 6, value=0.72)
    same("zeros around", 6, value=0.0720)
    same("three after zeros", 6, value=0.00723)
    same("a power", 6, value=7.23e-07)
    same("less than nothing", 6, value=-0.723, factor_kind="removal_factor")
    same("two kinds", 6, lambda n: {"factor_kind": "removal_factor"} if n else {}, value=0.723)
    same("two units", 6, lambda n: {"value_unit": "kgCO2"} if n else {}, value=0.723)
    same("two amounts", 6, lambda n: {"reference_unit": "t"} if n else {}, value=0.723)
    same("two sources", 6, lambda n: {"source_id": "another"} if n else {}, value=0.723)
    same("two values", 6, lambda n: {"value": 0.724} if n else {}, value=0.723)
    same("one activity", 6, lambda n: {"flow_id": "brick", "value": 0.723})
    return judged(*several(rows))


def years() -> Any:
    rows: dict[str, dict[str, Any]] = {}

    def series(name: str, *values: tuple[int, float], **changed: Any) -> None:
        for n, (year, value) in enumerate(values):
            rows[f"{name} {n}"] = {"flow_id": name, "name_zh": f"{year}年砖", "region_code": "R",
                                   "reference_year": year, "value": value, **changed}  # fmt: skip

    series("half as much again", (2022, 1.0), (2023, 1.5))
    series("more", (2022, 1.0), (2023, 1.501))
    series("two thirds", (2022, 1.5), (2023, 1.0))
    series("less", (2022, 1.501), (2023, 1.0))
    series("three years", (2021, 1.0), (2022, 1.2), (2023, 2.4))
    series("the same year", (2023, 1.0), (2023, 3.0), technology="k")
    series("explained", (2022, 1.0), (2023, 3.0), note_zh="电源结构变化")
    series("a blank", (2022, 1.0), (2023, 3.0), note_zh="")
    series("backwards", (2023, 3.0), (2022, 1.0))
    return judged(*several(rows))


def other_sources() -> Any:
    rows: dict[str, dict[str, Any]] = {}
    for name, values in {"as far": (1.0, 3.0), "further": (1.0, 3.001), "three": (1.0, 1.1, 9.0),
                         "nothing": (0.0, 9.0)}.items():  # fmt: skip
        rows |= {f"{name} {n}": {"flow_id": name, "region_code": "R", "source_id": f"s{n}",
                                 "value": value} for n, value in enumerate(values)}  # fmt: skip
    return judged(*several(rows))


def digits() -> Any:
    rows, texts = [], []

    def source(name: str, found: list[str]) -> None:
        for n, text in enumerate(found):
            rows.append({**factor(len(rows)), "source_id": name, "value": 1 + len(rows) / 7,
                         "flow_id": f"f{len(rows)}", "evidence_id": f"E{len(texts)}"})  # fmt: skip
            texts.append({"evidence_id": f"E{len(texts)}", "text_found": text})
            assert n < 200

    source("even", [f"0.12{n % 10}" for n in range(60)])
    source("two digits", [f"0.12{n % 2 * 5}" for n in range(60)])
    source("too few", [f"0.12{n % 2 * 5}" for n in range(59)])
    source("short", [f"0.{n % 2 * 5 + 10}" for n in range(60)])
    source("zeros do not count", [f"0.0{n % 2 * 5 + 10}" for n in range(60)])
    source("long", [f"1.{n % 2 * 5 + 10}" for n in range(60)])
    source("blanks around", [f" 0.12{n % 2 * 5} " for n in range(60)])
    source("whole numbers", [f"12{n % 2 * 5}" for n in range(60)])
    source("words", [f"0.12{n % 2 * 5} t" for n in range(60)])
    # By hand: (13² + 5 · 1² + 4 · 2²) / 6 = 31.67 and (14² + 4 · 1² + 5 · 2²) / 6 = 36.67.
    for name, zeros in (("within chance", 19), ("beyond chance", 20)):
        source(name, ["0.120"] * zeros + [f"0.12{1 + n % 9}" for n in range(60 - zeros)])
    return judged(*rows, evidence=texts)


def wordings() -> Any:
    return judged(*several({
        "split over names": {"name_zh": "砖 TT", "name_en": "W", "boundary": "cradle_to_grave"},
        "in the name": {"name_zh": "砖 TTW", "boundary": "cradle_to_grave"},
        "in the technology": {"technology": "ttw", "boundary": "cradle_to_grave"},
        "no English name": {"name_en": None, "technology": "TTW", "boundary": "cradle_to_grave"},
        "as the boundary says": {"name_zh": "砖 TTW", "boundary": "activity"},
    }))  # fmt: skip


SCENES = {
    "A-PLA-02": (signs,), "A-PLA-03": (parts,), "A-PLA-04": (gases,), "A-PLA-05": (carbon, uptake),
    "A-PLA-06": (masses,), "A-PLA-07": (far_values,), "A-PLA-08": (one_value,),
    "A-PLA-09": (years,), "A-PLA-10": (formulas,), "A-PLA-11": (other_sources,),
    "A-PLA-13": (digits,), "A-PLA-14": (wordings,),
}  # fmt: skip


@pytest.mark.parametrize("code", SCENES)
def test_what_is_said_on_both_sides_of_a_limit(code) -> None:
    told = {}
    for scene in SCENES[code]:
        for row in scene().filter(check_code=code).to_dicts():
            name = f"{scene.__name__}: {row['checked_id']}"
            told[name] = [row["checked_kind"], row["severity"], row["flag_zh"], row["flag_en"]]
    approve(APPROVED / f"{code}.txt", as_lines(told))
