"""Is the gateway alive, can it work, how is it doing; and where everything is."""

from fastapi import Response
from fastapi.responses import HTMLResponse, JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.gateway.entrypoints.http.credentials import App
from services.gateway.entrypoints.http.routing import public_router

router = public_router("health")
LANDING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Parlance</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:38rem;margin:4rem auto;padding:0 1rem}</style>
</head><body><h1>Parlance</h1>
<p>Assistants that answer from your own documents.</p>
<ul><li><a href="/api/schema/swagger/">The API, to read and to try</a></li>
<li><a href="/api/schema/">Its OpenAPI document</a></li>
<li><a href="/readyz">Is everything there?</a></li>
<li><a href="/metrics">Metrics</a></li></ul></body></html>
"""


@router.get("/", include_in_schema=False)
async def landing() -> HTMLResponse:
    """Links for a person who opens the address."""
    return HTMLResponse(LANDING)


@router.get("/healthz", include_in_schema=False)
async def alive() -> JSONResponse:
    """200 while the process runs."""
    return JSONResponse({"status": "alive"})


@router.get("/readyz", include_in_schema=False)
async def ready(app: App) -> JSONResponse:
    """503 while a needed part is away; names every part that is."""
    away = [name for name, is_there in app.parts().items() if not is_there]
    is_ready = not app.missing()
    body = {"status": "ready" if is_ready else "not ready", "away": away}
    return JSONResponse(body, status_code=200 if is_ready else 503)


@router.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    """Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
