"""users' tools over RPC: a part of the service `assistants`."""

from uuid import UUID

from chassis.nameko_door import NewUuid, Wired, answers
from contracts.rpc.assistants.tools import (
    ChangeUserTool,
    CreateUserTool,
    ListUserTools,
    UserTool,
    UserToolOf,
    UserToolPage,
    UserToolRemoved,
)
from services.assistants.wiring.rpc import Application


class UserToolsDoor:
    """The protocol `contracts.rpc.assistants.tools.UserTools`."""

    name = "assistants"
    app: Application = Wired()
    new_uuid: UUID = NewUuid()

    @answers(CreateUserTool)
    def create_user_tool(self, request: CreateUserTool) -> UserTool:
        return self.app.user_tools.create(request, new_uuid=self.new_uuid)

    @answers(ListUserTools)
    def list_user_tools(self, request: ListUserTools) -> UserToolPage:
        return self.app.user_tools.list(request)

    @answers(UserToolOf)
    def get_user_tool(self, request: UserToolOf) -> UserTool:
        return self.app.user_tools.get(request)

    @answers(ChangeUserTool)
    def update_user_tool(self, request: ChangeUserTool) -> UserTool:
        return self.app.user_tools.update(request)

    @answers(UserToolOf)
    def delete_user_tool(self, request: UserToolOf) -> UserToolRemoved:
        return self.app.user_tools.delete(request)
