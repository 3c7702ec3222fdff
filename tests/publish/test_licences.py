"""Does each row stand only where its licence lets it, and what may not be joined stay out?"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.errors import FaultyData, RefusedByPolicy
from pipelines.publish import publish
from pipelines.publish import release as release_module
from pipelines.publish.kept_back import keep_back
from pipelines.publish.licence_rules import NAME, OUT, SEPARATE, TOGETHER, read_licence_rules
from pipelines.publish.release import head_tables
from pipelines.publish.separation import licences_of, take_apart
from pipelines.publish.verify import Report, _check_separate, verify
from pipelines.settings import Settings
from pipelines.tabular.text_table import read_rows
from tests.conftest import SEEDS
from tests.publish.conftest import PassingGate

SHARE_ALIKE, OPEN_DATABASE = "CC-BY-SA-4.0", "ODbL-1.0"
KNOWN = [r["licence"] for r in read_rows(SEEDS / "reference" / "licence.csv")]
FLOWS = [r["flow_id"] for r in read_rows(SEEDS / "reference" / "flow.csv")]


@pytest.fixture(scope="module")
def rules():
    return read_licence_rules(SEEDS, KNOWN)


def of_source(frames, source_id: str, **changes: object) -> dict[str, pl.DataFrame]:
    """The tables with facts of one source, and its factors' licence, changed."""
    made = dict(frames)
    is_it = pl.col("source_id") == source_id
    for name in ("source", "factor"):
        held = {k: v for k, v in changes.items() if k in made[name].columns}
        made[name] = made[name].with_columns(
            pl.when(is_it).then(pl.lit(v)).otherwise(k).alias(k) for k, v in held.items()
        )
    return made


@pytest.fixture(scope="module")
def unused(published_tables) -> str:
    """A source whose factors no footprint uses and nothing is derived from."""
    factor = published_tables["factor"]
    used = factor.join(published_tables["footprint_line"], on="factor_id", how="semi")
    free = set(factor["source_id"]) - set(used["source_id"]) - {"tanyuan_derived"}
    return sorted(free - {"ipcc_2006_energy", "gbt_32151_22_2024"})[0]


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Settings:
    return Settings(SEEDS, tmp_path_factory.mktemp("licences") / "home")


@pytest.fixture(scope="module")
def parted(house, published_tables, ledger, unused):
    """A release in which that source is share-alike, and its tables."""
    frames = of_source(published_tables, unused, licence=SHARE_ALIKE)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(release_module, "Expectations", PassingGate)
        receipt = publish(house, frames, ledger)
    return receipt.folder, frames, unused


def test_every_licence_has_its_line_with_the_clause(rules):
    assert {(one, "*") in rules.lines for one in KNOWN} == {True}
    assert all(line.citation.strip() for line in rules.lines.values())
    standings = {one: rules.of(one).standing for one in KNOWN}
    assert standings["unknown"] == OUT
    assert {one for one, s in standings.items() if s == SEPARATE} == {SHARE_ALIKE, OPEN_DATABASE}
    shares = {r["licence"] for r in read_rows(SEEDS / "reference" / "licence.csv")
              if r["is_share_alike"] == "true"}  # fmt: skip
    assert shares == {SHARE_ALIKE, OPEN_DATABASE}


@pytest.mark.parametrize(
    ("licences", "wanted"),
    [
        (["CC-BY-4.0"], (TOGETHER, None)),
        (["CC-BY-4.0", "OGL-UK-3.0", "tanyuan-derived"], (TOGETHER, None)),
        ([SHARE_ALIKE], (SEPARATE, SHARE_ALIKE)),
        ([OPEN_DATABASE, "MIT", "tanyuan-derived"], (SEPARATE, OPEN_DATABASE)),
        (["tanyuan-derived", "CN-official-figures", SHARE_ALIKE], (SEPARATE, SHARE_ALIKE)),
        ([OPEN_DATABASE, SHARE_ALIKE], (OUT, None)),
        (["unknown"], (OUT, None)),
        (["CC0-1.0", "unknown"], (OUT, None)),
    ],
)
def test_a_value_of_several_licences_stands_as_the_table_says(rules, licences, wanted):
    assert rules.of_value(licences) == wanted
    assert rules.of_value(licences[::-1]) == wanted


