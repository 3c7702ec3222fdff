"""Pictures of an explanation as SVG: bars by stage, the contribution path.

Belongs here: shapes and their places. Does not belong here: the values (``sankey``).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from pipelines.serve.explain.explanation import rounded
from pipelines.serve.explain.words import node_name, stage_name

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDE, ROW, LABEL = 720, 26, 130
TALL, GAP, THICK = 300, 14, 14
LAYERS = 4
SHORTEST = 1.0
# Letters of a node's name that fit before the next node begins; the first wide letter.
ROOM, NARROW, FIRST_WIDE = 11.5, 0.52, "\u2e80"
# Okabe and Ito's colours, told apart by readers with colour blindness; credits are grey.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A900", "#5B5B5B")
CREDIT = "#9a9a9a"


def bars(told: Mapping[str, Any], language: int) -> str:
    """The stages as horizontal bars from a common zero."""
    parts = {name: float(value) for name, value in told["stages"].items()}
    low, high = min(0.0, *parts.values()), max(0.0, *parts.values())
    room = WIDE - LABEL - 120
    scale = room / ((high - low) or 1.0)
    zero = LABEL - low * scale
    shown = []
    ordered = sorted(parts.items(), key=lambda one: -abs(one[1]))
    for number, (name, value) in enumerate(ordered):
        top, size = number * ROW + 4, abs(value) * scale
        left = zero if value >= 0 else zero - size
        colour = COLOURS[number % len(COLOURS)] if value >= 0 else CREDIT
        shown.append(
            f'<text x="{LABEL - 8}" y="{top + 14}" text-anchor="end">'
            f"{escape(stage_name(name, language))}</text>"
            f'<rect x="{left:.1f}" y="{top}" width="{max(size, SHORTEST):.1f}" height="18" '
            f'fill="{colour}"/>'
            f'<text x="{max(left + size, zero) + 6:.1f}" y="{top + 14}">'
            f"{rounded(Decimal(told['stages'][name]))}</text>"
        )
    return _svg("".join(shown), len(parts) * ROW + 8, ("各阶段贡献", "Stages")[language])


@dataclass
class _Box:
    """A node's place and how much of its height is taken on either side."""

    x: float
    y: float
    height: float
    colour: str
    into: float = 0.0
    out: float = 0.0


def path(told: Mapping[str, Any], language: int) -> str:
    """The contribution path: bands as thick as what they carry, credits grey."""
    data = told["sankey"]
    sizes: dict[str, list[float]] = {node["id"]: [0.0, 0.0] for node in data["nodes"]}
    for link in data["links"]:
        sizes[link["source"]][1] += abs(float(link["value"]))
        sizes[link["target"]][0] += abs(float(link["value"]))
    boxes, tall = _boxes(data["nodes"], {name: max(both) for name, both in sizes.items()})
    scale = {name: box.height / (max(sizes[name]) or 1.0) for name, box in boxes.items()}
    links = sorted(
        data["links"],
        key=lambda one: (one["layer"], boxes[one["source"]].y, boxes[one["target"]].y),
    )
    shown = [_band(link, boxes, scale) for link in links]
    shown += [_node(node, boxes[node["id"]], language) for node in data["nodes"]]
    return _svg("".join(shown), tall, ("贡献路径", "Contribution path")[language])


def _boxes(
    nodes: list[dict[str, Any]], sizes: Mapping[str, float]
) -> tuple[dict[str, _Box], float]:
    most = max((sum(1 for n in nodes if n["layer"] == k) for k in range(LAYERS)), default=1)
    whole = max(sum(sizes[n["id"]] for n in nodes if n["layer"] == k) for k in range(LAYERS))
    scale = TALL / (whole or 1.0)
    step = (WIDE - 260) / (LAYERS - 1)
    boxes: dict[str, _Box] = {}
    for layer in range(LAYERS):
        y = 16.0
        mine = sorted((n for n in nodes if n["layer"] == layer), key=lambda n: -sizes[n["id"]])
        for number, node in enumerate(mine):
            height = max(sizes[node["id"]] * scale, SHORTEST)
            colour = COLOURS[number % len(COLOURS)]
            boxes[node["id"]] = _Box(120 + layer * step, y, height, colour)
            y += height + GAP
    return boxes, TALL + most * (GAP + SHORTEST) + 24


def _band(link: Mapping[str, Any], boxes: Mapping[str, _Box], scale: Mapping[str, float]) -> str:
    value = float(link["value"])
    start, end = boxes[link["source"]], boxes[link["target"]]
    one, two = abs(value) * scale[link["source"]], abs(value) * scale[link["target"]]
    left, right = start.x + THICK, end.x
    top, low = start.y + start.out, end.y + end.into
    start.out += one
    end.into += two
    half = (left + right) / 2
    colour = start.colour if value >= 0 else CREDIT
    return (
        f'<path d="M{left:.1f},{top:.2f} C{half:.1f},{top:.2f} {half:.1f},{low:.2f} '
        f"{right:.1f},{low:.2f} L{right:.1f},{low + two:.2f} C{half:.1f},{low + two:.2f} "
        f'{half:.1f},{top + one:.2f} {left:.1f},{top + one:.2f} Z" fill="{colour}" '
        f'fill-opacity="0.45"><title>{escape(link["source"])} → {escape(link["target"])}: '
        f"{escape(link['value'])} kgCO2e</title></path>"
    )


def _node(node: Mapping[str, Any], box: _Box, language: int) -> str:
    is_first = node["layer"] == 0
    x, anchor = (box.x - 6, "end") if is_first else (box.x + THICK + 5, "start")
    words = node_name(node, language)
    shown = fitting(words, ROOM)
    whole = "" if shown == words else f"<title>{escape(words)}</title>"
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.2f}" width="{THICK}" height="{box.height:.2f}" '
        f'fill="{box.colour}"/>'
        f'<text x="{x:.1f}" y="{box.y + box.height / 2 + 4:.2f}" text-anchor="{anchor}" '
        f'class="node">{escape(shown)}{whole}</text>'
    )


def fitting(words: str, room: float) -> str:
    """The words, or as many of them as there is room for and a mark that there are more.

    Args:
        words: a name.
        room: width in letters as wide as they are high; a Latin letter takes half of one.

    Example:
        >>> fitting("炭材及其他能源", 5), fitting("carbon material", 5)
        ('炭材及其…', 'carbon…')
    """
    widths = [1.0 if letter >= FIRST_WIDE else NARROW for letter in words]
    if sum(widths) <= room:
        return words
    kept = sum(1 for taken in accumulate(widths) if taken <= room - 1)
    return f"{words[:kept].rstrip()}…"


def _svg(body: str, height: float, label: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height:.0f}" role="img" '
        f'aria-label="{escape(label)}">{body}</svg>'
    )
