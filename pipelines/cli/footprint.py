"""``tanyuan footprint``: a product's footprint from an inventory and a release's factors."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the command line reads annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.footprint_computed import computed
from pipelines.cli.footprint_explain import explain, export
from pipelines.cli.footprint_options import Home, Release, Seeds, require_there
from pipelines.cli.footprint_report import offer, report
from pipelines.cli.presentation import Result
from pipelines.cli.release_folder import folder_of
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

APP = typer.Typer(no_args_is_help=True)
APP.command()(explain)
APP.command()(export)
APP.command()(report)
APP.command()(offer)
SETS = ("AR4", "AR5", "AR5-feedback", "AR6")
STATES = {"demonstration": "演示", "provisional": "暂定"}
SHOWN_LINES = 12


@APP.callback()
def _group() -> None:
    """产品碳足迹 | product footprints."""


@APP.command()
def run(
    inventory: Annotated[
        Path, typer.Argument(help="清单文件夹或工作簿 inventory folder or workbook")
    ],
    gwp: Annotated[str | None, typer.Option(help=f"GWP 集 {'|'.join(SETS)}")] = None,
    release: Release = None,
    unit: Annotated[str | None, typer.Option(help="结果按此单位 unit of the result")] = None,
    samples: Annotated[
        int | None, typer.Option(min=0, help="蒙特卡罗抽样数，0 为不抽样 Monte Carlo samples")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="随机种子 seed of the draws")] = None,
    seeds: Seeds = None,
    home: Home = None,
) -> Result:
    """计算一个清单的产品碳足迹 | compute the footprints of an inventory."""
    if gwp is not None and gwp not in SETS:
        raise WrongUsage(
            finding("E-USE-02", value=gwp, what_zh="GWP 集", what_en="GWP set", expected=SETS)
        )
    require_there(inventory)
    settings = Settings.resolve(seeds, home)
    folder = folder_of(release, settings.home)
    done = computed(inventory, folder, settings, gwp, (samples, seed))
    found = done.products
    if unit is not None:
        found = [_in_unit(product, unit, settings) for product in found]
    return Result(
        "footprint run",
        release=folder.name,
        summary=done.summary,
        findings=done.findings,
        data={"products": found},
        text_zh="\n\n".join(_text(p, done.names, 0) for p in found),
        text_en="\n\n".join(_text(p, done.names, 1) for p in found),
    )


@APP.command()
def check(
    inventory: Annotated[
        Path, typer.Argument(help="清单文件夹或工作簿 inventory folder or workbook")
    ],
    release: Release = None,
    seeds: Seeds = None,
    home: Home = None,
) -> Result:
    """检查一个清单：重复计算、缺口、未用的初级数据 | check: counted twice, gaps, primary data."""
    require_there(inventory)
    settings = Settings.resolve(seeds, home)
    folder = folder_of(release, settings.home)
    done = computed(inventory, folder, settings, None, (0, None))
    told = done.summary
    return Result(
        "footprint check",
        release=folder.name,
        summary=told,
        findings=done.findings,
        text_zh=f"{told['products']} 个产品可以计算；重复计算 {told['double_counting']} 处，"
        f"其他提示 {told['assumptions']} 条",
        text_en=f"{told['products']} products can be computed; counted twice: "
        f"{told['double_counting']}; other remarks: {told['assumptions']}",
    )


def _in_unit(product: dict[str, Any], unit: str, settings: Settings) -> dict[str, Any]:
    """A product's result per one of another unit of the same group."""
    from pipelines.quantities.unit import UnknownUnit, load_units
    from pipelines.serve.footprint_answer import per_unit

    units = load_units(settings.seeds / "reference" / "unit.csv")
    try:
        old, new = units.find(product["declared_unit"]), units.find(unit)
    except UnknownUnit as error:
        raise WrongUsage(finding("E-USE-02", value=unit, what_zh="单位", what_en="unit")) from error
    if old.unit_group != new.unit_group:
        raise WrongUsage(
            finding("E-USE-02", value=unit, what_zh="可换算的单位", what_en="convertible unit")
        )
    return per_unit(product, new.unit, float(new.to_base / old.to_base))


def _rating(product: dict[str, Any]) -> str:
    rating = product["dqr"]["dqr"]
    return "-" if rating is None else f"{rating:.2f}"


