"""The inbox: a file laid there is taken in or checked, once, and answered."""

import dagster as dg

from pipelines.commands.inbox import answer_file, waiting_files
from pipelines.defs.house import House


class LaidDown(dg.Config):
    """A file of the inbox, by its path inside it, and its hash as the sensor saw it."""

    name: str
    sha256: str


@dg.op(description="收件、检查、答复 | take in or check a file, and answer it")
def answer_one(context: dg.OpExecutionContext, config: LaidDown, house: House) -> None:
    """Answer one file of the inbox."""
    told = answer_file(house.settings, config.name, config.sha256)
    context.log.info(
        f"{config.name}: {told['outcome']}, rows {told['rows']}, errors {told['errors']}, "
        f"{told['answer']}"
    )


@dg.job(name="inbox", description="收件箱来件 | a file laid in the inbox")
def inbox() -> None:
    """One file, one answer."""
    answer_one()


@dg.sensor(
    job=inbox,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="收件箱有新文件时 | when a file is laid in the inbox",
)
def inbox_sensor(context: dg.SensorEvaluationContext, house: House) -> dg.SensorResult:
    """One run for every file not answered yet; the same bytes of the same name run once."""
    requests = [
        dg.RunRequest(
            run_key=f"{name} {sha256}",
            run_config=dg.RunConfig({"answer_one": LaidDown(name=name, sha256=sha256)}),
        )
        for name, sha256 in waiting_files(house.settings)
    ]
    return dg.SensorResult(run_requests=requests)


JOBS = [inbox]
SENSORS = [inbox_sensor]
