"""Call a user's tool: check the arguments, ask its endpoint, tell the answer as the tool wants it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from contracts.errors import UpstreamFailed
from contracts.rpc.assistants.tools import UserToolFields
from services.assistants.domain.endpoint_answer import (
    EndpointAnswer,
    EndpointFailed,
    ReadPage,
    result_of,
)
from services.assistants.domain.redaction import Redaction
from services.assistants.domain.tool_arguments import checked
from services.assistants.domain.tool_request import ToolRequest, tool_request
from services.assistants.domain.user_tool import OwnTool
from services.assistants.ports import Endpoints, StoredTools

log = structlog.get_logger(__name__)
LONGEST_WAIT_S = 30.0
CARRIES_ON = frozenset({"continue", "continueRegularOutput", "continueErrorOutput"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """result: a JSON value. status_code: of the last answer, 0 where there was none; of all tries."""

    result: Any
    status_code: int
    elapsed_ms: float


@dataclass(slots=True, kw_only=True)
class _Course:
    """What the tries of one call have come to."""

    tries: int = 0
    status: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecuteTool:
    """The one way to call a tool. total_s: of all tries. longest_result: characters."""

    endpoints: Endpoints
    read_page: ReadPage
    total_s: float
    longest_result: int
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def __call__(self, tool: OwnTool, arguments: Mapping[str, Any]) -> ToolResult:
        """Raises InvalidRequest (arguments; a target that is not allowed), UpstreamFailed.

        Nothing that it returns or raises has a secret of the tool in it.
        """
        fields = tool.fields
        request = tool_request(fields, checked(fields, arguments))
        redaction, course = Redaction(fields), _Course()
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(self.total_s):
                result = await self._result(request, fields, course)
            result = redaction.value(result)
        except EndpointFailed as error:
            course.status = error.status
            result = self._failed(fields, redaction.text(error.reason))
        except TimeoutError:
            told = f"The endpoint did not answer within {self.total_s:g} seconds."
            result = self._failed(fields, told)
        finally:
            elapsed_ms = round((clock() - began) * 1000, 1)
            log.info(
                "tool_called",
                tool_id=tool.id,
                tries=course.tries,
                status=course.status,
                took_ms=elapsed_ms,
            )
        return ToolResult(result=result, status_code=course.status, elapsed_ms=elapsed_ms)

    async def _result(self, request: ToolRequest, fields: UserToolFields, course: _Course) -> Any:
        answer = await self._answer(request, fields, course)
        course.status = answer.status
        try:  # in a thread: a page may be large
            return await asyncio.to_thread(
                result_of,
                answer,
                fields,
                read_page=self.read_page,
                longest=self.longest_result,
            )
        except ValueError as error:
            raise EndpointFailed(str(error), status=answer.status) from None

    async def _answer(
        self, request: ToolRequest, fields: UserToolFields, course: _Course
    ) -> EndpointAnswer:
        """After as many tries as the tool may have; waits are doubled, a Retry-After is kept to."""
        most = fields.max_tries if fields.retry_on_fail else 1
        while True:
            course.tries += 1
            try:
                answer = await self.endpoints.ask(request)
                answer.check_status()
            except EndpointFailed as error:
                course.status = error.status
                wait_s = fields.wait_between_tries * 2 ** (course.tries - 1)
                wait_s = max(min(wait_s, LONGEST_WAIT_S), error.retry_after_s)
                if not error.may_pass or course.tries >= most or wait_s > self.total_s:
                    raise
                await self.sleep(wait_s)
            else:
                return answer

    def _failed(self, fields: UserToolFields, reason: str) -> dict[str, str]:
        """What `on_error` makes of it. Raises UpstreamFailed."""
        if fields.on_error in CARRIES_ON:
            return {"error": reason}
        raise UpstreamFailed(reason) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecuteStoredTool:
    """Endpoint 51."""

    tools: StoredTools
    execute: ExecuteTool

    async def __call__(
        self, *, user_id: int, tool_id: int, arguments: Mapping[str, Any]
    ) -> ToolResult:
        """Raises NotFound (what: user_tool), InvalidRequest, UpstreamFailed."""
        tool = await self.tools.get(user_id=user_id, tool_id=tool_id)
        return await self.execute(tool, arguments)
