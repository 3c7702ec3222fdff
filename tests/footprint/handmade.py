"""Inventories and factors made by hand, small enough to be reckoned on paper."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import settings

from pipelines.errors import TanyuanError
from pipelines.footprint import Library, compute, read_reporting_rule, read_spread_rule
from pipelines.settings import REPOSITORY
from schemas import ALL_TABLES
from schemas.render.frame import empty, frame_of

ON = dt.date(2026, 6, 1)
SEEDS = REPOSITORY / "seeds"
# Global warming potentials chosen for reckoning: 100 years, kgCO2e per kg.
POTENTIALS = {
    "AR4": {"co2_fossil": 1.0, "co2_biogenic": 1.0, "co2_land_use": 1.0, "ch4_fossil": 25.0,
            "ch4_biogenic": 25.0, "n2o": 298.0},
    "AR5": {"co2_fossil": 1.0, "co2_biogenic": 1.0, "co2_land_use": 1.0, "ch4_fossil": 30.0,
            "ch4_biogenic": 28.0, "n2o": 265.0, "cf4": 6630.0},
    "AR6": {"co2_fossil": 1.0, "co2_biogenic": 1.0, "co2_land_use": 1.0, "ch4_fossil": 29.8,
            "ch4_biogenic": 27.0, "n2o": 273.0, "cf4": 7380.0},
}  # fmt: skip
POWER, STEAM, LIME, SAND, CLAY, DIESEL, HAUL = (
    f"F{name:A<12}" for name in ("POWER", "STEAM", "LIME", "SAND", "CLAY", "DIESEL", "HAUL")
)
GRID = f"F{'GRID':A<12}"
# Each example writes and computes an inventory: few of them, and no clock on a slow machine;
# ``test_properties_of_footprints`` asks the same of two hundred systems without files.
few = settings(max_examples=3, deadline=None, database=None)


def factor(factor_id: str, flow: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    """A row of ``factor``: an admitted footprint factor of China unless told otherwise."""
    return {
        "factor_id": factor_id,
        "version": "1.0",
        "status": "admitted",
        "factor_kind": "footprint_factor",
        "flow_id": flow,
        "name_zh": f"{flow}因子",
        "name_en": f"factor of {flow}",
        "value": value,
        "value_unit": "kgCO2e",
        "reference_unit": unit,
        "value_convention": "not_stated",
        "gwp_set": "AR5",
        "boundary": "cradle_to_gate",
        "region_code": "CN",
        "data_start": dt.date(2025, 1, 1),
        "data_end": dt.date(2025, 12, 31),
        "published_on": "2026-01-01",
        "data_origin": "secondary",
        "dqr": 2.0,
        "flags": [],
        **more,
    }


def burnt(factor_id: str, flow: str, unit: str, **more: Any) -> dict[str, Any]:
    """A row of ``factor`` for burning a fuel; its gases go into ``factor_gas``."""
    return factor(
        factor_id, flow, more.pop("value", 0.0), unit, factor_kind="direct_ef", boundary="activity",
        value_unit="kgCO2", gwp_set="not_applicable", value_convention="direct",
        route="stationary", **more,
    )  # fmt: skip


# Factors with round values; each flow has one, so that a line may also leave its provider empty.
FACTORS = (
    factor(POWER, "electricity", 0.5, "kWh"),
    factor(STEAM, "heat", 100.0, "GJ"),
    factor(LIME, "lime", 1000.0, "t"),
    factor(SAND, "sand", 2.0, "kg"),
    factor(CLAY, "clay", 3.0, "kg"),
    factor(HAUL, "freight_road", 0.2, "t*km"),
    burnt(DIESEL, "diesel", "kg", value=3.0),
    factor(
        GRID, "electricity", 0.6, "kWh", factor_kind="energy_indirect_ef", boundary="activity",
        value_unit="kgCO2", gwp_set="not_applicable", value_convention="direct",
    ),
)  # fmt: skip
GASES = ((DIESEL, "co2_fossil", 3.0), (DIESEL, "ch4_fossil", 0.001), (DIESEL, "n2o", 0.0001))


@cache
def reporting():
    """The reporting rule of the seeds, read once."""
    return read_reporting_rule(SEEDS)


def library_of(
    reference: dict[str, pl.DataFrame],
    rules: dict[str, Any],
    resolution: Any,
    factors: Any = FACTORS,
    gases: Any = GASES,
    on: dt.date = ON,
    qualities: Any = (),
    spreads: Any = None,
) -> Library:
    """A library of hand-made factors over the true reference tables."""
    gwp = [
        {"gwp_set": name, "gas": gas, "gwp100": value}
        for name, values in POTENTIALS.items()
        for gas, value in values.items()
    ]
    held = [
        {"factor_id": one, "version": "1.0", "gas": gas, "mass": mass} for one, gas, mass in gases
    ]
    scores = [
        {"factor_id": one, "version": "1.0", "ter": ter, "ger": ger, "tir": tir,
         "precision_score": precision}
        for one, ter, ger, tir, precision in qualities
    ]  # fmt: skip
    tables = {
        **reference,
        "gwp": frame_of(ALL_TABLES["gwp"], gwp),
        "factor": frame_of(ALL_TABLES["factor"], factors),
        "factor_gas": frame_of(ALL_TABLES["factor_gas"], held),
        "factor_quality": frame_of(ALL_TABLES["factor_quality"], scores)
        if scores
        else empty(ALL_TABLES["factor_quality"]),
    }
    return Library.over(
        tables, rules, resolution, on, spreads or read_spread_rule(SEEDS), reporting()
    )


def product(process_id: str, unit: str = "kg", amount: Any = 1, **more: Any) -> dict[str, Any]:
    """A row of ``product.csv``, its id that of its process with ``-out``."""
    return {
        "product_id": f"{process_id}-out", "name_zh": "样品", "name_en": "sample",
        "category_id": "product.clinker", "functional_unit": "1", "declared_unit": unit,
        "declared_amount": amount, "service_life": "", "process_id": process_id,
        "producer_id": "", "region_code": "CN", "period_start": "2025-01-01",
        "period_end": "2025-12-31", "boundary": "cradle_to_gate",
        "accounting_rule": "cn-guideline-2025", "gwp_set": "AR5", "verification_id": "", **more,
    }  # fmt: skip


def process(
    process_id: str, flow: str = "clinker", amount: Any = 1, unit: str = "kg", **more: Any
) -> dict[str, Any]:
    """A row of ``process.csv``."""
    return {
        "process_id": process_id, "name_zh": "工序", "name_en": "step", "region_code": "CN",
        "reference_flow": flow, "reference_amount": amount, "reference_unit": unit,
        "allocation": "none", "technology": "", "route": "", "data_origin": "secondary", **more,
    }  # fmt: skip


def line(
    process_id: str, number: Any, flow: str, amount: Any, unit: str, **more: Any
) -> dict[str, Any]:
    """A row of ``exchange.csv``: an input supplied, unless told otherwise."""
    return {
        "process_id": process_id, "line": number, "stage": "production", "direction": "input",
        "flow": flow, "flow_use": "supply", "amount": amount, "unit": unit, "provider": "",
        "supplier_id": "", "region_code": "", "route": "", "data_origin": "secondary",
        "uncertainty_kind": "none", "uncertainty_value": "", "basic_variance": "",
        "derivation": "measured", "reason": "", "allocation_value": "", "note": "", **more,
    }  # fmt: skip


def emission(process_id: str, number: Any, gas: str, amount: Any, **more: Any) -> dict[str, Any]:
    """A row of ``exchange.csv``: kilograms of a gas let out."""
    given = {"direction": "emission", "flow_use": "", **more}
    return line(process_id, number, gas, amount, given.pop("unit", "kg"), **given)


def output(
    process_id: str, number: Any, flow: str, amount: Any, unit: str, worth: Any, **more: Any
) -> dict[str, Any]:
    """A row of ``exchange.csv``: a product beside the reference flow."""
    return line(
        process_id, number, flow, amount, unit, direction="coproduct", flow_use="",
        allocation_value=worth, **more,
    )  # fmt: skip


def pinned(factor_id: str) -> dict[str, str]:
    """The provider of a line that names its factor."""
    return {"provider": f"factor:{factor_id}"}


def write(folder: Path, **files: list[dict[str, Any]]) -> Path:
    """Write an inventory folder, one CSV file per keyword."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


