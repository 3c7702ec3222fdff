"""Tables packed for a page: columns instead of rows, repeated texts once, deflated when large.

Belongs here: how a frame becomes text that a browser unpacks, the same bytes for the same
rows. Does not belong here: which tables and columns those are (``embedded``).
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

# Below this many bytes a block stays readable JSON; above, deflating pays.
READABLE_BYTES = 256 * 1024
LEVEL = 9


def _scalar(value: Any) -> Any:
    if isinstance(value, float):
        return None if not math.isfinite(value) else int(value) if value == int(value) else value
    if hasattr(value, "as_tuple"):
        return _scalar(float(value))
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def packed_column(column: pl.Series) -> Any:
    """A column as a list, or as ``{"d": distinct, "i": positions}`` when texts repeat.

    Args:
        column: (n rows) of any published kind.

    Returns:
        Plain data for JSON; null stays null, dates are ISO texts.

    Example:
        >>> packed_column(pl.Series(["t", "t", None, "t", "kg"]))
        {'d': ['t', 'kg'], 'i': [0, 0, -1, 0, 1]}
        >>> packed_column(pl.Series([1.0, 2.5]))
        [1, 2.5]
    """
    values = [_scalar(v) for v in column.to_list()]
    if column.dtype != pl.String:
        return values
    distinct = list(dict.fromkeys(v for v in values if v is not None))
    if 2 * len(distinct) > len(values):
        return values
    places = {text: place for place, text in enumerate(distinct)}
    return {"d": distinct, "i": [-1 if v is None else places[v] for v in values]}


def packed_tables(tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Tables as plain data, columns in the order of the frames."""
    return {
        name: {"n": frame.height, "c": {c: packed_column(frame[c]) for c in frame.columns}}
        for name, frame in tables.items()
    }


def block(value: Any) -> tuple[str, str]:
    """Plain data as the text of a data block of a page, and how it is written.

    Returns:
        ``("json", text)`` with every ``<`` escaped, or ``("deflate", text)`` in base64.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    body = text.encode("utf-8")
    if len(body) <= READABLE_BYTES:
        return "json", text.replace("<", "\\u003c")
    return "deflate", base64.b64encode(zlib.compress(body, LEVEL)).decode("ascii")
