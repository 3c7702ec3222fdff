"""The parsing process can open nothing, and ends when it takes too much; the caller goes on."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys

import pytest

from pipelines.desk import reading
from pipelines.desk.reading import read_file
from pipelines.settings import REPOSITORY
from tests.desk.handed_in import csv_bytes, good_row, grid, limits, ods

CONFINED = """
import sys
sys.path[:0] = {paths!r}
import socket
from pipelines.desk import reading_child
reading_child.confine(1 << 30, 5)
{act}
"""


def confined(act: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-I", "-S", "-c", CONFINED.format(paths=reading._paths(), act=act)]
    return subprocess.run(
        words, capture_output=True, text=True, check=False, cwd=REPOSITORY, timeout=60
    )


@pytest.mark.parametrize(
    "act",
    [
        "open('/etc/passwd').read()",
        "open('/tmp/new-file', 'w').write('x')",
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "import os; os.pipe()",
        "x = bytearray(3 << 30)",
    ],
)
def test_it_can_neither_open_nor_reach_nor_hoard(act):
    done = confined(act)
    assert done.returncode != 0
    assert "Error" in done.stderr


def test_it_ends_when_it_calculates_too_long():
    assert confined("while True: pass").returncode < 0


def test_a_process_that_ends_or_dawdles_is_a_finding_not_a_crash(monkeypatch):
    data = csv_bytes(grid(good_row()))
    for start, given in (
        ("import os; os.abort()", limits()),
        ("print('no JSON')", limits()),
        ("print(chr(123) * 2)", limits()),
        ("print('[1]')", limits()),
        ("import time; time.sleep(9)", dataclasses.replace(limits(), child_clock_seconds=1)),
    ):
        monkeypatch.setattr(reading, "_START", start)
        found = read_file("a.csv", data, given)
        assert [f.code for f in found.faults] == ["E-INTAKE-14"]
        assert not found.sheets


def test_a_sheet_that_repeats_itself_without_end_is_refused():
    many = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        'table:number-columns-repeated="16000" office:value-type="string"><text:p>x</text:p>'
        "</table:table-cell></table:table-row>"
    )
    found = read_file("a.ods", ods(grid(good_row()), rows=many), limits())
    assert {f.code for f in found.faults} <= {"E-INTAKE-13", "E-INTAKE-14", "E-INTAKE-04"}
    assert found.faults


def test_what_the_child_answers_is_plain_data():
    words = " ".join(f"{k}={v}" for k, v in dataclasses.asdict(limits()).items())
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", "-c",
         reading._START.format(paths=reading._paths())],
        input=f"csv {words} behind=0\n".encode() + csv_bytes(grid(good_row())),
        capture_output=True, check=True, env={},
    )  # fmt: skip
    head, _, texts = done.stdout.partition(b"\n")
    assert set(json.loads(head)) == {"sheets", "encoding", "delimiter"}
    (sheet,) = json.loads(head)["sheets"]
    assert sum(sheet["lengths"]) == len(texts)
    assert len(reading.answer_of(done.stdout)["sheets"][0]["columns"]) == len(sheet["lengths"])


def test_a_file_refused_is_never_given_to_the_parsing_process(monkeypatch):
    monkeypatch.setattr(reading, "_ask_child", lambda *_, **__: pytest.fail("it was given"))
    assert read_file("a.xlsx", b"%PDF-1.7", limits()).faults
