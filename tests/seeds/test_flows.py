"""Does every flow have one name and one place, and the heating value its source prints?"""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipelines.ingest.derive import in_unit
from tests.sources.library import SEEDS, lookups, rows_of

FLOWS = {row["flow_id"]: row for row in rows_of(SEEDS / "reference" / "flow.csv")}
CATEGORIES = {row["category_id"]: row for row in rows_of(SEEDS / "reference" / "category.csv")}
PROPERTIES = rows_of(SEEDS / "reference" / "flow_property.csv")


def test_a_flow_code_stands_once():
    assert len(FLOWS) == len(rows_of(SEEDS / "reference" / "flow.csv"))


def test_no_name_or_alias_belongs_to_two_flows():
    owner: dict[str, str] = {}
    for flow_id, row in FLOWS.items():
        names = {flow_id, row["name_zh"], row["name_en"], *row["aliases"].split(";")}
        for name in {n.strip().casefold() for n in names} - {""}:
            assert owner.setdefault(name, flow_id) == flow_id, name


def test_every_flow_is_spoken_of_by_a_factor_a_parameter_or_an_inventory(library):
    spoken = set(library["candidate"]["flow_id"]) | set(library["parameter"]["flow_id"])
    for path in (SEEDS / "inventories").rglob("*.csv"):
        for row in rows_of(path):
            spoken |= {row.get("flow"), row.get("reference_flow")}
    assert set(FLOWS) - spoken == set()


def test_the_dots_of_a_category_are_its_place_in_the_tree():
    for category_id, row in CATEGORIES.items():
        assert row["parent_category_id"] == category_id.rpartition(".")[0]
        assert not row["parent_category_id"] or row["parent_category_id"] in CATEGORIES


def test_a_flow_stands_in_a_category_and_is_measured_in_a_group_of_units():
    groups = {row["unit_group"] for row in rows_of(SEEDS / "reference" / "unit_group.csv")}
    for row in FLOWS.values():
        assert row["category_id"] in CATEGORIES
        assert row["unit_group"] in groups


def test_a_product_code_names_its_classification():
    for row in (*CATEGORIES.values(), *FLOWS.values()):
        codes = [*row.get("product_codes", "").split(";"), *row.get("external_ids", "").split(";")]
        assert all(code.startswith("urn:") for code in codes if code), row


@pytest.mark.parametrize("row", PROPERTIES, ids=lambda r: r["flow_id"])
def test_a_heating_value_is_the_parameter_that_its_source_prints(library, row):
    assert row["citation"].startswith("GB/T 32151.22-2024 附录C 表C.1")
    printed = library["parameter"].filter(
        source_id="gbt_32151_22_2024",
        parameter_kind="net_calorific_value",
        flow_id=row["flow_id"],
    )
    assert printed.height == 1
    target = f"{row['to_unit']}/{row['from_unit']}"
    exact = in_unit(printed.row(0, named=True), target, lookups().units)
    assert exact == Fraction(row["property_value"])
    sure = {"高": "high", "中": "medium"}[row["citation"].rstrip("）")[-1]]
    assert printed["confidence"].to_list() == [sure]


def test_a_property_leads_from_one_group_of_units_into_another():
    table = lookups().units
    for row in PROPERTIES:
        groups = {table.find(row[side]).unit_group for side in ("from_unit", "to_unit")}
        assert len(groups) == 2, row["flow_id"]
        assert FLOWS[row["flow_id"]]["unit_group"] in groups, row["flow_id"]


def test_a_flow_has_one_heating_value_per_pair_of_units():
    keys = [(row["flow_id"], row["from_unit"], row["to_unit"]) for row in PROPERTIES]
    assert len(set(keys)) == len(keys)


def test_a_factor_is_per_energy_per_mass_or_per_a_unit_that_its_flow_converts_into(library):
    table = lookups().units
    reach = {(flow_id, row["unit_group"]) for flow_id, row in FLOWS.items()}
    for row in PROPERTIES:
        reach |= {
            (row["flow_id"], table.find(row[side]).unit_group) for side in ("from_unit", "to_unit")
        }
    per = library["candidate"].select("flow_id", "reference_unit").unique()
    for flow_id, unit in per.iter_rows():
        group = table.find(unit).unit_group
        assert group in {"energy", "mass"} or (flow_id, group) in reach, (flow_id, unit)
