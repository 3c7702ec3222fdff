"""An inventory as handed in: its files, read as text, typed and checked.

Belongs here: product, process, exchange, instrument and assumption files as declared
tables, with every extra column kept. Does not belong here: whether flows and units make
sense (``inventory_checks``) and which factor serves a line (``resolve``).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import Finding, finding
from pipelines.quantities.number import NotANumber, exact, to_double
from pipelines.tabular.text_table import TextRow, read_rows
from schemas.product import ASSUMPTION, EXCHANGE, INSTRUMENT, PROCESS, PRODUCT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schemas.table import Field, Table

VERSION = "1.0"
TRUTHS = {"true": True, "false": False}
NOT_STATED = "未说明 not stated"
# Names of the handed-in columns where they differ from the declared table.
RENAMED = {
    "process": {"reference_flow_unit": "reference_unit"},
    "exchange": {"amount_unit": "unit"},
    "instrument": {
        "instrument_kind": "kind", "instrument_amount": "amount", "instrument_unit": "unit",
    },
    "assumption": {"assumption_source": "source"},
}  # fmt: skip
# Columns an inventory may leave out, and what then stands.
ABSENT: dict[str, dict[str, Any]] = {
    "product": {
        "confidence": "high", "is_limit_activity": False, "coverage_zh": NOT_STATED,
        "coverage_en": NOT_STATED,
    },
    "process": {"version": VERSION, "confidence": "high", "data_origin": "secondary"},
    "exchange": {
        "version": VERSION, "confidence": "high", "data_origin": "secondary",
        "uncertainty_kind": "none", "derivation": "unknown", "line_source": NOT_STATED,
    },
    "instrument": {},
    "assumption": {"assumption_origin": "inventory"},
}  # fmt: skip
# Codes whose form is asked for when they are read; the others are looked up in a table.
FORMED: dict[str, tuple[str, ...]] = {
    "product": ("product_id", "category_id", "verification_id"),
    "process": ("process_id", "version", "route"),
    "exchange": ("line", "version", "route"),
    "instrument": (),
    "assumption": ("process_id", "line"),
}
FILES: tuple[tuple[str, Table, bool], ...] = (
    ("product", PRODUCT, True),
    ("process", PROCESS, True),
    ("exchange", EXCHANGE, True),
    ("instrument", INSTRUMENT, False),
    ("assumption", ASSUMPTION, False),
)


@dataclass
class Inventory:
    """An inventory as typed rows, with where each row stands.

    Attributes:
        inventory_id: name of the folder.
        rows: rows by table name, as columns of the declared tables.
        places: the text row of each typed row, by table name, in the same order.
        extra: columns beyond the declared ones, by table name, one mapping per row.
    """

    inventory_id: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    places: dict[str, list[TextRow]] = field(default_factory=dict)
    extra: dict[str, list[dict[str, str]]] = field(default_factory=dict)


def read_inventory(folder: Path) -> Inventory:
    """The inventory of a folder, every file typed.

    Args:
        folder: holds ``product.csv``, ``process.csv``, ``exchange.csv`` and, if wanted,
            ``instrument.csv`` and ``assumption.csv``.

    Returns:
        The rows as handed in; flows, units and links are not yet checked.

    Raises:
        UnreadableInput: a needed file is missing or not UTF-8.
        FaultyData: a column is missing, a row ragged, a number, date or code unreadable.
    """
    handed_in: dict[str, list[TextRow]] = {}
    inventory_id = id_of(folder)
    for name, table, is_needed in FILES:
        path = folder / f"{name}.csv"
        shown = f"{inventory_id}/{name}.csv"
        if path.exists():
            handed_in[name] = read_rows(path, needed=needed_columns(name, table), name=shown)
        elif is_needed:
            raise UnreadableInput(finding("E-SEED-06", file=shown))
    return inventory_of(inventory_id, handed_in)


def id_of(folder: Path) -> str:
    """The id of the inventory in a folder: its name, also where it is named from within.

    Example:
        >>> from pathlib import Path
        >>> id_of(Path("plants/kiln")), id_of(Path("plants/kiln/..") / "mill")
        ('kiln', 'mill')
    """
    return folder.name if folder.name not in {"", ".."} else folder.resolve().name


def fitting_id(name: str) -> str:
    """An id for an inventory, as near to a name as ids allow.

    Example:
        >>> fitting_id("Kiln 2025 (new)"), fitting_id("熟料")
        ('kiln-2025-new', 'inventory')
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "inventory"