@dataclass(frozen=True)
class Outcome:
    """The tables of a computation, with short ways to what a reader looks up."""

    tables: dict[str, pl.DataFrame]

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """Rows of a table by equal cells."""
        found = self.tables[table]
        return found.filter(*(pl.col(k) == v for k, v in where.items())).to_dicts()

    def row(self, table: str, **where: Any) -> dict[str, Any]:
        """The one row of a table with these cells."""
        (found,) = self.rows(table, **where)
        return found

    def total(self, product_id: str, gwp_set: str = "AR5") -> float:
        """The footprint of a product."""
        row = self.row("footprint", product_id=product_id, gwp_set=gwp_set)
        return float(row["footprint_value"])

    def parts(self, name: str, product_id: str, gwp_set: str = "AR5") -> dict[str, float]:
        """Contributions by component, stage or gas."""
        key = "gas_or_unsplit" if name == "gas" else name
        found = self.rows(f"footprint_{name}", product_id=product_id, gwp_set=gwp_set)
        return {row[key]: float(row["contribution"]) for row in found}

    def lines(self, product_id: str, gwp_set: str = "AR5") -> dict[str, dict[str, Any]]:
        """Lines of a product by ``process/line``."""
        found = self.rows("footprint_line", product_id=product_id, gwp_set=gwp_set)
        return {f"{row['process_id']}/{row['line']}": row for row in found}

    def scale(self, product_id: str, process_id: str) -> float:
        """Supply of a process for the declared amount."""
        found = self.row(
            "footprint_supply", product_id=product_id, process_id=process_id, gwp_set="AR5"
        )
        return float(found["scale"])

    def intensity(self, product_id: str, process_id: str) -> float:
        """CO2e per unit of a process's reference flow."""
        found = self.row(
            "footprint_supply", product_id=product_id, process_id=process_id, gwp_set="AR5"
        )
        return float(found["intensity"])


