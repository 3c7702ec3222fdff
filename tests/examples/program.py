"""Examples of the program: commands as typed, requests to the service, figures and units."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.examples.conftest import Tools


def command(argument: str, text: str, tools: Tools) -> set[str]:
    """What a command answers; in a home with a release where it needs one."""
    return tools.command(text, released=argument == "released")


WAYS = {"command": command}
