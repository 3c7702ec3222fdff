"""What a person reads when the words of a command are wrong."""

from __future__ import annotations

import pytest

from pipelines.cli import run as run_words
from pipelines.cli.presentation import Presentation

WRONG = {
    "an option left out": (("grade", "explain", "x"), "缺少 --from"),
    "an argument left out": (("footprint", "run"), "缺少 inventory"),
    "an unknown option": (("run", "--what"), "没有选项 --what"),
    "an unknown command": (("factor", "gett"), "没有命令 'gett'，是否指 'get'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_words_are_told_in_chinese_and_in_english(name, capsys) -> None:
    words, told = WRONG[name]
    for language in ("zh", "en"):
        presentation, rest = Presentation.from_words([*words, "--lang", language])
        assert run_words(rest, presentation) == 2
        said = capsys.readouterr().err
        assert "[E-USE-01]" in said
        assert (told in said) == (language == "zh")
