"""Every code's bad example earns it and its good one does not; or a named test plants it."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from pipelines.findings import catalogue
from pipelines.settings import REPOSITORY
from tests.examples import admission, desk, grade, inventory, program, review

WAYS = {
    **desk.WAYS, **inventory.WAYS, **admission.WAYS, **grade.WAYS, **review.WAYS, **program.WAYS,
}  # fmt: skip
PLANTED = "planted"
SILENT = [code for code, entry in catalogue().items() if not entry.tried]
TRIED = [code for code, entry in catalogue().items() if entry.tried and entry.tried[:7] != PLANTED]
REST = [code for code, entry in catalogue().items() if entry.tried.startswith(PLANTED)]


def test_every_code_says_how_its_examples_are_tried():
    assert SILENT == []


@pytest.mark.parametrize("code", TRIED)
def test_the_bad_example_of_a_code_earns_it_and_the_good_one_does_not(code, tools):
    entry = catalogue()[code]
    way, _, argument = entry.tried.partition(" ")
    assert code in WAYS[way](argument, entry.bad, tools)
    assert code not in WAYS[way](argument, entry.good, tools)


def _with_constants(source: str, constants: dict[str, str]) -> str:
    """A source with the constants that it names, and those that these name."""
    told, named = source, set[str]()
    while more := (set(re.findall(r"\w+", told)) & constants.keys()) - named:
        named |= more
        told += "".join(constants[name] for name in more)
    return told


@cache
def named_in(path: str) -> dict[str, str]:
    """Tests of a file to their source, with their decorators and the constants these name."""
    text = (REPOSITORY / path).read_text("utf-8")
    lines = text.splitlines()
    tree = ast.parse(text)
    constants = {
        target.id: ast.get_source_segment(text, node) or ""
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            source = "\n".join(lines[first - 1 : node.end_lineno])
            found[node.name] = _with_constants(source, constants)
    return found


@pytest.mark.parametrize("code", REST)
def test_what_nobody_can_hand_in_is_planted_by_the_test_that_the_catalogue_names(code):
    path, _, name = catalogue()[code].tried.removeprefix(PLANTED).strip().partition("::")
    assert code in named_in(path)[name]
