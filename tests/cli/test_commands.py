"""Every command as a person and as a program uses it: envelope, exit code, words."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import run_program

KEYS = {
    "schema", "command", "ok", "exit", "release", "summary", "findings", "outputs", "data",
}  # fmt: skip
ALUMINIUM = "seeds/inventories/aluminium_ingot"
GOOD = {
    "doctor": ("doctor",),
    "release list": ("release", "list"),
    "factor get": ("factor", "get", "电力"),
    "factor ageing": ("factor", "ageing", "--on", "2029-11-21"),
    "unit parse": ("unit", "parse", "3.2 万kWh"),
    "unit list": ("unit", "list"),
    "rules list": ("rules", "list"),
    "rules explain": ("rules", "explain", "E-SEED-01"),
    "grade show": ("grade", "show"),
    "grade build": ("grade", "build", "quantile-printer-laser-unit"),
    "grade assign": (
        "grade", "assign", "--rule", "gb-16780-2021-clinker-energy", "--value", "105",
    ),
    "footprint run": ("footprint", "run", ALUMINIUM),
}  # fmt: skip


def answer(home, *words: str) -> dict:
    done = run_program(*words, "--json", home=home)
    document = json.loads(done.stdout)
    assert done.returncode == document["exit"], done.stderr
    return document


@pytest.mark.parametrize("name", GOOD)
def test_every_command_answers_in_one_json_document(shared_home, name) -> None:
    document = answer(shared_home, *GOOD[name])
    assert document.keys() == KEYS
    assert document["schema"] == "tanyuan/1"
    assert document["command"] == name
    assert document["ok"], document["findings"]


@pytest.mark.parametrize("name", GOOD)
def test_every_command_speaks_chinese_and_english(shared_home, name) -> None:
    zh = run_program("--lang", "zh", *GOOD[name], home=shared_home)
    en = run_program(*GOOD[name], "--lang", "en", home=shared_home)
    assert zh.returncode == en.returncode == 0, zh.stderr + en.stderr
    assert any("\u4e00" <= c <= "\u9fff" for c in zh.stdout)
    if name not in {"unit parse", "doctor", "unit list"}:
        assert zh.stdout != en.stdout
    assert "Traceback" not in zh.stderr + en.stderr


def test_ningxia_grid_factor_is_found_by_name_region_and_year(shared_home) -> None:
    rows = answer(
        shared_home, "factor", "get", "电力", "--region", "640000", "--year", "2023"
    )["data"]  # fmt: skip
    kinds = {(r["value"], r["value_unit"], r["reference_unit"], r["factor_kind"]) for r in rows}
    assert (0.6187, "kgCO2", "kWh", "energy_indirect_ef") in kinds


def test_a_trace_leads_from_the_number_to_the_cell_and_the_decision(shared_home) -> None:
    rows = answer(shared_home, "factor", "get", "无烟煤", "--kind", "direct_ef")["data"]
    derived = next(
        r for r in rows if (r["source_id"], r["reference_unit"]) == ("tanyuan_derived", "t")
    )
    chain = answer(shared_home, "factor", "trace", derived["factor_id"])["data"]
    kinds = [step["kind"] for step in chain]
    assert {"published", "step", "read", "decision"} <= set(kinds)
    parents = [s for s in chain if s["depth"] == 1 and s["kind"] == "published"]
    assert len(parents) == 3
    assert all("sha256:" in s["where"] for s in chain if s["kind"] == "read")
    printed = run_program("factor", "trace", derived["factor_id"], home=shared_home).stdout
    assert len(printed.splitlines()) == len(chain)


def test_a_factor_is_shown_with_gases_sets_quality_and_source(shared_home) -> None:
    factor_id = answer(shared_home, "factor", "get", "无烟煤", "--kind", "direct_ef")["data"][0][
        "factor_id"
    ]
    data = answer(shared_home, "factor", "show", factor_id)["data"]
    assert data["factor_gas"]
    assert {r["gwp_set"] for r in data["factor_co2e"]} >= {"AR4", "AR5", "AR6"}
    assert data["source"][0]["citation"]
    assert data["factor_quality"][0]["reasons_zh"]


def test_a_factor_scores_differently_for_shenyang_and_for_ningxia(shared_home) -> None:
    rows = answer(shared_home, "factor", "get", "电力", "--region", "640000")["data"]
    words = ("factor", "show", rows[0]["factor_id"], "--for")
    of = {
        place: answer(shared_home, *words, f"region={place},year=2026")["data"]["in_use"]
        for place in ("640100", "210100")
    }
    assert of["640100"]["dqr"] < of["210100"]["dqr"]
    assert of["640100"]["scores"].keys() == {"tanyuan-use-1", "pact-2", "pact-3"}
    refused = answer(shared_home, *words, "region=999999")
    assert (refused["exit"], refused["findings"][0]["code"]) == (2, "E-USEC-02")


def test_the_renewal_list_names_what_rests_on_ageing_factors(shared_home) -> None:
    document = answer(shared_home, "factor", "ageing", "--on", "2029-11-21")
    rows = document["data"]["factors"]
    assert document["summary"]["factors"] == len(rows) > 100
    assert all(row["tir_then"] > row["tir"] for row in rows)
    assert any(thing.startswith("footprint:") for row in rows for thing in row["dependents"])
    assert answer(shared_home, "factor", "ageing", "--on", "2020-01-01")["exit"] == 2


def test_the_published_release_verifies_by_command(shared_home, release_folder) -> None:
    document = answer(shared_home, "release", "verify", str(release_folder))
    assert document["ok"]
    assert document["summary"]["faults"] == 0


def test_a_changed_release_is_refused_by_command(shared_home, own_release) -> None:
    (own_release / "README.md").unlink()
    document = answer(shared_home, "release", "verify", str(own_release))
    assert document["exit"] == 1
    assert {f["code"] for f in document["findings"]} == {"E-REL-08"}


def test_a_footprint_answers_with_what_the_contract_names(shared_home) -> None:
    product = answer(shared_home, "footprint", "run", ALUMINIUM)["data"]["products"][0]
    assert {
        "product_id", "declared_unit", "declared_amount", "value", "value_excluding_uptake",
        "value_including_uptake", "value_location_based", "value_contractual", "components",
        "gases", "stages", "median", "mean", "p2_5", "p97_5", "gsd2", "samples", "seed", "dqr",
        "primary_data_share", "processes", "supply", "lines", "flags",
    } <= product.keys()  # fmt: skip
    assert {"ter", "ger", "tir", "p", "dqr"} == product["dqr"].keys()
    line = product["lines"][0]
    assert {
        "process_id", "line", "stage", "factor_id", "version", "amount", "unit", "contribution",
        "share", "variance_share", "selection",
    } <= line.keys()  # fmt: skip
    assert {"rank", "reason_zh", "reason_en", "runners_up"} == line["selection"].keys()
    assert sum(product["stages"].values()) == pytest.approx(product["value"])


def test_a_result_per_tonne_is_a_thousand_times_that_per_kilogram(shared_home) -> None:
    words = ("footprint", "run", "seeds/inventories/raw_milk")
    per_kg = answer(shared_home, *words, "--unit", "kg")["data"]["products"][0]
    per_t = answer(shared_home, *words, "--unit", "t")["data"]["products"][0]
    assert per_t["value"] == pytest.approx(1000 * per_kg["value"])
    assert per_t["lines"][0]["contribution"] == pytest.approx(
        1000 * per_kg["lines"][0]["contribution"]
    )


def test_the_gwp_set_asked_for_is_used(shared_home) -> None:
    words = ("footprint", "run", "seeds/inventories/raw_milk", "--gwp")
    values = {s: answer(shared_home, *words, s)["data"]["products"][0] for s in ("AR4", "AR6")}
    assert values["AR4"]["gwp_set"] == "AR4"
    assert values["AR4"]["value"] != values["AR6"]["value"]


BAD = {
    "an unknown command": (("nonsense",), 2, None),
    "an unknown option": (("factor", "get", "x", "--colour"), 2, "E-USE-01"),
    "an unknown code": (("rules", "explain", "E-SEED-99"), 2, "E-USE-02"),
    "an unknown factor": (("factor", "show", "FAAAAAAAAAAAA"), 2, "E-USE-02"),
    "an unknown release": (("factor", "get", "x", "--release", "1999.1.0"), 2, "E-USE-02"),
    "an unknown job": (("run", "relase"), 2, "E-USE-02"),
    "an unknown rule": (("grade", "build", "nothing"), 2, "E-GRD-05"),
    "an unknown GWP set": (("footprint", "run", ALUMINIUM, "--gwp", "AR7"), 2, "E-USE-02"),
    "an unknown unit": (("footprint", "run", ALUMINIUM, "--unit", "furlong"), 2, "E-USE-02"),
    "a unit that does not convert": (("footprint", "run", ALUMINIUM, "--unit", "kWh"), 2, None),
    "no such folder": (("footprint", "run", "nowhere"), 2, "E-USE-10"),
    "no such release folder": (("release", "verify", "nowhere"), 2, "E-USE-10"),
    "a unit nobody knows": (("unit", "parse", "3 furlongs"), 1, "E-UNIT-01"),
    "a day that is none": (
        ("grade", "assign", "--rule", "gb-16780-2021-clinker-energy", "--value", "1",
         "--on", "soon"), 2, "E-USE-02",
    ),
    "a rule out of force": (
        ("grade", "assign", "--rule", "gb-16780-2021-clinker-energy", "--value", "1",
         "--on", "2099-01-01"), 4, "E-GRD-04",
    ),
    "a rule without limits": (
        ("grade", "assign", "--rule", "quantile-jeans-unit", "--value", "1"), 4, "E-GRD-09",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_wrong_use_is_answered_with_a_code_and_no_traceback(shared_home, name) -> None:
    words, code, finding = BAD[name]
    done = run_program(*words, "--json", home=shared_home)
    assert done.returncode == code, done.stdout + done.stderr
    document = json.loads(done.stdout)
    assert document["exit"] == code
    first = document["findings"][0]
    assert finding in {None, first["code"]}
    assert first["zh"]
    assert first["en"]
    assert first["fix_zh"]
    assert "Traceback" not in done.stdout + done.stderr


def test_without_a_release_the_program_says_what_to_do(tmp_path) -> None:
    done = run_program("factor", "get", "电力", home=tmp_path / "home")
    assert done.returncode == 2
    assert "make release" in done.stderr


def test_an_internal_error_leaves_a_report_without_row_data(shared_home, tmp_path) -> None:
    script = (
        "import sys\n"
        "from pipelines.serve import lookup\n"
        "def broken(*a, **k): raise RuntimeError('secret row 0.6187')\n"
        "lookup.Library.search = broken\n"
        "from pipelines.cli import main\n"
        "main()\n"
    )
    environment = {**os.environ, "TANYUAN_HOME": str(tmp_path / "home")}
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "log").symlink_to(shared_home / "log")
    (tmp_path / "home" / "releases").symlink_to(shared_home / "releases")
    done = subprocess.run(
        [sys.executable, "-c", script, "factor", "get", "电力"],
        capture_output=True, text=True, encoding="utf-8", check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 70
    assert "Traceback" not in done.stderr
    assert "0.6187" not in done.stderr
    report = next((tmp_path / "home" / "reports").glob("internal-*.txt")).read_text("utf-8")
    assert "RuntimeError" in report
    assert "0.6187" not in report


@pytest.mark.parametrize("name", ["unit parse", "rules explain", "factor get", "release list"])
def test_light_commands_load_nothing_heavy(shared_home, name) -> None:
    script = (
        "import sys\n"
        "from pipelines.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'dagster', 'polars', 'pandera', 'pandas', 'great_expectations', 'pyarrow'}\n"
        "loaded = sorted(heavy & set(sys.modules))\n"
        "print('LOADED', loaded)\n"
    )
    environment = {**os.environ, "TANYUAN_HOME": str(shared_home)}
    done = subprocess.run(
        [sys.executable, "-c", script, *GOOD[name]],
        capture_output=True, text=True, encoding="utf-8", check=False, env=environment,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_no_command_takes_the_name_of_a_function_of_the_program() -> None:
    # A module that has been imported stands where a function of its name stood.
    import pipelines.cli

    modules = {path.stem for path in Path(pipelines.cli.__file__).parent.glob("*.py")}
    functions = {name for name, held in vars(pipelines.cli).items() if inspect.isfunction(held)}
    assert "run_words" in functions
    assert not functions & modules
