"""Trying mutants in one process: the changed function put in place, its tests asked, put back.

Belongs here: the trial of one mutant. A function is changed by giving it other code, so that
whoever imported it runs the changed one; a declaration is changed by importing everything
anew (``declared``). Does not belong here: choosing mutants, counting them (``__main__``).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import sys
import tempfile
import time
import types
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from _pytest import nodes

from tests.mutation.operators import Mutant, changed
from tests.mutation.sight import LONGEST, TESTS, Sight, caches, is_asked, passed, sight

ROOT = Path(__file__).resolve().parents[2]
CPU = 20.0  # seconds of processor time after which a mutant counts as noticed: it hangs
ENOUGH = 60.0  # seconds of tests asked of one mutant, as they took while watched
QUIET = (
    *("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:playwright"),
    *("-p", "no:schemathesis", "--tb=no", "-s", "--assert=plain"),
    "--hypothesis-profile=mutants",
)


class Stuck(BaseException):
    """A mutant that does not end. ``happened`` tells it where pytest made a failure of it."""

    happened = False


def _stuck(*_: object) -> None:
    Stuck.happened = True
    raise Stuck


def clock(seconds: float) -> None:
    """From now on so much processor time; zero stops the clock."""
    if seconds:
        Stuck.happened = False
    signal.setitimer(signal.ITIMER_PROF, seconds)


def prepare() -> None:
    """Short failures, no shrinking, a clock."""
    nodes.Node._repr_failure_py = lambda *_, **__: ""  # type: ignore[assignment,method-assign]
    hypothesis.settings.register_profile(
        "mutants", deadline=None, derandomize=True, database=None, report_multiple_bugs=False,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    signal.signal(signal.SIGPROF, _stuck)


def module_name(path: str) -> str:
    """The name under which a file is imported."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def function_of(mutant: Mutant) -> types.FunctionType:
    """The function or method that a mutant changes, without what is wrapped around it."""
    found: Any = importlib.import_module(module_name(mutant.path))
    for part in mutant.scope.split("."):
        found = vars(found)[part]
    while not isinstance(found, types.FunctionType) or hasattr(found, "__wrapped__"):
        found = (getattr(found, "__wrapped__", None) or getattr(found, "fget", None)
                 or found.__func__)  # fmt: skip
    return found


def code_of(mutant: Mutant) -> types.CodeType:
    """The changed code of the function."""
    code = compile(changed(ROOT, mutant), str(ROOT / mutant.path), "exec", dont_inherit=True)
    for part in mutant.scope.split("."):
        code = next(c for c in code.co_consts
                    if isinstance(c, types.CodeType) and c.co_name == part)  # fmt: skip
    return code


def turns(seeing: list[str], tests: Any) -> dict[str, int]:
    """Whose turn it is: a few of every file first, so that no subject has to wait for another."""
    before: Counter[str] = Counter()
    found = {}
    for name in sorted(seeing, key=lambda n: tests[n]["seconds"]):
        file = name.split("::")[0]
        found[name] = before[file] // 4
        before[file] += 1
    return found


