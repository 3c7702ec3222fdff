"""Is every inventory that cannot be trusted refused, with its code, its place and a remedy?"""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.footprint import compute
from tests.footprint.handmade import (
    DIESEL,
    FACTORS,
    GRID,
    LIME,
    POWER,
    codes,
    computed,
    emission,
    factor,
    line,
    output,
    pinned,
    process,
    product,
    refusal,
    write,
)


def kiln():
    """A sound inventory of two processes, to be spoilt in one place."""
    return {
        "product": [product("kiln")],
        "process": [process("kiln"), process("mill", "lime")],
        "exchange": [
            line("kiln", 1, "lime", 0.5, "kg", provider="mill"),
            line("kiln", 2, "electricity", 10, "kWh", **pinned(POWER)),
            emission("mill", 1, "CO2", 1),
        ],
    }


def test_the_sound_inventory_is_accepted(tmp_path, library):
    assert computed(tmp_path / "one", library, **kiln()).total("kiln-out") == 5.5


@pytest.mark.parametrize(
    ("name", "like"),
    [("my plant", "my-plant"), ("Kiln_A", "kiln-a"), ("熟料厂", "inventory"), ("a--b", "a-b")],
)
def test_a_folder_whose_name_is_no_id_is_named_with_a_name_that_is(tmp_path, library, name, like):
    (found,) = refusal(tmp_path / name, library, **kiln())
    assert (found.code, found.place["file"], found.place["value"]) == ("E-INV-23", name, name)
    assert all(name in text for text in (found.zh, found.en))
    assert all(like in text for text in (found.fix_zh, found.fix_en))
    assert computed(tmp_path / like, library, **kiln()).total("kiln-out") == 5.5


def test_an_inventory_may_be_computed_from_within_its_folder(tmp_path, library, monkeypatch):
    monkeypatch.chdir(write(tmp_path / "one", **kiln()))
    outcome = compute([Path()], library, gwp_sets=("AR5",))
    assert outcome["product"]["inventory_id"].to_list() == ["one"]


def bought(provider, flow="electricity", unit="kWh", **more):
    """One line of a kiln with this provider."""
    return {
        "product": [product("kiln")],
        "process": [process("kiln")],
        "exchange": [line("kiln", 7, flow, 10, unit, provider=provider, **more)],
    }


# Factors that may not serve a line although it names them.


@pytest.mark.parametrize(
    ("factor_id", "flow", "unit", "use"),
    [
        (GRID, "electricity", "kWh", "supply"),
        (DIESEL, "diesel", "kg", "supply"),
        (DIESEL, "diesel", "kg", "feedstock"),
        (POWER, "electricity", "kWh", "combustion"),
        (LIME, "electricity", "kWh", "supply"),
    ],
    ids=["grid CO2", "direct for supply", "direct for feedstock", "footprint burnt", "no unit"],
)
def test_a_pinned_factor_that_cannot_serve_is_refused(
    tmp_path, library, factor_id, flow, unit, use
):
    files = bought(f"factor:{factor_id}", flow, unit, flow_use=use)
    (found,) = refusal(tmp_path / "one", library, **files)
    assert found.code == "E-FPT-01"
    assert factor_id in found.en
    assert "kiln" in found.en
    assert "7" in found.zh


def test_the_official_grid_factor_of_a_province_is_refused(tmp_path, seed_tables, seed_library):
    official = seed_tables["factor"].filter(record_key="ELEC-CO2-2023-640000").to_dicts()
    assert [row["factor_kind"] for row in official] == ["energy_indirect_ef"]
    files = bought(f"factor:{official[0]['factor_id']}", region_code="640000")
    assert codes(refusal(tmp_path / "one", seed_library, **files)) == {"E-FPT-01"}


def test_a_grid_factor_is_never_chosen_for_a_line_that_names_none(tmp_path, library_with):
    grid_only = [row for row in FACTORS if row["factor_id"] == GRID]
    outcome = computed(tmp_path / "one", library_with(factors=grid_only, gases=()), **bought(""))
    row = outcome.row("footprint_line")
    assert row["factor_id"] is None
    assert not row["is_covered"]
    assert "F-KIND-01" in row["runners_up"]


