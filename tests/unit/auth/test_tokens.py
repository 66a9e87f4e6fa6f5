from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import OperationalError

from contracts.errors import NotAuthenticated
from services.auth.adapters.key_ring import KeyRing
from services.auth.adapters.signing_keys import SigningKey
from services.auth.adapters.tokens import JwtTokens
from services.auth.domain.key_schedule import believed

LIFETIMES = {"access": timedelta(minutes=5), "refresh": timedelta(days=1)}
LONGEST = timedelta(days=1)
NOW = datetime.now(UTC)


def a_key(kid: str, *, signs_from: datetime = NOW - timedelta(hours=1)) -> SigningKey:
    return SigningKey(kid, Ed25519PrivateKey.generate(), {"kid": kid}, signs_from)


class Database:
    """Keys as a KeyRing reads them, and a clock."""

    def __init__(self, *keys: SigningKey, now: datetime = NOW) -> None:
        self.keys = list(keys)
        self.now = now
        self.reads = 0
        self.is_away = False
        self.ring = KeyRing(self.read, longest=LONGEST, now=lambda: self.now)
        self.tokens = JwtTokens(keys=self.ring, lifetimes=LIFETIMES, now=lambda: self.now)

    def read(self) -> list[SigningKey]:
        self.reads += 1
        if self.is_away:
            raise OperationalError("select", {}, Exception("gone"))
        return sorted(self.keys, key=lambda key: key.signs_from, reverse=True)

    def pass_time(self, **time: float) -> None:
        self.now += timedelta(**time)

    def kid_of_a_new_token(self) -> str:
        token = self.tokens.issue(user_id=7, token_type="access")
        return str(jwt.get_unverified_header(token)["kid"])


def signer(*keys: SigningKey, at: datetime | None = None) -> JwtTokens:
    return Database(*keys, now=at or NOW).tokens


def test_carries_simple_jwts_claims() -> None:
    key = a_key("one")
    token = signer(key).issue(user_id=7, token_type="access")
    claims = jwt.decode(token, key.private.public_key(), ["EdDSA"])
    assert set(claims) == {"token_type", "exp", "iat", "jti", "user_id"}
    assert (claims["token_type"], claims["user_id"]) == ("access", 7)
    assert claims["exp"] - claims["iat"] == 300


def test_a_token_is_never_older_than_what_the_user_has_voided() -> None:
    tokens = signer(a_key("one"))
    since = (NOW + timedelta(seconds=1)).replace(microsecond=0)
    token = tokens.issue(user_id=7, token_type="refresh", since=since)
    assert tokens.read(token, token_type="refresh")["iat"] == since.timestamp()


def forged() -> str:
    claims = {"token_type": "refresh", "exp": 2**33, "iat": 0, "jti": "x", "user_id": 1}
    return jwt.encode(claims, "k" * 32, "HS256", headers={"kid": "one"})


@pytest.mark.parametrize("token", ["", "a.b.c", "ä", "\x00", forged()])
def test_refuses_what_it_did_not_sign(token: str) -> None:
    with pytest.raises(NotAuthenticated) as error:
        signer(a_key("one")).read(token, token_type="refresh")
    assert error.value.to_wire()["detail"] == "Token is invalid"


def test_tells_an_expired_token_and_one_of_the_wrong_type() -> None:
    key = replace(a_key("one"), signs_from=datetime(2019, 1, 1, tzinfo=UTC))
    stale = signer(key, at=datetime(2020, 1, 1, tzinfo=UTC)).issue(user_id=1, token_type="refresh")
    with pytest.raises(NotAuthenticated, match="Token is expired"):
        signer(key).read(stale, token_type="refresh")
    access = signer(key).issue(user_id=1, token_type="access")
    with pytest.raises(NotAuthenticated, match="Token has wrong type"):
        signer(key).read(access, token_type="refresh")


def test_a_new_key_is_published_before_it_signs() -> None:
    database = Database(a_key("old"))
    database.keys.append(a_key("new", signs_from=NOW + timedelta(seconds=60)))
    assert database.tokens.public_keys() == [{"kid": "old"}]  # read a moment ago
    database.pass_time(seconds=31)
    assert database.tokens.public_keys() == [{"kid": "new"}, {"kid": "old"}]
    assert database.kid_of_a_new_token() == "old"
    database.pass_time(seconds=30)
    assert database.kid_of_a_new_token() == "new"


def test_a_replaced_key_is_believed_while_its_tokens_live() -> None:
    database = Database(a_key("old"))
    before = database.tokens.issue(user_id=7, token_type="refresh")
    database.keys.append(a_key("new", signs_from=NOW))
    database.pass_time(seconds=31)
    assert database.kid_of_a_new_token() == "new"
    assert database.tokens.read(before, token_type="refresh")["user_id"] == 7
    database.pass_time(days=1)
    assert database.tokens.public_keys() == [{"kid": "new"}]
    with pytest.raises(NotAuthenticated):
        database.tokens.read(before, token_type="refresh")


def test_every_key_of_a_chain_is_believed_by_its_own_successor() -> None:
    days = [NOW - timedelta(days=age) for age in (0, 0.5, 3)]
    keys = [a_key(name, signs_from=day) for name, day in zip("cba", days, strict=True)]
    assert [key.kid for key in believed(keys, now=NOW, longest=LONGEST)] == ["c", "b", "a"]
    assert [key.kid for key in believed(keys, now=NOW + LONGEST / 2, longest=LONGEST)] == [
        "c",
        "b",
        "a",
    ]
    later = NOW + timedelta(hours=13)
    assert [key.kid for key in believed(keys, now=later, longest=LONGEST)] == ["c", "b"]


def test_an_unknown_key_is_looked_for_at_most_every_few_seconds() -> None:
    database, other = Database(a_key("one")), Database(a_key("two"))
    foreign = other.tokens.issue(user_id=7, token_type="refresh")
    for _ in range(5):
        with pytest.raises(NotAuthenticated):
            database.tokens.read(foreign, token_type="refresh")
    assert database.reads == 1
    database.keys += other.keys
    database.pass_time(seconds=3)
    assert database.tokens.read(foreign, token_type="refresh")["user_id"] == 7
    assert database.reads == 2


def test_keys_are_kept_while_the_database_is_away() -> None:
    database = Database(a_key("one"))
    database.is_away = True
    database.pass_time(seconds=60)
    assert database.kid_of_a_new_token() == "one"
    assert database.reads == 2
