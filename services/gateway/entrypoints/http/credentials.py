"""Who asks, and the application that a door calls."""

from typing import Annotated

from fastapi import Depends, Request

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


App = Annotated[Application, Depends(application_of)]
Caller = Annotated[int, Depends(authenticated)]
