"""A source whose rows say of themselves what they hand in, so that any fault can be planted.

Belongs here: the source's module and its folder. Does not belong here: the faults.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

from pipelines.ingest.published_harvest import PublishedHarvest
from pipelines.ingest.reference import Lookups
from pipelines.ingest.seed_folder import read_editions
from pipelines.quantities.number import exact
from pipelines.sources.contract import Source
from schemas.candidate import CANDIDATE

SOURCE_ID, OTHER_ID = "planted_works", "other_works"
ENDED = "ended"
DATES = {f.name for f in CANDIDATE if f.kind == "date"}
HEAD = 'id = "{source}"\ntitle_zh = "模拟"\ntitle_en = "Simulated"\npublisher = "测试 test"\n'
EDITION = """
[[edition]]
edition = "{name}"
published_on = "2025"
accessed_on = "2026-01-01"
citation = "由测试写成 written by a test"
licence = "CC0-1.0"
data_class = "public"
data_origin = "secondary"
core_data = false

[edition.authorisation]
scope = "public"
document = "CC0"
onward_publication = true
{until}
[[edition.file]]
name = "{name}.csv"
sha256 = "{digest}"
bytes = {size}
how_obtained = "由测试写成 written by a test"
"""


def typed(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields from JSON, days as days."""
    return {
        k: dt.date.fromisoformat(v) if k in DATES and isinstance(v, str) else v
        for k, v in fields.items()
    }


def read(edition: Any, lookups: Lookups, _: Any) -> PublishedHarvest:
    """Hand in every row with its own fields, gases, parents and unit process."""
    harvest = PublishedHarvest(edition, lookups)
    name = edition.file_rows[0]["file_name"]
    for row in harvest.rows(name, needed=("key", "value", "unit_found", "row"), key="key"):
        said = json.loads(row["row"])
        evidence = harvest.evidence(row, row["key"], parents=said["parents"])
        given = {"evidence_id": "E" + "A" * 12 if said["no_evidence"] else evidence}
        factor_id = harvest.candidate(row, row["key"], **{**given, **typed(said["fields"])})
        for gas in said["gases"]:
            more = {
                k: float(v) if k.startswith("mass") else v
                for k, v in gas.items()
                if k not in {"gas", "mass"}
            }
            harvest.candidate_gas(
                factor_id, gas["gas"], exact(gas["mass"]), **{"evidence_id": evidence, **more}
            )
        for process, exchanges in said["processes"]:
            harvest.unit_process(process, exchanges)
    return harvest


def folder_of(path: Path, source: str, editions: dict[str, dict[str, dict[str, Any]]]) -> Path:
    """A source folder; the right of the edition ``ended`` has ended."""
    path.mkdir(parents=True)
    text = HEAD.format(source=source)
    for name, several in editions.items():
        lines = ["key,value,unit_found,row"]
        for key, said in several.items():
            cell = json.dumps(said, ensure_ascii=False).replace('"', '""')
            lines.append(f'{key},2.50,kg,"{cell}"')
        data = ("\n".join(lines) + "\n").encode()
        (path / f"{name}.csv").write_bytes(data)
        until = 'until = "2020-01-01"\n' if name == ENDED else ""
        text += EDITION.format(
            name=name, until=until, digest=hashlib.sha256(data).hexdigest(), size=len(data)
        )
    (path / "source.toml").write_text(text, "utf-8")
    return path


SOURCE = Source(SOURCE_ID, "模拟：植入差错的出版物", "Simulated: planted faults", read)


def harvested(folder: Path, lookups: Lookups) -> list[dict[str, Any]]:
    """What the source yields, edition by edition."""
    return [SOURCE.read(e, lookups, {}).tables() for e in read_editions(folder)]
