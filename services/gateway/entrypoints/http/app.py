"""The HTTP application: documented routes behind what happens around every request."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware

from services.gateway.entrypoints.http import (
    account,
    assistant_life,
    assistants,
    auth,
    chat,
    conversations,
    docs_page,
    document_removal,
    documents,
    excels,
    health,
    hello,
    indexing,
    knowledge_bases,
    links,
    profile,
    run_exports,
    suites,
    test_runs,
    user_tools,
    whatsapp,
    whatsapp_webhook,
    zoho,
)
from services.gateway.entrypoints.http.errors import install_errors
from services.gateway.entrypoints.http.middleware import (
    CancelOnHangUp,
    LastResort,
    OtherOrigins,
    RequestLog,
)
from services.gateway.entrypoints.http.openapi import TITLE, describe
from services.gateway.entrypoints.http.routing import DocumentedRoute, with_refusals
from services.gateway.wiring import Application

VERSION = "0.1.0"
RESOURCES = (
    hello,
    auth,
    account,
    profile,
    knowledge_bases,
    documents,
    excels,
    document_removal,
    links,
    indexing,
    assistants,
    assistant_life,
    suites,
    test_runs,
    run_exports,
    chat,
    conversations,
    user_tools,
    whatsapp,
    whatsapp_webhook,
    zoho,
    docs_page,
    health,
)


class Gateway(FastAPI):
    """FastAPI with the documents of our own making."""

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            self.openapi_schema = describe(documented_routes(), version=VERSION)
        return self.openapi_schema


def documented_routes() -> list[DocumentedRoute]:
    """Every route, in the order of the resources."""
    return [
        route
        for resource in RESOURCES
        for route in resource.router.routes
        if isinstance(route, DocumentedRoute)
    ]


def make_app(application: Application | None = None, *, origins: Sequence[str] = ()) -> Gateway:
    """`application` may be set later, as `app.state.application`, before the first request."""
    app = Gateway(
        title=TITLE,
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(RequestLog),
            Middleware(OtherOrigins, origins=tuple(origins)),
            Middleware(CancelOnHangUp),
            Middleware(LastResort),
        ],
    )
    app.state.application = application
    install_errors(app)
    app.router.routes.extend(with_refusals(documented_routes()))
    return app
