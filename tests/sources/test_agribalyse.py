"""Is every food of AGRIBALYSE read as printed, in both editions and in the next one?"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import shutil
import statistics
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

import schemas
from pipelines.commands.source_editions import check_edition
from pipelines.errors import UnreadableInput
from pipelines.ingest.edition_change import edition_change
from pipelines.ingest.published_harvest import PublishedHarvest
from pipelines.ingest.published_set import edition_over, files_at, read_published_set
from pipelines.settings import REPOSITORY, Settings
from pipelines.sources._agribalyse_table import heading_of
from schemas.render.pandera import require
from tests.sources.library import SEEDS, SOURCES, Tables, lookups, reference, replace_text

DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data")) / "agribalyse"
OLD = ("Agribalyse_3.0_Synthese.csv",)
NEW = ("Agribalyse_3.1.1_Synthese.csv", "Agribalyse_3.1.1_Detail_etape.csv")
EDITIONS = {"3.0": OLD, "3.1.1": NEW}
CLIMATE = {"3.0": "Changement climatique (kg CO2 eq/kg de produit)",
           "3.1.1": "Changement climatique"}  # fmt: skip
STAGES = ("Agriculture", "Transformation", "Emballage", "Transport",
          "Supermarché et distribution", "Consommation")  # fmt: skip
HEADER = "Code AGB,Code CIQUAL,Nom du Produit en Français,LCI Name,DQR,Changement climatique"
APPLE = '13050,13050,"Pomme, crue","Apple, raw",2.01,0.5'
PEAR = '13051,13051,"Poire, crue","Pear, raw",2.5,0.25'


def harvest_of(path: Path, edition: str = "next", seeds: Path = SEEDS):
    over = edition_over(
        read_published_set(seeds / "agribalyse"), edition, files_at(path), dt.date(2026, 11, 21)
    )
    return SOURCES["agribalyse"].read(over, lookups(), {})


def written(folder: Path, *lines: str, name: str = "Synthese.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes("\n".join([*lines, ""]).encode(encoding))
    return path


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a published file by the standard library alone; row number is index + 2."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def left_out(harvest) -> dict[str, str]:
    """Reason by place."""
    skipped = harvest.tables()["skipped_row"]
    return {
        f"{f}:{p}": c for f, p, c in skipped.select("file_name", "locator", "reason_code").rows()
    }


def one(harvest) -> dict:
    candidates = harvest.tables()["candidate"]
    assert candidates.height == 1
    return candidates.row(0, named=True)


class Yielded(NamedTuple):
    harvest: PublishedHarvest
    tables: Tables


def code_of(raised) -> str:
    return raised.value.findings[0].code


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """What each published edition yields: the harvest and its tables, each made once."""
    if not (DATA / OLD[0]).is_file():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    found = {}
    for edition, names in EDITIONS.items():
        folder = tmp_path_factory.mktemp(edition)
        for name in names:
            shutil.copyfile(DATA / name, folder / name)
        harvest = harvest_of(folder, edition)
        found[edition] = Yielded(harvest, harvest.tables())
    return found


both = pytest.mark.parametrize("edition", EDITIONS)

# -- the published editions -----------------------------------------------------------------


@both
def test_every_row_of_every_file_becomes_a_product_or_says_why_not(published, edition):
    tables = published[edition].tables
    count = tables["row_count"].row(0, named=True)
    lines = {name: len(rows_of(name)) for name in EDITIONS[edition]}
    assert count["rows_in"] == sum(lines.values())
    assert count["candidates"] == tables["candidate"].height == lines[EDITIONS[edition][0]]
    assert count["skipped"] == count["rows_in"] - count["candidates"]
    assert count["parameters"] == 0


@both
def test_what_an_edition_yields_keeps_the_contract_of_every_table(published, edition):
    tables = published[edition].tables
    known = reference() | tables
    known["flow"] = tables["flow"]
    for name, frame in tables.items():
        require(schemas.ALL_TABLES[name], frame, known)


@both
def test_every_figure_is_the_one_printed_and_its_evidence_points_at_it(published, edition):
    printed = rows_of(EDITIONS[edition][0])
    tables = published[edition].tables
    evidence = {e["evidence_id"]: e for e in tables["evidence"].iter_rows(named=True)}
    for made in tables["candidate"].iter_rows(named=True):
        found = evidence[made["evidence_id"]]
        row = printed[int(found["locator"].removeprefix("row ")) - 2]
        text = row[CLIMATE[edition]]
        assert found["text_found"] == text
        assert made["value"] == float(Fraction(text))
        assert (made["value_unit"], made["reference_unit"]) == ("kgCO2e", "kg")
        assert made["name_en"].split(" [")[0] == row["LCI Name"]
        assert made["record_key"].split(":")[0] == row["Code AGB"].split("_")[0] or (
            made["record_key"] == row["Code AGB"]
        )


@both
def test_no_column_of_a_known_edition_goes_unnoticed(published, edition):
    assert published[edition].harvest.columns_new == set()
    assert published[edition].harvest.columns_lost == set()


def test_the_edition_without_units_says_so_and_the_one_with_units_shows_them(published):
    assert published["3.0"].harvest.ambiguous_units == set()
    assert published["3.1.1"].harvest.ambiguous_units == {f"Changement climatique ({NEW[0]})"}
    units = {e: set(y.tables["evidence"]["unit_found"]) for e, y in published.items()}
    assert units == {"3.0": {"kg CO2 eq/kg de produit"}, "3.1.1": {"not named"}}
    steps = json.loads(published["3.1.1"].tables["evidence"]["steps"][0])
    assert "no unit in the heading" in steps[0]["step"]


def test_headings_scaled_by_a_million_meet_unscaled_ones_only_when_taken_apart(published):
    name = "Appauvrissement de la couche d'ozone"
    scaled = next(c for c in rows_of(OLD[0])[0] if heading_of(c).name == name)
    scale = heading_of(scaled).scale
    old = {r["Code AGB"]: Fraction(r[scaled]) for r in rows_of(OLD[0])}
    new = {r["Code AGB"]: Fraction(r[name]) for r in rows_of(NEW[0])}
    shared = old.keys() & new.keys()
    alike = statistics.median(new[k] / old[k] for k in shared)
    apart = statistics.median(new[k] / (old[k] * scale) for k in shared)
    assert alike < Fraction(1, 100_000)
    assert Fraction(1, 10) < apart < 10


def test_no_edition_states_a_gwp_set_so_none_is_admitted_with_one(published):
    for yielded in published.values():
        candidates = yielded.tables["candidate"]
        assert set(candidates["gwp_set"]) == {"not_stated"}
        assert all("gwp_not_stated" in flags for flags in candidates["flags"])


def test_the_split_by_stage_stands_in_the_evidence_of_its_product(published):
    tables = published["3.1.1"].tables
    evidence = {e["evidence_id"]: e for e in tables["evidence"].iter_rows(named=True)}
    by_code = {r["Code AGB"]: r for r in rows_of(NEW[1])}
    differing = set()
    for made in tables["candidate"].iter_rows(named=True):
        code = made["record_key"]
        if code not in by_code:
            continue
        steps = json.loads(evidence[made["evidence_id"]]["steps"])
        printed = [by_code[code][f"Changement climatique - {stage}"] for stage in STAGES]
        assert [s["constant"] for s in steps if "of which" in s["step"]] == printed
        total = Fraction(evidence[made["evidence_id"]]["text_found"])
        if abs(sum(map(Fraction, printed)) - total) > total / 100:
            differing.add(code)
        assert ("stages_differ_from_total" in made["flags"]) == (code in differing)
    assert differing == {"11194"}


def test_every_row_by_stage_names_the_factor_it_belongs_to(published):
    tables = published["3.1.1"].tables
    skipped = tables["skipped_row"]
    assert set(skipped["reason_code"]) == {"S-PART-01"}
    named = {reason.split("因子 ")[1][:13] for reason in skipped["reason_zh"]}
    assert named == set(tables["candidate"]["factor_id"])


def test_products_sold_under_one_name_stay_apart(published):
    names = published["3.1.1"].tables["candidate"]["name_en"]
    assert names.n_unique() == len(names)
    assert sum(name.startswith("Wafer cookie [") for name in names) == 2


# -- from one edition to the next -----------------------------------------------------------


def by_french_name(edition: str) -> dict[str, dict[str, str]]:
    """Rows whose code is numbered, by the French name that both editions share."""
    rows = rows_of(EDITIONS[edition][0])
    return {r["Nom du Produit en Français"]: r for r in rows if "_" in r["Code AGB"]}


def test_a_product_whose_code_was_renumbered_is_compared_with_itself(published):
    old, new = by_french_name("3.0"), by_french_name("3.1.1")
    shared = old.keys() & new.keys()
    assert len(shared) == 10
    assert all(old[n]["Code AGB"] != new[n]["Code AGB"] for n in shared)
    for name in shared:
        value = float(new[name]["Changement climatique"])
        made = made_of(published["3.1.1"].tables, name)
        assert made["value"] == value
        assert made["record_key"] == made_of(published["3.0"].tables, name)["record_key"]


def made_of(tables: Tables, french_name: str) -> dict:
    """The candidate of a product, found by its French name among the flow's aliases."""
    flow = tables["flow"].filter(pl.col("aliases").list.contains(french_name))["flow_id"].item()
    return tables["candidate"].filter(pl.col("flow_id") == flow).row(0, named=True)


