"""Endpoints 41, 42 and 43: tokens and registration."""

from typing import Annotated

from fastapi import Depends

from contracts.rpc.auth import AccessToken, Credentials, RefreshToken, SignIn, TokenPair
from services.gateway.entrypoints.http.bodies import Message
from services.gateway.entrypoints.http.body import BodyOf, asking
from services.gateway.entrypoints.http.credentials import App, ClientAddress
from services.gateway.entrypoints.http.routing import public_router

router = public_router("auth")
WHO = BodyOf(Credentials, example={"username": "ada", "password": "correct horse battery"})
REFRESH = BodyOf(RefreshToken, example={"refresh": "eyJhbGciOiJFZERTQSJ9..."})


@router.post("/api/register/", status_code=201, summary="Register a new user")
async def register(app: App, credentials: Annotated[Credentials, Depends(WHO)]) -> Message:
    """400 on `username` when the name is taken, on `password` with every reason against it."""
    await app.auth.register(credentials)
    return Message(message="User registered successfully.")


@router.post("/api/token/", summary="Sign in", responses={401: {}, 429: {}})
async def issue_tokens(
    app: App, client_address: ClientAddress, credentials: Annotated[Credentials, Depends(WHO)]
) -> TokenPair:
    """A short-lived access token, and a refresh token to get the next one with.

    429 after too many wrong passwords for a user name, or from one address.
    """
    request = asking(SignIn, **credentials.model_dump(), client_address=client_address[:64])
    return await app.auth.issue_tokens(request)


@router.post(
    "/api/token/refresh/",
    summary="Refresh the access token",
    response_model_exclude_none=True,
    responses={401: {}},
)
async def refresh_access(app: App, token: Annotated[RefreshToken, Depends(REFRESH)]) -> AccessToken:
    """The refresh token stays good until it expires or is revoked; where it is rotated, `refresh` is new."""
    return await app.auth.refresh_access(token)
