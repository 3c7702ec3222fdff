"""Running the job: what it says, and what it leaves alone when the input is bad."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import run_program
from tests.publish.test_publish import state_of


def spoil_byte(seeds: Path) -> None:
    path = seeds / "mee_grid_co2" / "2023" / "grid_co2.csv"
    path.write_bytes(path.read_bytes().replace(b"0.6187", b"0.6178", 1))


def spoil_licence(seeds: Path) -> None:
    path = seeds / "gbt_2589" / "source.toml"
    lines = [x for x in path.read_text("utf-8").splitlines() if not x.startswith("licence")]
    path.write_text("\n".join(lines), "utf-8")


def spoil_inventory(seeds: Path) -> None:
    path = seeds / "inventories" / "cement_clinker" / "exchange.csv"
    header, first, rest = path.read_text("utf-8").split("\n", 2)
    path.write_text("\n".join([header, first, first, rest]), "utf-8")


def spoil_population(seeds: Path) -> None:
    path = seeds / "populations" / "carbon_catalogue_pcf" / "jeans_unit.csv"
    path.write_bytes(path.read_bytes() + b"\n")


def spoil_reference(seeds: Path) -> None:
    path = seeds / "reference" / "region.csv"
    text = path.read_text("utf-8")
    path.write_text(text.rstrip("\n") + "\n" + text.splitlines()[1] + "\n", "utf-8")


SPOILED = {
    "a changed byte": (spoil_byte, 3, "E-SEED-01", "grid_co2.csv"),
    "no licence": (spoil_licence, 1, "E-SEED-02", "source.toml"),
    "a line twice": (spoil_inventory, 1, "E-INV-08", "exchange.csv"),
    "a changed population": (spoil_population, 3, "E-SEED-01", "jeans_unit.csv"),
    "a region twice": (spoil_reference, 1, None, "region.csv"),
}


# A program each time: one of them always, the others with the long tests.
ALWAYS = ("a changed byte",)


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=() if one in ALWAYS else pytest.mark.long) for one in SPOILED],
)
def test_bad_seeds_make_no_release_and_touch_nothing(own_home, own_seeds, name) -> None:
    spoil, code, finding, file = SPOILED[name]
    spoil(own_seeds)
    before = state_of(own_home)
    ledger = (own_home / "ledger" / "leaves.bin").read_bytes()
    done = run_program("run", "release", "--json", home=own_home, seeds=own_seeds)
    assert done.returncode == code, done.stdout + done.stderr
    document = json.loads(done.stdout)
    first = document["findings"][0]
    assert finding in {None, first["code"]}
    assert file in json.dumps(first, ensure_ascii=False)
    assert "Traceback" not in done.stdout + done.stderr
    assert state_of(own_home) == before
    assert (own_home / "ledger" / "leaves.bin").read_bytes() == ledger


def test_running_again_says_that_nothing_changed(own_home) -> None:
    before = state_of(own_home)
    done = run_program("run", "--lang", "en", home=own_home)
    assert done.returncode == 0, done.stderr
    assert "nothing was changed" in done.stdout
    assert len(done.stdout.splitlines()) < 25
    assert state_of(own_home) == before
