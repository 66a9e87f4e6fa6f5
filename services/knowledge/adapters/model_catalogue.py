"""Which embedding models the model server has: Cohere's GET /v1/models."""

from dataclasses import dataclass

import httpx
import structlog

from contracts.errors import Unavailable

log = structlog.get_logger(__name__)
TIMEOUT_S = 3


def outside_proxies(url: str) -> bool:
    """Whether the environment's proxies apply: never to this machine."""
    return httpx.URL(url).host not in {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCatalogue:
    """The port `EmbeddingModels`."""

    url: str
    api_key: str

    def has(self, name: str) -> bool:
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        try:
            answer = httpx.get(
                f"{self.url.rstrip('/')}/v1/models",
                params={"endpoint": "embed", "page_size": 1000},
                headers=headers,
                timeout=TIMEOUT_S,
                trust_env=outside_proxies(self.url),
            ).raise_for_status()
            return name in {model["name"] for model in answer.json()["models"]}
        except (httpx.HTTPError, ValueError, KeyError) as error:
            log.warning("model_server_away", reason=repr(error)[:300])
            raise Unavailable.of("The model server") from error
