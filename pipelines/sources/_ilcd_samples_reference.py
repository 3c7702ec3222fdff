"""What a result is per: from the reference flow over its property to the reference unit.

Belongs here: following the references of a process to its declared amount and unit. Does not
belong here: results (``ilcd_samples``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.quantities.number import NotANumber, exact, text_of
from pipelines.sources._ilcd_samples_datasets import (
    FLOW,
    PROPERTY,
    UNIT_GROUP,
    DataSets,
    attribute,
    each,
    first,
    text,
)

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from fractions import Fraction

    from pipelines.sources._ilcd_samples_datasets import DataSet


class NotTold(Exception):
    """The declared unit of a process cannot be followed to its end."""


@dataclass(frozen=True)
class Declared:
    """The declared amount of a process.

    Attributes:
        amount: how many reference units the results are for, exactly.
        unit: the reference unit as the unit group writes it.
        steps: the references followed, for the evidence.
    """

    amount: Fraction
    unit: str
    steps: list[dict[str, str]]


def declared(process: DataSet, datasets: DataSets) -> Declared:
    """What the results of a process are per.

    Args:
        process: the process data set.
        datasets: where its flow, flow property and unit group are looked up.

    Returns:
        Amount of the reference flow times the value of its reference property, in the
        reference unit of the property's unit group.

    Raises:
        NotTold: a reference leads to nothing, or an amount is no positive number.

    Source:
        ILCD Format 1.1: referenceToReferenceFlow, referenceToReferenceFlowProperty,
        referenceToReferenceUnitGroup, referenceToReferenceUnit.
    """
    wanted = text(process.root, "processInformation", "quantitativeReference",
                  "referenceToReferenceFlow")  # fmt: skip
    exchange = _numbered(process.root, wanted, "exchanges", "exchange")
    amount = _positive(text(exchange, "resultingAmount") or text(exchange, "meanAmount"))
    flow = _target(datasets, FLOW, first(exchange, "referenceToFlowDataSet"))
    wanted = text(flow.root, "flowInformation", "quantitativeReference",
                  "referenceToReferenceFlowProperty")  # fmt: skip
    held = _numbered(flow.root, wanted, "flowProperties", "flowProperty")
    per_flow = _positive(text(held, "meanValue"))
    prop = _target(datasets, PROPERTY, first(held, "referenceToFlowPropertyDataSet"))
    group = _target(datasets, UNIT_GROUP, first(
        prop.root, "flowPropertiesInformation", "quantitativeReference",
        "referenceToReferenceUnitGroup",
    ))  # fmt: skip
    wanted = text(group.root, "unitGroupInformation", "quantitativeReference",
                  "referenceToReferenceUnit")  # fmt: skip
    unit = text(_numbered(group.root, wanted, "units", "unit"), "name")
    steps = [
        {"step": "基准流数量 | amount of the reference flow", "constant": text_of(amount),
         "source": process.name},
        {"step": f"基准流属性 | reference flow property, {unit}", "constant": text_of(per_flow),
         "source": flow.name},
        {"step": "基准单位 | reference unit", "constant": unit, "source": group.name},
    ]  # fmt: skip
    return Declared(amount * per_flow, unit, steps)


def _numbered(root: ET.Element, wanted: str, *path: str) -> ET.Element:
    for element in each(root, *path):
        if wanted and attribute(element, "dataSetInternalID") == wanted:
            return element
    raise NotTold(f"{'/'.join(path)} {wanted or '-'}")


def _target(datasets: DataSets, kind: str, reference: ET.Element | None) -> DataSet:
    uuid = attribute(reference, "refObjectId")
    found = datasets.find(kind, uuid)
    if found is None:
        raise NotTold(f"{kind} {uuid or '-'}")
    return found


def _positive(written: str) -> Fraction:
    try:
        amount = exact(written)
    except NotANumber as error:
        raise NotTold(written or "-") from error
    if amount <= 0:
        raise NotTold(written)
    return amount
