import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import ValidationError

from contracts.errors import InvalidRequest, NotFound, Unavailable
from contracts.rpc.auth import UserRef, ZohoAnswer
from services.auth.adapters.zoho_accounts import HttpZohoAccounts
from services.auth.domain.user import User
from services.auth.domain.zoho import ZohoConnection, ZohoRefused, ZohoTokens
from services.auth.settings import Settings
from services.auth.usecases.connect_zoho import CompleteZoho, ConnectZoho
from services.auth.usecases.get_zoho_access import GetZohoAccess
from tests.unit.auth.fakes import (
    NOON,
    FakeZoho,
    MemoryUsers,
    MemoryZohoConnections,
    MemoryZohoStates,
    PlainTokens,
)

TOKENS = ZohoTokens(
    access_token="1000.access",
    refresh_token="1000.refresh",
    expires_at=NOON + timedelta(hours=1),
    api_domain="https://www.zohoapis.eu",
    scope="AaaServer.profile.READ",
)
DEFAULT = "https://accounts.zoho.com"


class Zoho:
    def __init__(self) -> None:
        self.accounts: FakeZoho | None = FakeZoho(TOKENS)
        self.users = MemoryUsers({1: User(id=1, username="ann", password_hash="x")})
        self.tokens = PlainTokens()
        self.states = MemoryZohoStates()
        self.connections = MemoryZohoConnections()

    @property
    def fake(self) -> FakeZoho:
        assert self.accounts is not None
        return self.accounts

    def begin(self) -> str:
        """The state."""
        connect = ConnectZoho(
            users=self.users, tokens=self.tokens, states=self.states, accounts=self.accounts
        )
        url = connect(UserRef(user_id=1)).authorization_url
        return parse_qs(urlsplit(url).query)["state"][0]

    def come_back(self, **answer: str) -> str:
        """The reason, "" when it went well."""
        complete = CompleteZoho(
            users=self.users,
            tokens=self.tokens,
            states=self.states,
            connections=self.connections,
            accounts=self.accounts,
            default_server=DEFAULT,
            further_servers=("http://127.0.0.1:9",),
        )
        outcome = complete(ZohoAnswer(**answer))
        assert outcome.is_connected == (outcome.reason == "")
        return outcome.reason


@pytest.fixture
def zoho() -> Zoho:
    return Zoho()


def test_a_user_comes_back_connected(zoho: Zoho) -> None:
    assert zoho.come_back(state=zoho.begin(), code="good", location="eu") == ""
    kept = zoho.connections.rows[1]
    assert (kept.accounts_server, kept.tokens) == ("https://accounts.zoho.eu", TOKENS)
    assert zoho.fake.asked == [("https://accounts.zoho.eu", "good")]


def test_a_state_is_good_once_whatever_came_of_it(zoho: Zoho) -> None:
    state = zoho.begin()
    assert zoho.come_back(state=state, error="access_denied") == "access_denied"
    assert zoho.come_back(state=state, code="good") == "invalid_state"
    assert zoho.fake.asked == []


def test_a_state_that_nobody_was_given_is_refused(zoho: Zoho) -> None:
    for state in ("zoho_state:1:99:1", "refresh:1:1:1"):
        assert zoho.come_back(state=state, code="good") == "invalid_state"


def test_a_user_who_went_meanwhile_is_not_connected(zoho: Zoho) -> None:
    state = zoho.begin()
    zoho.users.rows[1] = replace(zoho.users.rows[1], is_active=False)
    assert zoho.come_back(state=state, code="good") == "invalid_state"


@pytest.mark.parametrize(
    "server",
    [
        "https://accounts.zoho.com.evil.example",
        "http://accounts.zoho.com",
        "https://accounts.zoho.com@evil.example",
        "https://accounts.zoho.com/../x",
        "https://accounts.zoho.com:444",
        "file:///etc/passwd",
        "http://169.254.169.254",
    ],
)
def test_codes_go_to_zohos_own_servers_only(zoho: Zoho, server: str) -> None:
    reason = zoho.come_back(state=zoho.begin(), code="good", accounts_server=server)
    assert reason == "unknown_accounts_server"
    assert zoho.fake.asked == []


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        ("https://accounts.zoho.com.au/", "https://accounts.zoho.com.au"),
        ("HTTPS://ACCOUNTS.ZOHOCLOUD.CA", "https://accounts.zohocloud.ca"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9"),
        ("", DEFAULT),
    ],
)
def test_takes_the_server_that_zoho_names(zoho: Zoho, named: str, asked: str) -> None:
    assert zoho.come_back(state=zoho.begin(), code="good", accounts_server=named) == ""
    assert zoho.fake.asked[0][0] == asked


def test_says_in_a_word_what_went_wrong(zoho: Zoho) -> None:
    assert zoho.come_back(state=zoho.begin()) == "missing_code"
    assert zoho.come_back(state=zoho.begin(), code="stale") == "invalid_code"
    assert zoho.come_back(state=zoho.begin(), error="<script>") == "zoho_error"
    zoho.fake.is_away = True
    assert zoho.come_back(state=zoho.begin(), code="good") == "zoho_unavailable"
    zoho.accounts = None
    assert zoho.come_back(state="x", code="good") == "not_configured"
    with pytest.raises(InvalidRequest, match="not configured"):
        zoho.begin()


def test_without_a_refresh_token_an_earlier_one_is_kept(zoho: Zoho) -> None:
    zoho.fake.tokens = replace(TOKENS, refresh_token="")
    assert zoho.come_back(state=zoho.begin(), code="good") == "no_refresh_token"
    zoho.connections.rows[1] = ZohoConnection(user_id=1, accounts_server=DEFAULT, tokens=TOKENS)
    assert zoho.come_back(state=zoho.begin(), code="good") == ""
    assert zoho.connections.rows[1].tokens.refresh_token == "1000.refresh"


