"""What a product's uncertainty is told as: interval, shares of variance, second opinions.

Belongs here: the columns of ``footprint`` that speak of uncertainty, the rows of
``footprint_uncertainty`` and ``footprint_comparison``, the shares of lines. Does not belong
here: drawing (``sampling``) and what is uncertain (``uncertain_inventory``).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.footprint.sampling.summary import figures_of, share_below
from pipelines.footprint.uncertain_inventory import sensitivity_of
from pipelines.quantities.number import result_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from pipelines.footprint.contributions import Run
    from pipelines.footprint.sampling.productive import Unproductive
    from pipelines.footprint.system import ProductSystem
    from pipelines.footprint.uncertain_inventory import Sensitivity, UncertainInventory

    Array = NDArray[np.float64]

SMALLEST_SHARE = 1e-12
NOT_STATED = "uncertainty_not_stated"
PARTLY = "uncertainty_partly_stated"
UNPRODUCTIVE = "unproductive_draws"
WHOLLY = 1 - 1e-9
SHOWN = 5


@dataclass(frozen=True)
class ProductUncertainty:
    """What is told of one product.

    Attributes:
        columns: columns of its row of ``footprint``.
        rows: its rows of ``footprint_uncertainty``, largest share first.
        line_shares: share of variance by process, line and use.
        samples: (s) its sampled totals.
        flags: what its result must say.
        moved_by: name, sensitivity and variance of ln x of each quantity that moves it.
    """

    columns: dict[str, Any]
    rows: list[dict[str, Any]]
    line_shares: dict[tuple[str, str, str], float]
    samples: Array
    flags: tuple[str, ...]
    moved_by: tuple[tuple[str, float, float], ...]


def uncertainty_of(
    inventory: UncertainInventory, system: ProductSystem, run: Run, z975: float
) -> ProductUncertainty:
    """The uncertainty of one product's total.

    Args:
        inventory: the sampled inventory.
        system: names of the nodes.
        run: the solved demand of the product.
        z975: 97.5 % quantile of the standard normal distribution.
    """
    found = sensitivity_of(inventory, run)
    samples = inventory.samples.intensity[inventory.rows[run.root]] * run.demand
    columns = {**_figures(inventory, system, samples), **_second_opinions(inventory, found, z975)}
    flags = []
    if found is None or found.variance == 0:
        flags.append(NOT_STATED)
    elif found.coverage < WHOLLY:
        flags.append(PARTLY)
    if columns["samples_unproductive"]:
        flags.append(UNPRODUCTIVE)
    return ProductUncertainty(
        columns, _rows(inventory, found), _line_shares(inventory, found), samples, tuple(flags),
        _moved_by(inventory, found),
    )  # fmt: skip


def _moved_by(
    inventory: UncertainInventory, found: Sensitivity | None
) -> tuple[tuple[str, float, float], ...]:
    if found is None:
        return ()
    told = zip(inventory.names, found.of_quantity, inventory.variances, strict=True)
    return tuple((name, float(part), float(var)) for name, part, var in told if part and var)


def _rounded(value: float) -> float:
    """Twelve digits, as results are published: the last bits differ between machines."""
    return float(result_decimal(value))


def _figures(
    inventory: UncertainInventory, system: ProductSystem, samples: Array
) -> dict[str, Any]:
    bad = [
        (one, tuple(system.nodes[i].process_id for i in one.loop))
        for one in inventory.samples.unproductive
    ]
    return figure_columns(samples, bad, inventory.seed)


def figure_columns(
    samples: Array, bad: Sequence[tuple[Unproductive, Sequence[str]]], seed: int
) -> dict[str, Any]:
    """The columns that tell what samples come to.

    Args:
        samples: (s) sampled totals.
        bad: samples without a solution, with the processes of the loop at fault.
        seed: where they were drawn from.
    """
    figures = figures_of(samples)
    if figures is None:
        return {"samples": 0, "seed": None, "samples_unproductive": len(bad),
                "unproductive": _named(bad)}  # fmt: skip
    told = {
        name: result_decimal(getattr(figures, name))
        for name in ("median", "mean", "p2_5", "p97_5", "median_se", "p2_5_se", "p97_5_se")
    }
    return {
        **told,
        "gsd2": None if figures.gsd2 is None else max(1.0, _rounded(figures.gsd2)),
        "samples": figures.used,
        "seed": seed,
        "samples_unproductive": len(bad),
        "unproductive": _named(bad),
    }


def _named(bad: Iterable[tuple[Unproductive, Sequence[str]]]) -> str:
    """The first unproductive samples with radius and loop, as JSON."""
    named = [
        {"sample": one.sample, "radius": _rounded(one.radius), "loop": list(loop)}
        for one, loop in bad
    ]
    return json.dumps(named[:SHOWN], ensure_ascii=False)


def _second_opinions(
    inventory: UncertainInventory, found: Sensitivity | None, z975: float
) -> dict[str, Any]:
    """The analytic interval and IPCC approach 1 beside the samples.

    Source:
        Lognormal product: variances of ln x add. IPCC 2006 vol. 1 ch. 3, eq. 3.1 and 3.2,
        with the half width of each quantity's 95 % interval; a factor shared by several
        lines is one quantity.
    """
    if found is None:
        return {"gsd2_analytic": None, "half_width_approach1": None, "uncertainty_coverage": 0.0}
    width = np.sinh(z975 * np.sqrt(inventory.variances))
    half = math.sqrt(math.fsum(((found.of_quantity * width) ** 2).tolist()))
    return {
        "gsd2_analytic": _rounded(math.exp(2 * math.sqrt(found.variance))),
        "half_width_approach1": _rounded(half),
        "uncertainty_coverage": _rounded(found.coverage),
    }


def _rows(inventory: UncertainInventory, found: Sensitivity | None) -> list[dict[str, Any]]:
    """One row per quantity that moves the product: what to improve first stands first."""
    if found is None or found.variance == 0:
        return []
    parts = found.of_quantity**2 * inventory.variances / found.variance
    order = sorted(
        (k for k in range(len(inventory.names)) if parts[k] > SMALLEST_SHARE),
        key=lambda k: (-_rounded(float(parts[k])), inventory.names[k]),
    )
    return [
        {
            "quantity": inventory.names[k],
            "variance_rank": rank,
            "variance_ln": _rounded(float(inventory.variances[k])),
            "sensitivity": _rounded(float(found.of_quantity[k])),
            "variance_share": _rounded(float(parts[k])),
        }
        for rank, k in enumerate(order, start=1)
    ]


def _line_shares(
    inventory: UncertainInventory, found: Sensitivity | None
) -> dict[tuple[str, str, str], float]:
    """The part of the variance that comes through each line.

    A quantity shared by several lines is split by their sensitivities. What links between
    processes carry stands in ``footprint_uncertainty`` alone.
    """
    if found is None or found.variance == 0:
        return {}
    per_move = found.of_quantity * inventory.variances / found.variance
    for result, parts in inventory.behind.items():
        if parts:
            per_move[result] = sum(part * per_move[quantity] for quantity, part in parts)
    shares: dict[tuple[str, str, str], float] = {}
    for f, key in enumerate(inventory.entries):
        part = float(found.of_entry[f] * per_move[inventory.system.emission_at[f]].sum())
        shares[key] = shares.get(key, 0.0) + part
    return {key: _rounded(value) for key, value in shares.items()}


def comparison_rows(
    products: Iterable[Mapping[str, Any]], samples: Mapping[str, Array], gwp_set: str
) -> list[dict[str, Any]]:
    """P(A < B) of every two products of one category, declared unit and boundary.

    Args:
        products: rows of the ``product`` table.
        samples: (s) totals per one declared unit, by product.
        gwp_set: the GWP set of the samples.
    """
    rows = []
    known = sorted((p for p in products if p["product_id"] in samples),
                   key=lambda p: p["product_id"])  # fmt: skip
    for i, one in enumerate(known):
        for other in known[i + 1 :]:
            alike = ("category_id", "declared_unit", "boundary")
            if any(one[name] != other[name] for name in alike):
                continue
            first, second = samples[one["product_id"]], samples[other["product_id"]]
            found = share_below(first, second) if first.size == second.size else None
            if found is not None:
                rows.append(
                    {
                        "product_id": one["product_id"],
                        "other_product_id": other["product_id"],
                        "gwp_set": gwp_set,
                        "share_below": found[0],
                        "share_below_se": _rounded(found[1]),
                    }
                )
    return rows
