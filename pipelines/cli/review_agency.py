"""``tanyuan review verification | suspend-agency | dependents``: bodies, and what rests on what."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.presentation import Result
from pipelines.cli.review_options import By, Hash, Home, On, Seeds, day_of, done
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.settings import Settings


def verification(
    record: Annotated[str, typer.Argument(help="记录 record (factor id)")],
    agency: Annotated[str, typer.Option(help="核查机构 verification body")],
    by: By, representativeness: Annotated[int, typer.Option(help="代表性 1-5")],
    accuracy: Annotated[int, typer.Option(help="准确性 1-5")],
    completeness: Annotated[int, typer.Option(help="完整性 1-5")],
    consistency: Annotated[int, typer.Option(help="一致性 1-5")],
    note_zh: Annotated[str, typer.Option(help="说明")] = "",
    note_en: Annotated[str, typer.Option(help="note")] = "",
    record_hash: Hash = None, on: On = None, seeds: Seeds = None, home: Home = None,
) -> Result:  # fmt: skip
    """登记第三方核查及四项评级 | record a third-party verification with its four ratings."""
    from pipelines.commands.agencies import record_verification
    from pipelines.commands.review_queue import hash_of, subject_of

    settings = Settings.resolve(seeds, home)
    record = subject_of(settings, record)
    ratings = {
        "representativeness": representativeness, "accuracy": accuracy,
        "completeness": completeness, "consistency": consistency,
    }  # fmt: skip
    entries = record_verification(
        settings, by, agency_id=agency, subject_id=record,
        record_hash=record_hash or hash_of(settings, record), ratings=ratings,
        note_zh=note_zh, note_en=note_en, on=day_of(on),
    )  # fmt: skip
    return done("review verification", entries, "核查已登记", "verification recorded")


def suspend_agency(
    agency: Annotated[str, typer.Argument(help="核查机构 verification body")],
    by: By, reason: Annotated[str, typer.Option(help="原因 why")],
    standing: Annotated[str, typer.Option(help="suspended|withdrawn|active")] = "suspended",
    on: On = None, seeds: Seeds = None, home: Home = None,
) -> Result:  # fmt: skip
    """暂停或撤销核查机构，列出全部受影响对象 | suspend a body and list what depends on it."""
    from pipelines.commands.agencies import set_standing
    from pipelines.commands.dependents import dependents_in_head

    settings = Settings.resolve(seeds, home)
    entries = set_standing(settings, by, agency, standing, reason, on=day_of(on))
    found = dependents_in_head(settings, agency)
    kinds: dict[str, int] = {}
    for row in found:
        kinds[row["object_kind"]] = kinds.get(row["object_kind"], 0) + 1
    said = done(
        "review suspend-agency", entries, f"{agency} 已记为 {standing}", f"{agency} is {standing}"
    )
    said.summary = {**said.summary, **kinds}
    said.data = {**said.data, "dependents": found}
    rows = [f"  {r['object_kind']:<10} {r['object_id']} {r['via']}" for r in found]
    said.text_zh = "\n".join([said.text_zh, f"当前发布中受影响 {len(found)} 个：", *rows])
    said.text_en = "\n".join([said.text_en, f"{len(found)} dependents in the head release:", *rows])
    return said


def dependents(
    agency: Annotated[str | None, typer.Option(help="若暂停该机构 if this body fell")] = None,
    source: Annotated[str | None, typer.Option(help="若该来源授权终止 if its rights ended")] = None,
    edition: Annotated[str | None, typer.Option(help="只看该版次 only this edition")] = None,
    rights_on: Annotated[
        str | None, typer.Option(help="到该日授权已届满者 rights ended by that day")
    ] = None,
    ageing_on: Annotated[
        str | None, typer.Option(help="到该日质量降级者 quality a level lower by that day")
    ] = None,
    seeds: Seeds = None, home: Home = None,
) -> Result:  # fmt: skip
    """假如某机构、授权或质量失效，当前发布中哪些对象受影响 | what of the release would be hit."""
    from pipelines.commands import resting

    settings = Settings.resolve(seeds, home)
    asked = {"agency": agency, "source": source, "rights_on": rights_on, "ageing_on": ageing_on}
    given = {name: value for name, value in asked.items() if value is not None}
    if len(given) != 1:
        raise WrongUsage(
            finding("E-USE-01", value="review dependents",
                    what_en="--agency | --source | --rights-on | --ageing-on",
                    what_zh="--agency | --source | --rights-on | --ageing-on")
        )  # fmt: skip
    [(name, value)] = given.items()
    if name == "agency":
        found = resting.resting_on_agency(settings, value)
    elif name == "source":
        found = resting.resting_on_source(settings, value, edition)
    else:
        on = day_of(value)
        assert on is not None
        ask = {"rights_on": resting.resting_on_ended_rights, "ageing_on": resting.resting_on_ageing}
        found = ask[name](settings, on)
    kinds: dict[str, int] = {}
    for row in found:
        kinds[row["object_kind"]] = kinds.get(row["object_kind"], 0) + 1
    rows = [f"  {r['object_kind']:<10} {r['object_id']} {r['via']}" for r in found]
    return Result(
        "review dependents",
        summary={"dependents": len(found), **kinds},
        data={"asked": given, "dependents": found},
        text_zh="\n".join([f"当前发布中受影响 {len(found)} 个（未作任何改动）：", *rows]),
        text_en="\n".join([f"{len(found)} would be hit; nothing was changed:", *rows]),
    )
