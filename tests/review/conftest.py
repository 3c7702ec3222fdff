"""A desk of its own for every test."""

from __future__ import annotations

import pytest

from tests.review.desk import Desk


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path / "home")
