"""Users' tools as rows and back; what may be secret is encrypted in them."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import Select, and_, func, select

from contracts.errors import NotFound
from contracts.rpc.assistants.tools import UserToolFields
from services.assistants.adapters.tables import user_tools
from services.assistants.domain.user_tool import SEALED, OwnTool

log = structlog.get_logger(__name__)
_OWN = ("id", "uuid", "user_id", "created_at", "updated_at")


def mine(user_id: int, tool_id: int) -> Select[Any]:
    """One tool of that user."""
    return select(user_tools).where(
        and_(user_tools.c.user_id == user_id, user_tools.c.id == tool_id)
    )


def of_user(user_id: int, uuids: Collection[UUID]) -> Select[Any]:
    """Those of that user, oldest first."""
    return (
        select(user_tools)
        .where(user_tools.c.user_id == user_id, user_tools.c.uuid.in_(uuids))
        .order_by(user_tools.c.id)
    )


@dataclass(frozen=True, slots=True)
class ToolRows:
    """Knows the key."""

    box: MultiFernet

    def values(self, fields: UserToolFields) -> dict[str, Any]:
        """Column values; the time of the change with them."""
        values = {name: getattr(fields, name) for name in UserToolFields.model_fields}
        secrets = json.dumps({name: values.pop(name) for name in SEALED})
        sealed = self.box.encrypt(secrets.encode()).decode()
        return {**values, "sealed": sealed, "updated_at": func.clock_timestamp()}

    def tool(self, row: Mapping[Any, Any] | None) -> OwnTool:
        """Raises NotFound (what: user_tool) where there is no row."""
        if row is None:
            raise NotFound(what="user_tool")
        values = dict(row)
        own = {name: values.pop(name) for name in _OWN}
        values |= self._opened(own["id"], values.pop("sealed"))
        return OwnTool(fields=UserToolFields.model_validate(values), **own)

    def _opened(self, tool_id: int, sealed: str) -> dict[str, Any]:
        try:
            opened: dict[str, Any] = json.loads(self.box.decrypt(sealed.encode()))
        except InvalidToken:  # the key is gone: it can be shown, and given new credentials
            log.error("tool_secrets_unreadable", tool_id=tool_id)
            return {}
        return opened
