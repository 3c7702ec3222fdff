"""Do the unit processes of the U.S. database become a solved system whose figures hold?"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import time
import warnings
import zipfile
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.admit.characterise import co2e_by_set
from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.commands.judging import reference_and_gwp
from pipelines.errors import FaultyData, UnreadableInput
from pipelines.identity import record_id
from pipelines.ingest.edition_change import edition_change
from pipelines.ingest.published_harvest import PublishedHarvest
from pipelines.ingest.published_set import edition_over, files_at, read_published_set
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.settings import REPOSITORY, Settings
from pipelines.sources._uslci_allocation import allocate
from pipelines.sources._uslci_container import find_container
from pipelines.sources._uslci_gases import read_gases
from pipelines.sources._uslci_inventory import Inventory
from pipelines.sources._uslci_linking import LinkedSystem, link
from pipelines.sources._uslci_rules import LinkingRules, read_linking_rules
from pipelines.sources._uslci_solution import Solution, solve
from pipelines.sources.uslci import READERS, SOURCE
from schemas import ALL_TABLES
from schemas.render.pandera import require

SEEDS = REPOSITORY / "seeds"
DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data")) / "uslci"
OPENLCA = "uslci_olca1_5_0_json_ld.zip"
ECOSPOLD = "uslci_fy21_q1_01_olca1_10_3_ecospold2.zip"
EDITIONS = {"2017-12": OPENLCA, "FY21.Q1": ECOSPOLD}
# GWP of the quick solve the reference figures come from: CO2 1, CH4 28, N2O 265, no other gas.
QUICK = {"co2_fossil": 1, "ch4_fossil": 28, "ch4_unspecified": 28, "n2o": 265}
REFERENCE = {
    "Natural gas, combusted in industrial boiler": ("m3", 2.511),
    "Transport, combination truck, diesel powered": ("t*km", 0.135),
    "Steel, billets, at plant": ("kg", 2.046),
    "Portland cement, at plant": ("kg", 1.374),
    "Aluminum, primary, ingot, at plant, 1998": ("kg", 10.65),
    "Aluminum, secondary ingot, at plant": ("kg", 0.666),
    "Electricity, at grid, US, 2000": ("kWh", 0.793),
    "Electricity, bituminous coal, at power plant": ("kWh", 1.102),
}
ALUMINIUM = "Aluminum, primary, ingot, at plant, 1998"
TRUCK = "Transport, combination truck, diesel powered"


def last_digit(figure: float) -> float:
    """Half of the last digit printed."""
    return 0.5 * 10 ** -len(str(figure).split(".")[1])


@cache
def lookups() -> Lookups:
    return Lookups.over(read_reference(SEEDS), SEEDS, read_reporting_gwp_set(SEEDS))


def edition(path: Path, name: str = "test") -> Any:
    published = read_published_set(SEEDS / "uslci")
    return edition_over(published, name, files_at(path), dt.date(2026, 11, 21))


def rules() -> LinkingRules:
    return read_linking_rules(SEEDS / "uslci", lookups().units)


def harvest_of(path: Path, name: str = "test") -> PublishedHarvest:
    made = SOURCE.read(edition(path, name), lookups(), {})
    assert isinstance(made, PublishedHarvest)
    return made


@dataclass(frozen=True)
class Solved:
    """One edition read, linked and solved by one set of choices."""

    inventory: Inventory
    rules: LinkingRules
    system: LinkedSystem
    solution: Solution

    def quick(self, title: str) -> float:
        """kg CO2e of the quick GWPs per reference unit of a process."""
        node = next(i for i in self.system.main.values() if self.title(i) == title)
        measure = self.system.nodes[node].output.measure
        masses = dict(zip(self.solution.gases, self.solution.intensity[node], strict=True))
        total = sum(masses.get(gas, 0.0) * gwp for gas, gwp in QUICK.items())
        return float(total) * float(measure.to_base / measure.per_unit)

    def title(self, node: int) -> str:
        return self.system.nodes[node].process.title


def solved(inventory: Inventory, chosen: LinkingRules) -> Solved:
    system = link(inventory, chosen)
    return Solved(inventory, chosen, system, solve(system, read_gases(inventory, chosen), chosen))


def published_file(name: str) -> Path:
    path = DATA / EDITIONS[name]
    if not path.exists():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    return path


@dataclass(frozen=True)
class Published:
    """What a published edition yields, the inventory it was made from, and the seconds used."""

    harvest: PublishedHarvest
    tables: dict[str, pl.DataFrame]
    inventory: Inventory
    seconds: float


@cache
def published(name: str) -> Published:
    path = published_file(name)
    kept: list[Inventory] = []
    with pytest.MonkeyPatch.context() as patch:
        for form, reader in list(READERS.items()):

            def keeping(*words: Any, reader: Any = reader) -> Inventory:
                kept.append(reader(*words))
                return kept[-1]

            patch.setitem(READERS, form, keeping)
        start = time.process_time()
        harvest = harvest_of(path, name)
        seconds = time.process_time() - start
    return Published(harvest, harvest.tables(), kept[0], seconds)


@cache
def declared(name: str) -> Solved:
    return solved(published(name).inventory, rules())


# -- the published editions -----------------------------------------------------------------


@pytest.mark.parametrize("title", [t for t in REFERENCE if t != ALUMINIUM])
def test_reference_figures_are_met_to_three_digits(title: str):
    unit, figure = REFERENCE[title]
    found = declared("2017-12")
    node = next(i for i in found.system.main.values() if found.title(i) == title)
    assert found.system.nodes[node].output.measure.unit == unit
    assert found.quick(title) == pytest.approx(figure, abs=last_digit(figure))


def test_primary_aluminium_differs_by_the_allocation_of_chlorine_and_soda_alone():
    inventory, chosen = published("2017-12").inventory, rules()
    assert declared("2017-12").quick(ALUMINIUM) == pytest.approx(10.785, abs=5e-4)
    without = solved(inventory, replace(chosen, allocation="reference_takes_all"))
    # Under that choice every figure of the quick solve is met.
    for title, (_, figure) in REFERENCE.items():
        assert without.quick(title) == pytest.approx(figure, abs=last_digit(figure)), title


def test_a_trailing_blank_in_a_flow_name_loses_no_carbon():
    inventory, chosen = published("2017-12").inventory, rules()
    harvest = published("2017-12").harvest
    assert harvest.linking["names_normalised"] == [
        {"found": "Carbon dioxide, fossil ", "read": "Carbon dioxide, fossil", "exchanges": 283}
    ]
    # What exact names would give: seven to eighty-four times too little.
    bare = replace(
        inventory,
        processes=tuple(
            replace(p, lines=tuple(x for x in p.lines if x.name != "Carbon dioxide, fossil "))
            for p in inventory.processes
        ),
    )
    lost = solved(bare, chosen)
    assert f"{lost.quick('Natural gas, combusted in industrial boiler'):.3f}" == "0.298"
    assert f"{lost.quick(TRUCK):.3f}" == "0.020"
    assert f"{lost.quick('Steel, billets, at plant'):.3f}" == "0.024"


def test_published_co2e_adds_fossil_methane_at_thirty_and_the_other_gases():
    tables = published("2017-12").tables
    reference, gwp = reference_and_gwp(Settings(SEEDS, REPOSITORY / "home"))
    co2e = co2e_by_set(tables["candidate_gas"], gwp, reference["gas"])
    by_name = tables["candidate"].join(co2e, on="factor_id", suffix="_set")

    def value(title: str, gwp_set: str) -> float:
        return by_name.filter(
            (pl.col("name_en") == title) & (pl.col("gwp_set_set") == gwp_set)
        )["co2e"].item()  # fmt: skip

    boiler = "Natural gas, combusted in industrial boiler"
    assert value(boiler, "AR5") == pytest.approx(2.526, abs=5e-4)
    assert value(boiler, "AR4") == pytest.approx(2.482, abs=5e-4)
    # CF4 and C2F6 of the smelter, which the quick solve left out.
    assert value(ALUMINIUM, "AR5") == pytest.approx(13.416, abs=5e-4)


@pytest.mark.parametrize("name", EDITIONS)
def test_every_row_and_every_exchange_is_accounted_for(name: str):
    harvest, tables = published(name).harvest, published(name).tables
    counts = tables["row_count"].row(0, named=True)
    found = harvest.linking
    assert counts["rows_in"] == {"2017-12": 766, "FY21.Q1": 636}[name] == found["processes"]
    assert counts["rows_in"] == counts["candidates"] + counts["skipped"]
    assert found["exchanges"] == {"2017-12": 32526, "FY21.Q1": 36581}[name]
    assert sum(found["exchange_kinds"].values()) == found["exchanges"]
    assert sum(found["exchange_rows"].values()) == found["exchanges"]
    assert found["exchange_rows"]["rows"] == tables["exchange"].height
    served = ("linked", "ambiguous", "cutoff", "unlinked")
    assert sum(found[k] for k in served) == found["product_inputs"]
    assert sum(found["unlinked_reasons"].values()) == found["unlinked"]
    assert sum(x["exchanges"] for x in found["unlinked_flows"]) == found["unlinked"]
    assert sum(x["exchanges"] for x in found["cutoff_flows"]) == found["cutoff"]
    assert sum(x["exchanges"] for x in found["ambiguous_flows"]) == found["ambiguous"]


def test_providers_are_found_and_what_is_not_linked_is_named():
    harvest = published("2017-12").harvest
    found = harvest.linking
    assert (found["product_inputs"], found["ambiguous"], found["multi_output"]) == (6480, 135, 132)
    assert {x["flow"] for x in found["ambiguous_flows"]} == {
        "Diesel, at refinery", "Harvesting, fresh fruit bunch, at farm",
    }  # fmt: skip
    assert all(x["flow"].startswith("CUTOFF") for x in found["cutoff_flows"])
    assert (found["publisher_factors"], found["publisher_factors_used"]) == (40, 0)
    assert {x["unit"] for x in found["unit_factors_differing"]} == {"btu", "cu ft"}
    gasoline = [x for x in found["unlinked_flows"] if x["flow"] == "Gasoline, at refinery"]
    assert {x["reason"] for x in gasoline} == {"coproduct_without_share", "no_producer"}


@pytest.mark.parametrize("name", EDITIONS)
def test_tables_keep_their_contracts_and_references(name: str):
    tables = published(name).tables
    reference = read_reference(SEEDS)
    others = {**reference, **tables, "flow": pl.concat([reference["flow"], tables["flow"]])}
    for table in ("candidate", "candidate_gas", "evidence", "flow", "process", "exchange"):
        require(ALL_TABLES[table], tables[table], others)
    providers = tables["exchange"]["provider"].drop_nulls().unique()
    assert set(providers) <= set(tables["process"]["process_id"])
    products = tables["exchange"].filter(pl.col("provider").is_not_null())["flow"].unique()
    assert set(products) <= set(tables["flow"]["flow_id"])


@pytest.mark.parametrize("name", EDITIONS)
def test_the_parts_of_an_allocated_process_add_up_to_the_whole(name: str):
    for allocation in declared(name).system.allocation.values():
        assert sum((o.share for o in allocation.outputs), Fraction(0)) == 1
        assert all(o.share > 0 for o in allocation.outputs)


@pytest.mark.parametrize("name", EDITIONS)
def test_an_independent_dense_solve_agrees(name: str):
    solution = declared(name).solution
    dense = np.eye(len(solution.direct)) - solution.links.toarray()
    carbon = solution.gases.index("co2_fossil")
    found = solution.intensity[:, carbon]
    # Rows measured in pieces and in kilograms differ by ten powers of ten; scaled to one size
    # each, elimination is exact for all. A right answer is one everywhere.
    size = np.where(found == 0, 1.0, abs(found))
    scaled = dense.T * size[None, :] / size[:, None]
    again = np.linalg.solve(scaled, solution.direct / size[:, None])
    assert again[:, carbon] == pytest.approx(found / size, rel=1e-9, abs=1e-12)
    for column in range(len(solution.gases)):
        whole = solution.intensity[:, column] / size
        assert again[:, column] == pytest.approx(whole, rel=1e-9, abs=1e-12 * abs(whole).max())


def test_brightway_agrees_on_the_same_matrices():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bc = pytest.importorskip("bw2calc")
        bwp = pytest.importorskip("bw_processing")
    solution = declared("2017-12").solution
    links, direct = solution.links.tocoo(), solution.direct
    n = len(direct)
    # Ids of columns and rows must differ from those of flows.
    rows = np.concatenate([np.arange(n), links.row])
    columns = np.concatenate([np.arange(n), links.col])
    values = np.concatenate([np.ones(n), -links.data])
    nodes, gases = np.nonzero(direct)
    package = bwp.create_datapackage()
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        indices_array=np.array(
            list(zip(rows.tolist(), columns.tolist(), strict=True)), dtype=bwp.INDICES_DTYPE
        ),
        data_array=values,
    )
    package.add_persistent_vector(
        matrix="biosphere_matrix",
        indices_array=np.array(
            list(zip((gases + 10**6).tolist(), nodes.tolist(), strict=True)),
            dtype=bwp.INDICES_DTYPE,
        ),
        data_array=direct[nodes, gases],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lca = bc.LCA({0: 1}, data_objs=[package])
        lca.lci(factorize=True)
        for node in range(0, n, 4):
            lca.redo_lci({node: 1})
            for row, total in enumerate(np.asarray(lca.inventory.sum(axis=1)).ravel()):
                gas = lca.dicts.biosphere.reversed[row] - 10**6
                wanted = solution.intensity[node, gas]
                scale = abs(solution.direct[:, gas]).max() * 1e-12
                assert total == pytest.approx(wanted, rel=1e-9, abs=scale)


def test_a_zip_named_ecospold2_is_read_as_the_ecospold_1_it_holds():
    harvest, tables = published("FY21.Q1").harvest, published("FY21.Q1").tables
    assert harvest.linking["layout"] == "EcoSpold 1"
    assert tables["candidate"].height > 540


def test_ecospold_names_that_repeat_are_told_apart():
    inventory = published("FY21.Q1").inventory
    assert len({(p.title, p.location) for p in inventory.processes}) == 409
    assert len({(p.name, p.location) for p in inventory.processes}) == len(inventory.processes)
    assert len({p.key for p in inventory.processes}) == len(inventory.processes) == 636


def test_dates_that_the_export_moved_are_moved_back_and_unknown_years_stay_blank():
    old, new = published("2017-12").inventory, published("FY21.Q1").inventory
    known = {p.key: p for p in old.processes}
    pairs = [(known[p.key].start, p.start) for p in new.processes if p.key in known]
    assert len(pairs) == 565
    same = sum(a == b for a, b in pairs)
    assert same > 0.95 * len(pairs)
    assert all(p.start is None or p.start.year < 2030 for p in (*old.processes, *new.processes))


def test_a_process_keeps_its_factor_id_across_formats():
    old, new = published("2017-12").tables, published("FY21.Q1").tables
    change = edition_change(old, new)
    assert len(change.changed) + change.unchanged > 480
    boiler = record_id("F", "uslci", "5b81b61c-4d10-3bed-9926-8a5f868f5174")
    for tables in (old, new):
        row = tables["candidate"].filter(pl.col("factor_id") == boiler)
        assert row["name_en"].to_list() == ["Natural gas, combusted in industrial boiler"]


def test_biogenic_co2_whose_label_the_later_edition_lost_is_not_counted_as_fossil():
    for name in EDITIONS:
        found = declared(name)
        title = "Wood waste, unspecified, combusted in industrial boiler"
        node = next(i for i in found.system.main.values() if found.title(i) == title)
        direct = dict(zip(found.solution.gases, found.solution.direct[node], strict=True))
        assert direct["co2_biogenic"] == pytest.approx(1.755)
        assert direct["co2_fossil"] == 0
    harvest = published("FY21.Q1").harvest
    assert harvest.linking["co2_origin"]["stated by another edition"] == 61


def test_a_process_that_takes_more_of_itself_than_it_makes_is_left_out():
    tables = published("FY21.Q1").tables
    why = tables["skipped_row"].filter(pl.col("reason_en").str.contains("Aluminum, sheet, coated"))
    assert why["reason_code"].to_list() == ["S-LINK-01"]
    assert "negative" in why["reason_en"].item()


def test_amounts_a_thousand_times_too_large_are_withheld_with_what_hangs_on_them():
    old, new = published("2017-12").tables, published("FY21.Q1").tables
    for tables, title in ((old, "Soy-based resin"), (new, "Corn stover, at conversion plant")):
        why = tables["skipped_row"].filter(pl.col("reason_en").str.contains(title, literal=True))
        assert set(why["reason_code"]) == {"S-LINK-01"}
    assert "Soy-based resin, at plant" in new["candidate"]["name_en"].to_list()
    ethanol = "Ethanol, denatured, corn stover, biochemical"
    assert ethanol not in new["candidate"]["name_en"].to_list()


def test_figures_that_hang_on_the_refinery_say_so_and_densities_would_change_them():
    tables = published("2017-12").tables
    flags = tables["candidate"].filter(pl.col("name_en") == TRUCK)["flags"].item().to_list()
    assert "allocation_sensitive" in flags
    inventory, chosen = published("2017-12").inventory, rules()
    kg_per_m3 = {
        "Diesel": 850, "Residual fuel oil": 960, "Gasoline": 740, "Kerosene": 810,
        "Liquefied petroleum gas": 540, "Refinery gas": "0.8",
    }  # fmt: skip
    known = [
        {"flow": f"{flow}, at refinery", "from": "m3", "to": "kg", "per_unit": str(value)}
        for flow, value in kg_per_m3.items()
    ]
    block = {**chosen.block, "property": [*chosen.block["property"], *known]}
    by_mass = solved(inventory, replace(chosen, block=block))
    assert by_mass.quick(TRUCK) < 0.75 * declared("2017-12").quick(TRUCK)


# -- small databases made here --------------------------------------------------------------

KG, KWH, MJ, TONNE, M3, FOOT, HAND = "kg", "kWh", "MJ", "t", "m3", "cu ft", "h"
GROUPS: dict[str, dict[str, float]] = {
    "Units of mass": {"kg": 1.0, "t": 1000.0},
    "Units of energy": {"MJ": 1.0, "kWh": 3.6},
    "Units of volume": {"m3": 1.0, "cu ft": 0.02},
    "Units of length": {"m": 1.0, "h": 0.1016},
    "Units of person transport": {"p*km": 1.0},
    "Units of radioactivity": {"kBq": 1.0},
}


def unit_id(unit: str) -> str:
    return f"unit-{unit}"


def out(flow: str, amount: Any, unit: str = KG, **more: Any) -> dict[str, Any]:
    return exchange(flow, amount, unit, "PRODUCT_FLOW", is_input=False, **more)


def take(flow: str, amount: Any, unit: str = KG, **more: Any) -> dict[str, Any]:
    return exchange(flow, amount, unit, "PRODUCT_FLOW", is_input=True, **more)


def emit(flow: str, amount: Any) -> dict[str, Any]:
    return exchange(flow, amount, KG, "ELEMENTARY_FLOW", is_input=False, category="air")


def exchange(
    flow: str, amount: Any, unit: str, kind: str, *, is_input: bool, **more: Any
) -> dict[str, Any]:
    made = {
        "amount": amount,
        "flow": {"@id": f"flow-{flow}", "name": flow, "flowType": kind},
        "unit": {"@id": unit_id(unit), "name": unit},
        "input": is_input,
    }
    if "category" in more:
        made["flow"]["category"] = more.pop("category")
    return {**made, **more}


REF = {"quantitativeReference": True}


def process(name: str, *exchanges: dict[str, Any], **more: Any) -> dict[str, Any]:
    start = more.pop("start", "2010-01-01")
    made = {
        "@id": f"id-{name}",
        "name": name,
        "location": {"@id": "x", "name": more.pop("place", "US")},
        "processDocumentation": {
            "validFrom": f"{start}T00:00:00-07:00",
            "validUntil": "9999-01-01",
        },
        "exchanges": list(exchanges),
    }
    return {**made, **more}


def database(folder: Path, *processes: dict[str, Any], name: str = "database.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for number, one in enumerate(processes):
            archive.writestr(f"processes/{number}.json", json.dumps(one))
        for group, units in GROUPS.items():
            entry = {
                "@id": group,
                "name": group,
                "units": [
                    {"@id": unit_id(u), "name": u, "conversionFactor": f} for u, f in units.items()
                ],
            }
            archive.writestr(f"unit_groups/{group.split()[-1]}.json", json.dumps(entry))
    return path


def masses(harvest: PublishedHarvest) -> dict[str, dict[str, float]]:
    """Gas masses by name of the factor."""
    tables = harvest.tables()
    joined = tables["candidate"].join(tables["candidate_gas"], on="factor_id")
    found: dict[str, dict[str, float]] = {}
    for row in joined.iter_rows(named=True):
        found.setdefault(row["name_en"], {})[row["gas"]] = row["mass"]
    return found


POWER = process("power", out("power", 1, KWH, **REF), emit("Carbon dioxide, fossil ", 0.9))
BATCH = process(
    "batch", out("batch", 1000, KG, **REF), take("power", 360, MJ), emit("Methane, fossil", 2)
)


def test_reference_amounts_and_units_are_normalised(tmp_path: Path):
    goods = process("goods", out("goods", 2, KG, **REF), take("batch", 0.004, TONNE))
    found = masses(harvest_of(database(tmp_path, POWER, BATCH, goods)))
    assert found["power"] == {"co2_fossil": 0.9}
    # 1000 kg take 360 MJ = 100 kWh: 90 kg CO2; 2 kg of goods take 4 kg of it.
    assert found["batch"] == {"co2_fossil": 0.09, "ch4_fossil": 0.002}
    assert found["goods"] == pytest.approx({"co2_fossil": 0.18, "ch4_fossil": 0.004})


def test_a_unit_is_spelled_as_our_table_spells_it(tmp_path: Path):
    bus = process("bus", out("bus", 2, "p*km", **REF), emit("Carbon dioxide", 1))
    harvest = harvest_of(database(tmp_path, bus))
    assert masses(harvest)["bus"] == {"co2_fossil": 0.5}
    assert harvest.tables()["candidate"]["reference_unit"].to_list() == ["passenger*km"]


def test_loops_are_solved_not_cut(tmp_path: Path):
    loop = process(
        "power", out("power", 1, KWH, **REF), take("power", 0.1, KWH), emit("Carbon dioxide", 0.9)
    )
    assert masses(harvest_of(database(tmp_path, loop)))["power"]["co2_fossil"] == pytest.approx(1.0)


def test_a_loop_that_cannot_deliver_is_left_out_and_so_is_what_takes_from_it(tmp_path: Path):
    wild = process("wild", out("wild", 1, **REF), take("wild", 1.5), emit("Carbon dioxide", 1))
    taker = process("taker", out("taker", 1, **REF), take("wild", 1))
    harvest = harvest_of(database(tmp_path, wild, taker, POWER))
    assert set(masses(harvest)) == {"power"}
    skipped = harvest.tables()["skipped_row"]
    assert skipped["reason_code"].to_list() == ["S-LINK-01", "S-LINK-01"]
    assert all("negative" in reason for reason in skipped["reason_en"])


def test_a_loop_without_any_solution_does_not_stop_the_others(tmp_path: Path):
    stuck = process("stuck", out("stuck", 1, **REF), take("stuck", 1), emit("Carbon dioxide", 1))
    taker = process("taker", out("taker", 1, **REF), take("stuck", 1))
    harvest = harvest_of(database(tmp_path, stuck, taker, POWER))
    assert set(masses(harvest)) == {"power"}
    reasons = harvest.tables()["skipped_row"]["reason_en"]
    assert len(reasons) == 2
    assert all("not finite" in reason for reason in reasons)


def test_a_negative_trace_keeps_no_result_back_and_is_flagged(tmp_path: Path):
    trace = process("a", out("a", 1, **REF), emit("Carbon dioxide", 1), emit("HCFC-22", -1e-9))
    much = process("b", out("b", 1, **REF), emit("Carbon dioxide", 1), emit("HCFC-22", -1e-3))
    harvest = harvest_of(database(tmp_path, trace, much))
    row = harvest.tables()["candidate"].row(0, named=True)
    assert (row["name_en"], "negative_trace_gas" in row["flags"]) == ("a", True)
    assert harvest.tables()["skipped_row"]["reason_code"].to_list() == ["S-LINK-01"]


def test_of_two_producers_the_newest_serves_and_the_choice_is_listed(tmp_path: Path):
    old = process("old", out("steel", 1, **REF), emit("Carbon dioxide", 3), start="1998-01-01")
    new = process("new", out("steel", 1, **REF), emit("Carbon dioxide", 2), start="2003-01-01")
    taker = process("goods", out("goods", 1, **REF), take("steel", 1))
    harvest = harvest_of(database(tmp_path, old, new, taker))
    assert masses(harvest)["goods"] == {"co2_fossil": 2.0}
    assert harvest.linking["ambiguous_flows"] == [
        {"flow": "steel", "taken": "id-new", "others": ["id-old"], "exchanges": 1}
    ]
    named = take("steel", 1, defaultProvider={"@id": "id-old"})
    declared_by = process("goods", out("goods", 1, **REF), named)
    harvest = harvest_of(database(tmp_path, old, new, declared_by))
    assert masses(harvest)["goods"] == {"co2_fossil": 3.0}


def test_a_producer_of_the_takers_own_place_comes_before_a_newer_one(tmp_path: Path):
    def made(name: str, where: str, start: str, carbon: int) -> dict[str, Any]:
        one = process(name, out("logs", 1, **REF), emit("Carbon dioxide", carbon), start=start)
        one["processDocumentation"]["geographyDescription"] = where
        return one

    taker = process("boards", out("boards", 1, **REF), take("logs", 1))
    taker["processDocumentation"]["geographyDescription"] = "Southeast"
    south, north = made("s", "Southeast", "2001-01-01", 1), made("n", "North", "2009-01-01", 5)
    found = masses(harvest_of(database(tmp_path, south, north, taker)))
    assert found["boards"] == {"co2_fossil": 1.0}


def test_cut_off_inputs_are_never_linked_even_where_one_is_produced(tmp_path: Path):
    mill = process(
        "mill", out("steel", 1, **REF), out("CUTOFF Disposal, waste", 1), emit("Carbon dioxide", 2)
    )
    taker = process(
        "taker", out("goods", 1, **REF), take("CUTOFF Disposal, waste", 1), emit("Methane", 1)
    )
    harvest = harvest_of(database(tmp_path, mill, taker))
    assert masses(harvest)["goods [taker]"] == {"ch4_unspecified": 1.0}
    assert masses(harvest)["steel [mill]"] == {"co2_fossil": 2.0}
    assert harvest.linking["cutoff_flows"] == [
        {"flow": "CUTOFF Disposal, waste", "reason": "cutoff", "exchanges": 1}
    ]


def test_products_of_one_unit_group_share_by_mass_and_supply_their_takers(tmp_path: Path):
    cell = process(
        "cell", out("chlorine", 1, **REF), out("soda", 3), out("scrap of cell", 96),
        emit("Carbon dioxide", 8),
    )  # fmt: skip
    taker = process("soap", out("soap", 1, **REF), take("soda", 1))
    harvest = harvest_of(database(tmp_path, cell, taker))
    found = masses(harvest)
    # A quarter of 8 kg for 1 kg of chlorine, three quarters for 3 kg of soda, none for scrap.
    assert found["chlorine [cell]"] == {"co2_fossil": 2.0}
    assert found["soap"] == {"co2_fossil": 2.0}
    rows = harvest.tables()["exchange"].filter(pl.col("direction") == "coproduct")
    weights = {r["flow"]: r["amount"] * r["allocation_value"] for r in rows.iter_rows(named=True)}
    assert sorted(weights.values()) == [0.25, 0.75]
    assert weights["reference_flow"] == 0.25


def test_products_of_different_units_leave_all_to_the_reference_and_say_so(tmp_path: Path):
    plant = process("plant", out("resin", 1, **REF), out("steam", 9, MJ), emit("Carbon dioxide", 8))
    taker = process("taker", out("heat", 1, MJ, **REF), take("steam", 1, MJ), emit("Methane", 1))
    harvest = harvest_of(database(tmp_path, plant, taker))
    assert masses(harvest)["resin [plant]"] == {"co2_fossil": 8.0}
    assert masses(harvest)["heat [taker]"] == {"ch4_unspecified": 1.0}
    assert harvest.linking["unlinked_reasons"] == {"coproduct_without_share": 1}
    flags = harvest.tables()["candidate"].filter(pl.col("name_en") == "resin [plant]")["flags"]
    assert "reference_takes_all" in flags.item().to_list()


def test_the_publishers_shares_are_taken_where_they_are_complete(tmp_path: Path):
    def factor(flow: str, value: float) -> dict[str, Any]:
        product = {"@id": f"flow-{flow}"}
        return {"allocationType": "ECONOMIC_ALLOCATION", "product": product, "value": value}

    def plant(*factors: dict[str, Any]) -> dict[str, Any]:
        return process(
            "plant", out("oil", 1, **REF), out("meal", 3), emit("Carbon dioxide", 8),
            allocationFactors=list(factors), defaultAllocationMethod="ECONOMIC_ALLOCATION",
        )  # fmt: skip

    whole = harvest_of(database(tmp_path, plant(factor("oil", 0.5), factor("meal", 0.5))))
    assert masses(whole)["oil [plant]"] == {"co2_fossil": 4.0}
    assert whole.tables()["process"]["allocation"].to_list() == ["economic"]
    # Factors that do not add up, or name what the process does not make, are not used.
    broken = harvest_of(database(tmp_path, plant(factor("oil", 0.5), factor("Mercury", 0.5))))
    assert masses(broken)["oil [plant]"] == {"co2_fossil": 2.0}
    assert broken.tables()["process"]["allocation"].to_list() == ["mass"]


def test_biogenic_co2_and_uptake_stand_apart(tmp_path: Path):
    drawn = exchange(
        "Carbon dioxide, in air", 1.8, KG, "ELEMENTARY_FLOW", is_input=True, category="resource"
    )
    wood = process("wood", out("wood", 1, **REF), drawn, emit("Carbon dioxide, biogenic", 1.5),
                   emit("Carbon dioxide, fossil", 0.1))  # fmt: skip
    harvest = harvest_of(database(tmp_path, wood))
    assert masses(harvest)["wood"] == {"co2_fossil": 0.1, "co2_biogenic": 1.5}
    row = harvest.tables()["candidate"].row(0, named=True)
    assert (row["biogenic_uptake"], row["biogenic_co2_emission"]) == (-1.8, 1.5)
    removed = harvest.tables()["exchange"].filter(pl.col("direction") == "removal")
    assert removed["flow"].to_list() == ["co2_biogenic"]


def test_gas_that_goes_to_water_warms_nothing(tmp_path: Path):
    wet = {**emit("Methane", 5)}
    wet["flow"] = {**wet["flow"], "category": "water/river"}
    harvest = harvest_of(
        database(tmp_path, process("a", out("a", 1, **REF), wet, emit("Carbon dioxide", 1)))
    )
    assert masses(harvest)["a"] == {"co2_fossil": 1.0}


def test_a_unit_of_the_wrong_group_or_a_rounded_factor_is_not_believed(tmp_path: Path):
    gas = process("gas", out("gas", 1, M3, **REF), emit("Carbon dioxide", 2))
    taker = process("taker", out("goods", 1, **REF), take("gas", 1, FOOT))
    hand = process("hand", out("cloth", 1, HAND, **REF), emit("Carbon dioxide", 1))
    harvest = harvest_of(database(tmp_path, gas, taker, hand))
    # A cubic foot is 0.0283 m3; the publisher's table says 0.02.
    assert masses(harvest)["goods [taker]"]["co2_fossil"] == pytest.approx(0.056633693184)
    assert harvest.linking["unit_factors_differing"] == [
        {"unit": "cu ft", "group": "Units of volume", "stated": 0.02, "taken": 0.028316846592}
    ]
    # The publisher's "h" of length is a hand, not an hour.
    assert harvest.tables()["skipped_row"]["reason_code"].to_list() == ["S-LINK-01"]


def test_a_cell_that_cannot_be_read_leaves_its_process_out_with_the_place(tmp_path: Path):
    bad = process("bad", out("bad", 1, **REF), emit("Carbon dioxide", "1,5"))
    far = process("far", out("far", 1, **REF), emit("Carbon dioxide", 1), place="Atlantis")
    hot = process("hot", out("hot", 1, "kBq", **REF), emit("Carbon dioxide", 1))
    two = process("two", out("two", 1, **REF), out("other", 1, **REF))
    nil = process("nil", out("nil", 0, **REF), emit("Carbon dioxide", 1))
    idle = process("idle", out("idle", 1, **REF), emit("Sulfur dioxide", 1))
    harvest = harvest_of(database(tmp_path, POWER, bad, far, hot, two, nil, idle))
    tables = harvest.tables()
    found = {
        r["locator"].split("#")[0]: (r["reason_code"], r["locator"])
        for r in tables["skipped_row"].iter_rows(named=True)
    }
    assert found["processes/1.json"] == ("E-NUM-01", "processes/1.json#/exchanges/1/amount")
    assert found["processes/2.json"][0] == "E-REG-01"
    assert found["processes/3.json"][0] == "E-UNIT-01"
    assert found["processes/4.json"][0] == "S-LINK-01"
    assert found["processes/5.json"][0] == "S-LINK-01"
    assert found["processes/6.json"][0] == "S-LINK-01"
    counts = tables["row_count"].row(0, named=True)
    assert counts["rows_in"] == 7 == counts["candidates"] + counts["skipped"]


def test_a_repeated_identifier_is_read_once(tmp_path: Path):
    harvest = harvest_of(database(tmp_path, POWER, POWER))
    assert harvest.tables()["skipped_row"]["reason_code"].to_list() == ["S-DUP-01"]
    assert harvest.tables()["candidate"].height == 1


def test_a_later_edition_with_new_fields_and_values_reads_and_its_changes_are_told(tmp_path: Path):
    before = harvest_of(database(tmp_path, POWER, BATCH))
    cleaner = process(
        "power", out("power", 1, KWH, **REF, dataQuality="(1;2)"), emit("Carbon dioxide", 0.8)
    )
    after = harvest_of(database(tmp_path, cleaner, BATCH))
    assert "exchange.dataQuality" in after.columns_new
    change = edition_change(before.tables(), after.tables())
    assert set(change.changed) == {"id-power", "id-batch"}


def test_the_second_schema_of_openlca_reads_alike(tmp_path: Path):
    renamed = {
        "input": "isInput", "quantitativeReference": "isQuantitativeReference",
        "avoidedProduct": "isAvoidedProduct",
    }  # fmt: skip

    def second(one: dict[str, Any]) -> dict[str, Any]:
        exchanges = [{renamed.get(k, k): v for k, v in e.items()} for e in one["exchanges"]]
        return {**one, "exchanges": exchanges, "category": "22: Utilities/2211: Power"}

    first = harvest_of(database(tmp_path, POWER, BATCH))
    again = harvest_of(database(tmp_path, second(POWER), second(BATCH), name="second.zip"))
    assert again.linking["layout"] == "openLCA JSON-LD 2"
    assert masses(again) == masses(first)


def test_a_renamed_needed_field_is_refused_by_name(tmp_path: Path):
    renamed = {
        **POWER,
        "exchanges": [
            {("value" if k == "amount" else k): v for k, v in e.items()} for e in POWER["exchanges"]
        ],
    }
    with pytest.raises(UnreadableInput) as refused:
        harvest_of(database(tmp_path, renamed))
    assert [f.code for f in refused.value.findings] == ["E-FILE-02"]
    assert "exchange.amount" in refused.value.findings[0].en


# -- EcoSpold made here ----------------------------------------------------------------------

SPOLD = """<?xml version="1.0" encoding="UTF-8"?>
<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold01">{sets}</ecoSpold>"""
DATASET = """<dataset number="{number}"><metaInformation><processInformation>
<referenceFunction name="{name}" amount="{amount}" unit="{unit}" subCategory="2211: Power"/>
<geography location="RNA" text="{place}"/><technology text="-"/>
<timePeriod><startDate>2009-12-31-07:00</startDate><endDate>9998-12-31-07:00</endDate></timePeriod>
</processInformation></metaInformation><flowData>{lines}</flowData></dataset>"""
LINE = """<exchange number="{flow}" category="{category}" name="{name}" unit="{unit}"
 meanValue="{amount}" location="RNA"><{side}Group>{group}</{side}Group></exchange>"""


