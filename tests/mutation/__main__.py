"""Mutants of the rules, tried in bites: ``make mutants``.

    python -m tests.mutation [--seconds 280] [--sample 0] [--only PATH] [--again] [--report]

A run takes up where the last one stopped; outcomes lie in ``home/mutants``. A mutant whose
file or tests have changed is tried again only when asked (``--again``).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from tests.mutation.operators import Mutant, mutants_of

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("pipelines/admit", "schemas")
HOME = ROOT / "home" / "mutants"
EQUIVALENT = Path(__file__).with_name("equivalent.csv")
SEED = "20261121"
WALL = 90.0  # seconds without a word from the worker: the mutant hangs


def all_mutants() -> list[Mutant]:
    """Every mutant of both rooms."""
    paths = sorted(
        p.relative_to(ROOT).as_posix() for room in ROOMS for p in (ROOT / room).rglob("*.py")
    )
    return [m for path in paths for m in mutants_of(ROOT, path)]


def drawn(mutants: list[Mutant], sample: int) -> list[Mutant]:
    """All mutants in the order of a stated seed, or as many of each room as wanted."""

    def rank(mutant: Mutant) -> str:
        return hashlib.sha256(f"{SEED}{mutant.name}".encode()).hexdigest()

    order = sorted(mutants, key=rank)
    if not sample:
        return order
    kept: list[Mutant] = []
    for room in ROOMS:
        kept += [m for m in order if m.path.startswith(room)][:sample]
    return kept


def equivalents() -> dict[str, str]:
    """Name of a mutant that changes nothing, and why."""
    if not EQUIVALENT.is_file():
        return {}
    with EQUIVALENT.open(encoding="utf-8", newline="") as file:
        return {row["mutant"]: row["reason"] for row in csv.DictReader(file)}


def outcomes() -> dict[str, dict[str, object]]:
    """The last outcome of every mutant tried."""
    found: dict[str, dict[str, object]] = {}
    for path in sorted(HOME.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            one = json.loads(line)
            found[one["name"]] = one
    return found


def attempt(mutants: list[Mutant], kind: str, until: float) -> None:
    """Have a worker try mutants; a worker that hangs is ended and the rest go to another."""
    told, kept = HOME / f"{kind}.jsonl", HOME / "sight.json"
    waiting = list(mutants)
    while waiting and time.monotonic() < until:
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.mutation.worker", kind, str(told), str(kept),
             str(until - time.monotonic())],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=ROOT,
        )  # fmt: skip
        assert worker.stdin is not None
        worker.stdin.write("".join(json.dumps(vars(m)) + "\n" for m in waiting))
        worker.stdin.close()
        size, heard = -1, time.monotonic()
        while worker.poll() is None:
            time.sleep(0.2)
            now = told.stat().st_size if told.exists() else 0
            if now != size:
                size, heard = now, time.monotonic()
            if time.monotonic() - heard > (WALL if now else 10 * WALL):
                worker.kill()
        done = outcomes()
        stuck = [m for m in waiting if done.get(m.name, {}).get("outcome") == "trying"]
        with told.open("a", encoding="utf-8") as file:
            for m in stuck:
                line = {"name": m.name, "outcome": "killed", "by": "the worker ended",
                        "seconds": WALL}  # fmt: skip
                file.write(json.dumps(line) + "\n")
        before = len(waiting)
        waiting = [m for m in waiting if done.get(m.name, {}).get("outcome") in {None}]
        if worker.returncode == 0 or len(waiting) == before:
            break


def say(line: str) -> None:
    """One line for the reader."""
    sys.stdout.write(f"{line}\n")


def report(mutants: list[Mutant]) -> None:
    """A line per file, then what survives."""
    done, same = outcomes(), equivalents()
    by_file: dict[str, Counter[str]] = defaultdict(Counter)
    left = []
    for m in mutants:
        outcome = str(done.get(m.name, {}).get("outcome", "untried"))
        if outcome in {"survived", "unseen"}:
            outcome = "equivalent" if m.name in same else "survived"
            if outcome == "survived":
                left.append(m)
        by_file[m.path][outcome] += 1
    say("| file | tried | killed | equivalent | survived | % |\n|---|---:|---:|---:|---:|---:|")
    for room in ROOMS:
        total: Counter[str] = Counter()
        for path, counts in sorted(by_file.items()):
            if path.startswith(room):
                total += counts
                say(_line(path, counts))
        say(_line(f"**{room}**", total))
    for m in sorted(left, key=lambda m: (m.path, m.line)):
        say(f"{m.name} {m.path}:{m.line} {m.scope} [{m.operator}] {m.before!r} -> {m.after!r} "
              f"({done[m.name]['by']})")  # fmt: skip


def _line(name: str, counts: Counter[str]) -> str:
    tried = counts["killed"] + counts["equivalent"] + counts["survived"]
    judged = counts["killed"] + counts["survived"]
    share = f"{100 * counts['killed'] / judged:.1f}" if judged else "-"
    return (f"| {name} | {tried} of {counts.total()} | {counts['killed']} | "
            f"{counts['equivalent']} | {counts['survived']} | {share} |")  # fmt: skip


def is_of_declaration(mutant: Mutant) -> bool:
    """Whether a mutant bites only while its module is imported."""
    makes_columns = mutant.path.startswith("schemas/") and mutant.path.count("/") == 1
    is_building_block = mutant.path in {"schemas/table.py", "schemas/form.py"}
    return mutant.scope == "<module>" or (makes_columns and not is_building_block)


def main() -> None:
    """Try mutants for a while, then report."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seconds", type=float, default=280.0)
    words.add_argument("--sample", type=int, default=0, help="of each room; 0 is all")
    words.add_argument("--only", default="", help="files whose path begins so")
    words.add_argument("--kind", choices=("function", "module", "both"), default="both")
    words.add_argument("--again", action="store_true", help="try survivors again")
    words.add_argument("--report", action="store_true", help="only report")
    given = words.parse_args()
    HOME.mkdir(parents=True, exist_ok=True)
    mutants = [m for m in drawn(all_mutants(), given.sample) if m.path.startswith(given.only)]
    until = time.monotonic() + given.seconds
    if not given.report:
        done = outcomes()
        open_ones = {None, "trying", "module"} | ({"survived", "unseen"} if given.again else set())
        same = equivalents()
        waiting = [m for m in mutants if done.get(m.name, {}).get("outcome") in open_ones
                   and m.name not in same]  # fmt: skip
        is_declared = {
            m.name: is_of_declaration(m) or done.get(m.name, {}).get("outcome") == "module"
            for m in waiting
        }
        if given.kind != "module":
            attempt([m for m in waiting if not is_declared[m.name]], "function", until)
        if given.kind != "function":
            attempt([m for m in waiting if is_declared[m.name]], "module", until)
    report(mutants)


if __name__ == "__main__":
    main()
