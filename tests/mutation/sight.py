"""Which tests see which functions: one run of the tests, watched.

Belongs here: the map from a function of the rules to the tests that call it, with their
times. Does not belong here: mutants.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

ROOMS = ("pipelines/admit", "schemas")
# The tests that are asked; those that run the program or make a release see no mutant.
TESTS = (
    "tests/entries", "tests/admit", "tests/review/test_hard_rules.py",
    "tests/review/test_what_the_log_says.py", "tests/review/test_whole_life.py",
    "tests/review/test_fallen_agency.py", "tests/review/test_judged_in_words.py",
    "tests/review/test_resubmission.py", "tests/schemas",
    "tests/desk/test_every_code.py", "pipelines/admit", "schemas",
)  # fmt: skip
HEAVY = frozenset({"shared_home", "release_folder", "own_release", "own_home", "seeds", "judged",
                   "judged_of_seeds"})  # fmt: skip
# Tests whose samples ``test_planted_rules`` holds in one batch, and those over whole libraries.
APART = ("tests/schemas/test_every_rule_bites.py", "tests/admit/test_conservation.py",
         "tests/admit/test_rules_written_twice.py")  # fmt: skip
LONGEST = 12.0  # seconds of a test that may be asked


def stamp_of(item: pytest.Item) -> str:
    """What a test's sight rests on: the file it stands in."""
    return hashlib.sha256(Path(item.path).read_bytes()).hexdigest()[:16]


def is_asked(item: pytest.Item) -> bool:
    """Whether a test is one of those asked: quick, and within this process."""
    names = set(getattr(item, "fixturenames", ()))
    is_apart = item.nodeid.startswith(APART)
    return not is_apart and not names & HEAVY and item.get_closest_marker("long") is None


def caches() -> list[Any]:
    """Every cache of the project, so that nothing is remembered from one mutant to the next."""
    found = []
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in {"pipelines", "schemas", "tests"}:
            for one in list(vars(module).values()):
                if hasattr(one, "cache_clear") and one not in found:
                    found.append(one)
    return found


def passed(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test; whether it passed."""
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    return not any(report.failed for report in reports)


class Sight:
    """Watches calls while a test runs, and while a fixture of several tests is made."""

    def __init__(self, root: Path) -> None:
        """Look at the rooms below a root."""
        self.prefix = tuple(f"{root}/{room}/" for room in ROOMS)
        self.cut = len(str(root)) + 1
        self.stack: list[set[str]] = [set()]
        self.of_fixture: dict[str, set[str]] = defaultdict(set)

    def called(self, frame: Any, what: str, _: Any) -> None:
        """A profile function."""
        if what == "call":
            code = frame.f_code
            if code.co_filename.startswith(self.prefix):
                scope = code.co_qualname.split(".<locals>")[0]
                self.stack[-1].add(f"{code.co_filename[self.cut :]}::{scope}")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Any:
        """What a shared fixture calls is seen by every test that has it."""
        self.stack.append(set())
        try:
            return (yield)
        finally:
            seen = self.stack.pop()
            self.stack[-1] |= seen
            if fixturedef.scope != "function":
                self.of_fixture[fixturedef.argname] |= seen

    def watch(self, items: list[pytest.Item]) -> dict[str, Any]:
        """Run the tests; which functions each calls, how long it takes, whether it passes."""
        found = {}
        clear = caches()
        for item, after in zip(items, [*items, None][1:], strict=True):
            for one in clear:
                if one.__module__.split(".")[0] != "tests":
                    one.cache_clear()
            self.stack = [set()]
            began = time.process_time()
            sys.setprofile(self.called)
            try:
                is_good = passed(item, after)
            finally:
                sys.setprofile(None)
            found[item.nodeid] = {
                "seconds": round(time.process_time() - began, 4), "good": is_good,
                "sees": sorted(self.stack[0]),
            }  # fmt: skip
        for item in items:
            of_fixtures = [self.of_fixture[n] for n in getattr(item, "fixturenames", ())
                           if n in self.of_fixture]  # fmt: skip
            seen = set(found[item.nodeid]["sees"]).union(*of_fixtures)
            found[item.nodeid]["sees"] = sorted(seen)
        return found


def sight(kept: Path, items: list[pytest.Item], watcher: Sight) -> dict[str, Any]:
    """The map: what was seen before, and what tests of changed files see now."""
    held = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    stamps = {item.nodeid: stamp_of(item) for item in items}
    fresh = [i for i in items if held.get(i.nodeid, {}).get("stamp") != stamps[i.nodeid]]
    for name, seen in watcher.watch(fresh).items():
        held[name] = {**seen, "stamp": stamps[name]}
    held = {name: held[name] for name in stamps}
    kept.write_text(json.dumps(held), "utf-8")
    return held
