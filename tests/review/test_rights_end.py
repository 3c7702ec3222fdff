"""A right that ends takes its rows out of the next public release, and the change list says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.conftest import run_program

SOURCE = "ndrc_regional_grid_2012"
LAST_DAY, LATER = "2026-12-31", "2027-01-15"


def let_it_end(seeds: Path) -> None:
    path = seeds / SOURCE / "source.toml"
    text = path.read_text("utf-8")
    text = text.replace(
        "onward_publication = true", f'onward_publication = true\nuntil = "{LAST_DAY}"'
    )
    path.write_text(text, "utf-8")


def say(home: Path, seeds: Path, *words: str) -> dict:
    done = run_program(*words, "--json", home=home, seeds=seeds)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def state_of(home: Path) -> dict[str, bytes]:
    kept = [*(home / "ledger").glob("leaves.bin"), *(home / "log").glob("*.json")]
    return {p.name: p.read_bytes() for p in kept}


@pytest.mark.long
def test_a_right_that_ends_takes_its_rows_out_of_the_next_release(own_seeds, tmp_path) -> None:
    home = tmp_path / "home"
    let_it_end(own_seeds)
    first = say(home, own_seeds, "run", "release")
    data = home / "releases" / first["release"] / "data"
    factor = pl.read_parquet(data / "factor.parquet")
    carried = set(factor.filter(source_id=SOURCE)["factor_id"])
    assert carried
    # Seen coming, without a word of it in the ledger.
    resting = say(home, own_seeds, "review", "dependents", "--rights-on", LATER)["data"]
    assert carried <= {r["object_id"] for r in resting["dependents"]}
    before = state_of(home)
    plan = say(home, own_seeds, "release", "plan", "--on", LATER)["data"]
    assert state_of(home) == before
    planned = {r["factor_id"]: r["change_reason"] for r in plan["changes"]
               if r["change_class"] == "withdrawn"}  # fmt: skip
    assert planned == dict.fromkeys(carried, "expiry")
    # The day comes.
    path = own_seeds / "release.toml"
    path.write_text(path.read_text("utf-8").replace("2026-11-21", LATER), "utf-8")
    second = say(home, own_seeds, "release", "publish")
    folder = home / "releases" / second["release"]
    assert second["release"] != first["release"]
    later = pl.read_parquet(folder / "data" / "factor.parquet")
    shown = later.filter(pl.col("status").is_in(["admitted", "provisional"]))
    assert not carried & set(shown["factor_id"])
    change = pl.read_parquet(folder / "data" / "change.parquet")
    gone = change.filter(change_class="withdrawn")
    assert dict(gone.select("factor_id", "change_reason").rows()) == planned
    assert "授权或有效期届满" in (folder / "changes" / "CHANGELOG.md").read_text("utf-8")
    refused = pl.read_parquet(folder / "data" / "refused_factor.parquet")
    codes = refused.filter(pl.col("factor_id").is_in(list(carried)))["reason_codes"].to_list()
    assert all("A-RIGHT-02" in row for row in codes)
    assert len(codes) == len(carried)
    # The release before stays as it was.
    assert run_program("release", "verify", str(data.parent), home=home).returncode == 0
    shutil.rmtree(home)
