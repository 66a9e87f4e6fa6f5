"""auth over RPC, one method per method of its protocol."""

from contracts.rpc import auth
from services.gateway.adapters.rpc.service import Service


class AuthRpc(Service):
    """The port `Auth`."""

    SERVICE = "auth"
    CAPABILITY = "Authentication"
    KEY_SET_TIMEOUT_S = 3  # every request may wait for it

    async def register(self, request: auth.Credentials) -> auth.Registered:
        return await self._ask("register", request, auth.Registered)

    async def issue_tokens(self, request: auth.SignIn) -> auth.TokenPair:
        return await self._ask("issue_tokens", request, auth.TokenPair)

    async def refresh_access(self, request: auth.RefreshToken) -> auth.AccessToken:
        return await self._ask("refresh_access", request, auth.AccessToken)

    async def sign_out(self, request: auth.RefreshTokenOf) -> auth.Done:
        return await self._ask("sign_out", request, auth.Done)

    async def change_password(self, request: auth.ChangePassword) -> auth.Done:
        return await self._ask("change_password", request, auth.Done)

    async def deactivate_account(self, request: auth.PasswordOf) -> auth.Done:
        return await self._ask("deactivate_account", request, auth.Done)

    async def delete_account(self, request: auth.PasswordOf) -> auth.Done:
        return await self._ask("delete_account", request, auth.Done)

    async def get_profile(self, request: auth.UserRef) -> auth.Profile:
        return await self._ask("get_profile", request, auth.Profile)

    async def get_key_set(self) -> auth.KeySet:
        return await self._ask("get_key_set", None, auth.KeySet, timeout_s=self.KEY_SET_TIMEOUT_S)

    async def connect_zoho(self, request: auth.UserRef) -> auth.AuthorizationUrl:
        return await self._ask("connect_zoho", request, auth.AuthorizationUrl)

    async def complete_zoho(self, request: auth.ZohoAnswer) -> auth.ZohoOutcome:
        return await self._ask("complete_zoho", request, auth.ZohoOutcome)
