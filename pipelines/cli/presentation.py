"""How a command's answer is shown: the JSON envelope, human text, failures.

Belongs here: the envelope of every command and the language of its texts. Does not belong
here: what a command does.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import EnvironmentFault, TanyuanError, WrongUsage
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA = "tanyuan/1"
SHOWN_FINDINGS = 20

# The disk is full, the quota is used up, nothing may be written.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


@dataclass(frozen=True)
class Presentation:
    """Global options of one call: language, JSON or text, colour."""

    language: str = "zh"
    as_json: bool = False
    colour: bool = True

    @classmethod
    def from_words(cls, words: list[str]) -> tuple[Presentation, list[str]]:
        """Take the global options out of the words, wherever they stand before ``--``."""
        rest: list[str] = []
        language, as_json, colour = "", False, not os.environ.get("NO_COLOR")
        todo = iter(words)
        for word in todo:
            if word == "--":
                rest += [word, *todo]
            elif word == "--json":
                as_json = True
            elif word == "--no-color":
                colour = False
            elif word == "--lang":
                language = next(todo, "")
            elif word.startswith("--lang="):
                language = word.removeprefix("--lang=")
            else:
                rest.append(word)
        return cls(_language(language), as_json, colour), rest

    def say(self, zh: str, en: str) -> str:
        """The text in the language of this call."""
        return en if self.language == "en" else zh


def _language(asked: str) -> str:
    spoken = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    for choice in (asked, os.environ.get("TANYUAN_LANG", ""), *spoken):
        if choice[:2].lower() in {"zh", "en"}:
            return choice[:2].lower()
    return "zh"


@dataclass
class Result:
    """What a command answers.

    Attributes:
        command: name of the command, for example ``factor get``.
        summary: counts.
        findings: coded findings.
        outputs: files made, each with ``kind`` and ``path``.
        data: the answer itself.
        release: id of the release answered from.
        text_zh: human text, Chinese; lines for standard output.
        text_en: human text, English.
        exit_code: 0, or 1 when a finding is an error.
    """

    command: str
    summary: dict[str, Any] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    outputs: Sequence[dict[str, str]] = ()
    data: Any = field(default_factory=dict)
    release: str | None = None
    text_zh: str = ""
    text_en: str = ""
    exit_code: int | None = None

    @property
    def exit(self) -> int:
        """The exit code of the answer."""
        if self.exit_code is not None:
            return self.exit_code
        return int(any(f.severity == "error" for f in self.findings))

    def envelope(self) -> dict[str, Any]:
        """The JSON document of the answer."""
        return {
            "schema": SCHEMA,
            "command": self.command,
            "ok": self.exit == 0,
            "exit": self.exit,
            "release": self.release,
            "summary": self.summary,
            "findings": [f.as_json() for f in self.findings],
            "outputs": list(self.outputs),
            "data": self.data,
        }


def show_result(result: Result, presentation: Presentation) -> int:
    """Show an answer; returns its exit code."""
    if presentation.as_json:
        _print_json(result.envelope())
    else:
        text = presentation.say(result.text_zh, result.text_en)
        if text:
            _write(sys.stdout, text)
        show_findings(result.findings, presentation)
    return result.exit


def _print_json(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, default=str) + "\n")


def _write(stream: Any, text: str) -> None:
    """Write text; a character the terminal cannot show becomes a question mark."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def show_findings(findings: Sequence[Finding], presentation: Presentation) -> None:
    """Show findings as lines on standard error, the first twenty in full."""
    for one in findings[:SHOWN_FINDINGS]:
        head = presentation.say(one.zh, one.en)
        mend = presentation.say(f"改法：{one.fix_zh}", f"to mend: {one.fix_en}")
        _write(sys.stderr, f"[{one.code}] {head}{_place(one, head, presentation)}\n    {mend}")
    if len(findings) > SHOWN_FINDINGS:
        more = len(findings) - SHOWN_FINDINGS
        _write(
            sys.stderr, presentation.say(f"另有 {more} 条，见 --json", f"{more} more, see --json")
        )
    if findings:
        code = findings[0].code
        _write(
            sys.stderr,
            presentation.say(
                f"下一步：tanyuan rules explain {code}", f"next: tanyuan rules explain {code}"
            ),
        )


def _place(one: Finding, head: str, presentation: Presentation) -> str:
    """The file or sheet, row and field of a finding whose text names neither."""
    place = one.place
    file, row, sheet = place.get("file"), place.get("row"), place.get("sheet")
    if file is None or row is None or str(file) in head or (sheet and str(sheet) in head):
        return ""
    held = f"{file} {sheet}" if sheet else file
    where = " ".join(str(place[name]) for name in ("field", "cell") if name in place)
    at = presentation.say(f"位置：{held} 第 {row} 行 {where}", f"at: {held} row {row} {where}")
    return f"\n    {at.rstrip()}"


def show_failure(error: BaseException, command: str, presentation: Presentation) -> int:
    """Show why a command could not go on; returns the exit code, never a traceback."""
    failure = _as_failure(error, command)
    result = Result(
        command,
        summary={"errors": len(failure.findings), "refused_file": failure.exit_code == 3},
        findings=failure.findings,
        exit_code=failure.exit_code,
    )
    return show_result(result, presentation)


def _as_failure(error: BaseException, command: str) -> TanyuanError:
    if isinstance(error, TanyuanError):
        return error
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        # Wherever it happened, temporary files included: no fault of the program.
        return EnvironmentFault(finding("E-ENV-01", reason=error.strerror))
    if type(error).__name__ == "NoArgsIsHelpError":
        return WrongUsage(finding("E-USE-04", value=command))
    usage = getattr(error, "format_message", None)
    if usage is not None:
        return WrongUsage(
            finding("E-USE-01", value=command, what_en=usage(), what_zh=_usage_zh(error, usage()))
        )
    if isinstance(error, KeyboardInterrupt):
        return _internal("E-INT-02", "-")
    return _internal("E-INT-01", _report(error, command))


def _usage_zh(error: BaseException, text: str) -> str:
    """What is wrong with the words of a command, in Chinese; other text as it is."""
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    name = "/".join(getattr(parameter, "opts", ())) or getattr(parameter, "name", None)
    if option:
        return f"没有选项 {option}"
    if type(error).__name__ == "MissingParameter" and name:
        return f"缺少 {name}"
    if type(error).__name__ == "BadParameter" and name:
        return f"{name} 的取值不能接受（{text}）"
    return text.replace("No such command", "没有命令").replace(". Did you mean", "，是否指")


def _internal(code: str, report: str) -> TanyuanError:
    return TanyuanError(finding(code, report=report))


def _report(error: BaseException, command: str) -> str:
    """Write what is needed to mend the program, without row data; returns the path."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"command: {command}", f"error: {type(error).__name__}"]
    lines += [f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
    folder = Path(os.environ.get("TANYUAN_HOME") or "home") / "reports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"internal-{os.getpid()}.txt"
        path.write_text("\n".join(lines) + "\n", "utf-8")
    except OSError:
        return "-"
    return str(path)
