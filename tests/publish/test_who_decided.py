"""Does a release say of its decisions what is so, whether policies or people made them?"""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.errors import FaultyData
from pipelines.publish.release import info_row
from pipelines.publish.release_plan import read_plan
from tests.conftest import SEEDS


def frames(*kinds: str) -> dict[str, pl.DataFrame]:
    ids = [f"D{n}" for n in range(len(kinds))]
    return {
        "decision": pl.DataFrame({"decision_id": ids, "decision_kind": list(kinds)}),
        "factor": pl.DataFrame({"decision_id": ids}),
    }


@pytest.mark.parametrize(
    ("kinds", "zh", "en"),
    [
        (("policy", "policy"), "未经任何主管部门或专家批准", "no expert has approved it"),
        (("policy", "person", "policy"), "3 个因子中 1 个由登记角色的人评审后决定", "the other 2"),
        (("person", "person"), "2 个因子中 2 个", "Of 2 factors 2 were decided by people"),
    ],
)
def test_the_note_follows_from_the_decisions(kinds, zh, en) -> None:
    told = info_row(read_plan(SEEDS), "2026.1.0", None, frames(*kinds))
    assert zh in told["note_zh"]
    assert en in told["note_en"]
    assert ("未经任何主管部门或专家" in told["note_zh"]) == ("person" not in kinds)


def test_a_person_who_refused_decided_nothing_that_is_held() -> None:
    held = frames("policy")
    refused = pl.DataFrame({"decision_id": ["D9"], "decision_kind": ["person"]})
    held["decision"] = pl.concat([held["decision"], refused])
    assert "no expert" in info_row(read_plan(SEEDS), "2026.1.0", None, held)["note_en"]


@pytest.mark.parametrize(
    ("stands", "instead", "key"),
    [
        # What is no demonstration is shown as official; a slip of the pen must not make it so.
        ('kind = "demonstration"', 'kind = "demonstraton"', "kind"),
        ("year = 2026", "year = 26", "year"),
        ("released_on = 2026-11-21", "released_on = 2026-11-21T08:00:00", "released_on"),
        ("{people}", "{person}", "note_people_zh"),
        ("{people}", "{people", "note_people_zh"),
    ],
)
def test_a_plan_that_would_say_what_is_not_so_is_refused(tmp_path, stands, instead, key) -> None:
    text = (SEEDS / "release.toml").read_text("utf-8")
    (tmp_path / "release.toml").write_text(text.replace(stands, instead, 1), "utf-8")
    with pytest.raises(FaultyData) as refused:
        read_plan(tmp_path)
    assert [(f.code, f.place["field"]) for f in refused.value.findings] == [("E-SEED-02", key)]
