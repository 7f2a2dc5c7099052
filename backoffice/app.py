"""The application: every module's pages and interfaces on one engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from typing import TypeAlias

from fastapi import APIRouter, FastAPI
from fastapi.responses import Response
from sqlalchemy import text

from backoffice.cases import api as cases_api
from backoffice.catalog import api as catalog_api
from backoffice.catalog import pages as catalog_pages
from backoffice.config import Config
from backoffice.crm import api as crm_api
from backoffice.database import opened
from backoffice.fleet import api as fleet_api
from backoffice.fleet.service import identified
from backoffice.intake.answers import BoundAnswers
from backoffice.intake.api import router as intake_router
from backoffice.intake.applier import Applier
from backoffice.intake.counter_api import router as counter_router
from backoffice.intake.down.api import router as down_router
from backoffice.intake.down.builder import ChunkBuilder
from backoffice.intake.down.content import Contents
from backoffice.intake.down.news import News
from backoffice.intake.errors import Refused
from backoffice.intake.group import PushGroups
from backoffice.intake.requests import on_refused
from backoffice.mail.tasks import MailSender
from backoffice.monitoring import pages as monitoring_pages
from backoffice.oms import api as oms_api
from backoffice.oms import pages as oms_pages
from backoffice.performance import pages as performance_pages
from backoffice.platform.clock import Clock, system_clock
from backoffice.platform.deps import ReadTx
from backoffice.platform.headers import SecurityHeaders
from backoffice.promotions import api as promotions_api
from backoffice.promotions import pages as promotions_pages
from backoffice.stores import api as stores_api
from backoffice.stores import pages as stores_pages
from backoffice.users import pages as users_pages
from backoffice.value import api as value_api
from backoffice.web import assets, problems

ROUTERS = (
    intake_router,
    counter_router,
    cases_api.router,
    down_router,
    catalog_api.router,
    oms_api.router,
    promotions_api.router,
    fleet_api.router,
    stores_api.router,
    crm_api.router,
    value_api.router,
    catalog_pages.router,
    oms_pages.router,
    performance_pages.router,
    promotions_pages.router,
    stores_pages.router,
    users_pages.router,
    monitoring_pages.router,
    monitoring_pages.figures,
    assets.router,
)
_health = APIRouter(include_in_schema=False)
_Lifespan: TypeAlias = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(config: Config, clock: Clock = system_clock) -> FastAPI:
    """The head office as an ASGI application; the database is opened when it starts."""
    app = FastAPI(
        title="Tillwright head office",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(config, clock),
    )
    app.state.clock = clock
    app.state.metrics_token = config.metrics_token
    problems.install(app)
    app.add_middleware(BoundAnswers)
    # Added last, so it is outermost: an answer to a defect carries the headers too.
    app.add_middleware(SecurityHeaders)
    app.add_exception_handler(Refused, on_refused)
    for router in (*ROUTERS, _health):
        app.include_router(router)
    return app


def end_waiting(app: FastAPI) -> None:
    """Answer every till that waits for news: the server is about to stop."""
    news: News | None = getattr(app.state, "news", None)
    if news is not None:
        news.wake_all()


def _lifespan(config: Config, clock: Clock) -> _Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as stack:
            engine = stack.enter_context(opened(config, today=lambda: clock().date()))
            app.state.engine = engine
            app.state.contents = Contents()
            app.state.keeper = identified(engine, config.identity_file)
            assets.all_assets()
            groups = PushGroups(engine, clock)
            app.state.push_groups = groups
            applier = Applier(engine, groups.give_way)
            applier.start()
            stack.callback(applier.stop)
            groups.start()
            stack.callback(groups.stop)
            builder = ChunkBuilder(engine)
            builder.start()
            stack.callback(builder.stop)
            if config.smtp is not None:
                sender = MailSender(engine, config.smtp, clock)
                sender.start()
                stack.callback(sender.stop)
            news = News(engine, told=builder.kick)
            app.state.news = news
            news.start()
            try:
                yield
            finally:
                await news.stop()

    return lifespan


@_health.get("/healthz")
def healthz(tx: ReadTx) -> Response:
    """Answers 200 while the database does."""
    tx.execute(text("SELECT 1"))
    return Response('{"status":"ok"}', media_type="application/json")
