"""U.S. Life Cycle Inventory database: unit processes linked and solved.

Belongs here: what one edition yields, step by step: read, link, solve, hand in. Does not
belong here: any of the steps (``_uslci_*``) and the choices (``seeds/uslci/linking.toml``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.ingest.published_harvest import PublishedHarvest
from pipelines.sources._uslci_container import find_container
from pipelines.sources._uslci_ecospold1 import read_ecospold1
from pipelines.sources._uslci_factors import Factors
from pipelines.sources._uslci_gases import read_gases
from pipelines.sources._uslci_linking import link
from pipelines.sources._uslci_openlca import read_openlca
from pipelines.sources._uslci_report import linking_report
from pipelines.sources._uslci_rules import read_linking_rules
from pipelines.sources._uslci_solution import solve
from pipelines.sources._uslci_tables import NO_PROCESS, UnitProcessTables
from pipelines.sources.contract import Source
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition
    from pipelines.sources._uslci_inventory import Inventory, UnitProcess

READERS = {"openlca": read_openlca, "ecospold1": read_ecospold1}


def _read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> PublishedHarvest:
    harvest = PublishedHarvest(edition, lookups)
    rules = read_linking_rules(edition.folder, lookups.units)
    container = find_container(edition, rules.block["file"]["largest_inflated_bytes"])
    inventory = _without_repeats(READERS[container.format](container, harvest, rules), harvest)
    system = link(inventory, rules)
    reading = read_gases(inventory, rules)
    solution = solve(system, reading, rules)
    tables = UnitProcessTables(
        harvest, system, reading, rules, has_uuids=container.format == "openlca"
    )
    for process, reason in system.left_out:
        harvest.leave_out(process.row, "S-LINK-01", "name", process.locator, reason=reason)
    factors = Factors(harvest, system, solution, tables, rules)
    for process in inventory.processes:
        if process.key in system.allocation:
            factors.hand_in(process)
    harvest.linking = {
        **linking_report(inventory, system, reading, solution, rules, lookups.reporting_gwp_set),
        "exchange_rows": {
            **tables.lines,
            NO_PROCESS: sum(len(p.lines) for p in inventory.processes) - tables.lines.total(),
        },
        "exchanges_without_unit": dict(sorted(tables.without_unit.items())),
    }
    return harvest


def _without_repeats(inventory: Inventory, harvest: PublishedHarvest) -> Inventory:
    """The inventory without processes whose key stands before; those are left out."""
    kept: dict[str, UnitProcess] = {}
    for process in inventory.processes:
        if process.key in kept:
            row = TextRow(process.row.file, process.row.number, {"key": process.key})
            harvest.leave_out(row, "S-DUP-01", "key", locator=f"{process.locator} (2)")
        else:
            kept[process.key] = process
    return replace(inventory, processes=tuple(kept.values()))


SOURCE = Source(
    "uslci",
    "美国生命周期清单数据库：单元过程链接求解",
    "U.S. Life Cycle Inventory database, linked and solved",
    _read,
)
