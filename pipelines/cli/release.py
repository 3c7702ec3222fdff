"""``tanyuan release``: list, verify, compare, plan, publish, recall and withdraw."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli.presentation import Result
from pipelines.cli.release_folder import folder_of, manifests
from pipelines.cli.release_text import (
    diff_result,
    notices_result,
    plan_result,
    release_withdrawn_result,
    taken_back_result,
    verify_result,
)
from pipelines.cli.withdrawn import tombstones
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.settings import Settings

APP = typer.Typer(no_args_is_help=True)
Home = Annotated[Path | None, typer.Option(help="状态目录 home folder")]
Keys = Annotated[Path | None, typer.Option(help="签名密钥目录 folder of signing keys")]


@APP.command("list")
def list_releases(home: Home = None) -> Result:
    """列出全部发布 | every release, newest last."""
    settings = Settings.resolve(home=home)
    found, gone = manifests(settings.home), tombstones(settings.releases)
    rows = [
        {
            "release_id": m["release_id"],
            "released_on": m["released_on"],
            "kind": m["kind"],
            "parent_release": m["parent_release"],
            "factors": next(t["rows"] for t in m["tables"] if t["name"] == "factor"),
            "content_sha256": m["content_sha256"],
            "withdrawn": gone.get(m["release_id"]),
        }
        for m in found
    ]
    lines = [
        f"{r['release_id']:<12} {r['released_on']}  {r['kind']:<14} {r['factors']:>7}  "
        f"{r['content_sha256'][:16]}" + _standing_line(r["withdrawn"])
        for r in rows
    ]
    return Result(
        "release list",
        summary={"releases": len(rows)},
        data=rows,
        release=rows[-1]["release_id"] if rows else None,
        text_zh="\n".join(["编号         日期        性质              因子  内容", *lines])
        if lines
        else "还没有任何发布",
        text_en="\n".join(["id           date        kind           factors  content", *lines])
        if lines
        else "no release yet",
    )


def _standing_line(gone: dict[str, Any] | None) -> str:
    """What follows a release in the list; empty for one that stands."""
    if gone is None:
        return ""
    return f"  已撤回 withdrawn {gone['on']}: {gone['text_zh']} -> {gone['successor'] or '-'}"


@APP.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="发布文件夹 folder of a release")],
    key: Annotated[list[str] | None, typer.Option(help="可信公钥 trusted public key")] = None,
    since: Annotated[Path | None, typer.Option(help="旧检查点 checkpoint kept")] = None,
    parent: Annotated[Path | None, typer.Option(help="上一发布文件夹 the release before")] = None,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="只核字节与签名 bytes and signatures only")
    ] = False,
) -> Result:
    """只凭文件夹核验发布 | verify a release with nothing but its folder."""
    if not folder.is_dir():
        raise WrongUsage(finding("E-USE-10", value=str(folder), what_zh="文件夹", what_en="folder"))
    from pipelines.publish.verify import verify as verify_folder

    outcome = verify_folder(
        folder,
        trusted=key or [],
        since=since.read_text("utf-8") if since else None,
        parent=parent,
        quick=quick,
    )
    return verify_result(outcome)


@APP.command()
def plan(
    release: Annotated[str | None, typer.Option(help="发布编号 release id")] = None,
    seeds: Annotated[Path | None, typer.Option(help="种子目录 seeds folder")] = None,
    home: Home = None,
    keys: Keys = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="假定该日发布 as if released that day"),
    ] = None,
) -> Result:
    """下一发布会是怎样：变更、影响、阻碍 | what the next release would be."""
    from pipelines.cli.run import run_job
    from pipelines.commands.left_out import left_out

    settings = Settings.resolve(seeds, home)
    if on is None:
        return plan_result(run_job(settings, "plan", release, keys), left_out(settings))
    from pipelines.commands.as_if import released_on

    # Nothing of a plan for another day may enter the ledger of this home.
    with released_on(settings, on.date()) as supposed:
        return plan_result(run_job(supposed, "plan", release, keys), left_out(supposed))


def _publish(
    release: str | None, seeds: Path | None, home: Path | None, keys: Path | None
) -> Result:
    from pipelines.cli.run import release_result

    return release_result(Settings.resolve(seeds, home), release, keys)


@APP.command()
def build(
    release: Annotated[str | None, typer.Option(help="发布编号 release id")] = None,
    seeds: Annotated[Path | None, typer.Option(help="种子目录 seeds folder")] = None,
    home: Home = None,
    keys: Keys = None,
) -> Result:
    """构建并发布（同 publish，构建与提交不可分）| build and publish; the two are one step."""
    return _publish(release, seeds, home, keys)


@APP.command()
def publish(
    release: Annotated[str | None, typer.Option(help="发布编号 release id")] = None,
    seeds: Annotated[Path | None, typer.Option(help="种子目录 seeds folder")] = None,
    home: Home = None,
    keys: Keys = None,
) -> Result:
    """构建、签名、核验、提交 | build, sign, verify and commit a release."""
    return _publish(release, seeds, home, keys)


@APP.command()
def diff(
    old: Annotated[str, typer.Argument(help="较早的发布 older release: id or folder")],
    new: Annotated[str, typer.Argument(help="较新的发布 newer release: id or folder")],
    home: Home = None,
) -> Result:
    """两次发布的差别 | what differs between two releases."""
    from pipelines.publish.plan import difference

    settings = Settings.resolve(home=home)
    folders = [folder_of(name, home) for name in (old, new)]
    ids = [m["release_id"] for m in manifests(settings.home)]
    names = [folder.name for folder in folders]
    between = [folders[1]]
    if all(name in ids for name in names):
        inside = ids[ids.index(names[0]) + 1 : ids.index(names[1]) + 1]
        between = [settings.releases / name for name in reversed(inside)]
    found = difference(folders[0], folders[1], settings.seeds, between)
    return diff_result(names[0], names[1], found)


@APP.command()
def notices(
    release: Annotated[str | None, typer.Argument(help="发布编号 release id; newest")] = None,
    home: Home = None,
) -> Result:
    """勘误、召回、届满及其全部受影响对象 | what was mended or taken back, and all it touches."""
    from pipelines.commands.change_notice import write_change_notice

    settings = Settings.resolve(home=home)
    name = folder_of(release, home).name
    return notices_result(name, *write_change_notice(settings, name))


def _take_back(kind: str, settings: Settings, factor: str, **given: Any) -> Result:
    from pipelines.commands.recall import take_back

    return taken_back_result(take_back(settings, factor.split("@", 1)[0], kind, **given))


Why = Annotated[str, typer.Option("--reason", help="原因，用平常的话 why, in plain words")]
Role = Annotated[str, typer.Option("--role", help="以何角色 in which role")]
On = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="日期 day")]
Successor = Annotated[str | None, typer.Option("--successor", help="改用何者 what to use instead")]


@APP.command()
def recall(
    factor: Annotated[str, typer.Argument(help="因子编号 factor id")],
    reason: Why,
    role: Role = "data_steward",
    on: On = None,
    successor: Successor = None,
    home: Home = None,
) -> Result:
    """召回一个有错的因子 | recall a factor that is wrong: dependents, notice, tombstone."""
    return _take_back(
        "factor_recalled", Settings.resolve(home=home), factor, reason=reason,
        change_reason="recall", role=role, on=on.date() if on else None, successor=successor,
    )  # fmt: skip


@APP.command()
def withdraw(
    subject: Annotated[str, typer.Argument(help="发布或因子编号 id of a release or a factor")],
    reason: Why,
    change_reason: Annotated[
        str, typer.Option("--class", help="原因类别 class of the reason")
    ] = "expiry",
    role: Role = "data_steward",
    on: On = None,
    successor: Successor = None,
    home: Home = None,
    keys: Keys = None,
) -> Result:
    """撤回整个发布，或一个因子；都不删除 | withdraw a release or a factor; nothing is deleted."""
    settings, day = Settings.resolve(home=home), on.date() if on else None
    if subject[:1].isdigit():
        from pipelines.commands.withdraw_release import withdraw_release

        return release_withdrawn_result(
            withdraw_release(
                settings, subject, reason=reason, change_reason=change_reason, role=role, on=day,
                successor=successor, keys=keys,
            )
        )  # fmt: skip
    return _take_back(
        "factor_withdrawn", settings, subject, reason=reason, change_reason=change_reason,
        role=role, on=day, successor=successor,
    )  # fmt: skip
