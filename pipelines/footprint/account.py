"""The result tables of one product: totals are exact sums of the atoms.

Belongs here: total, components, stages, gases, lines, supply. Does not belong here:
solving, choosing, and how firm a result is (``standing``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.footprint.contributions import Atom, scaled_amounts
from pipelines.footprint.requests import COMBUSTION, SUPPLY_PART
from pipelines.footprint.standing import (
    confidence_of,
    line_flags,
    primary_share,
    quality,
    result_flags,
    state_of,
)
from pipelines.quantities.number import result_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.footprint.accounting_rule import AccountingRule
    from pipelines.footprint.contributions import LineParts, Run
    from pipelines.footprint.product_links import ProductResult
    from pipelines.footprint.system import ProductSystem

ZERO = Decimal(0)
MEMO = "aircraft"
UPTAKE = ("biogenic_uptake", "biogenic_co2_emission")


@dataclass(frozen=True)
class Context:
    """What the accounting of a product needs besides its atoms.

    Attributes:
        product: row of the ``product`` table.
        gwp_set: the GWP set of the result.
        rule: the product's accounting rule.
        quality: scores by factor id and version.
        assumptions: number of assumption rows of the inventory.
        products: results of other products that serve lines, by product.
        parents: confidences of the processes and lines the product draws on.
    """

    product: dict[str, Any]
    gwp_set: str
    rule: AccountingRule
    quality: Mapping[tuple[str, str], dict[str, Any]]
    assumptions: int
    parents: tuple[str, ...]
    products: Mapping[str, ProductResult] = field(default_factory=dict)

    @property
    def convention(self) -> str:
        """The biogenic convention of the accounting rule."""
        return self.rule.biogenic_convention


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
    outside = outside_of(convention)
    return [atom for atom in atoms if atom.component not in outside]


def outside_of(convention: str) -> set[str]:
    """The components that stand outside the total under a biogenic convention."""
    return {MEMO} if convention == "including_uptake" else {MEMO, *UPTAKE}


def per_unit(entry: LineParts, convention: str) -> float:
    """CO2e of one amount unit of a line that counts under a biogenic convention."""
    outside = outside_of(convention)
    return sum((p.co2e for p in entry.parts if p.component not in outside), 0.0)


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
    for atom in inside:
        sums[atom.process_id, atom.line, atom.use] += atom.co2e
    rows = []
    for line, (amount, stages) in scaled_amounts(system, run).items():
        entries = parts.get(line, [])
        stage = _largest(stages)
        for entry in entries:
            key = (*line, entry.use)
            rows.append(_line_row(context, entry, key, sums[key], total, amount, stage, entries))
    return rows


def _largest(stages: Mapping[str, float]) -> str:
    return max(stages, key=lambda stage: abs(stages[stage]))


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
    suffix = SUPPLY_PART if len(entries) > 1 and key[2] != COMBUSTION else ""
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
        "applied_value": per_unit(entry, context.convention) if covered else None,
        "contribution": contribution,
        "share": float(contribution / total) if total else None,
        "is_covered": covered,
        "selection_rank": choice.rank if choice else None,
        **_reasons(entry),
        "runners_up": choice.runners_up if choice else "[]",
        "flags": line_flags(entry),
    }


def _reasons(entry: LineParts) -> dict[str, str]:
    if entry.choice is not None:
        return {"reason_zh": entry.choice.reason_zh, "reason_en": entry.choice.reason_en}
    if entry.product is not None:
        name = entry.product.product_id
        return {"reason_zh": f"产品 {name} 的结果", "reason_en": f"result of the product {name}"}
    return {"reason_zh": "清单给出的气体质量", "reason_en": "mass of gas given by the inventory"}


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
    confidence = confidence_of(context, lines)
    return {
        **{k: product[k] for k in ("product_id", "inventory_id", "name_zh", "name_en",
           "category_id", "region_code", "boundary", "accounting_rule", "declared_unit",
           "declared_amount", "is_limit_activity")},
        "gwp_set": context.gwp_set,
        "footprint_value": value,
        "value_excluding_uptake": excluding,
        "value_including_uptake": including,
        "biogenic_carbon_in_product": product["biogenic_carbon_in_product"],
        **quality(context, lines),
        "primary_data_share": primary_share(context, lines),
        "unsplit_share": float(unsplit / value) if value else 0.0,
        "lines_total": len(lines),
        "lines_uncovered": len(uncovered),
        "result_state": state_of(confidence, lines),
        "confidence": confidence,
        "flags": result_flags(context, lines, confidence),
    }  # fmt: skip
