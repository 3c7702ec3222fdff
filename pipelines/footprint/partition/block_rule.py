"""How large blocks are and what they are called: ``rules/partition.toml``.

Belongs here: reading the rule, the keys of blocks. Does not belong here: what is done with
a block (``block_work``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.footprint.sampling.draw_formula import LANES
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import SOURCE, require_shape

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = "rules/partition.toml"
PARTS = ("samples", "products", "lines")
SHAPE = {name: {"source": SOURCE} for name in PARTS}


@dataclass(frozen=True)
class BlockRule:
    """Sizes of blocks.

    Attributes:
        samples: samples of a block.
        products: results of a block.
        lines: requests for a factor of a block.
    """

    samples: int
    products: int
    lines: int


def read_block_rule(seeds: Path) -> BlockRule:
    """The sizes of blocks of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-02 a part is missing, E-SEED-09 one names no
            source, E-PRT-01 a size is no count of whole draws.
    """
    block = read_toml(seeds / SHOWN, SHOWN)
    require_shape(block, SHOWN, SHAPE)
    sizes = {name: block[name].get("block") for name in PARTS}
    faults = [
        finding("E-PRT-01", file=SHOWN, column=name, value=size, expected=[str(least)])
        for name, size in sizes.items()
        if not _is_size(size, least := LANES if name == "samples" else 1)
    ]
    if faults:
        raise FaultyData(faults)
    return BlockRule(**sizes)


def _is_size(size: object, least: int) -> bool:
    return type(size) is int and size > 0 and size % least == 0


def keys_of_blocks(count: int, size: int) -> list[str]:
    """The names of the blocks of some things that are numbered: first and last of each.

    Example:
        >>> keys_of_blocks(100, 64)
        ['000000000-000000063', '000000064-000000099']
    """
    return [f"{low:09d}-{min(low + size, count) - 1:09d}" for low in range(0, count, size)]


def span_of(key: str) -> range:
    """What a block holds, from its name.

    Example:
        >>> span_of("000000064-000000099")
        range(64, 100)
    """
    first, last = key.split("-")
    return range(int(first), int(last) + 1)
