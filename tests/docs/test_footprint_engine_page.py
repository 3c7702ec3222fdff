"""The page on the footprint engine names only commands that run."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys

import pytest

from pipelines.documents import DOCS

PAGE = (DOCS / "footprint_engine.md").read_text("utf-8")
BENCHMARKS = sorted(set(re.findall(r"python -m (benchmarks\.\w+)", PAGE)))
# Sizes at which each takes seconds.
SMALL = {
    "benchmarks.monte_carlo": ["300", "1"],
    "benchmarks.all_intensities": ["300"],
    "benchmarks.growth": ["300,600"],
    "benchmarks.resolution": ["2000", "5000"],
    "benchmarks.line_blocks": ["300", "500", "50"],
    "benchmarks.cluster": ["300", "64", "16"],
}


def test_every_benchmark_on_the_page_is_there_and_has_a_small_size():
    assert set(BENCHMARKS) == set(SMALL)
    assert all(importlib.util.find_spec(name) for name in BENCHMARKS)


@pytest.mark.long
@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_on_the_page_runs_and_tells_its_error(name):
    done = subprocess.run(
        [sys.executable, "-m", name, *SMALL[name]],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.search(r"error|differ|exponent|same bits True", done.stdout)
