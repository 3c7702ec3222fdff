"""Does every reader of a TOML file of rules refuse a faulty one aloud, and never trip over it?

The readers are found by what they call; a file of rules that none of them reads, or a reader
that cannot be tried, fails the test.
"""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import re
import shutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.admit.plausibility.limits import read_plausibility_limits
from pipelines.admit.rulebook import read_rubric
from pipelines.errors import FaultyData, TanyuanError, UnreadableInput
from pipelines.tabular import text_toml
from tests.conftest import REPOSITORY, SEEDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Reader = Callable[[Path], Any]

CODE = REPOSITORY / "pipelines"
# The texts of findings are the program's own; all else of TOML is seeds.
OWN = {"findings/__init__.py", "tabular/text_toml.py"}
FAULTS = {
    "missing": (None, UnreadableInput, "E-SEED-06"),
    "no text": ("# 规则".encode("gb18030"), UnreadableInput, "E-SEED-06"),
    "a folder": (..., UnreadableInput, "E-SEED-06"),
    "no TOML": (b"= broken", FaultyData, "E-SEED-08"),
}  # fmt: skip
# What else the value of a key may wrongly be.
OTHERS = ("no such", -1, [[]])
# Readers of single folders; what they refuse is asked in the tests of their rooms.
OF_FOLDERS = {
    ("ingest.published_set", "is_published_set"), ("ingest.published_set", "read_published_set"),
    ("ingest.source_toml", "source_top"), ("ingest.source_toml", "checked"),
    ("commands.submitted_rows", "checked_seed"),
}  # fmt: skip


def rulebook(function: Callable[..., Any]) -> Reader:
    rows = read_rubric(SEEDS)

    def read(seeds: Path) -> Any:
        read_plausibility_limits.cache_clear()
        return function(seeds, rows, dt.date(2026, 11, 21))

    return read


# Readers that are given more than the seeds folder.
GIVEN_MORE: dict[tuple[str, str], Callable[[Callable[..., Any]], Reader]] = {
    ("admit.rulebook", "read_rulebook"): rulebook,
    ("sources._uslci_rules", "read_linking_rules"): lambda function: (
        lambda seeds: function(seeds / "uslci", None)
    ),
}


def calling(word: str) -> Iterator[tuple[str, str]]:
    """Module and function of every call of a function in the code."""
    for path in sorted(CODE.rglob("*.py")):
        text = path.read_text("utf-8")
        if f"{word}(" not in text or path.name == "text_toml.py":
            continue
        module = path.relative_to(CODE).with_suffix("").as_posix().replace("/", ".")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(call, ast.Call) and getattr(call.func, "id", "") == word
                for call in ast.walk(node)
            ):
                yield module, node.name


def as_reader(module: str, name: str) -> Reader:
    function = getattr(import_module(f"pipelines.{module}"), name)
    function = getattr(function, "__wrapped__", function)
    if (module, name) in GIVEN_MORE:
        return GIVEN_MORE[module, name](function)
    assert list(inspect.signature(function).parameters) == ["seeds"], f"how to try {module} {name}?"
    return function


READERS = {
    f"{module}.{name}": as_reader(module, name)
    for module, name in calling("read_toml")
    if (module, name) not in OF_FOLDERS and module != "documents"
}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("seeds")
    for name in ("rules", "decisions", "accounting_rules", "uslci"):
        shutil.copytree(SEEDS / name, folder / name)
    for name in ("identities.csv", "co2_origin.csv"):
        path = folder / "uslci" / name
        path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:2]), "utf-8")
    (folder / "grade_rules").mkdir()
    for name in ("demo-ratio-hydrogen.toml", "demo-quantile-weighted-lithium.toml"):
        shutil.copy(SEEDS / "grade_rules" / name, folder / "grade_rules")
    shutil.copy(SEEDS / "release.toml", folder)
    return folder


