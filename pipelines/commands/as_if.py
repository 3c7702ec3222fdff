"""The home and seeds as if the next release carried another date, in a place of their own.

Belongs here: copies in which a plan for a later day can be made without a word of it entering
the real ledger. Does not belong here: making the plan (``pipelines.publish.plan``).
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.publish.release_plan import read_plan
from pipelines.settings import Settings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

# Read by a plan and never changed by one; the ledger, which a run writes to, is copied.
SHARED = ("objects", "log", "releases", "keys", "restricted")
COPIED = ("ledger",)
DATE_LINE = re.compile(r"^released_on\s*=.*$", re.MULTILINE)


@contextmanager
def released_on(settings: Settings, on: dt.date) -> Iterator[Settings]:
    """Settings whose next release carries another date; gone when the block is left.

    Args:
        settings: seeds and home.
        on: the date; not before the one the seeds carry.

    Raises:
        WrongUsage: E-USEC-04, the date is before the one the seeds carry.
        UnreadableInput: ``release.toml`` is missing.
        FaultyData: it is not fit.
    """
    stated = read_plan(settings.seeds).released_on
    if on < stated:
        raise WrongUsage(finding("E-USEC-04", value=on, expected=[f">= {stated}"]))
    with tempfile.TemporaryDirectory(prefix="tanyuan-plan-") as folder:
        made = Settings(Path(folder) / "seeds", Path(folder) / "home")
        shutil.copytree(settings.seeds, made.seeds, copy_function=_linked)
        plan = made.seeds / "release.toml"
        text = plan.read_text("utf-8")
        plan.unlink()  # never through a link into the real seeds
        plan.write_text(DATE_LINE.sub(f"released_on = {on.isoformat()}", text, count=1), "utf-8")
        made.home.mkdir()
        for name in SHARED:
            if (settings.home / name).exists():
                (made.home / name).symlink_to(settings.home / name)
        for name in COPIED:
            if (settings.home / name).exists():
                shutil.copytree(settings.home / name, made.home / name)
        yield made


def _linked(source: str, target: str) -> str:
    """A hard link where the disk allows one, else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
