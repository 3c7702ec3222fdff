"""Are the published probabilities of real products those that their own samples count?"""

from __future__ import annotations

import csv
import importlib
import shutil
from pathlib import Path

import polars as pl
import pytest

from pipelines.footprint import (
    Library,
    compute,
    read_accounting_rules,
    read_reporting_rule,
    read_resolution_rule,
    read_spread_rule,
)
from pipelines.footprint.library import LIBRARY
from pipelines.grade.assign import assign, sampled_probabilities
from pipelines.grade.tables import spread_of
from pipelines.publish.release_plan import read_plan
from tests.conftest import SEEDS
from tests.grade.samples import TABLE, a_rule

pytestmark = pytest.mark.long
SPREADS = ("1.1", "1.3", "1.9", "3")
SAMPLES = 4000


def uncertain(folder: Path, target: Path) -> Path:
    """A shipped inventory whose lines state an uncertainty, in turn small and large."""
    shutil.copytree(folder, target)
    with (folder / "exchange.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with (target / "exchange.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        for i, row in enumerate(rows):
            writer.writerow({**row, "uncertainty_kind": "gsd2",
                             "uncertainty_value": SPREADS[i % len(SPREADS)]})  # fmt: skip
    return target


@pytest.fixture(scope="module")
def drawn(release_folder, tmp_path_factory):
    """Footprints of every shipped product with uncertain lines, and its samples per unit."""
    tables = {n: pl.read_parquet(release_folder / "data" / f"{n}.parquet") for n in LIBRARY}
    library = Library.over(
        tables, read_accounting_rules(SEEDS), read_resolution_rule(SEEDS),
        read_plan(SEEDS).released_on, read_spread_rule(SEEDS), read_reporting_rule(SEEDS),
    )  # fmt: skip
    base = tmp_path_factory.mktemp("inventories")
    folders = sorted(p for p in (SEEDS / "inventories").iterdir() if p.is_dir())
    made = [uncertain(folder, base / folder.name) for folder in folders]
    kept = {}

    def keep(_, of_products, gwp_set):
        kept.update({(name, gwp_set): samples for name, samples in of_products.items()})
        return []

    with pytest.MonkeyPatch.context() as patch:
        module = importlib.import_module("pipelines.footprint.computation")
        patch.setattr(module, "comparison_rows", keep)
        footprint = compute(made, library, gwp_sets=(), samples=SAMPLES)["footprint"]
    return footprint, kept


def limits_of(row) -> tuple[float, ...]:
    """Cuts around a result, where its samples are many and where they are few."""
    value = float(row["footprint_value"]) / row["declared_amount"]
    return tuple(value * row["gsd2"] ** k for k in (-0.9, -0.3, 0.2, 0.8))


def test_probabilities_of_real_products_are_those_that_their_samples_count(drawn):
    footprint, kept = drawn
    assert footprint.height == 9
    farthest = 0.0
    for row in footprint.iter_rows(named=True):
        assert row["gsd2"] > 1.01
        samples = kept[row["product_id"], row["gwp_set"]].tolist()
        limits = limits_of(row)
        rule = a_rule(TABLE, limits=list(limits), labels=list("ABCDE"), p_min=0.0)
        found = assign(rule, samples[0], limits, spread=spread_of(row)).probabilities
        counted = sampled_probabilities(samples, limits, rule.labels, "<=")
        farthest = max(farthest, *(abs(found[k] - counted[k]) for k in found))
    # Three percentiles fix the fit; sampling alone leaves 0.008, one error of a half.
    assert farthest < 0.03


def test_the_analytic_spread_of_real_products_gives_nearly_the_same_probabilities(drawn):
    footprint, _ = drawn
    for row in footprint.iter_rows(named=True):
        limits = limits_of(row)
        rule = a_rule(TABLE, limits=list(limits), labels=list("ABCDE"), p_min=0.0)
        value = float(row["footprint_value"]) / row["declared_amount"]
        sampled = assign(rule, value, limits, spread=spread_of(row)).probabilities
        analytic = assign(rule, value, limits, row["gsd2_analytic"]).probabilities
        assert analytic == pytest.approx(sampled, abs=0.1)
