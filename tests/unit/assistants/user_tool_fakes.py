"""In-memory ports of user tools."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from contracts.errors import NotFound
from contracts.rpc.assistants.tools import UserToolFields
from services.assistants.domain.endpoint_answer import EndpointAnswer
from services.assistants.domain.tool_request import ToolRequest
from services.assistants.domain.user_tool import OwnTool
from tests.unit.assistants.fakes import MOMENT

TOOL = UUID(int=77)
CUSTOMERS = "https://api.example.com/customers"


def tool_fields(**fields: Any) -> UserToolFields:
    """As a client writes them."""
    own = {"name": "My Custom Tool", "description": "Customers.", "endpoint_url": CUSTOMERS}
    return UserToolFields.model_validate({**own, **fields})


def a_tool(*, id: int = 1, uuid: UUID = TOOL, **fields: Any) -> OwnTool:  # noqa: A002
    """User 1's."""
    return OwnTool(
        id=id,
        uuid=uuid,
        user_id=1,
        fields=tool_fields(**fields),
        created_at=MOMENT,
        updated_at=MOMENT,
    )


@dataclass
class FakeUserTools:
    """The ports `UserToolStore` and, awaited, `StoredTools`."""

    tools: list[OwnTool] = field(default_factory=list)

    def add(self, *, user_id: int, uuid: UUID, fields: UserToolFields) -> OwnTool:
        made = OwnTool(
            id=len(self.tools) + 1,
            uuid=uuid,
            user_id=user_id,
            fields=fields,
            created_at=MOMENT,
            updated_at=MOMENT,
        )
        self.tools.append(made)
        return made

    def count(self, *, user_id: int, without: UUID) -> int:
        return sum(tool.user_id == user_id and tool.uuid != without for tool in self.tools)

    def _mine(self, user_id: int, tool_id: int) -> OwnTool:
        for tool in self.tools:
            if (tool.user_id, tool.id) == (user_id, tool_id):
                return tool
        raise NotFound(what="user_tool")

    def get(self, *, user_id: int, tool_id: int) -> OwnTool:
        return self._mine(user_id, tool_id)

    def change(
        self, *, user_id: int, tool_id: int, new: Callable[[UserToolFields], UserToolFields]
    ) -> OwnTool:
        tool = self._mine(user_id, tool_id)
        changed = replace(tool, fields=new(tool.fields))
        self.tools[self.tools.index(tool)] = changed
        return changed

    def page(self, *, user_id: int, after: int | None, limit: int) -> list[OwnTool]:
        return [each for each in self.tools if each.user_id == user_id and each.id > (after or 0)][
            :limit
        ]

    def remove(self, *, user_id: int, tool_id: int) -> OwnTool:
        tool = self._mine(user_id, tool_id)
        self.tools.remove(tool)
        return tool

    def known(self, *, user_id: int, uuids: Collection[UUID]) -> set[UUID]:
        return {each.uuid for each in self.tools if each.user_id == user_id and each.uuid in uuids}

    async def selected(self, *, user_id: int, uuids: Collection[UUID]) -> list[OwnTool]:
        return [each for each in self.tools if each.user_id == user_id and each.uuid in uuids]


@dataclass
class FakeEndpoints:
    """The port `Endpoints`: answers or fails in this order, the last for ever."""

    answers: list[EndpointAnswer | Exception]
    asked: list[ToolRequest] = field(default_factory=list)

    async def ask(self, request: ToolRequest) -> EndpointAnswer:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer
