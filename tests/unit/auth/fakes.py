"""Working in-memory versions of auth's ports."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.errors import NotAuthenticated, Unavailable
from contracts.rpc.auth import RefusedUser
from services.auth.domain.throttling import FailureLimits
from services.auth.domain.user import User
from services.auth.domain.zoho import ZohoConnection, ZohoRefused, ZohoTokens
from services.auth.usecases.check_password import CheckPassword

NOON = datetime(2026, 1, 2, 12, 0, 0, 500_000, tzinfo=UTC)
LIMITS = FailureLimits(per_user=3, per_address=5, window=timedelta(minutes=5))


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

    def change_password(
        self, user_id: int, *, password_hash: str, tokens_valid_from: datetime
    ) -> None:
        self.rows[user_id] = replace(
            self.rows[user_id], password_hash=password_hash, tokens_valid_from=tokens_valid_from
        )


@dataclass
class MemoryDepartures:
    users: MemoryUsers
    gone: dict[int, str] = field(default_factory=dict)

    def deactivate(self, user_id: int, *, tokens_valid_from: datetime) -> None:
        self.users.rows[user_id] = replace(
            self.users.rows[user_id], is_active=False, tokens_valid_from=tokens_valid_from
        )
        self.gone[user_id] = "user_inactive"

    def delete(self, user_id: int) -> None:
        del self.users.rows[user_id]
        self.gone[user_id] = "user_not_found"

    def recent(self) -> list[RefusedUser]:
        return [
            RefusedUser.model_validate({"user_id": key, "code": code})
            for key, code in self.gone.items()
        ]


@dataclass
class MemoryRefreshTokens:
    family: dict[str, str] = field(default_factory=dict)
    void: set[str] = field(default_factory=set)

    def is_void(self, claims: Mapping[str, Any]) -> bool:
        if claims["jti"] not in self.void:
            return False
        self._void_family(claims["jti"])
        return True

    def revoke(self, claims: Mapping[str, Any]) -> bool:
        if self.is_void(claims):
            return False
        self.void.add(claims["jti"])
        return True

    def replace(self, claims: Mapping[str, Any], *, by: Mapping[str, Any]) -> bool:
        if not self.revoke(claims):
            return False
        self.family[by["jti"]] = self.family.get(claims["jti"], claims["jti"])
        return True

    def _void_family(self, jti: str) -> None:
        family = self.family.get(jti, jti)
        self.void |= {each for each, of in self.family.items() if of == family}


@dataclass
class MemoryFailures:
    counted: Counter[str] = field(default_factory=Counter)

    def wait_s(self, limits: Mapping[str, int]) -> int:
        return 42 if any(self.counted[name] >= limit for name, limit in limits.items()) else 0

    def count(self, limits: Mapping[str, int]) -> None:
        self.counted.update(list(limits))


class PlainPasswords:
    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def is_right(self, password: str, *, password_hash: str | None) -> bool:
        return password_hash == f"hash of {password}"


def password_check(failures: MemoryFailures | None = None) -> CheckPassword:
    return CheckPassword(
        passwords=PlainPasswords(), failures=failures or MemoryFailures(), limits=LIMITS
    )


@dataclass
class PlainTokens:
    """`<type>:<user id>:<number>:<iat>`; the number is the jti."""

    now: datetime = NOON
    issued: int = 0

    def issue(self, *, user_id: int, token_type: str, since: datetime | None = None) -> str:
        self.issued += 1
        iat = int(max(self.now, since or self.now).timestamp())
        return f"{token_type}:{user_id}:{self.issued}:{iat}"

    def read(self, token: str, *, token_type: str) -> dict[str, Any]:
        kind, user_id, jti, iat = token.split(":")
        if kind != token_type:
            raise NotAuthenticated("Token has wrong type", code="token_not_valid")
        return {"user_id": int(user_id), "jti": jti, "iat": int(iat), "exp": int(iat) + 600}

    def public_keys(self) -> list[dict[str, Any]]:
        return [{"kid": "one"}]


@dataclass
class MemoryZohoStates:
    expected: set[str] = field(default_factory=set)

    def add(self, claims: Mapping[str, Any]) -> None:
        self.expected.add(claims["jti"])

    def take(self, claims: Mapping[str, Any]) -> bool:
        was_expected = claims["jti"] in self.expected
        self.expected.discard(claims["jti"])
        return was_expected


@dataclass
class MemoryZohoConnections:
    rows: dict[int, ZohoConnection] = field(default_factory=dict)

    def keep(self, connection: ZohoConnection) -> bool:
        tokens = connection.tokens
        if not tokens.refresh_token:
            if connection.user_id not in self.rows:
                return False
            old = self.rows[connection.user_id].tokens
            tokens = replace(tokens, refresh_token=old.refresh_token)
        self.rows[connection.user_id] = replace(connection, tokens=tokens)
        return True

    def get(self, user_id: int) -> ZohoConnection | None:
        return self.rows.get(user_id)

    def forget(self, user_id: int) -> None:
        self.rows.pop(user_id, None)


@dataclass
class FakeZoho:
    """Gives `tokens` for the code `good`; refuses with `refusal`; may be away."""

    tokens: ZohoTokens
    refusal: str = ""
    is_away: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def authorization_url(self, state: str) -> str:
        return f"https://accounts.zoho.com/oauth/v2/auth?state={state}"

    def exchange(self, server: str, *, code: str) -> ZohoTokens:
        return self._answer(server, code, is_good=code == "good")

    def refresh(self, server: str, *, refresh_token: str) -> ZohoTokens:
        return self._answer(server, refresh_token, is_good=True)

    def _answer(self, server: str, secret: str, *, is_good: bool) -> ZohoTokens:
        self.asked.append((server, secret))
        if self.is_away:
            raise Unavailable.of("Zoho")
        if self.refusal or not is_good:
            raise ZohoRefused(self.refusal or "invalid_code")
        return self.tokens
