"""Finding factors by words, ranked as the catalogue's page ranks them.

Belongs here: what a factor can be found by and which comes first. The same rule runs in the
reader's browser (``catalogue/page/10_search.js``); a test holds the two together.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.serve.catalogue.initials import spelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

HIDDEN = {"Cc", "Cf", "Zl", "Zp"}
WORDS = 8
KINDS = {"footprint_factor": 0, "direct_ef": 1}
STATES = {"admitted": 0, "provisional": 1}


def folded(text: str | None) -> str:
    """A text for comparing: small letters, half-width, nothing hidden, single spaces.

    Example:
        >>> folded("ＣＯ2  电\u200b石")
        'co2 电石'
    """
    shown = "".join(c for c in text or "" if c in "\t\n\r" or unicodedata.category(c) not in HIDDEN)
    half = "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in shown)
    return re.sub(r"\s+", " ", half.replace("\u3000", " ").lower()).strip()


@dataclass(frozen=True)
class Named:
    """What a product, a category or a region is called."""

    names: tuple[str, ...]
    letters: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Entry:
    """What one factor can be found by; ``order`` settles equal fits."""

    codes: tuple[str, ...]
    zh: str
    en: str
    letters: str
    flow: Named
    category: Named
    region: str
    order: tuple[int, int, int, int, int, str]


NOTHING = Named((), (), "")


def _flows(flow: pl.DataFrame) -> dict[str, Named]:
    found = {}
    for row in flow.iter_rows(named=True):
        texts = [row["name_zh"], *(row["aliases"] or [])]
        letters = [word for text in texts for word in spelled(text) if word]
        names = tuple(map(folded, [row["name_zh"], row["name_en"], *(row["aliases"] or [])]))
        found[row["flow_id"]] = Named(
            names, tuple(letters), "\n".join([*names, " ".join(letters), row["flow_id"]])
        )
    return found


def _named(frame: pl.DataFrame, key: str) -> dict[str, Named]:
    found = {}
    for row in frame.iter_rows(named=True):
        names = (folded(row["name_zh"]), folded(row["name_en"]))
        letters = spelled(row["name_zh"])[0]
        found[row[key]] = Named(names, (letters,), "\n".join([*names, letters, folded(row[key])]))
    return found


def entries_of(tables: Mapping[str, pl.DataFrame], listing: pl.DataFrame) -> list[Entry]:
    """One entry per row of the listing.

    Args:
        tables: ``flow``, ``category`` and ``region``.
        listing: (n) newest versions of factors.
    """
    flows = _flows(tables["flow"])
    categories = _named(tables["category"], "category_id")
    regions = _named(tables["region"], "region_code")
    return [_entry(row, flows, categories, regions) for row in listing.iter_rows(named=True)]


def _entry(
    row: dict[str, Any],
    flows: dict[str, Named],
    categories: dict[str, Named],
    regions: dict[str, Named],
) -> Entry:
    zh = folded(row["name_zh"])
    year = row["reference_year"] or (row["data_end"].year if row["data_end"] else 0)
    codes = [row["factor_id"], row["record_key"] or "", *(row["product_codes"] or [])]
    return Entry(
        tuple(map(folded, codes)),
        zh,
        folded(row["name_en"]),
        spelled(row["name_zh"])[0],
        flows.get(row["flow_id"], NOTHING),
        categories.get(row["category_id"], NOTHING),
        regions.get(row["region_code"], NOTHING).text,
        (
            KINDS.get(row["factor_kind"], 2),
            STATES.get(row["status"], 2),
            int(row["region_code"] != "CN"),
            -year,
            len(zh),
            folded(row["factor_id"]),
        ),
    )


def fit(entry: Entry, q: str) -> float:
    """How well one folded word fits a factor; 0 is not at all."""
    flow, category = entry.flow, entry.category
    fits = (
        (q in entry.codes, 1000),
        (q in (entry.zh, entry.en), 950),
        (q in flow.names and entry.zh.startswith(q), 920),
        (q in flow.names, 900),
        (q in flow.letters, 800),
        (entry.zh.startswith(q), 700),
        (q in category.names, 660),
        (any(q in name for name in flow.names), 650),
        (q in entry.zh, 600),
        (q in entry.en, 550),
        (entry.letters.startswith(q), 480),
        (any(q in code for code in entry.codes), 450),
        (q in entry.letters or q in flow.text, 400),
        (q in category.text, 300),
        (q in entry.region, 250),
    )
    return next((score for holds, score in fits if holds), 0)


def rank(entries: list[Entry], query: str) -> list[int]:
    """Positions of the entries every word of the query fits, best first.

    Args:
        entries: from ``entries_of``.
        query: words, separated by spaces; the first eight count.
    """
    words = folded(query).split(" ")[:WORDS]
    whole = " ".join(words)
    found = []
    for place, entry in enumerate(entries):
        score = fit(entry, whole) if len(words) > 1 else 0.0
        if not score:
            parts = []
            for word in words:
                part = fit(entry, word)
                if not part:
                    break
                parts.append(part)
            else:
                score = sum(parts) / len(words)
        if score:
            found.append((-score, entry.order, place))
    return [place for _, _, place in sorted(found)]
