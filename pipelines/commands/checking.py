"""What a submission is checked against, read so that a check starts within a second.

Belongs here: the lists, limits and admission rules of a check, joined from the rooms. Does
not belong here: storing a submission (``submission``), the checks (``pipelines.desk``).
"""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.admit.characterise import co2e_by_set
from pipelines.admit.policy import record_hashes
from pipelines.admit.refusal import words_by_code
from pipelines.admit.reviewed import REVIEW_CODES, SUBMITTED
from pipelines.admit.rulebook import Rulebook, read_rubric, read_rulebook
from pipelines.admit.rules import reasons_against
from pipelines.commands.product_faults import product_faults
from pipelines.desk.candidates import Origin
from pipelines.desk.check import Checked, Known, check
from pipelines.desk.codelists import load_code_lists
from pipelines.desk.flow_book import load_flows
from pipelines.desk.intake_limits import read_limits
from pipelines.desk.judgement_checks import read_plausibility
from pipelines.desk.reading import ReadFile, read_file
from pipelines.errors import UnreadableInput
from pipelines.findings import CATALOGUE, finding
from pipelines.quantities.unit import UnknownUnit
from pipelines.tabular.text_table import read_rows
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import DATE, require_shape
from schemas.reference import GAS, GWP, LICENCE
from schemas.render.frame import empty, frame_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipelines.settings import Settings
    from schemas.table import Table

RELEASE = "release.toml"
# Files whose text decides what a check says; their digest is recorded with every submission.
RULES = ("rules/*.toml", "rules/*.csv", "reference/*.csv", "decisions/*.toml", "release.toml")


def released_on(seeds: Path) -> dt.date:
    """The date the next release carries, at which ages and rights are measured.

    Raises:
        UnreadableInput: E-SEED-06, ``release.toml`` is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-02 it states no date.
    """
    plan = read_toml(seeds / RELEASE, RELEASE)
    require_shape(plan, RELEASE, {"released_on": DATE})
    on: dt.date = plan["released_on"]
    return on


def _reference(seeds: Path, table: Table) -> pl.DataFrame:
    """A reference table's texts, lists and yes-or-no answers; numbers are left out."""
    name = f"reference/{table.name}.csv"
    rows = read_rows(seeds / "reference" / f"{table.name}.csv", name=name)
    return frame_of(table, [{f.name: _typed(f.kind, r.get(f.name)) for f in table} for r in rows])


def _typed(kind: str, text: str | None) -> Any:
    if kind == "texts":
        return [part.strip() for part in (text or "").split(";") if part.strip()]
    if kind == "boolean":
        return {"true": True, "false": False}.get(text or "")
    return text if kind in {"text", "code", "json"} else None


@cache
def _rules_of(seeds: Path) -> tuple[Rulebook, dict[str, pl.DataFrame]]:
    rulebook = read_rulebook(seeds, read_rubric(seeds), released_on(seeds))
    return rulebook, {"licence": _reference(seeds, LICENCE), "gas": _reference(seeds, GAS)}


def admission_reasons(
    seeds: Path,
) -> Callable[[Mapping[str, pl.DataFrame]], dict[str, dict[str, dict[str, str]]]]:
    """The admission rules of the graph, over the tables a submission yields.

    Args:
        seeds: the seeds folder.

    Returns:
        A function from tables to reason codes by factor id, each with the words of its texts.
    """

    def reasons(tables: Mapping[str, pl.DataFrame]) -> dict[str, dict[str, dict[str, str]]]:
        rulebook, reference = _rules_of(seeds)
        # A submitted factor states its value; no potential is needed to judge it. Flows are
        # looked up by the desk.
        given = {**tables, **reference, "gwp": empty(GWP)}
        given.pop("flow", None)
        co2e = co2e_by_set(given["candidate_gas"].clear(), given["gwp"], given["gas"])
        judged = reasons_against(given, co2e, rulebook, record_hashes(tables))
        # That nobody has reviewed it yet is no fault of what is handed in.
        pairs = zip(judged["factor_id"], judged["reason_codes"].to_list(), strict=True)
        held = {k: [c for c in codes if c not in REVIEW_CODES] for k, codes in pairs}
        words = words_by_code(judged, sorted({c for codes in held.values() for c in codes}))
        return {k: {c: words[c][k] for c in codes} for k, codes in held.items()}

    return reasons


