"""What every test of the sources reads: the shipped library, read once."""

from __future__ import annotations

import pytest

from tests.sources import library as seeds_library


@pytest.fixture(scope="session")
def library() -> seeds_library.Tables:
    return seeds_library.library()
