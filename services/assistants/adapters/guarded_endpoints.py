"""Users' endpoints over HTTP, through the guard."""

from dataclasses import dataclass

from chassis.guarded_answer import FetchFailed
from chassis.guarded_http_async import AsyncGuardedHttp
from chassis.reach import AddressRefused
from chassis.web_address import BadAddress
from contracts.errors import InvalidRequest
from services.assistants.domain.endpoint_answer import EndpointAnswer, EndpointFailed
from services.assistants.domain.tool_request import ToolRequest


@dataclass(frozen=True, slots=True)
class GuardedEndpoints:
    """The port `Endpoints`."""

    http: AsyncGuardedHttp

    async def ask(self, request: ToolRequest) -> EndpointAnswer:
        try:
            fetched = await self.http.fetch(
                request.url,
                method=request.method,
                headers=request.headers,
                content=request.content,
            )
        except AddressRefused as error:
            raise InvalidRequest.on("endpoint_url", str(error)) from None
        except BadAddress as error:  # the tool's own is good: what was filled in makes it too long
            raise InvalidRequest.on("arguments", str(error)) from None
        except FetchFailed as error:
            raise EndpointFailed(error.reason, may_pass=error.is_passing) from None
        return EndpointAnswer(status=fetched.status, headers=fetched.headers, body=fetched.body)
