"""An inventory as an uncertain system: which quantity scales which amount.

Belongs here: naming and collecting the drawn quantities of an inventory under one GWP set,
sampling its products once, how much each quantity moves a product. One factor is one
quantity, however many lines use it. Does not belong here: the rows that tell it
(``uncertainty``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.footprint.account import per_unit
from pipelines.footprint.sampling.sample import Samples, sample
from pipelines.footprint.sampling.uncertain_system import UncertainSystem, keys_of
from pipelines.footprint.spread import line_variance, name_of_factor, name_of_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pipelines.footprint.contributions import LineParts, Run
    from pipelines.footprint.library import Library
    from pipelines.footprint.solve import Solver
    from pipelines.footprint.system import ProductSystem

    Array = NDArray[np.float64]
    Parts = Mapping[tuple[str, str], list[LineParts]]

    Moved = Sequence[tuple[str, float, float]]

CERTAIN = 0
OF_PRODUCT = "product:"


@dataclass
class Quantities:
    """The drawn quantities of an inventory, by name; the first never varies.

    Attributes:
        inventory_id: whose lines they are.
        names: name of each.
        variances: variance of ln x of each.
        given: samples of those that are not drawn but come from another product's result.
        behind: the quantities such a result hangs on, and how much each moves it.
    """

    inventory_id: str
    names: list[str] = field(default_factory=lambda: ["certain"])
    variances: list[float] = field(default_factory=lambda: [0.0])
    given: dict[int, Array] = field(default_factory=dict)
    behind: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    _at: dict[str, int] = field(default_factory=dict)

    def number(self, name: str, variance: float) -> int:
        """The number of a quantity, entered at its first use."""
        if variance <= 0:
            return CERTAIN
        if name not in self._at:
            self._at[name] = len(self.names)
            self.names.append(name)
            self.variances.append(variance)
        return self._at[name]

    def number_of_line(self, line: dict[str, Any], library: Library) -> int:
        """The number of the amount of a line."""
        variance = line_variance(line, library.spreads, library.book)
        return self.number(name_of_line(line, self.inventory_id), variance)

    def number_given(self, name: str, samples: Array, moved_by: Moved) -> int:
        """The number of a quantity whose samples are known, and of what moves it.

        A factor behind another product's result is the factor of the lines here: what both
        hang on counts once.
        """
        logs = np.log(np.abs(samples[np.isfinite(samples) & (samples != 0)]))
        number = self.number(name, float(logs.var(ddof=1)) if logs.size > 1 else 0.0)
        if number != CERTAIN and number not in self.given:
            self.given[number] = samples
            self.behind[number] = [
                (self.number(one, variance), moved) for one, moved, variance in moved_by
            ]
        return number


@dataclass(frozen=True)
class UncertainInventory:
    """The system of an inventory with its quantities and samples.

    Attributes:
        system: links and own emissions with the quantities that scale them.
        names: name of each quantity.
        variances: (k) variance of ln x of each.
        entries: the line and use behind each own emission, in the system's order.
        takes: the line behind each link.
        nominal: (n) intensities at the medians.
        rows: row of ``samples`` by node.
        samples: sampled intensities of the products' nodes.
        count: how many samples were drawn.
        seed: from which seed.
        behind: what moves the results of other products, by their quantity.
    """

    system: UncertainSystem
    names: tuple[str, ...]
    variances: Array
    entries: tuple[tuple[str, str, str], ...]
    takes: tuple[tuple[str, str], ...]
    nominal: Array
    rows: dict[int, int]
    samples: Samples
    count: int
    seed: int
    behind: Mapping[int, list[tuple[int, float]]]


def sampled_inventory(
    inventory_id: str,
    system: ProductSystem,
    solver: Solver,
    parts: Parts,
    convention: str,
    library: Library,
    roots: Sequence[int],
    count: int,
    seed: int,
) -> UncertainInventory:
    """Draw and solve the products of an inventory.

    Args:
        inventory_id: whose lines they are.
        system: the linked system.
        solver: its factorisation, for the nominal intensities.
        parts: parts of every line under one GWP set.
        convention: which components count.
        library: the rule of uncertainty and the flows.
        roots: nodes of the products.
        count: samples; 0 draws none.
        seed: the seed.
    """
    quantities = Quantities(inventory_id)
    entries, emitters, emissions, emission_at = [], [], [], []
    for i, lines in enumerate(system.direct):
        for line, amount in lines:
            for entry in parts.get((line["process_id"], line["line"]), []):
                entries.append((line["process_id"], line["line"], entry.use))
                emitters.append(i)
                emissions.append(float(amount) * per_unit(entry, convention))
                emission_at.append(_pair(entry, quantities, library))
    amount_at = [quantities.number_of_line(link.line, library) for link in system.links]
    uncertain = UncertainSystem(
        len(system.nodes),
        np.array([link.provider for link in system.links], np.int64),
        np.array([link.taker for link in system.links], np.int64),
        np.array([float(link.amount) for link in system.links]),
        np.array(amount_at, np.int64),
        np.array(emitters, np.int64),
        np.array(emissions, np.float64),
        np.array(emission_at, np.int64).reshape(-1, 2),
        keys_of(quantities.names),
        _drawn_sigmas(quantities),
        quantities.given,
    )
    nominal = solver.intensity(uncertain.direct())
    wanted = np.array(sorted(set(roots)), np.int64)
    samples = (
        sample(uncertain, nominal, count, seed, wanted)
        if count
        else Samples(np.empty((wanted.size, 0)), ())
    )
    return UncertainInventory(
        uncertain, tuple(quantities.names), np.array(quantities.variances), tuple(entries),
        tuple((link.line["process_id"], link.line["line"]) for link in system.links), nominal,
        {int(node): row for row, node in enumerate(wanted)}, samples, count, seed,
        quantities.behind,
    )  # fmt: skip


def _drawn_sigmas(quantities: Quantities) -> Array:
    sigmas: Array = np.sqrt(np.array(quantities.variances, np.float64))
    sigmas[list(quantities.given)] = 0.0
    return sigmas


def _pair(entry: LineParts, quantities: Quantities, library: Library) -> tuple[int, int]:
    """The quantities of a line's own amount and of what serves it."""
    own = quantities.number_of_line(entry.line, library)
    if entry.product is not None:
        samples = entry.product.samples
        name = f"{OF_PRODUCT}{entry.product.product_id}"
        return own, CERTAIN if samples is None else quantities.number_given(
            name, samples, entry.product.moved_by
        )
    factor = entry.choice.factor if entry.choice else None
    if factor is None:
        return own, CERTAIN
    return own, quantities.number(name_of_factor(factor), factor["variance_ln"] or 0.0)


