"""Paths that work with and without their last slash, and methods that they do not have."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from services.gateway.entrypoints.http.credentials import authenticated
from services.gateway.entrypoints.http.errors import method_not_allowed


class _RowIdConvertor(Convertor[int]):
    """Digits of an id that a row may have; anything else is an unknown URL, as in Django."""

    regex = "[1-9][0-9]{0,17}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("id", _RowIdConvertor())


def any_slash(regex: re.Pattern[str]) -> re.Pattern[str]:
    """The same path, ending in one slash or none: never redirected, so that a POST keeps its body."""
    return re.compile(regex.pattern.removesuffix("$").rstrip("/") + r"/?\Z")


class DocumentedRoute(APIRoute):
    """A documented path; HEAD is answered as GET without its body, as REST framework does."""

    def __init__(self, path: str, endpoint: Any, **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.path_regex = any_slash(self.path_regex)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        is_head = scope.get("method") == "HEAD"
        return super().matches({**scope, "method": "GET"} if is_head else scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    @property
    def verbs(self) -> set[str]:
        """Its methods, HEAD aside."""
        return set(self.methods or ())

    @property
    def is_private(self) -> bool:
        """Whether it needs a token."""
        return any(needed.call is authenticated for needed in self.dependant.dependencies)


def public_router(tag: str) -> APIRouter:
    """Paths that need no token."""
    return APIRouter(route_class=DocumentedRoute, tags=[tag])


def private_router(tag: str) -> APIRouter:
    """Paths that need a token: it is checked before anything else is looked at."""
    return APIRouter(route_class=DocumentedRoute, tags=[tag], dependencies=[Depends(authenticated)])


def with_refusals(routes: Iterable[BaseRoute]) -> list[BaseRoute]:
    """The routes, and behind them one per path that answers the methods it does not have."""
    documented = [route for route in routes if isinstance(route, DocumentedRoute)]
    by_path: dict[str, list[DocumentedRoute]] = defaultdict(list)
    for route in documented:
        by_path[route.path_regex.pattern].append(route)
    return [*documented, *(_refusing(same) for same in by_path.values())]


def _refusing(routes: list[DocumentedRoute]) -> Route:
    own = {method for route in routes for method in route.verbs}
    allowed = own | {"OPTIONS"} | ({"HEAD"} if "GET" in own else set())
    is_private = any(route.is_private for route in routes)

    async def refuse(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(headers={"Allow": ", ".join(sorted(allowed))})
        if is_private:
            await authenticated(request)
        raise method_not_allowed(request.method, allowed)

    refusing = Route(routes[0].path, refuse, methods=[], include_in_schema=False)
    refusing.path_regex = any_slash(refusing.path_regex)
    return refusing
