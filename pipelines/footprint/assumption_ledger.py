"""What a computation assumed or left open, result by result, as findings and ledger rows.

Belongs here: gaps, unused primary data, assumed routes, factors that do not say their set or
boundary, electricity without a residual mix. Does not belong here: what an inventory states
itself, and what is counted twice (``double_counting``), which enters the same ledger.

Source:
    ISO 14067:2018, 7.3: assumptions and limitations are reported.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from pipelines.findings import finding
from pipelines.footprint.gaps import NO_UPSTREAM
from pipelines.footprint.requests import COMBUSTION, SUPPLY_PART
from pipelines.footprint.standing import UNUSED_PRIMARY
from schemas.vocabularies import BOUNDS_ALONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipelines.findings import Finding
    from pipelines.footprint.library import Library

    Row = dict[str, Any]
    Result = tuple[str, str]

TABLES = ("footprint_line", "footprint_gap", "footprint_electricity")
# Stated and balanced carbon differ where they differ by more than the last digits.
CLOSE = 1e-6
# What a source leaves unsaid is a fault of its factor, however many lines use it.
OF_FACTORS = ("E-SEL-06", "E-SEL-07")
SHOWN_LINES = 5


def assumed(rows: Mapping[str, list[Row]], library: Library) -> dict[Result, list[Finding]]:
    """What each result assumes or leaves open.

    Args:
        rows: rows of the footprint tables, ``exchange`` and ``process`` by table.
        library: factors and the resolution rule.

    Returns:
        Findings by product and GWP set; results without any are left out.
    """
    groups: dict[str, dict[Result, list[Row]]] = {name: defaultdict(list) for name in TABLES}
    for name in TABLES:
        for row in rows[name]:
            groups[name][row["product_id"], row["gwp_set"]].append(row)
    routes = _routes(rows)
    told = {}
    for total in rows["footprint"]:
        key = (total["product_id"], total["gwp_set"])
        found = [
            *_of_lines(groups["footprint_line"][key], library, routes),
            *map(_of_gap, groups["footprint_gap"][key]),
            *_of_electricity(groups["footprint_electricity"][key]),
            *_of_product(total),
        ]
        if found:
            told[key] = gathered(found)
    return told


def gathered(found: Iterable[Finding]) -> list[Finding]:
    """Findings told once each: alike ones once, what a factor lacks once for all its lines.

    Args:
        found: findings of one result or of several.

    Returns:
        The findings where the first of their kind stood; one about a factor names the first
        lines in its text and holds all of them as ``expected``.
    """
    told: dict[tuple[str, str], Finding] = {}
    for one in found:
        if one.code not in OF_FACTORS:
            told.setdefault((one.code, one.en), one)
            continue
        value = str(one.place["value"])
        before = told.get((one.code, value))
        told[one.code, value] = (
            _unsaid(one.code, value, [*before.expected, *one.expected]) if before else one
        )
    return list(told.values())


def _unsaid(code: str, factor_id: str, lines: Iterable[str]) -> Finding:
    """What the source of a factor does not say, with the lines that use the factor."""
    named = list(dict.fromkeys(lines))
    shown = [*named[:SHOWN_LINES], *(["…"] if len(named) > SHOWN_LINES else [])]
    return finding(code, value=factor_id, expected=named, count=len(named), lines="; ".join(shown))


def ledger_rows(
    rows: Mapping[str, list[Row]], found: Iterable[Mapping[Result, list[Finding]]]
) -> list[Row]:
    """Rows of ``assumption`` that a computation adds, numbered after those handed in.

    Args:
        rows: rows of ``product`` and ``assumption`` by table.
        found: findings by result; those under each product's own GWP set are entered, once
            for an inventory.
    """
    last: dict[str, int] = defaultdict(int)
    for row in rows["assumption"]:
        name = row["inventory_id"]
        last[name] = max(last[name], row["assumption_no"])
    added: list[Row] = []
    of_inventory: dict[str, list[Finding]] = defaultdict(list)
    groups = list(found)
    for product in sorted(rows["product"], key=lambda row: row["product_id"]):
        key = (product["product_id"], product["gwp_set"])
        for group in groups:
            of_inventory[product["inventory_id"]] += group.get(key, ())
    for inventory, all_ in of_inventory.items():
        for one in gathered(all_):
            last[inventory] += 1
            added.append(
                {
                    "inventory_id": inventory,
                    "assumption_no": last[inventory],
                    "process_id": None,
                    "line": None,
                    "text_zh": one.zh,
                    "text_en": one.en,
                    "effect": f"{one.fix_zh} | {one.fix_en}",
                    "assumption_source": one.code,
                    "assumption_origin": "engine",
                }
            )
    return added


def _routes(rows: Mapping[str, list[Row]]) -> dict[tuple[str, str], str | None]:
    of_process = {row["process_id"]: row["route"] for row in rows["process"]}
    return {
        (row["process_id"], row["line"]): row["route"] or of_process.get(row["process_id"])
        for row in rows["exchange"]
    }


def _of_lines(
    lines: list[Row], library: Library, routes: Mapping[tuple[str, str], str | None]
) -> Iterator[Finding]:
    for line in lines:
        place = {"process": line["process_id"], "line": line["line"]}
        factor = library.by_name.get(f"{line['factor_id']}@{line['version']}")
        for flag in line["flags"]:
            name, _, other = flag.partition(":")
            if name == UNUSED_PRIMARY:
                yield finding("E-SEL-01", **place, value=line["factor_id"], other=other)
        if factor is None:
            continue
        use = line["flow_use"]
        route = library.resolution.default_route.get(use or "")
        key = (line["process_id"], line["line"].removesuffix(SUPPLY_PART))
        if use == COMBUSTION and route and not routes.get(key) and factor["route"]:
            yield finding("E-SEL-05", **place, value=route)
        if factor["gwp_set"] == "not_stated" and factor["value_unit"] == "kgCO2e":
            yield _unsaid("E-SEL-06", factor["factor_id"], [_name_of(line)])
        if factor["boundary"] == "not_stated":
            yield _unsaid("E-SEL-07", factor["factor_id"], [_name_of(line)])


def _name_of(line: Row) -> str:
    return f"{line['process_id']}/{line['line']}"


def _of_gap(gap: Row) -> Finding:
    place = {"process": gap["process_id"], "line": gap["line"], "flow": gap["flow"]}
    if gap["estimate"] is None:
        code = "E-SEL-04" if gap["gap_kind"] == NO_UPSTREAM else "E-SEL-03"
        return finding(code, **place, proxies=0, value="?")
    low, value, high = (
        f"{float(gap[name]):.4g}" for name in ("estimate_low", "estimate", "estimate_high")
    )
    code = "E-SEL-14" if gap["gap_basis"] == BOUNDS_ALONE else "E-SEL-02"
    if gap["gap_kind"] == NO_UPSTREAM:
        code = "E-SEL-04"
    return finding(code, **place, proxies=gap["proxies"], low=low, value=value, high=high)


def _of_electricity(lines: list[Row]) -> Iterator[Finding]:
    for line in lines:
        if line["instruments"] and line["electricity_basis"] == "average":
            left = f"{float(line['uncovered_amount']):g} {line['amount_unit']}"
            if float(line["uncovered_amount"]) > 0:
                yield finding("E-SEL-08", process=line["process_id"], line=line["line"], value=left)


def _of_product(total: Row) -> Iterator[Finding]:
    if total["is_limit_activity"]:
        yield finding("E-SEL-11", product=total["product_id"])
    stated, balance = total["biogenic_carbon_in_product"], total["carbon_balance_biogenic"]
    if stated is None or balance is None:
        return
    if abs(stated - float(balance)) > CLOSE * max(abs(stated), abs(float(balance))):
        yield finding(
            "E-SEL-09", product=total["product_id"], value=f"{stated:g}",
            wanted=f"{float(balance):g}",
        )  # fmt: skip
