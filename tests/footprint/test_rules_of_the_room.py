"""Are the accounting rules and the rule of choice read whole, with a source, or refused?"""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.footprint import read_accounting_rules, read_resolution_rule
from tests.conftest import SEEDS
from tests.footprint.handmade import codes


@pytest.fixture
def own(tmp_path):
    """A copy of the two kinds of rules."""
    for name in ("accounting_rules", "rules"):
        shutil.copytree(SEEDS / name, tmp_path / name)
    return tmp_path


def edit(path, old, new):
    """Replace a text that must stand in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_the_rules_of_the_seeds_are_read(own):
    rules = read_accounting_rules(own)
    assert set(rules) == {"cn-guideline-2025", "iso-14067-ar6"}
    national, iso = rules["cn-guideline-2025"], rules["iso-14067-ar6"]
    assert (national.gwp_set, national.biogenic_convention) == ("AR5", "excluding_uptake")
    assert (iso.gwp_set, iso.biogenic_convention) == ("AR6", "including_uptake")
    assert national.is_in_force(dt.date(2026, 11, 21))
    assert "468" in national.source


@pytest.mark.parametrize(
    "key", ["source", "gwp_set", "allocation", "biogenic_convention", "valid_until", "rule_id"]
)
def test_an_accounting_rule_without_a_key_is_refused(own, key):
    edit(own / "accounting_rules" / "cn-guideline-2025.toml", f"\n{key} = ", f"\nformer_{key} = ")
    with pytest.raises(FaultyData) as caught:
        read_accounting_rules(own)
    (found,) = caught.value.findings
    assert found.code == "E-SEED-02"
    assert found.place["field"] == key
    assert found.place["file"] == "accounting_rules/cn-guideline-2025.toml"


def test_an_accounting_rule_with_an_empty_source_is_refused(own):
    path = own / "accounting_rules" / "iso-14067-ar6.toml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("\nsource = ")] + '\nsource = ""\n', "utf-8")
    with pytest.raises(FaultyData) as caught:
        read_accounting_rules(own)
    assert codes(caught.value.findings) == {"E-SEED-02"}


@pytest.mark.parametrize("where", ["accounting_rules/iso-14067-ar6.toml", "rules/resolution.toml"])
def test_a_rule_that_is_not_toml_is_refused(own, where):
    path = own / where
    path.write_text(path.read_text("utf-8") + "\nthis is prose\n", "utf-8")
    with pytest.raises(FaultyData) as caught:
        (read_accounting_rules if "accounting" in where else read_resolution_rule)(own)
    assert codes(caught.value.findings) == {"E-SEED-08"}


def test_the_order_of_choice_is_read(own):
    rule = read_resolution_rule(own)
    assert rule.kinds == {"supply": ["footprint_factor"], "combustion": ["direct_ef"]}
    assert "energy_indirect_ef" not in {kind for kinds in rule.kinds.values() for kind in kinds}
    nearest = sorted(rule.geography, key=rule.geography.__getitem__)
    assert nearest == [
        "same", "prefecture", "province", "grid_region", "country", "world_region", "world",
    ]  # fmt: skip
    assert rule.data_origins == ["primary", "mixed", "secondary"]
    assert rule.tie_criteria == ("own_unit",)


def test_a_rule_of_choice_without_a_source_is_refused(own):
    edit(own / "rules" / "resolution.toml", "\nsource = ", "\norigin = ")
    with pytest.raises(FaultyData) as caught:
        read_resolution_rule(own)
    assert codes(caught.value.findings) == {"E-SEED-09"}
    assert {f.place["field"] for f in caught.value.findings} == {
        "source",
        "tie_decision own-unit-first",
    }


def test_a_missing_rule_of_choice_is_unreadable(own):
    (own / "rules" / "resolution.toml").unlink()
    with pytest.raises(UnreadableInput) as caught:
        read_resolution_rule(own)
    assert codes(caught.value.findings) == {"E-SEED-06"}
