"""The openLCA JSON-LD form of the database, of schema 1 (2017) and schema 2.

Belongs here: members of the zip as unit processes. Does not belong here: EcoSpold, linking.
"""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.ingest.published_harvest import LeftOut
from pipelines.quantities.number import NotANumber, exact
from pipelines.sources._uslci_container import DAMAGED, folder_of
from pipelines.sources._uslci_inventory import Inventory, Kind, Line, UnitProcess
from pipelines.sources._uslci_layouts import OPENLCA
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from fractions import Fraction

    from pipelines.ingest.published_harvest import PublishedHarvest
    from pipelines.sources._uslci_container import Container
    from pipelines.sources._uslci_rules import LinkingRules

Entry = dict[str, Any]
FOLDERS = (
    "processes", "flows", "unit_groups", "flow_properties", "categories", "locations",
)  # fmt: skip
KINDS: dict[str, Kind] = {
    "PRODUCT_FLOW": "product",
    "WASTE_FLOW": "waste",
    "ELEMENTARY_FLOW": "elementary",
}
METHODS = {"PHYSICAL_ALLOCATION": "mass", "ECONOMIC_ALLOCATION": "economic"}


def read_openlca(container: Container, harvest: PublishedHarvest, rules: LinkingRules) -> Inventory:
    """The unit processes of a JSON-LD zip; each counts as one row.

    Args:
        container: the zip.
        harvest: takes the processes that cannot be read, with their reason.
        rules: the declared choices.

    Raises:
        UnreadableInput: a member is no JSON, or its fields are of no known schema.
    """
    members = _members(container)
    processes = members["processes"]
    header = {f"process.{key}" for p in processes.values() for key in p}
    header |= {f"exchange.{k}" for p in processes.values() for e in _entries(p) for k in e}
    layout = harvest.layout(container.name, sorted(header), OPENLCA)
    reader = _Reader(container, harvest, rules, members, is_second=layout is OPENLCA[1])
    harvest.take(len(processes))
    read = []
    for number, (member, entry) in enumerate(sorted(processes.items()), start=1):
        try:
            read.append(reader.process(number, member, entry))
        except LeftOut:
            continue
    read.sort(key=lambda p: p.key)
    return Inventory(layout.name, tuple(read), reader.unit_factors)


def _members(container: Container) -> dict[str, dict[str, Entry]]:
    """Entries by folder and member name; numbers stay text, so that none is rounded."""
    found: dict[str, dict[str, Entry]] = {folder: {} for folder in FOLDERS}
    with zipfile.ZipFile(container.path) as archive:
        for name in container.members:
            folder = folder_of(name)
            if folder not in found or not name.endswith(".json"):
                continue
            try:
                entry = json.loads(archive.read(name), parse_float=str, parse_int=str)
            except (ValueError, RecursionError, *DAMAGED) as error:
                raise _not_json(container, f"{name}: {error}") from error
            if not isinstance(entry, dict):
                raise _not_json(container, f"{name}: {type(entry).__name__}")
            found[folder][name] = entry
    return found


def _not_json(container: Container, found: str) -> UnreadableInput:
    return UnreadableInput(
        finding("E-FILE-01", file=container.shown, found=found, wanted="JSON object")
    )


def _entries(process: Entry, key: str = "exchanges") -> list[Entry]:
    """The entries of a list; what is no entry is passed over."""
    found = process.get(key)
    return [e for e in found if isinstance(e, dict)] if isinstance(found, list) else []


def _entry(of: Entry, key: str) -> Entry:
    """An entry within an entry; an empty one where there is none."""
    found = of.get(key)
    return found if isinstance(found, dict) else {}


def _fraction(text: object) -> Fraction | None:
    try:
        return exact(str(text))
    except NotANumber:
        return None


