"""auth's public keys, and whose tokens are refused, kept: asked for again when a token names an unknown key,
or after a while."""

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
    Users who go between two answers are told by `refuse`.
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
        self._refused: dict[int, str] = {}
        self._refused_since_asked: dict[int, str] = {}
        self._asked_at = float("-inf")
        self._failure: ServiceError | None = None
        self._one_at_a_time = asyncio.Lock()
        self._renewal: asyncio.Task[bool] | None = None

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

    def refusal(self, user_id: int) -> str | None:
        """Simple JWT's code for a user whose tokens are good no more; None for everybody else."""
        return self._refused.get(user_id)

    def refuse(self, user_id: int, code: str) -> None:
        """From now on. An answer of auth's that is under way may not know it yet."""
        self._refused[user_id] = self._refused_since_asked[user_id] = code

    async def renew(self) -> bool:
        """Ask auth now. False when it cannot say: what is known stays."""
        async with self._one_at_a_time:
            await self._renew()
            if self._failure and not self._keys:
                self._asked_at = float("-inf")  # the first request may ask at once
            return self._failure is None

    def _may_ask(self, interval_s: float) -> bool:
        return self._now() - self._asked_at >= interval_s

    def _renew_later(self) -> None:
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self.renew())

    async def _renew(self) -> None:
        self._asked_at = self._now()
        self._refused_since_asked = {}
        try:
            key_set = await self._fetch()
        except ServiceError as failure:
            log.warning("key_set_not_renewed", reason=failure.detail, kept=len(self._keys))
            self._failure = failure
            return
        self._keys = {
            jwk["kid"]: jwt.PyJWK.from_dict(jwk, algorithm=ALGORITHM).key for jwk in key_set.keys
        }
        refused = {each.user_id: str(each.code) for each in key_set.refused}
        self._refused = refused | self._refused_since_asked
        self._failure = None
