"""A gate that refuses is seen in the graph and nothing is committed; what is derived is retried."""

from __future__ import annotations

import hashlib
from pathlib import Path
from string import Formatter

import dagster as dg
import pytest

from pipelines.defs import definitions, release_gates
from pipelines.defs import publish as published
from pipelines.defs import serve as served
from pipelines.errors import FaultyData
from pipelines.findings import catalogue, finding
from pipelines.settings import Settings
from tests.conftest import SEEDS


def run_of(
    home: Path, *assets: str
) -> tuple[dg.ExecuteInProcessResult, dict[str, str], dict[str, bool]]:
    """Run some assets of the job ``release`` on what stands in a home; result, tags, checks."""
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        done = definitions(Settings(SEEDS, home)).resolve_job_def("release").execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey(name) for name in assets],
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )  # fmt: skip
        tags = dict(instance.get_run_by_id(done.run_id).tags)
        keys = [spec.key for spec in release_gates.SPECS]
        records = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
        checks = {
            key.name: record.event.dagster_event.event_specific_data.passed
            for key, record in records.items()
            if hasattr(record.event.dagster_event.event_specific_data, "passed")
        }
        return done, tags, checks


def log_of(home: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (home / "log").iterdir()}


def test_every_gate_names_findings_that_exist() -> None:
    codes = [code for gate in release_gates.GATES.values() for code in gate.codes]
    assert len(set(codes)) == len(codes)
    assert set(codes) <= catalogue().keys()
    assert all(spec.blocking for spec in release_gates.SPECS)


@pytest.mark.parametrize(
    "gate",
    [
        name if number == 0 else pytest.param(name, marks=pytest.mark.long)
        for number, name in enumerate(release_gates.GATES)
    ],
)
def test_a_gate_that_refuses_fails_its_check_and_nothing_is_committed(
    own_home, monkeypatch, gate
) -> None:
    code = min(release_gates.GATES[gate].codes)

    entry = catalogue()[code]
    texts = (entry.zh, entry.en, entry.fix_zh, entry.fix_en)
    names = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}

    def refuse(*_: object) -> None:
        raise FaultyData(finding(code, **dict.fromkeys(names, "x")))

    before = log_of(own_home)
    monkeypatch.setattr(published, "_published", refuse)
    done, tags, checks = run_of(own_home, "published_release", "warehouse")
    assert not done.success
    assert checks == {gate: False}
    assert log_of(own_home) == before
    assert published.RELEASE_TAG not in tags
    assert not any(e.step_key == "warehouse" for e in done.all_events)


def test_a_run_is_found_by_its_release_and_what_is_derived_is_tried_again(
    own_home, monkeypatch
) -> None:
    tries = []
    real = served.refresh

    def fails_once(folder: Path, home: Path) -> Path:
        tries.append(folder)
        if len(tries) == 1:
            raise OSError(28, "No space left on device")
        return real(folder, home)

    before = log_of(own_home)
    monkeypatch.setattr(served, "refresh", fails_once)
    done, tags, checks = run_of(own_home, "published_release", "warehouse")
    assert done.success
    assert len(tries) == 2
    assert checks == dict.fromkeys(release_gates.GATES, True)
    assert tags[published.RELEASE_TAG] == "2026.1.0"
    event = done.asset_materializations_for_node("published_release")[0]
    assert event.tags["release_id"] == "2026.1.0"
    folder = own_home / "releases" / "2026.1.0"
    assert event.metadata["readme"].url == (folder / "README.md").as_uri()
    assert Path(event.metadata["readme"].url.removeprefix("file://")).is_file()
    assert log_of(own_home) == before