def name_faults(inventory_id: str) -> list[Finding]:
    """E-INV-23 for a name that no table of a release could hold."""
    column = PRODUCT["inventory_id"]
    if column.pattern is None or re.match(column.pattern, inventory_id):
        return []
    like = fitting_id(inventory_id)
    return [
        finding(
            "E-INV-23", file=inventory_id, column="inventory_id", value=inventory_id,
            expected=[column.pattern], like=like,
        )
    ]  # fmt: skip


def inventory_of(inventory_id: str, handed_in: Mapping[str, list[TextRow]]) -> Inventory:
    """An inventory over rows of text, wherever they were read.

    Args:
        inventory_id: its name.
        handed_in: rows by table; a table that is not there has none.

    Raises:
        FaultyData: its name is no id, a number, date or code is unreadable, a needed cell blank.
    """
    inventory = Inventory(inventory_id)
    faults = name_faults(inventory_id)
    for name, table, _ in FILES:
        texts = handed_in.get(name, [])
        inventory.places[name] = texts
        inventory.rows[name] = []
        inventory.extra[name] = []
        known = {RENAMED.get(name, {}).get(f.name, f.name) for f in table}
        for number, text in enumerate(texts, start=1):
            row, found = _typed_row(name, table, text, inventory_id, number)
            faults += found
            inventory.rows[name].append(row)
            inventory.extra[name].append({k: v for k, v in text.cells.items() if k not in known})
    if faults:
        raise FaultyData(faults)
    return inventory


def needed_columns(name: str, table: Table) -> list[str]:
    """The columns a file of an inventory must have."""
    skip = {*ABSENT[name], "inventory_id", "assumption_no"}
    renamed = RENAMED.get(name, {})
    return [
        renamed.get(f.name, f.name)
        for f in table
        if f.name not in skip and table.is_required(f.name)
    ]


def _typed_row(
    name: str, table: Table, text: TextRow, inventory_id: str, number: int
) -> tuple[dict[str, Any], list[Finding]]:
    row: dict[str, Any] = {}
    faults: list[Finding] = []
    renamed = RENAMED.get(name, {})
    for column in table:
        if column.name == "inventory_id":
            row[column.name] = inventory_id
        elif column.name == "assumption_no":
            row[column.name] = number
        else:
            written = renamed.get(column.name, column.name)
            value, fault = _typed(column, written, text, ABSENT[name])
            if column.name == "provider" and value:
                # Blanks after the colon are no part of the id.
                value = ":".join(part.strip() for part in value.split(":", 1))
            if fault is None and column.name in FORMED[name]:
                fault = _ill_formed(column, written, text)
            if value is None and fault is None and table.is_required(column.name):
                fault = finding("E-TEXT-01", file=text.file, row=text.number, column=written)
            row[column.name] = value
            faults += [fault] if fault else []
    return row, faults


def _ill_formed(column: Field, written: str, text: TextRow) -> Finding | None:
    """A code that a release could not hold."""
    cell = text.get(written)
    if cell is None or column.pattern is None or re.match(column.pattern, cell):
        return None
    return finding(
        "E-INV-21", file=text.file, row=text.number, column=written, value=cell,
        expected=[column.pattern],
    )  # fmt: skip


def _typed(
    column: Field, written: str, text: TextRow, absent: Mapping[str, Any]
) -> tuple[Any, Finding | None]:
    cell = text.get(written)
    if cell is None:
        return absent.get(column.name), None
    place: dict[str, Any] = {
        "file": text.file, "row": text.number, "column": written, "value": cell,
    }  # fmt: skip
    value: Any = cell
    if column.kind in {"number", "integer"}:
        return _number(column, cell, place)
    if column.kind == "date":
        try:
            value = dt.date.fromisoformat(cell)
        except ValueError:
            return None, finding("E-INV-11", **place)
    elif column.kind == "boolean":
        if cell.lower() not in TRUTHS:
            return None, finding("E-CODE-01", **place, expected=list(TRUTHS))
        value = TRUTHS[cell.lower()]
    elif column.vocabulary and cell not in column.vocabulary.codes:
        return None, finding("E-CODE-01", **place, expected=list(column.vocabulary.codes))
    return value, None


def _number(column: Field, cell: str, place: dict[str, Any]) -> tuple[Any, Finding | None]:
    """A number as read; one that the table holds from zero on is not below it."""
    try:
        value = to_double(exact(cell))
    except NotANumber:
        return None, finding("E-NUM-01", **place)
    if value < 0 and column.minimum == 0 and not column.exclusive_minimum:
        return None, finding("E-INV-18", **place)
    return value, None
