"""What a row handed in breaks of the declared contract, row by row and before it is judged.

Belongs here: rules of the tables ``candidate`` and ``candidate_gas`` that no reason of its own
tells, their references and the key of the gases. Does not belong here: the rules themselves
(``schemas``), which reason follows (``rules``).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from schemas.candidate import CANDIDATE, CANDIDATE_GAS
from schemas.render.pandera import row_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.table import Table

# Rules that a reason of their own tells: A-VAL-02, A-CONF-01, A-CORE-01, A-PLA-03.
_OF_ITS_OWN = ("R-SRC-01", "R-FAC-10", "R-FAC-11", "mass.required")
_OF_ITS_OWN_BEGINNING = ("confidence.",)
# References that a reason of their own tells: A-EVI-01, A-RIGHT-01.
_REFERENCES_OF_THEIR_OWN = ("evidence_id", "licence", "source_id")
SEPARATOR = ", "


@cache
def _rules(table: Table) -> dict[str, pl.Expr]:
    return {
        f"{table.name}.{name}": rule
        for name, rule in row_rules(table).items()
        if name not in _OF_ITS_OWN
        and not name.startswith(_OF_ITS_OWN_BEGINNING)
        and not name.endswith(".finite")
    }


def breaches_by_row(candidate: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What each candidate breaks of its contract and of that of its gases.

    Args:
        candidate: (n) candidates; ``value`` as it would be published.
        tables: ``candidate_gas``, ``evidence``, ``gas`` and, where references are checked,
            ``region``, ``unit``, ``flow``, ``category``; a table not given is not asked.

    Returns:
        (m <= n) factor_id, breach: names of the broken rules, such as
        ``candidate.flow_id.pattern, candidate.R-FAC-04``.
    """
    gases = tables["candidate_gas"]
    found = [
        _broken(CANDIDATE, candidate),
        _broken(CANDIDATE_GAS, gases),
        *_lost(CANDIDATE, candidate, tables, _REFERENCES_OF_THEIR_OWN),
        *_lost(CANDIDATE_GAS, gases, tables, ()),
        gases.filter(gases.select(CANDIDATE_GAS.key).is_duplicated()).select(
            "factor_id", pl.lit(f"{CANDIDATE_GAS.name}.key").alias("breach")
        ),
    ]
    return (
        pl.concat(found)
        .unique(maintain_order=True)
        .group_by("factor_id", maintain_order=True)
        .agg(pl.col("breach").str.join(SEPARATOR))
    )


def _broken(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    rules = _rules(table)
    # Names are made only where something is broken: that is the dear part of it.
    bad = rows.lazy().filter(~pl.all_horizontal(*rules.values())).collect()
    names = pl.concat_list(pl.when(~rule).then(pl.lit(name)) for name, rule in rules.items())
    return (
        bad.select("factor_id", names.list.drop_nulls().alias("breach"))
        .explode("breach")
        .drop_nulls("breach")
    )


def _lost(
    table: Table, rows: pl.DataFrame, tables: Mapping[str, pl.DataFrame], told: tuple[str, ...]
) -> list[pl.DataFrame]:
    """References of rows that lead nowhere."""
    return [
        rows.select("factor_id", *ref.columns)
        .drop_nulls(list(ref.columns))
        .join(
            tables[ref.table].select(ref.to).unique(),
            left_on=list(ref.columns),
            right_on=list(ref.to),
            how="anti",
        )
        .select(
            "factor_id", pl.lit(f"{table.name}.{'+'.join(ref.columns)}.reference").alias("breach")
        )
        for ref in table.references
        if ref.columns[0] not in told and ref.table in tables
    ]