def test_what_the_table_does_not_say_does_not_fit(rules):
    spared = {k: v for k, v in rules.lines.items() if k != (SHARE_ALIKE, "MIT")}
    assert type(rules)(spared).of_value([SHARE_ALIKE, "MIT"]) == (OUT, None)
    with pytest.raises(FaultyData) as refused:
        rules.of("unheard of")
    assert [f.code for f in refused.value.findings] == ["E-LIC-01"]


@pytest.mark.parametrize(
    ("old", "new", "code", "column"),
    [
        ("unknown,*,out", "unknown,*,perhaps", "E-LIC-02", "standing"),
        ("unknown,*,out", "unheard of,*,out", "E-LIC-02", "licence"),
        ("MIT,*,", "MIT,nobody,", "E-LIC-02", "beside"),
        ("uslci/DATA-USE-NOTICE.md", "uslci/nothing.md", "E-LIC-02", "notice"),
        (",17 U.S.C. 105", ", ", "E-LIC-02", "citation"),
        ("MIT,*,", "Apache-2.0,*,", "E-LIC-02", "beside"),
    ],
)
def test_a_faulty_line_is_refused_by_its_row(tmp_path, old, new, code, column):
    seeds = Path(shutil.copytree(SEEDS, tmp_path / "seeds"))
    text = (seeds / NAME).read_text("utf-8")
    assert old in text
    (seeds / NAME).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(FaultyData) as refused:
        read_licence_rules(seeds, KNOWN)
    found = refused.value.findings
    assert (code, column) in [(f.code, f.place.get("field")) for f in found]


def test_a_licence_without_a_line_is_refused():
    with pytest.raises(FaultyData) as refused:
        read_licence_rules(SEEDS, [*KNOWN, "new licence"])
    assert [(f.code, f.place["value"]) for f in refused.value.findings] == [
        ("E-LIC-01", "new licence")
    ]


def test_share_alike_rows_stand_in_a_file_of_their_own_and_nowhere_else(parted):
    folder, frames, source = parted
    mine = frames["factor"].filter(source_id=source)
    own = folder / "separate" / SHARE_ALIKE
    for name in ("factor", "factor_gas", "factor_co2e", "factor_quality"):
        ids = set(mine["factor_id"])
        common = pl.read_parquet(folder / "data" / f"{name}.parquet")
        apart = pl.read_parquet(own / f"{name}.parquet")
        assert not ids & set(common["factor_id"])
        assert set(apart["factor_id"]) <= ids
        assert common.height + apart.height == frames[name].height
    apart = pl.read_parquet(own / "factor.parquet")
    assert set(apart["factor_id"]) == set(mine["factor_id"])
    index = pl.read_parquet(folder / "data" / "separate_factor.parquet")
    assert dict(index.select("factor_id", "file_licence").iter_rows()) == dict.fromkeys(
        mine["factor_id"], SHARE_ALIKE
    )
    text = (own / "LICENSE.md").read_text("utf-8")
    assert "creativecommons.org/licenses/by-sa/4.0" in text
    assert "section" in text


def test_no_value_of_a_separate_row_is_left_in_the_common_tables(parted):
    folder, frames, source = parted
    evidence = frames["evidence"].filter(source_id=source)
    shown = pl.read_parquet(folder / "data" / "evidence.parquet").filter(source_id=source)
    assert set(shown["text_found"]) <= {"-"}
    assert set(shown["steps"]) <= {"[]"}
    own = pl.read_parquet(folder / "separate" / SHARE_ALIKE / "evidence.parquet")
    assert own.height == evidence.height - shown.filter(
        ~pl.col("evidence_id").is_in(own["evidence_id"].to_list())
    ).height  # fmt: skip
    assert "-" not in set(own["text_found"])


