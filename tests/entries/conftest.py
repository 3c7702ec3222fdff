"""The rules as shipped."""

from __future__ import annotations

import pytest

from pipelines.admit import Rulebook, read_rulebook
from pipelines.tabular.text_table import read_rows
from tests.admit.samples import RELEASED_ON
from tests.conftest import SEEDS


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    rubric = read_rows(SEEDS / "rules" / "representativeness.csv")
    return read_rulebook(SEEDS, [row.cells for row in rubric], RELEASED_ON)
