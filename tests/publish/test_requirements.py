"""Each article's check gives the figure shown, can be run again, and fails when it should."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.errors import FaultyData
from pipelines.publish.requirements import STATEMENTS, requirement_table
from schemas import PUBLISHED
from schemas.factor import FACTOR
from schemas.render.frame import empty, frame_of
from schemas.review import (
    AGENCY,
    AGENCY_DEPENDENT,
    DECISION,
    OPINION,
    PERSON,
    REVIEW_EVENT,
    VERIFICATION,
)
from tests.conftest import SEEDS


def set_to(**cells: Any) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Spoil whole columns."""
    return lambda table: table.with_columns(
        pl.lit(v).cast(table.schema[k]).alias(k) for k, v in cells.items()
    )


CHECKS = sorted(p.stem for p in STATEMENTS.glob("*.sql"))


def result(frames, check: str) -> str:
    return of_check(requirement_table(SEEDS, frames), check)


def of_check(table: pl.DataFrame, check: str) -> str:
    return table.filter(pl.col("check_name") == check)["result"][0]


@pytest.fixture(scope="module")
def as_published(published_tables) -> pl.DataFrame:
    """What all checks give over the published tables."""
    return requirement_table(SEEDS, published_tables)


@pytest.fixture(scope="module")
def nobody_acted() -> pl.DataFrame:
    """What all checks give where no table has a row."""
    return requirement_table(SEEDS, {t.name: empty(t) for t in PUBLISHED})


def test_checks_can_be_run_again_on_the_release_alone(release_folder) -> None:
    shown = pl.read_parquet(release_folder / "data" / "requirement.parquet")
    with duckdb.connect(str(release_folder / "tanyuan.duckdb"), read_only=True) as con:
        for row in shown.filter(pl.col("check_name").is_not_null()).iter_rows(named=True):
            sql = release_folder / "quality" / "requirement" / f"{row['check_name']}.sql"
            assert con.execute(sql.read_text("utf-8")).fetchone() == (row["result"], row["finding"])


def test_every_check_is_used_by_an_article(published_tables) -> None:
    assert set(requirement_table(SEEDS, published_tables)["check_name"].drop_nulls()) == set(CHECKS)


PEOPLE = {"submitter-01": "group-a", "reviewer-01": "group-b", "steward-01": "group-c"}
SUBJECT, HASH, LEAF = "FAAAAAAAAAAAA", "a" * 64, "b" * 64
DAY = dt.date(2026, 3, 1)


def by_people(**group_of: str) -> dict[str, pl.DataFrame]:
    """One record handed in, reviewed and decided by three people, each of a group."""
    groups = PEOPLE | {k.replace("_", "-"): v for k, v in group_of.items()}
    acts = (("submission", "submitter-01"), ("assignment", "steward-01"),
            ("opinion", "reviewer-01"), ("review_decision", "steward-01"))  # fmt: skip
    said = {"subject_id": SUBJECT, "record_hash": HASH, "acted_on": DAY, "ledger_index": 1}
    return {
        "decision": frame_of(DECISION, [{
            "decision_id": "DAAAAAAAAAAAA", "subject_id": SUBJECT, "record_hash": HASH,
            "decision_kind": "person", "roles": ["steward-01", "reviewer-01"],
            "ledger_index": 1, "leaf_hash": LEAF,
        }]),
        "person": frame_of(PERSON, [
            {"person_id": p, "role": p.split("-")[0], "group_id": g, "term_from": DAY,
             "term_until": DAY} for p, g in groups.items()
        ]),
        "review_event": frame_of(REVIEW_EVENT, [
            {**said, "event_id": f"X{'A' * 11}{n}", "event_kind": kind, "person_id": person,
             "group_id": groups[person], "leaf_hash": LEAF} for n, (kind, person) in enumerate(acts)
        ]),
        "opinion": frame_of(OPINION, [
            {**said, "event_id": "XAAAAAAAAAAAA", "person_id": "reviewer-01",
             "group_id": groups["reviewer-01"], "conclusion": "accept"}
        ]),
    }  # fmt: skip


