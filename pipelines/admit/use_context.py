"""How well a factor represents a stated use: place, year and technology of the use.

Belongs here: the context of use, the distances between it and a factor, scores by rubric.
Does not belong here: scores for a factor's own declared scope (``quality``), choosing a
factor (``footprint``). What is not known of a factor gets the worst score; what the use
does not say is left to the factor's own score, and the answer says so.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import WrongUsage
from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipelines.admit.use_rubric import UseRow, UseRubric

COUNTRY = "country"
WORLD_REGION = "world_region"
KEYS = ("region", "year", "route")
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
# Which part of the context a condition looks at; others look at the factor alone.
LOOKS_AT = {
    "years_apart": "year",
    "levels_up": "region",
    "foreign": "region",
    "same_country": "region",
    "same_world_region": "region",
    "route_short": "route",
    "route_common": "route",
}
# Criteria that the own scope is scored on too, on the same scale.
LIKE_OWN = ("tir", "ger", "ter")


@dataclass(frozen=True)
class Context:
    """A use: where, in which year, by which technology route. None is not stated."""

    region: str | None = None
    year: int | None = None
    route: str | None = None


@dataclass(frozen=True)
class Score:
    """One score with its reason; ``is_own`` where the use did not say enough."""

    criterion: str
    score: float
    reason_zh: str
    reason_en: str
    is_own: bool = False


def context_of(text: str, regions: Mapping[str, Mapping[str, Any]]) -> Context:
    """The context of use written as ``region=210100,year=2026,route=stationary``.

    Args:
        text: pairs separated by commas; each of region, year, route at most once.
        regions: rows of the ``region`` table by code.

    Raises:
        WrongUsage: E-USEC-01 unknown or repeated key, or not a year; E-USEC-02 unknown region.

    Example:
        >>> context_of("year=2026,route=grid.average", {})
        Context(region=None, year=2026, route='grid.average')
    """
    given: dict[str, str] = {}
    for pair in text.replace("，", ",").split(","):
        key, sign, value = (part.strip() for part in pair.partition("="))
        is_year = key != "year" or (value.isascii() and value.isdigit() and len(value) == 4)
        if not sign or key not in KEYS or key in given or not value or not is_year:
            raise WrongUsage(finding("E-USEC-01", value=pair.strip(), expected=list(KEYS)))
        given[key] = value
    region = given.get("region")
    if region is not None and region not in regions:
        near = [c for c in regions if c.startswith(region[:2])][:5]
        raise WrongUsage(finding("E-USEC-02", value=region, expected=near))
    year = int(given["year"]) if "year" in given else None
    return Context(region, year, given.get("route"))


def chain_of(region: str | None, regions: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A region and those that hold it, nearest first; a province's grid region between.

    Example:
        >>> rows = {"CN": {"parent_code": None, "grid_region_code": None},
        ...         "G": {"parent_code": "CN", "grid_region_code": None},
        ...         "21": {"parent_code": "CN", "grid_region_code": "G"}}
        >>> chain_of("21", rows)
        ['21', 'G', 'CN']
    """
    chain: list[str] = []
    while region is not None and region in regions and region not in chain:
        chain.append(region)
        row = regions[region]
        grid = row["grid_region_code"]
        parent = row["parent_code"]
        has_grid_between = (
            grid is not None and grid not in chain and not _holds(parent, grid, regions)
        )
        region = grid if has_grid_between else parent
    return chain


def _holds(parent: str | None, grid: str, regions: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the parent itself lies in that grid region: then the grid comes after it."""
    return parent is not None and parent in regions and regions[parent]["grid_region_code"] == grid


def scores_in_use(
    factor: Mapping[str, Any],
    own: Mapping[str, Any],
    context: Context,
    rubric: UseRubric,
    regions: Mapping[str, Mapping[str, Any]],
) -> list[Score]:
    """The scores of a factor for a use, by one rubric.

    Args:
        factor: a row of ``factor``.
        own: its row of ``factor_quality``: scores for its own declared scope.
        context: the use.
        rubric: the scale.
        regions: rows of the ``region`` table by code.

    Returns:
        One score per criterion. Where the use does not say what a criterion looks at, the
        factor's own score stands if the scale has one, else the worst.
    """
    facts = _facts(factor, context, regions)
    found = []
    for criterion in rubric.criteria:
        rows = [row for row in rubric.rows if row.criterion == criterion]
        asked = next((LOOKS_AT[r.condition] for r in rows if r.condition in LOOKS_AT), None)
        if asked is not None and getattr(context, asked) is None:
            found.append(_not_asked(criterion, asked, own, rubric))
            continue
        row = next(r for r in rows if _fits(r, facts))
        found.append(Score(criterion, float(row.score), row.reason_zh, row.reason_en))
    return found


def _not_asked(criterion: str, asked: str, own: Mapping[str, Any], rubric: UseRubric) -> Score:
    stands = criterion in LIKE_OWN
    score = float(own[criterion] if stands else rubric.worst)
    return Score(
        criterion, score,
        f"用途未说明 {asked}，" + ("沿用自身范围的评分" if stands else "取最差分"),
        f"the use does not state {asked}: "
        + ("the score for the factor's own scope stands" if stands else "worst score"),
        is_own=stands,
    )  # fmt: skip


def _facts(
    factor: Mapping[str, Any], context: Context, regions: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    use, its = chain_of(context.region, regions), chain_of(factor["region_code"], regions)
    routes = _route_levels(context.route), _route_levels(factor["route"])
    common = 0
    for one, other in zip(*routes, strict=False):
        if one != other:
            break
        common += 1
    country = _first(use, COUNTRY, regions), _first(its, COUNTRY, regions)
    area = _first(use, WORLD_REGION, regions), _first(its, WORLD_REGION, regions)
    is_known = bool(factor["route"])
    return {
        "years_apart": _years_apart(factor, context.year),
        "levels_up": _levels_up(context.region, use, its),
        "foreign": country[0] is not None and country[1] not in {None, country[0]},
        "same_country": country[0] is not None and country[0] == country[1],
        "same_world_region": area[0] is not None and area[0] == area[1],
        "route_short": len(routes[0]) - common if is_known and common else None,
        "route_common": common if is_known else None,
        "market_share": factor["market_share"],
        "derivation": factor["derivation"],
    }


def _route_levels(route: str | None) -> list[str]:
    return route.split(".") if route else []


def _first(chain: list[str], kind: str, regions: Mapping[str, Mapping[str, Any]]) -> str | None:
    return next((code for code in chain if regions[code]["region_kind"] == kind), None)


def _levels_up(region: str | None, use: list[str], its: list[str]) -> int | None:
    if not its or region is None:
        return None
    if region in its:  # the factor is of a part of the region of use
        return 0
    return next((steps for steps, code in enumerate(use) if code in its), None)


def _years_apart(factor: Mapping[str, Any], year: int | None) -> int | None:
    if factor["data_end"] is None or year is None:
        return None
    last = int(factor["data_end"].year)
    first = last if factor["data_start"] is None else int(factor["data_start"].year)
    return max(0, first - year, year - last)


def _fits(row: UseRow, facts: Mapping[str, Any]) -> bool:
    if row.condition == "otherwise":
        return True
    fact = facts[row.condition]
    if isinstance(fact, bool):
        return fact
    if row.condition == "derivation":
        return fact in row.limit.split(";")
    return fact is not None and COMPARE[row.inclusion](fact, float(row.limit))
