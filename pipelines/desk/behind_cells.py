"""What lies behind the cells of .xlsx and .ods: formulas, errors, what is hidden.

Belongs here: the parts of a workbook that its reader does not show, found without building a
tree of it. Does not belong here: values of cells (``reading_child``). Standard library only:
this runs in the parsing process.

Source:
    ECMA-376-1 clauses 18.3.1.4 c, 18.3.1.13 col, 18.3.1.40 f, 18.3.1.73 row; OpenDocument 1.3
    part 3 clauses 9.1.2 to 9.1.4, 19.642 table:formula, 19.749 table:visibility.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.parsers import expat

from pipelines.desk.archive_bytes import has_formula
from pipelines.desk.biff import ERROR_TEXT, BehindCells

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ERROR_TEXT = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})<")
_IS_ERROR = re.compile(rb"t=[\"']e[\"'][^>]*>")
_PREFIXED = re.compile(rb":(?:f|c|row|col|v)[\s/>]")


class _Tags:
    """The patterns of a sheet's tags, for one spelling of them; compiled when they are asked."""

    def __init__(self, start: bytes) -> None:
        self._start = start

    def _spelt(self, rest: bytes) -> re.Pattern[bytes]:
        return re.compile(self._start + rest)

    @property
    def formula(self) -> re.Pattern[bytes]:
        return self._spelt(rb"f(?:\s[^>]*?)?(?:/>|>([^<]*)<)")

    @property
    def cell(self) -> re.Pattern[bytes]:
        return self._spelt(rb"c\s[^>]*?\br=[\"']([A-Z]+)(\d+)[\"']")

    @property
    def row(self) -> re.Pattern[bytes]:
        return self._spelt(rb"row\s[^>]*?\br=[\"'](\d+)[\"']")

    @property
    def hidden_row(self) -> re.Pattern[bytes]:
        return self._spelt(b"row" + _HIDDEN)

    @property
    def hidden_column(self) -> re.Pattern[bytes]:
        return self._spelt(b"col" + _HIDDEN)

    @property
    def wide(self) -> re.Pattern[bytes]:
        return self._spelt(rb"c\s[^>]*?\br=[\"']([A-Z]{2,})\d")


_HIDDEN = rb"\s(?=[^>]*\bhidden=[\"'](?:1|true)[\"'])([^>]*)>"
_PLAIN = _Tags(b"<")
_ANY = _Tags(rb"<(?:\w+:)?")


def _tags(xml: bytes) -> _Tags:
    return _ANY if _PREFIXED.search(xml) else _PLAIN


# How far before a formula its cell's tag can begin.
_BACK = 4096
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "


_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def _unescaped(text: str) -> str:
    """A text with the references of XML replaced by what they stand for.

    Example:
        >>> _unescaped("A1&lt;&#66;1 &amp;lt; &bad;")
        'A1<B1 &lt; &bad;'
    """
    return _REFERENCE.sub(_referred, text) if "&" in text else text