class _Reader:
    """Reads one process after the other against the other members of the zip."""

    def __init__(
        self,
        container: Container,
        harvest: PublishedHarvest,
        rules: LinkingRules,
        members: dict[str, dict[str, Entry]],
        *,
        is_second: bool,
    ) -> None:
        self._container = container
        self._harvest = harvest
        self._rules = rules
        self._by_id = {f: {e.get("@id"): e for e in m.values()} for f, m in members.items()}
        self._is_input, self._is_reference, self._is_avoided = (
            ("isInput", "isQuantitativeReference", "isAvoidedProduct")
            if is_second
            else ("input", "quantitativeReference", "avoidedProduct")
        )
        self._paths: dict[str, str] = {}
        units = [
            (unit, str(group.get("name") or ""))
            for group in members["unit_groups"].values()
            for unit in _entries(group, "units")
        ]
        self._groups = {unit.get("@id"): group for unit, group in units}
        factors = {(str(u.get("name")), g): _fraction(u.get("conversionFactor")) for u, g in units}
        self.unit_factors = {key: value for key, value in factors.items() if value is not None}

    def process(self, number: int, member: str, entry: Entry) -> UnitProcess:
        """A unit process.

        Raises:
            LeftOut: a cell cannot be used.
        """
        title = str(entry.get("name") or "").strip()
        identifier = str(entry.get("@id") or "")
        row = TextRow(self._container.shown, number, {"name": title, "@id": identifier})
        for column in ("name", "@id"):
            if not row[column]:
                self._harvest.leave_out(row, "S-BLANK-01", column, locator=member)
                raise LeftOut
        documentation = _entry(entry, "processDocumentation")
        location = _entry(entry, "location")
        place = self._by_id["locations"].get(location.get("@id"), location)
        return UnitProcess(
            row,
            member,
            identifier,
            identifier,
            title,
            title,
            str(place.get("code") or place.get("name") or location.get("name") or "").strip(),
            _text(documentation.get("geographyDescription")),
            _text(documentation.get("technologyDescription")),
            self._path(entry.get("category")).rsplit("/", 1)[-1],
            self._day(documentation.get("validFrom")),
            self._day(documentation.get("validUntil")),
            self._lines(row, member, entry),
            *_factors(entry),
        )

    def _lines(self, row: TextRow, member: str, entry: Entry) -> tuple[Line, ...]:
        """The exchanges; identifiers that the publisher repeats get their occurrence."""
        seen: Counter[str] = Counter()
        lines = []
        for index, one in enumerate(_entries(entry)):
            line = self._line(row, f"{member}#/exchanges/{index}", one, str(index))
            seen[line.line] += 1
            again = seen[line.line]
            lines.append(replace(line, line=f"{line.line}-{again}") if again > 1 else line)
        return tuple(lines)

    def _line(self, row: TextRow, pointer: str, entry: Entry, index: str) -> Line:
        ref = _entry(entry, "flow")
        flow = self._by_id["flows"].get(ref.get("@id"), ref)
        kind = KINDS.get(str(flow.get("flowType") or ref.get("flowType")))
        unit = _entry(entry, "unit")
        amount = self._number(row, pointer, entry.get("amount"))
        if kind is None or not ref.get("@id"):
            self._leave_out(row, "S-BLANK-01", f"{pointer}/flow", "")
        spread = _entry(entry, "uncertainty").get("geomSd")
        return Line(
            str(entry.get("@id") or entry.get("internalId") or index),
            str(ref["@id"]),
            str(flow.get("name") or ref.get("name") or ""),
            kind,
            bool(entry.get(self._is_input)),
            amount,
            str(entry.get("amount")),
            str(unit.get("name") or ""),
            self._groups.get(unit.get("@id")),
            self._path(flow.get("category") or ref.get("category")),
            bool(entry.get(self._is_reference)),
            bool(entry.get(self._is_avoided)),
            _entry(entry, "defaultProvider").get("@id"),
            None,
            str(spread) if spread else None,
            "gsd" if spread else "none",
        )

    def _number(self, row: TextRow, pointer: str, found: object) -> Fraction:
        amount = _fraction(found)
        if amount is None:
            self._leave_out(row, "E-NUM-01", f"{pointer}/amount", str(found))
        return amount

    def _leave_out(self, row: TextRow, code: str, pointer: str, value: str) -> NoReturn:
        """Leave the process out, the place of the fault as its column.

        Raises:
            LeftOut: always.
        """
        bad = TextRow(row.file, row.number, {**row.cells, pointer: value})
        self._harvest.leave_out(bad, code, pointer, locator=pointer)
        raise LeftOut

    def _path(self, category: Any) -> str:
        """A category as a path: a text in schema 2, a chain of entries in schema 1."""
        if not isinstance(category, dict):
            return str(category or "")
        known = str(category.get("@id"))
        if known not in self._paths:
            entry = self._by_id["categories"].get(known, {})
            parent = entry.get("category")
            above = self._path(parent) if parent and parent.get("@id") != known else ""
            name = str(category.get("name") or entry.get("name") or "")
            self._paths[known] = f"{above}/{name}" if above else name
        return self._paths[known]

    def _day(self, text: Any) -> dt.date | None:
        """The day of a date; the time of day and its zone say nothing of the data."""
        try:
            found = dt.date.fromisoformat(str(text or "")[:10])
        except ValueError:
            return None
        return None if found.year in self._rules.block["dates"]["unknown_years"] else found


def _text(value: Any) -> str:
    return " ".join(str(value or "").split())


def _factors(entry: Entry) -> tuple[dict[str, Fraction] | None, str]:
    """The publisher's allocation factor by product flow and what it rests on.

    The default method of the process counts, else the physical one. Factors of single
    exchanges (causal allocation) are not shares of the whole process.
    """
    entries = _entries(entry, "allocationFactors")
    if not entries:
        return None, ""
    default = str(entry.get("defaultAllocationMethod") or "")
    wanted = default if default in METHODS else "PHYSICAL_ALLOCATION"
    found: dict[str, Fraction] = {}
    for factor in entries:
        product = _entry(factor, "product").get("@id")
        value = _fraction(factor.get("value"))
        if factor.get("exchange") or factor.get("allocationType") != wanted:
            continue
        if product and value is not None:
            found[product] = value
    return found, METHODS[wanted]
