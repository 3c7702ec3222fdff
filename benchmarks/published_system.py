"""A published life-cycle database as a linked system, for us and for the peer.

Belongs here: the unit processes of the U.S. database (766 of 2017-12, 636 of FY21.Q1), read
and linked by the product's own connector, as an uncertain system; and the same processes as
the peer takes them, amounts per run of a process as published, not per unit of product: so
the division by the product's amount and the allocation are done twice, by two programs. The
files are no part of the product; ``TANYUAN_DATA`` names the folder they lie in. Does not
belong here: timing, generated systems (``linked_systems``).

Spreads are those that the publisher states as lognormal; where he states none,
``SPREAD`` is taken, so that every amount varies.
"""

from __future__ import annotations

import datetime as dt
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from pipelines.footprint.sampling.productive import radius_and_loop
from pipelines.footprint.sampling.uncertain_system import UncertainSystem, keys_of
from pipelines.footprint.solve import reached
from pipelines.settings import REPOSITORY

if TYPE_CHECKING:
    from fractions import Fraction

    from pipelines.sources._uslci_inventory import Line

DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data")) / "uslci"
FILES = {
    "2017-12": DATA / "uslci_olca1_5_0_json_ld.zip",
    "FY21.Q1": DATA / "uslci_fy21_q1_01_olca1_10_3_ecospold2.zip",
}
SPREAD = 0.1
LARGEST_RADIUS = 1 - 1e-6
# IPCC AR5, 100 years; other gases of the database are left out.
GWP = {"co2_fossil": 1.0, "ch4_fossil": 30.0, "ch4_unspecified": 28.0, "n2o": 265.0}
OFFSET = 1_000_000


@dataclass(frozen=True)
class PublishedSystem:
    """The database twice: per unit of product, and per run of a process.

    Attributes:
        system: what is sampled; products whose loop has no solution are left out.
        titles: title of the process behind each node.
        left_out: titles of those whose loop cannot deliver.
        made: (n) amount of the product in one run.
        taken: (e) amounts of inputs per run, by the entries of ``system``.
        given_off: (f) kg per run, by the emissions of ``system``.
        gwp: (f) of their gases.
    """

    system: UncertainSystem
    titles: tuple[str, ...]
    left_out: tuple[str, ...]
    made: Any
    taken: Any
    given_off: Any
    gwp: Any


def _spread(line: Line) -> float:
    """Standard deviation of ln x of a line."""
    if not line.spread or not float(line.spread) > 1:
        return SPREAD
    stated = math.log(float(line.spread))
    return stated / 2 if line.spread_kind == "gsd2" else stated


def _deliverable(links: Any) -> Any:
    """(n) products that can be made: no loop behind them takes nearly all that it makes.

    FY21.Q1 states a coated sheet of aluminium that takes as much of itself as is made, but
    for the eleventh digit: it and the two panels made of it have no footprint.
    """
    dead = np.zeros(links.shape[0], np.bool_)
    while True:
        alive = np.flatnonzero(~dead)
        radius, loop = radius_and_loop(sparse.csc_array(links[alive][:, alive]))
        if radius < LARGEST_RADIUS:
            return ~dead
        dead[alive[list(loop)]] = True
        dead = reached(links.T, dead)


