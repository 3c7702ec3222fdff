"""Data sets in ILCD files: their kind by their root, their elements by local name.

Belongs here: parsing without document types or external entities, the index of data sets by
kind and UUID, text of elements. Does not belong here: what results and amounts mean
(``ilcd_samples``), the declared unit (``_ilcd_samples_reference``).
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.tabular.published_file import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.ingest.seed_folder import Edition

PROCESS, METHOD, FLOW = "processDataSet", "LCIAMethodDataSet", "flowDataSet"
PROPERTY, UNIT_GROUP = "flowPropertyDataSet", "unitGroupDataSet"
# Read only where another data set refers to them, or not at all.
OTHERS = (
    FLOW, PROPERTY, UNIT_GROUP, "contactDataSet", "sourceDataSet", "CategorySystem",
    "lifeCycleModelDataSet", "LifeCycleModelDataSet",
)  # fmt: skip
KINDS = (PROCESS, METHOD, *OTHERS)


@dataclass(frozen=True)
class DataSet:
    """One ILCD data set in XML.

    Attributes:
        name: file name within the edition.
        kind: local name of the root.
        root: the root element.
        uuid: its UUID, lower case; blank where it has none.
        version: its version as numbers, for comparing.
    """

    name: str
    kind: str
    root: ET.Element
    uuid: str
    version: tuple[int, ...]


@dataclass
class DataSets:
    """The data sets of an edition.

    Attributes:
        by_kind: in the order of the file names.
        tidas: TIDAS (ILCD as JSON) data sets: file name, kind, content.
        tables: names of the tabular files.
    """

    by_kind: dict[str, list[DataSet]] = field(default_factory=dict)
    tidas: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)

    def find(self, kind: str, uuid: str) -> DataSet | None:
        """The data set of a kind and UUID, the newest version of several; None without one."""
        found = [d for d in self.by_kind.get(kind, []) if d.uuid == uuid.lower() and uuid]
        return max(found, key=lambda d: d.version, default=None)


def local(element: ET.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rsplit("}", 1)[-1]


def each(element: ET.Element | None, *path: str) -> Iterator[ET.Element]:
    """The elements at a path of local names."""
    if element is None:
        return
    if not path:
        yield element
        return
    for child in element:
        if local(child) == path[0]:
            yield from each(child, *path[1:])


def first(element: ET.Element | None, *path: str) -> ET.Element | None:
    """The first element at a path, or None."""
    return next(each(element, *path), None)


def text(element: ET.Element | None, *path: str, language: str | None = None) -> str:
    """The text at a path, in a language where one is asked for; blank without one.

    Example:
        >>> text(ET.fromstring("<a><b> 1 </b></a>"), "b")
        '1'
    """
    for found in each(element, *path):
        said = next((v for k, v in found.attrib.items() if k.endswith("}lang")), None)
        if language in (None, said):
            return " ".join((found.text or "").split())
    return ""


def attribute(element: ET.Element | None, name: str) -> str:
    """The attribute of a local name; blank without one."""
    if element is None:
        return ""
    return next((v for k, v in element.attrib.items() if k.rsplit("}", 1)[-1] == name), "").strip()


def read_datasets(edition: Edition) -> DataSets:
    """The data sets of an edition's files, decided by their bytes and roots.

    Raises:
        UnreadableInput: E-FILE-01, another format, damaged, or XML with a document type;
            E-FILE-02, a root that is no data set of ILCD.
    """
    found = DataSets()
    for row in edition.file_rows:
        name = str(row["file_name"])
        shown, path = edition.shown(name), edition.path(name)
        kind = kind_of(path)
        if kind == "xml":
            made = _dataset(name, shown, path.read_bytes())
            found.by_kind.setdefault(made.kind, []).append(made)
        elif kind == "json":
            found.tidas.append((name, *_tidas(shown, path.read_bytes())))
        elif kind == "text":
            found.tables.append(name)
        else:
            raise UnreadableInput(
                finding("E-FILE-01", file=shown, found=kind, wanted="xml, json, csv")
            )
    return found


def _refuse_document_type(*_: Any) -> None:
    raise ValueError("DOCTYPE")


def _dataset(name: str, shown: str, body: bytes) -> DataSet:
    guard = expat.ParserCreate()
    # A document type may name files and define entities that grow without end.
    guard.StartDoctypeDeclHandler = _refuse_document_type
    try:
        guard.Parse(body, True)  # noqa: FBT003
        root = ET.fromstring(body)  # noqa: S314  document types were refused above
    except (expat.ExpatError, ET.ParseError, ValueError, LookupError) as error:
        raise UnreadableInput(
            finding("E-FILE-01", file=shown, found=str(error), wanted="xml")
        ) from error
    kind = local(root)
    _require_known(shown, kind)
    version = _first_of(root, "dataSetVersion")
    numbers = tuple(int(part) for part in version.split(".") if part.isascii() and part.isdigit())
    return DataSet(name, kind, root, _first_of(root, "UUID").lower(), numbers)


def _first_of(root: ET.Element, name: str) -> str:
    """The text of the first element of a local name, above amounts and factors."""
    return next(((e.text or "").strip() for e in root.iter() if local(e) == name), "")


def _tidas(shown: str, body: bytes) -> tuple[str, dict[str, Any]]:
    try:
        whole = json.loads(body.decode("utf-8-sig"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise UnreadableInput(
            finding("E-FILE-01", file=shown, found=type(error).__name__, wanted="json")
        ) from error
    kind = next(iter(whole), "") if isinstance(whole, dict) else ""
    _require_known(shown, kind)
    if not isinstance(whole[kind], dict):
        raise UnreadableInput(finding("E-FILE-01", file=shown, found="json", wanted=kind))
    return kind, whole[kind]


def _require_known(shown: str, kind: str) -> None:
    if kind not in KINDS:
        raise UnreadableInput(
            finding("E-FILE-02", file=shown, value=kind or "-", column="root", expected=KINDS)
        )
