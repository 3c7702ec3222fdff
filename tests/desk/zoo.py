"""The zoo: hostile and clumsy files, built on the spot, each with what must be found.

Belongs here: files that people or attackers hand in, whole files first. Does not belong here:
single cells (``zoo_cells``).
"""

from __future__ import annotations

import datetime as dt
import io
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import xlwt

from pipelines.desk.submitted import cell_name
from tests.desk.handed_in import (
    NAMES,
    TITLES,
    column,
    csv_bytes,
    good_row,
    grid,
    ods,
    rezipped,
    xls,
    xlsx,
)

ONE = grid(good_row())
WIDTH = len(NAMES)


@dataclass(frozen=True)
class Beast:
    """One file: its name, how it is made, what must be found and where.

    Attributes:
        file: the name it is handed in under.
        make: makes its bytes.
        codes: every code that must be found, with its cell; no other may be.
        outcome: ``refused``, ``quarantined`` or ``accepted``.
        name: what it is, when the file's name does not say.
    """

    file: str
    make: Callable[[], bytes]
    codes: frozenset[tuple[str, str | None]]
    outcome: str = "refused"
    name: str = ""


def _whole(file: str, make: Callable[[], bytes], *codes: str, name: str = "") -> Beast:
    return Beast(file, make, frozenset((c, None) for c in codes), name=name or file)


def at(name: str, row: int = 3) -> str:
    """The cell of a column; rows as a person counts them, data begin in row 3."""
    return cell_name(row - 1, column(name))