def published_system(path: Path) -> PublishedSystem:
    """Read and link one edition.

    Args:
        path: the file as published.
    """
    from pipelines.admit.rulebook import read_reporting_gwp_set
    from pipelines.ingest.published_harvest import PublishedHarvest
    from pipelines.ingest.published_set import edition_over, files_at, read_published_set
    from pipelines.ingest.reference import Lookups, read_reference
    from pipelines.sources._uslci_container import find_container
    from pipelines.sources._uslci_gases import read_gases
    from pipelines.sources._uslci_linking import link
    from pipelines.sources._uslci_rules import read_linking_rules
    from pipelines.sources._uslci_solution import matrix_of
    from pipelines.sources.uslci import READERS

    seeds = REPOSITORY / "seeds"
    lookups = Lookups.over(read_reference(seeds), seeds, read_reporting_gwp_set(seeds))
    published = read_published_set(seeds / "uslci")
    edition = edition_over(published, "test", files_at(path), dt.date(2026, 11, 21))
    rules = read_linking_rules(edition.folder, lookups.units)
    container = find_container(edition, rules.block["file"]["largest_inflated_bytes"])
    harvest = PublishedHarvest(edition, lookups)
    inventory = READERS[container.format](container, harvest, rules)
    linked = link(inventory, rules)
    reading = read_gases(inventory, rules)
    solved = _deliverable(matrix_of(linked))
    number = np.cumsum(solved) - 1
    nodes = [node for node, holds in zip(linked.nodes, solved, strict=True) if holds]

    links: list[tuple[int, int, Fraction, Fraction, float]] = []
    flows: list[tuple[int, Fraction, Fraction, float, float]] = []
    for at, node in enumerate(linked.nodes):
        if not solved[at]:
            continue
        taker, share, made = int(number[at]), node.output.share, node.output.amount
        for supply in linked.supplies[node.process.key]:
            if supply.node is not None and supply.amount:
                run = supply.amount * share
                links.append((int(number[supply.node]), taker, run, run / made,
                              _spread(supply.line)))  # fmt: skip
        for gas, mass in sorted(reading.direct.get(node.process.key, {}).items()):
            if gas in GWP and mass:
                flows.append((taker, mass * share, mass * share / made, GWP[gas], SPREAD))
    e, f = len(links), len(flows)
    names = ["certain", *(f"link {i}" for i in range(e)), *(f"flow {i}" for i in range(f))]
    system = UncertainSystem(
        len(nodes),
        np.array([x[0] for x in links], np.int64),
        np.array([x[1] for x in links], np.int64),
        np.array([float(x[3]) for x in links]),
        1 + np.arange(e),
        np.array([x[0] for x in flows], np.int64),
        np.array([float(x[2]) * x[3] for x in flows]),
        np.stack([1 + e + np.arange(f), np.zeros(f, np.int64)], axis=1),
        keys_of(names),
        np.array([0.0, *(x[4] for x in links), *(x[4] for x in flows)]),
    )
    return PublishedSystem(
        system,
        tuple(node.process.title for node in nodes),
        tuple(n.process.title for n, holds in zip(linked.nodes, solved, strict=True) if not holds),
        np.array([float(node.output.amount) for node in nodes]),
        np.array([float(x[2]) for x in links]),
        np.array([float(x[1]) for x in flows]),
        np.array([x[3] for x in flows]),
    )


def run_package(of: PublishedSystem, scales: Any = None) -> Any:
    """The processes as the peer takes them, amounts per run.

    Args:
        of: the database.
        scales: (samples, k) multipliers of the quantities of ``of.system``: the peer then
            goes through these samples; else it draws its own from the same distributions.
    """
    import bw_processing as bwp

    system, package = of.system, bwp.create_datapackage(sequential=True)
    links, flows, n = of.taken.size, of.given_off.size, system.size
    own = bwp.UNCERTAINTY_DTYPE

    def vector(matrix: str, name: str, rows: Any, columns: Any, data: Any, flip: Any,
               quantity: Any) -> None:  # fmt: skip
        indices = np.empty(rows.size, dtype=bwp.INDICES_DTYPE)
        indices["row"], indices["col"] = rows, columns
        if scales is not None:
            package.add_persistent_array(
                matrix=matrix, name=name, indices_array=indices,
                data_array=(scales[:, quantity] * data).T.astype(np.float64), flip_array=flip,
            )  # fmt: skip
            return
        spread = np.zeros(rows.size, dtype=own)
        for field in ("loc", "scale", "shape", "minimum", "maximum"):
            spread[field] = np.nan
        sigma = system.sigmas[quantity]
        is_drawn = (sigma > 0) & (data != 0)
        spread["uncertainty_type"] = np.where(is_drawn, 2, 0)
        spread["loc"] = np.where(is_drawn, np.log(np.abs(np.where(is_drawn, data, 1))), data)
        spread["scale"] = np.where(is_drawn, sigma, np.nan)
        spread["negative"] = data < 0
        package.add_persistent_vector(
            matrix=matrix, name=name, indices_array=indices, data_array=data, flip_array=flip,
            distributions_array=spread,
        )  # fmt: skip

    # One vector for both: of two, the peer would let the later replace the other's cells.
    diagonal = np.arange(n)
    vector("technosphere_matrix", "t", np.concatenate([diagonal, system.provider]),
           np.concatenate([diagonal, system.taker]), np.concatenate([of.made, of.taken]),
           np.concatenate([np.zeros(n, bool), np.ones(links, bool)]),
           np.concatenate([np.zeros(n, np.int64), system.amount_at]))  # fmt: skip
    vector("biosphere_matrix", "given off", OFFSET + np.arange(flows), system.emitter,
           of.given_off, np.zeros(flows, bool), system.emission_at[:, 0])  # fmt: skip
    told = np.empty(flows, dtype=bwp.INDICES_DTYPE)
    told["row"], told["col"] = OFFSET + np.arange(flows), 0
    package.add_persistent_vector(
        matrix="characterization_matrix", name="c", indices_array=told, data_array=of.gwp,
        global_index=0, nrow=flows, identifier=["m", "gwp100"],
    )  # fmt: skip
    return package
