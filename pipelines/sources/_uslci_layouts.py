"""Layouts of the database: fields a reader cannot do without and fields it knows.

Belongs here: field names of the two schemas of openLCA JSON-LD and of EcoSpold 1. Does not
belong here: what they mean (the readers).
"""

from __future__ import annotations

from pipelines.ingest.published_harvest import Layout

_PROCESS = ("process.@id", "process.name", "process.exchanges")
_EXCHANGE = ("exchange.amount", "exchange.flow", "exchange.unit")
_SCHEMA_1 = ("exchange.input", "exchange.quantitativeReference")
_SCHEMA_2 = ("exchange.isInput", "exchange.isQuantitativeReference")
_COMMON = (
    "process.@type", "process.description", "process.version", "process.lastChange",
    "process.category", "process.processType", "process.location", "process.allocationFactors",
    "process.processDocumentation", "process.parameters", "process.defaultAllocationMethod",
    "exchange.@type", "exchange.description", "exchange.uncertainty", "exchange.amountFormula",
    "exchange.flowProperty", "exchange.baseUncertainty", "exchange.defaultProvider",
)  # fmt: skip
OPENLCA = (
    Layout(
        "openLCA JSON-LD 1",
        (*_PROCESS, *_EXCHANGE, *_SCHEMA_1),
        (
            *_PROCESS, *_EXCHANGE, *_SCHEMA_1, *_COMMON, "process.@context",
            "process.infrastructureProcess", "exchange.@id", "exchange.avoidedProduct",
            "exchange.pedigreeUncertainty",
        ),
    ),
    Layout(
        "openLCA JSON-LD 2",
        (*_PROCESS, *_EXCHANGE, *_SCHEMA_2),
        (
            *_PROCESS, *_EXCHANGE, *_SCHEMA_2, *_COMMON, "process.isInfrastructureProcess",
            "process.lastInternalId", "exchange.internalId", "exchange.isAvoidedProduct",
            "exchange.dqEntry",
        ),
    ),
)  # fmt: skip
_NEEDED = (
    "dataset.number", "referenceFunction.name", "referenceFunction.amount",
    "referenceFunction.unit", "geography.location", "exchange.number", "exchange.name",
    "exchange.unit", "exchange.meanValue", "exchange.category",
)  # fmt: skip
_KNOWN = (
    *_NEEDED, "dataset.generator", "dataset.timestamp", "referenceFunction.category",
    "referenceFunction.subCategory", "referenceFunction.localCategory",
    "referenceFunction.localSubCategory", "referenceFunction.localName",
    "referenceFunction.generalComment", "referenceFunction.infrastructureProcess",
    "referenceFunction.datasetRelatesToProduct", "referenceFunction.CASNumber",
    "referenceFunction.formula", "geography.text", "technology.text", "exchange.subCategory",
    "exchange.localCategory", "exchange.localSubCategory", "exchange.location",
    "exchange.CASNumber", "exchange.formula", "exchange.generalComment",
    "exchange.uncertaintyType", "exchange.standardDeviation95", "exchange.minValue",
    "exchange.maxValue", "exchange.mostLikelyValue", "exchange.infrastructureProcess",
)  # fmt: skip
ECOSPOLD1 = Layout("EcoSpold 1", _NEEDED, _KNOWN)
