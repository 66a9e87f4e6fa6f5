"""The FastAPI application: routes, one table from failure to status, the guard around both."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from services.models.domain.refusals import Busy, Refusal
from services.models.entrypoints import catalogue, chat, embed, probes, rerank
from services.models.entrypoints.guard import Guard
from services.models.wiring import ModelServer

log = structlog.get_logger()


def create_app(server: ModelServer) -> FastAPI:
    """The application over `server`, which it closes at the end."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        server.start()
        yield
        await server.close()

    app = FastAPI(title="Parlance models", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.server = server
    for door in (chat, embed, rerank, catalogue, probes):
        app.include_router(door.router)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(TimeoutError, _too_late)
    app.add_exception_handler(Exception, _failed)
    settings = server.settings
    key = settings.api_key.get_secret_value() if settings.api_key else ""
    app.add_middleware(Guard, api_key=key, body_limit_bytes=settings.body_limit_bytes)
    return app


def _body(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    content = {"id": str(uuid.uuid4()), "message": message}
    return JSONResponse(content, status_code=status, headers=headers)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Busy) else None
    return _body(error.status, error.message, headers)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _body(400, "The body is not valid JSON.")
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    return _body(400, f"{place or 'body'}: {first['msg']}")


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _body(error.status_code, str(error.detail))


async def _too_late(_: Request, error: Exception) -> JSONResponse:
    return _body(504, "The model did not finish in time.")


async def _failed(request: Request, error: Exception) -> JSONResponse:
    log.error("request_failed", path=request.url.path, exc_info=error)
    return _body(500, "Internal error.")
