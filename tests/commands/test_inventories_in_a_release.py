"""Are inventories that no release can compute told at the desk, and named when one stops?"""

from __future__ import annotations

import datetime as dt
import json
import shutil

import dagster as dg
import pytest

from pipelines.commands.checking import check_file
from pipelines.commands.inventory_workbook import inventory_folder
from pipelines.commands.product_faults import OF_FACTORS, _reference
from pipelines.commands.submission import submit
from pipelines.commands.submitted_products import handed_in
from pipelines.defs.footprint import KEPT_BY, footprint
from pipelines.defs.house import House
from pipelines.errors import FaultyData, RefusedByPolicy
from pipelines.footprint.library import LIBRARY
from pipelines.settings import Settings
from schemas import ALL_TABLES
from schemas.render.frame import empty, frame_of
from tests.commands.test_submitted_products import INVENTORY, changed, decided
from tests.conftest import SEEDS
from tests.footprint.handmade import POWER, factor
from tests.review.desk import DAY, REASON

LINES, CERTIFICATES = "过程的行", "电力凭证"
BOUGHT = {
    "direction": "input", "flow": "electricity", "flow_use": "supply", "amount": "30",
    "unit": "kWh",
}  # fmt: skip
CLAIM = {
    "instrument_id": "gec-1", "process_id": "demo-quicklime", "line": "E01",
    "kind": "certificate", "energy_source": "wind", "market_region": "CN", "amount": "10",
    "unit": "kWh", "period_start": "2025-01-01", "period_end": "2025-12-31",
    "retired_for": "kiln",
}  # fmt: skip


def released(home, **of_factor) -> None:
    """Put a release of one factor of electricity into a home, as far as the desk reads one."""
    data = home / "releases" / "r-1" / "data"
    data.mkdir(parents=True, exist_ok=True)
    (home / "log").mkdir(exist_ok=True)
    (home / "log" / "000001.json").write_text(json.dumps({"release_id": "r-1"}))
    for name in OF_FACTORS:
        empty(ALL_TABLES[name]).write_parquet(data / f"{name}.parquet")
    held = factor(POWER, "electricity", 0.5, "kWh", **of_factor)
    frame_of(ALL_TABLES["factor"], [held]).write_parquet(data / "factor.parquet")


def bought(target, provider: str, **more: str):
    """The demonstration inventory with its line made one of bought electricity."""
    return changed(INVENTORY, target, LINES, **BOUGHT, provider=provider, **more)


def told(path, home) -> list[tuple]:
    found = check_file(Settings(SEEDS, home), path).findings
    return [(one.code, one.place.get("sheet"), one.place.get("cell")) for one in found]


@pytest.mark.parametrize(
    ("provider", "of_factor", "code"),
    [
        ("factor:FNOSUCHAAAAAA", {}, "E-FPT-02"),
        (f"factor: {POWER}@1.0", {"factor_kind": "energy_indirect_ef"}, "E-FPT-01"),
        (f"factor:{POWER}", {"valid_until": dt.date(2024, 12, 31)}, "E-SEL-10"),
    ],
    ids=["that is none", "of another kind", "that expired"],
)
def test_the_desk_holds_a_pinned_factor_against_the_newest_release(
    tmp_path, provider, of_factor, code
):
    path = bought(tmp_path / "a.xlsx", provider)
    released(tmp_path, **of_factor)
    assert told(path, tmp_path) == [(code, LINES, "I4")]


def test_the_factor_of_a_certificate_is_held_against_it_too(tmp_path):
    path = bought(tmp_path / "a.xlsx", f"factor: {POWER}@1.0")
    changed(path, path, CERTIFICATES, **CLAIM, provider="factor:FNOSUCHAAAAAA")
    released(tmp_path)
    assert told(path, tmp_path) == [("E-FPT-02", CERTIFICATES, "G4")]
    # A computation asks the release it is given, which need not be the newest.
    with inventory_folder(Settings(SEEDS, tmp_path), path) as (folder, noted):
        assert ((folder / "instrument.csv").is_file(), noted) == (True, [])


