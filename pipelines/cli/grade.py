"""``tanyuan grade``: benchmarks from a population, the class of a value."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.presentation import Result
from pipelines.errors import RefusedByPolicy, WrongUsage
from pipelines.findings import finding
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.grade import Benchmark, GradeRule

APP = typer.Typer(no_args_is_help=True)
Seeds = Annotated[Path | None, typer.Option(help="种子目录 seeds folder")]


def _rule(rule_id: str, seeds: Path) -> GradeRule:
    import difflib

    from pipelines.grade import read_grade_rules

    rules = read_grade_rules(seeds)
    if rule_id not in rules:
        near = difflib.get_close_matches(rule_id, rules, n=3, cutoff=0.3)
        raise WrongUsage(finding("E-GRD-05", value=rule_id, expected=near))
    return rules[rule_id]


def _benchmark(rule: GradeRule, seeds: Path, population: Path | None) -> Benchmark:
    from pipelines.grade import build, read_disclosure_rule, read_population

    members: Any = []
    if population is not None:
        members = read_population(population)
    elif rule.population:
        members = read_population(seeds / "populations" / f"{rule.population}.csv")
    return build(rule, members, read_disclosure_rule(seeds))


@APP.command()
def show(
    rule: Annotated[str | None, typer.Argument(help="规则编号 rule id")] = None,
    seeds: Seeds = None,
) -> Result:
    """列出分级规则 | the grade rules."""
    from pipelines.grade import read_grade_rules

    found = Settings.resolve(seeds).seeds
    rules = (
        [_rule(rule, found)] if rule else [r for _, r in sorted(read_grade_rules(found).items())]
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
    population: Annotated[Path | None, typer.Option(help="总体 CSV population")] = None,
    seeds: Seeds = None,
) -> Result:
    """由可比结果建立分级基准 | limits from comparable results."""
    folder = Settings.resolve(seeds).seeds
    made = _benchmark(_rule(rule, folder), folder, population)
    limits = [
        {"label": label, "upper_limit": limit}
        for label, limit in zip(
            made.rule.labels, (*made.limits, *[None] * len(made.rule.labels)), strict=False
        )
    ]
    reasons_zh = [r.zh for r in made.reasons]
    reasons_en = [r.en for r in made.reasons]
    shown = [
        f"  {e['label']:<16} ≤ {e['upper_limit']:g}" if e["upper_limit"] is not None
        else f"  {e['label']}"
        for e in limits
    ]  # fmt: skip
    head_zh = f"{made.rule.title_zh}{'【演示】' if made.is_demonstration else ''}"
    head_en = f"{made.rule.title_en}{' [demonstration]' if made.is_demonstration else ''}"
    has_limits = bool(made.limits)
    return Result(
        "grade build",
        summary={"n": len(made.kept), "owners": made.owners.count, "suppressed": not has_limits},
        data={
            "rule": asdict(made.rule),
            "thresholds": limits if has_limits else [],
            "n": len(made.kept),
            "rows_in": made.rows_in,
            "owners": made.owners.count,
            "suppressed": not has_limits,
            "is_graded": made.is_graded,
            "is_demonstration": made.is_demonstration,
            "reason": [r.as_json() for r in made.reasons],
        },
        text_zh="\n".join([head_zh, *(shown if has_limits else []), *reasons_zh]),
        text_en="\n".join([head_en, *(shown if has_limits else []), *reasons_en]),
    )


@APP.command()
def assign(
    rule: Annotated[str, typer.Option(help="规则编号 rule id")],
    value: Annotated[float, typer.Option(help="数值，按规则的单位 value in the rule's unit")],
    gsd2: Annotated[float | None, typer.Option(help="几何标准差平方 squared GSD")] = None,
    covariate: Annotated[float | None, typer.Option(help="协变量 covariate, 0 to 1")] = None,
    subclass: Annotated[str | None, typer.Option(help="子类 subclass")] = None,
    modifier: Annotated[str | None, typer.Option(help="修正 modifier")] = None,
    on: Annotated[str | None, typer.Option(help="日期 day, YYYY-MM-DD")] = None,
    population: Annotated[Path | None, typer.Option(help="总体 population CSV")] = None,
    seeds: Seeds = None,
) -> Result:
    """给一个数值分级 | the class of a value."""
    from pipelines.grade import assign as class_under

    folder = Settings.resolve(seeds).seeds
    chosen = _rule(rule, folder)
    chosen.require_in_force(_day(on, folder))
    limits = _limits(chosen, folder, population, (covariate, subclass, modifier))
    given = class_under(chosen, value, limits, gsd2)
    return Result(
        "grade assign",
        summary={"grade": given.grade, "withheld": given.withheld},
        findings=given.findings,
        data={
            "grade": given.grade,
            "probabilities": given.probabilities,
            "most_probable": given.most_probable,
            "withheld": given.withheld,
            "margin": given.margin,
            "rule": {
                "rule_id": chosen.rule_id,
                "version": chosen.version,
                "indicator": chosen.indicator,
                "indicator_unit": chosen.indicator_unit,
                "limits": limits,
                "labels": chosen.labels,
                "source": chosen.source,
            },
        },
        text_zh=f"{given.grade or '不予定级'}（{chosen.title_zh}；"
        f"{value:g} {chosen.indicator_unit}）",
        text_en=f"{given.grade or 'withheld'} ({chosen.title_en}; "
        f"{value:g} {chosen.indicator_unit})",
        exit_code=0,
    )


def _day(on: str | None, seeds: Path) -> dt.date:
    """The day asked for; by default the one the next release carries."""
    if on is None:
        from pipelines.publish.release_plan import read_plan

        return read_plan(seeds).released_on
    try:
        return dt.date.fromisoformat(on)
    except ValueError as error:
        raise WrongUsage(
            finding("E-USE-02", value=on, what_zh="日期", what_en="date", expected=["2026-11-21"])
        ) from error


def _limits(
    rule: GradeRule,
    seeds: Path,
    population: Path | None,
    choice: tuple[float | None, str | None, str | None],
) -> tuple[float, ...]:
    from pipelines.grade.threshold import limits_of

    if rule.method != "quantile":
        covariate, subclass, modifier = choice
        return limits_of(rule, covariate=covariate, subclass=subclass, modifier=modifier)
    made = _benchmark(rule, seeds, population)
    if not made.is_graded:
        reasons = "；".join(f"{r.code} {r.zh}" for r in made.reasons)
        raise RefusedByPolicy(finding("E-GRD-09", value=rule.rule_id, reason=reasons))
    return made.limits