@pytest.mark.parametrize("held", [None, "AR4", "SAR", "AR6"])
def test_a_factor_of_no_or_another_gwp_set_is_refused(tmp_path, library_with, held):
    library = library_with(factors=(factor(POWER, "electricity", 0.5, "kWh", gwp_set=held),))
    found = refusal(tmp_path / "pin", library, **bought(f"factor:{POWER}"))
    assert codes(found) == {"E-SEL-13"}
    row = computed(tmp_path / "free", library, **bought("")).row("footprint_line")
    assert row["factor_id"] is None
    assert "F-GWP-01" in row["runners_up"]


@pytest.mark.parametrize("kind", ["residual_mix", "removal_factor", "energy_indirect_ef"])
def test_a_life_cycle_factor_of_another_kind_is_refused_too(tmp_path, library_with, kind):
    mix = factor(POWER, "electricity", 0.7, "kWh", factor_kind=kind)
    library = library_with(factors=(mix,), gases=())
    found = refusal(tmp_path / "pin", library, **bought(f"factor:{POWER}"))
    assert codes(found) == {"E-FPT-01"}
    row = computed(tmp_path / "free", library, **bought("")).row("footprint_line")
    assert row["factor_id"] is None
    assert "F-KIND-01" in row["runners_up"]


@pytest.mark.parametrize("unit", ["kgCO2", "kgCO2e"])
def test_a_factor_with_gases_serves_under_every_set(tmp_path, library_with, unit):
    held = {"value_unit": unit, "gwp_set": "AR5" if unit == "kgCO2e" else "not_applicable"}
    library = library_with(
        factors=[{**row, **held} if row["factor_id"] == DIESEL else row for row in FACTORS]
    )
    files = bought(f"factor:{DIESEL}", "diesel", "kg", flow_use="combustion")
    outcome = computed(tmp_path / "one", library, ("AR4", "AR5", "AR6"), **files)
    totals = [outcome.total("kiln-out", s) for s in ("AR4", "AR5", "AR6")]
    assert totals == pytest.approx([30 + 0.25 + 0.298, 30 + 0.3 + 0.265, 30 + 0.298 + 0.273])


@pytest.mark.parametrize(
    "provider", ["factor:FNOSUCHAAAAAA", f"factor:{POWER}@9.9", "factor:"], ids=str
)
def test_a_factor_that_does_not_exist_is_refused(tmp_path, library, provider):
    (found,) = refusal(tmp_path / "one", library, **bought(provider))
    assert found.code == "E-FPT-02"
    assert "kiln" in found.en


@pytest.mark.parametrize("status", ["recalled", "withdrawn", "superseded", "refused", "draft"])
def test_a_factor_that_is_no_longer_good_is_not_used(tmp_path, library_with, status):
    library = library_with(factors=(factor(POWER, "electricity", 0.5, "kWh", status=status),))
    found = refusal(tmp_path / "pin", library, **bought(f"factor:{POWER}"))
    assert codes(found) == {"E-FPT-02"}
    outcome = computed(tmp_path / "free", library, **bought(""))
    assert outcome.row("footprint")["lines_uncovered"] == 1


def test_two_factors_alike_in_everything_are_a_tie(tmp_path, library_with):
    twin = factor("FTWINAAAAAAAA", "electricity", 0.9, "kWh")
    library = library_with(factors=(*FACTORS, twin))
    (found,) = refusal(tmp_path / "one", library, **bought(""))
    assert found.code == "E-FPT-03"
    assert POWER in found.en
    assert "FTWINAAAAAAAA" in found.zh
    settled = computed(tmp_path / "two", library, **bought("factor:FTWINAAAAAAAA"))
    assert settled.total("kiln-out") == pytest.approx(9)


def test_a_gas_without_a_potential_in_the_set_is_refused(tmp_path, library):
    files = bought("")
    files["exchange"] = [emission("kiln", 3, "cf4", 1)]
    (found,) = refusal(tmp_path / "one", library, ("AR4",), **files)
    assert found.code == "E-FPT-08"
    assert "AR4" in found.en


# Systems without a solution.


@pytest.mark.parametrize(("own_use", "code"), [(1, "E-FPT-04"), (2, "E-FPT-05")])
def test_a_process_that_uses_all_it_makes_or_more_is_refused(tmp_path, library, own_use, code):
    files = kiln()
    files["exchange"].append(line("mill", 2, "lime", own_use, "kg", provider="mill"))
    (found,) = refusal(tmp_path / "one", library, **files)
    assert found.code == code
    assert "mill" in found.en


