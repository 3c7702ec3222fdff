"""Does a release give its graded files again, byte by byte, and is a difference named?"""

from __future__ import annotations

import json
import shutil

import pytest

from pipelines.cli.grade_regenerate import regenerate
from pipelines.errors import FaultyData
from tests.conftest import SEEDS

RULE = "demo-quantile-ammonia"


@pytest.fixture
def release(release_folder, tmp_path):
    """What of a release is read to make its graded files again, for a test to change."""
    target = tmp_path / release_folder.name
    for name in ("manifest.json", "lineage/run.json", "data/footprint.parquet",
                 "data/product.parquet"):  # fmt: skip
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(release_folder / name, target / name)
    return target


def test_a_release_gives_its_graded_files_again_and_a_changed_one_is_named(release, tmp_path):
    manifest = json.loads((release / "manifest.json").read_bytes())
    graded = {f["name"]: f for f in manifest["files"] if f["name"].startswith("grades/")}
    changed = min(graded)
    graded[changed]["sha256"] = "0" * 64
    (release / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    out = tmp_path / "again"
    found = regenerate(RULE, str(release), SEEDS, out, None)
    assert {n for n, is_same in found.data["files"].items() if not is_same} == {changed}
    assert [(f.code, f.place["file"]) for f in found.findings] == [("E-GRD-19", changed)]
    tables = {f"data/{name}.parquet" for name in ("benchmark", "grade_threshold", "grade")}
    assert found.data["files"].keys() == {*graded, *tables}
    assert all((out / name).is_file() for name in found.data["files"])
    assert found.data["thresholds"] == sorted(found.data["thresholds"])


def test_seeds_other_than_those_of_the_release_are_refused_by_name(release):
    path = release / "lineage" / "run.json"
    run = json.loads(path.read_bytes())
    run["seeds"][f"grade_rules/{RULE}.toml"] = "0" * 64
    path.write_text(json.dumps(run), "utf-8")
    with pytest.raises(FaultyData) as refused:
        regenerate(RULE, str(release), SEEDS, None, None)
    (fault,) = refused.value.findings
    assert (fault.code, fault.expected) == ("E-GRD-18", (f"grade_rules/{RULE}.toml",))
