"""Writing where the user said: a place that cannot be written to is told, not thrown.

Belongs here: the one refusal of an unwritable place. Does not belong here: what is written.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.errors import WrongUsage
from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What the writers of workbooks raise for a file they cannot make, beside the system's own.
OF_WRITERS = {"FileCreateError"}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Write a file or folder that the user named.

    Args:
        path: what the user named, for the message.

    Raises:
        WrongUsage: the system does not let it be written.
    """
    try:
        yield
    except Exception as error:
        if not isinstance(error, OSError) and type(error).__name__ not in OF_WRITERS:
            raise
        cause = error if isinstance(error, OSError) else next(iter(error.args), error)
        reason = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
        raise WrongUsage(finding("E-USE-06", value=str(path), reason=reason)) from error
