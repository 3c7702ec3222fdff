"""Impact results of a process by module, and what their indicators and modules are.

Belongs here: the amounts of a process as rows, telling climate indicators from others, the
GWP set of a method, the boundary of a module. Does not belong here: handing in
(``ilcd_samples``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.sources._ilcd_samples_datasets import (
    METHOD,
    DataSet,
    DataSets,
    attribute,
    each,
    first,
    text,
)
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterator

AMOUNT, GWP = "amount", "gwp_set"
TOTAL, FOSSIL, BIOGENIC, LAND, PLAIN = "total", "fossil", "biogenic", "luluc", "plain"
# Methods by UUID (EN 15804 indicators of the ILCD+EPD format), then by the words they bear.
_BY_UUID = {
    "6a37f984-a4b3-458a-a20a-64418c145fa2": TOTAL,
    "5f635281-343e-44fb-83df-1971b155e6b6": FOSSIL,
    "2356e1ab-0185-4db5-86e5-16de51c7485c": BIOGENIC,
    "4331bbdb-978a-490d-8707-eeb047f01a55": LAND,
    "77e416eb-a363-4258-a04e-171d843a6460": PLAIN,
}
_BY_WORDS = (
    (re.compile(r"GWP-?total", re.IGNORECASE), TOTAL),
    (re.compile(r"GWP-?fossil|climate change-fossil", re.IGNORECASE), FOSSIL),
    (re.compile(r"GWP-?biogenic|climate change-biogenic", re.IGNORECASE), BIOGENIC),
    (re.compile(r"GWP-?luluc|climate change-land use", re.IGNORECASE), LAND),
    (re.compile(r"\bGWP|global warming|Treibhauspoten|Erwärmungspoten|climate change",
                re.IGNORECASE), PLAIN),
)  # fmt: skip
_KG_CO2E = re.compile(r"^kg\s?CO2[\s-]?(e|eqv?\.?|äqv?\.?|equivalents?)$", re.IGNORECASE)
# The report whose GWPs a method says it uses.
_REPORTS = {"2021": "AR6", "2013": "AR5", "2007": "AR4"}
_REPORT = re.compile(r"IPCC\s?(2021|2013|2007)\b|\b(AR[456])\b")
BOUNDARIES = {"A1-A3": "cradle_to_gate", "": "not_stated"}
BEFORE_GATE = ("A1", "A2", "A3")
AFTER_GATE = re.compile(r"^(A[45]|B[1-7]|C[1-4])$")


@dataclass(frozen=True)
class Result:
    """One amount of one indicator for one module and scenario.

    Attributes:
        row: indicator, amount and unit as text; numbered in the order of the file.
        locator: path of the amount in its file.
        indicator: which climate indicator, or blank for another impact.
        method: UUID of the method.
        module: as written, blank where the result has none.
        scenario: as written, blank where it has none.
    """

    row: TextRow
    locator: str
    indicator: str
    method: str
    module: str
    scenario: str


def results_of(process: DataSet, shown: str) -> list[Result]:
    """The impact results and indicator amounts of a process.

    Args:
        process: a process data set.
        shown: how its file is called in messages.

    Returns:
        Results, then the amounts of exchanges (resource use and waste indicators, inputs and
        outputs), each as a row; the reference flow is none.
    """
    reference = text(process.root, "processInformation", "quantitativeReference",
                     "referenceToReferenceFlow")  # fmt: skip
    found: list[Result] = []
    for place, result in enumerate(each(process.root, "LCIAResults", "LCIAResult"), start=1):
        method = first(result, "referenceToLCIAMethodDataSet")
        found += _amounts(result, method, f"/LCIAResults/LCIAResult[{place}]", shown, len(found))
    for place, exchange in enumerate(each(process.root, "exchanges", "exchange"), start=1):
        if attribute(exchange, "dataSetInternalID") != reference:
            flow = first(exchange, "referenceToFlowDataSet")
            at = f"/exchanges/exchange[{place}]"
            found += _amounts(exchange, flow, at, shown, len(found), is_exchange=True)
    return found


def _amounts(
    holder: ET.Element, named: ET.Element | None, at: str, shown: str, before: int, *,
    is_exchange: bool = False,
) -> Iterator[Result]:  # fmt: skip
    name = text(named, "shortDescription", language="en") or text(named, "shortDescription")
    uuid = attribute(named, "refObjectId").lower()
    unit = text(first(holder, "other", "referenceToUnitGroupDataSet"), "shortDescription")
    indicator = "" if is_exchange else _indicator(uuid, name)
    written = [
        (e.text or "", attribute(e, "module"), attribute(e, "scenario"), f"amount[{n}]")
        for n, e in enumerate(each(holder, "other", "amount"), start=1)
    ] or [(text(holder, "resultingAmount") or text(holder, "meanAmount"), "", "", "meanAmount")]
    for number, (amount, module, scenario, leaf) in enumerate(written, start=before + 1):
        cells = {"indicator": name, AMOUNT: amount, "unit": unit, GWP: "", "module": module}
        row = TextRow(shown, number, cells)
        yield Result(row, f"{at}/{leaf}", indicator, uuid, module, scenario)


def _indicator(uuid: str, name: str) -> str:
    known = _BY_UUID.get(uuid)
    return known or next((what for words, what in _BY_WORDS if words.search(name)), "")


def is_kg_co2e(unit: str) -> bool:
    """Whether a unit is kg of CO2 equivalents.

    Example:
        >>> is_kg_co2e("kg CO2-Äqv."), is_kg_co2e("kg CO2 eqv."), is_kg_co2e("kg SO2-Äqv.")
        (True, True, False)
    """
    return bool(_KG_CO2E.match(unit))


def gwp_set_of(method: str, datasets: DataSets) -> str | None:
    """The GWP set that a method's own data set states; None where it is not at hand or silent.

    A name such as ``GWP 100`` or the standard a declaration follows is no statement.
    """
    found = datasets.find(METHOD, method)
    if found is None:
        return None
    information = first(found.root, "LCIAMethodInformation")
    said = " ".join(
        text(information, *path)
        for path in (("dataSetInformation", "generalComment"), ("impactModel", "modelDescription"))
    )
    reports = {_REPORTS.get(year, report) for year, report in _REPORT.findall(said)}
    if len(reports) != 1:
        return None
    (report,) = reports
    mechanisms = text(information, "impactModel", "consideredMechanisms").lower()
    return "AR5-feedback" if report == "AR5" and "feedback" in mechanisms else report


def boundary_of(module: str) -> str | None:
    """The boundary of a module; None for what lies outside the product system (D).

    Source:
        EN 15804: modules A1 to A3 product stage, A4 and A5 construction, B use, C end of
        life, D beyond the system boundary.

    Example:
        >>> boundary_of("A1-A3"), boundary_of("C3"), boundary_of("D")
        ('cradle_to_gate', 'gate_to_grave', None)
    """
    if module in BEFORE_GATE:
        return "gate_to_gate"
    if AFTER_GATE.match(module):
        return "gate_to_grave"
    return BOUNDARIES.get(module)
