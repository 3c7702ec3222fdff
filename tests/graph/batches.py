"""Batches for runs in parts: a home of its own over a release, inventories, small blocks."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise

from pipelines.settings import Settings
from tests.conftest import SEEDS
from tests.footprint.handmade import emission, line, process, product, write


def home_of(release_folder, place):
    """A home of its own over a release that stands elsewhere."""
    home = place / "home"
    home.mkdir()
    for name in ("log", "objects", "releases"):
        (home / name).symlink_to(release_folder.parents[1] / name)
    return Settings(SEEDS, home)


def chain_in(batch, count=20, amount=2):
    """An inventory: processes in a row, uncertain, a line for power in each."""
    wide = {"uncertainty_kind": "gsd2", "uncertainty_value": 1.2}
    names = [f"p{n}" for n in range(count)]
    lines = [line(n, 1, "electricity", amount, "kWh", **wide) for n in names]
    lines += [emission(n, 2, "CO2", 1, **wide) for n in names]
    lines += [line(b, 3, "clinker", 0.5, "kg", provider=a, **wide)
              for a, b in pairwise(names)]  # fmt: skip
    write(batch / "one", product=[product(n) for n in names],
          process=[process(n) for n in names], exchange=lines)  # fmt: skip
    return batch


def seeds_of_small_blocks(place, samples=128, products=10, lines=12):
    """The seeds with blocks small enough that a small batch has several."""
    seeds = shutil.copytree(SEEDS, place / "seeds")
    rule = seeds / "rules" / "partition.toml"
    sizes = iter((samples, products, lines))
    text = re.sub(r"^block = \d+", lambda _: f"block = {next(sizes)}", rule.read_text("utf-8"),
                  flags=re.MULTILINE)  # fmt: skip
    rule.write_text(text, "utf-8")
    return seeds
