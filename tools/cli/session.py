"""Credentials from the environment, and tokens that are renewed while a run lasts."""

from collections.abc import Generator, Mapping

import httpx

from tools.cli.exits import CannotRun

TOKEN, USERNAME, PASSWORD = "PARLANCE_TOKEN", "PARLANCE_USERNAME", "PARLANCE_PASSWORD"


class FixedToken(httpx.Auth):
    """An access token that somebody made."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The token goes along; what is refused stays refused."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class SignedIn(httpx.Auth):
    """A user who signs in for the first request, and again whenever the token is no longer good."""

    requires_response_body = True

    def __init__(self, base_url: str, username: str, password: str) -> None:
        self._sign_in = f"{base_url.rstrip('/')}/api/token/"
        self._credentials = {"username": username, "password": password}
        self._token = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Once more with a new token where the old one is refused. Raises CannotRun."""
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return
        answer = yield httpx.Request("POST", self._sign_in, json=self._credentials)
        if answer.status_code in (httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED):
            raise CannotRun(f"sign-in was refused: check {USERNAME} and {PASSWORD}")
        answer.raise_for_status()
        self._token = answer.json()["access"]
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def credentials(environment: Mapping[str, str], base_url: str) -> httpx.Auth:
    """Raises CannotRun where there are none."""
    if token := environment.get(TOKEN, "").strip():
        return FixedToken(token)
    username, password = environment.get(USERNAME), environment.get(PASSWORD)
    if username and password:
        return SignedIn(base_url, username, password)
    raise CannotRun(f"no credentials: set {TOKEN}, or {USERNAME} and {PASSWORD}")
