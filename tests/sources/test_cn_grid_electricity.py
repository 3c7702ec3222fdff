"""Does a second transcription agree with the announcements, and what if it does not?"""

from __future__ import annotations

import csv
import datetime as dt
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import schemas
from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.commands.source_editions import check_edition
from pipelines.errors import UnreadableInput
from pipelines.ingest.published_set import edition_over, files_at, read_published_set
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.ingest.seed_folder import read_editions
from pipelines.settings import REPOSITORY, Settings
from pipelines.sources import cn_grid_electricity, mee_grid_co2
from schemas.render.pandera import require

SEEDS = REPOSITORY / "seeds"
DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data"))
ON = dt.date(2026, 11, 21)
COLUMNS = ("data_year", "level", "gb2260_code", "name_zh", "name_en", "indicator", "value",
           "unit", "copies", "n_copies")  # fmt: skip


@cache
def reference() -> dict[str, pl.DataFrame]:
    return read_reference(SEEDS)


@cache
def lookups() -> Lookups:
    return Lookups.over(reference(), SEEDS, read_reporting_gwp_set(SEEDS))


def read(path: Path, seeds: Path = SEEDS) -> Any:
    facts = read_published_set(seeds / "cn_grid_electricity")
    made = edition_over(facts, "next", files_at(path), ON)
    return cn_grid_electricity.SOURCE.read(made, lookups(), {})


def file() -> Path:
    found = DATA / "cn-grid-electricity" / "cn_grid_electricity_co2_2021_2022.csv"
    if not found.is_file():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    return found


@cache
def published() -> dict[str, pl.DataFrame]:
    return read(file()).tables()


@cache
def announced() -> pl.DataFrame:
    editions = read_editions(SEEDS / "mee_grid_co2")
    read_all = [mee_grid_co2.SOURCE.read(e, lookups(), {}).tables() for e in editions]
    return pl.concat([tables["candidate"] for tables in read_all])


def row(**cells: str) -> dict[str, str]:
    """Ningxia 2022 as announced, unless said otherwise."""
    ningxia = ("2022", "province", "64", "宁夏", "Ningxia", "grid average", "0.6423",
               "kgCO2/kWh", "A", "1")  # fmt: skip
    return dict(zip(COLUMNS, ningxia, strict=True)) | cells


