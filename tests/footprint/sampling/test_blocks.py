"""Do workers elsewhere draw and solve the bits that this process would?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.footprint.sampling.blocks import block_samples, gathered, on_cluster, shares
from pipelines.footprint.sampling.large_system import plan_of
from pipelines.footprint.sampling.sample import sample
from tests.footprint.sampling.made_systems import direct_intensity, made_system
from tests.footprint.sampling.test_samples import near_the_edge


@given(st.integers(1, 5000), st.integers(1, 40))
def test_every_block_is_shared_out_once(samples, parts):
    blocks = [block for share in shares(samples, parts) for block in share]
    assert blocks == list(range(-(-samples // 16)))


def test_parts_put_together_are_the_whole():
    system = near_the_edge(300)
    nominal = direct_intensity(system)
    whole = sample(system, nominal, 100, 3)
    plan, wanted = plan_of(system, nominal), np.arange(300)
    parts = [block_samples(plan, 3, share, wanted) for share in shares(100, 3)]
    found = gathered(parts, 100)
    assert np.array_equal(found.intensity, whole.intensity, equal_nan=True)
    assert found.unproductive == whole.unproductive
    assert whole.unproductive


def test_a_cluster_gives_the_same_bits(monkeypatch, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra scale is not installed")
    system = made_system(300)
    nominal = direct_intensity(system)
    whole = sample(system, nominal, 80, 5, np.arange(0, 300, 7))
    monkeypatch.chdir(tmp_path)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = on_cluster(client, plan_of(system, nominal), 5, 80, np.arange(0, 300, 7), 3)
    assert np.array_equal(found.intensity, whole.intensity)
