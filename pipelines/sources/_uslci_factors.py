"""Cradle-to-gate factors: the solved masses of each process's main product as candidates.

Belongs here: which results become candidates, with their evidence, and why others do not.
Does not belong here: solving (``_uslci_solution``), CO2e (admission computes it per set).
"""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

from pipelines.ingest.published_harvest import LeftOut
from pipelines.quantities.number import text_of, to_double
from pipelines.sources._uslci_allocation import REFERENCE
from pipelines.sources._uslci_gases import BIOGENIC, NOT_HELD, UPTAKE
from pipelines.sources._uslci_inventory import plain
from pipelines.sources._uslci_linking import AMBIGUOUS, CUTOFF, LINKED, UNLINKED
from pipelines.sources._uslci_tables import clean
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.ingest.published_harvest import PublishedHarvest
    from pipelines.sources._uslci_inventory import UnitProcess
    from pipelines.sources._uslci_linking import LinkedSystem
    from pipelines.sources._uslci_rules import LinkingRules
    from pipelines.sources._uslci_solution import Solution
    from pipelines.sources._uslci_tables import UnitProcessTables

RULES = "seeds/uslci/linking.toml"
LONGEST_TECHNOLOGY = 500
SHOWN = 3
NOTHING = "链上没有温室气体（投入均被截断）| no greenhouse gas in its chain, inputs cut off"
MAY_BE_NEGATIVE = {"co2_land_use", UPTAKE}
APART = {UPTAKE, NOT_HELD}


def rounded(mass: float) -> Fraction:
    """A solved mass to twelve significant digits, which machines agree on.

    Example:
        >>> rounded(0.1 + 0.2)
        Fraction(3, 10)
    """
    return Fraction(f"{mass:.11e}")


