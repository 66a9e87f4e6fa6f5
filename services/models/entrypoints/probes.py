"""GET /healthz, /readyz and /metrics."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.models.wiring import ModelServer

router = APIRouter()


@router.get("/healthz")
async def healthz() -> Response:
    """200 while the process serves."""
    return PlainTextResponse("ok")


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """200 with the active models; a generative model that still loads does not hold it back."""
    server: ModelServer = request.app.state.server
    return JSONResponse({"status": "ready", **server.active()})


@router.get("/metrics")
async def metrics() -> Response:
    """Counters in Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
