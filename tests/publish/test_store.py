"""The log is the one commit point; damage to it is said aloud."""

from __future__ import annotations

import json

import pytest

from pipelines.errors import UnreadableInput
from pipelines.publish.store import Store


def test_an_empty_home_has_no_head(tmp_path) -> None:
    from pipelines.settings import Settings

    assert Store(Settings(tmp_path, tmp_path / "home")).head() is None


def test_a_manifest_edited_by_hand_is_seen_through_the_chain(house) -> None:
    first = house.home / "log" / "00000001.json"
    second = house.home / "log" / "00000002.json"
    manifest = json.loads(first.read_bytes())
    manifest["previous"] = "0" * 64
    second.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(UnreadableInput) as refused:
        Store(house).entries()
    assert refused.value.findings[0].code == "E-LOG-01"


def test_a_gap_in_the_log_is_seen(house) -> None:
    (house.home / "log" / "00000001.json").rename(house.home / "log" / "00000002.json")
    with pytest.raises(UnreadableInput):
        Store(house).entries()


def test_a_missing_object_is_named(house) -> None:
    import shutil

    shutil.rmtree(house.releases / "2026.1.0")
    entry = Store(house).entries()[0]
    (house.home / "objects" / entry.manifest["files"][0]["sha256"]).unlink()
    with pytest.raises(UnreadableInput) as refused:
        Store(house).recover()
    assert refused.value.findings[0].code == "E-LOG-02"
    assert not (house.releases / "2026.1.0").exists()
