"""The promises of auth's ports, held against PostgreSQL and against the fakes of the unit tests."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from services.auth.adapters.departures import PostgresDepartures
from services.auth.adapters.refresh_tokens import PostgresRefreshTokens
from services.auth.adapters.sign_in_failures import PostgresSignInFailures
from services.auth.adapters.user_store import PostgresUsers
from services.auth.domain.throttling import FailureLimits
from tests.unit.auth.fakes import MemoryFailures, MemoryRefreshTokens

LIMITS = FailureLimits(per_user=3, per_address=100, window=timedelta(minutes=5))
HOUR = timedelta(hours=1)


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def claims(*, expires_in: timedelta = HOUR) -> Mapping[str, Any]:
    return {"jti": uuid4().hex, "exp": int((datetime.now(UTC) + expires_in).timestamp())}


@pytest.fixture(params=["memory", "postgres"])
def refresh_tokens(request: pytest.FixtureRequest, clock: Clock) -> Any:
    if request.param == "memory":
        return MemoryRefreshTokens()
    return PostgresRefreshTokens(engine=request.getfixturevalue("engine"), now=clock)


def test_a_token_is_revoked_once(refresh_tokens: Any) -> None:
    token = claims()
    assert not refresh_tokens.is_void(token)
    assert refresh_tokens.revoke(token)
    assert refresh_tokens.is_void(token)
    assert not refresh_tokens.revoke(token)


@pytest.mark.parametrize("use", ["is_void", "revoke", "replace"])
def test_any_use_of_an_old_token_voids_its_family(refresh_tokens: Any, use: str) -> None:
    first, second, third, stranger = (claims() for _ in range(4))
    assert refresh_tokens.replace(first, by=second)
    assert refresh_tokens.replace(second, by=third)
    assert not refresh_tokens.is_void(third)
    if use == "replace":
        assert not refresh_tokens.replace(first, by=claims())
    else:
        assert getattr(refresh_tokens, use)(first) is (use == "is_void")
    assert refresh_tokens.is_void(third)
    assert not refresh_tokens.is_void(stranger)


def test_of_two_at_once_one_gets_the_successor(engine: Engine, clock: Clock) -> None:
    store = PostgresRefreshTokens(engine=engine, now=clock)
    with ThreadPoolExecutor(5) as threads:
        for _ in range(10):
            token = claims()
            successors = [claims() for _ in range(5)]
            won = list(threads.map(lambda by, old=token: store.replace(old, by=by), successors))
            assert sum(won) == 1
            assert store.is_void(successors[won.index(True)])  # the others were reuse


def test_expired_tokens_are_forgotten(engine: Engine, clock: Clock) -> None:
    store = PostgresRefreshTokens(engine=engine, now=clock)
    old = claims()
    store.revoke(old)
    clock.now += 2 * HOUR
    store.revoke(claims(expires_in=3 * HOUR))
    query = text("select count(*) from refresh_token where jti = :jti")
    with engine.connect() as connection:
        assert connection.execute(query, {"jti": old["jti"]}).scalar_one() == 0


@pytest.fixture(params=["memory", "postgres"])
def failures(request: pytest.FixtureRequest, clock: Clock) -> Any:
    if request.param == "memory":
        return MemoryFailures()
    return PostgresSignInFailures(
        engine=request.getfixturevalue("engine"), window_ends=LIMITS.window_ends, now=clock
    )


def test_a_subject_waits_once_it_has_failed_as_often_as_it_may(failures: Any) -> None:
    name, other = (
        LIMITS.by_subject(username=uuid4().hex, client_address="203.0.113.5") for _ in range(2)
    )
    for _ in range(3):
        assert failures.wait_s(name) == 0
        failures.count(name)
    assert 0 < failures.wait_s(name) <= 300
    assert failures.wait_s(other) == 0


def test_processes_count_together_and_a_window_ends(engine: Engine, clock: Clock) -> None:
    stores = [
        PostgresSignInFailures(engine=engine, window_ends=LIMITS.window_ends, now=clock)
        for _ in range(3)
    ]
    name = LIMITS.by_subject(username=uuid4().hex, client_address="")
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda store: store.count(name), stores))
    assert all(store.wait_s(name) > 0 for store in stores)
    clock.now = LIMITS.window_ends(clock.now)
    assert stores[0].wait_s(name) == 0
    stores[0].count(LIMITS.by_subject(username=uuid4().hex, client_address=""))
    query = text("select count(*) from sign_in_failure where window_ends <= :now")
    with engine.connect() as connection:
        assert connection.execute(query, {"now": clock.now - HOUR}).scalar_one() == 0


@pytest.mark.parametrize("leave", ["deactivate", "delete"])
def test_a_departure_is_noted_while_a_token_may_be_good(
    engine: Engine, clock: Clock, leave: str
) -> None:
    user_id = PostgresUsers(engine).add(username=uuid4().hex, password_hash="x")
    assert user_id is not None
    store = PostgresDepartures(engine=engine, access_lifetime=HOUR, now=clock)
    go: dict[str, Callable[[], None]] = {
        "deactivate": lambda: store.deactivate(user_id, tokens_valid_from=clock.now),
        "delete": lambda: store.delete(user_id),
    }
    go[leave]()
    code = "user_inactive" if leave == "deactivate" else "user_not_found"
    assert (user_id, code) in {(each.user_id, each.code) for each in store.recent()}
    clock.now += HOUR + timedelta(minutes=6)
    assert user_id not in {each.user_id for each in store.recent()}


def test_a_user_who_is_not_there_departs_without_a_trace(engine: Engine, clock: Clock) -> None:
    store = PostgresDepartures(engine=engine, access_lifetime=HOUR, now=clock)
    store.delete(2**62)
    store.deactivate(2**62, tokens_valid_from=clock.now)
    assert 2**62 not in {each.user_id for each in store.recent()}
