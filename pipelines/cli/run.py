"""``tanyuan run``: run a job of the graph in this process and say what it made."""

from __future__ import annotations

import difflib
import logging
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.presentation import Result
from pipelines.errors import EnvironmentFault, FaultyData, WrongUsage
from pipelines.findings import finding
from pipelines.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagster import DagsterInstance

    from pipelines.findings import Finding
    from pipelines.publish import Receipt

# Its blocks are runs of their own.
LARGE = "large"


def APP(  # noqa: N802 - the command line looks for this name in every group
    job: Annotated[str, typer.Argument(help="作业 job")] = "release",
    release: Annotated[str | None, typer.Option(help="发布编号 release id")] = None,
    seeds: Annotated[Path | None, typer.Option(help="种子目录 seeds folder")] = None,
    home: Annotated[Path | None, typer.Option(help="状态目录 home folder")] = None,
    keys: Annotated[Path | None, typer.Option(help="签名密钥目录 folder of signing keys")] = None,
    batch: Annotated[
        Path | None, typer.Option(help="large：各清单所在的目录 folder of inventory folders")
    ] = None,
    *,
    join: Annotated[
        bool, typer.Option("--join", help="large：帮算已布好的一批 help with the batch laid out")
    ] = False,
) -> Result:
    """运行作业：从种子到已核验的发布 | run a job: from seeds to a verified release."""
    settings = Settings.resolve(seeds, home)
    from pipelines.defs import JOB, RESULTS

    if job == LARGE:
        return large_result(settings, release, batch, is_joining=join)
    if job not in RESULTS:
        near = difflib.get_close_matches(job, (*RESULTS, LARGE), n=1, cutoff=0.3) or [JOB]
        raise WrongUsage(
            finding("E-USE-02", value=job, what_zh="作业", what_en="job", expected=near)
        )
    if job != JOB:
        from pipelines.cli.release_text import plan_result, verify_result

        found = run_job(settings, job, release, keys)
        return plan_result(found) if job == "plan" else verify_result(found)
    return release_result(settings, release, keys)


def release_result(settings: Settings, release: str | None, keys: Path | None) -> Result:
    """Run the job ``release`` and say what it made."""
    from pipelines.commands.left_out import left_out

    receipt = run_release(settings, release, keys)
    return Result(
        "run",
        release=receipt.release_id,
        findings=left_out(settings),
        summary={**receipt.figures, "is_new": receipt.is_new, "checks": receipt.checks},
        outputs=[{"kind": "release", "path": str(receipt.folder)}],
        data={"release_id": receipt.release_id, "content_sha256": receipt.content_sha256},
        text_zh=_text_zh(receipt),
        text_en=_text_en(receipt),
    )


def large_result(
    settings: Settings, release: str | None, batch: Path | None, *, is_joining: bool = False
) -> Result:
    """Run a large batch block by block and say what was done now, before and elsewhere."""
    from pipelines.commands.part_store import LAYOUT, RESULTS, PartStore
    from pipelines.defs import definitions
    from pipelines.defs.house import House
    from pipelines.defs.large import ELSEWHERE, run_large

    house = House(
        seeds=str(settings.seeds), home=str(settings.home), release=release or "",
        batch=str(batch) if batch else "",
    )  # fmt: skip
    graph = definitions(settings, release, batch=batch)
    try:
        with _instance() as instance, _stopped_aloud():
            done = list(run_large(graph, house, instance, is_joining=is_joining))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EnvironmentFault(finding("E-ENV-01", reason=reason)) from error
    store = PartStore(settings)
    about, keys = store.layout().about, store.keys()
    elsewhere = sum(one.startswith(ELSEWHERE) for one in done)
    anew = sum(one not in {LAYOUT, *RESULTS} for one in done) - elsewhere
    blocks = sum(map(len, keys.values()))
    before = blocks - anew - elsewhere
    tables = {name: settings.tables / name for name in RESULTS}
    return Result(
        "run",
        release=about["release_id"],
        summary={"blocks": blocks, "blocks_done_before": before,
                 "blocks_done_elsewhere": elsewhere,
                 **{f"{kind}s": len(found) for kind, found in keys.items()}},
        outputs=[{"kind": name, "path": str(path)} for name, path in tables.items()],
        data={"release_id": about["release_id"], "layout_id": about["layout_id"]},
        text_zh=f"发布 {about['release_id']}：{blocks} 个分区，本次算 {anew} 个，"
        f"此前已有 {before} 个，别的进程同时算 {elsewhere} 个；结果在 {_shown(settings.tables)}",
        text_en=f"release {about['release_id']}: {blocks} blocks, {anew} computed now, "
        f"{before} before, {elsewhere} by other processes meanwhile; "
        f"results in {_shown(settings.tables)}",
    )  # fmt: skip