def test_a_parted_release_verifies_and_says_where_each_licence_stands(parted):
    folder, frames, source = parted
    seen = verify(folder)
    assert seen["faults"] == []
    n = frames["factor"].filter(source_id=source).height
    text = (folder / "LICENSE.md").read_text("utf-8")
    (line,) = [one for one in text.splitlines() if one.startswith(f"| {SHARE_ALIKE} |")]
    assert f"| 0 | {n} |" in line
    assert f"`separate/{SHARE_ALIKE}/`" in text
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (entry,) = manifest["separate"]
    assert {t["name"]: t["rows"] for t in entry["tables"]}["factor"] == n


@pytest.mark.parametrize("planted", ["dropped", "doubled"])
def test_a_separate_file_that_lost_or_repeats_rows_is_seen(parted, tmp_path, planted):
    folder, _, _ = parted
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    path = copy / "separate" / SHARE_ALIKE / "factor.parquet"
    rows = pq.read_table(path)
    pq.write_table(rows.slice(1) if planted == "dropped" else pa.concat_tables([rows, rows]), path)
    assert not verify(copy)["ok"]
    # Even where the sums were written anew, content and index tell.
    manifest = json.loads((folder / "manifest.json").read_bytes())
    index = pq.read_table(folder / "data" / "separate_factor.parquet")
    for where, wanted in ((folder, set()), (copy, {"separate"})):
        report = Report()
        _check_separate(where, {"separate_factor": index}, manifest, report)
        assert {f["check"] for f in report.faults} == wanted


def test_the_next_release_sees_the_separate_rows_of_the_head(parted, house):
    _, frames, _ = parted
    held = head_tables(house)
    assert held is not None
    assert set(held["factor"]["factor_id"]) == set(frames["factor"]["factor_id"])
    assert held["evidence"]["evidence_id"].is_duplicated().sum() == 0


def test_a_factor_of_unknown_licence_is_blocked(published_tables, unused, rules):
    frames = of_source(published_tables, unused, licence="unknown")
    frames = {**frames, "change": pl.DataFrame(schema={"factor_id": pl.String})}
    with pytest.raises(RefusedByPolicy) as refused:
        take_apart(frames, rules)
    assert {f.code for f in refused.value.findings} == {"E-LIC-03"}


def parents_of_one_derived(frames) -> tuple[str, str]:
    """Two sources, one factor of the second resting on a record of the first."""
    return "gbt_32151_22_2024", "tanyuan_derived"


def test_what_is_derived_from_share_alike_figures_goes_into_their_file(published_tables, rules):
    parent, child = parents_of_one_derived(published_tables)
    frames = of_source(published_tables, parent, licence=SHARE_ALIKE)
    held = dict(licences_of(frames).iter_rows())
    derived = frames["factor"].filter(source_id=child)["factor_id"]
    below = [one for one in derived if SHARE_ALIKE in held[one].split()]
    assert 0 < len(below) < len(derived)
    assert all("tanyuan-derived" in held[one].split() for one in below)
    assert {rules.of_value(held[one].split()) for one in below} == {(SEPARATE, SHARE_ALIKE)}


def test_a_value_made_of_an_odbl_and_a_share_alike_figure_is_blocked(published_tables, rules):
    parent, child = parents_of_one_derived(published_tables)
    frames = of_source(published_tables, parent, licence=SHARE_ALIKE)
    frames = of_source(frames, child, licence=OPEN_DATABASE)
    frames = {**frames, "change": pl.DataFrame(schema={"factor_id": pl.String})}
    held = dict(licences_of(frames).iter_rows())
    mixed = {one for one, text in held.items() if {SHARE_ALIKE, OPEN_DATABASE} <= set(text.split())}
    with pytest.raises(RefusedByPolicy) as refused:
        take_apart(frames, rules)
    found = refused.value.findings
    assert {f.place["value"] for f in found if f.code == "E-LIC-04"} == mixed != set()
    assert SHARE_ALIKE in found[0].zh
    assert OPEN_DATABASE in found[0].en


