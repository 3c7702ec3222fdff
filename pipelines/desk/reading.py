"""Reading a file that was handed in: pre-flight, then a child process, then its cells.

Belongs here: the child process and what becomes of its answer; nothing submitted is parsed
in this process. Does not belong here: which template the file follows (``recognise``).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import itertools
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.desk.preflight import preflight
from pipelines.desk.submitted import SubmittedSheet
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from pipelines.desk.intake_limits import IntakeLimits

_KINDS = {"t": "text", "n": "number", "d": "date", "b": "boolean", "e": "error"}
_START = (
    "import sys; sys.path[:0] = {paths!r}; from pipelines.desk.reading_child import main; main()"
)
_ENDED = "exit {}"
# Ends of a process that asked for more memory than it may have.
_TOO_MUCH = ("memory", _ENDED.format(-signal.SIGABRT), _ENDED.format(-signal.SIGSEGV))


class CellKinds(Mapping[tuple[int, int], str]):
    """(row, column) to what the file stores there, kept as one letter per cell.

    Example:
        >>> kinds = CellKinds((("a", "1"), ("", "TRUE")), ("", "nb"))
        >>> kinds[0, 1], kinds.get((1, 0)), len(kinds)
        ('number', None, 3)
    """

    def __init__(self, rows: tuple[tuple[str, ...], ...], letters: tuple[str, ...]) -> None:
        """Keep the cells and one text of letters per column; none where all is text."""
        self._rows = rows
        self._letters = letters

    def __getitem__(self, place: tuple[int, int]) -> str:
        """What the file stores in a cell.

        Raises:
            KeyError: the cell is blank or not there.
        """
        row, column = place
        if 0 <= row < len(self._rows) and 0 <= column < len(self._rows[row]):
            letters = self._letters[column]
            if letters:
                return _KINDS[letters[row]]
            if self._rows[row][column]:
                return _KINDS["t"]
        raise KeyError(place)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """The cells that are not blank, row by row."""
        for row, cells in enumerate(self._rows):
            for column in range(len(cells)):
                if (row, column) in self:
                    yield row, column

    def __len__(self) -> int:
        """How many cells are not blank."""
        return sum(1 for _ in self)


@dataclass(frozen=True)
class ReadFile:
    """A file read, or the reasons why it was refused unread.

    Attributes:
        name: the file's name.
        sha256: hash of its bytes.
        format: its format by its bytes; None when it is no spreadsheet.
        sheets: its sheets; none when it is refused.
        faults: why it is refused; none when it was read.
        encoding: of a CSV: ``utf-8``, ``utf-8-sig`` or ``gb18030``.
        delimiter: of a CSV.
    """

    name: str
    sha256: str
    format: str | None
    sheets: tuple[SubmittedSheet, ...] = ()
    faults: tuple[Finding, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None


def read_file(name: str, data: bytes, limits: IntakeLimits) -> ReadFile:
    """The cells of a file handed in, every one as text; never raises over what it holds.

    Args:
        name: the file's name as the submitter knows it.
        data: its bytes.
        limits: how large it may be.
    """
    digest = hashlib.sha256(data).hexdigest()
    # The parsing process starts while the file is examined; it is given nothing before.
    with _started(limits) as child:
        form, faults, hides = preflight(name, data, limits)
        if faults or form is None:
            return ReadFile(name, digest, form, faults=faults)
        answer = _ask_child(child, data, form, limits, hides=hides)
    if form == "xlsx" and answer.get("code") == "E-INTAKE-14" and answer["reason"] in _TOO_MUCH:
        with _started(limits) as child:
            answer = _ask_child(child, data, "sizes", limits)
    if "code" in answer:
        return ReadFile(name, digest, form, faults=(_refusal(name, answer, limits),))
    try:
        sheets = sheets_of(answer)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        answer = {"code": "E-INTAKE-14", "reason": "answer"}
        return ReadFile(name, digest, form, faults=(_refusal(name, answer, limits),))
    return ReadFile(
        name,
        digest,
        form,
        sheets,
        encoding=answer.get("encoding"),
        delimiter=answer.get("delimiter"),
    )


@contextlib.contextmanager
def _started(limits: IntakeLimits) -> Iterator[subprocess.Popen[bytes]]:
    """A parsing process that waits for its file; it has ended when the block has."""
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", _START.format(paths=_paths())],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={},
    )  # fmt: skip
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def _ask_child(
    child: subprocess.Popen[bytes], data: bytes, form: str, limits: IntakeLimits, *,
    hides: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """The child's answer; a child that died or dawdled answers by its end."""
    words = {**asdict(limits), "behind": int(hides)}
    question = " ".join([form, *(f"{name}={value}" for name, value in words.items())])
    try:
        told, _ = child.communicate(
            b"".join([question.encode("ascii"), b"\n", data]), timeout=limits.child_clock_seconds
        )
    except subprocess.TimeoutExpired:
        return {"code": "E-INTAKE-14", "reason": f"{limits.child_clock_seconds} s"}
    if child.returncode != 0:
        return {"code": "E-INTAKE-14", "reason": _ENDED.format(child.returncode)}
    try:
        return answer_of(told)
    except (ValueError, TypeError, AttributeError, KeyError):
        return {"code": "E-INTAKE-14", "reason": "answer"}


