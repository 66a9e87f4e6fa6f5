"""auth's public keys, kept: asked for again when a token names an unknown one, or after a while."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
import structlog

from contracts.errors import ServiceError
from contracts.rpc.auth import KeySet

log = structlog.get_logger(__name__)
ALGORITHM = "EdDSA"


class KeySets:
    """Public keys by their id.

    An unknown id asks auth again, at most every `patience_s` seconds; what is known stays while auth is
    away. Keys older than `fresh_s` are replaced in the background, so that a withdrawn one goes.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[KeySet]],
        *,
        now: Callable[[], float],
        patience_s: float = 3,
        fresh_s: float = 300,
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._patience_s = patience_s
        self._fresh_s = fresh_s
        self._keys: dict[str, Any] = {}
        self._asked_at = float("-inf")
        self._failure: ServiceError | None = None
        self._one_at_a_time = asyncio.Lock()
        self._renewal: asyncio.Task[None] | None = None

    async def key(self, key_id: str) -> Any | None:
        """The key, or None when auth has none of that id. Raises Unavailable when auth cannot say."""
        if key_id not in self._keys:
            async with self._one_at_a_time:
                if key_id not in self._keys and self._may_ask(self._patience_s):
                    await self._renew()
            if key_id not in self._keys and self._failure:
                raise self._failure
        elif self._may_ask(self._fresh_s):
            self._renew_later()
        return self._keys.get(key_id)

    def _may_ask(self, interval_s: float) -> bool:
        return self._now() - self._asked_at >= interval_s

    def _renew_later(self) -> None:
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        self._asked_at = self._now()
        try:
            key_set = await self._fetch()
        except ServiceError as failure:
            log.warning("key_set_not_renewed", reason=failure.detail, kept=len(self._keys))
            self._failure = failure
            return
        self._keys = {
            jwk["kid"]: jwt.PyJWK.from_dict(jwk, algorithm=ALGORITHM).key for jwk in key_set.keys
        }
        self._failure = None