def test_the_change_report_counts_what_the_files_say(published):
    change = edition_change(published["3.0"].tables, published["3.1.1"].tables)
    counts = change.counts()
    assert (counts["added"], counts["removed"], counts["changed"]) == (71, 32, 2447)
    assert (counts["changed_value"], counts["changed_unit"]) == (2447, 0)
    old = {named(r): Fraction(r[CLIMATE["3.0"]]) for r in rows_of(OLD[0])}
    new = {named(r): Fraction(r[CLIMATE["3.1.1"]]) for r in rows_of(NEW[0])}
    moved = {k: abs(new[k] - old[k]) for k in old.keys() & new.keys()}
    of_old = sum(gap > old[k] / 100 for k, gap in moved.items())
    of_new = sum(gap > new[k] / 100 for k, gap in moved.items())
    assert (len(moved), of_old, of_new) == (2447, 2331, 2335)
    page = (REPOSITORY / "docs" / "sources" / "agribalyse.md").read_text("utf-8")
    assert page.count("2,331") == page.count("2,335") == 2


def named(row: dict[str, str]) -> str:
    """Which product a row is: its code, or its French name where codes are numbered."""
    code = row["Code AGB"]
    if code.split("_")[0] in {"13014", "13025", "20047", "20061"}:
        return row["Nom du Produit en Français"]
    return code


