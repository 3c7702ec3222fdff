"""Mutants of the rules, tried in bites: ``make mutants``.

    python -m tests.mutation [--seconds 280] [--sample 0] [--seed TEXT] [--only PATH] [--again]

A run takes up where the last one stopped; outcomes lie in ``home/mutants``. A survivor is
tried again only when asked (``--again``); after a change of the rules begin with an empty
folder. Half of the time at least goes to declarations while any of them waits.
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
LEFT = frozenset({"survived", "unseen", "doubtful"})  # no test notices
OPEN = frozenset({"trying", "module"})  # outcomes of mutants still to be tried


def all_mutants() -> list[Mutant]:
    """Every mutant of both rooms."""
    paths = sorted(
        p.relative_to(ROOT).as_posix() for room in ROOMS for p in (ROOT / room).rglob("*.py")
    )
    return [m for path in paths for m in mutants_of(ROOT, path)]


def drawn(mutants: list[Mutant], sample: int, seed: str = SEED) -> list[Mutant]:
    """All mutants in the order of a stated seed, or as many of each room as wanted."""

    def rank(mutant: Mutant) -> str:
        return hashlib.sha256(f"{seed}{mutant.name}".encode()).hexdigest()

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
    """Have a worker try mutants; if it ends early the mutant at hand is tried once more, alone."""
    told = HOME / f"{kind}.jsonl"
    waiting, alone = list(mutants), False
    while time.monotonic() < until:
        _worker(waiting[:1] if alone else waiting, kind, told, until)
        done = outcomes()
        stuck = [m for m in waiting if done.get(m.name, {}).get("outcome") == "trying"]
        if alone and stuck:
            line = {"name": stuck[0].name, "outcome": "timed out", "by": "", "seconds": WALL}
            with told.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            stuck = []
        before = len(waiting)
        tried = {name for name, one in outcomes().items() if one["outcome"] not in OPEN}
        waiting = [*stuck, *(m for m in waiting if m.name not in tried and m not in stuck)]
        alone = bool(stuck)
        if not waiting or (len(waiting) == before and not alone):
            break


def _worker(mutants: list[Mutant], kind: str, told: Path, until: float) -> None:
    """One worker, killed when it says nothing."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.mutation.worker", kind, str(told),
         str(HOME / "sight.json"), str(until - time.monotonic())],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=ROOT,
    )  # fmt: skip
    assert worker.stdin is not None
    worker.stdin.write("".join(json.dumps(vars(m)) + "\n" for m in mutants))
    worker.stdin.close()
    first = size = told.stat().st_size if told.exists() else 0
    heard = time.monotonic()
    while worker.poll() is None:
        time.sleep(0.2)
        now = told.stat().st_size if told.exists() else 0
        if now != size:
            size, heard = now, time.monotonic()
        # Before its first word it may be watching which test sees what.
        if time.monotonic() - heard > (WALL if now != first else 10 * WALL):
            worker.kill()


def say(line: str) -> None:
    """One line for the reader."""
    sys.stdout.write(f"{line}\n")


def report(mutants: list[Mutant]) -> None:
    """A line per file and per kind, then what survives."""
    done, same = outcomes(), equivalents()
    by_file: dict[str, Counter[str]] = defaultdict(Counter)
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    left = []
    for m in mutants:
        outcome = str(done.get(m.name, {}).get("outcome", "untried"))
        if outcome in LEFT:
            outcome = "equivalent" if m.name in same else "survived"
            if outcome == "survived":
                left.append(m)
        by_file[m.path][outcome] += 1
        room = next(r for r in ROOMS if m.path.startswith(r))
        by_kind[f"{room}, {'module' if m.scope == '<module>' else 'function'}"][outcome] += 1
    say("| file | tried | killed | timed out | equivalent | survived | % |")
    say("|---" + "|---:" * 6 + "|")
    for room in ROOMS:
        total: Counter[str] = Counter()
        for path, counts in sorted(by_file.items()):
            if path.startswith(room):
                total += counts
                say(_line(path, counts))
        for name, counts in sorted(by_kind.items()):
            if name.startswith(room):
                say(_line(f"*{name}*", counts))
        say(_line(f"**{room}**", total))
    for m in sorted(left, key=lambda m: (m.path, m.line)):
        say(f"{m.name} {m.path}:{m.line} {m.scope} [{m.operator}] {m.before!r} -> {m.after!r} "
              f"({done[m.name]['by']})")  # fmt: skip


def _line(name: str, counts: Counter[str]) -> str:
    """A mutant that makes the tests run without end is noticed, and counted apart."""
    noticed = counts["killed"] + counts["timed out"]
    judged = noticed + counts["survived"]
    share = f"{100 * noticed / judged:.1f}" if judged else "-"
    return (f"| {name} | {judged + counts['equivalent']} of {counts.total()} | "
            f"{counts['killed']} | {counts['timed out']} | {counts['equivalent']} | "
            f"{counts['survived']} | {share} |")  # fmt: skip


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
    words.add_argument("--seed", default=SEED, help="of the order in which they are drawn")
    words.add_argument("--only", default="", help="files whose path begins so")
    words.add_argument("--kind", choices=("function", "module", "both"), default="both")
    words.add_argument("--again", action="store_true", help="try survivors again")
    words.add_argument("--report", action="store_true", help="only report")
    given = words.parse_args()
    HOME.mkdir(parents=True, exist_ok=True)
    order = drawn(all_mutants(), given.sample, given.seed)
    mutants = [m for m in order if m.path.startswith(given.only)]
    if not given.report:
        until = time.monotonic() + given.seconds
        functions, declared = _waiting(mutants, is_again=given.again)
        if given.kind != "module" and functions:
            halfway = until - given.seconds / 2 if declared and given.kind == "both" else until
            attempt(functions, "function", halfway)
        functions, declared = _waiting(mutants, is_again=given.again)
        if given.kind != "function" and declared:
            attempt([], "function", until)  # a declaration is asked by the tests seen here
            attempt(declared, "module", until)
        if given.kind == "both" and (functions := _waiting(mutants, is_again=False)[0]):
            attempt(functions, "function", until)
    report(mutants)


def _waiting(mutants: list[Mutant], *, is_again: bool) -> tuple[list[Mutant], list[Mutant]]:
    """Those still to be tried: of functions, of declarations."""
    done, same = outcomes(), equivalents()
    wanted = {None, *OPEN} | (LEFT if is_again else set())
    functions, declared = [], []
    for m in mutants:
        last = done.get(m.name, {}).get("outcome")
        if last in wanted and m.name not in same:
            (declared if is_of_declaration(m) or last == "module" else functions).append(m)
    return functions, declared


if __name__ == "__main__":
    main()
