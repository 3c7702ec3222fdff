"""Room 3, footprint: from an inventory and a release's factors to an explained result.

``inventory`` reads what was handed in, ``inventory_checks`` finds its faults, ``resolve``
and ``selection`` choose factors and say why, ``system`` links the processes, ``solve``
solves them with their loops, ``contributions`` and ``account`` turn the solution into
tables, ``model`` and ``check`` add the life-cycle model and the published check values.
``spread`` reads stated uncertainties, ``sampling`` draws and solves, ``uncertainty`` tells
what it means for a product; ``double_counting`` finds what a result counts twice; ``separate``,
``electricity`` and ``gaps`` tell results apart and weigh what they leave out, and
``assumption_ledger`` lists what was assumed on the way.

What a worker of samples needs is a small part of the room: each name loads its own module
when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.footprint.accounting_rule import read_accounting_rules
    from pipelines.footprint.assumption_ledger import assumed, gathered
    from pipelines.footprint.batch import batch_id
    from pipelines.footprint.computation import GWP_SETS, compute, sound
    from pipelines.footprint.double_counting import FactorBook, double_counted
    from pipelines.footprint.double_counting_rule import read_double_counting_rule
    from pipelines.footprint.inventory import inventory_of, read_inventory
    from pipelines.footprint.library import LIBRARY, Library
    from pipelines.footprint.pin_checks import pin_faults, pins_of
    from pipelines.footprint.reporting_rule import read_reporting_rule
    from pipelines.footprint.resolution_rule import read_resolution_rule
    from pipelines.footprint.spread import read_spread_rule

_HOME = {
    "read_accounting_rules": "accounting_rule",
    "assumed": "assumption_ledger",
    "batch_id": "batch",
    "GWP_SETS": "computation",
    "compute": "computation",
    "sound": "computation",
    "FactorBook": "double_counting",
    "double_counted": "double_counting",
    "gathered": "assumption_ledger",
    "read_double_counting_rule": "double_counting_rule",
    "inventory_of": "inventory",
    "LIBRARY": "library",
    "Library": "library",
    "pin_faults": "pin_checks",
    "pins_of": "pin_checks",
    "read_inventory": "inventory",
    "read_reporting_rule": "reporting_rule",
    "read_resolution_rule": "resolution_rule",
    "read_spread_rule": "spread",
}

__all__ = [
    "GWP_SETS",
    "LIBRARY",
    "FactorBook",
    "Library",
    "assumed",
    "batch_id",
    "compute",
    "double_counted",
    "gathered",
    "inventory_of",
    "pin_faults",
    "pins_of",
    "read_accounting_rules",
    "read_double_counting_rule",
    "read_inventory",
    "read_reporting_rule",
    "read_resolution_rule",
    "read_spread_rule",
    "sound",
]


def __getattr__(name: str) -> Any:
    """A public name of the room, from the module that holds it."""
    if name not in _HOME:
        raise AttributeError(name)
    found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found
    return found
