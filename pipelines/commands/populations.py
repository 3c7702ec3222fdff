"""Populations by the name a grade rule gives them: those of seeds and those handed in.

Belongs here: finding the members of a named population. Does not belong here: judging them
(``pipelines.grade``), which submissions were decided on (``submitted_products``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.commands.submitted_products import NAME, handed_in
from pipelines.grade import members_of, read_population

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.grade.population import Member
    from pipelines.settings import Settings


def populations_named(settings: Settings, names: Iterable[str]) -> dict[str, list[Member]]:
    """The members of each population.

    Args:
        settings: seeds and home.
        names: as grade rules name them: a file under ``seeds/populations``, or
            ``submitted/`` and the id of a submission that people decided to admit.

    Returns:
        Members by name; a submission that nobody admitted has none.

    Raises:
        UnreadableInput: a file of the seeds is missing.
        FaultyData: a population is faulty.
    """
    wanted = sorted(set(names))
    submitted = [name for name in wanted if name.startswith(f"{NAME}/")]
    rows = handed_in(settings, "population").populations if submitted else {}
    return {
        name: members_of(rows.get(name, []))
        if name in submitted
        else read_population(settings.seeds / "populations" / f"{name}.csv")
        for name in wanted
    }
