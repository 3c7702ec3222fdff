"""The catalogue's page and the files of the release, as verified.

Belongs here: addresses that give files. A name is looked up in the manifest, never joined to a
path as it came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from fastapi import Request  # noqa: TC002 - the application reads annotations
from fastapi.responses import FileResponse, RedirectResponse, Response

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.serve.service import answers
from pipelines.serve.service.faults import Refused, missing
from pipelines.serve.service.forms import JSON, REFUSALS, Several
from pipelines.serve.service.guard import PAGE
from pipelines.serve.service.parameters import FactorId  # noqa: TC001 - as above

if TYPE_CHECKING:
    from fastapi import FastAPI

    from pipelines.serve.service.service import Service
    from pipelines.serve.service.shelf import Shelf

TYPES = {
    ".html": "text/html; charset=utf-8", ".json": JSON, ".csv": "text/csv; charset=utf-8",
    ".md": "text/markdown; charset=utf-8", ".svg": "image/svg+xml", ".py": "text/plain",
    ".parquet": "application/vnd.apache.parquet", ".toml": "text/plain",
}  # fmt: skip


def _page_answer(shelf: Shelf, known: str | None, *, packed: bool) -> Response:
    tag = f'"{shelf.hashes["catalogue.html"][:32]}"'
    headers = {"etag": tag, "cache-control": "no-cache", "vary": "accept-encoding",
               "content-security-policy": shelf.page_policy,
               "x-tanyuan-release": shelf.release_id}  # fmt: skip
    if known == tag:
        return Response(status_code=304, headers=headers)
    if not packed:
        return Response(shelf.page, media_type=TYPES[".html"], headers=headers)
    body = shelf.packed_page()
    headers["content-encoding"] = "gzip"
    return Response(body, media_type=TYPES[".html"], headers=headers)


def _download_answer(shelf: Shelf, name: str) -> Response:
    try:
        path = shelf.download(name)
    except FaultyData as error:
        raise Refused(finding("E-SRV-10", value=name[:80]), 503) from error
    if path is None:
        raise missing(name, "文件", "file")
    kind = TYPES.get(path.suffix, "application/octet-stream")
    headers = {"x-tanyuan-release": shelf.release_id, "cache-control": "no-cache",
               "content-disposition": "attachment"}  # fmt: skip
    return FileResponse(path, media_type=kind, headers=headers)


def file_addresses(app: FastAPI, service: Service) -> None:
    """Add the page, the links to it and the downloads."""

    @app.get("/", include_in_schema=False)
    async def home() -> Response:
        return RedirectResponse(PAGE, 307)

    @app.get(PAGE, include_in_schema=False)
    async def page(request: Request) -> Response:
        shelf = service.view().shelf
        if not shelf.page:
            raise missing("catalogue.html", "文件", "file")
        packed = "gzip" in request.headers.get("accept-encoding", "")
        known = request.headers.get("if-none-match")
        return await anyio.to_thread.run_sync(lambda: _page_answer(shelf, known, packed=packed))

    @app.get("/factor/{factor_id}", include_in_schema=False)
    async def factor_page(factor_id: FactorId) -> Response:
        return RedirectResponse(f"{PAGE}#/factor/{factor_id}", 307)

    @app.get("/api/downloads", response_model=Several, responses=REFUSALS, tags=["release"])
    async def downloads() -> Response:
        """可下载的文件及其哈希 | files that can be downloaded, with their hashes."""
        view = service.view()
        files = [
            {"name": f["name"], "bytes": f["bytes"], "sha256": f["sha256"]}
            for f in view.shelf.manifest["files"]
        ]
        return await service.answer(view, lambda: answers.body(view, files))

    @app.get("/downloads/{name:path}", include_in_schema=False)
    async def download(name: str) -> Response:
        return _download_answer(service.view().shelf, name)
