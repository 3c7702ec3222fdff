"""The addresses of the service: a JSON API with OpenAPI over one view at a time.

Belongs here: which address gives which answer. Does not belong here: the answers
(``answers``), what parameters may be (``parameters``), files (``files``), refusals
(``faults``), the bounds (``guard``).

Every request takes the present view once and answers from it alone, so that a switch of
releases never mixes two. What takes time runs in a few threads; what was answered before, or
needs one look-up, is answered at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from fastapi import FastAPI
from fastapi.responses import Response  # noqa: TC002 - read with the annotations

from pipelines.findings import finding
from pipelines.serve.service import answers
from pipelines.serve.service.faults import Refused, missing, tell_faults
from pipelines.serve.service.files import file_addresses
from pipelines.serve.service.forms import REFUSALS, Chosen, Listed, One, Several
from pipelines.serve.service.guard import AT_ONCE, Guard

# The application reads the annotations of its addresses when it is made.
from pipelines.serve.service.parameters import (  # noqa: TC001
    Boundary,
    Category,
    FactorId,
    Flow,
    FlowAsked,
    From,
    Gwp,
    Kind,
    Licence,
    Limit,
    Offset,
    Origin,
    Place,
    ProductId,
    Region,
    Route,
    Source,
    Status,
    Text,
    To,
    Unit,
    Use,
    UseYear,
    Version,
    Year,
)  # fmt: skip
from pipelines.serve.service.service import Service

if TYPE_CHECKING:
    from pipelines.serve.service.releases import Releases
    from pipelines.serve.service.service import Chooser


def application(releases: Releases, choose: Chooser, *, at_once: int = AT_ONCE) -> Guard:
    """The service over the releases of a home.

    Args:
        releases: already refreshed once.
        choose: chooses a factor for a context of use.
        at_once: requests under way before the next is told to wait.

    Returns:
        An ASGI application.
    """
    app = FastAPI(
        title="tanyuan 碳源 · 探源",
        version="1",
        description="排放因子库的只读服务。Read-only service of the emission-factor database.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )
    service = Service(releases, choose)
    _about(app, service)
    _factors(app, service)
    _results(app, service)
    file_addresses(app, service)
    tell_faults(app)
    return Guard(app, releases, at_once)


def _about(app: FastAPI, service: Service) -> None:
    @app.get("/api", response_model=One, responses=REFUSALS, tags=["release"])
    async def about() -> Response:
        """当前发布，及未予提供的更新发布 | the release served, and newer ones that are not."""
        view = service.view()
        return await service.answer(view, lambda: answers.body(view, answers.summary(view)))

    @app.get("/api/releases", response_model=Several, responses=REFUSALS, tags=["release"])
    async def releases() -> Response:
        """全部发布及其核验情况 | every release and its standing."""
        view = service.view()
        return await service.answer(
            view,
            lambda: answers.body(view, [s.as_json() for s in view.standings]),
        )

    @app.get("/api/changes", response_model=Several, responses=REFUSALS, tags=["release"])
    async def changes(first: From = None, to: To = None) -> Response:
        """两个发布之间的全部变更 | every change between two releases."""
        view = service.view()
        last = to or view.shelf.release_id
        for name in filter(None, (first, last)):
            standing = view.standing(name)
            if standing is None:
                raise missing(name, "发布", "release")
            if standing.state == "withdrawn" and standing.reason is not None:
                raise Refused(standing.reason, 409)
        rows = answers.changes(view, first, last)
        if rows is None:
            raise Refused(finding("E-SRV-06", value=f"{first or ''}..{last}"), 409)
        return await service.answer(
            view,
            lambda: answers.body(view, rows),
            is_quick=False,
        )


def _factors(app: FastAPI, service: Service) -> None:
    @app.get("/api/factors", response_model=Listed, responses=REFUSALS, tags=["factor"])
    async def factors(
        q: Text = "",
        region: Region = None,
        kind: Kind = None,
        boundary: Boundary = None,
        origin: Origin = None,
        status: Status = None,
        category: Category = None,
        flow: Flow = None,
        licence: Licence = None,
        source: Source = None,
        year: Year = None,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> Response:
        """检索与筛选因子 | search and filter factors, best first."""
        view = service.view()
        asked = {
            "region_code": region, "factor_kind": kind, "boundary": boundary,
            "data_origin": origin, "status": status, "category_id": category, "flow_id": flow,
            "licence": licence, "source_id": source,
        }  # fmt: skip
        filters = {k: v for k, v in asked.items() if v is not None}

        def make() -> bytes:
            rows, total = answers.listed(view.shelf, q, filters, year, (offset, limit))
            return answers.body(view, rows, total=total)

        return await service.answer(view, make, is_quick=False)

    @app.get("/api/factors/{factor_id}", response_model=One, responses=REFUSALS, tags=["factor"])
    async def factor(factor_id: FactorId, version: Version = None) -> Response:
        """一个因子，连同分气体、质量、出处与决定 | one factor with all it rests on."""
        view = service.view()
        found = answers.factor(view.shelf, factor_id, version)
        if found is None:
            raise missing(factor_id, "因子", "factor")
        return await service.answer(view, lambda: answers.body(view, found))

    @app.get("/api/lookup", response_model=Chosen, responses=REFUSALS, tags=["factor"])
    async def lookup(
        flow: FlowAsked,
        region: Place,
        year: UseYear,
        use: Use = "supply",
        unit: Unit = None,
        route: Route = None,
        gwp: Gwp = None,
    ) -> Response:
        """按使用情景取因子，附理由与落选者 | the factor for a context of use, with reasons."""
        view = service.view()
        shelf = view.shelf
        if not shelf.rows("flow", "flow_id", flow):
            raise missing(flow, "流", "flow")
        for table, column, value, zh, en in (
            ("region", "region_code", region, "区域", "region"),
            ("unit", "unit", unit, "单位", "unit"),
        ):
            if value is not None and value not in shelf.known(table, column):
                raise missing(value, zh, en)
        asked = {
            "flow_id": flow, "region_code": region, "year": year, "use": use, "unit": unit,
            "route": route, "gwp_set": gwp or "AR6",
        }  # fmt: skip
        return await service.answer(
            view,
            lambda: answers.body(view, service.choose(shelf, asked)),
            is_quick=False,
        )


def _results(app: FastAPI, service: Service) -> None:
    @app.get("/api/footprints", response_model=Several, responses=REFUSALS, tags=["product"])
    async def footprints() -> Response:
        """全部产品碳足迹 | every product footprint."""
        view = service.view()
        return await service.answer(
            view,
            lambda: answers.body(view, answers.footprints(view.shelf)),
            is_quick=False,
        )

    @app.get("/api/footprints/{product_id}", response_model=One, responses=REFUSALS,
             tags=["product"])  # fmt: skip
    async def footprint(product_id: ProductId, gwp: Gwp = None) -> Response:
        """一个产品的碳足迹，逐行列出因子与理由 | one footprint, line by line with reasons."""
        view = service.view()
        products = await anyio.to_thread.run_sync(view.shelf.products, gwp)
        if product_id not in products:
            raise missing(product_id, "产品", "product")
        return await service.answer(
            view,
            lambda: answers.body(view, answers.footprint(view.shelf, product_id, gwp)),
        )

    @app.get("/api/grades", response_model=Several, responses=REFUSALS, tags=["product"])
    async def grades() -> Response:
        """分级规则、限值与结果 | grade rules, limits and results."""
        view = service.view()
        return await service.answer(
            view, lambda: answers.body(view, answers.grades(view.shelf)), is_quick=False
        )

    @app.get("/api/grades/{product_id}", response_model=Several, responses=REFUSALS,
             tags=["product"])  # fmt: skip
    async def grade(product_id: ProductId) -> Response:
        """一个产品的等级，或不分级的原因 | the class of a product, or why there is none."""
        view = service.view()
        found = answers.grade(view.shelf, product_id)
        if found is None:
            raise missing(product_id, "产品", "product")
        return await service.answer(view, lambda: answers.body(view, found))
