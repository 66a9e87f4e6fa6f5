"""Who asks, and the application that a door calls."""

from typing import Annotated

from fastapi import Depends, Request

from services.gateway.domain.client_address import client_address
from services.gateway.wiring import Application


async def application_of(request: Request) -> Application:
    """The process's application."""
    application: Application = request.app.state.application
    return application


async def authenticated(request: Request) -> int:
    """The user's id, from the token. Raises NotAuthenticated."""
    application = await application_of(request)
    user_id = await application.authenticate(request.headers.get("authorization"))
    request.state.user_id = user_id
    return user_id


async def client_address_of(request: Request) -> str:
    """Where the client is; behind trusted proxies, what the outermost of them says."""
    application = await application_of(request)
    return client_address(
        request.client.host if request.client else "",
        ",".join(request.headers.getlist("x-forwarded-for")),
        trusted=application.trusted_proxies,
    )


App = Annotated[Application, Depends(application_of)]
Caller = Annotated[int, Depends(authenticated)]
ClientAddress = Annotated[str, Depends(client_address_of)]
