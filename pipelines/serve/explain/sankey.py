"""Where a total comes from: lines into processes into stages into the product.

Belongs here: nodes and links whose values sum to the total exactly. Does not belong here:
drawing them (``picture``).
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ZERO = Decimal(0)
FLOWS = 8
OTHER = "flow:other"
TOTAL = "total"
Links = dict[tuple[str, str], Decimal]


def sankey(
    lines: Iterable[Mapping[str, Any]],
    names_zh: Mapping[str, str],
    names_en: Mapping[str, str],
    total: Decimal,
) -> dict[str, Any]:
    """The contribution path of a result.

    Args:
        lines: rows of ``footprint_line``.
        names_zh: Chinese names by node.
        names_en: English names by node.
        total: the footprint in kgCO2e; the lines' contributions sum to it.

    Returns:
        ``nodes`` with id, layer and names, and ``links`` with source, target and value in
        kgCO2e as text in full. The links of each layer sum to the total; a negative link is
        a credit. Flows beyond the largest stand together as ``flow:other``.
    """
    rows = [row for row in lines if row["contribution"]]
    sizes: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        sizes[row["flow"]] += abs(row["contribution"])
    large = set(sorted(sizes, key=lambda name: (-sizes[name], name))[:FLOWS])
    layers: tuple[Links, Links, Links] = ({}, {}, {})
    for row in rows:
        flow = f"flow:{row['flow']}" if row["flow"] in large else OTHER
        process, stage = f"process:{row['process_id']}", f"stage:{row['stage']}"
        steps = ((flow, process), (process, stage), (stage, TOTAL))
        for layer, step in zip(layers, steps, strict=True):
            layer[step] = layer.get(step, ZERO) + row["contribution"]
    return {
        "unit": "kgCO2e",
        "total": f"{total:f}",
        "nodes": _nodes(layers, names_zh, names_en),
        "links": [
            {"source": source, "target": target, "layer": number, "value": f"{value:f}"}
            for number, layer in enumerate(layers)
            for (source, target), value in sorted(layer.items())
        ],
    }


def _nodes(
    layers: tuple[Links, Links, Links], names_zh: Mapping[str, str], names_en: Mapping[str, str]
) -> list[dict[str, Any]]:
    found: dict[str, int] = {}
    for number, layer in enumerate(layers):
        for source, target in layer:
            found.setdefault(source, number)
            found.setdefault(target, number + 1)
    nodes = []
    for name, number in sorted(found.items(), key=lambda one: (one[1], one[0])):
        kind, _, key = name.partition(":")
        nodes.append(
            {"id": name, "layer": number, "kind": kind,
             "name_zh": names_zh.get(name, key), "name_en": names_en.get(name, key)}
        )  # fmt: skip
    return nodes