@pytest.fixture(scope="module")
def read(seeds) -> list[tuple[str, str, dict[str, Any]]]:
    """Every file a reader reads: reader, file, its blocks."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    honest = text_toml.parse_toml

    def noting(text: str, shown: str, **more: Any) -> dict[str, Any]:
        found[name, shown] = honest(text, shown, **more)
        return found[name, shown]

    name = ""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_toml, "parse_toml", noting)
        for current, reader in READERS.items():
            name = current
            reader(seeds)
    return [(name, shown, block) for (name, shown), block in found.items()]


def test_every_toml_file_of_the_seeds_has_a_reader(seeds, read):
    rules = {path.relative_to(seeds).as_posix() for path in seeds.rglob("*.toml")}
    assert {"release.toml", "rules/reporting.toml"} < rules - {"uslci/source.toml"}
    assert {shown for _, shown, _ in read} == rules - {"uslci/source.toml"}
    assert {name for name, _, _ in read} == set(READERS)


def test_no_other_way_leads_to_a_toml_file():
    importing = {
        path.relative_to(CODE).as_posix()
        for path in CODE.rglob("*.py")
        if re.search(r"^\s*(import|from) tomllib", path.read_text("utf-8"), re.MULTILINE)
    }
    assert importing == OWN


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_cannot_be_read_is_refused_by_every_reader(seeds, read, fault):
    planted, refusal, code = FAULTS[fault]
    for name, shown, _ in read:
        path = seeds / shown
        if fault == "missing" and path.parent.name in {"accounting_rules", "grade_rules"}:
            continue  # a rule that is not there is no rule
        data = path.read_bytes()
        path.unlink()
        if planted is ...:
            path.mkdir()
        elif planted is not None:
            path.write_bytes(planted)
        try:
            with pytest.raises(refusal) as caught:
                READERS[name](seeds)
        finally:
            if planted is ...:
                path.rmdir()
            path.write_bytes(data)
        told = [(one.code, one.place["file"]) for one in caught.value.findings]
        assert told == [(code, shown)], name


def test_a_byte_order_mark_is_passed_over(seeds, read):
    for name, shown, _ in read:
        path = seeds / shown
        data = path.read_bytes()
        path.write_bytes(b"\xef\xbb\xbf" + data)
        READERS[name](seeds)
        path.write_bytes(data)


def altered(block: dict[str, Any]) -> Iterator[str]:
    """The blocks of a file without each key, and with something else at it, told one by one."""
    for *above, key in list(places(block)):
        held: Any = block
        for step in above:
            held = held[step]
        stood = dict(held)
        for other in (None, *OTHERS):
            if other is None:
                del held[key]
            else:
                held[key] = other
            yield f"{[*above, key]} {other!r}"
            held.clear()
            held.update(stood)


def places(block: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Ways to every key; of lists of tables, to the first's."""
    if isinstance(block, list):
        yield from places(block[0], (*above, 0)) if block and isinstance(block[0], dict) else ()
    elif isinstance(block, dict):
        for number, (key, value) in enumerate(block.items()):
            # One of many keys of a kind tells of the others.
            if number < 12 or isinstance(value, dict):
                yield (*above, key)
                yield from places(value, (*above, key))


def test_whatever_stands_at_a_key_is_read_or_refused_by_its_code(seeds, read, monkeypatch):
    honest = text_toml.parse_toml
    blocks: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr(
        text_toml, "parse_toml", lambda text, at, **more: blocks.get(at) or honest(text, at, **more)
    )
    tripped, refused, unnamed = [], set(), []
    for name, shown, block in read:
        blocks = {at: held for reader, at, held in read if reader == name}
        for what in altered(block):
            try:
                READERS[name](seeds)
            except TanyuanError as error:
                refused.add(name)
                unnamed += [one for one in error.findings if not one.place["file"]]
            except Exception as error:  # what it trips over is told by name
                tripped.append(f"{name} {shown} {what}: {error!r}")
    assert tripped == unnamed == []
    assert refused == set(READERS)
