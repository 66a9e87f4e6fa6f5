"""GET /v1/models and /v1/models/{name}: what this server has and what each model can do."""

from typing import Any

from fastapi import APIRouter, Request

from services.models.domain.refusals import UnknownModel
from services.models.wiring import ModelServer

router = APIRouter()


@router.get("/v1/models")
async def models(
    request: Request, endpoint: str | None = None, default_only: bool = False
) -> dict[str, Any]:
    """Every model, or those that serve `endpoint` (chat, embed, rerank)."""
    server: ModelServer = request.app.state.server
    listed = [
        card
        for card in server.cards()
        if (endpoint is None or endpoint in card["endpoints"])
        and (not default_only or card["default_endpoints"])
    ]
    return {"models": listed}


@router.get("/v1/models/{name}")
async def model(name: str, request: Request) -> dict[str, Any]:
    """One model's card."""
    server: ModelServer = request.app.state.server
    for card in server.cards():
        if card["name"] == name:
            return card
    raise UnknownModel(f"No model {name!r} here.")
