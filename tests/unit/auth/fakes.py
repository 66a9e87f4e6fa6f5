"""Working in-memory versions of auth's ports."""

from dataclasses import dataclass, field
from typing import Any

from contracts.errors import NotAuthenticated
from services.auth.domain.user import User


@dataclass
class MemoryUsers:
    rows: dict[int, User] = field(default_factory=dict)
    taken_meanwhile: bool = False

    def add(self, *, username: str, password_hash: str) -> int | None:
        if self.taken_meanwhile or self.by_username(username):
            return None
        user_id = len(self.rows) + 1
        self.rows[user_id] = User(id=user_id, username=username, password_hash=password_hash)
        return user_id

    def by_username(self, username: str) -> User | None:
        return next((user for user in self.rows.values() if user.username == username), None)

    def by_id(self, user_id: int) -> User | None:
        return self.rows.get(user_id)


class PlainPasswords:
    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def is_right(self, password: str, *, password_hash: str | None) -> bool:
        return password_hash == f"hash of {password}"


class PlainTokens:
    def issue(self, *, user_id: int, token_type: str) -> str:
        return f"{token_type}:{user_id}"

    def read(self, token: str, *, token_type: str) -> dict[str, Any]:
        kind, _, user_id = token.partition(":")
        if kind != token_type:
            raise NotAuthenticated("Token has wrong type", code="token_not_valid")
        return {"user_id": int(user_id)}

    def public_keys(self) -> list[dict[str, Any]]:
        return [{"kid": "one"}]
