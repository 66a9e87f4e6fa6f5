from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.errors import NotAuthenticated
from contracts.rpc.auth import Credentials, RefreshToken, UserRef
from services.auth.adapters.signing_keys import SigningKey
from services.auth.adapters.tokens import JwtTokens
from services.auth.domain.user import User
from services.auth.usecases.get_profile import GetProfile
from services.auth.usecases.issue_tokens import IssueTokens
from services.auth.usecases.refresh_access import RefreshAccess
from tests.unit.auth.fakes import MemoryUsers, PlainPasswords, PlainTokens

LIFETIMES = {"access": timedelta(minutes=5), "refresh": timedelta(days=1)}


def a_key(kid: str) -> SigningKey:
    return SigningKey(kid, Ed25519PrivateKey.generate(), {"kid": kid})


def signer(*keys: SigningKey, at: datetime | None = None) -> JwtTokens:
    return JwtTokens(keys=list(keys), lifetimes=LIFETIMES, now=lambda: at or datetime.now(UTC))


def test_carries_simple_jwts_claims() -> None:
    key = a_key("one")
    token = signer(key).issue(user_id=7, token_type="access")
    claims = jwt.decode(token, key.private.public_key(), ["EdDSA"])
    assert set(claims) == {"token_type", "exp", "iat", "jti", "user_id"}
    assert (claims["token_type"], claims["user_id"]) == ("access", 7)
    assert claims["exp"] - claims["iat"] == 300


def test_signs_with_the_newest_key_and_believes_the_older() -> None:
    old, new = a_key("old"), a_key("new")
    before = signer(old).issue(user_id=7, token_type="refresh")
    tokens = signer(new, old)
    assert tokens.read(before, token_type="refresh")["user_id"] == 7
    header = jwt.get_unverified_header(tokens.issue(user_id=7, token_type="refresh"))
    assert header["kid"] == "new"


def forged() -> str:
    claims = {"token_type": "refresh", "exp": 2**33, "iat": 0, "jti": "x", "user_id": 1}
    return jwt.encode(claims, "k" * 32, "HS256", headers={"kid": "one"})


@pytest.mark.parametrize("token", ["", "a.b.c", "ä", "\x00", forged()])
def test_refuses_what_it_did_not_sign(token: str) -> None:
    with pytest.raises(NotAuthenticated) as error:
        signer(a_key("one")).read(token, token_type="refresh")
    assert error.value.to_wire()["detail"] == "Token is invalid"


def test_tells_an_expired_token_and_one_of_the_wrong_type() -> None:
    key = a_key("one")
    stale = signer(key, at=datetime(2020, 1, 1, tzinfo=UTC)).issue(user_id=1, token_type="refresh")
    with pytest.raises(NotAuthenticated, match="Token is expired"):
        signer(key).read(stale, token_type="refresh")
    access = signer(key).issue(user_id=1, token_type="access")
    with pytest.raises(NotAuthenticated, match="Token has wrong type"):
        signer(key).read(access, token_type="refresh")


@pytest.fixture
def users() -> MemoryUsers:
    rows = {
        1: User(id=1, username="ann", password_hash="hash of right"),
        2: User(id=2, username="bob", password_hash="hash of right", is_active=False),
    }
    return MemoryUsers(rows)


@pytest.mark.parametrize(
    ("name", "password"), [("ann", "wrong"), ("nobody", "right"), ("bob", "right")]
)
def test_gives_no_hint_why_a_sign_in_failed(users: MemoryUsers, name: str, password: str) -> None:
    sign_in = IssueTokens(users=users, passwords=PlainPasswords(), tokens=PlainTokens())
    with pytest.raises(NotAuthenticated) as error:
        sign_in(Credentials(username=name, password=password))
    assert error.value.detail == "No active account found with the given credentials"


def test_refreshes_again_and_again_while_the_user_is_active(users: MemoryUsers) -> None:
    refresh = RefreshAccess(users=users, tokens=PlainTokens())
    for _ in range(2):
        assert refresh(RefreshToken(refresh="refresh:1")).access == "access:1"
    for gone in ("refresh:2", "refresh:3"):
        with pytest.raises(NotAuthenticated, match="Token is invalid"):
            refresh(RefreshToken(refresh=gone))


def test_tells_a_missing_user_from_an_inactive_one(users: MemoryUsers) -> None:
    profile = GetProfile(users=users)
    assert profile(UserRef(user_id=1)).username == "ann"
    with pytest.raises(NotAuthenticated, match="User is inactive"):
        profile(UserRef(user_id=2))
    with pytest.raises(NotAuthenticated, match="User not found"):
        profile(UserRef(user_id=3))
