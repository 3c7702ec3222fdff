"""The answers of one service: the view of the moment, threads for what takes time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from fastapi.responses import Response

from pipelines.findings import finding
from pipelines.serve.service.faults import Refused
from pipelines.serve.service.forms import JSON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipelines.serve.service.releases import Releases, View
    from pipelines.serve.service.shelf import Shelf

    # Chooses a factor for a context of use from a shelf's tables.
    Chooser = Callable[[Shelf, Mapping[str, Any]], dict[str, Any]]

WORKERS = 2
RELEASE = "x-tanyuan-release"


class Service:
    """The answers of one service: the view of the moment, threads for what takes time."""

    def __init__(self, releases: Releases, choose: Chooser) -> None:
        """Keep the releases and the rule of choice."""
        self._releases = releases
        self.choose = choose
        self._threads: anyio.CapacityLimiter | None = None

    def view(self) -> View:
        """The present view.

        Raises:
            Refused: no release verifies.
        """
        found = self._releases.view
        if found is None:
            raise Refused(finding("E-SRV-01"), 503)
        return found

    async def answer(
        self, view: View, make: Callable[[], bytes], *, is_quick: bool = True
    ) -> Response:
        """An answer made at once, or in one of a few threads.

        Args:
            view: the view the answer is made from.
            make: makes its bytes.
            is_quick: whether making it takes one look-up.
        """
        if is_quick:
            body = make()
        else:
            if self._threads is None:
                self._threads = anyio.CapacityLimiter(WORKERS)
            body = await anyio.to_thread.run_sync(make, limiter=self._threads)
        headers = {RELEASE: view.shelf.release_id, "cache-control": "no-cache"}
        return Response(body, media_type=JSON, headers=headers)