def exact_sum(rows: list[dict[str, Any]], column: str = "contribution") -> Decimal:
    """The exact sum of a column."""
    return sum((row[column] for row in rows), Decimal(0))


def computed(
    folder: Path, library: Library, gwp_sets: tuple[str, ...] = ("AR5",), **files: Any
) -> Outcome:
    """Write an inventory and compute it."""
    return Outcome(compute([write(folder, **files)], library, gwp_sets=gwp_sets))


def refusal(
    folder: Path, library: Library, gwp_sets: tuple[str, ...] = ("AR5",), **files: Any
) -> list[Any]:
    """The findings with which an inventory is refused; fails when it is accepted."""
    with pytest.raises(TanyuanError) as caught:
        computed(folder, library, gwp_sets, **files)
    return list(caught.value.findings)


def codes(findings: list[Any]) -> set[str]:
    """The codes of findings."""
    return {one.code for one in findings}


def walked(
    demand: dict[str, float], takes: dict[tuple[str, str], float], rounds: int = 2000
) -> dict[str, float]:
    """Supply of every process by walking the links round after round, without solving.

    ``takes[taker, provider]`` is what one unit of the taker uses of the provider; what is
    asked for in one round is delivered in it and asks for more in the next.
    """
    made = dict(demand)
    asked = dict(demand)
    for _ in range(rounds):
        wanted: dict[str, float] = {}
        for (taker, provider), amount in takes.items():
            if asked.get(taker):
                wanted[provider] = wanted.get(provider, 0.0) + asked[taker] * amount
        for name, amount in wanted.items():
            made[name] = made.get(name, 0.0) + amount
        if sum(map(abs, wanted.values())) < 1e-16 * sum(map(abs, made.values())):
            return made
        asked = wanted
    raise AssertionError("the walk did not come to rest")