def spold_line(
    flow: int, name: str, amount: str, unit: str, group: str, category: str = "-"
) -> str:
    side = group.rstrip("0123456789")
    return LINE.format(
        flow=flow, name=name, amount=amount, unit=unit, side=side,
        group=group.removeprefix(side), category=category,
    )  # fmt: skip


def data_set(number: int, name: str, unit: str, *lines: str, place: str = "US") -> str:
    return DATASET.format(
        number=number, name=name, amount="1", unit=unit, place=place, lines="".join(lines)
    )


def spold(folder: Path, *sets: str, text: str = SPOLD, name: str = "spold.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("EcoSpold01/all.xml", text.format(sets="".join(sets)))
    return path


def test_ecospold_links_by_number_prefers_the_whole_country_and_dates_are_moved(tmp_path: Path):
    def power(number: int, place: str, carbon: str) -> str:
        return data_set(
            number, "Electricity, at grid", "kWh",
            spold_line(7, "Electricity, at grid", "1", "kWh", "output0"),
            spold_line(9, "Carbon dioxide", carbon, "kg", "output4", "emission/air"), place=place,
        )  # fmt: skip

    goods = data_set(
        30, "goods", "kg", spold_line(8, "goods", "1", "kg", "output0"),
        spold_line(7, "Electricity, at grid", "7.2", "MJ", "input5"),
        spold_line(5, "Transformation, to forest", "1", "m2", "input5", "Ecosystem Services"),
    )  # fmt: skip
    path = spold(tmp_path, power(10, "Hawaii", "2"), power(20, "US", "1"), goods)
    harvest = harvest_of(path)
    tables = harvest.tables()
    names = sorted(tables["candidate"]["name_en"])
    assert names == ["Electricity, at grid | Hawaii", "Electricity, at grid | US", "goods"]
    assert masses(harvest)["goods"] == {"co2_fossil": 2.0}
    assert set(tables["candidate"]["data_start"]) == {dt.date(2010, 1, 1)}
    assert set(tables["candidate"]["data_end"]) == {None}
    # Transformation of land is nature's, whatever group the publisher wrote.
    assert harvest.linking["product_inputs"] == 1


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (SPOLD.replace("EcoSpold01", "EcoSpold02"), "EcoSpold 2"),
        (SPOLD.replace("<ecoSpold", "<!DOCTYPE x><ecoSpold"), "document type"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'></html>", "XML html"),
        (SPOLD.replace("</ecoSpold>", ""), "no element found"),
    ],
)
def test_xml_that_is_not_ecospold_1_is_refused(tmp_path: Path, content: str, found: str):
    with pytest.raises(UnreadableInput) as refused:
        harvest_of(spold(tmp_path, text=content))
    assert [f.code for f in refused.value.findings] == ["E-FILE-01"]
    assert found in refused.value.findings[0].en


