"""Is nobody named who did not put their name to a document, and nobody at all in person?"""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.sources.library import SEEDS, rows_of

CONTACTS = rows_of(SEEDS / "reference" / "contact.csv")
ORGANISATIONS = [row for row in CONTACTS if row["contact_kind"] == "organisation"]
ROLES = [row for row in CONTACTS if row["contact_kind"] == "role"]


def publishers(seeds):
    """Who the sources say has published them."""
    return {
        name.strip()
        for path in seeds.glob("*/source.toml")
        for name in re.split("[、/]", tomllib.loads(path.read_text("utf-8"))["publisher"])
    }


def test_a_contact_is_an_organisation_or_a_role_and_never_a_person():
    assert {row["contact_kind"] for row in CONTACTS} == {"organisation", "role"}
    for row in CONTACTS:
        assert row["contact_id"].startswith("role-") is (row["contact_kind"] == "role")
        assert set(row) == {"contact_id", "name_zh", "name_en", "contact_kind", "citation"}


@pytest.mark.parametrize("row", ORGANISATIONS, ids=lambda r: r["contact_id"])
def test_an_organisation_is_the_publisher_of_a_source(row):
    published = publishers(SEEDS)
    spoken_of = {row["name_zh"], row["contact_id"].upper()}
    if row["contact_id"] == "tanyuan-project":
        spoken_of = {"tanyuan 项目"}
        assert row["citation"] == "seeds/tanyuan_derived/source.toml"
    assert spoken_of & published
    assert row["citation"].strip()


def test_an_invented_organisation_would_be_noticed():
    assert "某某碳核查有限公司" not in publishers(SEEDS)
    assert {"生态环境部", "IPCC", "IGES", "国家能源局"} <= publishers(SEEDS)


def test_a_role_cites_the_page_that_gives_it():
    assert sorted(row["contact_id"] for row in ROLES) == ["role-data-steward", "role-policy"]
    for row in ROLES:
        assert row["citation"].strip()
        for path in re.findall(r"seeds/\S+\.toml", row["citation"]):
            assert (SEEDS.parent / path).is_file()


def test_whoever_reports_a_correction_is_a_contact():
    known = {row["contact_id"] for row in CONTACTS}
    for path in SEEDS.glob("*/corrections.csv"):
        assert {row["reported_by"] for row in rows_of(path)} <= known, path.parent.name


def test_no_company_of_a_population_or_an_inventory_is_named():
    for path in (SEEDS / "populations").rglob("*.csv"):
        owners = {row["owner_id"] for row in rows_of(path)}
        assert all(re.fullmatch(r"((owner|constructed)-[0-9]{2,})?", owner) for owner in owners), (
            path.name
        )
    for path in (SEEDS / "inventories").rglob("product.csv"):
        for row in rows_of(path):
            assert row["producer_id"] == ""
            assert row["verification_id"] == ""


def test_no_decision_of_the_seeds_is_a_persons():
    policies = tomllib.loads((SEEDS / "decisions" / "policies.toml").read_text("utf-8"))
    for policy in policies["policy"]:
        assert {"decided_by", "person", "reviewer"} & set(policy) == set()
        assert policy["source"].strip()
    for path in (SEEDS / "grade_rules").glob("*.toml"):
        assert tomllib.loads(path.read_text("utf-8"))["approved_by"] == "", path.name
