"""A zip archive examined on its bytes: entries, names, sizes counted while inflating.

Belongs here: what an archive may hold before anything parses it. Does not belong here: what
its sheets say (``behind_cells``) and which format the file claims to be (``preflight``).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from pipelines.desk.archive_bytes import has_formula, may_hide
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from pipelines.desk.intake_limits import IntakeLimits

CHUNK = 1 << 16
# What a damaged archive makes its reader raise.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, NotImplementedError,
    RuntimeError, struct.error, OSError, OverflowError, AttributeError, IndexError,
)  # fmt: skip
_MACRO = re.compile(r"vbaproject|/macrosheets/|^basic/|^scripts/|\.bin$.*vba", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"/externallinks/|/embeddings/|/activex/|/querytables/|/connections\.xml|^object "
    r"|/webextensions/|^objectreplacements/.*\.(bin|exe)$|/ctrlprops/|/customui/",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_TARGET = re.compile(rb'TargetMode\s*=\s*["\']External["\']', re.IGNORECASE)
_LINK = re.compile(rb'relationships/(hyperlink)["\']', re.IGNORECASE)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>", re.IGNORECASE)
_FORMULA_OUTSIDE = re.compile(
    rb"<(?:\w+:)?f(?:\s[^>]*)?>[^<]*(?:\[\d+\]|\|'|\bWEBSERVICE\b|\bFILTERXML\b|\bDDE\b)",
    re.IGNORECASE,
)


def entries_of(data: bytes) -> list[zipfile.ZipInfo]:
    """The entries of an archive.

    Raises:
        zipfile.BadZipFile: or another of ``DAMAGED``: it is no whole archive.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.infolist()


def examined(name: str, data: bytes, limits: IntakeLimits) -> tuple[list[Finding], bool]:
    """What speaks against opening an archive, and whether anything can lie behind its cells.

    Args:
        name: how the file is called in messages.
        data: its bytes.
        limits: how large it may be.

    Returns:
        The faults, empty when nothing speaks against it; and whether a part of it can hold a
        formula, an error, a hidden row or column.
    """
    try:
        entries = entries_of(data)
        faults = _listed(name, entries, limits)
        return (faults, True) if faults else _inflated(name, data, entries, limits)
    except DAMAGED as error:
        return [finding("E-INTAKE-04", file=name, reason=type(error).__name__)], True


def _listed(name: str, entries: list[zipfile.ZipInfo], limits: IntakeLimits) -> list[Finding]:
    """Faults of the list of entries alone."""
    if len(entries) > limits.entries:
        return [
            finding("E-INTAKE-05", file=name, value=len(entries), expected=[str(limits.entries)])
        ]
    faults = []
    seen: set[str] = set()
    for entry in entries:
        shown = entry.filename[:80]
        if _is_unsafe(entry) or entry.filename.lower() in seen:
            faults.append(finding("E-INTAKE-08", file=name, value=_printable(shown)))
        seen.add(entry.filename.lower())
        if entry.flag_bits & 0x1:
            faults.append(finding("E-INTAKE-09", file=name))
        elif _MACRO.search(entry.filename):
            faults.append(finding("E-INTAKE-10", file=name, value=_printable(shown)))
        elif _OUTSIDE.search(entry.filename):
            faults.append(finding("E-INTAKE-11", file=name, value=_printable(shown)))
    return list({(f.code, f.place.get("value")): f for f in faults}.values())


def _is_unsafe(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry's name could leave the folder it is meant for, or is a link."""
    raw = entry.orig_filename
    parts = raw.replace("\\", "/").split("/")
    is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    return (
        "\x00" in raw
        or "\\" in raw
        or raw.startswith("/")
        or ".." in parts
        or bool(re.match(r"^[A-Za-z]:", raw))
        or is_link
    )


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def _inflated(
    name: str, data: bytes, entries: list[zipfile.ZipInfo], limits: IntakeLimits
) -> tuple[list[Finding], bool]:
    """What shows only while inflating; stops at the first limit that is passed."""
    faults: list[Finding] = []
    total = 0
    hides = False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in entries:
            size = 0
            tail, is_wide = b"", False
            with archive.open(entry) as stream:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    total += len(chunk)
                    fault = _too_much(name, entry, size, total, limits)
                    if fault is not None:
                        return [*faults, fault], True
                    # A part in a wide encoding shows it at its beginning.
                    is_wide = is_wide or (size == len(chunk) and b"\x00" in chunk[:256])
                    seen = tail + chunk
                    plain = seen.replace(b"\x00", b"") if is_wide else seen
                    faults += _inside(name, entry.filename, plain)
                    # Once something may, it is asked no more.
                    hides = hides or may_hide(plain)
                    tail = chunk[-512:]
    return list({(f.code, f.place.get("value")): f for f in faults}.values()), hides


def _too_much(
    name: str, entry: zipfile.ZipInfo, size: int, total: int, limits: IntakeLimits
) -> Finding | None:
    if total > limits.inflated_bytes:
        return finding("E-INTAKE-06", file=name, expected=[str(limits.inflated_bytes)])
    packed = max(entry.compress_size, 1)
    if size > limits.ratio_from_bytes and size > limits.ratio * packed:
        return finding(
            "E-INTAKE-07", file=name, value=_printable(entry.filename), expected=[str(limits.ratio)]
        )
    return None


def _inside(name: str, entry: str, plain: bytes) -> list[Finding]:
    """Faults of a piece of an entry: declarations, targets outside, formulas that call out."""
    lower = entry.lower()
    if not lower.endswith((".xml", ".rels", ".vml", ".rdf")):
        return []
    if b"!" in plain and _DECLARED.search(plain):
        return [finding("E-INTAKE-12", file=name, value=_printable(entry))]
    if lower.endswith(".rels") and _TARGET.search(plain):
        for relation in _RELATION.findall(plain):
            if _TARGET.search(relation) and not _LINK.search(relation):
                return [finding("E-INTAKE-11", file=name, value=_printable(entry))]
    if "sheet" in lower and _calls_out(plain):
        return [finding("E-INTAKE-11", file=name, value=_printable(entry))]
    return []


def _calls_out(chunk: bytes) -> bool:
    return has_formula(chunk) and _FORMULA_OUTSIDE.search(chunk) is not None