def zip_bytes(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old workbook", "ole2"),
        (b"", "empty"),
        (b"<ecoSpold/>", "xml"),
        (zip_bytes(table_csv=b"a,b\n1,2\n"), "zip of csv"),
        (zip_bytes(processes__a_json=b"{not json"), "a.json"),
        (zip_bytes(processes__a_json=b"[1, 2]"), "list"),
        (zip_bytes(processes__a_json=b"{}")[:60], "damaged zip"),
    ],
    # A zip holds the time it was made: name the cases, not their bytes.
    ids=["pdf", "ole2", "empty", "xml", "csv in a zip", "no json", "a list", "damaged"],
)
def test_a_file_that_is_something_else_is_refused_by_what_it_is(
    tmp_path: Path, content: bytes, found: str
):
    path = tmp_path / "database.zip"
    path.write_bytes(content)
    with pytest.raises(UnreadableInput) as refused:
        harvest_of(path)
    assert [f.code for f in refused.value.findings] == ["E-FILE-01"]
    assert found in refused.value.findings[0].en


def test_documents_beside_the_database_are_passed_over_and_two_databases_refused(tmp_path: Path):
    folder = tmp_path / "edition"
    folder.mkdir()
    database(folder, POWER)
    (folder / "change-log.md").write_text("# log\n", "utf-8")
    assert set(masses(harvest_of(folder))) == {"power"}
    spold(folder)
    with pytest.raises(UnreadableInput) as refused:
        harvest_of(folder)
    assert "two editions" in refused.value.findings[0].en


