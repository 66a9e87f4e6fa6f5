"""assistants' user tools over RPC, one method per method of their protocol."""

from contracts.rpc.assistants import tools
from services.gateway.adapters.rpc.service import Service


class UserToolsRpc(Service):
    """The port `UserTools`."""

    SERVICE = "assistants"
    CAPABILITY = "The assistants service"

    async def create_user_tool(self, request: tools.CreateUserTool) -> tools.UserTool:
        return await self._ask("create_user_tool", request, tools.UserTool)

    async def list_user_tools(self, request: tools.ListUserTools) -> tools.UserToolPage:
        return await self._ask_all("list_user_tools", request, tools.UserToolPage, "tools")

    async def get_user_tool(self, request: tools.UserToolOf) -> tools.UserTool:
        return await self._ask("get_user_tool", request, tools.UserTool)

    async def update_user_tool(self, request: tools.ChangeUserTool) -> tools.UserTool:
        return await self._ask("update_user_tool", request, tools.UserTool)

    async def delete_user_tool(self, request: tools.UserToolOf) -> tools.UserToolRemoved:
        return await self._ask("delete_user_tool", request, tools.UserToolRemoved)
