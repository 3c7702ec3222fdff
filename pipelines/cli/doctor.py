"""``tanyuan doctor``: whether this machine can run everything, and what it lacks."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pipelines.cli.presentation import Result
from pipelines.settings import Settings

PACKAGES = ("dagster", "duckdb", "polars", "pandera", "pyarrow", "great-expectations")
NEEDED_BYTES = 500 * 2**20


def _check(name: str, zh: str, en: str, *, is_met: bool, is_needed: bool) -> dict[str, Any]:
    return {"name": name, "zh": zh, "en": en, "met": is_met, "needed": is_needed}


def _python() -> dict[str, Any]:
    version = ".".join(map(str, sys.version_info[:3]))
    return _check(
        "python", f"Python {version}", f"Python {version}",
        is_met=sys.version_info >= (3, 11), is_needed=True,
    )  # fmt: skip


def _packages() -> list[dict[str, Any]]:
    found = []
    for name in PACKAGES:
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            version = ""
        words = f"{name} {version or '-'}"
        found.append(_check(name, words, words, is_met=bool(version), is_needed=True))
    return found


def _disk(home: Path) -> dict[str, Any]:
    standing = next(p for p in (home, *home.parents) if p.exists())
    free = shutil.disk_usage(standing).free
    return _check(
        "disk", f"可用磁盘 {free // 2**20} MiB", f"free disk {free // 2**20} MiB",
        is_met=free > NEEDED_BYTES, is_needed=True,
    )  # fmt: skip


def _hard_links(home: Path) -> dict[str, Any]:
    standing = next(p for p in (home, *home.parents) if p.exists())
    is_met = False
    try:
        with tempfile.TemporaryDirectory(dir=standing) as folder:
            one = Path(folder) / "one"
            one.touch()
            os.link(one, Path(folder) / "two")
            is_met = True
    except OSError:
        pass
    return _check(
        "hard_links", "数据目录可写并支持硬链接（发布提交所需）",
        "the home is writable and allows hard links (needed to commit a release)",
        is_met=is_met, is_needed=True,
    )  # fmt: skip


def _encoding() -> dict[str, Any]:
    encoding = sys.stdout.encoding or "-"
    return _check(
        "encoding", f"终端编码 {encoding}", f"terminal encoding {encoding}",
        is_met=encoding.lower().replace("-", "") in {"utf8", "gb18030", "gbk"}, is_needed=False,
    )  # fmt: skip


def _font() -> dict[str, Any]:
    program = shutil.which("fc-list")
    listed = (
        subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, check=False)
        if program
        else None
    )
    has_font = bool(listed and listed.stdout.strip())
    return _check(
        "font", "中文字体（图片与打印所需）", "a Chinese font (for pictures and print)",
        is_met=has_font, is_needed=False,
    )  # fmt: skip


def _programs() -> list[dict[str, Any]]:
    return [
        _check(name, words_zh, words_en, is_met=shutil.which(name) is not None, is_needed=False)
        for name, words_zh, words_en in (
            ("chromium", "Chromium（仅测试网页所需）", "Chromium (only to test pages)"),
            ("soffice", "LibreOffice（仅测试表格所需）", "LibreOffice (only to test workbooks)"),
        )
    ]


def check() -> Result:
    """检查环境 | check the environment."""
    home = Settings.resolve().home
    checks = [
        _python(), *_packages(), _disk(home), _hard_links(home), _encoding(), _font(),
        *_programs(),
    ]  # fmt: skip
    lacking = [c for c in checks if c["needed"] and not c["met"]]

    def lines(language: str, yes: str, no: str, no_but: str) -> str:
        def mark(check: dict[str, Any]) -> str:
            return yes if check["met"] else no if check["needed"] else no_but

        return "\n".join(f"{mark(c)}  {c[language]}" for c in checks)

    return Result(
        "doctor",
        summary={"checks": len(checks), "lacking": len(lacking)},
        data=checks,
        text_zh=lines("zh", "通过", "缺少", "可选"),
        text_en=lines("en", "ok     ", "lacking", "optional"),
        exit_code=6 if lacking else 0,
    )


APP = check