class Trials:
    """A run of pytest in which mutants are tried instead of tests run."""

    def __init__(self, mutants: list[Mutant], told: Path, kept: Path, until: float) -> None:
        """Try these; write one line per outcome."""
        self.mutants, self.told, self.kept, self.until = mutants, told, kept, until
        self.watcher = Sight(ROOT)
        self.is_fresh = True  # no mutant was tried in this process
        self.killers: Counter[str] = Counter()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Watch fixtures too."""
        config.pluginmanager.register(self.watcher)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try every mutant."""
        items = {item.nodeid: item for item in session.items if is_asked(item)}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", category=DeprecationWarning)
            tests = sight(self.kept, list(items.values()), self.watcher)
            clear = caches()
            for mutant in self.mutants:
                if time.monotonic() > self.until:
                    break
                began = time.process_time()
                _write(self.told, mutant, "trying", "", 0.0)
                outcome, by = self.one(mutant, items, tests, clear)
                if outcome:
                    _write(self.told, mutant, outcome, by, time.process_time() - began)
                if outcome in {"", "timed out"}:
                    break  # what a mutant left behind ends with the process
                self.is_fresh = False
                gc.collect(1)
        return True

    def one(self, mutant: Mutant, items: Any, tests: Any, clear: list[Any]) -> tuple[str, str]:
        """Try one mutant: killed, timed out, survived, unseen or module, and by which test.

        Nothing, where the witness fails without the mutant as well: an earlier one has left
        something behind, and another process is to try this one.
        """
        try:
            function, code = function_of(mutant), code_of(mutant)
            before, function.__code__ = function.__code__, code
        except (KeyError, StopIteration, AttributeError, ValueError, SyntaxError) as error:
            return "module", repr(error)[:80]
        while True:
            function.__code__ = code
            try:
                outcome, by = self.asked(f"{mutant.path}::{mutant.scope}", items, tests, clear)
            finally:
                function.__code__ = before
                for one in clear:
                    one.cache_clear()
            if outcome != "killed" or passed(items[by], None):
                return outcome, by
            if not self.is_fresh:
                return "", by
            tests[by]["good"] = False  # it fails without the mutant too: no witness

    def asked(self, place: str, items: Any, tests: Any, clear: list[Any]) -> tuple[str, str]:
        """Ask the tests that see a function, the likeliest and quickest first."""
        seeing = [n for n, t in tests.items() if place in t["sees"] and t["good"] and n in items
                  and t["seconds"] < LONGEST]  # fmt: skip
        if not seeing:
            return "unseen", ""
        turn, room = turns(seeing, tests), place.split("::", maxsplit=1)[0]
        seeing.sort(key=lambda n: (-self.killers[f"{place}|{n}"], -min(self.killers[n], 3), turn[n],
                                   -self.killers[f"{room}|{n.split('::')[0]}"],
                                   tests[n]["seconds"]))  # fmt: skip
        for one in clear:
            one.cache_clear()
        spent = 0.0
        clock(CPU)
        try:
            for name, after in zip(seeing, [*seeing, None][1:], strict=True):
                if not passed(items[name], items[after] if after else None):
                    if Stuck.happened:
                        return "timed out", name
                    self.killers[f"{place}|{name}"] += 1
                    self.killers[name] += 1
                    self.killers[f"{room}|{name.split('::')[0]}"] += 1
                    return "killed", name
                spent += tests[name]["seconds"]
                if spent > ENOUGH:
                    return "survived", f"after {ENOUGH:g} s of tests"
        except Stuck:
            return "timed out", ""
        finally:
            clock(0)
            with contextlib.suppress(BaseException):
                next(iter(items.values())).session._setupstate.teardown_exact(None)
        return "survived", f"{len(seeing)} tests"


def _write(told: Path, mutant: Mutant, outcome: str, by: str, seconds: float) -> None:
    line = {"name": mutant.name, "outcome": outcome, "by": by, "seconds": round(seconds, 3)}
    with told.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def functions(mutants: list[Mutant], told: Path, kept: Path, until: float) -> None:
    """Try mutants of functions."""
    prepare()
    with tempfile.TemporaryDirectory(dir=_memory()) as scratch:
        pytest.main(
            [*(t for t in TESTS if (ROOT / t).exists()), *QUIET, f"--basetemp={scratch}/t",
             "-o", "tmp_path_retention_policy=none"],
            plugins=[Trials(mutants, told, kept, until)],
        )  # fmt: skip


def _memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def main() -> None:
    """Read mutants from standard input; arguments: kind, results, map, seconds."""
    from tests.mutation import declared

    kind, told, kept, seconds = sys.argv[1:5]
    mutants = [Mutant(**json.loads(line)) for line in sys.stdin]
    until = time.monotonic() + float(seconds)
    with Path(os.devnull).open("w") as nothing, contextlib.redirect_stdout(nothing):
        run = functions if kind == "function" else declared.declarations
        run(mutants, Path(told), Path(kept), until)


if __name__ == "__main__":
    main()