def _gsd2(product: dict[str, Any]) -> str:
    """The factor of the interval; a result that may have either sign has none."""
    return "-" if product["gsd2"] is None else f"{product['gsd2']:.3f}"


def _interval(product: dict[str, Any], language: int) -> list[str]:
    """The 95 % interval, how much of the result it speaks of, and what to improve first."""
    # Nothing drawn, nothing uncertain, or a result of zero throughout: there is no interval.
    if not product["samples"] or product["p2_5"] == product["p97_5"]:
        return []
    zh = language == 0
    coverage = product["uncertainty_coverage"] * 100
    told = [
        f"  95 %: {product['p2_5']:,.4f} .. {product['p97_5']:,.4f}  "
        f"{'中位数' if zh else 'median'} {product['median']:,.4f}  "
        f"{'均值' if zh else 'mean'} {product['mean']:,.4f}  GSD2 {_gsd2(product)}  "
        f"({product['samples']} {'次抽样，写明不确定度的贡献占' if zh else 'samples, stated for'} "
        f"{coverage:.0f} %)"
    ]
    if product["variance"]:
        first = product["variance"][0]
        told.append(
            f"  {'先改进' if zh else 'improve first'}: {first['quantity']} "
            f"({first['variance_share'] * 100:.0f} % {'的方差' if zh else 'of the variance'})"
        )
    word = "无解抽样" if zh else "sample without solution"
    return told + [
        f"  {word} {one['sample']}: {one['radius']:.4f}, {' -> '.join(one['loop'])}"
        for one in product["unproductive"]
    ]


def _text(product: dict[str, Any], names: Mapping[str, tuple[str, str]], language: int) -> str:
    """A product's result as a reader wants it: total, stages, largest lines, gaps."""
    from pipelines.serve.explain.words import STAGES, stage_name

    zh = language == 0
    state = STATES.get(product["result_state"], "") if zh else product["result_state"]
    lines = [
        f"{product['name_zh'] if zh else product['name_en']}（{product['product_id']}）"
        f"{'【' + state + '】' if state else ''}",
        f"  {product['value']:,.4f} kgCO2e / {product['declared_amount']:g} "
        f"{product['declared_unit']}  ({product['gwp_set']}, DQR {_rating(product)})",
        "  "
        + "  ".join(
            f"{stage_name(one, language)} {product['stages'][one]:,.4f}"
            for one in sorted(product["stages"], key=list(STAGES).index)
        ),
        *_interval(product, language),
    ]
    covered = [line for line in product["lines"] if line["contribution"]]
    for line in sorted(covered, key=lambda e: -abs(e["contribution"]))[:SHOWN_LINES]:
        share = "" if line["share"] is None else f"{line['share'] * 100:6.1f} %"
        reason = line["selection"]["reason_zh" if zh else "reason_en"] or ""
        lines.append(
            f"  {share:>8}  {line['contribution']:>14,.4f}  {line['process_id']}/{line['line']} "
            f"{_name_of(line['flow'], names, language)}  {line['factor_id'] or '-'}  {reason}"
        )
    return "\n".join([*lines, *_gaps(product, names, language)])


def _name_of(flow: str, names: Mapping[str, tuple[str, str]], language: int) -> str:
    return names.get(flow, (flow, flow))[language]


def _gaps(
    product: dict[str, Any], names: Mapping[str, tuple[str, str]], language: int
) -> list[str]:
    """What no factor covers, with what it may weigh and the share of all of it."""
    from pipelines.serve.explain.gap_words import basis_of, heaviest_first, weight_of

    zh = language == 0
    shown = []
    for gap in heaviest_first(product["gaps"]):
        flow = _name_of(gap["flow"], names, language)
        name = f"{gap['process_id']}/{gap['line']} {flow}"
        word = ("燃烧无上游" if zh else "no upstream") if gap["gap_kind"] != "no_factor" else (
            "未覆盖" if zh else "not covered")  # fmt: skip
        shown.append(
            f"  {word}{'（不按零计）' if zh else ', never zero'}: {name}  "
            f"{weight_of(gap, language)} kgCO2e  {basis_of(gap, language)}"
        )
    if product["cut_off_share"]:
        share = f"{product['cut_off_share'] * 100:.1f} %"
        shown.append(f"  {'缺口估计占比' if zh else 'estimated share of the gaps'}: {share}")
    return shown