class Factors:
    """Hands one candidate per process in, or leaves it out with a reason."""

    def __init__(
        self,
        harvest: PublishedHarvest,
        system: LinkedSystem,
        solution: Solution,
        tables: UnitProcessTables,
        rules: LinkingRules,
    ) -> None:
        """Keep what candidates are made from."""
        self._harvest = harvest
        self._system = system
        self._solution = solution
        self._tables = tables
        self._rules = rules
        self._largest = Fraction(rules.block["sensitivity"]["share"])

    def hand_in(self, process: UnitProcess) -> None:
        """Hand in the process with its exchanges and the factor of its main product."""
        row = self._row(process)
        try:
            region = self._region(process, row)
            self._require_unit(process, row)
            self._tables.hand_in(process, region)
            masses = self._masses(process, row)
        except LeftOut:
            return
        self._candidate(process, row, region, masses)

    def _row(self, process: UnitProcess) -> TextRow:
        unit = self._system.allocation[process.key].main.line.unit
        cells = {"name": process.name, "location": process.location, "unit": unit}
        return TextRow(process.row.file, process.row.number, cells)

    def _leave_out(self, process: UnitProcess, row: TextRow, reason: str) -> NoReturn:
        self._harvest.leave_out(row, "S-LINK-01", "name", locator=process.locator, reason=reason)
        raise LeftOut

    def _region(self, process: UnitProcess, row: TextRow) -> str:
        found = self._rules.region(process.location)
        if found not in self._harvest.lookups.regions:
            self._harvest.leave_out(row, "E-REG-01", "location", locator=process.locator)
            raise LeftOut
        return found

    def _require_unit(self, process: UnitProcess, row: TextRow) -> None:
        if self._system.allocation[process.key].main.measure.unit is None:
            self._harvest.leave_out(row, "E-UNIT-01", "unit", locator=process.locator)
            raise LeftOut

    def _masses(self, process: UnitProcess, row: TextRow) -> dict[str, Fraction]:
        """Solved kg of each gas per reference unit.

        Raises:
            LeftOut: withheld, hanging on a withheld data set, not finite, negative, or
                without any greenhouse gas.
        """
        withheld = self._rules.withheld(process)
        if withheld:
            self._leave_out(process, row, withheld)
        node = self._system.main[process.key]
        doubtful = float(self._solution.doubtful[node])
        if doubtful > self._largest:
            self._leave_out(
                process, row,
                f"化石 CO2 的 {doubtful:.0%} 来自被扣下的数据集 | "
                f"{doubtful:.0%} of its fossil CO2 is from a withheld data set",
            )  # fmt: skip
        measure = self._system.nodes[node].output.measure
        scale = float(measure.to_base / measure.per_unit)
        found = {
            gas: float(self._solution.intensity[node, column]) * scale
            for column, gas in enumerate(self._solution.gases)
        }
        if not all(math.isfinite(mass) for mass in found.values()):
            self._leave_out(process, row, "求解结果非有限值 | the solution is not finite")
        below = [gas for gas in self._below(found) if self._matters(found, gas)]
        if below:
            names = ", ".join(below[:SHOWN]) + (" …" if len(below) > SHOWN else "")
            self._leave_out(process, row, f"求解结果为负：{names} | negative solution: {names}")
        if not any(mass for gas, mass in found.items() if gas not in APART):
            self._leave_out(process, row, NOTHING)
        return {gas: rounded(mass) for gas, mass in found.items() if mass}

    def _candidate(
        self, process: UnitProcess, row: TextRow, region: str, masses: dict[str, Fraction]
    ) -> None:
        allocation = self._system.allocation[process.key]
        main = allocation.main
        category = self._rules.category(process.category)
        start, end = self._period(process)
        evidence_id = self._evidence(process, row)
        uptake = masses.get(UPTAKE, Fraction(0))
        name = self._name(process)
        inputs_zh, inputs_en = self._inputs(process)
        factor_id = self._harvest.candidate(
            row,
            process.key,
            factor_kind="footprint_factor",
            flow_id=self._tables.flow(main.line, main.measure, category),
            name_zh=name,
            name_en=name,
            category_id=category,
            value_unit="kgCO2e",
            value_convention="excluding_uptake",
            reference_unit=main.measure.unit,
            biogenic_uptake=to_double(-uptake) if uptake > 0 else None,
            biogenic_co2_emission=to_double(masses[BIOGENIC]) if BIOGENIC in masses else None,
            gwp_set=self._harvest.lookups.reporting_gwp_set,
            boundary="cradle_to_gate",
            region_code=region,
            data_start=start,
            data_end=end,
            reference_year=start.year if start else None,
            technology=process.technology[:LONGEST_TECHNOLOGY] or None,
            derivation="calculated",
            evidence_id=evidence_id,
            confidence="medium",
            flags=self._flags(process, masses),
            note_zh=f"由本项目链接并求解，不是发布方的数值；{inputs_zh}",
            note_en=f"linked and solved here, no figure of the publisher; {inputs_en}",
            **self._electricity(process),
        )
        for gas, mass in masses.items():
            if gas not in APART:
                self._harvest.candidate_gas(factor_id, gas, mass, evidence_id=evidence_id)

    def _name(self, process: UnitProcess) -> str:
        """The process's name; the product's before it where they differ."""
        product = clean(self._system.allocation[process.key].main.line.name)
        name = clean(process.name)
        return name if plain(name).startswith(plain(product)) else f"{product} [{name}]"

    @staticmethod
    def _period(process: UnitProcess) -> tuple[Any, Any]:
        start, end = process.start, process.end
        return (start, None) if start and end and start > end else (start, end)

    def _electricity(self, process: UnitProcess) -> dict[str, str]:
        title = process.title.casefold()
        for row in self._rules.block["electricity"]:
            if all(w in title for w in row["words"]) and any(w in title for w in row["also"]):
                return {
                    "delivery_scope": row["delivery_scope"],
                    "location_type": row["location_type"],
                }
        return {}

    def _statuses(self, process: UnitProcess) -> Counter[str]:
        return Counter(s.status for s in self._system.supplies[process.key])

    def _inputs(self, process: UnitProcess) -> tuple[str, str]:
        """How the product inputs are served, Chinese and English."""
        found = self._statuses(process)
        counts = (found[LINKED], found[AMBIGUOUS], found[CUTOFF], sum(found[s] for s in UNLINKED))
        return (
            "产品投入：链接 {}，多供应者取其一 {}，截断 {}，未链接 {}".format(*counts),
            "inputs: {} linked, {} ambiguous, {} cut off, {} unlinked".format(*counts),
        )

    def _flags(self, process: UnitProcess, masses: dict[str, Fraction]) -> list[str]:
        found = self._statuses(process)
        allocation = self._system.allocation[process.key]
        node = self._system.main[process.key]
        stands = {
            "name_not_translated": True,
            "ambiguous_provider": found[AMBIGUOUS] > 0,
            "cutoff_inputs": found[CUTOFF] > 0,
            "unlinked_inputs": any(found[s] for s in UNLINKED),
            f"allocated_by_{allocation.method}": len(allocation.outputs) > 1,
            REFERENCE: allocation.method == REFERENCE,
            "allocation_sensitive": float(self._solution.hanging[node]) > self._largest,
            "main_product_changed": allocation.is_changed,
            "negative_trace_gas": bool(self._below(masses)),
            "p": self._is_partial(masses),
            "location_not_stated": not process.location,
            "period_contradictory": bool(
                process.start and process.end and process.start > process.end
            ),
        }
        return sorted(flag for flag, holds in stands.items() if holds)

    @staticmethod
    def _below(masses: Mapping[str, float | Fraction]) -> list[str]:
        """Gases that come out negative although nothing takes them from the air."""
        return sorted(g for g, mass in masses.items() if mass < 0 and g not in MAY_BE_NEGATIVE)

    def _matters(self, masses: Mapping[str, float], gas: str) -> bool:
        """Whether a negative gas is more than a trace beside the fossil CO2."""
        block = self._rules.block["negative"]
        most = -masses[gas] * float(block["largest_gwp"])
        return most > float(block["share"]) * masses.get("co2_fossil", 0.0)

    def _is_partial(self, masses: dict[str, Fraction]) -> bool:
        """Whether greenhouse gases that the gas table does not hold could matter."""
        block = self._rules.block["gas_not_held"]
        most = masses.get(NOT_HELD, Fraction(0)) * Fraction(block["largest_gwp"])
        return most > Fraction(block["share"]) * masses.get("co2_fossil", Fraction(0))

    def _evidence(self, process: UnitProcess, row: TextRow) -> str:
        allocation = self._system.allocation[process.key]
        main = allocation.main
        share = text_of(main.share, 6)
        size = f"{len(self._system.nodes)} products, {self._solution.links.nnz} links"
        source = f"{RULES} {self._rules.version}"
        steps = [
            (f"{main.line.text} {main.line.unit} -> 1 {main.measure.unit}", main.line.text,
             process.locator),
            (f"allocation: {allocation.method}, share of the main product", share, source),
            (" | ".join(self._inputs(process)), "", source),
            (f"(I - T)' y = b, one column per gas; {size}", "", source),
            ("CO2e = sum of gas masses x GWP100, biogenic CO2 apart", "",
             f"ipcc_gwp100, {self._harvest.lookups.reporting_gwp_set}"),
        ]  # fmt: skip
        return self._harvest.evidence_at(
            row,
            process.key,
            text=main.line.text,
            unit=main.line.unit,
            locator=process.locator,
            place=clean(process.name),
            steps=[{"step": a, "constant": b, "source": c} for a, b, c in steps],
        )
