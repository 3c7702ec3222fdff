"""The EcoSpold 1 form of the database, as openLCA exports it.

Belongs here: data sets of the XML as unit processes, names and keys made distinct. Does not
belong here: openLCA JSON-LD, linking.

Source:
    Hedemann, König: Technical documentation of the ecoinvent database (EcoSpold 1), 2007:
    input group 5 and output groups 0 to 3 are technosphere, 4 is nature.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn
from xml.etree import ElementTree as ET

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.ingest.published_harvest import LeftOut
from pipelines.quantities.number import NotANumber, exact
from pipelines.sources._uslci_container import DAMAGED
from pipelines.sources._uslci_inventory import Inventory, Kind, Line, UnitProcess, plain
from pipelines.sources._uslci_layouts import ECOSPOLD1
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipelines.ingest.published_harvest import PublishedHarvest
    from pipelines.sources._uslci_container import Container
    from pipelines.sources._uslci_rules import LinkingRules

    Element = ET.Element

SPACE = "{http://www.EcoInvent.org/EcoSpold01}"
# Input and output group: kind of flow, whether it is an input.
GROUPS: dict[str, tuple[Kind, bool]] = {
    "input4": ("elementary", True), "output4": ("elementary", False),
    "output3": ("waste", False), "output0": ("product", False), "output1": ("product", False),
    "output2": ("product", False), "input1": ("product", True), "input2": ("product", True),
    "input3": ("product", True), "input5": ("product", True),
}  # fmt: skip
LOGNORMAL = "1"
SNIPPET = 160


@dataclass(frozen=True)
class _Read:
    """A data set with the words that may tell it from others of its name."""

    process: UnitProcess
    comment: str


def read_ecospold1(
    container: Container, harvest: PublishedHarvest, rules: LinkingRules
) -> Inventory:
    """The unit processes of EcoSpold 1 XML; each data set counts as one row.

    Args:
        container: the zip.
        harvest: takes the data sets that cannot be read, with their reason.
        rules: the declared choices.

    Raises:
        UnreadableInput: a member is no well-formed XML, or a needed attribute is nowhere.
    """
    sets = list(_data_sets(container))
    seen = {
        f"{element.tag.removeprefix(SPACE)}.{name}"
        for one in sets
        for element in one.iter()
        for name in element.attrib
    }
    names = {column.split(".")[0] for column in ECOSPOLD1.known}
    harvest.layout(
        container.name, sorted(c for c in seen if c.split(".")[0] in names), (ECOSPOLD1,)
    )
    harvest.take(len(sets))
    read = []
    for number, one in enumerate(sets, start=1):
        try:
            read.append(_data_set(container, harvest, rules, number, one))
        except LeftOut:
            continue
    named = _distinct(read)
    processes = tuple(sorted((_with_key(p, rules) for p in named), key=lambda p: p.key))
    return Inventory(ECOSPOLD1.name, processes, {}, rules.block["dates"]["ecospold1_days"])


def _data_sets(container: Container) -> Iterable[Element]:
    with zipfile.ZipFile(container.path) as archive:
        for member in container.members:
            try:
                root = ET.fromstring(archive.read(member))  # noqa: S314 - no DTD, see container
            except (ET.ParseError, *DAMAGED) as error:
                raise UnreadableInput(
                    finding(
                        "E-FILE-01", file=container.shown, found=f"{member}: {error}", wanted="XML"
                    )
                ) from error
            yield from root.iter(f"{SPACE}dataset")


def _attribute(one: Element, element: str, name: str) -> str:
    found = one.find(f".//{SPACE}{element}")
    return " ".join(found.get(name, "").split()) if found is not None else ""


def _data_set(
    container: Container, harvest: PublishedHarvest, rules: LinkingRules, number: int, one: Element
) -> _Read:
    identifier = one.get("number", "")
    title = _attribute(one, "referenceFunction", "name")
    row = TextRow(container.shown, number, {"name": title, "number": identifier})
    locator = f"dataset[@number='{identifier}']"
    if not title or not identifier:
        harvest.leave_out(row, "S-BLANK-01", "name", locator=f"dataset {number}")
        raise LeftOut
    folder = _attribute(one, "referenceFunction", "subCategory")
    process = UnitProcess(
        row,
        locator,
        identifier,
        "",
        title,
        title,
        _attribute(one, "geography", "location"),
        _attribute(one, "geography", "text"),
        _attribute(one, "technology", "text"),
        folder.split(": ", 1)[-1],
        _day(one.findtext(f".//{SPACE}startDate"), rules),
        _day(one.findtext(f".//{SPACE}endDate"), rules),
        tuple(_lines(harvest, rules, row, locator, one)),
    )
    return _Read(process, _attribute(one, "referenceFunction", "generalComment")[:SNIPPET])


def _lines(
    harvest: PublishedHarvest, rules: LinkingRules, row: TextRow, locator: str, one: Element
) -> Iterable[Line]:
    nature = tuple(rules.block["nature"]["categories"])
    seen: Counter[str] = Counter()
    for index, entry in enumerate(one.iter(f"{SPACE}exchange"), start=1):
        group = _group(entry)
        place = f"{locator}/exchange[{index}]"
        if group not in GROUPS:
            _leave_out(harvest, row, "S-BLANK-01", f"{place}/group", "")
        kind, is_input = GROUPS[group]
        text = entry.get("meanValue", "")
        try:
            amount = exact(text)
        except NotANumber:
            _leave_out(harvest, row, "E-NUM-01", f"{place}/@meanValue", text)
        category = "/".join(filter(None, (entry.get("category"), entry.get("subCategory"))))
        name = f"{group}-{entry.get('number', '')}"
        seen[name] += 1
        spread = entry.get("standardDeviation95")
        is_lognormal = entry.get("uncertaintyType") == LOGNORMAL and spread is not None
        yield Line(
            name if seen[name] == 1 else f"{name}-{seen[name]}",
            entry.get("number", ""),
            entry.get("name", ""),
            "elementary" if category.startswith(nature) else kind,
            is_input,
            amount,
            text,
            entry.get("unit", ""),
            None,
            category,
            group == "output0",
            location=entry.get("location"),
            spread=spread if is_lognormal else None,
            spread_kind="gsd2" if is_lognormal else "none",
        )


def _leave_out(
    harvest: PublishedHarvest, row: TextRow, code: str, place: str, value: str
) -> NoReturn:
    bad = TextRow(row.file, row.number, {**row.cells, place: value})
    harvest.leave_out(bad, code, place, locator=place)
    raise LeftOut


def _group(entry: Element) -> str:
    for tag, side in (("inputGroup", "input"), ("outputGroup", "output")):
        found = entry.findtext(f"{SPACE}{tag}")
        if found is not None:
            return f"{side}{found.strip()}"
    return ""


def _day(text: str | None, rules: LinkingRules) -> dt.date | None:
    """The day of a date, moved back to what it was before the export."""
    dates = rules.block["dates"]
    try:
        found = dt.date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    if found.year in dates["unknown_years"]:
        return None
    return found + dt.timedelta(days=dates["ecospold1_days"])


def _distinct(read: Sequence[_Read]) -> list[UnitProcess]:
    """Names made distinct by place, year, technology, remark, and at last the number."""
    words: tuple[Callable[[_Read], str], ...] = (
        lambda r: r.process.geography[:SNIPPET],
        lambda r: str(r.process.start.year) if r.process.start else "",
        lambda r: r.process.technology[:SNIPPET],
        lambda r: r.comment,
        lambda r: f"data set {r.process.identifier}",
    )
    groups: dict[str, list[_Read]] = {}
    for one in read:
        groups.setdefault(plain(f"{one.process.title}|{one.process.location}"), []).append(one)
    named = []
    for members in groups.values():
        labels = {id(m): m.process.title for m in members}
        for word in words:
            if len(set(labels.values())) == len(members):
                break
            if len({word(m) for m in members}) > 1:
                labels = {id(m): f"{labels[id(m)]} | {word(m) or '-'}" for m in members}
        named += [replace(m.process, name=labels[id(m)]) for m in members]
    return named


def _with_key(process: UnitProcess, rules: LinkingRules) -> UnitProcess:
    """The process with its permanent key: its identity in JSON-LD, else name and place."""
    meant = f"{plain(process.name)} | {process.location or '-'}"
    return replace(process, key=rules.identities.get(meant, meant))