# -- an edition not seen before -------------------------------------------------------------


def test_a_next_edition_with_one_column_more_and_other_figures_is_read(tmp_path):
    path = written(
        tmp_path,
        f"{HEADER},Changement climatique - Biogenic",
        f"{APPLE.replace('0.5', '0.75')},0.1",
        f"{PEAR},0",
    )
    harvest = harvest_of(path)
    made = harvest.tables()["candidate"]
    assert dict(made.select("record_key", "value").rows()) == {"13050": 0.75, "13051": 0.25}
    assert harvest.columns_new == {"Changement climatique - Biogenic"}
    assert "Livraison" in harvest.columns_lost


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("Changement climatique (kg CO2 eq/kg de produit)", 0.5),
        ("Changement climatique (E-03 kg CO2 eq/kg de produit)", 0.0005),
        ("Changement climatique (g CO2 eq/kg de produit)", 0.0005),
    ],
)
def test_a_scale_or_unit_in_the_heading_is_obeyed(tmp_path, heading, value):
    harvest = harvest_of(written(tmp_path, HEADER.replace("Changement climatique", heading), APPLE))
    assert one(harvest)["value"] == value
    steps = json.loads(harvest.tables()["evidence"]["steps"][0])
    assert [s["constant"] for s in steps] == ([] if value == 0.5 else ["0.001"])


