"""The result tables of one product: totals are exact sums of the atoms.

Belongs here: total, components, stages, gases, lines, supply, quality, standing. Does not
belong here: solving and choosing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.footprint.contributions import Atom, scaled_amount
from pipelines.quantities.number import result_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.footprint.contributions import LineParts, Run
    from pipelines.footprint.selection import Choice
    from pipelines.footprint.system import ProductSystem

ZERO = Decimal(0)
MEMO = "aircraft"
UPTAKE = ("biogenic_uptake", "biogenic_co2_emission")
CRITERIA = ("ter", "ger", "tir", "precision_score")
WORST = 5.0
CONFIDENCE = ("high", "medium", "low")
PRIMARY = "primary_data"
FLAG_WORDS = ("gwp_not_stated", "p")


@dataclass(frozen=True)
class Context:
    """What the accounting of a product needs besides its atoms.

    Attributes:
        product: row of the ``product`` table.
        gwp_set: the GWP set of the result.
        convention: biogenic convention of the accounting rule.
        quality: scores by factor id and version.
        assumptions: number of assumption rows of the inventory.
        confidences: confidence of each process by id.
    """

    product: dict[str, Any]
    gwp_set: str
    convention: str
    quality: Mapping[tuple[str, str], dict[str, Any]]
    assumptions: int
    confidences: Mapping[str, str]


def _by(atoms: Iterable[Atom], name: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for atom in atoms:
        sums[getattr(atom, name)] += atom.co2e
    return dict(sorted(sums.items()))


def counted(atoms: Iterable[Atom], convention: str) -> list[Atom]:
    """The atoms that count in the total under a biogenic convention.

    Aircraft is a memo outside every total; uptake and biogenic CO2 count only where the
    rule includes them.
    """
    outside = {MEMO} if convention == "including_uptake" else {MEMO, *UPTAKE}
    return [atom for atom in atoms if atom.component not in outside]


def line_rows(
    context: Context,
    system: ProductSystem,
    run: Run,
    parts: Mapping[tuple[str, str], list[LineParts]],
    atoms: list[Atom],
) -> list[dict[str, Any]]:
    """Rows of ``footprint_line``: every line that is part of the product's system.

    A fuel that is both supplied and burnt gives two rows; the supply's has ``.supply``
    after its line number.
    """
    inside = counted(atoms, context.convention)
    total = sum((a.co2e for a in inside), ZERO)
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(lambda: ZERO)
    stages: dict[tuple[str, str, str], dict[str, Decimal]] = defaultdict(dict)
    for atom in inside:
        key = (atom.process_id, atom.line, atom.use)
        sums[key] += atom.co2e
        by_stage = stages[key]
        by_stage[atom.stage] = by_stage.get(atom.stage, ZERO) + abs(atom.co2e)
    rows = []
    for (process_id, number), entries in sorted(parts.items()):
        amount = scaled_amount(system, run, (process_id, number))
        if amount == 0:
            continue
        for entry in entries:
            key = (process_id, number, entry.use)
            seen = stages.get(key, {})
            stage = max(sorted(seen), key=lambda s: seen[s]) if seen else entry.line["stage"]
            rows.append(_line_row(context, entry, key, sums[key], total, amount, stage, entries))
    return rows


def _line_row(
    context: Context,
    entry: LineParts,
    key: tuple[str, str, str],
    contribution: Decimal,
    total: Decimal,
    amount: float,
    stage: str,
    entries: list[LineParts],
) -> dict[str, Any]:
    line, choice = entry.line, entry.choice
    factor = choice.factor if choice else None
    covered = choice is None or factor is not None
    per_unit = sum(p.co2e for p in entry.parts if p.component != MEMO)
    suffix = ".supply" if len(entries) > 1 and key[2] == "supply" else ""
    return {
        "product_id": context.product["product_id"],
        "gwp_set": context.gwp_set,
        "process_id": key[0],
        "line": f"{key[1]}{suffix}",
        "stage": stage,
        "direction": line["direction"],
        "flow": line["flow"],
        "flow_use": key[2] or line["flow_use"],
        "scaled_amount": result_decimal(amount),
        "amount_unit": line["amount_unit"],
        "factor_id": factor["factor_id"] if factor else None,
        "version": factor["version"] if factor else None,
        "provider": line["provider"],
        "applied_value": per_unit if covered else None,
        "contribution": contribution,
        "share": float(contribution / total) if total else None,
        "is_covered": covered,
        "selection_rank": choice.rank if choice else None,
        "reason_zh": choice.reason_zh if choice else "清单给出的气体质量",
        "reason_en": choice.reason_en if choice else "mass of gas given by the inventory",
        "runners_up": choice.runners_up if choice else "[]",
        "flags": _line_flags(line, choice),
    }


def _line_flags(line: dict[str, Any], choice: Choice | None) -> list[str]:
    flags = {f"confidence_{line['confidence']}"}
    served = choice.factor if choice else None
    if line["data_origin"] == "primary" and (
        choice is None or (served is not None and served["data_origin"] == "primary")
    ):
        flags.add(PRIMARY)
    if choice and choice.factor:
        flags |= set(choice.factor["flags"]) & set(FLAG_WORDS)
        flags.add(f"factor_{choice.factor['status']}")
    elif choice:
        flags.add("uncovered")
    return sorted(flags)


def stage_component_gas_rows(
    context: Context, atoms: list[Atom]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of ``footprint_stage``, ``footprint_component`` and ``footprint_gas``.

    Components include what stands outside the total (memo and, by convention, uptake);
    stages and gases add up to the total.
    """
    key = {"product_id": context.product["product_id"], "gwp_set": context.gwp_set}
    inside = counted(atoms, context.convention)
    total = sum((a.co2e for a in inside), ZERO)
    stages = [{**key, "stage": s, "contribution": v} for s, v in _by(inside, "stage").items()]
    components = [
        {**key, "component": c, "contribution": v} for c, v in _by(atoms, "component").items()
    ]
    masses: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for atom in inside:
        if atom.mass is not None:
            masses[atom.gas] += atom.mass
    gases = [
        {
            **key,
            "gas_or_unsplit": gas,
            "gas_mass": masses.get(gas),
            "contribution": value,
            "share": float(value / total) if total else None,
        }
        for gas, value in _by(inside, "gas").items()
    ]
    return stages, components, gases


