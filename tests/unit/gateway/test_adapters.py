"""Tokens against real keys, keys that are kept, and bytes to a presigned URL."""

import asyncio
import io
import json
import time
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from contracts.errors import NotAuthenticated, Unavailable
from contracts.rpc.auth import KeySet
from services.gateway.adapters.access_tokens import JwtAccessTokens
from services.gateway.adapters.key_sets import KeySets
from services.gateway.adapters.object_store import CHUNK_BYTES, PresignedStore
from services.gateway.settings import Settings


class Issuer:
    """auth, as far as keys go: counts how often it is asked, and may be away."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {}
        self.fetches = 0
        self.refused: dict[int, str] = {}
        self.meanwhile: Any = None
        self.is_away = False
        self.clock = 0.0
        self.sets = KeySets(self.fetch, now=lambda: self.clock, patience_s=3, fresh_s=300)
        self.tokens = JwtAccessTokens(self.sets)
        self.add("k1")

    def add(self, key_id: str) -> None:
        self.keys[key_id] = Ed25519PrivateKey.generate()

    async def fetch(self) -> KeySet:
        self.fetches += 1
        await asyncio.sleep(0)
        if self.is_away:
            raise Unavailable.of("Authentication")
        public = [
            {**json.loads(OKPAlgorithm.to_jwk(key.public_key())), "kid": key_id, "use": "sig"}
            for key_id, key in self.keys.items()
        ]
        refused = [{"user_id": user_id, "code": code} for user_id, code in self.refused.items()]
        key_set = KeySet.model_validate({"keys": public, "refused": refused})
        if self.meanwhile:
            self.meanwhile()
        return key_set

    def token(self, key_id: str = "k1", **claims: Any) -> str:
        now = int(time.time())
        usual = {"token_type": "access", "exp": now + 60, "iat": now, "jti": "j", "user_id": 7}
        kept = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return jwt.encode(kept, self.keys[key_id], "EdDSA", headers={"kid": key_id})

    async def refusal(self, token: str) -> str:
        with pytest.raises(NotAuthenticated) as caught:
            await self.tokens.user_id(token)
        return str(caught.value.extra["messages"][0]["message"])


@pytest.fixture
async def issuer() -> Issuer:
    return Issuer()


async def test_a_good_token_says_who(issuer: Issuer) -> None:
    assert await issuer.tokens.user_id(issuer.token()) == 7
    assert await issuer.tokens.user_id(issuer.token(user_id="8")) == 8
    assert await issuer.tokens.user_id(issuer.token(iat=int(time.time()) + 5)) == 7


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": 1}, "Token is expired"),
        ({"exp": 1, "token_type": "refresh"}, "Token is expired"),
        ({"token_type": "refresh"}, "Token has wrong type"),
        ({"token_type": None}, "Token is invalid"),
        ({"jti": None}, "Token is invalid"),
        ({"exp": None}, "Token is invalid"),
        ({"user_id": None}, "Token is invalid"),
        ({"user_id": True}, "Token is invalid"),
        ({"user_id": 0}, "Token is invalid"),
        ({"user_id": 2**70}, "Token is invalid"),
        ({"user_id": "x"}, "Token is invalid"),
        ({"exp": "soon"}, "Token is invalid"),
    ],
)
async def test_a_token_with_wrong_claims_is_refused(
    issuer: Issuer, claims: dict[str, Any], why: str
) -> None:
    assert await issuer.refusal(issuer.token(**claims)) == why


async def test_a_forged_token_is_refused(issuer: Issuer) -> None:
    good = issuer.token()
    head, claims, signature = good.split(".")
    forger = Issuer()
    for forged in (
        "",
        "x",
        "a.b.c",
        f"{head}.{claims}.",
        f"{head}.{claims}x.{signature}",
        forger.token(),
        jwt.encode({"user_id": 7}, "", "none", headers={"kid": "k1"}),
        jwt.encode({"user_id": 7}, "k" * 32, "HS256", headers={"kid": "k1"}),
        "ü.b.c",
        good + "x" * 9000,
    ):
        assert await issuer.refusal(forged) == "Token is invalid"


async def test_keys_are_fetched_once_for_many(issuer: Issuer) -> None:
    await asyncio.gather(*(issuer.tokens.user_id(issuer.token()) for _ in range(20)))
    assert issuer.fetches == 1


async def test_an_unknown_key_is_looked_for_at_most_every_few_seconds(issuer: Issuer) -> None:
    await issuer.tokens.user_id(issuer.token())
    issuer.add("k2")
    new = issuer.token("k2")
    assert await issuer.refusal(new) == "Token is invalid"
    assert issuer.fetches == 1

    issuer.clock += 3
    assert await issuer.tokens.user_id(new) == 7
    assert issuer.fetches == 2


async def test_known_keys_are_kept_while_auth_is_away(issuer: Issuer) -> None:
    await issuer.tokens.user_id(issuer.token())
    issuer.is_away = True
    issuer.clock += 1000
    for _ in range(3):
        assert await issuer.tokens.user_id(issuer.token()) == 7
        await asyncio.sleep(0.01)
    assert issuer.fetches == 2


async def test_without_any_key_auth_is_told_to_be_away(issuer: Issuer) -> None:
    issuer.is_away = True
    for _ in range(3):
        with pytest.raises(Unavailable, match="Authentication"):
            await issuer.tokens.user_id(issuer.token())
    assert issuer.fetches == 1
    issuer.is_away = False
    issuer.clock += 3
    assert await issuer.tokens.user_id(issuer.token()) == 7


async def test_a_withdrawn_key_goes_after_a_while(issuer: Issuer) -> None:
    old = issuer.token()
    await issuer.tokens.user_id(old)
    del issuer.keys["k1"]
    issuer.clock += 300
    assert await issuer.tokens.user_id(old) == 7  # renewed behind this request
    await asyncio.sleep(0.01)
    assert await issuer.refusal(old) == "Token is invalid"


async def code_of(issuer: Issuer, user_id: int) -> str | None:
    try:
        assert await issuer.tokens.user_id(issuer.token(user_id=user_id)) == user_id
    except NotAuthenticated as error:
        return f"{error.detail}: {error.extra['code']}"
    return None


async def test_a_user_who_has_gone_is_refused_without_a_call(issuer: Issuer) -> None:
    issuer.refused = {8: "user_not_found"}
    assert await code_of(issuer, 7) is None
    assert await code_of(issuer, 8) == "User not found: user_not_found"
    issuer.sets.refuse(7, "user_inactive")
    assert await code_of(issuer, 7) == "User is inactive: user_inactive"
    assert issuer.fetches == 1


async def test_a_departure_that_is_heard_while_auth_answers_is_not_forgotten(
    issuer: Issuer,
) -> None:
    issuer.meanwhile = lambda: issuer.sets.refuse(7, "user_not_found")
    assert await issuer.sets.renew()
    assert await code_of(issuer, 7) == "User not found: user_not_found"

    issuer.meanwhile = None
    assert await issuer.sets.renew()  # auth's own answer counts, which holds it in truth
    assert await code_of(issuer, 7) is None


async def test_renewing_says_whether_auth_could_answer(issuer: Issuer) -> None:
    issuer.is_away = True
    assert not await issuer.sets.renew()
    issuer.is_away = False
    assert await code_of(issuer, 7) is None  # nobody waits because news could not be had
    assert await issuer.sets.renew()


def store_of(answer: Any, timeout_s: float = 5) -> PresignedStore:
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return PresignedStore(client, timeout_s=timeout_s)


async def put(store: PresignedStore, content: bytes) -> None:
    await store.put(
        "http://s3/key", headers={"X-A": "b"}, content=io.BytesIO(content), size_bytes=len(content)
    )


async def test_bytes_are_put_with_their_length() -> None:
    seen: list[httpx.Request] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        await request.aread()
        seen.append(request)
        return httpx.Response(200)

    content = b"x" * (CHUNK_BYTES * 2 + 5)
    await put(store_of(answer), content)

    assert seen[0].method == "PUT"
    assert seen[0].content == content
    assert seen[0].headers["Content-Length"] == str(len(content))
    assert seen[0].headers["X-A"] == "b"
    assert "Transfer-Encoding" not in seen[0].headers


@pytest.mark.parametrize("failure", ["refuses", "breaks", "hangs", "is down"])
async def test_a_storage_that_does_not_take_them_is_unavailable(failure: str) -> None:
    async def answer(_request: httpx.Request) -> httpx.Response:
        if failure == "breaks":
            raise httpx.ReadError("gone")
        if failure == "hangs":
            await asyncio.sleep(5)
        return httpx.Response(403 if failure == "refuses" else 503, text="<Error/>")

    with pytest.raises(Unavailable, match="Object storage is temporarily unavailable"):
        await put(store_of(answer, timeout_s=0.05), b"x")


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PARLANCE_HTTP_HOST", "PARLANCE_HTTP_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PARLANCE_AMQP_URL", "amqp://x")
    monkeypatch.setenv("PARLANCE_CHAT_ADDRESS", "h:1")
    assert "http://localhost:5173" in Settings().cors_origins
    monkeypatch.setenv("PARLANCE_CORS_ORIGINS", "https://a.example/, https://b.example")
    settings = Settings()

    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8000)
    assert (settings.json_limit_bytes, settings.upload_limit_bytes) == (1 << 20, 100 << 20)
