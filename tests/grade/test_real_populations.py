"""What do whole published data sets come to, every category judged and nothing dropped?"""

from __future__ import annotations

import csv
import os
import warnings
from collections import Counter
from pathlib import Path

import pytest

from pipelines.findings import catalogue
from pipelines.grade.population import Member
from pipelines.settings import REPOSITORY
from tests.grade.samples import (
    DISCLOSURE,
    a_rule,
    build,
)

DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data"))
FIVE = {"labels": list("ABCDE"), "quantiles": [0.2, 0.4, 0.6, 0.8]}


def needs(path: Path) -> Path:
    if not path.is_file():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    return path


def catalogue_rows() -> list[dict[str, str]]:
    from pipelines.tabular.published_file import read_sheets

    folder = DATA / "carbon-catalogue"
    path = needs(folder / "PublicTablesForCarbonCatalogueDataDescriptor_v30Oct2021.xlsx")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Data Validation extension", UserWarning)
        grid = read_sheets(path, path.name)["Product Level Data"]
    header = [" ".join(cell.split()).lstrip("*") for cell in grid[0]]
    return [dict(zip(header, row, strict=False)) for row in grid[1:] if any(row)]


def industry(row: dict[str, str]) -> str:
    return row["Company's GICS Industry"]


def catalogue_member(row: dict[str, str], boundary: str = "") -> Member:
    """A footprint per kg of product, as its company reported it."""
    year = int(float(row["Year of reporting"]))
    mass, value = (
        float(row["Product weight (kg)"]),
        float(row["Product's carbon footprint (PCF, kg CO2e)"]),
    )
    return Member(
        row["PCF-ID"], row["Company"], value / mass, "kgCO2e/kg", boundary, "", "",
        (year, year), 1.0, f"product.{industry(row)}",
    )  # fmt: skip


def test_every_category_of_the_carbon_catalogue_is_judged():
    rows = catalogue_rows()
    assert len(rows) == 866
    categories = sorted({industry(r) for r in rows})
    judged = Counter()
    for category in categories:
        members = [catalogue_member(r) for r in rows if industry(r) == category]
        rule = a_rule(category_id=f"product.{category}", reference_period=[2013, 2017], **FIVE)
        made = build(rule, members, DISCLOSURE)
        assert made.rows_in == len(members)
        assert {m.product_id for m in made.kept} | {x.product_id for x in made.exclusions} == {
            m.product_id for m in members
        }
        # Boundary, GWP set and accounting rule are not stated: nothing may be graded.
        assert not made.is_graded
        codes = [r.code for r in made.reasons]
        assert {"G-CMP-01", "G-BOU-01", "G-GWP-01", "G-RULE-01"} <= set(codes)
        assert all(code in catalogue() for code in codes)
        judged[("shown" if made.limits else "suppressed")] += 1
    assert sum(judged.values()) == len(categories)
    assert judged["suppressed"] > 0


def test_those_that_pass_are_graded_where_a_rule_asks_only_what_the_catalogue_states():
    rows = catalogue_rows()
    passed, refused = {}, {}
    for category in sorted({industry(r) for r in rows}):
        members = [catalogue_member(r) for r in rows if industry(r) == category]
        rule = a_rule(
            category_id=f"product.{category}", reference_period=[2013, 2017], boundary=None,
            gwp_set=None, accounting_rule=None, **FIVE,
        )  # fmt: skip
        made = build(rule, members, DISCLOSURE)
        if made.is_graded:
            passed[category] = made
        else:
            refused[category] = [r.code for r in made.reasons]
    assert passed
    assert refused
    assert all(codes for codes in refused.values())
    for made in passed.values():
        assert made.owners.count >= 5
        assert made.owners.largest < 0.5
        assert not set(made.limits) & {m.value for m in made.judged}
        assert list(made.limits) == sorted(made.limits)
        assert len(made.errors) == 4


def test_every_food_group_of_agribalyse_gives_statistics_and_never_a_grade():
    path = needs(DATA / "agribalyse" / "Agribalyse_3.1.1_Synthese.csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    value = next(c for c in rows[0] if c.startswith("Changement climatique"))
    group = next(c for c in rows[0] if c.startswith("Sous-groupe"))
    code = next(c for c in rows[0] if c.startswith("Code AGB"))
    groups = sorted({r[group] for r in rows})
    assert len(rows) > 2000
    for name in groups:
        members = [
            Member(r[code], "", float(r[value]), "kgCO2e/kg", "", "", "", (2023, 2023), 1.0,
                   "product.food")
            for r in rows
            if r[group] == name
        ]  # fmt: skip
        rule = a_rule(
            category_id="product.food", population_kind="modelled_average", boundary=None,
            gwp_set=None, accounting_rule=None, reference_period=[2023, 2023], **FIVE,
        )  # fmt: skip
        made = build(rule, members, DISCLOSURE)
        assert (made.is_graded, made.is_demonstration) == (False, True)
        assert made.reasons[0].code == "G-KIND-01"
        assert len(made.limits) == 4
