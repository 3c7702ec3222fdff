"""The plausibility suite P1 to P14 over judged factors and unit processes.

Belongs here: which checks there are and the table they fill. A flag never changes a value
and never admits or refuses: it tells a person where to look (多维度数据的合理性分析).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit.plausibility import identity, peers, physics
from pipelines.admit.plausibility.flag import comparable
from pipelines.findings import catalogue, finding
from schemas.judgement import PLAUSIBILITY
from schemas.render.frame import frame_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipelines.admit.plausibility.flag import Flag
    from pipelines.admit.plausibility.limits import PlausibilityLimits

CHECKS: dict[str, Callable[[Mapping[str, pl.DataFrame], PlausibilityLimits], list[Flag]]] = {
    "A-PLA-01": identity.dimension,
    "A-PLA-02": identity.sign,
    "A-PLA-03": identity.components,
    "A-PLA-04": identity.gases,
    "A-PLA-05": physics.fuel_carbon,
    "A-PLA-06": physics.mass_balance,
    "A-PLA-07": peers.peer_range,
    "A-PLA-08": peers.same_values,
    "A-PLA-09": peers.time_jump,
    "A-PLA-10": physics.stoichiometry,
    "A-PLA-11": peers.cross_source,
    "A-PLA-12": identity.repeats,
    "A-PLA-13": peers.last_digits,
    "A-PLA-14": identity.wording,
}
NEEDED = (
    "factor", "factor_gas", "factor_co2e", "evidence", "parameter", "flow", "flow_property",
    "unit", "process", "exchange",
)  # fmt: skip


def plausibility_of(tables: Mapping[str, pl.DataFrame], limits: PlausibilityLimits) -> pl.DataFrame:
    """The ``plausibility`` rows of judged factors and of unit processes.

    Args:
        tables: the tables of ``NEEDED``.
        limits: from ``read_plausibility_limits``.

    Returns:
        One row per check and subject that did not pass, sorted by key; empty when all pass.
    """
    megajoule = tables["unit"].filter(pl.col("unit") == "MJ")
    given = {
        **tables,
        "comparable": comparable(tables["factor"], tables["unit"]),
        "energy_unit": megajoule.select(pl.col("to_base").alias("base_per_mj")),
    }
    flags = {
        (flag.code, flag.subject_kind, flag.subject_id): flag
        for check in CHECKS.values()
        for flag in check(given, limits)
    }
    rows = []
    for key, flag in sorted(flags.items()):
        words = dict(flag.words)
        expected = [str(words.pop("expected"))] if "expected" in words else []
        told = finding(flag.code, expected=expected, **words)
        rows.append(
            {
                "check_code": key[0],
                "checked_kind": key[1],
                "checked_id": key[2],
                "severity": catalogue()[flag.code].severity,
                "flag_zh": told.zh,
                "flag_en": told.en,
            }
        )
    return frame_of(PLAUSIBILITY, rows)
