"""What linking an edition found, as counts and lists for a person.

Belongs here: the linking report. Does not belong here: the linking itself.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pipelines.sources._uslci_allocation import REFERENCE
from pipelines.sources._uslci_linking import AMBIGUOUS, CUTOFF, LINKED, UNLINKED

if TYPE_CHECKING:
    from pipelines.sources._uslci_gases import GasReading
    from pipelines.sources._uslci_inventory import Inventory, Line, UnitProcess
    from pipelines.sources._uslci_linking import LinkedSystem, Supply
    from pipelines.sources._uslci_rules import LinkingRules
    from pipelines.sources._uslci_solution import Solution


# A factor that differs by less than one part in so many is the publisher's rounding.
ROUNDED = 10_000


def linking_report(
    inventory: Inventory,
    system: LinkedSystem,
    reading: GasReading,
    solution: Solution,
    rules: LinkingRules,
    gwp_set: str,
) -> dict[str, Any]:
    """Counts and lists of an edition's linking.

    Args:
        inventory: as read.
        system: as linked.
        reading: what the elementary flows mean.
        solution: the solved system.
        rules: the declared choices.
        gwp_set: GWP set of the value column.

    Returns:
        Every exchange is in one of ``exchange_kinds``; every product input in one of
        ``linked``, ``ambiguous``, ``cutoff``, ``unlinked``.
    """
    supplies = [s for p in inventory.processes for s in system.supplies.get(p.key, ())]
    by_status = Counter(s.status for s in supplies)
    allocations = system.allocation.values()
    several = sum(len(p.products) > 1 for p in inventory.processes)
    return {
        "layout": inventory.layout,
        "rules": rules.version,
        "gwp_set": gwp_set,
        "processes": len(inventory.processes),
        "exchanges": sum(len(p.lines) for p in inventory.processes),
        "exchange_kinds": dict(sorted(_kinds(inventory).items())),
        "product_inputs": len(supplies),
        "linked": by_status[LINKED],
        "ambiguous": by_status[AMBIGUOUS],
        "cutoff": by_status[CUTOFF],
        "unlinked": sum(by_status[s] for s in UNLINKED),
        "unlinked_reasons": {s: by_status[s] for s in UNLINKED if by_status[s]},
        "multi_output": several,
        "allocation": dict(sorted(Counter(a.method for a in allocations).items())),
        "reference_takes_all": sorted(
            p.name for p in inventory.processes
            if p.key in system.allocation and system.allocation[p.key].method == REFERENCE
        ),
        "main_product_changed": sorted(
            p.name for p in inventory.processes
            if p.key in system.allocation and system.allocation[p.key].is_changed
        ),
        "publisher_factors": sum(p.factors is not None for p in inventory.processes),
        "publisher_factors_used": sum(a.method == "publisher" for a in allocations),
        "reference_amount_not_one": sum(a.main.line.amount != 1 for a in allocations),
        "system": {
            "products": len(system.nodes), "links": int(solution.links.nnz),
            "gases": list(solution.gases),
        },
        "ambiguous_flows": _ambiguous(supplies),
        "unlinked_flows": _by_name(supplies, UNLINKED),
        "cutoff_flows": _by_name(supplies, (CUTOFF,)),
        "names_normalised": [
            {"found": found, "read": read, "exchanges": n}
            for (found, read), n in sorted(reading.spellings.items())
        ],
        "co2_origin": dict(sorted(reading.origins.items())),
        "gases_not_held": dict(sorted(reading.not_held.items())),
        "unit_factors_differing": _differing(inventory, rules),
        "dates_moved_days": inventory.moved_days,
    }  # fmt: skip


def _kinds(inventory: Inventory) -> Counter[str]:
    return Counter(_kind(p, x) for p in inventory.processes for x in p.lines)


def _kind(process: UnitProcess, line: Line) -> str:
    side = "input" if line.is_input else "output"
    if line.kind == "product" and line.is_reference and not line.is_input:
        return "reference_product"
    return f"{line.kind}_{side}"


def _ambiguous(supplies: list[Supply]) -> list[dict[str, Any]]:
    found: Counter[tuple[str, tuple[str, ...]]] = Counter(
        (s.line.name.strip(), s.candidates) for s in supplies if s.status == AMBIGUOUS
    )
    return [
        {"flow": name, "taken": several[0], "others": list(several[1:]), "exchanges": n}
        for (name, several), n in sorted(found.items())
    ]


def _by_name(supplies: list[Supply], statuses: tuple[str, ...]) -> list[dict[str, Any]]:
    found = Counter((s.line.name.strip(), s.status) for s in supplies if s.status in statuses)
    return [
        {"flow": name, "reason": status, "exchanges": n}
        for (name, status), n in sorted(found.items())
    ]


def _differing(inventory: Inventory, rules: LinkingRules) -> list[dict[str, Any]]:
    """Units in use whose factor the publisher rounds off; the exact one was taken."""
    base = {
        group: measure.to_base
        for (unit, group), factor in sorted(inventory.unit_factors.items())
        if factor == 1 and (measure := rules.measure_of(unit, group)) is not None
    }
    used = {(x.unit, x.unit_group or "") for p in inventory.processes for x in p.lines}
    found = []
    for unit, group in sorted(used):
        stated = inventory.unit_factors.get((unit, group))
        measure = rules.measure_of(unit, group)
        if stated is None or measure is None or group not in base:
            continue
        taken = measure.to_base / base[group]
        if abs(stated - taken) > taken / ROUNDED:
            found.append(
                {"unit": unit, "group": group, "stated": float(stated), "taken": float(taken)}
            )
    return found
