"""``tanyuan source``: published data sets: list, check, add, show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.presentation import Result
from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.commands.source_editions import Added

APP = typer.Typer(no_args_is_help=True)
Seeds = Annotated[Path | None, typer.Option(help="种子目录 seeds folder")]
Home = Annotated[Path | None, typer.Option(help="状态目录 home folder")]


@APP.command("list")
def list_sources(seeds: Seeds = None, home: Home = None) -> Result:
    """列出全部来源及其版次 | every source with its editions."""
    from pipelines.commands.source_editions import events
    from pipelines.ingest.source_toml import source_top

    settings = Settings.resolve(seeds, home)
    added: dict[str, list[str]] = {}
    for event in events(settings):
        added.setdefault(event["source_id"], []).append(event["edition"])
    rows = []
    for path in sorted(settings.seeds.glob("*/source.toml")):
        top = source_top(path.parent)
        in_seeds = [str(e["edition"]) for e in top.get("edition", [])]
        rows.append(
            {
                "source_id": top["id"],
                "title_zh": top["title_zh"],
                "title_en": top["title_en"],
                "publisher": top["publisher"],
                "is_published_set": "published" in top,
                "editions": in_seeds + added.get(top["id"], []),
            }
        )
    return Result(
        "source list",
        summary={"sources": len(rows)},
        data=rows,
        text_zh="\n".join(
            f"{r['source_id']:<28} {r['title_zh']}（{'、'.join(r['editions']) or '尚未登记版次'}）"
            for r in rows
        ),
        text_en="\n".join(
            f"{r['source_id']:<28} {r['title_en']} ({', '.join(r['editions']) or 'no edition'})"
            for r in rows
        ),
    )


@APP.command()
def show(
    source_id: Annotated[str, typer.Argument(help="数据集 source id")],
    seeds: Seeds = None,
    home: Home = None,
) -> Result:
    """显示一个数据集：权利与已登记的版次 | one published data set: rights and editions."""
    from pipelines.commands.source_editions import events, published_source
    from pipelines.ingest.published_set import read_published_set

    settings = Settings.resolve(seeds, home)
    published_source(settings, source_id)
    facts = read_published_set(settings.seeds / source_id)
    held = [e for e in events(settings) if e["source_id"] == source_id]
    right = facts.block["authorisation"]
    return Result(
        "source show",
        data={"source": dict(facts.top), "editions": held},
        text_zh="\n".join(
            [
                f"{facts.top['title_zh']}（{facts.top['publisher']}）",
                f"  许可 {facts.block['licence']} · 授权 {right['scope']}：{right['document']}",
                *[
                    f"  版次 {e['edition']} · {len(e['files'])} 个文件 · 登记于 {e['added_on']}"
                    for e in held
                ],
            ]
        ),
        text_en="\n".join(
            [
                f"{facts.top['title_en']} ({facts.top['publisher']})",
                f"  licence {facts.block['licence']} · {right['scope']}: {right['document']}",
                *[
                    f"  edition {e['edition']} · {len(e['files'])} files · added {e['added_on']}"
                    for e in held
                ],
            ]
        ),
    )


def _existing(path: Path) -> Path:
    if not path.exists():
        raise UnreadableInput(finding("E-SEED-06", file=str(path)))
    return path


def _report_zh(report: dict[str, Any]) -> list[str]:
    reasons = "，".join(f"{code} {n}" for code, n in report["reasons"].items())
    lines = [
        f"{report['source_id']} {report['edition']}：读入 {report['rows_in']} 行"
        f" = 候选 {report['candidates']} + 参数 {report['parameters']} + 跳过 {report['skipped']}",
        f"  候选 = 可入库 {report['admissible']} + 不可入库 {report['refused']}；"
        f"单元过程 {report['processes']}，交换 {report['exchanges']}",
    ]
    if reasons:
        lines.append(f"  原因 {reasons}")
    if report["columns_new"] or report["columns_lost"]:
        new, lost = "、".join(report["columns_new"]), "、".join(report["columns_lost"])
        lines.append(f"  新列 {new or '无'}；缺列 {lost or '无'}")
    return lines


def _report_en(report: dict[str, Any]) -> list[str]:
    reasons = ", ".join(f"{code} {n}" for code, n in report["reasons"].items())
    lines = [
        f"{report['source_id']} {report['edition']}: rows in {report['rows_in']} = "
        f"candidates {report['candidates']} + parameters {report['parameters']} + "
        f"skipped {report['skipped']}",
        f"  candidates = admissible {report['admissible']} + refused {report['refused']}; "
        f"unit processes {report['processes']}, exchanges {report['exchanges']}",
    ]
    if reasons:
        lines.append(f"  reasons {reasons}")
    if report["columns_new"] or report["columns_lost"]:
        new, lost = ", ".join(report["columns_new"]), ", ".join(report["columns_lost"])
        lines.append(f"  new columns {new or 'none'}; lost columns {lost or 'none'}")
    return lines


@APP.command()
def check(
    source_id: Annotated[str, typer.Argument(help="数据集 source id")],
    path: Annotated[Path, typer.Argument(help="文件或文件夹 file or folder")],
    edition: Annotated[str, typer.Option(help="版次名 name of the edition")] = "check",
    seeds: Seeds = None,
    home: Home = None,
) -> Result:
    """读一个版次并计数，不存储 | read and count an edition, store nothing."""
    from pipelines.commands.source_editions import check_edition

    checked = check_edition(Settings.resolve(seeds, home), source_id, _existing(path), edition)
    report = checked.report
    return Result(
        "source check",
        summary={
            "rows": report["rows_in"],
            "admissible": report["admissible"],
            "errors": report["refused"],
            "warnings": report["skipped"],
        },
        data=report,
        text_zh="\n".join(_report_zh(report)),
        text_en="\n".join(_report_en(report)),
    )


@APP.command()
def add(
    source_id: Annotated[str, typer.Argument(help="数据集 source id")],
    path: Annotated[Path, typer.Argument(help="文件或文件夹 file or folder")],
    edition: Annotated[str, typer.Option(help="版次名 name of the edition")],
    reason: Annotated[str | None, typer.Option(help="大量减少的原因 why much is gone")] = None,
    seeds: Seeds = None,
    home: Home = None,
) -> Result:
    """登记一个版次，下次运行读入 | store an edition; the next run reads it."""
    from pipelines.commands.source_editions import add_edition

    settings = Settings.resolve(seeds, home)
    added = add_edition(settings, source_id, _existing(path), edition, reason=reason)
    report = added.checked.report
    data: dict[str, Any] = {**report, "is_new": added.is_new, "event": added.event}
    if added.change is not None:
        data["parent_edition"] = added.parent
        data["change"] = added.change.counts()
        data["added_keys"] = list(added.change.added)
        data["removed_keys"] = list(added.change.removed)
        data["changed_keys"] = {k: list(v) for k, v in added.change.changed.items()}
    return Result(
        "source add",
        summary={"rows": report["rows_in"], "admissible": report["admissible"]},
        outputs=[{"kind": "object", "path": f["sha256"]} for f in added.event["files"]],
        data=data,
        text_zh="\n".join([*_report_zh(report), *_change_lines(added, 0)]),
        text_en="\n".join([*_report_en(report), *_change_lines(added, 1)]),
    )


def _change_lines(added: Added, language: int) -> list[str]:
    zh = language == 0
    if not added.is_new:
        return [
            "该版次已经登记，未作改动" if zh else "this edition is held already; nothing changed"
        ]
    if added.change is None:
        return ["已登记，首个版次" if zh else "added; the first edition"]
    n = added.change.counts()
    if zh:
        return [
            f"与 {added.parent} 相比：新增 {n['added']}，删除 {n['removed']}，"
            f"变更 {n['changed']}，未变 {n['unchanged']}",
            f"  变更：数值 {n['changed_value']}，单位 {n['changed_unit']}，"
            f"GWP 版本 {n['changed_gwp']}（其中仅因 GWP 版本 {n['changed_by_gwp_set_alone']}），"
            f"边界 {n['changed_boundary']}，区域 {n['changed_region']}，名称 {n['changed_label']}",
        ]
    return [
        f"against {added.parent}: added {n['added']}, removed {n['removed']}, "
        f"changed {n['changed']}, unchanged {n['unchanged']}",
        f"  changed: value {n['changed_value']}, unit {n['changed_unit']}, GWP set "
        f"{n['changed_gwp']} ({n['changed_by_gwp_set_alone']} by the set alone), boundary "
        f"{n['changed_boundary']}, region {n['changed_region']}, label {n['changed_label']}",
    ]
