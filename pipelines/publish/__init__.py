"""Room 5, publish: from tables to a release that proves itself.

``version`` numbers factors against the parent release, ``change`` says what differs and why,
``gate`` refuses what must not go out, ``folder`` and ``pages`` write the files, ``seal``
signs, ``store`` commits in one step, ``verify`` checks a finished folder and nothing else.
``release`` joins them.
"""

from __future__ import annotations

from pipelines.publish.plan import Plan, plan_release
from pipelines.publish.recall import statements_of, taken_back, with_tombstones
from pipelines.publish.release import Receipt, head_tables, publish
from pipelines.publish.version import number_versions

__all__ = [
    "Plan",
    "Receipt",
    "head_tables",
    "number_versions",
    "plan_release",
    "publish",
    "statements_of",
    "taken_back",
    "with_tombstones",
]
