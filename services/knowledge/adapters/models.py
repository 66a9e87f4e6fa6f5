"""Embedding and reranking by the cohere SDK, against whoever speaks Cohere's v2 API."""

import asyncio
import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
import structlog
from cohere import AsyncClientV2, ClientV2
from cohere.core.api_error import ApiError
from cohere.core.request_options import RequestOptions
from cohere.types.embed_by_type_response import EmbedByTypeResponse

from contracts.errors import Unavailable
from services.knowledge.adapters.model_catalogue import outside_proxies
from services.knowledge.domain.index_run import ModelRefused, Vector

log = structlog.get_logger(__name__)
BATCH_TEXTS = 96
CAPABILITY = "The model server"
_REFUSALS = frozenset({400, 404, 413, 422, 501})
"""Statuses that say something about the request; all others may pass with time, or a better key."""
_CONNECT_S = 3


@contextmanager
def _asked() -> Iterator[None]:
    """The SDK's errors as ours."""
    try:
        yield
    except ApiError as error:
        if error.status_code in _REFUSALS:
            raise ModelRefused(f"The model server refused: {_message(error)}") from error
        log.warning("model_server_fails", status=error.status_code, reason=_message(error))
        raise Unavailable.of(CAPABILITY) from error
    except (httpx.HTTPError, TimeoutError) as error:
        log.warning("model_server_away", reason=repr(error)[:200])
        raise Unavailable.of(CAPABILITY) from error


def _message(error: ApiError) -> str:
    body = error.body
    said = body.get("message") if isinstance(body, dict) else body
    return str(said)[:300]


def _vectors(answer: EmbedByTypeResponse, expected: int) -> list[Vector]:
    encoded = answer.embeddings.base64 or []
    if len(encoded) != expected:
        raise Unavailable.of(CAPABILITY)
    return [base64.b64decode(each) for each in encoded]


class CohereEmbedder:
    """The port `Embedder`: documents, in batches. Safe to call from threads."""

    def __init__(self, *, url: str, api_key: str, timeout_s: float) -> None:
        self._client = ClientV2(
            api_key,
            base_url=url,
            httpx_client=httpx.Client(
                timeout=httpx.Timeout(timeout_s, connect=_CONNECT_S),
                trust_env=outside_proxies(url),
            ),
        )
        self._options = RequestOptions(timeout=timeout_s, max_retries=2)

    def embed(self, model: str, texts: Sequence[str]) -> list[Vector]:
        assert len(texts) <= BATCH_TEXTS
        with _asked():
            answer = self._client.embed(
                model=model,
                input_type="search_document",
                texts=list(texts),
                embedding_types=["base64"],
                truncate="END",
                request_options=self._options,
            )
            return _vectors(answer, len(texts))


class CohereQueries:
    """The ports `QueryEmbedder` and `Reranker`, for asyncio: somebody waits for the answer."""

    def __init__(self, *, url: str, api_key: str, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout_s, connect=_CONNECT_S), trust_env=outside_proxies(url)
        )
        self._client = AsyncClientV2(api_key, base_url=url, httpx_client=self._http)
        self._options = RequestOptions(timeout=timeout_s, max_retries=1)

    async def embed_query(self, model: str, text: str) -> Vector:
        with _asked():
            async with asyncio.timeout(self._timeout_s):
                answer = await self._client.embed(
                    model=model,
                    input_type="search_query",
                    texts=[text],
                    embedding_types=["base64"],
                    truncate="END",
                    request_options=self._options,
                )
            return _vectors(answer, 1)[0]

    async def relevance(self, model: str, query: str, texts: Sequence[str]) -> list[float]:
        with _asked():
            async with asyncio.timeout(self._timeout_s):
                answer = await self._client.rerank(
                    model=model,
                    query=query,
                    documents=list(texts),
                    request_options=self._options,
                )
        scores = [0.0] * len(texts)
        for result in answer.results:
            scores[result.index] = result.relevance_score
        return scores

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()