def table(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def skipped(tables: dict[str, pl.DataFrame]) -> list[tuple[str, str]]:
    return tables["skipped_row"].select("reason_code", "reason_en").rows()


# -- the edition at hand --------------------------------------------------------------------


def test_every_row_agrees_with_an_announced_factor_and_names_it():
    tables = published()
    count = tables["row_count"].row(0, named=True)
    assert (count["rows_in"], count["candidates"], count["skipped"]) == (80, 0, 80)
    assert {code for code, _ in skipped(tables)} == {"S-SAME-01"}
    ids = dict(announced().select("factor_id", "record_key").rows())
    named = [text.split(" = ")[1].split(";")[0] for _, text in skipped(tables)]
    assert set(named) <= set(ids)
    assert len(set(named)) == 80
    ningxia = next(t for _, t in skipped(tables) if "ELEC-CO2-2022-640000" in t)
    assert ids[ningxia.split(" = ")[1].split(";")[0]] == "ELEC-CO2-2022-640000"


def test_the_edition_keeps_the_contract_of_every_table():
    tables = published()
    for name, frame in tables.items():
        require(schemas.ALL_TABLES[name], frame, tables | reference())


# -- disagreement ---------------------------------------------------------------------------


def test_a_figure_that_differs_is_left_out_with_both_values(tmp_path):
    tables = read(table(tmp_path / "x.csv", row(value="0.6432"))).tables()
    ((code, told),) = skipped(tables)
    assert code == "S-DIFF-01"
    assert "0.6432" in told
    assert "0.6423" in told
    assert "ELEC-CO2-2022-640000" in told
    assert "times apart" not in told
    assert tables["candidate"].height == 0


@pytest.mark.parametrize(
    ("value", "unit"),
    [("0.0006423", "tCO2/MWh"), ("642.3", "kgCO2/kWh"), ("0.6423", "tCO2/kWh"),
     ("0.6423", "gCO2/kWh")],
    ids=["t per kWh called t per MWh", "kg per MWh called kg per kWh", "t called kg", "g"],
)  # fmt: skip
def test_a_unit_slipped_by_a_thousand_is_named(tmp_path, value, unit):
    ((code, told),) = skipped(read(table(tmp_path / "x.csv", row(value=value, unit=unit))).tables())
    assert code == "S-DIFF-01"
    assert "1000 times apart" in told


@pytest.mark.parametrize(
    ("value", "unit"),
    [("0.6423", "tCO2/MWh"), ("642.3", "kgCO2/MWh"), ("642.3", "gCO2/kWh"), ("0.64230", "kgCO2/度"),
     ("6.423", "tCO2/万kWh")],
)  # fmt: skip
def test_the_same_figure_in_another_unit_agrees(tmp_path, value, unit):
    ((code, told),) = skipped(read(table(tmp_path / "x.csv", row(value=value, unit=unit))).tables())
    assert code == "S-SAME-01"
    assert "ELEC-CO2-2022-640000" in told


def test_a_changed_announcement_is_what_counts(own_seeds, tmp_path):
    from tests.sources.library import change_cells

    change_cells(
        own_seeds / "mee_grid_co2", "2022/grid_co2.csv", "ELEC-CO2-2022-640000", value="0.7"
    )
    tables = read(table(tmp_path / "x.csv", row()), own_seeds).tables()
    assert [code for code, _ in skipped(tables)] == ["S-DIFF-01"]


def test_without_the_announcements_nothing_is_read(own_seeds, tmp_path):
    shutil.rmtree(own_seeds / "mee_grid_co2")
    with pytest.raises(UnreadableInput):
        read(table(tmp_path / "x.csv", row()), own_seeds)


# -- figures the seeds lack -----------------------------------------------------------------


def test_a_figure_the_announcements_lack_is_a_provisional_factor_of_co2_alone(own_seeds, tmp_path):
    path = table(tmp_path / "x.csv", row(data_year="2024", value="600", unit="gCO2/kWh"))
    tables = read(path).tables()
    (made,) = tables["candidate"].to_dicts()
    assert made["record_key"] == "2024/640000/grid.average"
    what = ("factor_kind", "boundary", "location_type", "value_unit", "gwp_set")
    assert tuple(made[name] for name in what) == (
        "energy_indirect_ef", "activity", "consumption", "kgCO2", "not_applicable",
    )  # fmt: skip
    assert (made["value"], made["reference_unit"], made["reference_year"]) == (0.6, "kWh", 2024)
    assert made["flags"] == ["single_copy"]
    assert tables["candidate_gas"].select("gas", "mass").rows() == [("co2_fossil", 0.6)]
    (read_at,) = tables["evidence"].to_dicts()
    assert (read_at["text_found"], read_at["unit_found"]) == ("600", "gCO2/kWh")
    assert '"0.001"' in read_at["steps"]
    for name, frame in tables.items():
        require(schemas.ALL_TABLES[name], frame, tables | reference())
    settings = Settings(own_seeds, tmp_path / "home")
    told = check_edition(settings, "cn_grid_electricity", path, "next").report
    assert (told["admissible"], told["refused"]) == (1, 0)


def test_what_several_copies_show_is_not_called_single(tmp_path):
    path = table(tmp_path / "x.csv", row(data_year="2024", copies="A|B", n_copies="2"))
    assert read(path).tables()["candidate"]["flags"].to_list() == [[]]


@pytest.mark.parametrize(
    ("cells", "region", "route"),
    [
        ({"level": "national", "gb2260_code": "CN", "name_en": "China"}, "CN", "grid.average"),
        ({"level": "region", "gb2260_code": "", "name_en": "Southwest"}, "CN-GRID7-SOUTHWEST",
         "grid.average"),
        ({"gb2260_code": "210000"}, "210000", "grid.average"),
        ({"indicator": "fossil generation"}, "640000", "grid.fossil_only"),
    ],
)  # fmt: skip
def test_place_and_indicator_are_read_as_the_announcements_have_them(
    tmp_path, cells, region, route
):
    made = read(table(tmp_path / "x.csv", row(data_year="2030", **cells))).tables()["candidate"]
    assert made.select("region_code", "route").rows() == [(region, route)]


# -- layouts and bad cells ------------------------------------------------------------------


def test_a_next_edition_with_another_column_reads(tmp_path):
    path = table(tmp_path / "x.csv", row(value="0.7") | {"checked_by": "steward"})
    harvest = read(path)
    assert harvest.columns_new == {"checked_by"}
    assert [code for code, _ in skipped(harvest.tables())] == ["S-DIFF-01"]


@pytest.mark.parametrize(
    "lost", ["data_year", "level", "gb2260_code", "indicator", "value", "unit"]
)
def test_a_renamed_column_that_is_needed_is_refused(tmp_path, lost):
    renamed = {(f"the_{name}" if name == lost else name): cell for name, cell in row().items()}
    with pytest.raises(UnreadableInput) as refused:
        read(table(tmp_path / "x.csv", renamed))
    assert [f.code for f in refused.value.findings] == ["E-FILE-02"]
    assert lost in refused.value.findings[0].zh


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b'{"a": 1}', b""],
    ids=["pdf", "old workbook", "zip", "json", "empty"],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, content):
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(UnreadableInput) as refused:
        read(tmp_path / "x.csv")
    assert [f.code for f in refused.value.findings] == ["E-FILE-01"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"value": ""}, "S-BLANK-01"),
        ({"unit": " "}, "S-BLANK-01"),
        ({"value": "０.6423"}, "E-NUM-01"),
        ({"value": "inf"}, "E-NUM-01"),
        ({"data_year": "22"}, "E-NUM-01"),
        ({"unit": "kg/kWh"}, "E-UNIT-01"),
        ({"unit": "kgCO2e/kWh"}, "E-UNIT-01"),
        ({"unit": "kgCO2/t"}, "E-UNIT-01"),
        ({"gb2260_code": "99"}, "E-REG-01"),
        ({"gb2260_code": ""}, "E-REG-01"),
        ({"level": "region", "name_en": "Tibet"}, "E-REG-01"),
        ({"level": "county"}, "E-CODE-01"),
        ({"indicator": "marginal"}, "E-CODE-01"),
    ],
)
def test_a_cell_that_cannot_be_used_leaves_its_row_out(tmp_path, cells, code):
    tables = read(table(tmp_path / "x.csv", row(data_year="2024"), row(**cells))).tables()
    assert [found for found, _ in skipped(tables)] == [code]
    assert tables["candidate"].height == 1


def test_a_figure_entered_twice_is_told(tmp_path):
    tables = read(table(tmp_path / "x.csv", row(data_year="2024"), row(data_year="2024"))).tables()
    assert tables["candidate"].height == 1
    assert [code for code, _ in skipped(tables)] == ["S-DUP-01"]


def test_a_ragged_row_is_left_out_and_counted(tmp_path):
    path = table(tmp_path / "x.csv", row())
    with path.open("a", encoding="utf-8") as stream:
        stream.write("2022,province,65,新疆\n")
    tables = read(path).tables()
    assert sorted(code for code, _ in skipped(tables)) == ["S-RAG-01", "S-SAME-01"]
    assert tables["row_count"]["rows_in"].to_list() == [2]
