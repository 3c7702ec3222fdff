"""Great Expectations over the files of a release, run once, as a program of its own.

    echo go | python -m pipelines.publish.expectations FOLDER

waits for a line (the files may still be written while it loads), then prints the
validation result as JSON. It is a program because the library loads slowly and writes to
standard error when the interpreter leaves.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

# Expectations a reader of the release may rely on, over its DuckDB file as written.
SUITE: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "factor": [
        ("ExpectColumnValuesToNotBeNull", {"column": "value"}),
        ("ExpectColumnValuesToNotBeNull", {"column": "evidence_id"}),
        ("ExpectColumnValuesToNotBeNull", {"column": "decision_id"}),
        ("ExpectColumnValuesToBeInSet", {"column": "data_class", "value_set": ["public"]}),
        (
            "ExpectColumnValuesToBeInSet",
            {
                "column": "status",
                "value_set": ["admitted", "provisional", "superseded", "withdrawn", "recalled"],
            },
        ),
        ("ExpectCompoundColumnsToBeUnique", {"column_list": ["factor_id", "version"]}),
        ("ExpectTableRowCountToBeBetween", {"min_value": 1}),
    ],
    "evidence": [
        ("ExpectColumnValuesToBeUnique", {"column": "evidence_id"}),
        ("ExpectColumnValuesToNotBeNull", {"column": "text_found"}),
        ("ExpectColumnValueLengthsToEqual", {"column": "file_sha256", "value": 64}),
    ],
    "decision": [("ExpectColumnValuesToBeUnique", {"column": "decision_id"})],
    "factor_gas": [("ExpectColumnValuesToNotBeNull", {"column": "mass"})],
    "gwp": [
        (
            "ExpectColumnValuesToBeBetween",
            {"column": "gwp100", "min_value": 0, "max_value": 100000},
        )
    ],
    "source_count": [("ExpectColumnValuesToBeBetween", {"column": "rows_in", "min_value": 0})],
}


def keep_connection_open() -> None:
    """Make the library keep DuckDB's connection until its rows are read.

    It closes the connection of dialects it does not list before fetching, and every
    expectation then fails to run.
    """
    import great_expectations.execution_engine.sqlalchemy_execution_engine as engine

    class _DuckDB(str):
        __slots__ = ()
        value = "duckdb"

    kept = engine._PERSISTED_CONNECTION_DIALECTS
    engine.__dict__["_PERSISTED_CONNECTION_DIALECTS"] = (*kept, _DuckDB("duckdb"))


def validate(
    database: Path, suite: dict[str, list[tuple[str, dict[str, Any]]]]
) -> list[dict[str, Any]]:
    """Validate the tables of a database.

    Args:
        database: a DuckDB file.
        suite: expectations (class name and arguments) by table.

    Returns:
        One entry per expectation: table, expectation, success, raised, observed.
    """
    import great_expectations as gx
    from great_expectations import expectations as gxe

    keep_connection_open()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {  # type: ignore[assignment]
        "globally": False,
        "metric_calculations": False,
    }
    source = context.data_sources.add_sql("release", connection_string=f"duckdb:///{database}")
    found = []
    for table, wanted in suite.items():
        batch = (
            source.add_table_asset(name=table, table_name=table)
            .add_batch_definition_whole_table(table)
            .get_batch()
        )
        for name, arguments in wanted:
            result = batch.validate(getattr(gxe, name)(**arguments))
            found.append(_entry(table, name, arguments, result.to_json_dict()))
    return found


def _entry(
    table: str, name: str, arguments: dict[str, Any], result: dict[str, Any]
) -> dict[str, Any]:
    info = result.get("exception_info") or {}
    nested = [v for v in info.values() if isinstance(v, dict)]
    raised = bool(info.get("raised_exception")) or any(v.get("raised_exception") for v in nested)
    seen = result.get("result") or {}
    kept = ("element_count", "unexpected_count", "observed_value", "partial_unexpected_list")
    return {
        "table": table,
        "expectation": f"{name} {json.dumps(arguments, ensure_ascii=False, sort_keys=True)}",
        "success": bool(result["success"]),
        "raised": raised,
        "observed": {k: seen[k] for k in kept if k in seen},
    }


def main(words: list[str]) -> int:
    """Load, wait for a line on standard input, validate the folder named, print the result."""
    import great_expectations  # noqa: F401 - loaded while the files are still being written

    if not sys.stdin.readline():
        return 1
    results = validate(Path(words[0]) / "tanyuan.duckdb", SUITE)
    text = json.dumps({"results": results}, ensure_ascii=False, sort_keys=True, default=str)
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
