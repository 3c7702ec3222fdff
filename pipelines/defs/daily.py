"""The daily job: what a steward should know, written down each morning."""

import datetime as dt
from typing import Any

import dagster as dg

from pipelines.commands.daily_report import daily_report, write_daily_report
from pipelines.defs.house import House
from pipelines.publish.release_plan import read_plan

DAY_TAG = "tanyuan/day"


@dg.op(
    description="到期授权、质量老化、待办评审 | expiring rights, ageing quality, open reviews",
)
def report_of_the_day(context: dg.OpExecutionContext, house: House) -> None:
    """Write the report of the day in the run's tag, else of the date of the next release."""
    tag = context.run.tags.get(DAY_TAG)
    settings = house.settings
    on = dt.date.fromisoformat(tag) if tag else read_plan(settings.seeds).released_on
    told: dict[str, Any] = daily_report(settings, on)
    path = write_daily_report(settings, on)
    context.log.info(
        f"{path}: expiring_rights {len(told['expiring_rights'])}, "
        f"ageing_quality {len(told['ageing_quality'])}, "
        f"open_reviews {told['open_reviews']['waiting']}"
    )


@dg.job(name="daily", description="每日报告 | the daily report for stewards")
def daily() -> None:
    """One report a day."""
    report_of_the_day()


@dg.schedule(
    job=daily,
    cron_schedule="0 6 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="每天 6 时 | every day at six",
)
def every_morning(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """The report of the day on which the schedule ticks."""
    day = context.scheduled_execution_time.date().isoformat()
    return dg.RunRequest(run_key=day, tags={DAY_TAG: day})


JOBS = [daily]
SCHEDULES = [every_morning]