def test_a_unit_nobody_knows_leaves_the_rows_out(tmp_path):
    heading = "Changement climatique (kg CO2 eq/portion/kg de produit)"
    harvest = harvest_of(written(tmp_path, HEADER.replace("Changement climatique", heading), APPLE))
    assert left_out(harvest) == {"Synthese.csv:row 2": "E-UNIT-01"}


@pytest.mark.parametrize("column", ["Code AGB", "LCI Name", "Changement climatique"])
def test_a_needed_column_under_another_name_is_refused(tmp_path, column):
    with pytest.raises(UnreadableInput) as raised:
        harvest_of(written(tmp_path, HEADER.replace(column, "Empreinte"), APPLE))
    assert code_of(raised) == "E-FILE-02"
    assert column in raised.value.findings[0].en


def test_the_method_in_the_heading_of_the_score_gives_the_gwp_set(tmp_path):
    header, row = f"{HEADER},Score unique EF 3.1", f"{APPLE},0.1"
    known = one(harvest_of(written(tmp_path, header, row)))
    assert (known["gwp_set"], known["flags"]) == ("AR6", ["name_not_translated"])
    other = one(harvest_of(written(tmp_path, header.replace("EF 3.1", "EF 9"), row)))
    assert (other["gwp_set"], "gwp_not_stated" in other["flags"]) == ("not_stated", True)


def test_a_steward_may_state_the_method_of_an_edition_in_the_seeds(tmp_path):
    shutil.copytree(SEEDS / "agribalyse", tmp_path / "agribalyse")
    toml = tmp_path / "agribalyse" / "source.toml"
    replace_text(toml, 'edition = "3.1.1"\n', 'edition = "3.1.1"\nimpact_method = "EF 3.1"\n')
    path = written(tmp_path, HEADER, APPLE)
    assert one(harvest_of(path, "3.1.1", tmp_path))["gwp_set"] == "AR6"
    assert one(harvest_of(path, "3.2", tmp_path))["gwp_set"] == "not_stated"


def test_the_gate_refuses_a_figure_without_gwp_set_and_takes_one_with_it(tmp_path):
    settings = Settings.resolve(SEEDS, tmp_path / "home")
    unstated = written(tmp_path, HEADER, APPLE, PEAR)
    report = check_edition(settings, "agribalyse", unstated, "3.1.1").report
    assert (report["admissible"], report["refused"]) == (0, 2)
    assert report["reasons"] == {"A-GWP-02": 2}
    stated = written(tmp_path, f"{HEADER},Score unique EF 3.1", f"{APPLE},1", f"{PEAR},1")
    report = check_edition(settings, "agribalyse", stated, "3.2").report
    assert (report["admissible"], report["refused"]) == (2, 0)


# -- bad input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [("NaN", "E-NUM-01"), ("1_000", "E-NUM-01"), ('"0,5"', "E-NUM-01"), ("", "S-BLANK-01"),
     ("1e999", "E-NUM-01"), ("５", "E-NUM-01"), ("n.d.", "E-NUM-01")],
)  # fmt: skip
def test_a_figure_that_is_none_leaves_its_row_out_alone(tmp_path, text, code):
    harvest = harvest_of(written(tmp_path, HEADER, APPLE.replace(",0.5", f",{text}"), PEAR))
    assert left_out(harvest) == {"Synthese.csv:row 2": code}
    assert one(harvest)["record_key"] == "13051"


def test_a_french_file_with_semicolons_writes_decimals_with_a_comma(tmp_path):
    row = "13050;13050;Pomme;Apple, raw;2,01;0,5"
    harvest = harvest_of(written(tmp_path, HEADER.replace(",", ";"), row))
    assert one(harvest)["value"] == 0.5
    evidence = harvest.tables()["evidence"].row(0, named=True)
    assert evidence["text_found"] == "0,5"
    assert "decimal comma" in evidence["steps"]


