"""What a new edition of a data set changed, record by record, by the source's own key.

Belongs here: added, removed, changed and unchanged records, the kind of each change, and
whether a loss is plausible. Does not belong here: changes between releases.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipelines.quantities.number import exact
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import DECIMAL, SOURCE, require_shape

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

SHOWN = "rules/editions.toml"
SHAPE = {"loss": {"largest_share": DECIMAL, "source": SOURCE}}
# Which change of a record a column tells of.
KINDS: dict[str, tuple[str, ...]] = {
    "value": ("value", "gases"),
    "unit": ("value_unit", "reference_unit"),
    "gwp": ("gwp_set",),
    "boundary": ("boundary", "factor_kind", "delivery_scope", "location_type"),
    "region": ("region_code",),
    "label": ("name_zh", "name_en", "technology"),
}


@dataclass(frozen=True)
class EditionChange:
    """What changed between two editions.

    Attributes:
        added: keys only the new edition has.
        removed: keys only the old edition has.
        changed: keys whose record changed, with the kinds of change.
        unchanged: number of records the same in both.
        characterisation: number of records whose gases are the same and whose CO2e changed
            with the GWP set alone.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: dict[str, tuple[str, ...]]
    unchanged: int
    characterisation: int

    def counts(self) -> dict[str, int]:
        """Numbers for a report; changes by kind."""
        by_kind = {
            f"changed_{kind}": sum(kind in kinds for kinds in self.changed.values())
            for kind in KINDS
        }
        return {
            "added": len(self.added),
            "removed": len(self.removed),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "changed_by_gwp_set_alone": self.characterisation,
            **by_kind,
        }


def _records(tables: Mapping[str, pl.DataFrame]) -> dict[str, dict[str, Any]]:
    gases: dict[str, list[tuple[str, float]]] = {}
    for row in tables["candidate_gas"].sort("factor_id", "gas").iter_rows(named=True):
        gases.setdefault(row["factor_id"], []).append((row["gas"], row["mass"]))
    return {
        row["record_key"]: {**row, "gases": tuple(gases.get(row["factor_id"], ()))}
        for row in tables["candidate"].iter_rows(named=True)
    }


def edition_change(
    old: Mapping[str, pl.DataFrame], new: Mapping[str, pl.DataFrame]
) -> EditionChange:
    """Compare two editions of one source.

    Args:
        old: tables of the older edition (``candidate``, ``candidate_gas``).
        new: tables of the newer edition.

    Returns:
        The changes; the order of rows and identifiers outside the key do not count.
    """
    before, after = _records(old), _records(new)
    changed: dict[str, tuple[str, ...]] = {}
    by_set = 0
    for key in sorted(before.keys() & after.keys()):
        was, now = before[key], after[key]
        kinds = tuple(
            kind for kind, columns in KINDS.items() if any(was[c] != now[c] for c in columns)
        )
        if kinds:
            changed[key] = kinds
            same_gases = bool(was["gases"]) and was["gases"] == now["gases"]
            by_set += int(same_gases and set(kinds) <= {"gwp", "value"} and "gwp" in kinds)
    return EditionChange(
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        changed,
        len(before.keys() & after.keys()) - len(changed),
        by_set,
    )


def read_largest_loss(seeds: Path) -> Fraction:
    """The share of records a new edition may lose without a stated reason.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-02 no share, E-SEED-09 no source.
    """
    block = read_toml(seeds / SHOWN, SHOWN)
    require_shape(block, SHOWN, SHAPE)
    return exact(block["loss"]["largest_share"])


def loss_of(old: Mapping[str, pl.DataFrame], change: EditionChange) -> Fraction:
    """Share of the old edition's records that the new one no longer has."""
    held = old["candidate"].height
    return Fraction(len(change.removed), held) if held else Fraction(0)


def exchange_loss(old: Mapping[str, pl.DataFrame], new: Mapping[str, pl.DataFrame]) -> Fraction:
    """Share by which the number of exchanges fell; zero where there are none or more."""
    was = old["exchange"].height if "exchange" in old else 0
    now = new["exchange"].height if "exchange" in new else 0
    return Fraction(max(was - now, 0), was) if was else Fraction(0)
