"""Intensities of all products by one adjoint solve, against the peer's adjoint, end to end.

``python -m benchmarks.all_intensities [processes]``: both start from the arrays of a system
in memory (the peer from its datapackage) and end with an intensity of every product. Rounds
are interleaved; the error is that of every product against a refined direct solve.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from benchmarks.comparison import Comparison, compare
from benchmarks.linked_systems import STRUCTURES, Structure, datapackage, mixed_system
from pipelines.footprint.intensities import all_intensities


def adjoint_class() -> tuple[Any, str]:
    """The peer's adjoint class and the solver behind it.

    The class asks for PARDISO or UMFPACK. Where neither is installed it is given SuperLU of
    the transpose, which takes about half as long again as PARDISO would.
    """
    import bw2calc
    from bw2calc import fast_scores

    if fast_scores.PYPARDISO or fast_scores.UMFPACK:
        return bw2calc.FastScoresOnlyMultiLCA, "its own solver"

    class WithSuperLU(bw2calc.FastScoresOnlyMultiLCA):  # type: ignore[misc]
        def solve_adjoint(self, demand: Any) -> Any:
            return splu(sparse.csc_matrix(self.technosphere_matrix.T)).solve(demand)

    fast_scores.UMFPACK = True
    return WithSuperLU, "SuperLU, no PARDISO here"


def by_peer(package: Any, size: int, of: Any) -> Any:
    """Scores of every product by the peer's adjoint."""
    lca = of(
        demands={str(k): {k: 1} for k in range(size)},
        method_config={"impact_categories": [("m", "gwp100")]},
        direction="adjoint", data_objs=[package],
    )  # fmt: skip
    next(lca)
    return np.asarray(lca.product_scores)[0]


def direct(system: Any) -> Any:
    """A refined direct solve."""
    matrix = sparse.csc_array((sparse.eye_array(system.size) - system.links()).T)
    factors = splu(matrix)
    found = factors.solve(system.direct())
    return found + factors.solve(system.direct() - matrix @ found)


def run(size: int = 20_000, of: Structure = STRUCTURES[0]) -> Comparison:
    """Ours and the peer's, alternating."""
    warnings.simplefilter("ignore")
    system = mixed_system(size, of)
    package = datapackage(system)
    of_peer, solver = adjoint_class()
    exact = direct(system)

    def ours() -> Any:
        return all_intensities(system.links(), system.direct())

    ours()
    peer_scores = by_peer(package, size, of_peer)
    assert np.abs(peer_scores / exact - 1).max() < 1e-8
    return compare(
        f"intensities of all products; bw2calc's adjoint ({solver})", f"{size} processes",
        ours, lambda: by_peer(package, size, of_peer),
        lambda one, _: float(np.abs(one / exact - 1).max()),
    )  # fmt: skip


def main() -> None:
    """Print the comparison and its error."""
    found = run(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    print(
        f"{found.name}, {found.size}: ours {found.ours * 1e3:.1f} ms, "
        f"peer {found.peer * 1e3:.1f} ms, ratio {found.ratio:.1f}, spread {found.spread:.0%}, "
        f"largest error {found.error:.1e}, load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
