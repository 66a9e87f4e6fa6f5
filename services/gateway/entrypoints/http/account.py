"""My account: signing out, another password, leaving."""

from typing import Annotated

from fastapi import Depends

from contracts.rpc.auth import ChangePassword, Password, PasswordOf, RefreshToken, RefreshTokenOf
from contracts.shapes import Shape
from services.gateway.entrypoints.http.bodies import Message
from services.gateway.entrypoints.http.body import BodyOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.routing import private_router


class Passwords(Shape):
    """The old password, and the one to come."""

    old_password: Password
    new_password: Password


class Consent(Shape):
    """My password, so that nobody does it who found my screen unlocked."""

    password: Password


router = private_router("account")
REFRESH = BodyOf(RefreshToken, example={"refresh": "eyJhbGciOiJFZERTQSJ9..."})
PASSWORDS = BodyOf(
    Passwords,
    example={"old_password": "correct horse battery", "new_password": "staple battery horse"},
)
CONSENT = BodyOf(Consent, example={"password": "correct horse battery"})
Token = Annotated[RefreshToken, Depends(REFRESH)]
MyPassword = Annotated[Consent, Depends(CONSENT)]


@router.post("/api/logout/", summary="Sign out")
async def sign_out(app: App, user_id: Caller, token: Token) -> Message:
    """Revokes that refresh token of mine; 401 `Token is invalid` for one that is good no more."""
    await app.auth.sign_out(RefreshTokenOf(user_id=user_id, refresh=token.refresh))
    return Message(message="Logged out successfully.")


@router.post("/api/account/password/", summary="Change my password", responses={429: {}})
async def change_password(
    app: App, user_id: Caller, passwords: Annotated[Passwords, Depends(PASSWORDS)]
) -> Message:
    """Revokes every refresh token that was issued before. 400 on the password that will not do."""
    await app.auth.change_password(
        ChangePassword(
            user_id=user_id,
            old_password=passwords.old_password,
            new_password=passwords.new_password,
        )
    )
    return Message(message="Password changed successfully.")


@router.post("/api/account/deactivate/", summary="Deactivate my account", responses={429: {}})
async def deactivate_account(app: App, user_id: Caller, consent: MyPassword) -> Message:
    """Every token of mine is refused from now on; my things stay. 400 on a wrong `password`."""
    await app.auth.deactivate_account(PasswordOf(user_id=user_id, password=consent.password))
    app.authenticate.refuse(user_id, "user_inactive")
    return Message(message="Account deactivated.")


@router.delete("/api/account/", summary="Delete my account", responses={429: {}})
async def delete_account(app: App, user_id: Caller, consent: MyPassword) -> Message:
    """Removes me, and soon after everything that was mine. 400 on a wrong `password`."""
    await app.auth.delete_account(PasswordOf(user_id=user_id, password=consent.password))
    app.authenticate.refuse(user_id, "user_not_found")
    return Message(message="Account deleted.")


@router.post("/api/account/delete/", summary="Delete my account (POST)", responses={429: {}})
async def delete_account_by_post(app: App, user_id: Caller, consent: MyPassword) -> Message:
    """The same, for clients and proxies that drop the body of a DELETE."""
    return await delete_account(app, user_id, consent)
