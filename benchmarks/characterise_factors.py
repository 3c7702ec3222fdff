"""Characterising factors given as gases, set-based, against a loop over dictionaries."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.comparison import Comparison, compare
from pipelines.admit.characterise import co2e_by_set
from pipelines.ingest.reference import read_reference
from pipelines.settings import Settings

FACTORS = 50_000
SEED = 20261121
POTENTIALS = {"co2_fossil": 1.0, "ch4_fossil": 30.0, "n2o": 260.0}


def run() -> Comparison:
    """Simulated gases of many factors under one simulated set."""
    random = np.random.default_rng(SEED)
    gases = list(POTENTIALS)
    rows = pl.DataFrame(
        {
            "factor_id": [f"F{i:012d}" for i in range(FACTORS) for _ in gases],
            "gas": gases * FACTORS,
            "mass": random.uniform(0, 10, FACTORS * len(gases)),
        }
    )
    gwp = pl.DataFrame(
        {"gwp_set": ["S"] * len(gases), "gas": gases, "gwp100": list(POTENTIALS.values())}
    )
    gas = read_reference(Settings.resolve().seeds)["gas"]

    def loop() -> dict[str, float]:
        total: dict[str, float] = {}
        for factor_id, name, mass in rows.iter_rows():
            total[factor_id] = total.get(factor_id, 0.0) + mass * POTENTIALS[name]
        return total

    def error(ours: pl.DataFrame, peer: dict[str, float]) -> float:
        pairs = zip(ours["factor_id"], ours["co2e"], strict=True)
        return max(abs(value - peer[name]) / peer[name] for name, value in pairs)

    return compare(
        "CO2e of factors given as gases",
        f"{FACTORS} factors, simulated",
        lambda: co2e_by_set(rows, gwp, gas),
        loop,
        error,
    )