def test_a_number_with_thousands_in_a_french_file_is_a_fault(tmp_path):
    row = "13050;13050;Pomme;Apple, raw;2,01;1.234,5"
    harvest = harvest_of(written(tmp_path, HEADER.replace(",", ";"), row))
    assert left_out(harvest) == {"Synthese.csv:row 2": "E-NUM-01"}


def test_ragged_and_repeated_rows_are_left_out_each_with_its_reason(tmp_path):
    harvest = harvest_of(written(tmp_path, HEADER, APPLE, f"{PEAR},extra", APPLE, "13052,1,x"))
    assert left_out(harvest) == {
        "Synthese.csv:row 3": "S-RAG-01",
        "Synthese.csv:row 4": "S-DUP-01",
        "Synthese.csv:row 5": "S-RAG-01",
    }
    assert harvest.tables()["row_count"].row(0, named=True)["rows_in"] == 4


@pytest.mark.parametrize("rating", ["0", "7", "bon"])
def test_a_quality_rating_off_its_scale_is_marked_and_kept_as_printed(tmp_path, rating):
    made = one(harvest_of(written(tmp_path, HEADER, APPLE.replace("2.01", rating))))
    assert "publisher_rating_unusable" in made["flags"]
    assert f"DQR {rating} " in made["note_en"]


def detail_line(code: str, *figures: str) -> str:
    return ",".join([code, *figures])


def test_a_row_by_stage_that_cannot_be_used_is_left_out_and_its_product_stands(tmp_path):
    written(tmp_path, HEADER, APPLE, PEAR)
    header = ",".join(["Code AGB", *(f"Changement climatique - {stage}" for stage in STAGES)])
    written(
        tmp_path, header,
        detail_line("13050", "0.1", "0.1", "x", "0.1", "0.1", "0"),
        detail_line("13051", "0.1", "0.1", "0.1", "0.1", "0.1", ""),
        detail_line("99999", "1", "0", "0", "0", "0", "0"),
        name="Detail.csv",
    )  # fmt: skip
    harvest = harvest_of(tmp_path)
    assert harvest.tables()["candidate"].height == 2
    assert left_out(harvest) == {
        "Detail.csv:row 2": "E-NUM-01",
        "Detail.csv:row 3": "S-BLANK-01",
        "Detail.csv:row 4": "S-SCOPE-01",
    }
    assert all("of which" not in steps for steps in harvest.tables()["evidence"]["steps"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"%PDF-1.7\n", "E-FILE-01"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "E-FILE-01"),
        (b"PK\x03\x04" + bytes(100), "E-FILE-01"),
        (b"", "E-FILE-01"),
        (b"a,b\n1,2\n", "E-FILE-02"),
        (f"{HEADER},Mati\xe8re\n{APPLE},x\n".encode("cp1252"), "E-FILE-01"),
        (f"{HEADER},Changement climatique (g CO2 eq/kg de produit)\n".encode(), "E-FILE-02"),
    ],
    ids=["pdf", "old workbook", "zip", "empty", "another table", "another encoding", "two alike"],
)
def test_a_file_that_is_something_else_is_refused_whole(tmp_path, body, code):
    (tmp_path / "Synthese.csv").write_bytes(body)
    with pytest.raises(UnreadableInput) as raised:
        harvest_of(tmp_path)
    assert code_of(raised) == code


def test_two_editions_in_one_folder_are_refused(tmp_path):
    written(tmp_path, HEADER, APPLE, name="a.csv")
    written(tmp_path, HEADER, PEAR, name="b.csv")
    with pytest.raises(UnreadableInput, match=r"a\.csv, b\.csv"):
        harvest_of(tmp_path)


def test_the_split_by_stage_alone_is_refused(tmp_path):
    header = ",".join(["Code AGB", *(f"Changement climatique - {stage}" for stage in STAGES)])
    with pytest.raises(UnreadableInput) as raised:
        harvest_of(written(tmp_path, header, detail_line("1", *"123456")))
    assert code_of(raised) == "E-FILE-02"