def verified(standing: str = "active", group: str = "group-d", **ratings: int | None):
    given = dict.fromkeys(("representativeness", "accuracy", "completeness", "consistency"), 2)
    return by_people() | {
        "agency": frame_of(AGENCY, [
            {"agency_id": "agency-01", "standing": standing, "group_id": group}
        ]),
        "verification": frame_of(VERIFICATION, [
            {"verification_id": "VAAAAAAAAAAAA", "agency_id": "agency-01", "subject_id": SUBJECT,
             "record_hash": HASH, **given, **ratings}
        ]),
        "factor": frame_of(FACTOR, [{"factor_id": SUBJECT}]),
    }  # fmt: skip


def followed(standing: str):
    row = {"agency_id": "agency-01", "object_kind": "factor", "object_id": SUBJECT, "via": "V"}
    return verified(standing) | {"agency_dependent": frame_of(AGENCY_DEPENDENT, [row])}


# Check to a table of the release, how it is spoiled, and the result that follows.
PLANTED = {
    "computed_chain": ("model", lambda t: t.clear(), "not_met"),
    "evidence_complete": ("evidence", lambda t: t[1:], "not_met"),
    "authorisation_stated": ("source", set_to(authorisation_document=""), "not_met"),
    "core_data_methodology": (
        "factor", lambda t: t.with_columns(core_data=True, methodology_url=None), "not_met",
    ),
    "quality_evaluated": ("factor_quality", lambda t: t[1:], "not_met"),
    "public_only": ("factor", set_to(data_class="restricted"), "not_met"),
    "eight_modules": ("contact", lambda t: t.clear(), "partly"),
    "flow_identified": ("flow", lambda t: t.clear(), "not_met"),
    "decisions_conserved": ("decision", lambda t: t[1:], "not_met"),
    "objects_linked": ("footprint", lambda t: t.clear(), "not_met"),
    "totals_of_parts": (
        "footprint_component",
        lambda t: t.with_columns(contribution=pl.col("contribution") * 2), "not_met",
    ),
    "rule_named": ("footprint", set_to(accounting_rule=""), "not_met"),
    "comparability_stated": (
        "benchmark", lambda t: t.with_columns(is_graded=False, reasons_zh=pl.lit("")), "not_met",
    ),
    "inputs_hashed": ("source_file", set_to(file_sha256=""), "not_met"),
    "not_repeated": ("factor", lambda t: pl.concat([t, t[:1]]), "not_met"),
    "assumptions_disclosed": ("assumption", set_to(effect=""), "not_met"),
    "estimates_explained": (
        "exchange", lambda t: t.with_columns(derivation=pl.lit("estimated"), reason=pl.lit("")),
        "not_met",
    ),
    "uncertainty_on_results": ("footprint", lambda t: t.clear(), "not_built"),
    "selection_recorded": ("footprint_line", set_to(reason_zh=""), "not_met"),
    "primary_share_stated": ("footprint", set_to(primary_data_share=2.0), "not_met"),
    "disclosure_kept": (
        "benchmark",
        lambda t: t.with_columns(is_graded=True, population_kind=pl.lit("producer"),
                                 owners=pl.lit(0, pl.Int64), owners_needed=pl.lit(5, pl.Int64)),
        "not_met",
    ),
    "grade_evidenced": (
        "grade", lambda t: t.with_columns(is_withheld=False, label=pl.lit("no class")), "not_met",
    ),
    "rules_dated": (
        "benchmark", lambda t: t.with_columns(rule_valid_from=pl.lit(None, pl.Date)), "not_met",
    ),
    "agriculture_apart": (
        "footprint_gas",
        lambda t: t.filter(~pl.col("gas_or_unsplit").is_in(["ch4_biogenic", "n2o"])), "not_met",
    ),
    "several_gwp_sets": ("footprint", lambda t: t.filter(pl.col("gwp_set") == "AR5"), "not_met"),
    "ledger_indexed": ("decision", set_to(ledger_index=0), "not_met"),
    "versions_known": (
        "factor", lambda t: t.with_columns(known_from=pl.lit(None, pl.Date)), "not_met",
    ),
    "names_in_both_languages": ("factor", set_to(name_en=""), "not_met"),
    "external_ids": (
        "flow", lambda t: t.with_columns(external_ids=pl.lit(["x:1"], pl.List(pl.String))), "met",
    ),
    "plausibility_seen": ("plausibility", set_to(severity="error"), "not_met"),
    "balances_judged": ("balance", lambda t: t.filter(balanced_kind="model"), "not_met"),
    "renewal_listed": ("renewal", set_to(quality_level_then=1), "not_met"),
    "labels_complete": ("grade", set_to(is_withheld=False, label=""), "not_met"),
    "procurement_listed": ("grade", set_to(is_withheld=False, label="no class"), "not_met"),
    "report_from_data": ("inventory_result", lambda t: t.clear(), "not_met"),
    "progress_counted": ("product", lambda t: t.clear(), "not_met"),
    "reductions_comparable": ("footprint", set_to(declared_unit=""), "not_met"),
    "names_carry_route": ("factor", set_to(route=None, technology=None), "not_met"),
    "demonstration_shown": (
        "footprint", lambda t: t.with_columns(result_state=pl.lit("demonstration"),
                                              flags=pl.lit([], pl.List(pl.String))), "not_met",
    ),
    "goal_and_scope": ("product", set_to(functional_unit=""), "not_met"),
    "lines_sourced": ("exchange", set_to(derivation=""), "not_met"),
    "process_normalised": ("process", set_to(reference_amount=0.0), "not_met"),
    "gases_summed": (
        "footprint_gas", lambda t: t.with_columns(contribution=pl.col("contribution") * 2),
        "not_met",
    ),
}  # fmt: skip
# Checks of what people do, each with a case in which it is met and one in which it is not.
ACTED = {
    "review_told": (by_people(), {**by_people(), "opinion": empty(OPINION)}),
    "roles_apart": (by_people(), by_people(reviewer_01="group-a")),
    "verification_rated": (verified(), verified(accuracy=None)),
    "verifier_independent": (verified(), verified(group="group-a")),
    "fallen_agencies_followed": (followed("suspended"), verified("suspended")),
}


