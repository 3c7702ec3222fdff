"""Listening on a port: the HTTP protocol with bounds of its own, started and stopped.

Belongs here: running the application on a machine. An address or headers beyond bounds are cut
where they arrive, so that a request of many megabytes is refused without being kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import uvicorn

from pipelines.serve.service.guard import LARGEST_HEADERS, LONGEST_ADDRESS

if TYPE_CHECKING:
    from pipelines.serve.service.guard import Guard

SECONDS_TO_END = 3
IDLE_SECONDS = 30


def _bounded() -> Any:
    """The quick protocol with bounds where its library is there, else the plain one."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return "h11"

    class Bounded(HttpToolsProtocol):
        """Keeps one byte more than is allowed, which the guard then refuses."""

        def on_url(self, url: bytes) -> None:
            room = LONGEST_ADDRESS + 2 - len(self.url)
            if room > 0:
                super().on_url(url[:room])

        def on_message_begin(self) -> None:
            self.header_bytes = 0
            super().on_message_begin()

        def on_header(self, name: bytes, value: bytes) -> None:
            is_within = self.header_bytes <= LARGEST_HEADERS
            self.header_bytes += len(name) + len(value)
            if is_within:
                super().on_header(name, value[: LARGEST_HEADERS + 1])

    return Bounded


def server(application: Guard, host: str, port: int) -> uvicorn.Server:
    """A server of the application, not yet started.

    Args:
        application: the guarded application.
        host: address to listen on.
        port: port; 0 takes a free one.
    """
    return uvicorn.Server(
        uvicorn.Config(
            application,
            host=host,
            port=port,
            http=_bounded(),
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=SECONDS_TO_END,
            h11_max_incomplete_event_size=LARGEST_HEADERS + LONGEST_ADDRESS,
            backlog=512,
        )
    )
