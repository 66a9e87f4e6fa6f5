"""The OpenAPI document and a page to read and try it; both work without the internet."""

from importlib.metadata import distribution
from pathlib import Path

from fastapi import Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response

from contracts.errors import NotFound
from services.gateway.entrypoints.http.routing import public_router

router = public_router("schema")
FOLDER = Path(str(distribution("swagger-ui-py").locate_file("swagger_ui/static")))
ASSETS = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Parlance API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/schema/assets/swagger-ui.css"></head>
<body><div id="page"></div>
<script src="/api/schema/assets/swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({url: "/api/schema/", dom_id: "#page", deepLinking: true,
  persistAuthorization: true, validatorUrl: null, tryItOutEnabled: true});</script>
</body></html>
"""


@router.get("/api/schema/", include_in_schema=False)
async def schema(request: Request) -> JSONResponse:
    """OpenAPI 3.1."""
    return JSONResponse(request.app.openapi())


@router.get("/api/schema/swagger/", include_in_schema=False)
async def page() -> HTMLResponse:
    """Swagger UI."""
    return HTMLResponse(PAGE)


@router.get("/api/schema/assets/{name}", include_in_schema=False)
async def asset(name: str) -> Response:
    """The page's own script and style."""
    if name not in ASSETS:
        raise NotFound
    headers = {"Cache-Control": "public, max-age=86400"}
    return FileResponse(FOLDER / name, media_type=ASSETS[name], headers=headers)