def test_two_processes_that_use_all_they_make_are_both_named(tmp_path, library):
    files = kiln()
    files["exchange"].append(line("mill", 2, "clinker", 2, "kg", provider="kiln"))
    (found,) = refusal(tmp_path / "one", library, **files)
    assert found.code == "E-FPT-04"
    assert "kiln, mill" in found.en


# Cells, one spoilt at a time. The row is counted as a person counts it, the header being 1.

SPOILT = [
    ("exchange", 0, "flow", "kryptonite", "E-INV-01"),
    ("process", 1, "reference_flow", "kryptonite", "E-INV-01"),
    ("exchange", 1, "unit", "kWhh", "E-UNIT-01"),
    ("product", 0, "declared_unit", "bushel", "E-UNIT-01"),
    ("process", 0, "reference_unit", "bushel", "E-UNIT-01"),
    ("exchange", 1, "unit", "kg", "E-INV-02"),
    ("exchange", 2, "unit", "kWh", "E-INV-02"),
    ("process", 0, "reference_unit", "kWh", "E-INV-02"),
    ("exchange", 2, "flow", "CO3", "E-GAS-01"),
    ("exchange", 0, "provider", "mil", "E-INV-03"),
    ("exchange", 1, "process_id", "klin", "E-INV-03"),
    ("exchange", 1, "line", "1", "E-INV-08"),
    ("process", 1, "process_id", "kiln", "E-INV-04"),
    ("process", 0, "reference_amount", "0", "E-INV-05"),
    ("process", 0, "reference_amount", "-1", "E-INV-05"),
    ("product", 0, "declared_amount", "0", "E-INV-05"),
    ("exchange", 1, "amount", "-10", "E-INV-06"),
    ("exchange", 2, "amount", "-1", "E-INV-06"),
    ("exchange", 1, "derivation", "estimated", "E-INV-07"),
    ("product", 0, "accounting_rule", "pcr-of-nobody", "E-INV-09"),
    ("product", 0, "period_start", "2025.1.1", "E-INV-11"),
    ("product", 0, "period_end", "2025-02-30", "E-INV-11"),
    ("product", 0, "process_id", "klin", "E-INV-13"),
    ("product", 0, "region_code", "XX", "E-REG-01"),
    ("process", 0, "region_code", "XX", "E-REG-01"),
    ("exchange", 1, "region_code", "XX", "E-REG-01"),
    ("exchange", 1, "direction", "sideways", "E-CODE-01"),
    ("exchange", 1, "stage", "afterlife", "E-CODE-01"),
    ("exchange", 1, "flow_use", "decoration", "E-CODE-01"),
    ("process", 0, "allocation", "by feeling", "E-CODE-01"),
    ("product", 0, "gwp_set", "AR9", "E-CODE-01"),
    ("product", 0, "boundary", "", "E-TEXT-01"),
    ("exchange", 1, "amount", "", "E-TEXT-01"),
    ("process", 0, "reference_amount", "", "E-TEXT-01"),
]


@pytest.mark.parametrize(
    ("file", "at", "column", "value", "code"), SPOILT, ids=lambda v: str(v) or "empty"
)
def test_a_spoilt_cell_is_found_where_it_stands(tmp_path, library, file, at, column, value, code):
    files = kiln()
    files[file][at][column] = value
    found = refusal(tmp_path / "one", library, **files)
    hits = [f for f in found if f.code == code]
    assert hits, codes(found)
    assert hits[0].severity == "error"
    assert hits[0].place["file"] == f"one/{file}.csv"
    assert hits[0].place["row"] == at + 2


