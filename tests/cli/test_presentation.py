"""What a person reads when the words of a command are wrong."""

from __future__ import annotations

import errno
import os

import pytest

from pipelines.cli import run_words
from pipelines.cli.presentation import Presentation, show_failure, show_findings
from pipelines.findings import finding

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


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"file": "i/exchange.csv", "row": 3, "column": "flow"}, "i/exchange.csv 第 3 行 flow"),
        ({"file": "one/process.csv", "row": 2}, "one/process.csv 第 2 行"),
        ({}, None),
        ({"file": "a.xlsx", "sheet": "过程的行", "row": 3, "column": "provider", "cell": "K3"},
         "a.xlsx 过程的行 第 3 行 provider K3"),
    ],
)  # fmt: skip
def test_a_fault_of_a_line_is_told_with_its_file_row_and_field(capsys, place, said) -> None:
    one = finding("E-FPT-02", process="kiln", line="2", value="FNOSUCHAAAAAA", **place)
    show_findings([one], Presentation(language="zh"))
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if "位置" in line] == ([f"    位置：{said}"] if said else [])


def test_a_text_that_names_its_file_is_not_told_it_twice(capsys) -> None:
    one = finding("E-INV-21", file="one/exchange.csv", row=3, column="line", value="4/a")
    show_findings([one], Presentation(language="zh"))
    assert capsys.readouterr().err.count("one/exchange.csv") == 1
    place = {"file": "a.xlsx", "sheet": "过程的行", "row": 3, "column": "amount"}
    show_findings([finding("E-FIG-01", value="x", **place)], Presentation(language="zh"))
    assert capsys.readouterr().err.count("过程的行") == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_disk_without_room_is_told_as_one_and_no_internal_error(capsys, number) -> None:
    error = OSError(number, os.strerror(number), "/anywhere")
    assert show_failure(error, "footprint run", Presentation()) == 6
    said = capsys.readouterr().err
    assert "[E-ENV-01]" in said
    assert os.strerror(number) in said
    assert "E-INT-01" not in said
