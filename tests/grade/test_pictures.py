"""Do labels and pictures say what was graded, the same way every time, and nothing more?"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import FaultyData
from pipelines.grade.label import LabelFacts, label_svg
from pipelines.grade.picture import PictureFacts, picture_svg
from pipelines.grade.pictures import picture_facts
from pipelines.grade.svg import fitted, is_dark, qr_path, read_words, to_png, width_of
from pipelines.settings import REPOSITORY
from tests.grade.samples import (
    DISCLOSURE,
    a_rule,
    build,
    population,
)

WORDS = read_words(REPOSITORY / "seeds")
FACTS = LabelFacts(
    "ammonia-coal", "合成氨", "Synthetic ammonia", 4.031338, "kgCO2e/kg", "carbon_footprint",
    "3级", ("1级", "2级", "3级", "4级", "5级"), (3.3, 3.7, 4.1, 4.7, None), "<=", 0.62,
    "摇篮到大门", "cradle to gate", "demo-quantile-ammonia", "1.0", dt.date(2027, 12, 31),
    is_demonstration=True, is_provisional=False,
)  # fmt: skip
PICTURE = PictureFacts(
    "合成氨", "ammonia", "kgCO2e/kg", ("1级", "2级", "3级"), (3.3, 3.7), (0.1, 0.2), (), 36, 24,
    "rule-1", "1.0", "2024", ("ammonia-coal", 4.03, 1.2),
)  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def words_of(svg: str) -> list[str]:
    return ["".join(t.itertext()) for t in ET.fromstring(svg).iter(f"{SVG}text")]


def test_a_label_says_class_value_unit_boundary_version_validity_and_what_it_is_not():
    shown = "\n".join(words_of(label_svg(FACTS, WORDS)))
    for word in ("产品碳足迹分级", "4.031", "kgCO2e/kg", "摇篮到大门", "cradle to gate",
                 "demo-quantile-ammonia", "1.0", "2027-12-31", "分级结果，非认证标识",
                 "62%", "合成氨"):  # fmt: skip
        assert word in shown
    assert words_of(label_svg(FACTS, WORDS)).count("3级") == 2


def test_a_demonstration_is_marked_on_its_label_and_its_picture():
    assert any("演示" in w for w in words_of(label_svg(FACTS, WORDS)))
    assert any("演示" in w for w in words_of(picture_svg(replace(PICTURE, is_demonstration=True),
                                                       WORDS)))  # fmt: skip
    plain = replace(FACTS, is_demonstration=False)
    assert not any("演示" in w for w in words_of(label_svg(plain, WORDS)))
    provisional = replace(plain, is_provisional=True)
    assert any("暂定" in w for w in words_of(label_svg(provisional, WORDS)))


def test_the_same_grade_gives_the_same_bytes():
    assert label_svg(FACTS, WORDS).encode() == label_svg(replace(FACTS), WORDS).encode()
    assert picture_svg(PICTURE, WORDS).encode() == picture_svg(replace(PICTURE), WORDS).encode()


@pytest.mark.parametrize("svg", [label_svg(FACTS, WORDS), picture_svg(PICTURE, WORDS)])
def test_the_text_alternative_stands_inside(svg):
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "t d"
    assert root.find(f"{SVG}title").text
    assert len(root.find(f"{SVG}desc").text) > 40


@pytest.mark.parametrize("svg", [label_svg(FACTS, WORDS), picture_svg(PICTURE, WORDS)])
def test_nothing_is_fetched_from_elsewhere(svg):
    assert "href" not in svg
    assert "url(" not in svg
    assert "<image" not in svg
    assert "<script" not in svg


def test_a_label_is_not_green_and_bears_no_footprint():
    svg = label_svg(FACTS, WORDS)
    for colour in set(re.findall(r"#([0-9a-f]{6})", svg)):
        red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
        assert not green > max(red, blue) + 10
    assert "<ellipse" not in svg
    assert "<circle" not in svg


def grey(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_classes_keep_their_order_in_grey(count):
    greys = [grey(c) for c in WORDS.colours(count)]
    assert greys == sorted(greys)
    assert min(b - a for a, b in itertools.pairwise(greys)) > 25


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_letters_stand_out_from_every_class(count):
    for colour in WORDS.colours(count):
        ink = 255.0 if is_dark(colour) else grey("#1a1a1a")
        lighter, darker = max(ink, grey(colour)) + 12.75, min(ink, grey(colour)) + 12.75
        assert lighter / darker > 2


def test_the_code_names_product_and_rule_and_can_be_read():
    pytest.importorskip("segno")
    path, width = qr_path("tanyuan:label/ammonia-coal/demo-quantile-ammonia/1.0")
    dark = {
        (int(x) + i, int(y))
        for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1", path)
        for i in range(int(run))
    }
    import segno

    matrix = segno.make(
        "tanyuan:label/ammonia-coal/demo-quantile-ammonia/1.0", error="m", micro=False
    ).matrix
    assert width == len(matrix) + 4
    wanted = {(x + 2, y + 2) for y, row in enumerate(matrix) for x, on in enumerate(row) if on}
    assert dark == wanted


@settings(deadline=None, max_examples=20)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60))
def test_no_name_breaks_a_label_or_leaves_it(name):
    svg = label_svg(replace(FACTS, name_zh=name, name_en=name), WORDS)
    ET.fromstring(svg)
    one = fitted(name, 19, 270, 11)
    assert width_of(one.text) * one.size <= 270 + 1e-9


def test_no_single_result_of_an_owner_is_drawn():
    members = population([10.0, 20.0, 30.0, 40.0, 50.0, 60.0])
    made = build(a_rule(), members, DISCLOSURE)
    svg = picture_svg(picture_facts(made), WORDS)
    assert "<circle" not in svg
    assert picture_facts(made).values == ()
    for value in ("10", "20", "30", "40", "50", "60"):
        assert value not in words_of(svg)


def test_the_axis_of_owners_tells_of_no_smallest_or_largest():
    members = population([10.0, 20.0, 30.0, 40.0, 50.0, 60.0])
    far = [*members[:-1], replace(members[-1], value=6000.0)]
    one, other = (
        picture_svg(picture_facts(replace(build(a_rule(), m, DISCLOSURE), errors=())), WORDS)
        for m in (members, far)
    )
    assert one == other


def test_averages_without_owners_are_drawn_as_dots_with_their_box():
    rule = a_rule(population_kind="modelled_average")
    made = build(rule, population([10.0, 20.0, 30.0, 40.0, 50.0, 60.0]), DISCLOSURE)
    root = ET.fromstring(picture_svg(picture_facts(made), WORDS))
    assert len(list(root.iter(f"{SVG}circle"))) == 6


def test_words_without_source_are_refused(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "label.toml").write_text('foot_zh = "x"\n', "utf-8")
    with pytest.raises(FaultyData):
        read_words(tmp_path)


def test_an_office_gets_a_png_with_chinese_letters():
    from pipelines.errors import EnvironmentFault

    try:
        found = to_png(label_svg(FACTS, WORDS), 840)
    except EnvironmentFault:
        pytest.skip("no Chinese font on this machine")
    assert found[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(found[16:20], "big") == 840
    assert found == to_png(label_svg(FACTS, WORDS), 840)
