"""The compiler of the kernels: loaded late, and its cache where it may write.

Belongs here: how kernels are compiled. Machine code is kept under the home, so that only
the first call on a machine waits for the compiler.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pipelines.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

CACHE = "NUMBA_CACHE_DIR"


def _place_cache() -> None:
    os.environ.setdefault(CACHE, str(Settings.resolve().home / "tmp" / "compiled"))
    from numba.core import config

    # The compiler reads the variable once; whoever loaded it before has read another.
    vars(config)["CACHE_DIR"] = os.environ[CACHE]


def compiled(function: Callable[..., Any]) -> Any:
    """A kernel: compiled at its first call, without the lock of the interpreter."""
    _place_cache()
    import numba

    return numba.njit(nogil=True, cache=True, error_model="numpy")(function)