def test_a_zip_that_swells_is_refused_before_it_is_read(tmp_path: Path):
    with pytest.raises(UnreadableInput) as refused:
        find_container(edition(database(tmp_path, POWER)), 100)
    assert "more than 100" in refused.value.findings[0].en


# -- the declared choices ---------------------------------------------------------------------


def test_a_choice_without_a_source_is_refused(tmp_path: Path):
    text = (SEEDS / "uslci" / "linking.toml").read_text("utf-8")
    lines = text.split("\n")
    first = next(i for i, line in enumerate(lines) if line.startswith("source ="))
    for name in ("identities.csv", "co2_origin.csv"):
        (tmp_path / name).write_bytes((SEEDS / "uslci" / name).read_bytes())
    (tmp_path / "linking.toml").write_text("\n".join(lines[:first] + lines[first + 1 :]), "utf-8")
    with pytest.raises(FaultyData) as refused:
        read_linking_rules(tmp_path, lookups().units)
    assert [f.code for f in refused.value.findings] == ["E-SEED-09"]


def test_choices_name_gases_regions_and_categories_that_exist():
    chosen, known = rules(), lookups()
    reference = read_reference(SEEDS)
    assert {row["gas"] for row in chosen.block["gas"]} <= set(reference["gas"]["gas"])
    region = chosen.block["region"]
    assert {*region["codes"].values(), region["blank"]} <= known.regions
    assert set(chosen.block["category"]["of"].values()) <= known.categories


def test_the_notice_of_the_publisher_goes_along_in_full():
    notice = (SEEDS / "uslci" / "DATA-USE-NOTICE.md").read_text("utf-8")
    assert "provided that this entire notice appears in all copies" in notice
    if (DATA / "DATA-USE-NOTICE.upstream.md").exists():
        assert notice == (DATA / "DATA-USE-NOTICE.upstream.md").read_text("utf-8")


def test_the_main_product_is_the_one_the_process_is_named_after():
    inventory, chosen = published("2017-12").inventory, rules()
    title = "Paper, freesheet, uncoated, average production, at mill, 2006"
    paper = next(p for p in inventory.processes if p.title == title)
    made = allocate(paper, chosen)
    assert made.is_changed
    assert made.main.line.name == "Paper, freesheet, uncoated, average production, at mill"
    assert next(x for x in paper.products if x.is_reference).name.startswith("Tall oil")