def _referred(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1]) if match[1] else int(match[2], 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _attribute(tag: bytes, name: str) -> str | None:
    found = re.search(rb"(?:^|\s)(?:\w+:)?" + name.encode() + rb"=[\"']([^\"']*)[\"']", tag)
    return _unescaped(found[1].decode("utf-8", "replace")) if found else None


def _holds(xml: bytes, wanted: bytes, rare: bytes) -> bool:
    """Whether bytes occur; looks no further than the last of a rare byte among them.

    Example:
        >>> _holds(b"<c r='A1'>", b" r='", b"'"), _holds(b'<c r="A1">', b" r='", b"'")
        (True, False)
    """
    return xml.find(wanted, 0, xml.rfind(rare) + len(wanted)) >= 0


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - 64
    return number - 1


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Names of the sheets of an .xlsx to the entries that hold them."""
    names = set(archive.namelist())
    book = archive.read("xl/workbook.xml")
    rels = "xl/_rels/workbook.xml.rels"
    targets: dict[str, str] = {}
    for tag in _RELATION.findall(archive.read(rels) if rels in names else b""):
        target = _attribute(tag, "Target") or ""
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        targets[_attribute(tag, "Id") or ""] = part
    parts = {}
    for tag in _SHEET.findall(book):
        part = targets.get(_attribute(tag, "id") or "", "")
        if part in names:
            parts[_attribute(tag, "name") or ""] = part
    return parts


def behind_archive(data: bytes, form: str) -> dict[str, BehindCells]:
    """What lies behind the cells of each sheet of an .xlsx or .ods, by the sheet's name.

    Raises:
        zipfile.BadZipFile: or another error of reading: the archive is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if form == "ods":
            return behind_content(archive.read("content.xml"))
        parts = sheet_parts(archive)
        return {name: behind_sheet(archive.read(part)) for name, part in parts.items()}


def largest_places(data: bytes) -> dict[str, tuple[int, int]]:
    """Largest row and column that each sheet of an .xlsx names, by the sheet's name.

    Raises:
        zipfile.BadZipFile: or another error of reading: the archive is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = sheet_parts(archive)
        return {name: largest_place(archive.read(part)) for name, part in parts.items()}


def largest_place(xml: bytes) -> tuple[int, int]:
    """Largest row and column (counted from 1) that a sheet of an .xlsx names."""
    tags = _tags(xml)
    return (
        max((int(n[:9]) for n in tags.row.findall(xml)), default=0),
        max((_column(letters) + 1 for letters in set(tags.wide.findall(xml))), default=26),
    )


def behind_sheet(xml: bytes) -> BehindCells:
    """What lies behind the cells of one sheet of an .xlsx.

    Example:
        >>> found = behind_sheet(b'<row r="1"><c r="B1"><f>A1*2</f><v>4</v></c></row>')
        >>> found.formulas
        {(0, 1): 'A1*2'}
    """
    found = BehindCells()
    tags = _tags(xml)
    for match in tags.formula.finditer(xml) if has_formula(xml) else ():
        before = xml[max(match.start() - _BACK, 0) : match.start()]
        cells = tags.cell.findall(before)
        if cells:
            letters, number = cells[-1]
            text = _unescaped((match[1] or b"").decode("utf-8", "replace"))
            found.formulas[int(number[:9]) - 1, _column(letters)] = text
        else:
            found.formulas[max(before.count(b"<row"), 1) - 1, 0] = ""
    has_errors = b't="e"' in xml or _holds(xml, b"t='e", b"'")
    for match in _IS_ERROR.finditer(xml) if has_errors else ():
        cells = tags.cell.findall(xml, max(match.start() - _BACK, 0), match.end())
        told = _ERROR_TEXT.search(xml, match.end(), match.end() + _BACK)
        if cells:
            place = int(cells[-1][1][:9]) - 1, _column(cells[-1][0])
            found.errors[place] = told[1].decode("utf-8", "replace") if told else ERROR_TEXT
    if b"hidden=" in xml:
        found.hidden_rows = {
            int(number) - 1
            for tag in tags.hidden_row.findall(xml)
            if (number := _attribute(tag, "r") or "").isdigit()
        }
        for tag in tags.hidden_column.findall(xml):
            first, last = _attribute(tag, "min") or "", _attribute(tag, "max") or ""
            if first.isdigit() and last.isdigit():
                found.hidden_columns |= set(range(int(first) - 1, min(int(last), 16384)))
    return found


class _Content:
    """Walks ``content.xml`` of an .ods and notes what lies behind its cells."""

    def __init__(self) -> None:
        self.sheets: dict[str, BehindCells] = {}
        self._now = BehindCells()
        self._row = self._column = self._rows = self._first_column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not name.startswith(_TABLE):
            return
        kind = name[len(_TABLE) :]
        if kind == "table":
            self._now = self.sheets.setdefault(attributes.get(_TABLE + "name", ""), BehindCells())
            self._row = self._column = self._rows = self._first_column = 0
        elif kind == "table-column":
            self._columns(attributes)
        elif kind == "table-row":
            self._row += self._rows
            self._rows = _repeated(attributes, "number-rows-repeated")
            self._column = 0
            if _is_hidden(attributes):
                self._now.hidden_rows |= set(range(self._row, self._row + min(self._rows, 65536)))
        elif kind in {"table-cell", "covered-table-cell"}:
            formula = attributes.get(_TABLE + "formula")
            if formula is not None:
                self._now.formulas[self._row, self._column] = formula.removeprefix("of:=")
            self._column += _repeated(attributes, "number-columns-repeated")

    def _columns(self, attributes: dict[str, str]) -> None:
        count = _repeated(attributes, "number-columns-repeated")
        if _is_hidden(attributes):
            first = self._first_column
            self._now.hidden_columns |= set(range(first, first + min(count, 16384)))
        self._first_column += count


def _repeated(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(_TABLE + name, "1")
    return int(text[:9]) if text.isascii() and text.isdigit() else 1


def _is_hidden(attributes: dict[str, str]) -> bool:
    return attributes.get(_TABLE + "visibility", "visible") in {"collapse", "filter"}


def behind_content(xml: bytes) -> dict[str, BehindCells]:
    """What lies behind the cells of each sheet of an .ods, by the sheet's name.

    Raises:
        expat.ExpatError: it is no well-formed XML, or declares an entity.
    """
    content = _Content()
    isfinal = True
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = False
    parser.StartElementHandler = content.start
    parser.EntityDeclHandler = _refuse
    parser.Parse(xml, isfinal)
    return content.sheets


def _refuse(*_: object) -> None:
    raise expat.ExpatError("an entity is declared")
