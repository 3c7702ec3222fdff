"""What the guide of the catalogue shows is true."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from pipelines.documents import DOCS
from tests.conftest import run_program

TEXT = (DOCS / "catalogue.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def lines(kind: str) -> list[str]:
    return [
        x for found, body in BLOCK.findall(TEXT) if found == kind for x in body.split("\n") if x
    ]


@pytest.mark.parametrize("line", lines("sh"))
def test_every_command_shown_runs(release_folder, shared_home, tmp_path, line) -> None:
    words = [w.replace("home/", f"{tmp_path}/") for w in shlex.split(line)]
    done = run_program(*words[1:], "--json", home=shared_home)
    assert done.returncode == 0, done.stderr
    written = json.loads(done.stdout)["outputs"][0]["path"]
    assert written.startswith(str(tmp_path))


@pytest.mark.parametrize("line", lines("http"))
def test_every_address_shown_answers(client, line) -> None:
    method, address = line.split(" ", 1)
    assert client.request(method, address).status_code == 200


def test_the_serving_command_shown_is_known() -> None:
    from pipelines.cli import application

    (line,) = lines("console")
    words = shlex.split(line)[1:]
    command = application(words[0]).commands[words[0]].commands[words[1]]
    assert set(words[2::2]) <= {name for p in command.params for name in p.opts}


def test_pictures_kept_are_small() -> None:
    for path in (DOCS / "pictures").glob("catalogue_*.png"):
        assert path.stat().st_size < 300_000, path.name
        assert path.name in TEXT or path.stem in {"catalogue_phone", "catalogue_coverage"}