def run_release(settings: Settings, release: str | None, keys: Path | None = None) -> Receipt:
    """Run the job ``release`` in this process; its own faults come through as they are."""
    receipt: Receipt = run_job(settings, "release", release, keys)
    return receipt


def run_job(settings: Settings, job: str, release: str | None, keys: Path | None = None) -> Any:
    """Run a job in this process; what its last asset holds, as ``RESULTS`` names it."""
    from pipelines.defs import RESULTS, definitions

    with _instance() as instance, _stopped_aloud():
        done = definitions(settings, release, keys).resolve_job_def(job).execute_in_process(
            instance=instance,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )  # fmt: skip
    return done.asset_value(RESULTS[job])


def _instance() -> DagsterInstance:
    """An instance that records runs for this process alone and stays silent."""
    import warnings

    import dagster as dg

    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    return dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}})


@contextmanager
def _stopped_aloud() -> Iterator[None]:
    """Blocking checks that stop a run become findings."""
    import dagster as dg

    try:
        yield
    except dg.DagsterError as error:
        stopped = _stopped_by(str(error))
        if not stopped:
            raise
        raise FaultyData(stopped) from error


def _stopped_by(text: str) -> list[Finding]:
    """The blocking checks that stopped a run, as the graph tells them: ``asset: check,check``."""
    head, _, lines = text.partition("\n")
    if "blocking asset check" not in head:
        return []
    pairs = [line.partition(": ") for line in lines.splitlines() if ": " in line]
    return [
        finding("E-HOLD-01", value=name.strip(), table=asset)
        for asset, _, names in pairs
        for name in names.split(",")
    ]


def _shown(folder: Path) -> str:
    """The folder as a reader would type it."""
    try:
        return str(folder.relative_to(Path.cwd()))
    except ValueError:
        return str(folder)


def _query(folder: str) -> list[str]:
    prefix = "" if sys.prefix == sys.base_prefix else f"{_shown(Path(sys.prefix))}/bin/"
    return [
        f"  {prefix}tanyuan factor get 电力 --region 640000",
        f"  {prefix}tanyuan release verify {folder}",
        f'  duckdb {folder}/tanyuan.duckdb "SELECT name_zh, value, value_unit, reference_unit '
        'FROM latest LIMIT 5"',
        f"  polars.read_parquet('{folder}/data/factor.parquet')",
    ]


def _text_zh(receipt: Receipt) -> str:
    f: dict[str, Any] = receipt.figures
    folder = _shown(receipt.folder)
    head = (
        f"已发布 {receipt.release_id}，核验 {receipt.checks} 项全部相符"
        if receipt.is_new
        else f"内容与当前发布 {receipt.release_id} 相同，未作改动"
    )
    lines = [
        head,
        f"  文件夹 {folder}",
        f"  因子 {f['factors']}（入库 {f['admitted']}，暂定 {f['provisional']}），"
        f"未入库 {f['refused']}（逐条有原因）",
        f"  参数 {f['parameters']}，来源 {f['sources']} 个，读入 {f['rows_in']} 行"
        f" = 候选 {f['candidates']} + 参数 {f['parameters']} + 跳过 {f['skipped']}",
        f"  产品碳足迹 {f['products']} 个，"
        f"分级品类 {f['categories']} 个（可分级 {f['graded']} 个）",
        "  本发布未经任何主管部门批准（演示）",
        "接着可以：",
        *_query(folder),
    ]
    return "\n".join(lines)


def _text_en(receipt: Receipt) -> str:
    f: dict[str, Any] = receipt.figures
    folder = _shown(receipt.folder)
    head = (
        f"published {receipt.release_id}; all {receipt.checks} checks hold"
        if receipt.is_new
        else f"the head {receipt.release_id} already holds this content; nothing was changed"
    )
    lines = [
        head,
        f"  folder {folder}",
        f"  factors {f['factors']} (admitted {f['admitted']}, provisional {f['provisional']}), "
        f"refused {f['refused']}, each with reasons",
        f"  parameters {f['parameters']}, sources {f['sources']}, rows in {f['rows_in']}"
        f" = candidates {f['candidates']} + parameters {f['parameters']} + skipped {f['skipped']}",
        f"  product footprints {f['products']}, grade categories {f['categories']}"
        f" (graded {f['graded']})",
        "  no authority has approved this release (demonstration)",
        "next:",
        *_query(folder),
    ]
    return "\n".join(lines)
