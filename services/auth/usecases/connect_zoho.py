"""Connect a user to Zoho: send the browser there, and take it back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.errors import InvalidRequest, NotAuthenticated, Unavailable
from contracts.rpc.auth import AuthorizationUrl, UserRef, ZohoAnswer, ZohoOutcome
from services.auth.domain.zoho import ZohoConnection, ZohoRefused, accounts_server, reason_of
from services.auth.ports import Tokens, Users, ZohoAccounts, ZohoConnections, ZohoStates
from services.auth.usecases.find_user import active_user

STATE = "zoho_state"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectZoho:
    """Hands out where to give consent. `accounts` is None where Zoho is not configured."""

    users: Users
    tokens: Tokens
    states: ZohoStates
    accounts: ZohoAccounts | None

    def __call__(self, request: UserRef) -> AuthorizationUrl:
        """Raises InvalidRequest where Zoho is not configured, NotAuthenticated."""
        if self.accounts is None:
            raise InvalidRequest("The Zoho integration is not configured on this server.")
        user = active_user(self.users, request.user_id)
        state = self.tokens.issue(user_id=user.id, token_type=STATE)
        self.states.add(self.tokens.read(state, token_type=STATE))
        return AuthorizationUrl(authorization_url=self.accounts.authorization_url(state))


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteZoho:
    """Endpoint 40. `default_server` and `further_servers`: accounts servers, see `domain.zoho`."""

    users: Users
    tokens: Tokens
    states: ZohoStates
    connections: ZohoConnections
    accounts: ZohoAccounts | None
    default_server: str
    further_servers: Collection[str]

    def __call__(self, request: ZohoAnswer) -> ZohoOutcome:
        """The reason says what went wrong; a state is used up whatever comes of it."""
        try:
            self._connect(request)
        except ZohoRefused as refusal:
            return ZohoOutcome(is_connected=False, reason=refusal.reason)
        except Unavailable:
            return ZohoOutcome(is_connected=False, reason="zoho_unavailable")
        return ZohoOutcome(is_connected=True)

    def _connect(self, request: ZohoAnswer) -> None:
        if self.accounts is None:
            raise ZohoRefused("not_configured")
        user_id = self._expected(request.state)["user_id"]
        if request.error:
            raise ZohoRefused(reason_of(request.error))
        if not request.code:
            raise ZohoRefused("missing_code")
        server = accounts_server(
            named=request.accounts_server,
            location=request.location,
            default=self.default_server,
            further={self.default_server, *self.further_servers},
        )
        tokens = self.accounts.exchange(server, code=request.code)
        connection = ZohoConnection(user_id=user_id, accounts_server=server, tokens=tokens)
        if not self.connections.keep(connection):
            raise ZohoRefused("no_refresh_token" if not tokens.refresh_token else "invalid_state")

    def _expected(self, state: str) -> Mapping[str, Any]:
        try:
            claims = self.tokens.read(state, token_type=STATE)
        except NotAuthenticated as error:
            is_late = error.detail == "Token is expired"
            raise ZohoRefused("expired_state" if is_late else "invalid_state") from None
        user = self.users.by_id(claims["user_id"])
        if not self.states.take(claims) or user is None or not user.is_active:
            raise ZohoRefused("invalid_state")
        return claims
