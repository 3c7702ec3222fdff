"""Closed rows: named in a public release, never shown; fifty canaries, none found."""

from __future__ import annotations

import re
import stat
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from pipelines.errors import RefusedByPolicy
from pipelines.publish import head_tables, number_versions, publish
from pipelines.publish.classes import part, require_no_secret
from pipelines.publish.reason import ANY, Statement
from pipelines.publish.verify import verify

pytestmark = pytest.mark.usefixtures("quick_gate")


def unused(tables: dict[str, pl.DataFrame], count: int) -> list[str]:
    """Factors no footprint uses and nothing is derived from, with evidence of their own."""
    used = set(tables["footprint_line"]["factor_id"].drop_nulls())
    parents = tables["evidence"]["parents"].explode().drop_nulls()
    used |= {p.split("@", 1)[0] for p in parents}
    shared = tables["factor"]["evidence_id"].value_counts().filter(pl.col("count") > 1)
    free = tables["factor"].filter(
        ~pl.col("factor_id").is_in(list(used))
        & ~pl.col("evidence_id").is_in(shared["evidence_id"].to_list())
    )
    return free.sort("factor_id")["factor_id"].to_list()[:count]


def closed_tables(tables: dict[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """Ten factors made restricted, each with canaries in five places; the canaries."""
    ids = unused(tables, 10)
    mark = {name: f"canary{i:02d}" for i, name in enumerate(ids)}
    number = {name: 7919.0000731 + i for i, name in enumerate(ids)}
    hit = pl.col("factor_id").is_in(ids)
    code = pl.col("factor_id").replace_strict(mark, default=None, return_dtype=pl.String)
    value = pl.col("factor_id").replace_strict(number, default=None, return_dtype=pl.Float64)
    factor = tables["factor"].with_columns(
        data_class=pl.when(hit).then(pl.lit("restricted")).otherwise("data_class"),
        value=pl.coalesce(value, "value"),
        note_zh=pl.coalesce(code + "备注", "note_zh"),
    )
    evidence_of = dict(factor.filter(hit).select("evidence_id", "factor_id").rows())
    where = pl.col("evidence_id").replace_strict(
        {e: mark[f] for e, f in evidence_of.items()}, default=None, return_dtype=pl.String
    )
    evidence = tables["evidence"].with_columns(
        text_found=pl.coalesce(where + "-text", "text_found"),
        locator=pl.coalesce(where + "-cell", "locator"),
        seen_in=pl.coalesce(where + "-企业名称", "seen_in"),
    )
    ends = ("备注", "-text", "-cell", "-企业名称")
    canaries = [mark[name] + end for name in ids for end in ends]
    return {**tables, "factor": factor, "evidence": evidence}, [
        *canaries, *(repr(n) for n in number.values())
    ]  # fmt: skip


def test_fifty_canaries_are_nowhere_in_a_public_release(house, published_tables, ledger) -> None:
    tables, canaries = closed_tables(published_tables)
    assert len(set(canaries)) == 50
    ids = tables["factor"].filter(pl.col("data_class") == "restricted")["factor_id"].to_list()
    done = publish(
        house, number_versions(tables, head_tables(house)), ledger,
        statements=[Statement(name, ANY, "reclassification") for name in ids],
    )  # fmt: skip
    search = re.compile(b"|".join(re.escape(c.encode()) for c in canaries))
    for path in sorted(p for p in done.folder.rglob("*") if p.is_file()):
        bodies = [path.name.encode(), path.read_bytes()]
        if path.suffix == ".parquet":
            bodies.append(repr(pq.read_table(path).to_pydict()).encode())
        assert not any(search.search(body) for body in bodies), path.name
    named = pl.read_parquet(done.folder / "data" / "withheld_factor.parquet")
    assert named["factor_id"].to_list() == sorted(ids)
    assert named["value"].null_count() == len(ids)
    assert set(named["reason_zh"]) == {"因子的分级为受限"}
    assert verify(done.folder)["ok"]
    closed = house.home / "closed"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert pl.read_parquet(closed / "factor.parquet").height == len(ids)


def leak(folder, how: str, text: str) -> None:
    if how == "raw":
        (folder / "note.md").write_text(f"see {text}", "utf-8")
    elif how == "name":
        (folder / f"{text}.md").write_text("-", "utf-8")
    elif how == "inflated":
        pq.write_table(pa.table({"a": [text] * 50}), folder / "a.parquet", compression="zstd")
    elif how == "metadata":
        table = pa.table({"a": [1]}).replace_schema_metadata({"note": text})
        pq.write_table(table, folder / "a.parquet")
    else:
        book = xlsxwriter.Workbook(str(folder / "a.xlsx"))
        book.add_worksheet().write(0, 0, text)
        book.close()


@pytest.mark.parametrize("how", ["raw", "name", "inflated", "metadata", "workbook"])
def test_a_canary_in_a_file_is_found(tmp_path, how) -> None:
    leak(tmp_path, how, "canary-1234")
    with pytest.raises(RefusedByPolicy) as refused:
        require_no_secret(tmp_path, frozenset({"canary-1234"}))
    assert refused.value.findings[0].code == "E-CLS-02"
    assert require_no_secret(tmp_path, frozenset({"other-9999"})) == 1


def test_the_finding_of_a_canary_does_not_repeat_it(tmp_path) -> None:
    for how in ("raw", "name"):
        leak(tmp_path, how, "canary-1234")
    with pytest.raises(RefusedByPolicy) as refused:
        require_no_secret(tmp_path, frozenset({"canary-1234"}))
    assert not [f for f in refused.value.findings if "canary" in f.en + f.zh + str(f.place)]


def test_what_is_derived_from_a_closed_factor_is_closed_too(published_tables) -> None:
    evidence = published_tables["evidence"]
    named = evidence.filter(pl.col("parents").list.len() > 0)
    own = published_tables["factor"].filter(
        pl.col("evidence_id").is_in(named["evidence_id"].to_list())
    )
    free = unused(published_tables, 1)[0]
    child = own.filter(pl.col("factor_id") != free).sort("factor_id").row(0, named=True)
    parents = pl.when(pl.col("evidence_id") == child["evidence_id"]).then(pl.lit([f"{free}@1.0"]))
    here = pl.col("factor_id") == free
    parted = part(
        {
            **published_tables,
            "evidence": evidence.with_columns(parents=parents.otherwise("parents")),
            "footprint_line": published_tables["footprint_line"].clear(),
            "factor": published_tables["factor"].with_columns(
                data_class=pl.when(here).then(pl.lit("confidential")).otherwise("data_class")
            ),
        }
    )
    why = dict(parted.public["withheld_factor"].select("factor_id", "withheld_for").rows())
    assert why[free] == "data_class"
    assert why[child["factor_id"]] == "derived"
    assert not set(why) & set(parted.public["factor"]["factor_id"])


def test_tables_without_closed_rows_pass_as_they_are(published_tables) -> None:
    parted = part(published_tables)
    assert not parted.closed
    assert not parted.secrets
    assert parted.public["factor"].equals(published_tables["factor"])


def test_an_estimate_that_gives_a_closed_value_away_is_found(tmp_path, published_tables) -> None:
    """A gap weighed by one closed factor alone would print its value; the search finds it."""
    tables, _ = closed_tables(published_tables)
    secrets = part(tables).secrets
    gap = published_tables["footprint_gap"].head(1)
    assert gap.height == 1
    gap.write_parquet(tmp_path / "gap.parquet")
    assert require_no_secret(tmp_path, secrets) == 1
    told = pl.lit(Decimal("7919.0000731")).cast(gap.schema["estimate"])
    gap.with_columns(estimate=told).write_parquet(tmp_path / "gap.parquet")
    with pytest.raises(RefusedByPolicy, match="E-CLS-02"):
        require_no_secret(tmp_path, secrets)
