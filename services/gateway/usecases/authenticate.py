"""Tell who asks from the Authorization header."""

from dataclasses import dataclass

from services.gateway.domain.authorization import bearer_token
from services.gateway.ports import AccessTokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticate:
    """No service is asked: keys, and users who went, are known here."""

    access_tokens: AccessTokens

    async def __call__(self, header: str | None) -> int:
        """The user's id. Raises NotAuthenticated, Unavailable."""
        return await self.access_tokens.user_id(bearer_token(header))

    def refuse(self, user_id: int, code: str) -> None:
        """Who has just gone through here is refused at once; the news takes a moment to come round."""
        self.access_tokens.refuse(user_id, code)
