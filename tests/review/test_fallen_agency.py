"""Suspending one body names exactly what rests on its verifications, and nothing else."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pipelines.admit.dependents import dependents_of
from pipelines.commands import agencies
from pipelines.commands.release_review import FALLEN, with_review
from pipelines.errors import RefusedByPolicy
from pipelines.identity import record_id
from schemas import ALL_TABLES
from schemas.footprint import FOOTPRINT, FOOTPRINT_LINE
from schemas.grade import GRADE
from schemas.product import PRODUCT
from schemas.render.frame import empty, frame_of
from schemas.review import AGENCY, VERIFICATION
from schemas.source import EVIDENCE
from tests.review.desk import DAY, subject

FACTOR = ALL_TABLES["factor"]
RATINGS = dict.fromkeys(("representativeness", "accuracy", "completeness", "consistency"), 2)
HASH = "a" * 64


def fid(name: str) -> str:
    return record_id("F", "made", name)


# verified by agency-01: a; derived from a: b, and from b: c. Verified by agency-02: d.
# Footprints: steel uses b; car uses steel's footprint; bread uses d; milk was itself verified by
# agency-01; plain uses e, which nobody verified. Every product has a grade but car.
PARENTS = {"a": [], "b": ["a"], "c": ["b"], "d": [], "e": []}
USES = {"steel": ("b", None), "car": (None, "product:steel"), "bread": ("d", None),
        "milk": (None, None), "plain": ("e", None)}  # fmt: skip
VERIFIED = {"a": "agency-01", "d": "agency-02", "milk": "agency-01"}


def world(**standing: str) -> dict[str, pl.DataFrame]:
    standings = {"agency-01": "active", "agency-02": "active"}
    standings |= {k.replace("_", "-"): v for k, v in standing.items()}
    made = {name: empty(t) for name, t in ALL_TABLES.items() if t.published}
    return made | {
        "agency": frame_of(AGENCY, [{"agency_id": a, "standing": s} for a, s in standings.items()]),
        "verification": frame_of(VERIFICATION, [
            {"verification_id": record_id("V", name), "agency_id": agency,
             "subject_id": fid(name) if name in PARENTS else name, "record_hash": HASH}
            for name, agency in VERIFIED.items() if name != "milk"
        ] + [{"verification_id": record_id("V", "milk"), "agency_id": "agency-01",
              "subject_id": "elsewhere", "record_hash": HASH}]),
        "factor": frame_of(FACTOR, [
            {"factor_id": fid(n), "version": "1.0", "evidence_id": record_id("E", n),
             "decision_id": record_id("D", n)} for n in PARENTS
        ]),
        "evidence": frame_of(EVIDENCE, [
            {"evidence_id": record_id("E", n), "parents": [f"{fid(p)}@1.0" for p in above]}
            for n, above in PARENTS.items()
        ]),
        "product": frame_of(PRODUCT, [
            {"product_id": p, "verification_id": record_id("V", "milk") if p == "milk" else None}
            for p in USES
        ]),
        "footprint": frame_of(FOOTPRINT, [
            {"product_id": p, "gwp_set": "AR5", "flags": []} for p in USES
        ]),
        "footprint_line": frame_of(FOOTPRINT_LINE, [
            {"product_id": p, "gwp_set": "AR5", "process_id": p, "line": "1",
             "factor_id": fid(f) if f else None, "provider": provider}
            for p, (f, provider) in USES.items()
        ]),
        "grade": frame_of(GRADE, [
            {"product_id": p, "rule_id": "r", "rule_version_no": "1", "flags": []}
            for p in USES if p != "car"
        ]),
    }  # fmt: skip


def named(found: pl.DataFrame, agency: str) -> set[tuple[str, str]]:
    rows = found.filter(pl.col("agency_id") == agency)
    return set(rows.select("object_kind", "object_id").iter_rows())


def factors(*names: str) -> set[tuple[str, str]]:
    return {("factor", fid(n)) for n in names}


FIRST = factors("a", "b", "c") | {
    ("footprint", "steel"), ("footprint", "car"), ("footprint", "milk"),
    ("grade", "steel"), ("grade", "milk"),
}  # fmt: skip
SECOND = factors("d") | {("footprint", "bread"), ("grade", "bread")}


@pytest.mark.parametrize("standing", ["suspended", "withdrawn"])
def test_one_body_falls_and_exactly_its_dependents_are_named(standing) -> None:
    found = dependents_of(world(agency_01=standing))
    assert named(found, "agency-01") == FIRST
    assert named(found, "agency-02") == set()


def test_the_other_body_has_dependents_of_its_own() -> None:
    assert named(dependents_of(world(agency_02="suspended")), "agency-02") == SECOND
    both = dependents_of(world(agency_01="suspended", agency_02="suspended"))
    assert (named(both, "agency-01"), named(both, "agency-02")) == (FIRST, SECOND)


def test_bodies_in_good_standing_have_none_to_name() -> None:
    assert dependents_of(world()).is_empty()


def test_a_circle_of_products_ends() -> None:
    made = world(agency_01="suspended")
    circle = frame_of(FOOTPRINT_LINE, [
        {"product_id": "steel", "gwp_set": "AR5", "process_id": "steel", "line": "2",
         "provider": "product:car"},
    ])  # fmt: skip
    made["footprint_line"] = pl.concat([made["footprint_line"], circle])
    assert named(dependents_of(made), "agency-01") == FIRST


def test_the_next_release_shows_it(desk) -> None:
    made = world()
    desk.submit()
    agencies.record_verification(
        desk.settings, "verifier-01", agency_id="agency-01", subject_id=fid("a"),
        record_hash=HASH, ratings=RATINGS, on=DAY,
    )  # fmt: skip
    before = with_review(desk.settings, made, desk.ledger.entries())
    assert before["agency_dependent"].is_empty()
    agencies.set_standing(
        desk.settings, "supervisor-01", "agency-01", "suspended", "抽查发现伪造", on=DAY
    )
    told = with_review(desk.settings, made, desk.ledger.entries())
    want = factors("a", "b", "c") | {
        ("footprint", "steel"),
        ("footprint", "car"),
        ("grade", "steel"),
    }
    assert named(told["agency_dependent"], "agency-01") == want
    for name, hit in (("footprint", {"steel", "car"}), ("grade", {"steel"})):
        rows = told[name].filter(pl.col("flags").list.contains(FALLEN))
        assert set(rows["product_id"]) == hit
    standing = dict(told["agency"].select("agency_id", "standing").iter_rows())
    assert standing == {"agency-01": "suspended", "agency-02": "active"}
    agencies.set_standing(
        desk.settings, "supervisor-01", "agency-01", "active", "复查通过",
        on=DAY + dt.timedelta(days=1),
    )  # fmt: skip
    again = with_review(desk.settings, made, desk.ledger.entries())
    assert again["agency_dependent"].is_empty()


def verification(desk, **changes):
    given = {"agency_id": "agency-01", "subject_id": subject(), "record_hash": HASH,
             "ratings": RATINGS, "on": DAY, **changes}  # fmt: skip
    return agencies.record_verification(desk.settings, "verifier-01", **given)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("E-REV-26", {"agency_id": "agency-99"}),
        ("E-REV-29", {"ratings": {**RATINGS, "accuracy": 0}}),
        ("E-REV-29", {"ratings": {k: v for k, v in RATINGS.items() if k != "consistency"}}),
        ("E-REV-04", {"on": dt.date(2029, 1, 1)}),
    ],
)
def test_a_verification_that_does_not_bear_is_refused(desk, code, changes) -> None:
    before = desk.size
    with pytest.raises(RefusedByPolicy) as refused:
        verification(desk, **changes)
    assert code in {f.code for f in refused.value.findings}
    assert desk.size == before


def test_a_fallen_body_verifies_nothing_more(desk) -> None:
    verification(desk)
    agencies.set_standing(desk.settings, "supervisor-01", "agency-01", "suspended", "停", on=DAY)
    with pytest.raises(RefusedByPolicy) as refused:
        verification(desk, record_hash="b" * 64)
    assert refused.value.findings[0].code == "E-REV-27"
    assert len(desk.cases.verifications) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("E-REV-06", ("steward-01", "agency-01", "suspended", "停")),
        ("E-REV-26", ("supervisor-01", "agency-99", "suspended", "停")),
        ("E-REV-30", ("supervisor-01", "agency-01", "asleep", "停")),
        ("E-REV-30", ("supervisor-01", "agency-01", "suspended", " ")),
    ],
)
def test_a_change_of_standing_that_does_not_bear_is_refused(desk, code, words) -> None:
    with pytest.raises(RefusedByPolicy) as refused:
        agencies.set_standing(desk.settings, *words, on=DAY)
    assert code in {f.code for f in refused.value.findings}
