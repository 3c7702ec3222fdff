"""``tanyuan factor``: look up, show and trace factors of a release."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.presentation import Result
from pipelines.errors import WrongUsage
from pipelines.findings import finding

if TYPE_CHECKING:
    from pipelines.serve.lookup import Library

APP = typer.Typer(no_args_is_help=True)
Release = Annotated[str | None, typer.Option(help="发布编号 release id; newest by default")]
Home = Annotated[Path | None, typer.Option(help="状态目录 home folder")]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="该日有效 valid on that day"),
]
KnownAt = Annotated[
    datetime | None,
    typer.Option("--known-at", formats=["%Y-%m-%d"], help="该日已知 as known on that day"),
]
KIND_WORDS = {
    "published": ("公布值", "published"),
    "step": ("换算", "conversion"),
    "read": ("原文", "as found"),
    "decision": ("决定", "decision"),
}


def _library(release: str | None, home: Path | None) -> tuple[Library, str]:
    from pipelines.cli.release_folder import folder_of
    from pipelines.serve.lookup import Library as Opened

    folder = folder_of(release, home)
    return Opened(folder), folder.name


def _one(library: Library, factor_id: str) -> dict[str, Any]:
    found = library.factor(factor_id.split("@", 1)[0])
    if found is None:
        raise WrongUsage(
            finding(
                "E-USE-02",
                value=factor_id,
                what_zh="因子",
                what_en="factor",
                expected=library.ids_like(factor_id),
            )
        )
    return found


def value_line(row: dict[str, Any]) -> str:
    """A value with its unit and set, for example ``0.6187 kgCO2/kWh``."""
    gwp = "" if row["gwp_set"] == "not_applicable" else f" ({row['gwp_set']})"
    return f"{row['value']:.6g} {row['value_unit']}/{row['reference_unit']}{gwp}"


@APP.command()
def get(
    query: Annotated[str, typer.Argument(help="名称、代码或同义词 name, code or synonym")],
    region: Annotated[str | None, typer.Option(help="区域代码 region code")] = None,
    year: Annotated[int | None, typer.Option(help="年份 year of the data")] = None,
    kind: Annotated[str | None, typer.Option(help="因子类型 factor kind")] = None,
    release: Release = None,
    home: Home = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Result:
    """查因子 | find factors."""
    if as_of or known_at:
        from pipelines.cli.factor_in_time import found_in_time

        return found_in_time(query, region, year, kind, home, as_of, known_at)
    library, release_id = _library(release, home)
    rows, total = library.search(query, region=region, year=year, kind=kind)
    lines = [
        f"{r['factor_id']}  {value_line(r):<34} {r['region_code']:<7} "
        f"{r['reference_year'] or '-':<5} {r['factor_kind']:<18}"
        for r in rows
    ]
    return Result(
        "factor get",
        release=release_id,
        summary={"found": total, "shown": len(rows)},
        data=rows,
        text_zh="\n".join(
            [f"{line} {r['name_zh']}" for line, r in zip(lines, rows, strict=True)]
            + [f"共 {total} 条，显示 {len(rows)} 条（发布 {release_id}）"]
        ),
        text_en="\n".join(
            [f"{line} {r['name_en']}" for line, r in zip(lines, rows, strict=True)]
            + [f"{total} found, {len(rows)} shown (release {release_id})"]
        ),
    )


@APP.command()
def show(
    factor_id: str,
    use: Annotated[
        str | None,
        typer.Option("--for", help="用途 context of use: region=210100,year=2026,route=…"),
    ] = None,
    release: Release = None,
    home: Home = None,
) -> Result:
    """显示一个因子，可按用途评分 | show one factor, scored for a use if one is given."""
    library, release_id = _library(release, home)
    found = _one(library, factor_id)
    found["in_use"] = None if use is None else _in_use(library, found, use)
    gases = "; ".join(f"{g['gas']} {g['mass']:.6g} kg" for g in found["factor_gas"])
    sets = "; ".join(f"{c['gwp_set']} {c['co2e']:.6g}" for c in found["factor_co2e"])
    quality = found["factor_quality"][0]
    source = found["source"][0]
    interval = "" if found["lower95"] is None else f" [{found['lower95']:g}, {found['upper95']:g}]"
    facts = [
        (found["name_zh"], found["name_en"]),
        (f"  {value_line(found)}{interval}",) * 2,
        (f"  状态 {found['status']} · 类型 {found['factor_kind']} · 边界 {found['boundary']}",
         f"  {found['status']} · {found['factor_kind']} · {found['boundary']}"),
        (f"  区域 {found['region_code']} · 年份 {found['reference_year'] or '-'}",
         f"  region {found['region_code']} · year {found['reference_year'] or '-'}"),
        (f"  分气体 {gases or '未给出'}", f"  gases {gases or 'not given'}"),
        (f"  CO2e {sets or '不换算'}", f"  CO2e {sets or 'not converted'}"),
        (f"  质量 DQR {quality['dqr']:g}：{quality['reasons_zh']}",
         f"  quality DQR {quality['dqr']:g}: {quality['reasons_en']}"),
        *_judged_lines(quality),
        (f"  来源 {source['citation']}", f"  source {source['citation']}"),
        (f"  标记 {', '.join(found['flags']) or '无'} · {found['note_zh'] or ''}",
         f"  flags {', '.join(found['flags']) or 'none'} · {found['note_en'] or ''}"),
    ]  # fmt: skip
    facts += _use_lines(found["in_use"])
    return Result(
        "factor show",
        release=release_id,
        data=found,
        text_zh="\n".join(zh for zh, _ in facts),
        text_en="\n".join(en for _, en in facts),
    )


def _judged_lines(quality: dict[str, Any]) -> list[tuple[str, str]]:
    """Rigour and traceability in words, with the evidence."""
    from schemas.vocabularies import JUDGEMENT_LEVEL

    lines = []
    names = (("rigour", "严谨性", "rigour"), ("traceability", "可追溯性", "traceability"))
    for column, zh, en in names:
        # Releases made before the judgements have no such columns.
        level, said = quality.get(column, "not_judged"), quality.get(f"{column}_evidence") or "-"
        lines.append((f"  {zh} {JUDGEMENT_LEVEL.zh(level)}：{said}",
                      f"  {en} {JUDGEMENT_LEVEL.en(level)}: {said}"))  # fmt: skip
    return lines


def _in_use(library: Library, found: dict[str, Any], use: str) -> dict[str, Any]:
    from pipelines.commands.factor_in_use import in_use
    from pipelines.settings import Settings

    return in_use(Settings.resolve().seeds, library.folder, found, use)


def _use_lines(in_use: dict[str, Any] | None) -> list[tuple[str, str]]:
    if in_use is None:
        return []
    stated = ", ".join(f"{k}={v}" for k, v in in_use["context"].items() if v is not None)
    lines = [
        (f"  用于 {stated}：DQR {in_use['dqr']:g}（自身范围 {in_use['dqr_own_scope']:g}）",
         f"  for {stated}: DQR {in_use['dqr']:g} (own scope {in_use['dqr_own_scope']:g})")
    ]  # fmt: skip
    for scale, scores in in_use["scores"].items():
        lines += [
            (f"    {scale} {s['criterion']} {s['score']:g}：{s['reason_zh']}",
             f"    {scale} {s['criterion']} {s['score']:g}: {s['reason_en']}")
            for s in scores
        ]  # fmt: skip
    return lines


@APP.command()
def trace(factor_id: str, release: Release = None, home: Home = None) -> Result:
    """从公布值追到原文 | trace a number to the cell it was read from."""
    library, release_id = _library(release, home)
    _one(library, factor_id)
    chain = library.trace(factor_id)

    def text(column: int) -> str:
        return "\n".join(
            f"{'  ' * step['depth']}{KIND_WORDS[step['kind']][column]:<6} | {step['what']} | "
            f"{step['value']} | {step['where']}"
            for step in chain
        )

    return Result(
        "factor trace",
        release=release_id,
        summary={"steps": len(chain)},
        data=chain,
        text_zh=text(0),
        text_en=text(1),
    )


@APP.command()
def ageing(
    on: Annotated[str, typer.Option("--on", help="到哪一天 by which day, YYYY-MM-DD")],
    release: Release = None,
    home: Home = None,
) -> Result:
    """到某日会变旧的因子及依赖它们的结果 | factors that age by a day, and what rests on them."""
    from pipelines.cli.release_folder import folder_of
    from pipelines.commands.factor_ageing import ageing_by
    from pipelines.settings import Settings

    folder = folder_of(release, home)
    found = ageing_by(Settings.resolve(home=home), folder, on)
    rows = found["factors"]
    crossing = sum(row["crosses_level"] for row in rows)
    resting = {thing for row in rows for thing in row["dependents"]}

    def lines(name: str) -> list[str]:
        return [
            f"{r['factor_id']}  {r['next_loss']}  TiR {r['tir']:g} → {r['tir_then']:g}  "
            f"DQR {r['dqr']:g} → {r['dqr_then']:g}  {'*' if r['crosses_level'] else ' '} {r[name]}"
            for r in rows
        ]

    return Result(
        "factor ageing",
        release=folder.name,
        summary={"factors": len(rows), "crossing": crossing, "dependents": len(resting)},
        data=found,
        text_zh="\n".join(
            [
                *lines("name_zh"),
                f"到 {found['on']} 有 {len(rows)} 个因子时间代表性变差，其中 {crossing} 个"
                f"降级（*）；依赖它们的因子、碳足迹与分级 {len(resting)} 项",
            ]
        ),
        text_en="\n".join(
            [
                *lines("name_en"),
                f"by {found['on']} {len(rows)} factors age, {crossing} of them lose a "
                f"level (*); {len(resting)} factors, footprints and grades rest on them",
            ]
        ),
    )


@APP.command()
def history(factor_id: str, home: Home = None) -> Result:
    """一个因子在各次发布中的变化 | a factor across the releases."""
    from pipelines.cli.factor_in_time import history_result

    return history_result(factor_id.split("@", 1)[0], home)


@APP.command("cite")
def cite_factor(
    factor_id: str,
    style: Annotated[str, typer.Option(help="gbt7714 | bibtex | ris | cff")] = "gbt7714",
    release: Release = None,
    home: Home = None,
) -> Result:
    """因子的引文 | the citation of a factor."""
    from pipelines.cli.factor_in_time import cite_result

    library, _ = _library(release, home)
    return cite_result(_one(library, factor_id), library.folder, style)
