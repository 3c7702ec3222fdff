"""The house's own promises: imports, sizes, openings, names, reasons."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib

import pytest

from pipelines.settings import REPOSITORY

MODULES = sorted(p for part in ("pipelines", "schemas") for p in (REPOSITORY / part).rglob("*.py"))
LONGEST = 300
# Closed lists of codes and columns are long because the field is wide.
# The verifier is one file because it travels alone inside every release.
LISTS = {"schemas/vocabularies.py", "pipelines/publish/verify.py"}
FORBIDDEN = ("utils", "helpers", "helper", "manager", "common", "misc")


def shown(path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def test_rooms_do_not_import_each_other() -> None:
    done = subprocess.run(
        [str(REPOSITORY / ".venv" / "bin" / "lint-imports"), "--no-cache"]
        if (REPOSITORY / ".venv" / "bin" / "lint-imports").exists()
        else [sys.executable, "-m", "importlinter.cli"],
        capture_output=True, text=True, check=False, cwd=REPOSITORY,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]


def test_only_the_graph_and_its_runner_import_dagster() -> None:
    allowed = {"pipelines/cli/run.py", "pipelines/definitions.py"}
    for path in MODULES:
        if shown(path).startswith("pipelines/defs/") or shown(path) in allowed:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(n.split(".")[0] == "dagster" for n in names), shown(path)


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_file_is_one_idea_and_says_so(path) -> None:
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)), "a file opens with what belongs in it"
    if shown(path) not in LISTS:
        assert text.count("\n") <= LONGEST, "split it by idea"
    assert path.stem not in FORBIDDEN


def test_asset_modules_do_not_postpone_annotations() -> None:
    for path in (REPOSITORY / "pipelines" / "defs").glob("*.py"):
        assert "from __future__ import annotations" not in path.read_text("utf-8"), shown(path)


def test_every_dependency_has_a_reason_and_every_reason_a_dependency() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    listed = [*project["project"]["dependencies"]]
    for group in (
        *project["dependency-groups"].values(),
        *project["project"]["optional-dependencies"].values(),
    ):
        listed += group
    names = {re.match(r"[a-zA-Z0-9_-]+", entry)[0] for entry in listed}
    page = (REPOSITORY / "docs" / "decisions" / "0001-dependencies.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([^`]+)` \| \S", page, re.MULTILINE)) == names


def test_gwps_and_factors_are_not_in_code() -> None:
    known = {27.9, 27.0, 29.8, 273, 265, 298, 28, 0.6187, 0.5777, 0.6205}
    for path in MODULES:
        numbers = {
            node.value
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Constant) and type(node.value) in {int, float}
        }
        assert not numbers & known, shown(path)


@pytest.mark.skipif("config.getoption('capture') == 'no'", reason="nothing is captured")
def test_a_test_that_closes_a_stream_of_the_test_runner_is_told_so() -> None:
    with pytest.raises(AssertionError, match="closes a stream of the test runner"):
        sys.stderr.close()
    assert not sys.stderr.closed
