"""Give a token that Zoho's API takes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts.errors import NotFound
from contracts.rpc.auth import UserRef, ZohoAccess
from services.auth.domain.zoho import ZohoConnection, ZohoRefused
from services.auth.ports import ZohoAccounts, ZohoConnections

LEAST_LIFE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GetZohoAccess:
    """Refreshes it when less than a minute is left."""

    connections: ZohoConnections
    accounts: ZohoAccounts | None
    now: Callable[[], datetime]

    def __call__(self, request: UserRef) -> ZohoAccess:
        """Raises NotFound (what: zoho_connection), also when Zoho has ended it, and Unavailable."""
        connection = self.connections.get(request.user_id)
        if connection is None or self.accounts is None:
            raise NotFound(what="zoho_connection")
        if connection.tokens.expires_at - self.now() < LEAST_LIFE:
            connection = self._refreshed(connection, self.accounts)
        tokens = connection.tokens
        return ZohoAccess(access_token=tokens.access_token, api_domain=tokens.api_domain)

    def _refreshed(self, connection: ZohoConnection, accounts: ZohoAccounts) -> ZohoConnection:
        old = connection.tokens
        try:
            new = accounts.refresh(connection.accounts_server, refresh_token=old.refresh_token)
        except ZohoRefused as refusal:
            if refusal.reason == "invalid_code":  # the user has withdrawn their consent
                self.connections.forget(connection.user_id)
            raise NotFound(what="zoho_connection") from None
        tokens = replace(
            new,
            refresh_token=new.refresh_token or old.refresh_token,
            api_domain=new.api_domain or old.api_domain,
            scope=new.scope or old.scope,
        )
        refreshed = replace(connection, tokens=tokens)
        self.connections.keep(refreshed)
        return refreshed
