"""What the model server tells of its models: how much they read, and whether they can use tools."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import structlog
from cohere import AsyncClientV2

from services.assistants.domain.model_card import ModelCard, card_by_name

log = structlog.get_logger(__name__)
PAGE = 1_000
ASKED_AGAIN_S = 600.0
TRIED_AGAIN_S = 30.0  # after a failure


@dataclass(slots=True)
class CohereModelCards:
    """The port `ModelCards`: the server is asked now and then, for all of its models at once.

    Only the first caller waits for that; later on what is known serves until there is news.
    """

    client: AsyncClientV2
    timeout_s: float
    _cards: dict[str, ModelCard] = field(default_factory=dict)
    _good_until: float = 0.0
    _asking: asyncio.Task[None] | None = None

    async def card(self, model: str) -> ModelCard:
        if self._asking is None and asyncio.get_running_loop().time() >= self._good_until:
            self._asking = asyncio.create_task(self._ask())
        if self._asking is not None and not self._cards:
            await asyncio.shield(self._asking)  # others may wait for it too
        return self._cards.get(model) or card_by_name(model)

    async def _ask(self) -> None:
        lasts_s = ASKED_AGAIN_S if await self._is_told() else TRIED_AGAIN_S
        self._good_until = asyncio.get_running_loop().time() + lasts_s
        self._asking = None

    async def _is_told(self) -> bool:
        try:
            async with asyncio.timeout(self.timeout_s):
                told = await self.client.models.list(
                    page_size=PAGE, endpoint="chat", request_options={"max_retries": 0}
                )
            self._cards = {each.name: _card(each) for each in told.models if each.name}
        except Exception as error:  # noqa: BLE001 - a private deployment may tell nothing, or anything
            log.info("model_cards_not_told", reason=type(error).__name__)
            return False
        return True


def _card(told: Any) -> ModelCard:
    usual = card_by_name(told.name)
    features = told.features
    return ModelCard(
        context_tokens=int(told.context_length or usual.context_tokens),
        can_use_tools=usual.can_use_tools if features is None else "tools" in features,
    )
