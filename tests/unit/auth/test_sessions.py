from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.errors import InvalidRequest, NotAuthenticated, Throttled
from contracts.rpc.auth import (
    ChangePassword,
    PasswordOf,
    RefreshToken,
    RefreshTokenOf,
    SignIn,
    UserRef,
)
from services.auth.domain.throttling import FailureLimits
from services.auth.domain.user import User
from services.auth.usecases.change_password import ChangePasswordOf
from services.auth.usecases.get_key_set import GetKeySet
from services.auth.usecases.get_profile import GetProfile
from services.auth.usecases.issue_tokens import IssueTokens
from services.auth.usecases.leave import DeactivateAccount, DeleteAccount
from services.auth.usecases.refresh_access import RefreshAccess
from services.auth.usecases.sign_out import SignOut
from tests.unit.auth.fakes import (
    LIMITS,
    NOON,
    MemoryDepartures,
    MemoryFailures,
    MemoryRefreshTokens,
    MemoryUsers,
    PlainPasswords,
    PlainTokens,
    password_check,
)

NEW = "Tr1cky-horse"


class Auth:
    """All use cases over one memory."""

    def __init__(self, *, rotates: bool = False) -> None:
        self.users = MemoryUsers(
            {
                1: User(id=1, username="ann", password_hash="hash of right"),
                2: User(id=2, username="bob", password_hash="hash of right", is_active=False),
            }
        )
        self.tokens = PlainTokens()
        self.failures = MemoryFailures()
        check = password_check(self.failures)
        refresh_tokens = MemoryRefreshTokens()
        self.departures = MemoryDepartures(self.users)
        self.sign_in = IssueTokens(users=self.users, check_password=check, tokens=self.tokens)
        self.refresh = RefreshAccess(
            users=self.users, tokens=self.tokens, refresh_tokens=refresh_tokens, rotates=rotates
        )
        self.sign_out = SignOut(tokens=self.tokens, refresh_tokens=refresh_tokens)
        self.change_password = ChangePasswordOf(
            users=self.users,
            passwords=PlainPasswords(),
            check_password=check,
            common_passwords={"password123"},
            now=lambda: self.tokens.now,
        )
        self.deactivate = DeactivateAccount(
            users=self.users,
            check_password=check,
            departures=self.departures,
            now=lambda: self.tokens.now,
        )
        self.delete = DeleteAccount(
            users=self.users, check_password=check, departures=self.departures
        )

    def enter(self, password: str = "right", name: str = "ann", address: str = "") -> str:
        request = SignIn(username=name, password=password, client_address=address)
        return self.sign_in(request).refresh

    def again(self, refresh: str) -> str:
        """The successor, where tokens are rotated."""
        return self.refresh(RefreshToken(refresh=refresh)).refresh or ""

    def is_good(self, refresh: str) -> bool:
        try:
            self.again(refresh)
        except NotAuthenticated:
            return False
        return True


@pytest.fixture
def auth() -> Auth:
    return Auth()


@pytest.mark.parametrize(
    ("name", "password"), [("ann", "wrong"), ("nobody", "right"), ("bob", "right")]
)
def test_gives_no_hint_why_a_sign_in_failed(auth: Auth, name: str, password: str) -> None:
    with pytest.raises(NotAuthenticated) as error:
        auth.enter(password, name)
    assert error.value.detail == "No active account found with the given credentials"


def test_refreshes_again_and_again_while_the_user_is_active(auth: Auth) -> None:
    refresh = auth.enter()
    for _ in range(2):
        answer = auth.refresh(RefreshToken(refresh=refresh))
        assert answer.access.startswith("access:1:")
        assert answer.refresh is None
    for gone in ("refresh:2:x:1", "refresh:3:x:1"):
        assert not auth.is_good(gone)


def test_signing_out_ends_that_refresh_token_only(auth: Auth) -> None:
    here, there = auth.enter(), auth.enter()
    auth.sign_out(RefreshTokenOf(user_id=1, refresh=here))
    assert not auth.is_good(here)
    assert auth.is_good(there)
    with pytest.raises(NotAuthenticated, match="Token is invalid"):
        auth.sign_out(RefreshTokenOf(user_id=1, refresh=here))


def test_nobody_signs_another_user_out(auth: Auth) -> None:
    refresh = auth.enter()
    with pytest.raises(NotAuthenticated, match="Token is invalid"):
        auth.sign_out(RefreshTokenOf(user_id=9, refresh=refresh))
    assert auth.is_good(refresh)


def test_with_rotation_each_refresh_token_is_good_once() -> None:
    auth = Auth(rotates=True)
    first = auth.enter()
    second = auth.again(first)
    third = auth.again(second)
    assert len({first, second, third}) == 3
    assert auth.is_good(third)


def test_with_rotation_using_an_old_one_ends_the_whole_family() -> None:
    auth = Auth(rotates=True)
    first, other = auth.enter(), auth.enter()
    latest = auth.again(auth.again(first))
    assert not auth.is_good(first)
    assert not auth.is_good(latest)
    assert auth.is_good(other)


def test_a_changed_password_ends_every_refresh_token_of_before(auth: Auth) -> None:
    before = auth.enter()
    auth.change_password(ChangePassword(user_id=1, old_password="right", new_password=NEW))
    assert not auth.is_good(before)
    with pytest.raises(NotAuthenticated):
        auth.enter("right")
    assert auth.is_good(auth.enter(NEW))  # within the same second


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("wrong", NEW, "old_password"),
        ("right", "short", "new_password"),
        ("wrong", "a", "old_password"),
    ],
)
def test_a_refused_new_password_changes_nothing(auth: Auth, old: str, new: str, field: str) -> None:
    before = auth.enter()
    with pytest.raises(InvalidRequest) as error:
        auth.change_password(ChangePassword(user_id=1, old_password=old, new_password=new))
    assert list(error.value.fields) == [field]
    assert auth.is_good(before)


def test_a_password_that_changes_while_it_is_checked_gives_no_tokens(auth: Auth) -> None:
    class Slow(MemoryUsers):
        def by_id(self, user_id: int) -> User | None:
            return replace(self.rows[user_id], password_hash="hash of another")

    auth.sign_in = replace(auth.sign_in, users=Slow(auth.users.rows))
    with pytest.raises(NotAuthenticated):
        auth.enter()


def test_a_deactivated_user_is_refused_everywhere(auth: Auth) -> None:
    refresh = auth.enter()
    auth.deactivate(PasswordOf(user_id=1, password="right"))
    assert not auth.is_good(refresh)
    with pytest.raises(NotAuthenticated, match="No active account"):
        auth.enter()
    with pytest.raises(NotAuthenticated, match="User is inactive"):
        auth.delete(PasswordOf(user_id=1, password="right"))
    refused = GetKeySet(tokens=auth.tokens, departures=auth.departures)().refused
    assert [(each.user_id, each.code) for each in refused] == [(1, "user_inactive")]


def test_a_deleted_user_is_gone(auth: Auth) -> None:
    refresh = auth.enter()
    auth.delete(PasswordOf(user_id=1, password="right"))
    assert not auth.is_good(refresh)
    assert auth.departures.gone == {1: "user_not_found"}
    assert auth.users.by_username("ann") is None


def test_leaving_needs_the_password(auth: Auth) -> None:
    for leave in (auth.deactivate, auth.delete):
        with pytest.raises(InvalidRequest) as error:
            leave(PasswordOf(user_id=1, password="wrong"))
        assert error.value.fields == {"password": ["Incorrect password."]}
    assert auth.users.rows[1].is_active


def test_tells_a_missing_user_from_an_inactive_one(auth: Auth) -> None:
    profile = GetProfile(users=auth.users)
    assert profile(UserRef(user_id=1)).username == "ann"
    with pytest.raises(NotAuthenticated, match="User is inactive"):
        profile(UserRef(user_id=2))
    with pytest.raises(NotAuthenticated, match="User not found"):
        profile(UserRef(user_id=3))


def fail(auth: Auth, *, name: str = "ann", address: str = "") -> None:
    with pytest.raises(NotAuthenticated):
        auth.enter("wrong", name, address)


def test_too_many_wrong_passwords_close_the_name_and_right_ones_do_not(auth: Auth) -> None:
    for _ in range(20):
        auth.enter()
    for _ in range(3):
        fail(auth)
    with pytest.raises(Throttled) as error:
        auth.enter()
    assert error.value.extra["retry_after_s"] == 42
    fail(auth, name="carl")  # another name is not concerned


def test_guessing_elsewhere_than_at_the_sign_in_counts_as_well(auth: Auth) -> None:
    for _ in range(3):
        with pytest.raises(InvalidRequest):
            auth.delete(PasswordOf(user_id=1, password="wrong"))
    with pytest.raises(Throttled):
        auth.enter()


def test_an_address_that_tries_many_names_is_closed_too(auth: Auth) -> None:
    for number in range(5):
        fail(auth, name=f"user{number}", address="2001:db8::1")
    with pytest.raises(Throttled):
        auth.enter(address="2001:db8::ffff")  # the same network
    auth.enter(address="2001:db8:0:1::1")


def test_names_are_not_kept_in_clear(auth: Auth) -> None:
    fail(auth, name="my-secret-password")
    assert not any("secret" in subject for subject in auth.failures.counted)


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("203.0.113.7", "address:203.0.113.7"),
        ("::ffff:203.0.113.7", "address:203.0.113.7"),
        ("2001:db8::1", "address:2001:db8::/64"),
    ],
)
def test_an_address_is_counted_with_its_network(address: str, subject: str) -> None:
    assert LIMITS.by_subject(username="ann", client_address=address)[subject] == 5


@pytest.mark.parametrize("address", ["", "testclient", "1.2.3.4.5"])
def test_without_an_address_only_the_name_counts(address: str) -> None:
    assert len(LIMITS.by_subject(username="ann", client_address=address)) == 1


def test_windows_are_the_same_for_every_process() -> None:
    limits = FailureLimits(per_user=1, per_address=1, window=timedelta(minutes=5))
    ends = limits.window_ends(NOON)
    assert ends == NOON.replace(minute=5, second=0, microsecond=0)
    assert limits.window_ends(ends - timedelta(seconds=1)) == ends
    assert limits.window_ends(ends) == ends + timedelta(minutes=5)
