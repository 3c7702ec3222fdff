"""Every command of the pages on explaining and reporting a footprint does what they say."""

from __future__ import annotations

import re
import shlex

import pytest

from pipelines.documents import DOCS
from tests.conftest import asked

PAGE = (DOCS / "footprint_explain.md").read_text("utf-8")
PAGES = PAGE + (DOCS / "footprint_report.md").read_text("utf-8")
COMMANDS = [
    line
    for body in re.findall(r"^```sh\n(.*?)^```", PAGES, re.MULTILINE | re.DOTALL)
    for line in body.strip().splitlines()
]
MADE = {"explain": 3, "report": 4}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_works_and_makes_its_files(shared_home, tmp_path, command):
    program, *words = shlex.split(command)
    assert program == ".venv/bin/tanyuan"
    if "-o" in words:
        target = tmp_path / words[words.index("-o") + 1]
        words[words.index("-o") + 1] = str(target)
    words = [word for word in words if word != "--json"]
    done = asked(*words, home=shared_home)
    assert done.exit == 0
    assert done.text_zh.strip()
    assert done.text_en.strip()
    if "-o" in words:
        assert target.is_file() or len(list(target.iterdir())) >= MADE.get(words[1], 9)


def test_the_arithmetic_shown_is_what_the_command_says(shared_home):
    shown = re.search(r"`(57 kWh × [^`]+)`", PAGE)
    assert shown
    assert shown[1] in asked("footprint", "explain", "clinker-cn", home=shared_home).text_zh


def test_the_picture_is_there_and_small():
    (name,) = re.findall(r"\]\((pictures/[^)]+)\)", PAGE)
    assert 0 < (DOCS / name).stat().st_size < 250_000
