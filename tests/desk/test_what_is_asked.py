"""The templates ask what the contract says, and a faulty declaration is refused."""

from __future__ import annotations

import pytest

from pipelines.desk.layout import find_header, form_of_sheet, is_example, read_stamp, stamp
from schemas import ALL_TABLES
from schemas.form import Ask, Edition, Form, Template, version_key
from schemas.names import NAME_ZH, NOTE_ZH
from schemas.source import CORE_DATA
from schemas.submission import SUBMISSION_LISTS
from schemas.submission_product import TEMPLATES
from schemas.table import BadDeclaration
from schemas.vocabularies import ALL_VOCABULARIES

FACTOR_NAMES = """
record_key, name_zh, name_en, factor_kind, category_code, route, value, value_unit,
reference_unit, gas, gwp_set, value_convention, fossil, biogenic_non_co2, land_use_change,
land_management_emission, land_management_removal, technological_removal, ccs_capture,
biogenic_uptake, biogenic_co2_emission, boundary, delivery_scope, region_code, data_start,
data_end, reference_year, valid_from, valid_until, technology, market_share, data_origin,
derivation, uncertainty_kind, uncertainty_value, lower95, upper95, quality_technological,
quality_geographical, quality_temporal, quality_precision, source_title, source_page,
source_url, licence, authorisation_scope, authorisation_document, authorisation_until,
data_class, methodology_url, core_data, note
"""
LISTS = {v.name for v in (*ALL_VOCABULARIES, *SUBMISSION_LISTS)} | set(ALL_TABLES)
LISTS |= {"accounting_rule", "flow_name"}
ASKS = [
    pytest.param(ask, id=f"{kind}-{form.table}-{ask.name}")
    for kind, template in TEMPLATES.items()
    for form in template.forms
    for ask in form
]


def test_the_factor_sheet_has_the_contract_names_in_order():
    assert TEMPLATES["factor"].main.names == tuple(
        name.strip() for name in FACTOR_NAMES.replace("\n", " ").split(",")
    )


def test_the_three_templates_have_the_sheets_promised():
    assert [f.sheet for f in TEMPLATES["factor"].forms] == ["单位信息", "因子填报", "来源与授权"]
    assert {"product", "process", "exchange", "instrument", "assumption"} <= {
        f.table for f in TEMPLATES["inventory"].forms
    }


@pytest.mark.parametrize("ask", ASKS)
def test_every_column_is_explained_and_its_list_exists(ask):
    assert ask.field.meaning_zh
    assert ask.field.meaning_en
    assert not ask.listed or ask.listed in LISTS
    assert (ask.answer == "code") == bool(ask.listed)


def test_a_column_that_must_be_filled_in_needs_an_example():
    with pytest.raises(BadDeclaration, match="example"):
        Ask(NAME_ZH, "", required=True)
    with pytest.raises(BadDeclaration, match="list"):
        Ask(CORE_DATA, "true")
    with pytest.raises(BadDeclaration, match="language"):
        Ask(NOTE_ZH, "", when_zh="总是")


def form(*asks, is_main=True):
    return Form("t", "表", "Table", "表。", "Table.", asks, is_main=is_main)


@pytest.mark.parametrize(
    ("forms", "history"),
    [
        ((form(Ask(NAME_ZH, "x"), is_main=False),), (Edition("1.0"),)),
        ((form(Ask(NAME_ZH, "x")),), ()),
        ((form(Ask(NAME_ZH, "x")),), (Edition("1.1"), Edition("1.0"))),
        ((form(Ask(NAME_ZH, "x")),), (Edition("1.0"), Edition("1.1", added=(("t", "y"),)))),
    ],
    ids=["no main sheet", "no history", "versions descend", "history names a stranger"],
)
def test_a_template_that_contradicts_itself_is_refused(forms, history):
    with pytest.raises(BadDeclaration):
        Template("factor", "表", "Table", forms, history)


def test_a_sheet_that_asks_twice_is_refused():
    with pytest.raises(BadDeclaration):
        form(Ask(NAME_ZH, "x"), Ask(NAME_ZH, "y"))


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_stamp_tells_kind_and_version(kind):
    template = TEMPLATES[kind]
    assert read_stamp(stamp(template)) == (kind, template.version)
    assert read_stamp("模板 Template other 1.0") is None
    assert version_key("1.10") > version_key("1.9")


@pytest.mark.parametrize("name", ["过程的行", "exchange", " Exchange "])
def test_a_sheet_is_known_by_any_of_its_names(name):
    found = form_of_sheet(TEMPLATES["inventory"], name)
    assert found is not None
    assert found.table == "exchange"
    assert form_of_sheet(TEMPLATES["inventory"], "Sheet1") is None


def test_the_header_is_found_where_the_submitter_moved_it():
    main = TEMPLATES["factor"].main
    rows = [
        ("某单位报送表",),
        ("名称", "因子值"),
        ("name_zh", " value ", "mine", "value"),
        ("a", "1"),
    ]
    header = find_header(rows, main)
    assert header is not None
    assert (header.row, header.columns) == (2, {"name_zh": 0, "value": 1})
    assert header.repeated == ("value",)
    assert header.unknown == ((2, "mine"),)
    assert find_header([("a", "b"), ("value",)], main) is None


def test_the_example_row_is_known_by_its_mark():
    assert is_example(("示例", "1"))
    assert not is_example(())
    assert not is_example(("示例水泥",))
