"""Endpoints 49, 50 and 51: HTTP endpoints of the users' own that assistants may call."""

from typing import Annotated, Any

from fastapi import Depends, Response

from contracts.rpc.assistants.tools import (
    ChangeUserTool,
    CreateUserTool,
    JsonObject,
    ListUserTools,
    Method,
    UserTool,
    UserToolFields,
    UserToolOf,
)
from contracts.shapes import LongText, Name, Shape, Url
from services.gateway.entrypoints.http.body import BodyOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.routing import private_router

router = private_router("tools")
ALL = "/api/analytics/user-tools/"
ONE = "/api/analytics/user-tools/{pk:id}/"


class NewUserTool(UserToolFields):
    """Endpoint 49, POST: every field of a tool; four are required."""

    name: Name
    description: LongText
    endpoint_url: Url
    http_method: Method


class ToolInput(Shape):
    """Endpoint 51: `arguments`, or the same as `input`."""

    arguments: JsonObject | None = None
    input: JsonObject | None = None


class ToolDone(Shape):
    """Endpoint 51: `result` is what a model would see; `status_code` is the endpoint's."""

    result: Any
    status_code: int
    elapsed_ms: float


NEW = BodyOf(
    NewUserTool,
    example={
        "name": "My Custom Tool",
        "description": "Fetches customer data from an external CRM.",
        "endpoint_url": "https://api.example.com/customers",
        "http_method": "GET",
        "auth_type": "bearer",
        "auth_credentials": {"token": "..."},
        "body_schema": {
            "type": "object",
            "properties": {
                "customer_id": {"type": "string", "description": "The ID of the customer"}
            },
            "required": ["customer_id"],
        },
    },
)
CHANGES = BodyOf(UserToolFields, example={"retry_on_fail": True, "max_tries": 5})
INPUT = BodyOf(ToolInput, example={"arguments": {"customer_id": "cust_12345"}})


@router.get(ALL, summary="List my tools")
async def list_user_tools(app: App, user_id: Caller) -> list[UserTool]:
    """Oldest first. Secrets are masked, here and in every other answer."""
    return (await app.user_tools.list_user_tools(ListUserTools(user_id=user_id))).tools


@router.post(ALL, status_code=201, summary="Create a tool")
async def create_user_tool(
    app: App, user_id: Caller, body: Annotated[NewUserTool, Depends(NEW)]
) -> UserTool:
    """An assistant may call it once it is among its `selected_tools`, when its user asks for that.

    Arguments go into `{places}` of the address, else into the query (GET, DELETE) or the body.
    """
    request = CreateUserTool(user_id=user_id, fields=UserToolFields(**body.changes()))
    return await app.user_tools.create_user_tool(request)


@router.get(ONE, summary="Get a tool")
async def get_user_tool(app: App, user_id: Caller, pk: int) -> UserTool:
    """The whole object, secrets masked."""
    return await app.user_tools.get_user_tool(UserToolOf(user_id=user_id, tool_id=pk))


@router.put(ONE, summary="Update a tool")
async def update_user_tool(
    app: App, user_id: Caller, pk: int, body: Annotated[UserToolFields, Depends(CHANGES)]
) -> UserTool:
    """What is absent stays, and a secret that is sent as its mask stays too."""
    request = ChangeUserTool(user_id=user_id, tool_id=pk, fields=body)
    return await app.user_tools.update_user_tool(request)


@router.delete(ONE, status_code=204, summary="Delete a tool")
async def delete_user_tool(app: App, user_id: Caller, pk: int) -> Response:
    """Assistants that had selected it have it no more."""
    await app.user_tools.delete_user_tool(UserToolOf(user_id=user_id, tool_id=pk))
    return Response(status_code=204)


@router.post(f"{ONE}execute/", summary="Execute a tool", responses={502: {}})
async def execute_user_tool(
    app: App, user_id: Caller, pk: int, body: Annotated[ToolInput, Depends(INPUT)]
) -> ToolDone:
    """Once, as a model would: the arguments are checked against `body_schema`, every option counts."""
    arguments = body.arguments if body.arguments is not None else body.input
    done = await app.tool_calls.execute(user_id=user_id, tool_id=pk, arguments=arguments or {})
    return ToolDone(**done)