def test_a_result_that_rests_on_a_separate_factor_is_blocked(published_tables, rules):
    used = published_tables["factor"].join(
        published_tables["footprint_line"], on="factor_id", how="semi"
    )
    source = used["source_id"].sort()[0]
    frames = of_source(published_tables, source, licence=SHARE_ALIKE)
    frames = {**frames, "change": pl.DataFrame(schema={"factor_id": pl.String})}
    with pytest.raises(RefusedByPolicy) as refused:
        take_apart(frames, rules)
    assert {f.code for f in refused.value.findings} == {"E-LIC-05"}
    assert "footprint_line" in refused.value.findings[0].place["value"]


@pytest.mark.parametrize(
    "changes",
    [{"data_class": "confidential"}, {"data_class": "restricted"}, {"licence": "unknown"}],
)
def test_a_source_that_may_not_be_shown_leaves_only_its_counts(published_tables, rules, changes):
    source = "mee_baseline_margins_2019"
    bare = {**published_tables, "factor": published_tables["factor"].filter(
        pl.col("source_id") != source)}  # fmt: skip
    assert bare["refused_factor"].filter(source_id=source).height > 0
    frames = of_source(bare, source, **changes)
    kept = keep_back(frames, rules, FLOWS)
    for name, frame in kept.items():
        if "source_id" in frame.columns and name != "withheld_source":
            assert source not in set(frame["source_id"]), name
    (row,) = kept["withheld_source"].iter_rows(named=True)
    count = frames["source_count"].filter(source_id=source).row(0, named=True)
    names = ("rows_in", "candidates", "parameters", "skipped", "refused")
    assert [row[name] for name in names] == [count[name] for name in names]
    assert kept["decision"].height == frames["decision"].height - count["refused"]
    assert source in row["reason_zh"]


def test_a_row_refused_for_want_of_a_right_shows_no_text(published_tables, rules):
    refused = published_tables["refused_factor"]
    one = refused["factor_id"][0]
    is_it = pl.col("factor_id") == one
    codes = pl.when(is_it).then(pl.lit(["A-RIGHT-01"])).otherwise("reason_codes")
    frames = {
        **published_tables,
        "refused_factor": refused.with_columns(codes.alias("reason_codes")),
    }
    kept = keep_back(frames, rules, FLOWS)
    row = kept["refused_factor"].filter(is_it).row(0, named=True)
    assert (row["text_found"], row["unit_found"]) == ("-", "-")
    evidence = kept["evidence"].filter(evidence_id=row["evidence_id"]).row(0, named=True)
    assert (evidence["text_found"], evidence["steps"]) == ("-", "[]")
    others = kept["refused_factor"].filter(~is_it)
    assert others.equals(frames["refused_factor"].filter(~is_it))


def test_a_flow_that_nothing_names_and_no_seed_holds_is_not_published(published_tables, rules):
    flow = published_tables["flow"]
    spare = flow.head(1).with_columns(flow_id=pl.lit("a-secret-product"))
    kept = keep_back({**published_tables, "flow": pl.concat([flow, spare])}, rules, FLOWS)
    assert kept["flow"].equals(flow)


def test_a_release_of_the_seeds_alone_has_no_separate_files(release_folder):
    assert not (release_folder / "separate").exists()
    assert pl.read_parquet(release_folder / "data" / "separate_factor.parquet").height == 0
    text = (release_folder / "LICENSE.md").read_text("utf-8")
    assert "| CN-official-figures |" in text
