"""POST /v2/embed: up to 96 texts to unit vectors in the encodings asked for."""

import asyncio
import base64
import uuid
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from services.models.domain.refusals import InvalidInput, Unsupported
from services.models.ports import Embedded, Encoder, Purpose, Truncate, Vectors
from services.models.wiring import ModelServer

MAX_TEXTS = 96
_URGENT_TEXTS = 4  # a question or a few; more are a batch
router = APIRouter()


class _Content(BaseModel):
    type: str
    text: str = ""


class _Input(BaseModel):
    content: list[_Content]


class EmbedBody(BaseModel):
    """What Cohere's v2 embed takes, as far as this server reads it."""

    model_config = ConfigDict(extra="ignore")

    model: str
    input_type: Literal["search_document", "search_query", "classification", "clustering", "image"]
    texts: Annotated[list[str], Field(max_length=MAX_TEXTS)] | None = None
    inputs: Annotated[list[_Input], Field(max_length=MAX_TEXTS)] | None = None
    images: list[str] | None = None
    embedding_types: (
        list[Literal["float", "int8", "uint8", "binary", "ubinary", "base64"]] | None
    ) = None
    output_dimension: int | None = None
    truncate: Truncate = Truncate.END

    def all_texts(self) -> list[str]:
        """The texts to embed; raises Unsupported for images, InvalidInput for none."""
        if self.images or self.input_type == "image":
            raise Unsupported("Images cannot be embedded here: texts only.")
        texts = list(self.texts or [])
        for each in self.inputs or []:
            if any(part.type != "text" for part in each.content):
                raise Unsupported("Images cannot be embedded here: texts only.")
            texts.append("\n".join(part.text for part in each.content))
        if not texts:
            raise InvalidInput("texts: at least one text is needed.")
        return texts


@router.post("/v2/embed")
async def embed(body: EmbedBody, request: Request) -> Response:
    """Vectors by the encoder named in the body."""
    server: ModelServer = request.app.state.server
    encoder = server.encoder(body.model)
    texts = body.all_texts()
    if body.output_dimension not in {None, encoder.dimension}:
        raise Unsupported(f"{encoder.name} gives {encoder.dimension} dimensions only.")
    async with asyncio.timeout(server.settings.deadline_seconds):
        embedded = await _embed(encoder, texts, body)
    return JSONResponse(
        {
            "id": str(uuid.uuid4()),
            "response_type": "embeddings_by_type",
            "embeddings": {
                kind: _encoded(embedded.vectors, kind) for kind in body.embedding_types or ["float"]
            },
            "texts": texts,
            "meta": {
                "api_version": {"version": "2"},
                "billed_units": {"input_tokens": embedded.tokens},
            },
        }
    )


async def _embed(encoder: Encoder, texts: list[str], body: EmbedBody) -> Embedded:
    is_query = body.input_type == "search_query"
    purpose = Purpose.PASSAGE if body.input_type == "search_document" else Purpose.QUERY
    if is_query and len(texts) <= _URGENT_TEXTS and body.truncate is Truncate.END:
        return await encoder.embed_urgently(texts, purpose)
    return await encoder.embed(texts, purpose, truncate=body.truncate)


def _encoded(vectors: Vectors, kind: str) -> list[Any]:
    if kind == "float":
        return [[round(number, 7) for number in row] for row in vectors.tolist()]
    if kind == "base64":
        return [base64.b64encode(row.astype("<f4").tobytes()).decode() for row in vectors]
    return _quantised(vectors, kind).tolist()  # type: ignore[no-any-return]


def _quantised(vectors: Vectors, kind: str) -> NDArray[np.int16]:
    if kind in {"binary", "ubinary"}:
        packed = np.packbits(vectors > 0, axis=1).astype(np.int16)
        return packed - 128 if kind == "binary" else packed
    scaled = np.clip(np.rint(vectors * 127), -128, 127).astype(np.int16)
    return scaled if kind == "int8" else scaled + 128