def test_without_a_release_the_desk_says_that_pins_were_not_looked_at(tmp_path):
    path = bought(tmp_path / "a.xlsx", f"factor:{POWER}")
    found = check_file(Settings(SEEDS, tmp_path), path)
    assert [(one.code, one.place["file"]) for one in found.findings] == [("W-INV-01", "a.xlsx")]
    assert "a.xlsx" in found.findings[0].zh
    assert found.counts.quarantined == 0
    # An inventory that names no factor asks nothing of a release.
    assert told(INVENTORY, tmp_path) == []


def run_of(desk) -> list:
    """What the footprints of a run, of a library without factors, are refused for."""
    seeds = desk.settings.seeds
    shutil.rmtree(seeds / "inventories", ignore_errors=True)
    (seeds / "inventories").mkdir()
    tables = {**{name: empty(ALL_TABLES[name]) for name in KEPT_BY}, **_reference(seeds)}
    given = {name: tables[name] for name in (*LIBRARY, *KEPT_BY)}
    house = House(seeds=str(seeds), home=str(desk.settings.home))
    with dg.build_asset_context() as context, pytest.raises(FaultyData) as caught:
        list(footprint(context, house=house, **given))
    return list(caught.value.findings)


def test_an_admitted_inventory_that_can_no_longer_be_computed_is_named_with_what_to_do(
    desk, tmp_path
):
    released(desk.settings.home)
    decided(desk, bought(tmp_path / "a.xlsx", f"factor:{POWER}"), "demo-quicklime")
    # Its factor is withdrawn since and gone from the run, which does not drop the inventory.
    released(desk.settings.home, status="withdrawn")
    gone, stopped = run_of(desk)
    assert (gone.code, gone.place["row"], gone.place["field"]) == ("E-FPT-02", 4, "provider")
    assert stopped.code == "E-OUT-01"
    name = stopped.place["value"]
    assert name.startswith("S")
    assert gone.place["file"] == stopped.place["file"] == f"{name}/a.xlsx {LINES}"
    assert all("E-FPT-02" in text for text in (stopped.zh, stopped.en))
    # Handed in again as it was it goes no further; mended and refused, it is out.
    ids = ["demo-quicklime"]
    again = bought(tmp_path / "b.xlsx", f"factor:{POWER}", note="again")
    with pytest.raises(RefusedByPolicy) as caught:
        decided(desk, again, *ids)
    assert {one.code for one in caught.value.findings} == {"E-REV-11"}
    desk.decide("return", ids=ids, reasons=[REASON])
    mended = changed(INVENTORY, tmp_path / "c.xlsx", LINES, note="mended")
    submit(desk.settings, mended, "submitter-01", on=DAY)
    desk.assign("reviewer-01", ids=ids)
    desk.opine("reviewer-01", "reject", ids=ids, reason="no factor")
    desk.decide("refuse", ids=ids, reasons=[REASON])
    assert not handed_in(desk.settings, "inventory").inventories


def test_an_id_of_another_inventory_stops_a_release_with_both_places(desk, tmp_path):
    """A form filled in from another's keeps the id of its process."""
    name = INVENTORY.parent.name
    shutil.copytree(INVENTORY.parent, desk.settings.seeds / "submissions" / name)
    path = changed(INVENTORY, tmp_path / "a.xlsx", "产品", product_id="quicklime-2")
    decided(desk, path, "quicklime-2")
    shared, stopped = run_of(desk)
    assert (shared.code, shared.place["row"], shared.place["value"]) == (
        "E-INV-26", 4, "demo-quicklime",
    )  # fmt: skip
    assert stopped.code == "E-OUT-01"
    places = (f"{stopped.place['value']}/a.xlsx 单元过程", f"{name}/inventory.xlsx 单元过程")
    assert shared.place["file"] in places
    assert all(place in text for place in places for text in (shared.zh, shared.en))
