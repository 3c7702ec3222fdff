"""Do the four causes of a change of grade add up in every digit, and is each the right one?"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from pipelines.cli.grade_release import explain as explain_command
from pipelines.cli.grade_release import label as label_command
from pipelines.cli.grade_release import procurement, reduction
from pipelines.errors import RefusedByPolicy, WrongUsage
from pipelines.grade.explain import CAUSES, Line, Standing, exactly, explain
from pipelines.grade.explain_page import explanation_html, signed
from pipelines.grade.lists import progress
from pipelines.grade.svg import read_words
from pipelines.settings import REPOSITORY
from schemas.footprint import FOOTPRINT_LINE
from schemas.product import PRODUCT
from schemas.render.frame import frame_of
from tests.grade.samples import (
    DISCLOSURE,
    ON,
    TABLE,
    a_rule,
    build_all,
    footprints,
)

D = Decimal
WAYS = ("cradle_to_gate", "rule", "kg")


def standing(lines: dict[tuple[str, str], Line], **changes) -> Standing:
    value = exactly(*(line.contribution for line in lines.values()))
    gwp = changes.get("gwp_set", "AR5")
    return Standing(
        **{
            "release_id": "2026.1.0", "product_id": "p", "rule_id": "r", "rule_version": "1.0",
            "gwp_set": gwp, "ways": WAYS, "value": value, "lines": lines,
            "value_under": {gwp: (value, lines)}, "labels": ("A", "B", "C"),
            "limits": (D("3"), D("5")), "label": "B", **changes,
        }
    )  # fmt: skip


def line(amount: str, contribution: str, factor: str = "F@1.0") -> Line:
    return Line(D(amount), D(contribution), factor)


POWER = ("make", "power")
COAL = ("make", "coal")
BEFORE = standing({POWER: line("2", "1.2"), COAL: line("1", "2.8", "G@1.0")})


def effects(after: Standing, before: Standing = BEFORE) -> dict[str, Decimal]:
    found = explain(before, after)
    assert exactly(*found.effects.values()) == found.change
    assert list(found.effects) == list(CAUSES)
    return {cause: effect for cause, effect in found.effects.items() if effect}


def test_nothing_changed_nothing_moved():
    assert effects(BEFORE) == {}


def test_less_power_by_the_same_factor_is_own_data():
    after = standing({POWER: line("1.5", "0.9"), COAL: BEFORE.lines[COAL]})
    assert effects(after) == {"own_data": D("0.3")}


def test_a_new_factor_for_the_same_power_is_the_factors_and_is_named():
    after = standing({POWER: line("2", "1.0", "F@2.0"), COAL: BEFORE.lines[COAL]})
    assert effects(after) == {"factors": D("0.2")}
    (moved,) = explain(BEFORE, after).factors
    assert (moved.before, moved.after, moved.effect) == ("F@1.0", "F@2.0", D("0.2"))
    assert (moved.process_id, moved.line) == POWER


def test_both_at_once_are_taken_half_way_by_hand():
    # From 2 x 0.6 to 1 x 0.5: amounts at 0.55 give -0.55, factors at 1.5 give -0.15.
    after = standing({POWER: line("1", "0.5", "F@2.0"), COAL: BEFORE.lines[COAL]})
    assert effects(after) == {"own_data": D("0.55"), "factors": D("0.15")}


def test_a_line_more_or_less_is_own_data():
    after = standing({POWER: BEFORE.lines[POWER]})
    assert effects(after) == {"own_data": D("2.8")}


def test_limits_that_move_under_one_rule_are_the_peers():
    after = replace(BEFORE, limits=(D("2.5"), D("4.4")))
    assert effects(after) == {"peers_and_thresholds": D("-0.6")}


def test_limits_that_move_with_the_version_of_the_rule_are_the_method():
    after = replace(BEFORE, limits=(D("2.5"), D("4.4")), rule_version="2.0")
    assert effects(after) == {"method": D("-0.6")}


def test_another_gwp_set_is_the_method_beside_what_else_changed():
    under_old = {POWER: line("1", "0.6"), COAL: BEFORE.lines[COAL]}
    under_new = {POWER: line("1", "0.5"), COAL: line("1", "2.9", "G@1.0")}
    after = replace(
        standing(under_new, gwp_set="AR6"),
        value_under={"AR5": (D("3.4"), under_old), "AR6": (D("3.4"), under_new)},
    )
    assert effects(after) == {"own_data": D("0.6")}
    lower = {POWER: line("1", "0.5"), COAL: line("1", "2.7", "G@1.0")}
    after = replace(
        standing(lower, gwp_set="AR6"),
        value_under={"AR5": (D("3.4"), under_old), "AR6": (D("3.2"), lower)},
    )
    assert effects(after) == {"own_data": D("0.6"), "method": D("0.2")}


def test_another_boundary_is_the_method_alone():
    after = standing({POWER: line("9", "4.5", "H@1.0")}, ways=("cradle_to_grave", "rule", "kg"))
    assert effects(after) == {"method": D("-0.5")}


def test_the_margin_of_an_open_last_class_is_measured_at_its_lower_limit():
    worst = replace(BEFORE, label="C", value=D("6"))
    assert explain(worst, worst).margin_before == D("-1")


def random_lines(rng: random.Random) -> dict[tuple[str, str], Line]:
    found = {}
    for i in range(rng.randint(1, 8)):
        amount = D(rng.randint(0, 10**6)).scaleb(-rng.randint(0, 12))
        factor = D(rng.randint(-(10**4), 10**6)).scaleb(-rng.randint(0, 9))
        found[f"p{rng.randint(1, 3)}", f"l{i}"] = Line(
            amount, (amount * factor).quantize(D(1).scaleb(-15)), f"F{i}@{rng.randint(1, 2)}.0"
        )
    return found


def random_standing(rng: random.Random) -> Standing:
    sets = {
        name: random_lines(rng) for name in rng.sample(["AR4", "AR5", "AR6"], rng.randint(1, 3))
    }
    under = {n: (exactly(*(x.contribution for x in lines.values())), lines)
             for n, lines in sets.items()}  # fmt: skip
    chosen = rng.choice(sorted(under))
    count = rng.randint(1, 5)
    limits = sorted(D(rng.randint(1, 10**8)).scaleb(-rng.randint(0, 6)) for _ in range(count))
    labels = tuple("ABCDEF"[: count + rng.randint(0, 1)])
    return Standing(
        "x", "p", "r", rng.choice(["1.0", "2.0"]), chosen,
        (rng.choice(["cradle_to_gate", "cradle_to_grave"]), "rule", "kg"),
        *under[chosen], under, labels, tuple(limits), rng.choice([*labels, None]),
    )  # fmt: skip


def test_the_four_causes_sum_exactly_in_a_thousand_random_cases():
    rng = random.Random(20261121)
    several = 0
    for _ in range(1000):
        before, after = random_standing(rng), random_standing(rng)
        found = explain(before, after)
        assert exactly(*found.effects.values()) == found.change
        assert found.change == exactly(found.margin_after, -found.margin_before)
        by_factor = exactly(*(m.effect for m in found.factors))
        assert by_factor == found.effects["factors"]
        several += sum(map(bool, found.effects.values())) > 1
    assert several > 400


def test_the_page_shows_every_effect_and_is_whole():
    after = standing({POWER: line("1", "0.5", "F@2.0"), COAL: BEFORE.lines[COAL]})
    page = explanation_html(
        explain(BEFORE, after), "kgCO2e/kg", read_words(REPOSITORY / "seeds")
    )  # fmt: skip
    for word in ("+0.55", "+0.15", "+0.7", "F@1.0", "F@2.0", "自身数据", "own data",
                 "@page", "分级结果，非认证标识"):  # fmt: skip
        assert word in page
    assert "http" not in page
    assert signed(D("-0.100")) == "-0.1"


def a_release(folder, name: str, *, value: str, limits=(1.0, 2.0), version="1.0", factor="1.0",
              amount="1", state="confirmed", **row):  # fmt: skip
    """The least a release holds for grading: one product, one line, one rule."""
    rule = a_rule(TABLE, limits=list(limits), version=version)
    shown = {"footprint_value": D(value), "result_state": state, "name_zh": "奶", "name_en": "milk",
             **row}  # fmt: skip
    footprint = footprints(shown)
    product = frame_of(PRODUCT, [{"product_id": "milk-1", "gwp_set": "AR5"}])
    tables = build_all({"rule-1": rule}, {}, DISCLOSURE, footprint, product, ON)
    tables |= {
        "footprint": footprint,
        "product": product,
        "footprint_line": frame_of(
            FOOTPRINT_LINE,
            [{"product_id": "milk-1", "gwp_set": row.get("gwp_set", "AR5"), "process_id": "farm",
              "line": "feed", "scaled_amount": D(amount), "contribution": D(value),
              "factor_id": "FEED", "version": factor}],
        ),
    }  # fmt: skip
    place = folder / name
    (place / "data").mkdir(parents=True)
    (place / "manifest.json").write_text(json.dumps({"release_id": name}), "utf-8")
    for table, frame in tables.items():
        frame.write_parquet(place / "data" / f"{table}.parquet")
    return str(place)


def test_two_releases_are_explained_by_command_with_a_page(tmp_path):
    first = a_release(tmp_path, "2026.1.0", value="1.8", amount="2")
    second = a_release(tmp_path, "2026.2.0", value="0.7", factor="2.0", limits=(0.9, 1.9))
    page = tmp_path / "page.html"
    found = explain_command("milk-1", first, second, output=page)
    assert (found.summary["from"], found.summary["to"]) == ("B", "A")
    assert found.data["effects"] == {
        # From 2 x 0.9 to 1 x 0.7: amounts at 0.8, factors at 1.5; the limit fell by 0.1.
        "own_data": "0.800000000000000", "factors": "0.300000000000000",
        "peers_and_thresholds": "-0.1", "method": "0E-15",
    }  # fmt: skip
    assert D(found.data["change"]) == sum(map(D, found.data["effects"].values()))
    assert found.data["factors"][0]["after"] == "FEED@2.0"
    assert "B" in page.read_text("utf-8")


def test_a_label_comes_from_a_published_grade_only(tmp_path):
    release = a_release(tmp_path, "2026.1.0", value="1.5")
    made = label_command("milk-1", release=release, output=tmp_path / "l.svg")
    assert made.data["label"] == "B"
    assert (tmp_path / "l.svg").read_text("utf-8") == made.data["svg"]
    withheld = a_release(tmp_path, "2026.2.0", value="1.5", is_limit_activity=True)
    with pytest.raises(WrongUsage) as refused:
        label_command("milk-1", release=withheld, output=tmp_path / "m.svg")
    assert refused.value.findings[0].code == "E-GRD-16"
    assert "G-LIM-01" in refused.value.findings[0].zh
    assert not (tmp_path / "m.svg").exists()


def test_the_procurement_list_is_of_a_day_and_of_the_best_classes(tmp_path):
    release = a_release(tmp_path, "2026.1.0", value="0.5")
    (row,) = procurement(on="2027-12-31", best=1, release=release).data["products"]
    assert (row["product_id"], row["label"]) == ("milk-1", "A")
    assert procurement(on="2028-01-01", best=1, release=release).data["products"] == []
    worse = a_release(tmp_path, "2026.2.0", value="1.5")
    assert procurement(on="2027-01-01", best=1, release=worse).data["products"] == []
    assert len(procurement(on="2027-01-01", best=2, release=worse).data["products"]) == 1


def test_a_reduction_is_stated_exactly_between_results_that_compare(tmp_path):
    first = a_release(tmp_path, "2026.1.0", value="1.8")
    second = a_release(tmp_path, "2026.2.0", value="1.35")
    found = reduction("milk-1", first, second).data
    assert (D(found["reduction"]), found["relative"]) == (D("0.45"), "0.250000")


@pytest.mark.parametrize(
    "changed", [{"boundary": "cradle_to_grave"}, {"accounting_rule": "other"},
                {"declared_unit": "t"}, {"category_id": "product.cheese"}]
)  # fmt: skip
def test_no_reduction_is_stated_between_results_that_do_not_compare(tmp_path, changed):
    first = a_release(tmp_path, "2026.1.0", value="1.8")
    second = a_release(tmp_path, "2026.2.0", value="1.35", **changed)
    with pytest.raises(RefusedByPolicy) as refused:
        reduction("milk-1", first, second)
    (why,) = refused.value.findings
    assert why.code == "E-GRD-17"
    assert next(iter(changed)) in why.zh


def test_a_reduction_of_a_product_that_is_not_there_is_refused(tmp_path):
    first = a_release(tmp_path, "2026.1.0", value="1.8")
    with pytest.raises(WrongUsage):
        reduction("cheese-1", first, first)


def test_progress_counts_and_takes_no_demonstration_for_a_grade(tmp_path):
    a_release(tmp_path, "2026.1.0", value="1.5", state="demonstration")
    names = ("grade", "benchmark", "product")
    tables = {n: pl.read_parquet(tmp_path / "2026.1.0" / "data" / f"{n}.parquet") for n in names}
    found = progress(tables)
    assert (found["rules"], found["rules_graded"], found["products"]) == (1, 1, 1)
    assert (found["products_graded"], found["products_demonstrated"]) == (0, 1)
    assert (found["products_verified"], found["verified_share"]) == (0, 0.0)
