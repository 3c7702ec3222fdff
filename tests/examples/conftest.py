"""What trying an example may need: a folder, the program, a library of factors, a home."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.cli import run_words
from pipelines.cli.presentation import Presentation
from tests.examples.inventory import bench
from tests.footprint.conftest import (  # noqa: F401 - fixtures
    library,
    library_with,
    reference,
    resolution,
    rules,
)

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Tools:
    """What an example is tried with.

    Attributes:
        folder: an empty folder.
        request: gives what takes time to make, by name, when it is needed.
        monkeypatch: sets the environment of commands.
    """

    folder: Path
    request: pytest.FixtureRequest
    monkeypatch: pytest.MonkeyPatch

    def made(self, name: str) -> Any:
        """A fixture by its name."""
        return self.request.getfixturevalue(name)

    def library(self, factors: tuple[Any, ...] = ()) -> Any:
        """A library of these factors beside the hand-made ones; of the usual ones by default."""
        return bench(self.made("library_with"), *factors) if factors else self.made("usual")

    def fresh(self) -> Path:
        """A folder that nobody wrote to."""
        place = self.folder / f"n{len(list(self.folder.iterdir()))}"
        place.mkdir()
        return place

    def command(self, words: str, *, released: bool = False) -> set[str]:
        """The codes a command answers with, run as a person would from the folder."""
        held = io.StringIO()
        if released:
            self.monkeypatch.setenv("TANYUAN_HOME", str(self.made("shared_home")))
        spoken = shlex.split(words.removeprefix("tanyuan "))
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(held):
            presentation, spoken = Presentation.from_words([*spoken, "--json"])
            run_words(spoken, presentation)
        return {f["code"] for f in json.loads(held.getvalue())["findings"]}


@pytest.fixture(scope="session")
def usual(library_with):  # noqa: F811 - the fixture
    """The library that examples of inventories are computed with."""
    return bench(library_with)


@pytest.fixture
def tools(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Tools:
    """Tools for one example; commands see no home but an empty one."""
    monkeypatch.setenv("TANYUAN_HOME", str(tmp_path / "home"))
    return Tools(tmp_path, request, monkeypatch)
