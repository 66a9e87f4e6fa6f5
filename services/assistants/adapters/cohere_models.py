"""What the model server tells of its models: how much they read, and whether they can use tools."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog
from cohere import AsyncClientV2
from cohere.core.api_error import ApiError
from pydantic import ValidationError

from services.assistants.domain.model_card import ModelCard, card_by_name

log = structlog.get_logger(__name__)
NOT_TOLD = (httpx.HTTPError, ApiError, ValidationError, TimeoutError, ValueError)
PAGE = 1_000
ASKED_AGAIN_S = 600.0
TRIED_AGAIN_S = 30.0  # after a failure


@dataclass(slots=True)
class CohereModelCards:
    """The port `ModelCards`: the server is asked now and then, for all of its models at once."""

    client: AsyncClientV2
    timeout_s: float
    _cards: dict[str, ModelCard] = field(default_factory=dict)
    _good_until: float = 0.0
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def card(self, model: str) -> ModelCard:
        clock = asyncio.get_running_loop().time
        if clock() >= self._good_until:
            async with self._asking:
                if clock() >= self._good_until:
                    is_told = await self._ask()
                    self._good_until = clock() + (ASKED_AGAIN_S if is_told else TRIED_AGAIN_S)
        return self._cards.get(model) or card_by_name(model)

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(self.timeout_s):
                told = await self.client.models.list(
                    page_size=PAGE, endpoint="chat", request_options={"max_retries": 0}
                )
        except NOT_TOLD as error:  # a private deployment may tell nothing
            log.info("model_cards_not_told", reason=type(error).__name__)
            return False
        self._cards = {each.name: _card(each) for each in told.models if each.name}
        return True


def _card(told: Any) -> ModelCard:
    usual = card_by_name(told.name)
    features = told.features
    return ModelCard(
        context_tokens=int(told.context_length or usual.context_tokens),
        can_use_tools=usual.can_use_tools if features is None else "tools" in features,
    )