def access(zoho: Zoho, *, later: timedelta) -> str:
    use = GetZohoAccess(
        connections=zoho.connections, accounts=zoho.accounts, now=lambda: NOON + later
    )
    return use(UserRef(user_id=1)).access_token


def test_an_access_token_is_refreshed_when_it_is_about_to_expire(zoho: Zoho) -> None:
    with pytest.raises(NotFound):
        access(zoho, later=timedelta(0))
    zoho.connections.rows[1] = ZohoConnection(user_id=1, accounts_server=DEFAULT, tokens=TOKENS)
    zoho.fake.tokens = replace(
        TOKENS, access_token="1000.new", refresh_token="", expires_at=NOON + timedelta(hours=2)
    )
    assert access(zoho, later=timedelta(minutes=58)) == "1000.access"
    assert access(zoho, later=timedelta(minutes=59, seconds=30)) == "1000.new"
    assert zoho.fake.asked == [(DEFAULT, "1000.refresh")]
    assert access(zoho, later=timedelta(minutes=60)) == "1000.new"
    assert zoho.connections.rows[1].tokens.refresh_token == "1000.refresh"


def test_a_withdrawn_consent_ends_the_connection(zoho: Zoho) -> None:
    zoho.connections.rows[1] = ZohoConnection(user_id=1, accounts_server=DEFAULT, tokens=TOKENS)
    zoho.fake.is_away = True
    with pytest.raises(Unavailable):
        access(zoho, later=timedelta(hours=2))
    assert zoho.connections.rows
    zoho.fake.is_away, zoho.fake.refusal = False, "invalid_code"
    with pytest.raises(NotFound):
        access(zoho, later=timedelta(hours=2))
    assert not zoho.connections.rows


def http_accounts(answer: Callable[[httpx.Request], httpx.Response]) -> HttpZohoAccounts:
    return HttpZohoAccounts(
        http=httpx.Client(transport=httpx.MockTransport(answer)),
        server=DEFAULT,
        client_id="1000.ID",
        client_secret="s3cret",
        redirect_uri="https://parlance.example/oauth/zoho",
        scope="AaaServer.profile.READ,ZohoCRM.modules.READ",
        now=lambda: NOON,
    )


def test_a_code_is_exchanged_as_zoho_documents_it() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        told = {
            "access_token": "1000.access",
            "refresh_token": "1000.refresh",
            "scope": "AaaServer.profile.READ",
            "api_domain": "https://www.zohoapis.eu",
            "token_type": "Bearer",
            "expires_in": 3600,
        }
        return httpx.Response(200, json=told)

    assert http_accounts(answer).exchange("https://accounts.zoho.eu", code="c&d") == TOKENS
    assert str(seen[0].url) == "https://accounts.zoho.eu/oauth/v2/token"
    assert {name: values[0] for name, values in parse_qs(seen[0].content.decode()).items()} == {
        "grant_type": "authorization_code",
        "client_id": "1000.ID",
        "client_secret": "s3cret",
        "redirect_uri": "https://parlance.example/oauth/zoho",
        "code": "c&d",
    }


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("invalid_code", "invalid_code"),
        ("invalid_client", "invalid_client"),
        ("access_denied", "access_denied"),
        ("Access Denied", "access_denied"),
        ("invalid_client_secret", "zoho_error"),
    ],
)
def test_an_error_in_an_answer_of_200_is_an_error(error: str, reason: str) -> None:
    accounts = http_accounts(lambda _: httpx.Response(200, json={"error": error}))
    with pytest.raises(ZohoRefused) as refusal:
        accounts.exchange(DEFAULT, code="c")
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"access_token": 5}),
        httpx.Response(502, text=""),
        httpx.Response(302, headers={"Location": "http://127.0.0.1/"}),
        httpx.Response(200, content=b" " * 100_000 + json.dumps({"access_token": "x"}).encode()),
    ],
)
def test_any_other_answer_means_that_zoho_is_away(answer: httpx.Response) -> None:
    with pytest.raises(Unavailable, match="Zoho is temporarily unavailable"):
        http_accounts(lambda _: answer).exchange(DEFAULT, code="c")


def test_old_clients_milliseconds_are_not_taken_for_seconds() -> None:
    told = {"access_token": "x", "expires_in": 3_600_000, "expires_in_sec": 3600}
    tokens = http_accounts(lambda _: httpx.Response(200, json=told)).refresh(
        DEFAULT, refresh_token="r"
    )
    assert tokens.expires_at == NOON + timedelta(hours=1)


def test_the_authorisation_url_asks_for_offline_access() -> None:
    url = urlsplit(http_accounts(lambda _: httpx.Response(500)).authorization_url("st.a.te"))
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{DEFAULT}/oauth/v2/auth"
    assert query == {
        "response_type": "code",
        "client_id": "1000.ID",
        "scope": "AaaServer.profile.READ,ZohoCRM.modules.READ",
        "redirect_uri": "https://parlance.example/oauth/zoho",
        "access_type": "offline",
        "prompt": "consent",
        "state": "st.a.te",
    }


def test_settings_refuse_a_client_without_its_secret() -> None:
    needed: dict[str, Any] = {"amqp_url": "a", "auth_database_url": "d", "secret_keys": "k"}
    assert Settings(**needed, zoho_accounts_servers=" http://A/ , ").zoho_accounts_servers == (
        "http://a",
    )
    with pytest.raises(ValidationError, match="ZOHO_CLIENT_SECRET"):
        Settings(**needed, zoho_client_id="1000.ID")