@dataclass(frozen=True)
class Sensitivity:
    """How much each quantity moves a product: relative change per relative change.

    Attributes:
        of_quantity: (k) ``d ln total / d ln quantity`` at the medians, loops included.
        of_entry: (f) share of each own emission in the total.
        variance: first-order variance of ln total.
        coverage: share of the absolute contributions whose amount or factor states an
            uncertainty.
    """

    of_quantity: Array
    of_entry: Array
    variance: float
    coverage: float


def sensitivity_of(inventory: UncertainInventory, run: Run) -> Sensitivity | None:
    """The sensitivities of a product; None where its total is zero.

    The derivative of the total by an amount that one process takes from another is the
    scale of the taker times the intensity of the provider: loops need no further solve.
    """
    system = inventory.system
    total = run.demand * float(inventory.nominal[run.root])
    if total == 0:
        return None
    of_entry = run.scale[system.emitter] * system.emission / total
    of_link = run.scale[system.taker] * system.amount * inventory.nominal[system.provider] / total
    size = len(inventory.names)
    moved = np.bincount(system.amount_at, of_link, size).astype(np.float64)
    for side in (0, 1):
        moved += np.bincount(system.emission_at[:, side], of_entry, size)
    moved[CERTAIN] = 0.0
    for result, parts in inventory.behind.items():
        if parts:
            for quantity, part in parts:
                moved[quantity] += moved[result] * part
            moved[result] = 0.0
    whole = float(np.abs(of_entry).sum())
    stated = (system.emission_at != CERTAIN).any(axis=1)
    coverage = float(np.abs(of_entry[stated]).sum()) / whole if whole else 0.0
    variance = float((moved**2 * inventory.variances).sum())
    return Sensitivity(moved, of_entry, variance, coverage)
