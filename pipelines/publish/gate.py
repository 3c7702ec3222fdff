"""The release gate: nothing is published that breaks a contract, a right or a decision.

Belongs here: the checks before files are written (contracts, references, classes) and the
one over the files as written (Great Expectations, in a child process). Does not belong
here: verifying a finished folder (``verify``).
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import EnvironmentFault, FaultyData, RefusedByPolicy
from pipelines.findings import finding
from pipelines.settings import REPOSITORY
from schemas.render.pandera import breaches_of, broken_references

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from schemas.table import Table


def require_contracts(
    tables: Sequence[Table], frames: Mapping[str, pl.DataFrame]
) -> list[dict[str, Any]]:
    """Every contract and reference of the tables to be published.

    Args:
        tables: the published tables.
        frames: their rows, by name.

    Returns:
        One entry per table for the quality report: name, rows, rules checked.

    Raises:
        FaultyData: a rule is broken; one finding per breach.
    """
    faults = []
    report = []
    for table in tables:
        frame = frames[table.name]
        breaches = breaches_of(table, frame) or broken_references(table, frame, frames)
        faults += [
            finding(
                "E-REL-03",
                value=b.table,
                row=b.first_rows[0] + 1 if b.first_rows else None,
                column=b.column,
                rule=b.rule,
                found=b.first_values[0] if b.first_values else "",
            )
            for b in breaches
        ]
        report.append(
            {
                "table": table.name,
                "rows": frame.height,
                "columns": len(table.fields),
                "rules": sum(len(_rules(table, f.name)) for f in table) + len(table.rules),
                "references": len(table.references),
                "broken": len(breaches),
            }
        )
    if faults:
        raise FaultyData(faults)
    return report


def _rules(table: Table, name: str) -> list[str]:
    field = table[name]
    found = ["type"]
    found += ["required"] if table.is_required(name) else []
    found += ["finite"] if field.kind == "number" else []
    found += ["minimum"] if field.minimum is not None else []
    found += ["maximum"] if field.maximum is not None else []
    found += ["vocabulary"] if field.vocabulary else []
    found += ["pattern"] if field.pattern else []
    return found


def require_public(frames: Mapping[str, pl.DataFrame]) -> None:
    """Refuse any factor that is not public.

    Raises:
        RefusedByPolicy: a row is restricted or confidential.
    """
    closed = frames["factor"].filter(pl.col("data_class") != "public")
    if not closed.is_empty():
        raise RefusedByPolicy([finding("E-REL-06", value=name) for name in closed["factor_id"]])


class Expectations:
    """Great Expectations over the files of a folder, in a process of its own.

    The library loads for seconds, so the process is started first and told to go when the
    files are written. Used as a context manager: leaving it ends the process.
    """

    def __init__(self, folder: Path) -> None:
        """Start the process; it loads and waits."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.publish.expectations", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=REPOSITORY,
        )

    def __enter__(self) -> Expectations:
        """The waiting process."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def outcome(self) -> dict[str, Any]:
        """Let it go and take its result.

        Returns:
            The validation result as plain data.

        Raises:
            EnvironmentFault: an expectation raised, or the process failed.
            FaultyData: an expectation does not hold.
        """
        text, noise = self._process.communicate("go\n")
        try:
            found: dict[str, Any] = json.loads(text)
        except ValueError as error:
            tail = noise.strip().splitlines()[-1:] or ["no output"]
            raise EnvironmentFault(finding("E-REL-05", value=tail[0][:200])) from error
        raised = [r for r in found["results"] if r["raised"]]
        if raised:
            raise EnvironmentFault([finding("E-REL-05", value=r["expectation"]) for r in raised])
        failed = [r for r in found["results"] if not r["success"]]
        if failed:
            raise FaultyData(
                [
                    finding("E-REL-04", value=f"{r['table']}: {r['expectation']} {r['observed']}")
                    for r in failed
                ]
            )
        return found
