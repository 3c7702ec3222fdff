"""Trying mutants of declarations: everything imported anew with one module changed.

Belongs here: the changed module in the place of the true one, and the tests asked. Does not
belong here: mutants within functions (``worker``).
"""

from __future__ import annotations

import ast
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.mutation.operators import Mutant, changed
from tests.mutation.sight import ROOMS, is_asked
from tests.mutation.worker import (
    CPU,
    QUIET,
    ROOT,
    Stuck,
    _memory,
    _write,
    clock,
    module_name,
    prepare,
    turns,
)  # fmt: skip

# What a declaration is asked by first: quick tests that read every declaration.
FIRST = {
    "schemas": (
        "tests/schemas/test_what_templates_ask.py", "tests/schemas/test_declarations.py",
        "tests/schemas/test_renderings.py", "tests/admit/test_rules_written_twice.py",
    ),
    "pipelines": (
        "tests/admit/test_each_rule_refuses.py", "tests/admit/plausibility",
        "tests/admit/test_faulty_rule_files.py",
    ),
}  # fmt: skip
PLANTED = "tests/schemas/test_planted_rules.py"
OF_TABLE = (
    "test_the_rules_of_a_table_are_those_planted",
    "test_what_is_planted_is_refused_and_what_lies_at_the_limit_is_not",
)
MOST = 30  # further tests asked
OURS = frozenset({"pipelines", "schemas", "tests", "benchmarks", "conftest"})


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module, and gives it a changed body."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        """The module, its file, its changed tree."""
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, name: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        """The changed module; every other is found as usual."""
        if name != self.name:
            return None
        places = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, self.path, loader=self, submodule_search_locations=places
        )

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed body."""
        exec(compile(self.tree, str(self.path), "exec", dont_inherit=True), vars(module))


class First:
    """Ends at the first failure and says whose it was."""

    def __init__(self) -> None:
        """Nothing has failed."""
        self.by = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Only quick tests within this process."""
        items[:] = [i for i in items if is_asked(i)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the first failure."""
        if report.failed and not self.by:
            self.by = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module that cannot be imported is a failure."""
        if report.failed and not self.by:
            self.by = f"import of {report.nodeid}"


def _forget() -> None:
    for name in list(sys.modules):
        is_kept = name == "tests" or name.startswith("tests.mutation")
        if name.split(".")[0] in OURS and not is_kept:
            del sys.modules[name]


def _declared() -> dict[str, str]:
    """Every declared table as text."""
    import schemas

    return {name: repr((t, t.published)) for name, t in schemas.ALL_TABLES.items()}


def _rounds(mutant: Mutant, kept: Path, as_is: dict[str, str]) -> list[list[str]]:
    """Rounds of tests. A table whose declaration is as it was cannot tell the difference."""
    first = [t for t in FIRST[mutant.path.split("/")[0]] if (ROOT / t).exists()]
    if mutant.path.startswith("schemas/") and not mutant.path.startswith("schemas/render"):
        now = _declared()
        other = sorted((len(text), n) for n, text in now.items() if as_is.get(n) != text)
        named = [n for _, n in other[:2]]
        if now.keys() != as_is.keys():
            first = [f"{PLANTED}::test_the_tables_are_those_written_down", *first]
        of_tables = [f"{PLANTED}::{test}[{n}]" for test in OF_TABLE for n in named if n in as_is]
        return [r for r in (of_tables, first) if r]
    more: list[str] = []
    if kept.is_file():
        tests = json.loads(kept.read_text("utf-8"))
        users = users_of(mutant)
        seeing = {n: not users & set(t["sees"]) for n, t in tests.items()
                  if t["good"] and (users & set(t["sees"]) or any(
                      one.startswith(f"{mutant.path}::") for one in t["sees"]))}  # fmt: skip
        turn = turns(list(seeing), tests)
        more = sorted(seeing, key=lambda n: (seeing[n], turn[n], tests[n]["seconds"]))[:MOST]
        first = [t for t in first if not any(n.startswith(t) for n in more)]
    return [r for r in (more, first) if r]


def users_of(mutant: Mutant) -> set[str]:
    """Functions of the rooms that name what the mutant's statement declares, also by the way."""
    declared: dict[str, set[str]] = {}  # path:name, and the names and functions that name it
    wanted: set[str] = set()
    for path in sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py")):
        shown = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text("utf-8"))
        imported = _imported(tree)
        for statement in tree.body:
            for place, names, used in _uses(statement, shown, imported):
                for one in used:
                    declared.setdefault(one, set()).update(names or {place})
            last = statement.end_lineno or 0
            if shown == mutant.path and statement.lineno <= mutant.line <= last:
                wanted |= {f"{shown}:{name}" for name in _bound(statement)}
    found: set[str] = set()
    while wanted:
        found |= wanted
        wanted = set().union(*(declared.get(n, set()) for n in wanted)) - found
    return {n for n in found if "::" in n}


