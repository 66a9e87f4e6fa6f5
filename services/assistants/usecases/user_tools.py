"""A user's tools: made, shown, changed and removed."""

from dataclasses import dataclass
from uuid import UUID

from chassis.pages import first_page
from chassis.reach import AddressRefused, Reach
from chassis.web_address import BadAddress, WebAddress
from contracts.errors import InvalidRequest
from contracts.rpc.assistants.tools import (
    ChangeUserTool,
    CreateUserTool,
    ListUserTools,
    UserTool,
    UserToolFields,
    UserToolOf,
    UserToolPage,
    UserToolRemoved,
)
from services.assistants.domain import url_template
from services.assistants.domain.user_tool import OwnTool, merged
from services.assistants.domain.user_tool_rules import check
from services.assistants.ports import UserToolStore

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageUserTools:
    """Endpoints 49 and 50. `reach`: where tools may lead to, as far as an address alone tells.

    most: tools of a user, roughly: two that are made at once may both be the last one.
    """

    store: UserToolStore
    reach: Reach
    most: int

    def create(self, request: CreateUserTool, *, new_uuid: UUID) -> UserTool:
        """Raises InvalidRequest. `new_uuid` is the same for a request that is delivered again."""
        fields = self._checked(merged(None, request.fields))
        if self.store.count(user_id=request.user_id, without=new_uuid) >= self.most:
            told = f"You may not have more than {self.most} tools."
            raise InvalidRequest.on("non_field_errors", told)
        return self.store.add(user_id=request.user_id, uuid=new_uuid, fields=fields).shown()

    def list(self, request: ListUserTools) -> UserToolPage:
        """Oldest first."""
        rows = self.store.page(user_id=request.user_id, after=request.after, limit=PAGE + 1)
        tools, after = first_page(rows, at_most=PAGE, id_of=lambda row: row.id, tell=OwnTool.shown)
        return UserToolPage(tools=tools, next=after)

    def get(self, request: UserToolOf) -> UserTool:
        """Raises NotFound."""
        return self.store.get(user_id=request.user_id, tool_id=request.tool_id).shown()

    def update(self, request: ChangeUserTool) -> UserTool:
        """What is absent stays. Raises NotFound, InvalidRequest."""
        changed = self.store.change(
            user_id=request.user_id,
            tool_id=request.tool_id,
            new=lambda stored: self._checked(merged(stored, request.fields)),
        )
        return changed.shown()

    def delete(self, request: UserToolOf) -> UserToolRemoved:
        """Raises NotFound."""
        removed = self.store.remove(user_id=request.user_id, tool_id=request.tool_id)
        return UserToolRemoved(uuid=removed.uuid)

    def _checked(self, fields: UserToolFields) -> UserToolFields:
        check(fields)
        try:
            self.reach.check_written(WebAddress.parse(url_template.example(fields.endpoint_url)))
        except (BadAddress, AddressRefused, ValueError) as error:
            raise InvalidRequest.on("endpoint_url", str(error)) from None
        return fields
