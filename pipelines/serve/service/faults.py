"""Refusals: what a request that cannot be answered gets, coded, in both languages, no path.

Belongs here: turning faults into status and body. Does not belong here: the texts (the
catalogue of findings) and refusals that need no application (``guard``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.serve.service.forms import JSON, Refusal
from pipelines.serve.service.guard import refusal, told

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from pipelines.findings import Finding


class Refused(Exception):
    """A request that cannot be answered, with status and coded body."""

    def __init__(self, one: Finding, status: int) -> None:
        """Keep the refusal."""
        super().__init__(one.code)
        self.answer = told(one, status)


def missing(value: str, zh: str, en: str) -> Refused:
    """The refusal of an id that the release does not hold."""
    return Refused(finding("E-SRV-02", value=value[:80], what_zh=zh, what_en=en), 404)


def tell_faults(app: FastAPI) -> None:
    """Make every fault of an application a coded answer."""

    def sent(status: int, body: bytes) -> Response:
        return Response(body, status, media_type=JSON, headers={"cache-control": "no-store"})

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        return sent(*error.answer)

    @app.exception_handler(FaultyData)
    async def undecided(_: Request, error: Exception) -> Response:
        assert isinstance(error, FaultyData)
        body = Refusal(findings=[f.as_json() for f in error.findings])
        return sent(409, body.model_dump_json().encode("utf-8"))

    @app.exception_handler(RequestValidationError)
    async def unacceptable(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        column, reason = str(first["loc"][-1])[:40], str(first["type"])
        return sent(*refusal("E-SRV-05", 422, column=column, reason=reason))

    @app.exception_handler(HTTPException)
    async def unknown(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 405:
            return sent(*refusal("E-SRV-09", 405, value=request.method[:20]))
        value = request.url.path[:80].encode("ascii", "replace").decode()
        return sent(*refusal("E-SRV-02", 404, value=value, what_zh="地址", what_en="address"))

    @app.exception_handler(Exception)
    async def broken(_: Request, __: Exception) -> Response:
        return sent(*refusal("E-SRV-08", 500))