def total_row(context: Context, atoms: list[Atom], lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The row of ``footprint``: totals by both conventions, quality, standing, flags."""
    product = context.product
    excluding = sum((a.co2e for a in counted(atoms, "excluding_uptake")), ZERO)
    including = sum((a.co2e for a in counted(atoms, "including_uptake")), ZERO)
    value = including if context.convention == "including_uptake" else excluding
    unsplit = sum(
        (a.co2e for a in counted(atoms, context.convention) if a.gas == "co2e_unsplit"), ZERO
    )
    uncovered = [line for line in lines if not line["is_covered"]]
    confidence = _weakest([product["confidence"], *_confidences(lines)])
    return {
        **{k: product[k] for k in ("product_id", "inventory_id", "name_zh", "name_en",
           "category_id", "region_code", "boundary", "accounting_rule", "declared_unit",
           "declared_amount", "is_limit_activity")},
        "gwp_set": context.gwp_set,
        "footprint_value": value,
        "value_excluding_uptake": excluding,
        "value_including_uptake": including,
        "value_location_based": value,
        "value_contractual": value,
        "samples": 0,
        **_quality(context, lines),
        "primary_data_share": _primary_share(lines),
        "unsplit_share": float(unsplit / value) if value else 0.0,
        "lines_total": len(lines),
        "lines_uncovered": len(uncovered),
        "result_state": _state(confidence, lines),
        "confidence": confidence,
        "flags": _flags(context, lines, uncovered, confidence),
    }  # fmt: skip


def _confidences(lines: list[dict[str, Any]]) -> list[str]:
    return [
        flag.removeprefix("confidence_")
        for line in lines
        for flag in line["flags"]
        if flag.startswith("confidence_")
    ]


def _weakest(confidences: list[str]) -> str:
    return max(confidences, key=CONFIDENCE.index)


def _state(confidence: str, lines: list[dict[str, Any]]) -> str:
    """A result is never better than its weakest parent."""
    if confidence == "low":
        return "demonstration"
    is_provisional = any("factor_provisional" in line["flags"] for line in lines)
    return "provisional" if is_provisional or confidence == "medium" else "confirmed"


def _flags(
    context: Context,
    lines: list[dict[str, Any]],
    uncovered: list[dict[str, Any]],
    confidence: str,
) -> list[str]:
    flags = {flag for line in lines for flag in line["flags"] if flag in FLAG_WORDS}
    if any("factor_provisional" in line["flags"] for line in lines):
        flags.add("provisional_factors")
    if uncovered:
        flags.add("uncovered_lines")
    if context.assumptions:
        flags.add("assumptions")
    if context.product["is_limit_activity"]:
        flags.add("limit_values_not_plant_measurements")
    if confidence == "low":
        flags.add("demonstration")
    return sorted(flags)


def _quality(context: Context, lines: list[dict[str, Any]]) -> dict[str, float | None]:
    """Contribution-weighted scores with absolute weights; no score is the worst score.

    Source:
        EF method as in the CFIA guideline chapter 5, F.1; PACT v3: absolute contributions.
    """
    weights = [(abs(line["contribution"]), line) for line in lines if line["contribution"]]
    total = sum((w for w, _ in weights), ZERO)
    if not total:
        return dict.fromkeys((*CRITERIA, "dqr"))
    scores: dict[str, float | None] = {}
    for criterion in CRITERIA:
        parts = [w * Decimal(repr(_score(context, line, criterion))) for w, line in weights]
        scores[criterion] = float(round(sum(parts, ZERO) / total, 9))
    values = [s for s in scores.values() if s is not None]
    scores["dqr"] = sum(values) / len(CRITERIA)
    return scores


def _score(context: Context, line: dict[str, Any], criterion: str) -> float:
    found = context.quality.get((line["factor_id"], line["version"]))
    return float(found[criterion]) if found else WORST


def _primary_share(lines: list[dict[str, Any]]) -> float:
    """Share of primary data by absolute contribution; other parties' factors count zero."""
    total = sum((abs(line["contribution"]) for line in lines), ZERO)
    primary = sum((abs(line["contribution"]) for line in lines if PRIMARY in line["flags"]), ZERO)
    return float(primary / total) if total else 0.0
