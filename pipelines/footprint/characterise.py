"""What one unit of a line emits: by gas, by component, in CO2e.

Belongs here: the parts a line or a factor brings per unit, before scaling. Does not belong
here: adding parts up (``account``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import finding
from schemas.factor import COMPONENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

UNSPLIT = "co2e_unsplit"
OUTSIDE_EXCLUDING = ("biogenic_uptake", "biogenic_co2_emission")
SPLIT_COMPONENTS = tuple(f.name for f in COMPONENTS)


@dataclass(frozen=True)
class Part:
    """One part of what a unit emits.

    Attributes:
        gas: gas code, or ``co2e_unsplit``.
        component: component it counts in.
        mass: kg of gas per unit; None when not split by gas.
        co2e: kg CO2e per unit under the GWP set asked for.
    """

    gas: str
    component: str
    mass: float | None
    co2e: float


class Characteriser:
    """Parts under one GWP set.

    Example:
        >>> c = Characteriser("AR5", {"co2_fossil": 1.0}, {"co2_fossil": "fossil"}, {}, {})
        >>> c.of_gas("co2_fossil", "emission", 1.0, ("p", "10"))
        (Part(gas='co2_fossil', component='fossil', mass=1.0, co2e=1.0),)
    """

    def __init__(
        self,
        gwp_set: str,
        gwp: Mapping[str, float],
        components: Mapping[str, str],
        gases: Mapping[tuple[str, str], list[tuple[str, float]]],
        removal_component: Mapping[str, str],
    ) -> None:
        """Keep the look-ups.

        Args:
            gwp_set: the GWP set asked for.
            gwp: kgCO2e per kg by gas, of that set.
            components: component by gas.
            gases: (gas, kg per reference unit) by factor id and version.
            removal_component: component that takes a removal, by gas.
        """
        self.gwp_set = gwp_set
        self._gwp = gwp
        self._components = components
        self._gases = gases
        self._removal = removal_component

    def _potential(self, gas: str, where: tuple[str, str]) -> float:
        if gas not in self._gwp:
            raise FaultyData(
                finding(
                    "E-FPT-08", process=where[0], line=where[1], value=gas, gwp_set=self.gwp_set
                )
            )
        return self._gwp[gas]

    def of_gas(
        self, gas: str, direction: str, mass: float, where: tuple[str, str]
    ) -> tuple[Part, ...]:
        """The part of one amount unit of gas on an emission or removal line.

        Args:
            gas: gas code.
            direction: ``emission`` or ``removal``.
            mass: kg per amount unit.
            where: process and line, for messages.

        Raises:
            FaultyData: the set has no GWP for the gas.
        """
        co2e = mass * self._potential(gas, where)
        if direction == "removal":
            component = self._removal.get(gas, "technological_removal")
            return (Part(gas, component, -mass, -co2e),)
        return (Part(gas, self._components[gas], mass, co2e),)

    def of_factor(
        self, factor: Mapping[str, Any], ratio: float, where: tuple[str, str]
    ) -> tuple[Part, ...]:
        """The parts of one amount unit served by a factor.

        Args:
            factor: row of the ``factor`` table.
            ratio: reference units per amount unit.
            where: process and line, for messages.

        Returns:
            By gas where the factor gives gases; else by component where it declares any;
            else one unsplit part.

        Raises:
            FaultyData: the set has no GWP for one of its gases.
        """
        gases = self._gases.get((factor["factor_id"], factor["version"]))
        if gases:
            return tuple(
                Part(gas, self._components[gas], mass * ratio,
                     mass * ratio * self._potential(gas, where))
                for gas, mass in gases
            )  # fmt: skip
        declared = [(name, factor[name]) for name in SPLIT_COMPONENTS if factor[name] is not None]
        memo = [(n, v) for n, v in declared if n == "aircraft"]
        counted = [(n, v) for n, v in declared if n != "aircraft"]
        if counted:
            inside = OUTSIDE_EXCLUDING if factor["value_convention"] != "including_uptake" else ()
            rest = factor["value"] - sum(v for n, v in counted if n not in inside)
            if abs(rest) > 1e-9 * max(abs(factor["value"]), 1.0):
                counted.append(("unsplit", rest))
            return tuple(Part(UNSPLIT, n, None, v * ratio) for n, v in [*counted, *memo])
        return (Part(UNSPLIT, "unsplit", None, factor["value"] * ratio),)
