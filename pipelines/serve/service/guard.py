"""What surrounds every request: bounds on size and number, headers, no way to write.

Belongs here: refusals that need no knowledge of the data, and the headers of every answer. Pure
ASGI, so that a refusal costs little.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from pipelines.findings import Finding
    from pipelines.serve.service.releases import Releases, View

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LONGEST_ADDRESS = 4096
LARGEST_HEADERS = 16384
AT_ONCE = 96
PAGE = "/catalogue.html"
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
)
RELEASE = b"x-tanyuan-release"
POLICY = b"content-security-policy"
CLOSED = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


def refusal(code: str, status: int, **words: Any) -> tuple[int, bytes]:
    """A status and the body of a coded refusal."""
    return told(finding(code, **words), status)


def told(one: Finding, status: int) -> tuple[int, bytes]:
    """A status and the body that tells a finding."""
    return status, json.dumps({"findings": [one.as_json()]}, ensure_ascii=False).encode("utf-8")


class Guard:
    """Bounds around an application, and a memory of what it answered.

    Args of the constructor: ``application``, the ASGI application inside; ``releases``, whose
    present view remembers answers; ``at_once``, how many requests may be under way before the
    next is told to wait (429).
    """

    def __init__(
        self, application: Application, releases: Releases, at_once: int = AT_ONCE
    ) -> None:
        """Wrap an application."""
        self._inside = application
        self._releases = releases
        self._at_once = at_once
        self.under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request."""
        if scope["type"] != "http":
            await self._inside(scope, receive, send)
            return
        refused = self._refused(scope)
        if refused is not None:
            await self._tell(send, *refused)
            return
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
            send = _without_body(send)
        view = self._releases.view
        key = (scope.get("raw_path"), scope["query_string"])
        if view is not None:
            known = view.memory.recall(key)
            if known is not None:
                headers, body = known
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                await send({"type": "http.response.body", "body": body})
                return
        if self.under_way >= self._at_once:
            await self._tell(send, *refusal("E-SRV-04", 429))
            return
        self.under_way += 1
        try:
            is_api = scope["path"].startswith("/api")
            await self._inside(scope, receive, _finished(send, view if is_api else None, key))
        finally:
            self.under_way -= 1

    @staticmethod
    def _refused(scope: Scope) -> tuple[int, bytes] | None:
        if scope["method"] not in {"GET", "HEAD"}:
            return refusal("E-SRV-09", 405, value=str(scope["method"])[:20])
        size = len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"")
        if size > LONGEST_ADDRESS:
            return refusal("E-SRV-03", 414, value=f"{size} B")
        headers = sum(len(name) + len(value) for name, value in scope["headers"])
        if headers > LARGEST_HEADERS:
            return refusal("E-SRV-03", 431, value=f"{headers} B")
        return None

    async def _tell(self, send: Send, status: int, body: bytes) -> None:
        headers = [
            (b"content-type", b"application/json; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (POLICY, CLOSED),
            (b"cache-control", b"no-store"),
            *HEADERS,
        ]
        if status == 429:
            headers.append((b"retry-after", b"1"))
        if status == 405:
            headers.append((b"allow", b"GET, HEAD"))
        if status in {414, 431}:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _finished(send: Send, view: View | None, key: object) -> Send:
    """Sends with the headers of every answer, and keeps a good answer of the API.

    The page brings a policy of its own. An answer of another release than the view's, made
    while releases switched, is sent and not kept.
    """
    start: Message = {}

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            held = list(message.get("headers", []))
            if not any(name == POLICY for name, _ in held):
                held.append((POLICY, CLOSED))
            message["headers"] = [*held, *HEADERS]
            start.update(message)
        elif start.get("status") == 200 and not message.get("more_body") and view is not None:
            told = dict(start["headers"])
            is_kept = told.get(b"content-type", b"").startswith(b"application/json")
            if is_kept and told.get(RELEASE) == view.shelf.release_id.encode():
                view.memory.keep(key, start["headers"], message.get("body", b""))
        await send(message)

    return sending


def _without_body(send: Send) -> Send:
    """Sends the head of an answer alone."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sending
