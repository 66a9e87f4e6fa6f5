"""POST /v2/rerank: orders documents by how well they match a query."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from services.models.domain.refusals import InvalidInput, UnknownModel
from services.models.wiring import RERANK_MODEL, ModelServer

MAX_DOCUMENTS = 1000
MAX_CHARACTERS = 2_000_000
router = APIRouter()


class RerankBody(BaseModel):
    """What Cohere's v2 rerank takes, as far as this server reads it."""

    model_config = ConfigDict(extra="ignore")

    model: str
    query: Annotated[str, Field(min_length=1)]
    documents: Annotated[list[str], Field(min_length=1, max_length=MAX_DOCUMENTS)]
    top_n: Annotated[int, Field(ge=1)] | None = None
    max_tokens_per_doc: Annotated[int, Field(ge=1)] = 4096


@router.post("/v2/rerank")
async def rerank(body: RerankBody, request: Request) -> Response:
    """Documents by falling relevance, 0 to 1."""
    server: ModelServer = request.app.state.server
    if body.model != RERANK_MODEL:
        raise UnknownModel(f"No rerank model {body.model!r} here; there is {RERANK_MODEL!r}.")
    if sum(len(document) for document in body.documents) > MAX_CHARACTERS:
        raise InvalidInput(f"documents: {MAX_CHARACTERS} characters are read at most.")
    scores = await server.rerank(body.query, body.documents, body.max_tokens_per_doc)
    order = sorted(range(len(scores)), key=lambda position: -scores[position])
    results: list[dict[str, Any]] = [
        {"index": position, "relevance_score": round(scores[position], 6)}
        for position in order[: body.top_n]
    ]
    meta = {"api_version": {"version": "2"}, "billed_units": {"search_units": 1}}
    return JSONResponse({"id": str(uuid.uuid4()), "results": results, "meta": meta})