def _imported(tree: ast.Module) -> dict[str, str]:
    """Local names of what is imported from elsewhere in the project, and where it is declared."""
    found = {}
    for one in ast.walk(tree):
        if isinstance(one, ast.ImportFrom) and one.module:
            folder = one.module.replace(".", "/")
            file = f"{folder}/__init__.py" if (ROOT / folder).is_dir() else f"{folder}.py"
            for name in one.names:
                inner = f"{folder}/{name.name}.py"
                is_module = (ROOT / inner).is_file()
                found[name.asname or name.name] = inner if is_module else f"{file}:{name.name}"
    return found


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    return {n.id for n in ast.walk(statement)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip


def _uses(
    statement: ast.stmt, path: str, imported: dict[str, str]
) -> Iterator[tuple[str, set[str], set[str]]]:
    """Places of a statement: a function's own, or the names it declares; the names used."""
    below = statement.body if isinstance(statement, ast.ClassDef) else [statement]
    for one in below:
        used = set()
        for node in ast.walk(one):
            if isinstance(node, ast.Name):
                used.add(imported.get(node.id, f"{path}:{node.id}"))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used.add(f"{imported.get(node.value.id, path)}:{node.attr}")
        if isinstance(one, ast.FunctionDef):
            owner = f"{statement.name}." if isinstance(statement, ast.ClassDef) else ""
            yield f"{path}::{owner}{one.name}", set(), used
        else:
            yield "", {f"{path}:{name}" for name in _bound(one)}, used


def try_one(mutant: Mutant, kept: Path, scratch: Path, as_is: dict[str, str]) -> tuple[str, str]:
    """Try one mutant of a declaration."""
    name = module_name(mutant.path)
    finder = Changed(name, ROOT / mutant.path, changed(ROOT, mutant))
    _forget()
    sys.meta_path.insert(0, finder)
    try:
        rounds = _rounds(mutant, kept, as_is)
    except Exception as error:
        return "killed", f"import: {error!r}"[:120]
    finally:
        sys.meta_path.remove(finder)
    for tests in rounds:
        by = _failing(tests, scratch, finder)
        if Stuck.happened:
            return "timed out", by
        if by:
            return "killed", by
    return "survived", ""


def _failing(tests: list[str], scratch: Path, finder: Changed | None) -> str:
    """Everything imported anew, tests asked; what fails first, nothing where all pass."""
    _forget()
    first = First()
    clock(CPU * 2)
    try:
        if finder:
            sys.meta_path.insert(0, finder)
        with warnings.catch_warnings():
            code = pytest.main([*tests, "-x", *QUIET, f"--basetemp={scratch}/t"],
                               plugins=[first])  # fmt: skip
    except BaseException as error:  # a declaration refused while conftest is imported
        return f"import: {error!r}"[:120]
    finally:
        clock(0)
        with contextlib.suppress(ValueError):
            sys.meta_path.remove(finder)  # type: ignore[arg-type]
    is_passed = code in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
    return first.by or ("" if is_passed else "\n".join([f"exit {code}", *tests]))


class Witnesses:
    """Tests that noticed a mutant, asked once whether they pass without it."""

    def __init__(self, scratch: Path) -> None:
        """None is known."""
        self.scratch = scratch
        self.known: dict[str, bool] = {}

    def is_true(self, by: str) -> bool:
        """Whether what failed passes with nothing changed."""
        if by.startswith("import: "):
            return True  # the same import succeeded with nothing changed
        tests = by.removeprefix("import of ").split("\n")
        if by.startswith("exit "):
            tests = tests[1:]
        if by not in self.known:
            self.known[by] = not _failing(tests, self.scratch, None)
        return self.known[by]


def declarations(mutants: list[Mutant], told: Path, kept: Path, until: float) -> None:
    """Try mutants of declarations."""
    prepare()
    as_is = _declared()
    with tempfile.TemporaryDirectory(dir=_memory()) as scratch:
        witnesses = Witnesses(Path(scratch))
        for mutant in mutants:
            if time.monotonic() > until:
                break
            began = time.process_time()
            _write(told, mutant, "trying", "", 0.0)
            outcome, by = try_one(mutant, kept, Path(scratch), as_is)
            if outcome == "killed" and not witnesses.is_true(by):
                if mutant is not mutants[0]:
                    break  # an earlier one has left something behind
                outcome = "doubtful"
            _write(told, mutant, outcome, by, time.process_time() - began)
            if outcome == "timed out":
                break