def _zip(entries: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return held.getvalue()


def _bomb() -> bytes:
    """Fifteen parts of eight megabytes, each within the ratio of an honest sheet."""
    block = random.Random(7).randbytes(4096) + b"\x00" * 61440
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(15):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", block * 128)
    return held.getvalue()


def _encrypted_zip() -> bytes:
    data = bytearray(xlsx(ONE))
    at_central = data.find(b"PK\x01\x02")
    data[at_central + 8] |= 1
    return bytes(data)


def _named(name: str) -> bytes:
    return rezipped(xlsx(ONE), add={name: b"x"})


def _nul_name() -> bytes:
    return _named("xl/media/a_b.txt").replace(b"a_b.txt", b"a\x00b.txt")


def _doubled() -> bytes:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return rezipped(xlsx(ONE), add={"xl/workbook.xml": b"<workbook/>"})


def _sheet(old: bytes, new: bytes) -> bytes:
    def change(name: str, body: bytes) -> bytes:
        return body.replace(old, new, 1) if name == "xl/worksheets/sheet1.xml" else body

    return rezipped(xlsx(ONE), change)


def _part(part: str, old: bytes, new: bytes) -> bytes:
    return rezipped(xlsx(ONE), lambda n, b: b.replace(old, new, 1) if n == part else b)


def _ole(*names: str) -> bytes:
    """A compound file whose directory names these streams and nothing else of use."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 62, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 40, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", head, 76, 0, *([0xFFFFFFFF] * 108))
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *([0xFFFFFFFF] * 126))
    entries = b""
    for number, name in enumerate(("Root Entry", *names)):
        text = name.encode("utf-16-le") + b"\0\0"
        entry = bytearray(128)
        entry[: len(text)] = text
        struct.pack_into("<HBB", entry, 64, len(text), 5 if number == 0 else 2, 1)
        struct.pack_into("<III", entry, 68, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
        struct.pack_into("<II", entry, 116, 0xFFFFFFFE, 0)
        entries += bytes(entry)
    return bytes(head) + fat + entries.ljust(512, b"\0")


def _records(*records: tuple[int, bytes]) -> bytes:
    """A good .xls with records put at the head of its workbook stream, within its size."""
    data = bytearray(xls(ONE))
    start = data.find(struct.pack("<HHH", 0x0809, 16, 0x0600))
    first = start + 20
    size = sum(4 + len(body) for _, body in records)
    made = b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)
    data[first : first + size] = made
    return bytes(data)


def _cells(rows: int, columns: int) -> bytes:
    body = "".join(
        f'<row r="{r}"><c r="{cell_name(r - 1, columns - 1)}"><v>1</v></c></row>' for r in (1, rows)
    )
    return _part("xl/worksheets/sheet1.xml", b"</sheetData>", body.encode() + b"</sheetData>")


def _again(book, _page) -> None:
    page = book.add_worksheet("factor")
    for r, row in enumerate(ONE):
        page.write_row(r, 0, row)


REFUSED = [
    _whole("empty.xlsx", lambda: b"", "E-INTAKE-01"),
    _whole("blank.csv", lambda: b"\r\n\r\n  \r\n", "E-INTAKE-01"),
    _whole("nul.xlsx", lambda: b"\0" * 4096, "E-INTAKE-01"),
    _whole("large.csv", lambda: b"a," * 11_000_000, "E-INTAKE-02"),
    _whole("pdf.xlsx", lambda: b"%PDF-1.7\n1 0 obj", "E-INTAKE-03"),
    _whole("png.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"0" * 99, "E-INTAKE-03"),
    _whole("html.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>",
           "E-INTAKE-03"),
    _whole("xml.xls", lambda: b"<?xml version='1.0'?><Workbook/>", "E-INTAKE-03"),
    _whole("rtf.xls", lambda: b"{\\rtf1\\ansi abc}", "E-INTAKE-03"),
    _whole("seven.xlsx", lambda: b"7z\xbc\xaf\x27\x1c" + b"0" * 99, "E-INTAKE-03"),
    _whole("program.xlsx", lambda: b"MZ\x90\x00" + b"\0" * 99, "E-INTAKE-03"),
    _whole("random.csv", lambda: bytes(range(1, 32)) * 99, "E-INTAKE-03"),
    _whole("word.xlsx", lambda: _zip({"word/document.xml": b"<a/>"}), "E-INTAKE-03"),
    _whole("slides.xlsx", lambda: _zip({"ppt/presentation.xml": b"<a/>"}), "E-INTAKE-03"),
    _whole("binary.xlsx", lambda: _zip({"xl/workbook.bin": b"a"}), "E-INTAKE-03"),
    _whole("photos.xlsx", lambda: _zip({"a.txt": b"a"}), "E-INTAKE-03"),
    _whole("text.ods", lambda: _zip({"mimetype": b"application/vnd.oasis.opendocument.text"}),
           "E-INTAKE-03"),
    _whole("letter.xls", lambda: _ole("WordDocument"), "E-INTAKE-03"),
    _whole("stream.xls", lambda: _ole("Something"), "E-INTAKE-03"),
    _whole("half.xlsx", lambda: xlsx(ONE)[:2000], "E-INTAKE-04"),
    _whole("half.ods", lambda: ods(ONE)[:900], "E-INTAKE-04"),
    _whole("half.xls", lambda: xls(ONE)[:3000], "E-INTAKE-04"),
    _whole("tail.xlsx", lambda: xlsx(ONE)[:-30], "E-INTAKE-04"),
    _whole("crc.xlsx", lambda: _flipped(xlsx(ONE)), "E-INTAKE-04"),
    _whole("nosheet.xlsx", lambda: _part("xl/worksheets/sheet1.xml", b"<sheetData>", b"<broken"),
           "E-INTAKE-04"),
    _whole("emptybook.xls", lambda: _ole("Workbook"), "E-INTAKE-04"),
    _whole("many.xlsx", lambda: rezipped(
        xlsx(ONE), add={f"xl/media/{n}.txt": b"" for n in range(300)}), "E-INTAKE-05"),
    _whole("bomb.xlsx", _bomb, "E-INTAKE-06"),
    _whole("ratio.xlsx", lambda: rezipped(xlsx(ONE), add={"xl/media/0.txt": b"0" * 4_000_000}),
           "E-INTAKE-07"),
    _whole("up.xlsx", lambda: _named("../../evil.txt"), "E-INTAKE-08"),
    _whole("root.xlsx", lambda: _named("/etc/cron.d/evil"), "E-INTAKE-08"),
    _whole("drive.xlsx", lambda: _named("C:/evil.txt"), "E-INTAKE-08"),
    _whole("backslash.xlsx", lambda: _named("xl\\evil.txt"), "E-INTAKE-08"),
    _whole("nulname.xlsx", _nul_name, "E-INTAKE-08"),
    _whole("double.xlsx", _doubled, "E-INTAKE-08"),
    _whole("zipcrypto.xlsx", _encrypted_zip, "E-INTAKE-09"),
    _whole("password.xlsx", lambda: _ole("EncryptedPackage", "EncryptionInfo"), "E-INTAKE-09"),
    _whole("filepass.xls", lambda: _records((0x2F, b"\x01\x00" + b"\x00" * 50)), "E-INTAKE-09"),
    _whole("macro.xlsm", lambda: _named("xl/vbaProject.bin"), "E-INTAKE-10"),
    _whole("macrosheet.xlsx", lambda: _named("xl/macrosheets/sheet1.xml"), "E-INTAKE-10"),
    _whole("basic.ods", lambda: rezipped(ods(ONE), add={"Basic/Standard/a.xml": b"<a/>"}),
           "E-INTAKE-10"),
    _whole("vba.xls", lambda: _ole("Workbook", "_VBA_PROJECT_CUR"), "E-INTAKE-10"),
    _whole("links.xlsx", lambda: _named("xl/externalLinks/externalLink1.xml"), "E-INTAKE-11"),
    _whole("ole.xlsx", lambda: _named("xl/embeddings/oleObject1.bin"), "E-INTAKE-11"),
    _whole("query.xlsx", lambda: _named("xl/connections.xml"), "E-INTAKE-11"),
    _whole("target.xlsx", lambda: _part(
        "xl/_rels/workbook.xml.rels", b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://x/image" Target="file:///etc/passwd" '
        b'TargetMode="External"/></Relationships>'), "E-INTAKE-11"),
    _whole("service.xlsx", lambda: _sheet(
        b"</sheetData>", b'<row r="9"><c r="A9"><f>WEBSERVICE("http://x")</f><v>1</v></c></row>'
        b"</sheetData>"), "E-INTAKE-11"),
    _whole("dde.xlsx", lambda: _sheet(
        b"</sheetData>", b'<row r="9"><c r="A9"><f>cmd|\' /c calc\'!A0</f><v>1</v></c></row>'
        b"</sheetData>"), "E-INTAKE-11"),
    _whole("supbook.xls", lambda: _records((0x01AE, struct.pack("<HH", 1, 5) + b"\0" * 20)),
           "E-INTAKE-11"),
    _whole("xxe.xlsx", lambda: _sheet(
        b"<worksheet", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet'),
        "E-INTAKE-12"),
    _whole("laughs.xlsx", lambda: _part(
        "xl/sharedStrings.xml", b"<sst",
        b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst'),
        "E-INTAKE-12"),
    _whole("xxe.ods", lambda: ods(ONE, prolog='<!DOCTYPE a SYSTEM "http://x/a.dtd">'),
           "E-INTAKE-12"),
    _whole("far.xlsx", lambda: _cells(1_048_576, 3), "E-INTAKE-13"),
    _whole("wide.xlsx", lambda: _cells(3, 16_384), "E-INTAKE-13"),
    _whole("columns.csv", lambda: csv_bytes([[f"c{n}" for n in range(300)]] * 3),
           "E-INTAKE-13"),
    _whole("rows.csv", lambda: b"a,b\r\n" * 60_000, "E-INTAKE-13"),
    _whole("utf16.csv", lambda: csv_bytes(ONE).decode().encode("utf-16"), "E-INTAKE-15"),
    _whole("mixed.csv", lambda: csv_bytes(ONE) + csv_bytes(ONE[2:], "gb18030"), "E-INTAKE-15"),
    _whole("bomlie.csv", lambda: b"\xef\xbb\xbf" + csv_bytes(ONE, "gb18030"), "E-INTAKE-15"),
    _whole("latin.csv", lambda: csv_bytes(ONE) + b"\xff\xfe\xff", "E-INTAKE-15"),
    _whole("old.xlsx", lambda: xls(ONE), "E-INTAKE-16", name="xls under .xlsx"),
    _whole("new.xls", lambda: xlsx(ONE), "E-INTAKE-16", name="xlsx under .xls"),
    _whole("sheet.xlsx", lambda: ods(ONE), "E-INTAKE-16", name="ods under .xlsx"),
    _whole("plain.xlsx", lambda: csv_bytes(ONE), "E-INTAKE-16", name="csv under .xlsx"),
    _whole("noending", lambda: xlsx(ONE), "E-INTAKE-16"),
    _whole("quote.csv", lambda: csv_bytes(ONE) + b'"open,1,2\r\n', "E-INTAKE-17"),
    _whole("giant.csv", lambda: csv_bytes(grid(good_row(note="x" * 40_000))), "E-INTAKE-17"),
    _whole("foreign.xlsx", lambda: xlsx([["a", "b"], ["1", "2"]]), "E-FORM-01"),
    _whole("foreign.csv", lambda: b"a,b\r\n1,2\r\n", "E-FORM-01"),
    _whole("prose.csv", lambda: b"\xe6\x95\xb0 see the letter\r\n", "E-FORM-01"),
    _whole("titles.xlsx", lambda: xlsx([TITLES, *ONE[2:]]), "E-FORM-01"),
    _whole("headers.xlsx", lambda: xlsx(ONE[:2]), "E-FORM-04"),
    _whole("headers.csv", lambda: csv_bytes(ONE[:2]), "E-FORM-04"),
    _whole("renamed.csv", lambda: csv_bytes(_header("value", "values")), "E-FORM-02",
           "W-FORM-20", name="renamed column"),
    _whole("missing.csv", lambda: csv_bytes([_without(r, "region_code") for r in ONE]),
           "E-FORM-02"),
    _whole("twice.csv", lambda: csv_bytes(_header("note", "value")), "E-FORM-03"),
    _whole("sheets.xlsx", lambda: xlsx(ONE, more=_again),
           "E-FORM-03"),
]  # fmt: skip


def _flipped(data: bytes) -> bytes:
    at_part = data.find(b"xl/worksheets/sheet1.xml") + 60
    return data[:at_part] + bytes([data[at_part] ^ 0x40]) + data[at_part + 1 :]


def _header(old: str, new: str) -> list[list[str]]:
    return [[new if text == old else text for text in row] for row in ONE]


def _without(row: list[str], name: str) -> list[str]:
    return row[: column(name)] + row[column(name) + 1 :]


def _page(cells, more, **words) -> Callable[[], bytes]:
    return lambda: xlsx(cells, more=more, **words)


TWO = grid(good_row(1), good_row(2))


def _kept(file: str, make, *codes: tuple[str, str | None], outcome="quarantined", name="") -> Beast:
    return Beast(file, make, frozenset(codes), outcome, name or file)


def _blank(cells: list[list[str]], row: int, place: int) -> list[list[str]]:
    made = [list(r) for r in cells]
    made[row][place] = ""
    return made


def _ods_row(answers: dict[str, str], cell: str = "", row: str = "") -> str:
    texts = [answers.get(n, "") for n in NAMES]
    cells = "".join(
        f'<table:table-cell office:value-type="string" {cell if n == 0 else ""}>'
        f"<text:p>{t}</text:p></table:table-cell>"
        for n, t in enumerate(texts)
    )
    return f"<table:table-row {row}>{cells}</table:table-row>"


VALUE = column("value")
STRUCTURE = [
    _kept("formula.xlsx", _page(TWO, lambda _, p: p.write_formula(
        2, VALUE, "=70+2.59", None, 72.59)), ("E-FORM-06", at("value"))),
    _kept("novalue.xlsx", _page(TWO, lambda _, p: p.write_formula(3, VALUE, "=A1*2", None, "")),
          ("E-FORM-17", at("value", 4))),
    _kept("formula.xls", lambda: xls(_blank(TWO, 2, VALUE), lambda _, p: p.write(
        2, VALUE, xlwt.Formula("70+2"))), ("E-FORM-17", at("value"))),
    _kept("formula.ods", lambda: ods(ONE, rows=_ods_row(good_row(2), 'table:formula="of:=1+2"')),
          ("E-FORM-06", "A4")),
    _kept("error.xlsx", _page(TWO, lambda _, p: p.write_formula(
        2, VALUE, "=1/0", None, "#DIV/0!")), ("E-FORM-13", at("value")),
        ("E-FORM-06", at("value")), ("E-FIG-01", at("value"))),
    _kept("merged.xlsx", _page(_blank(TWO, 3, VALUE), lambda _, p: p.merge_range(
        2, VALUE, 3, VALUE, "72.59")), ("E-FORM-10", at("value")), ("E-FORM-10", at("value", 4)),
        ("E-FORM-05", at("value", 4))),
    _kept("again.csv", lambda: csv_bytes([*TWO, NAMES, *grid(good_row(3))[2:]]),
          ("E-FORM-12", "A5")),
    _kept("ragged.csv", lambda: csv_bytes([*ONE, [*grid(good_row(2))[2], "more"]]),
          ("E-FORM-16", cell_name(3, WIDTH))),
    _kept("key.csv", lambda: csv_bytes(grid(good_row(1), good_row(2, record_key="FUEL-01"))),
          ("E-FORM-11", "A4")),
    _kept("hiddenrow.xlsx", _page(TWO, lambda _, p: p.set_row(3, None, None, {"hidden": True})),
          ("W-FORM-22", "A4"), outcome="accepted"),
    _kept("hiddencolumn.xlsx", _page(TWO, lambda _, p: p.set_column(
        VALUE, VALUE, 10, None, {"hidden": True})), ("W-FORM-23", at("value", 2)),
        outcome="accepted"),
    _kept("hiddenrow.xls", lambda: xls(TWO, lambda _, p: setattr(p.row(3), "hidden", True)),
          ("W-FORM-22", "A4"), outcome="accepted"),
    _kept("hiddenrow.ods", lambda: ods(ONE, rows=_ods_row(
        good_row(2), row='table:visibility="collapse"')), ("W-FORM-22", "A4"), outcome="accepted"),
    _kept("hiddensheet.xlsx", _page(TWO, lambda b, p: (b.add_worksheet("填报说明").activate(),
                                                       p.hide())),
          ("W-FORM-24", None), outcome="accepted"),
    _kept("shifted.xlsx", lambda: xlsx([["2025 年填报"], [], *TWO]), ("W-FORM-21", None),
          outcome="accepted"),
    _kept("onlynames.csv", lambda: csv_bytes(TWO[1:]), outcome="accepted"),
    _kept("extra.csv", lambda: csv_bytes([[*r, t] for r, t in zip(
        ONE, ("自定", "own_column", "x"), strict=True)]), ("W-FORM-20", cell_name(1, WIDTH)),
        outcome="accepted"),
    _kept("othersheet.xlsx", _page(ONE, lambda b, _: b.add_worksheet("草稿").write(0, 0, "x")),
          ("W-FORM-30", None), outcome="accepted"),
    _kept("sheetname.xlsx", lambda: xlsx(ONE, sheet="Sheet1"), outcome="accepted",
          name="main sheet under another name"),
    _kept("gb.csv", lambda: csv_bytes(TWO, "gb18030"), ("W-FORM-28", None), outcome="accepted"),
    _kept("bom.csv", lambda: csv_bytes(TWO, "utf-8-sig"), outcome="accepted"),
    _kept("tabs.csv", lambda: csv_bytes(TWO, delimiter="\t"), ("W-FORM-29", None),
          outcome="accepted"),
    _kept("semicolons.csv", lambda: csv_bytes(TWO, delimiter=";"), ("W-FORM-29", None),
          outcome="accepted"),
    _kept("serial.xlsx", _page(_blank(ONE, 2, column("data_end")), lambda _, p: p.write_number(
        2, column("data_end"), 43465)), ("E-FIG-11", at("data_end"))),
    _kept("realdate.xlsx", _page(_blank(ONE, 2, column("data_end")), lambda b, p: p.write_datetime(
        2, column("data_end"), dt.datetime(2018, 12, 31),
        b.add_format({"num_format": "yyyy-mm-dd"}))),
        outcome="accepted"),
    _kept("codenumber.xlsx", _page(_blank(ONE, 2, column("region_code")), lambda _, p:
        p.write_number(2, column("region_code"), 1)), ("E-FIG-09", at("region_code"))),
    _kept("numbers.xlsx", _page(_blank(ONE, 2, VALUE), lambda _, p: p.write_number(
        2, VALUE, 72.59)),
          outcome="accepted"),
    _kept("longcell.xls", lambda: xls(grid(good_row(note="长" * 30_000))), outcome="accepted"),
]  # fmt: skip
