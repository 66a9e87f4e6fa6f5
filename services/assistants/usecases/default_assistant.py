"""A user's default assistant, which there is as soon as somebody asks for it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from contracts.rpc.assistants.configurations import Assistant, OfUser, UpdateDefault
from services.assistants.ports import Assistants


@dataclass(frozen=True, slots=True, kw_only=True)
class GetDefaultAssistant:
    """Endpoint 3, GET. Where the default one was deleted, a new one is made."""

    assistants: Assistants
    new_uuid: Callable[[], UUID]

    def __call__(self, request: OfUser) -> Assistant:
        return self.assistants.default(user_id=request.user_id, new_uuid=self.new_uuid())


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDefaultAssistant:
    """Endpoint 3, PUT: what is absent stays."""

    assistants: Assistants
    new_uuid: Callable[[], UUID]

    def __call__(self, request: UpdateDefault) -> Assistant:
        default = self.assistants.default(user_id=request.user_id, new_uuid=self.new_uuid())
        return self.assistants.change(
            user_id=request.user_id,
            assistant_uuid=default.assistant_uuid,
            changes=request.fields.changes(),
        )