def answer_of(told: bytes) -> dict[str, Any]:
    """The child's answer as plain data, the texts of columns in their places.

    Raises:
        ValueError: or another error of lookup: it is none of the child's making.
    """
    head, _, texts = told.partition(b"\n")
    answer = dict(json.loads(head))
    at = 0
    for sheet in answer.get("sheets", ()):
        ends = list(itertools.accumulate(sheet.pop("lengths"), initial=at))
        sheet["columns"] = [
            texts[start:end].decode("utf-8", "replace") for start, end in itertools.pairwise(ends)
        ]
        at = ends[-1]
    return answer


def _paths() -> list[str]:
    """Where the child finds this project and the reader; nothing else is on its path."""
    reader = importlib.util.find_spec("python_calamine")
    origin = Path(reader.origin) if reader is not None and reader.origin else Path()
    return [str(Path(__file__).resolve().parents[2]), str(origin.parent.parent)]


def _refusal(name: str, answer: dict[str, Any], limits: IntakeLimits) -> Finding:
    code, reason = str(answer["code"]), str(answer.get("reason", "-"))
    expected = {
        "E-INTAKE-06": [str(limits.inflated_bytes)],
        "E-INTAKE-13": [f"{limits.rows} x {limits.columns}"],
        "E-INTAKE-15": ["UTF-8", "GB18030"],
    }.get(code, [])
    return finding(code, file=name, value=reason, reason=reason, expected=expected)


def sheets_of(answer: dict[str, Any]) -> tuple[SubmittedSheet, ...]:
    """The sheets of the child's answer.

    Raises:
        ValueError: or another error of lookup: it is none of the child's making.
    """
    return tuple(_sheet(sheet) for sheet in answer["sheets"])


def _sheet(read: dict[str, Any]) -> SubmittedSheet:
    columns = [column.split(read["between"]) for column in read["columns"]]
    rows = tuple(zip(*columns, strict=True)) if columns else ()
    if read["widths"]:
        even = rows or ((),) * len(read["widths"])
        rows = tuple(row[:width] for row, width in zip(even, read["widths"], strict=True))
    return SubmittedSheet(
        read["name"],
        rows,
        CellKinds(rows, tuple(read["kinds"])),
        {(r, c): text for r, c, text in read["formulas"]},
        frozenset(read["hidden_rows"]),
        frozenset(read["hidden_columns"]),
        tuple((a, b, c, d) for a, b, c, d in read["merged"]),
        bool(read["hidden"]),
    )