def known_of(settings: Settings, *, with_pins: bool = True) -> Known:
    """Everything a file is checked against, with peers from the newest release if any.

    Args:
        settings: seeds and home.
        with_pins: whether the factors that an inventory names are held against the newest
            release; a run or a computation holds them against factors of its own.

    Raises:
        UnreadableInput: a seed is missing.
        FaultyData: a seed is faulty.
    """
    import dataclasses

    seeds = settings.seeds
    flows = load_flows(seeds)
    plausibility = dataclasses.replace(read_plausibility(seeds), peers=_peers(settings))
    return Known(
        read_limits(seeds),
        load_code_lists(seeds),
        flows,
        plausibility,
        released_on(seeds),
        admission_reasons(seeds),
        product_faults(settings, (lambda: _newest(settings)) if with_pins else None),
    )


def _peers(settings: Settings) -> dict[tuple[str, str, str, str], tuple[int, Fraction]]:
    """Number and median of the released factors of a flow, in base units, by what they are."""
    release = _newest(settings)
    if release is None:
        return {}
    path = release / "data" / "factor.parquet"
    units = load_flows(settings.seeds).units
    columns = ["flow_id", "factor_kind", "value_unit", "reference_unit", "value"]
    found: dict[tuple[str, str, str, str], list[Fraction]] = {}
    for flow, kind, numerator, per, value in pl.read_parquet(path, columns=columns).iter_rows():
        try:
            unit = units.find(per)
        except UnknownUnit:
            continue
        place = (flow, kind, numerator, unit.unit_group)
        found.setdefault(place, []).append(Fraction(value) / unit.to_base)
    return {place: (len(v), _median(v)) for place, v in found.items()}


def _newest(settings: Settings) -> Path | None:
    """The folder of the newest release, where there is one and it stands in its place."""
    log = sorted((settings.home / "log").glob("*.json"))
    if not log:
        return None
    folder = settings.releases / str(json.loads(log[-1].read_bytes()).get("release_id", ""))
    return folder if (folder / "data" / "factor.parquet").is_file() else None


def _median(values: list[Fraction]) -> Fraction:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def rule_digest(seeds: Path) -> str:
    """SHA-256 over everything that decides what a check says: rules, lists, texts of codes."""
    digest = hashlib.sha256()
    paths = [path for pattern in RULES for path in sorted(seeds.glob(pattern))]
    for path in [*paths, *sorted(CATALOGUE.glob("*.toml"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def read_submission(settings: Settings, path: Path) -> tuple[ReadFile, bytes]:
    """A file handed in, read in the confined process, with its bytes.

    Raises:
        UnreadableInput: the file is missing, or larger than is ever read.
    """
    limits = read_limits(settings.seeds)
    try:
        with path.open("rb") as stream:
            # One byte more than allowed tells a file that is too large without reading it all.
            data = stream.read(limits.file_bytes + 1)
    except OSError as error:
        raise UnreadableInput(finding("E-SEED-06", file=path.name)) from error
    return read_file(path.name, data, limits), data


def check_file(
    settings: Settings,
    path: Path,
    *,
    owner: str = "unknown",
    progress: Callable[[int, int], None] | None = None,
    with_pins: bool = True,
) -> Checked:
    """Check a file without storing anything.

    Args:
        settings: seeds and home.
        path: the file.
        owner: whose records the rows are, as far as known.
        progress: called with the number of rule groups done and of all.
        with_pins: see ``known_of``.

    Raises:
        UnreadableInput: the file is missing, or a seed is.
        FaultyData: a seed is faulty.
    """
    read, data = read_submission(settings, path)
    origin = origin_of(read, len(data), owner, released_on(settings.seeds))
    return check(read, known_of(settings, with_pins=with_pins), origin, progress)


def origin_of(read: ReadFile, size: int, owner: str, on: dt.date) -> Origin:
    """Where the rows of a file handed in come from."""
    return Origin(
        f"{SUBMITTED}-{owner}",
        read.sha256[:12],
        owner,
        on.isoformat(),
        read.name,
        read.sha256,
        size,
        "由报送单位提交 handed in by the submitter",
    )