@pytest.mark.parametrize(
    "text", ["NaN", "nan", "inf", "-inf", "Infinity", "1e999", "1,000", "1_000", "0x1F", "１０",
             "十", "1e", "10 kWh", "=10"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("file", "column"),
    [("exchange", "amount"), ("process", "reference_amount"), ("product", "declared_amount")],
)
def test_what_is_not_a_finite_plain_number_is_refused(tmp_path, library, file, column, text):
    files = kiln()
    files[file][0][column] = text
    (found,) = refusal(tmp_path / "one", library, **files)
    assert (found.code, found.place["field"], found.place["row"]) == ("E-NUM-01", column, 2)
    assert found.place["value"] == text


def test_a_misspelt_name_is_answered_with_the_nearest(tmp_path, library):
    files = kiln()
    files["exchange"][0]["flow"] = "limee"
    files["exchange"][1]["unit"] = "kWhh"
    files["exchange"][2]["flow"] = "ch4_fosil"
    near = {f.code: f.expected for f in refusal(tmp_path / "one", library, **files)}
    assert "lime" in near["E-INV-01"]
    assert "kWh" in near["E-UNIT-01"]
    assert "ch4_fossil" in near["E-GAS-01"]


def test_every_fault_is_told_at_once(tmp_path, library):
    files = kiln()
    files["product"][0]["accounting_rule"] = "none"
    files["process"][0]["reference_amount"] = 0
    files["exchange"][0]["provider"] = "nobody"
    files["exchange"][1]["unit"] = "kWhh"
    found = refusal(tmp_path / "one", library, **files)
    assert codes(found) == {"E-INV-09", "E-INV-05", "E-INV-03", "E-UNIT-01"}


def test_every_unreadable_cell_is_told_at_once(tmp_path, library):
    files = kiln()
    files["exchange"][0]["amount"] = "NaN"
    files["exchange"][1]["direction"] = "sideways"
    files["product"][0]["period_end"] = "later"
    found = refusal(tmp_path / "one", library, **files)
    assert codes(found) == {"E-NUM-01", "E-CODE-01", "E-INV-11"}


@pytest.mark.parametrize("method", ["mass", "energy", "economic"])
@pytest.mark.parametrize("at", [3, 4], ids=["reference flow", "co-product"])
def test_allocation_without_a_worth_is_refused(tmp_path, library, method, at):
    files = kiln()
    files["process"][1]["allocation"] = method
    files["exchange"] += [
        output("mill", 8, "reference_flow", 1, "kg", 2),
        output("mill", 9, "sand", 1, "kg", 3),
    ]
    assert computed(tmp_path / "good", library, **files).total("kiln-out") > 5
    files["exchange"][at]["allocation_value"] = ""
    (found,) = refusal(tmp_path / "one", library, **files)
    assert (found.code, found.place["row"]) == ("E-INV-12", at + 2)
    assert method in found.en


# Accounting rules have a time.


@pytest.mark.parametrize(
    ("on", "is_good"),
    [
        (dt.date(2025, 12, 4), False),
        (dt.date(2025, 12, 5), True),
        (dt.date(2030, 12, 31), True),
        (dt.date(2031, 1, 1), False),
    ],
)
def test_an_accounting_rule_serves_only_while_it_is_in_force(tmp_path, library, on, is_good):
    then = dataclasses.replace(library, on=on)
    if is_good:
        assert computed(tmp_path / "one", then, **kiln()).total("kiln-out") == 5.5
        return
    (found,) = refusal(tmp_path / "one", then, **kiln())
    assert found.code == "E-INV-10"
    assert "2030-12-31" in found.en


def test_an_unknown_rule_is_answered_with_those_that_exist(tmp_path, library):
    files = kiln()
    files["product"][0]["accounting_rule"] = "cn-guideline-2024"
    (found,) = refusal(tmp_path / "one", library, **files)
    assert found.expected == ("cn-guideline-2025", "iso-14067-ar6")


# Files.


@pytest.mark.parametrize("name", ["product", "process", "exchange"])
def test_a_missing_file_is_named(tmp_path, library, name):
    folder = write(tmp_path / "one", **kiln())
    (folder / f"{name}.csv").unlink()
    with pytest.raises(UnreadableInput) as caught:
        compute([folder], library)
    (found,) = caught.value.findings
    assert found.code == "E-SEED-06"
    assert found.place["file"] == f"one/{name}.csv"
    assert caught.value.exit_code == 3


def test_a_folder_that_is_not_there_is_unreadable(tmp_path, library):
    with pytest.raises(UnreadableInput):
        compute([tmp_path / "nowhere"], library)


@pytest.mark.parametrize(
    ("spoilt", "code", "word"),
    [
        (lambda text: text.encode("gbk"), "E-TEXT-03", "GBK"),
        (lambda text: text.encode("utf-16"), "E-TEXT-03", "UTF-16"),
        (lambda _: bytes(range(256)), "E-TEXT-03", "?"),
        (lambda text: (text + '"never closed,').encode(), "E-TEXT-04", "3"),
        (lambda text: text.replace("sample", "s" * 200_000).encode(), "E-TEXT-05", "2"),
        (lambda text: text.replace(",", ";").encode(), "E-TEXT-06", ";"),
        (lambda text: text.replace(",", "\t").encode(), "E-TEXT-06", "TAB"),
        (lambda _: b"PK\x03\x04" + bytes(range(256)), "E-TEXT-03", "XLSX"),
    ],
    ids=[
        "as Excel saves it",
        "utf-16",
        "no text",
        "a quote left open",
        "a cell too long",
        "semicolons",
        "tabs",
        "a workbook named a table",
    ],
)
def test_a_file_that_is_not_a_table_of_utf_8_is_told_what_it_is(
    tmp_path, library, spoilt, code, word
):
    folder = write(tmp_path / "one", **kiln())
    path = folder / "product.csv"
    path.write_bytes(spoilt(path.read_text("utf-8")))
    with pytest.raises((UnreadableInput, FaultyData)) as caught:
        compute([folder], library)
    (found,) = caught.value.findings
    assert (found.code, found.place["file"]) == (code, "one/product.csv")
    assert word in found.zh
    assert word in found.en


def test_a_mark_of_byte_order_and_blanks_around_names_of_columns_are_accepted(tmp_path, library):
    folder = write(tmp_path / "one", **kiln())
    for name in ("product", "process", "exchange"):
        path = folder / f"{name}.csv"
        header, _, rows = path.read_bytes().partition(b"\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + header.replace(b",", b" , ") + b"\r\n" + rows)
    found = compute([folder], library, gwp_sets=("AR5",))["footprint"]
    assert float(found["footprint_value"].item()) == 5.5


@pytest.mark.parametrize(
    ("name", "column"),
    [("product", "accounting_rule"), ("process", "allocation"), ("exchange", "unit")],
)
def test_a_missing_column_is_named(tmp_path, library, name, column):
    files = kiln()
    for row in files[name]:
        del row[column]
    (found,) = refusal(tmp_path / "one", library, **files)
    assert found.code == "E-SEED-04"
    assert column in found.en


def test_a_row_that_is_too_short_is_named(tmp_path, library):
    folder = write(tmp_path / "one", **kiln())
    path = folder / "process.csv"
    path.write_text(path.read_text("utf-8") + "oven,烘,oven\n", "utf-8")
    with pytest.raises(FaultyData) as caught:
        compute([folder], library)
    (found,) = caught.value.findings
    assert (found.code, found.place["row"]) == ("E-SEED-05", 4)


def test_a_check_value_of_no_product_or_that_no_release_could_hold_is_refused(tmp_path, library):
    check = {
        "product_id": "other-out", "check_id": "C1", "check_kind": "published result",
        "check_value": 1, "check_unit": "kgCO2e/kg", "check_boundary": "gate",
        "explanation_zh": "无", "explanation_en": "none", "citation": "paper",
        "confidence": "high",
    }  # fmt: skip
    (found,) = refusal(tmp_path / "one", library, **kiln(), check=[check])
    assert (found.code, found.place["value"]) == ("E-FPT-09", "other-out")
    for column, value, code in (
        ("check_value", "about 3", "E-NUM-01"), ("check_unit", "kg per kg", "E-UNIT-01"),
        ("check_value", "", "E-TEXT-01"), ("citation", "", "E-TEXT-01"),
        ("check_id", "c 1", "E-INV-21"), ("confidence", "sure", "E-CODE-01"),
    ):  # fmt: skip
        spoilt = {**check, "product_id": "kiln-out", column: value}
        (found,) = refusal(tmp_path / "one", library, **kiln(), check=[spoilt])
        assert (found.code, found.place["field"]) == (code, column)
        assert (found.place["file"], found.place["row"]) == ("one/check.csv", 2)


def test_nothing_of_a_refused_run_is_handed_out(tmp_path, library):
    good = write(tmp_path / "good", **kiln())
    files = kiln()
    files["exchange"][0]["provider"] = "nobody"
    bad = write(tmp_path / "bad", **files)
    with pytest.raises(FaultyData):
        compute([good, bad], library)


def test_gases_are_told_apart_from_flows(tmp_path, library):
    files = kiln()
    files["exchange"][2]["flow"] = "lime"
    assert codes(refusal(tmp_path / "one", library, **files)) == {"E-GAS-01"}
    files["exchange"][2]["flow"] = "CO2"
    files["exchange"][1]["flow"] = "CO2"
    assert codes(refusal(tmp_path / "two", library, **files)) == {"E-INV-01"}
