"""LibreOffice without a screen, for the tests that look at workbooks as a person would."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")


def convert(path: Path, to: str, folder: Path) -> Path:
    """The file in another format, written by LibreOffice; one conversion at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{path.stem}.{to}"
    shared = Path(tempfile.gettempdir()) / "tanyuan-office.lock"
    with tempfile.TemporaryDirectory() as profile, shared.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            [
                OFFICE or "soffice", f"-env:UserInstallation=file://{profile}", "--headless",
                "--convert-to", to, "--outdir", str(folder), str(path),
            ],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert made.is_file(), done.stdout + done.stderr
    return made