@pytest.mark.parametrize("check", sorted(set(CHECKS) - set(ACTED)))
def test_a_planted_fault_changes_the_result(published_tables, as_published, check) -> None:
    table, change, wanted = PLANTED[check]
    assert of_check(as_published, check) != wanted
    spoiled = {**published_tables, table: change(published_tables[table])}
    assert result(spoiled, check) == wanted


@pytest.mark.parametrize("check", sorted(ACTED))
def test_what_people_did_is_checked_and_nothing_claimed_where_nobody_acted(
    nobody_acted, check
) -> None:
    kept, broken = ACTED[check]
    none = {t.name: empty(t) for t in PUBLISHED}
    assert result({**none, **kept}, check) == "met"
    assert result({**none, **broken}, check) == "not_met"
    assert of_check(nobody_acted, check) in {"partly", "met"}


def test_every_article_of_the_regulations_and_every_clause_of_the_guideline_is_listed() -> None:
    listed = {row["article"] for row in requirement_table(
        SEEDS, {t.name: empty(t) for t in PUBLISHED}).to_dicts()}  # fmt: skip
    numbers = "二 三 五 六 七 八 九 十 十一 十二 十三 十四 十五 十八 十九 二十 二十一 二十二 二十三"
    assert {f"宁夏征求意见稿 第{n}条" for n in numbers.split()} <= listed
    assert "宁夏征求意见稿 第十六、十七条" in listed
    tasks = "目标 任务1 任务2 任务3 任务4 任务5 任务6 任务7至9 任务10 任务13 任务14 保障措施"
    assert {f"沈阳方案 {n}" for n in tasks.split()} <= listed
    clauses = "一 二（一） 二（二） 三（三） 三（四） 三（五） 三（六） 四（七） 四（八） 四（九）"
    clauses += " 五（十） 五（十一）"
    assert {f"环办气候函〔2025〕468号 {n}" for n in clauses.split()} <= listed
    steps = {a for a in listed if "附件" in a}
    assert len(steps) == 9


def test_an_article_that_names_no_known_check_is_refused(own_seeds, published_tables) -> None:
    path = own_seeds / "rules" / "requirement.csv"
    path.write_text(
        path.read_text("utf-8").replace("evidence_complete", "evidence_compleet"), "utf-8"
    )
    with pytest.raises(FaultyData) as refused:
        requirement_table(own_seeds, published_tables)
    found = refused.value.findings[0]
    assert found.code == "E-REL-09"
    assert "evidence_compleet" in found.zh


def test_an_article_without_a_check_claims_nothing(published_tables) -> None:
    table = requirement_table(SEEDS, published_tables)
    unchecked = table.filter(pl.col("check_name").is_null())
    assert set(unchecked["result"]) == {"not_built"}
