"""One emission counted twice: what a computed product's lines and factors tell of it.

Belongs here: looking over the rows of results. Does not belong here: the limits
(``double_counting_rule``), changing a value (a finding never does), and what a single
inventory is refused for (``instrument_checks``).

Source:
    ISO 14067:2018, 6.3.2 and 6.4.9.4: double counting is avoided within the system.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipelines.findings import finding
from pipelines.footprint.requests import COMBUSTION, SUPPLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import polars as pl

    from pipelines.findings import Finding
    from pipelines.footprint.double_counting_rule import DoubleCountingRule

Row = dict[str, Any]
Result = tuple[str, str]
FLAG = "double_counting"
# A word that no category begins with.
NONE = ("-",)


@dataclass(frozen=True)
class FactorBook:
    """What the detector reads of a release.

    Attributes:
        factors: rows of ``factor`` by id and version.
        categories: category of each flow.
    """

    factors: Mapping[tuple[str, str], Row]
    categories: Mapping[str, str]

    @classmethod
    def over(cls, factor: pl.DataFrame, categories: Mapping[str, str]) -> FactorBook:
        """Index the table ``factor``; ``categories`` are those of the flows."""
        wanted = ("factor_id", "version", "boundary", "delivery_scope", "region_code",
                  "factor_kind", "data_origin")  # fmt: skip
        factors = {
            (row["factor_id"], row["version"]): row
            for row in factor.select(wanted).iter_rows(named=True)
        }
        return cls(factors, categories)

    def of(self, line: Row) -> Row:
        """The factor that serves a line; empty when none does."""
        return self.factors.get((line["factor_id"], line["version"]), {})


def double_counted(
    rows: Mapping[str, list[Row]], book: FactorBook, rule: DoubleCountingRule
) -> dict[Result, list[Finding]]:
    """What is counted twice in each result.

    Args:
        rows: rows of ``footprint``, ``footprint_line``, ``exchange``, ``process`` and
            ``instrument`` by table.
        book: factors and flows.
        rule: the limits.

    Returns:
        Findings by product and GWP set, in the order of lines; results without any are
        left out.
    """
    lines: dict[Result, list[Row]] = defaultdict(list)
    for line in rows["footprint_line"]:
        lines[line["product_id"], line["gwp_set"]].append(line)
    certificates = _certificates(rows["instrument"])
    found: dict[Result, list[Finding]] = {}
    for total in sorted(rows["footprint"], key=lambda r: (r["product_id"], r["gwp_set"])):
        key = (total["product_id"], total["gwp_set"])
        mine = sorted(lines[key], key=lambda r: (r["process_id"], r["line"]))
        used = {line["process_id"] for line in mine}
        told = [
            *_nested(mine, book, rule),
            *_transmission(mine, book, rule),
            *(one for process, one in certificates if process in used),
            *_averages(mine, rows["exchange"], rows["process"], book, rule),
            *_methane(mine, rule),
        ]
        if told:
            found[key] = told
    return found


def flags_of(findings: Iterable[Finding]) -> list[str]:
    """The flags a result carries for its findings."""
    return sorted({f"{FLAG}:{one.code}" for one in findings})


def _by_process(lines: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for line in lines:
        groups[line["process_id"]].append(line)
    yield from groups.items()


def _burns(lines: list[Row]) -> list[Row]:
    return [row for row in lines if row["flow_use"] == COMBUSTION and row["contribution"]]


def _nested(lines: list[Row], book: FactorBook, rule: DoubleCountingRule) -> Iterator[Finding]:
    """Burning of a fuel beside a supply or an electricity that holds it."""
    for process, mine in _by_process(lines):
        for burnt in _burns(mine):
            place = {"product": burnt["product_id"], "process": process, "line": burnt["line"],
                     "flow": burnt["flow"]}  # fmt: skip
            for other in mine:
                factor = book.of(other)
                if other["flow_use"] != SUPPLY or not factor or not other["contribution"]:
                    continue
                if other["flow"] == burnt["flow"] and factor["boundary"] in rule.nested:
                    boundary = factor["boundary"]
                    yield finding("E-DBL-02", **place, other=other["line"],
                                  value=other["factor_id"], boundary=boundary)  # fmt: skip
                fuel = book.categories.get(burnt["flow"]) or ""
                held = fuel.startswith(rule.fuels.get(other["flow"], NONE))
                if held and factor["boundary"] != "activity":
                    yield finding("E-DBL-01", **place, other=other["line"], value=other["flow"])


def _transmission(
    lines: list[Row], book: FactorBook, rule: DoubleCountingRule
) -> Iterator[Finding]:
    """A separate line of transmission beside electricity that includes it."""
    for process, mine in _by_process(lines):
        apart = [r for r in mine if book.of(r).get("delivery_scope") == rule.scope]
        for line in apart:
            for other in mine:
                category = book.categories.get(other["flow"]) or ""
                if other in apart or not category.startswith(rule.category):
                    continue
                scope = book.of(other).get("delivery_scope")
                code = "E-DBL-03" if scope in rule.held else "E-DBL-04"
                if scope in rule.held | rule.unknown:
                    yield finding(code, product=line["product_id"], process=process,
                                  line=line["line"], other=other["line"],
                                  value=other["factor_id"])  # fmt: skip


def _certificates(instruments: list[Row]) -> list[tuple[str, Finding]]:
    """Certificates that more than one line of any inventory claims, by process."""
    claims: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in instruments:
        claims[row["instrument_id"]].add((row["process_id"], row["line"]))
    found = []
    for name, places in sorted(claims.items()):
        if len(places) > 1:
            shown = [f"{process}/{line}" for process, line in sorted(places)]
            one = finding("E-DBL-05", value=name, expected=shown)
            found += [(process, one) for process in sorted({p for p, _ in places})]
    return found


def _averages(
    lines: list[Row],
    exchanges: list[Row],
    processes: list[Row],
    book: FactorBook,
    rule: DoubleCountingRule,
) -> Iterator[Finding]:
    """A flow made by a process of the inventory and also taken at its region's average."""
    regions = {row["process_id"]: row["region_code"] for row in processes}
    used = {line["process_id"] for line in lines}
    own = {
        row["flow"]: row
        for row in sorted(exchanges, key=lambda r: (r["process_id"], r["line"]), reverse=True)
        if row["process_id"] in used and row["provider"] in regions and row["amount"]
    }
    for line in lines:
        factor, made = book.of(line), own.get(line["flow"])
        if made is None or not factor or line["flow_use"] == COMBUSTION:
            continue
        same_place = factor["region_code"] == regions[made["provider"]]
        if same_place and factor["data_origin"] in rule.origins and line["contribution"]:
            yield finding("E-DBL-06", product=line["product_id"], process=made["process_id"],
                          line=made["line"], flow=line["flow"], value=made["provider"],
                          other=f"{line['process_id']}/{line['line']}")  # fmt: skip


def _methane(lines: list[Row], rule: DoubleCountingRule) -> Iterator[Finding]:
    """Fossil methane at a GWP that holds its oxidation, and the CO2 of it once more."""
    for process, mine in _by_process([r for r in lines if r["direction"] == "emission"]):
        for line in mine:
            if line["flow"] != rule.methane or line["gwp_set"] not in rule.sets:
                continue
            for other in mine:
                if other["flow"] != rule.oxidised_to or not line["applied_value"]:
                    continue
                if _is_same(_kilograms(other), _kilograms(line) * rule.ratio, rule.tolerance):
                    yield finding("E-DBL-07", product=line["product_id"], process=process,
                                  line=line["line"], other=other["line"],
                                  value=line["gwp_set"])  # fmt: skip


def _kilograms(line: Row) -> Fraction:
    """Mass of a gas in kg; a gas counted in another unit never compares as equal."""
    scale = {"kg": Fraction(1), "t": Fraction(1000), "g": Fraction(1, 1000)}
    return Fraction(line["scaled_amount"]) * scale.get(line["amount_unit"], Fraction(0))


def _is_same(one: Fraction, other: Fraction, tolerance: Fraction) -> bool:
    return other > 0 and abs(one - other) <= tolerance * other
