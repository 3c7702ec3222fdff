"""Room 5, publish: from tables to a release that proves itself.

``change`` numbers versions against the parent release, ``gate`` refuses what must not go
out, ``folder`` and ``pages`` write the files, ``store`` commits them in one step, ``verify``
checks a finished folder and nothing else. ``release`` joins them.
"""

from __future__ import annotations

from pipelines.publish.change import number_versions
from pipelines.publish.release import Receipt, head_tables, publish

__all__ = ["Receipt", "head_tables", "number_versions", "publish"]
