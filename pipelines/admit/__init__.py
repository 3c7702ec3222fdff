"""Room 2, admit: which candidate factors enter the library, and with what standing.

``rules`` finds every reason against a candidate; ``policy`` turns the rest into verdicts;
``characterise`` computes CO2e from gas masses; ``quality`` scores representativeness;
``judge`` joins them into the published tables.
"""

from __future__ import annotations

from pipelines.admit.judge import judge
from pipelines.admit.rulebook import Rulebook, read_rulebook

__all__ = ["Rulebook", "judge", "read_rulebook"]
