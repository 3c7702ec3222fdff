"""The benchmark of a rule over its population: limits, or every reason for having none.

Belongs here: the order of the tests (comparability, owners, alarms, what may be published,
differences between cells). Does not belong here: the tests themselves and the published
rows (``tables``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding
from pipelines.grade.alarm import alarms_of, notices_of, unsettled
from pipelines.grade.bootstrap import LimitError, limit_errors
from pipelines.grade.comparable import comparable, same_measure
from pipelines.grade.difference import Cell, against_published
from pipelines.grade.disclosure import against_disclosure
from pipelines.grade.owners import owners_of
from pipelines.grade.population import edition_mark
from pipelines.grade.publication import Published, publish_limits
from pipelines.grade.threshold import limits_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from pipelines.grade.audit import Figure
    from pipelines.grade.comparable import Exclusion
    from pipelines.grade.disclosure import DisclosureRule
    from pipelines.grade.owners import Owners
    from pipelines.grade.population import Member
    from pipelines.grade.rule import GradeRule

    # Editions of a population before the present one, oldest first, with their day.
    Editions = Sequence[tuple[dt.date, Sequence[Member]]]

WITHOUT_OWNERS = ("modelled_average", "country_default")
# Kinds that give no product a class of its own right, and why.
NEVER_GRADED = {**dict.fromkeys(WITHOUT_OWNERS, "G-KIND-01"), "constructed": "G-KIND-02"}
NOTHING = Published((), (), ())


@dataclass(frozen=True)
class Benchmark:
    """The benchmark of a rule: limits or the reasons for having none.

    Attributes:
        rule: the grade rule.
        disclosure: the disclosure rule it was built under.
        rows_in: members read.
        kept: members that compare.
        exclusions: why the others do not.
        owners: owners behind the population judged.
        limits: limits that may be published, best class first.
        smoothed: for each limit, whether it is a mean over several owners.
        errors: sampling error of each limit of a population.
        is_graded: whether products may be graded.
        is_demonstration: whether the limits are shown as a demonstration only.
        reasons: every reason against grading.
        notices: what a reader should know and what stops nothing.
        edition: mark of the population as read; empty without members.
        judged: the members behind the limits.
        figures: the limits as a reader understands them.
    """

    rule: GradeRule
    disclosure: DisclosureRule
    rows_in: int
    kept: tuple[Member, ...]
    exclusions: tuple[Exclusion, ...]
    owners: Owners
    limits: tuple[float, ...]
    is_graded: bool
    is_demonstration: bool
    reasons: tuple[Finding, ...]
    smoothed: tuple[bool, ...] = ()
    errors: tuple[LimitError, ...] = ()
    notices: tuple[Finding, ...] = ()
    edition: str = ""
    judged: tuple[Member, ...] = field(default=(), repr=False)
    figures: tuple[Figure, ...] = field(default=(), repr=False)

    @property
    def cell(self) -> Cell:
        """The benchmark as one published cell."""
        return Cell(self.rule.rule_id, self.judged, self.figures)

    @property
    def demonstrates(self) -> bool:
        """Whether products may be graded as a demonstration: a constructed, sound population."""
        return bool(self.limits) and [r.code for r in self.reasons] == ["G-KIND-02"]

    def suppressed(self, reason: Finding) -> Benchmark:
        """The same benchmark without limits, for one reason more."""
        return replace(
            self, limits=(), smoothed=(), errors=(), figures=(), is_graded=False,
            is_demonstration=False, reasons=(*self.reasons, reason),
        )  # fmt: skip


def build(
    rule: GradeRule,
    members: Sequence[Member],
    disclosure: DisclosureRule,
    *,
    on: dt.date | None = None,
    earlier: Sequence[Member] = (),
    is_history: bool = False,
) -> Benchmark:
    """The benchmark of a rule over a population.

    Comparability is tested first, then owners and dominance, then alarms, then what may be
    published. A population of producers that fails comparability alone may be shown as a
    demonstration when disclosure allows it; modelled averages and country defaults have no
    owners to protect and give statistics only.

    Args:
        rule: the grade rule.
        members: its population; empty for rules that print their limits.
        disclosure: the disclosure rule.
        on: the day of the release; None asks nothing of the rule's validity.
        earlier: the edition of the population before, where there is one.
        is_history: whether only what disclosure lets out is asked for: no alarm is raised
            and no sampling error drawn.

    Returns:
        The benchmark with limits, or with every reason for having none.
    """
    edition = edition_mark(members) if members else ""
    kept, left_out = comparable(members, rule)
    if rule.method != "quantile":
        return _printed(rule, disclosure, members, (kept, left_out), on)
    reasons: list[Finding] = []
    is_modelled = rule.population_kind in WITHOUT_OWNERS
    if rule.population_kind in NEVER_GRADED:
        reasons.append(finding(NEVER_GRADED[rule.population_kind]))
    if not kept:
        reasons.append(finding("G-CMP-01"))
        passing = {"G-DUP-01", "G-CLN-01"}
        reasons += [finding(code) for code in sorted({x.code for x in left_out} - passing)]
    judged = kept or same_measure(members, rule)
    owners = owners_of(judged, weighted=rule.weighted)
    stops = []
    if judged or not members:
        stops = against_disclosure(owners, disclosure, rule.minimum_owners, rule.dominance)
    shown, notices = NOTHING, []
    if judged and not (is_modelled or stops or is_history):
        stops += _alarms(rule, judged if kept else (), earlier, disclosure, edition)
        notices = notices_of(judged, rule, disclosure)
    if judged and (is_modelled or not stops):
        shown = publish_limits(judged, rule, disclosure, protected=not is_modelled)
        if not shown.limits:
            stops.append(finding("G-DIS-01", wanted=f"{disclosure.protection:.0%}"))
    reasons += [*stops, *_out_of_force(rule, on)]
    limits = shown.limits
    return Benchmark(
        rule, disclosure, len(members), tuple(kept), tuple(left_out), owners, limits,
        is_graded=not reasons, is_demonstration=bool(limits) and bool(reasons),
        reasons=tuple(reasons), smoothed=shown.smoothed,
        errors=limit_errors(judged, rule, disclosure.replicates)
        if limits and not is_history else (),
        notices=tuple(notices), edition=edition, judged=tuple(judged), figures=shown.figures,
    )  # fmt: skip


def _printed(
    rule: GradeRule,
    disclosure: DisclosureRule,
    members: Sequence[Member],
    tested: tuple[list[Member], list[Exclusion]],
    on: dt.date | None,
) -> Benchmark:
    """The benchmark of a rule that prints its limits."""
    kept, left_out = tested
    depends = rule.subclasses or rule.method == "sliding_scale"
    never = NEVER_GRADED.get(rule.population_kind)
    reasons = [finding(never)] if never else []
    reasons += _out_of_force(rule, on)
    return Benchmark(
        rule, disclosure, len(members), tuple(kept), tuple(left_out), owners_of(kept),
        () if depends else limits_of(rule),
        is_graded=not reasons, is_demonstration=bool(never), reasons=tuple(reasons),
    )  # fmt: skip


def _out_of_force(rule: GradeRule, on: dt.date | None) -> list[Finding]:
    if on is None or rule.is_in_force(on):
        return []
    return [finding("G-EXP-01", on=on, valid_from=rule.valid_from, valid_until=rule.valid_until)]


def _alarms(
    rule: GradeRule,
    kept: Sequence[Member],
    earlier: Sequence[Member],
    disclosure: DisclosureRule,
    edition: str,
) -> list[Finding]:
    """Alarms no decision settles. An earlier edition is of an earlier period by its nature."""
    before, _ = comparable(earlier, replace(rule, reference_period=None))
    return unsettled(alarms_of(kept, before, rule, disclosure), rule, edition)


def build_benchmarks(
    rules: Mapping[str, GradeRule],
    populations: Mapping[str, Sequence[Member]],
    disclosure: DisclosureRule,
    on: dt.date | None,
    earlier: Mapping[str, Editions] | None = None,
) -> list[Benchmark]:
    """The benchmarks of every rule, none of which tells of an owner together with another.

    Every edition that disclosure let out counts as published, whether or not an alarm held
    it back: its limits may be known. Larger cells go first; one that would tell of an owner
    together with what is out already is suppressed.

    Args:
        rules: grade rules by id.
        populations: members by the name a rule gives in ``population``.
        disclosure: the disclosure rule.
        on: the day of the release.
        earlier: every edition before, oldest first, by the same names.

    Returns:
        One benchmark per rule, in the order of their ids.

    Raises:
        FaultyData: a rule names a population that is not given.
    """
    unknown = [
        finding("E-GRD-01", file=f"{rule_id}.toml", column="population", value=rule.population)
        for rule_id, rule in sorted(rules.items())
        if rule.population and rule.population not in populations
    ]
    if unknown:
        raise FaultyData(unknown)
    before = earlier or {}
    made = []
    for _, rule in sorted(rules.items()):
        editions = before.get(rule.population or "", ())
        last = editions[-1][1] if editions else ()
        members = populations.get(rule.population or "", ())
        made.append(build(rule, members, disclosure, on=on, earlier=last))
    published = _published_before(rules, before, disclosure)
    kept, _ = _let_out(made, published)
    return kept


def _published_before(
    rules: Mapping[str, GradeRule], earlier: Mapping[str, Editions], disclosure: DisclosureRule
) -> list[Cell]:
    """The cells that earlier editions let out, edition after edition."""
    published: list[Cell] = []
    for day in sorted({day for editions in earlier.values() for day, _ in editions}):
        made = [
            build(replace(rule, reference_period=None), members, disclosure, is_history=True)
            for _, rule in sorted(rules.items())
            for when, members in earlier.get(rule.population or "", ())
            if when == day and rule.method == "quantile"
        ]
        _, published = _let_out(made, published)
    return published


def _let_out(
    made: Sequence[Benchmark], published: Sequence[Cell]
) -> tuple[list[Benchmark], list[Cell]]:
    """Benchmarks with what would tell of an owner suppressed, and all cells out by then."""
    kept = {b.rule.rule_id: b for b in made}
    out = list(published)
    cells = [b for b in made if b.limits and b.rule.has_owners]
    for one in sorted(cells, key=lambda b: (-b.owners.count, -len(b.judged), b.rule.rule_id)):
        reason = against_published(one.cell, out, one.disclosure)
        if reason is None:
            out.append(one.cell)
        else:
            kept[one.rule.rule_id] = one.suppressed(reason)
    return [kept[b.rule.rule_id] for b in made], out
