"""Good files with bytes changed: nothing crashes, and every row that is read is accounted for."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import random
import subprocess
import sys

import pytest

from pipelines.desk import reading
from pipelines.settings import REPOSITORY
from tests.desk.handed_in import (
    checked,
    csv_bytes,
    good_row,
    grid,
    limits,
    ods,
    rezipped,
    xls,
    xlsx,
)

CELLS = grid(good_row(1), good_row(2, value="1,234"), good_row(3))
SHEETS = {"xlsx": "xl/worksheets/sheet1.xml", "ods": "content.xml"}
# The parsing process, reading many files before it ends; its limits are the same.
BATCH = """
import json, struct, sys
sys.path[:0] = {paths!r}
from pipelines.desk import reading_child as child
limits = json.loads(sys.argv[1])
for form in ("csv", "xls"):
    child.load_needed(form)
child.confine(limits["child_memory_bytes"], 60)
while head := sys.stdin.buffer.read(8):
    form, size = head[:4].decode().strip(), struct.unpack("<I", head[4:])[0]
    print(json.dumps(child.read(sys.stdin.buffer.read(size), form, limits)), flush=True)
"""


def mutant(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four places changed, cut, doubled or swapped."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made))
        kind = chance.randrange(5)
        if kind == 0:
            made[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            made[at] = chance.randrange(256)
        elif kind == 2:
            del made[at : at + chance.randint(1, 40)]
        elif kind == 3:
            made[at:at] = made[at : at + chance.randint(1, 40)]
        else:
            made[at:at] = chance.choice([b"\0", b"<", b">", b"&#0;", b'"', b",", b"\r", b"=1+1"])
        if not made:
            break
    return bytes(made)


def mutants() -> list[tuple[str, bytes]]:
    """Mutants of whole files, and of the sheets within archives that stay whole."""
    chance = random.Random(20261121)
    whole = {"csv": csv_bytes(CELLS), "xlsx": xlsx(CELLS), "xls": xls(CELLS), "ods": ods(CELLS)}
    whole["gb"] = csv_bytes(CELLS, "gb18030")
    made = []
    for number in range(100):
        for name, data in whole.items():
            made.append((f"{number}.{'csv' if name == 'gb' else name}", mutant(data, chance)))
        for form, part in SHEETS.items():

            def change(name: str, body: bytes, part: str = part) -> bytes:
                return mutant(body, chance) if name == part else body

            made.append((f"inside{number}.{form}", rezipped(whole[form], change)))
    return made


def hidden_in(sheet: dict) -> bool:
    """Whether anything lies behind the cells of a sheet as the parsing process tells it."""
    lies = sheet["formulas"] or sheet["hidden_rows"] or sheet["hidden_columns"]
    return bool(lies) or any("e" in letters for letters in sheet["kinds"])


@pytest.fixture
def one_child(monkeypatch):
    """One parsing process for many files; it must never die."""
    words = [sys.executable, "-I", "-S", "-X", "utf8", "-c", BATCH.format(paths=reading._paths()),
             json.dumps({**dataclasses.asdict(limits()), "behind": 1})]  # fmt: skip
    child = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=REPOSITORY, env={}
    )
    answered: list[str] = []

    def ask(_child, data: bytes, form: str, _limits, *, hides: bool) -> dict:
        child.stdin.write(f"{form:<4}".encode() + len(data).to_bytes(4, "little") + data)
        child.stdin.flush()
        line = child.stdout.readline()
        assert line, f"the parsing process ended over {hashlib.sha256(data).hexdigest()}"
        answered.append(form)
        told = json.loads(line)
        # What the pre-flight did not see hides nothing.
        assert hides or form == "csv" or not any(map(hidden_in, told.get("sheets", ())))
        return told

    monkeypatch.setattr(reading, "_ask_child", ask)
    monkeypatch.setattr(reading, "_started", contextlib.nullcontext)
    yield answered
    child.stdin.close()
    child.wait(timeout=30)
    child.stdout.close()


def test_no_mutant_crashes_and_every_row_is_accounted_for(one_child):
    files = mutants()
    assert len(files) >= 500
    outcomes = {"refused": 0, "quarantined": 0, "accepted": 0}
    for name, data in files:
        found = checked(name, data)
        counts = found.counts
        assert counts.rows == counts.admissible + counts.quarantined + counts.refused
        if found.is_refused:
            assert any(f.severity == "error" for f in found.findings)
            assert (counts.admissible, counts.quarantined) == (0, 0)
        outcomes[
            "refused" if found.is_refused else "quarantined" if counts.quarantined else "accepted"
        ] += 1
    assert all(outcomes.values()), outcomes
    # Formats whose parser was reached, not only the pre-flight.
    assert {"csv", "xlsx", "xls", "ods"} <= set(one_child)
