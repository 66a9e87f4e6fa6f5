"""What every service over RPC shares: one question, or a list in one piece."""

import asyncio
from typing import Any, ClassVar, TypeVar

from chassis.rpc_client import RpcClient
from contracts.errors import Unavailable
from contracts.shapes import Shape

Answer = TypeVar("Answer", bound=Shape)


class Service:
    """A service by its name on the bus and its name for people."""

    SERVICE: ClassVar[str]
    CAPABILITY: ClassVar[str]
    LIST_TIMEOUT_S = 60  # all pages of it

    def __init__(self, client: RpcClient) -> None:
        self._client = client

    async def _ask(
        self,
        method: str,
        request: Shape | None,
        answer: type[Answer],
        *,
        timeout_s: float | None = None,
    ) -> Answer:
        return await self._client.call(
            self.SERVICE,
            method,
            request,
            answer,
            capability=self.CAPABILITY,
            timeout_s=timeout_s,
        )

    async def _ask_all(self, method: str, request: Any, page: type[Answer], rows: str) -> Answer:
        """A list in one piece; `rows` is the member that holds it in a `page`."""
        everything: list[Any] = []
        try:
            async with asyncio.timeout(self.LIST_TIMEOUT_S):
                while True:
                    part: Any = await self._ask(method, request, page)
                    everything += getattr(part, rows)
                    if part.next is None:
                        return page.model_validate({rows: everything})
                    request = request.model_copy(update={"after": part.next})
        except TimeoutError:
            raise Unavailable.of(self.CAPABILITY) from None
