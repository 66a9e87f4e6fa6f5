"""Endpoint 40 and how to get there: connecting a user's Zoho account."""

from typing import Annotated

import structlog
from fastapi import Depends
from fastapi.responses import RedirectResponse
from pydantic import ConfigDict, Field

from contracts.errors import InvalidRequest, ServiceError
from contracts.rpc.auth import AuthorizationUrl, UserRef, ZohoAnswer, ZohoOutcome
from contracts.shapes import Shape
from services.gateway.domain.front_end import back_to
from services.gateway.entrypoints.http.body import QueryOf, asking
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.routing import private_router, public_router

log = structlog.get_logger(__name__)


class ZohoQuery(Shape):
    """What Zoho adds to the callback's address."""

    model_config = ConfigDict(populate_by_name=True)

    state: str = ""
    code: str = ""
    error: str = ""
    location: str = ""
    accounts_server: str = Field(default="", alias="accounts-server")


router = public_router("zoho")
private = private_router("zoho")


@private.get(
    "/api/analytics/integrations/zoho/connect/", summary="Connect Zoho", responses={400: {}}
)
async def connect_zoho(app: App, user_id: Caller) -> AuthorizationUrl:
    """Where to send the browser; good for ten minutes, once. 400 where Zoho is not configured."""
    return await app.auth.connect_zoho(UserRef(user_id=user_id))


@router.get(
    "/oauth/zoho",
    summary="Zoho comes back",
    status_code=302,
    response_class=RedirectResponse,
    responses={
        302: {
            "description": "To the front end",
            "headers": {"Location": {"schema": {"type": "string"}}},
        }
    },
)
async def complete_zoho(
    app: App, query: Annotated[ZohoQuery, Depends(QueryOf(ZohoQuery))]
) -> RedirectResponse:
    """Redirects to the front end with `?zoho=success`, or `?zoho=error&reason=<word>`."""
    try:
        outcome = await app.auth.complete_zoho(asking(ZohoAnswer, **query.model_dump()))
    except InvalidRequest:
        outcome = ZohoOutcome(is_connected=False, reason="invalid_request")
    except ServiceError as error:
        log.warning("zoho_not_completed", reason=error.detail)
        outcome = ZohoOutcome(is_connected=False, reason="unavailable")
    told = "success" if outcome.is_connected else "error"
    return RedirectResponse(
        back_to(app.front_end_url, zoho=told, reason=outcome.reason),
        status_code=302,
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )


router.routes.extend(private.routes)
