"""Do another program's results agree, process by process and in distribution?"""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.stats import ks_2samp

from benchmarks.linked_systems import STRUCTURES, datapackage, linked_system
from pipelines.footprint.intensities import all_intensities
from pipelines.footprint.sampling.sample import sample
from pipelines.footprint.solve import Solver

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    bw2calc = pytest.importorskip("bw2calc")


def score(package, process, **more):
    lca = bw2calc.LCA({process: 1}, data_objs=[package], **more)
    lca.lci()
    lca.lcia()
    return lca


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("of", STRUCTURES[:6:2], ids=lambda of: of.name)
def test_intensities_of_a_thousand_processes_agree(of):
    system = linked_system(1000, of)
    ours = all_intensities(system.links(), system.direct())
    by_factors = Solver(system.links(), tuple(map(str, range(1000)))).intensity(system.direct())
    assert by_factors == pytest.approx(ours, rel=1e-9)
    lca = score(datapackage(system), 999)
    for process in (999, 0, 17, 500):
        lca.lci(demand={process: 1})
        lca.lcia()
        assert ours[process] == pytest.approx(lca.score, rel=1e-9)


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("size", [5_000, 20_000])
def test_intensities_of_large_systems_agree(size):
    system = linked_system(size)
    ours = all_intensities(system.links(), system.direct())
    assert ours[-1] == pytest.approx(score(datapackage(system), size - 1).score, rel=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_sampled_scores_are_of_the_same_distribution():
    system = linked_system(200)
    nominal = all_intensities(system.links(), system.direct())
    ours = sample(system, nominal, 1600, 1, np.array([199])).intensity[0]
    lca = score(datapackage(system), 199, use_distributions=True, seed_override=5)
    theirs = []
    for _ in range(250):
        next(lca)
        theirs.append(lca.score)
    assert ks_2samp(ours, theirs).pvalue > 0.01
    assert np.mean(theirs) == pytest.approx(ours.mean(), abs=4 * np.std(theirs) / np.sqrt(250))
