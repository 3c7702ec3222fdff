"""The graph with a process for every step, as an operator may run it."""

import dagster as dg

from pipelines.defs import definitions


def with_processes(graph: dg.Definitions) -> dg.Definitions:
    """The same assets and jobs under Dagster's multiprocess executor."""
    return dg.Definitions(
        assets=graph.assets,
        asset_checks=graph.asset_checks,
        jobs=graph.jobs,
        resources=graph.resources,
        executor=dg.multiprocess_executor,
    )


defs = with_processes(definitions())
