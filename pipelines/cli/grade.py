"""``tanyuan grade``: rules, benchmarks from a population, the class of a value.

Belongs here: the options and what is shown. Does not belong here: grading (room ``grade``);
changes between releases and pictures (``grade_release``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.grade_options import Day, Seeds, day_of
from pipelines.cli.grade_regenerate import regenerate
from pipelines.cli.grade_release import (
    Home,
    Out,
    explain,
    label,
    procurement,
    progress,
    reduction,
)
from pipelines.cli.presentation import Result
from pipelines.errors import RefusedByPolicy, WrongUsage
from pipelines.findings import finding
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.grade import Benchmark, GradeRule

APP = typer.Typer(no_args_is_help=True)
for _command in (explain, label, procurement, progress, reduction):
    APP.command()(_command)
Population = Annotated[Path | None, typer.Option(help="样本 CSV population")]


def rule_named(rule_id: str, seeds: Path) -> GradeRule:
    """The rule of an id; the nearest ids where there is none."""
    import difflib

    from pipelines.grade import read_grade_rules

    rules = read_grade_rules(seeds)
    if rule_id not in rules:
        near = difflib.get_close_matches(rule_id, rules, n=3, cutoff=0.3)
        raise WrongUsage(finding("E-GRD-05", value=rule_id, expected=near))
    return rules[rule_id]


def _benchmark(
    rule: GradeRule, seeds: Path, files: tuple[Path | None, list[Path]], on: dt.date
) -> Benchmark:
    """The benchmark of a rule, beside every other that rests on results of owners."""
    from pipelines.commands.populations import populations_named
    from pipelines.grade import (
        build,
        build_benchmarks,
        earlier_populations,
        read_disclosure_rule,
        read_grade_rules,
        read_population,
    )

    population, previous = files
    disclosure = read_disclosure_rule(seeds)
    if rule.method != "quantile" or not rule.population:
        return build(rule, read_population(population) if population else [], disclosure, on=on)
    if population is not None:
        rules = {rule.rule_id: rule}
        members = {rule.population: read_population(population)}
        # The editions are named in their order; their days are not known.
        days = (dt.date.fromordinal(n) for n in range(1, len(previous) + 1))
        earlier = {rule.population: list(zip(days, map(read_population, previous), strict=True))}
    else:
        rules = {
            r.rule_id: r
            for r in read_grade_rules(seeds).values()
            if r.population and (r.has_owners or r.rule_id == rule.rule_id)
        }
        names = sorted({str(r.population) for r in rules.values()})
        members = populations_named(Settings.resolve(seeds), names)
        earlier = earlier_populations(seeds, names)
    made = build_benchmarks(rules, members, disclosure, on, earlier)
    return next(b for b in made if b.rule.rule_id == rule.rule_id)


@APP.command()
def show(
    rule: Annotated[str | None, typer.Argument(help="规则编号 rule id")] = None,
    seeds: Seeds = None,
) -> Result:
    """列出分级规则 | the grade rules."""
    from pipelines.grade import read_grade_rules

    found = Settings.resolve(seeds).seeds
    rules = (
        [rule_named(rule, found)]
        if rule
        else [r for _, r in sorted(read_grade_rules(found).items())]
    )
    return Result(
        "grade show",
        summary={"rules": len(rules)},
        data={"rules": [asdict(r) for r in rules]},
        text_zh="\n".join(f"{r.rule_id:<48} {r.title_zh}" for r in rules),
        text_en="\n".join(f"{r.rule_id:<48} {r.title_en}" for r in rules),
    )


@APP.command()
def build(
    rule: Annotated[str, typer.Argument(help="规则编号 rule id")],
    population: Population = None,
    previous: Annotated[
        list[Path] | None, typer.Option(help="此前各版样本，先旧后新 editions before, oldest first")
    ] = None,
    on: Day = None,
    release: Annotated[
        str | None,
        typer.Option(help="重新生成该发布的分级文件并逐字节比较 make a release's files again"),
    ] = None,
    output: Out = None,
    home: Home = None,
    seeds: Seeds = None,
) -> Result:
    """由可比结果建立分级基准 | limits from comparable results."""
    from pipelines.grade.report import benchmark_report

    folder = Settings.resolve(seeds).seeds
    if release is not None:
        return regenerate(rule, release, folder, output, home)
    made = _benchmark(
        rule_named(rule, folder), folder, (population, previous or []), day_of(on, folder)
    )
    has_limits = bool(made.limits)
    return Result(
        "grade build",
        summary={"n": len(made.kept), "owners": made.owners.count, "suppressed": not has_limits},
        findings=[*made.reasons, *made.notices],
        data=benchmark_report(made),
        text_zh=_benchmark_text(made, "zh"),
        text_en=_benchmark_text(made, "en"),
        exit_code=0,
    )


def _benchmark_text(made: Benchmark, language: str) -> str:
    is_zh = language == "zh"
    mark = "【演示】" if is_zh else " [demonstration]"
    title = made.rule.title_zh if is_zh else made.rule.title_en
    head = f"{title}{mark if made.is_demonstration else ''}"
    count = (
        f"可比结果 {len(made.kept)}/{made.rows_in}，所有者 {made.owners.count}"
        if is_zh
        else f"{len(made.kept)} of {made.rows_in} results compare, {made.owners.count} owners"
    )
    padded = [*made.limits, *[None] * len(made.rule.labels)]
    lines = [
        f"  {label:<16} {made.rule.inclusion} {limit:g}" if limit is not None else f"  {label}"
        for label, limit in zip(made.rule.labels, padded, strict=False)
    ]
    return "\n".join([head, count, *(lines if made.limits else [])])


@APP.command()
def assign(
    rule: Annotated[str, typer.Option(help="规则编号 rule id")],
    value: Annotated[float, typer.Option(help="数值，按规则的单位 value in the rule's unit")],
    gsd2: Annotated[float | None, typer.Option(help="几何标准差平方 squared GSD")] = None,
    covariate: Annotated[float | None, typer.Option(help="协变量 covariate, 0 to 1")] = None,
    subclass: Annotated[str | None, typer.Option(help="子类 subclass")] = None,
    modifier: Annotated[str | None, typer.Option(help="修正 modifier")] = None,
    on: Day = None,
    population: Population = None,
    seeds: Seeds = None,
) -> Result:
    """给一个数值分级 | the class of a value."""
    from pipelines.grade import assign as class_under
    from pipelines.grade.assign import credit_of
    from pipelines.grade.threshold import sliding_base

    folder = Settings.resolve(seeds).seeds
    chosen = rule_named(rule, folder)
    day = day_of(on, folder)
    chosen.require_in_force(day)
    limits = _limits(chosen, folder, (population, day), (covariate, subclass, modifier))
    given = class_under(chosen, value, limits, gsd2)
    credit = (
        credit_of(chosen, value, sliding_base(chosen, covariate))
        if chosen.credit_multiples
        else None
    )
    shown = {"zh": given.grade or "不予定级", "en": given.grade or "withheld"}
    return Result(
        "grade assign",
        summary={"grade": given.grade, "withheld": given.withheld},
        findings=given.findings,
        data={
            "grade": given.grade,
            "point_grade": given.point_grade,
            "probabilities": given.probabilities,
            "most_probable": given.most_probable,
            "withheld": given.withheld,
            "margin": given.margin,
            "credit": credit,
            "rule": {
                "rule_id": chosen.rule_id,
                "version": chosen.version,
                "title_zh": chosen.title_zh,
                "title_en": chosen.title_en,
                "indicator": chosen.indicator,
                "indicator_unit": chosen.indicator_unit,
                "is_provisional": chosen.is_provisional,
                "uncertainty_policy": chosen.uncertainty_policy,
                "p_min": chosen.p_min,
                "inclusion": chosen.inclusion,
                "limits": limits,
                "labels": chosen.labels,
                "source": chosen.source,
            },
        },
        text_zh=f"{shown['zh']}（{chosen.title_zh}；{value:g} {chosen.indicator_unit}）"
        f"{'【限值暂定】' if chosen.is_provisional else ''}",
        text_en=f"{shown['en']} ({chosen.title_en}; {value:g} {chosen.indicator_unit})"
        f"{' [provisional limits]' if chosen.is_provisional else ''}",
        exit_code=0,
    )


def _limits(
    rule: GradeRule,
    seeds: Path,
    given: tuple[Path | None, dt.date],
    choice: tuple[float | None, str | None, str | None],
) -> tuple[float, ...]:
    from pipelines.grade.threshold import limits_of

    if rule.method != "quantile":
        covariate, subclass, modifier = choice
        return limits_of(rule, covariate=covariate, subclass=subclass, modifier=modifier)
    population, day = given
    made = _benchmark(rule, seeds, (population, []), day)
    if not (made.is_graded or made.demonstrates):
        reasons = "；".join(f"{r.code} {r.zh}" for r in made.reasons)
        raise RefusedByPolicy(finding("E-GRD-09", value=rule.rule_id, reason=reasons))
    return made.limits
