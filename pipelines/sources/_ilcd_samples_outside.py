"""Rows of the ILCD samples that are outside the library, each left out by its place.

Belongs here: characterisation factors, exchanges of a sample inventory, classification maps.
Does not belong here: results of declarations (``ilcd_samples``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.ingest.layout import Layout
from pipelines.sources._ilcd_samples_datasets import DataSet, each, text
from pipelines.tabular.published_file import read_csv
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from pipelines.ingest.published_harvest import PublishedHarvest

_MAP = ("title", "title-ZH")
TABLES = tuple(
    Layout(name, columns, columns)
    for name in ("CPC3", "ISIC5")
    for columns in [(f"{name}-code", *(f"{name}-{c}" for c in _MAP), "ilcd_code", "ilcd_category")]
)


def leave_out_method(harvest: PublishedHarvest, method: DataSet) -> None:
    """Factors by flow and compartment: neither emission factors nor a GWP set of a report."""
    factors = list(each(method.root, "characterisationFactors", "factor"))
    harvest.take(len(factors))
    for number, factor in enumerate(factors, start=1):
        flow = text(factor, "referenceToFlowDataSet", "shortDescription")
        row = TextRow(harvest.edition.shown(method.name), number, {"flow": flow})
        place = f"/characterisationFactors/factor[{number}]"
        harvest.leave_out(row, "S-SCOPE-01", "flow", place)


def leave_out_tidas(harvest: PublishedHarvest, name: str, content: dict[str, Any]) -> None:
    """Exchanges of a sample process: an inventory without results."""
    for holder, member in (("exchanges", "exchange"), ("LCIAResults", "LCIAResult")):
        found = (content.get(holder) or {}).get(member) or []
        lines = found if isinstance(found, list) else [found]
        harvest.take(len(lines))
        for number in range(1, len(lines) + 1):
            row = TextRow(harvest.edition.shown(name), number, {holder: member})
            place = f"/processDataSet/{holder}/{member}/{number - 1}"
            harvest.leave_out(row, "S-SCOPE-01", holder, place)


def leave_out_table(harvest: PublishedHarvest, name: str) -> None:
    """Rows of a map of classifications: no amounts."""
    table = read_csv(harvest.edition.path(name), harvest.edition.shown(name))
    layout = harvest.layout(name, table.header, TABLES)
    harvest.take(len(table.rows) + len(table.ragged))
    for row in table.rows:
        harvest.leave_out(row, "S-SCOPE-01", layout.needed[0])
    for row, width in table.ragged:
        harvest.leave_out(row, "S-RAG-01", found=width, wanted=len(table.header))
