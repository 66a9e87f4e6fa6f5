"""WhatsApp channels in PostgreSQL; their secrets are encrypted."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.fernet import MultiFernet
from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, and_, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from contracts.errors import NotFound
from contracts.rpc.assistants.tools import MASK
from contracts.rpc.assistants.whatsapp import WhatsAppChannel, WhatsAppFields
from services.assistants.adapters.assistant_rows import is_mine
from services.assistants.adapters.tables import assistants, whatsapp_channels
from services.assistants.domain.whatsapp_webhook import CalledChannel, ChannelSecrets

SECRETS = ("access_token", "app_secret", "verify_token")
TABLE = whatsapp_channels.c


@dataclass(frozen=True, slots=True)
class PostgresWhatsAppChannels:
    """The port `WhatsAppChannels`."""

    engine: Engine
    box: MultiFernet

    def get(self, *, user_id: int, assistant_uuid: UUID) -> WhatsAppChannel:
        with self.engine.connect() as connection:
            owned = _assistant_id(connection, is_mine(user_id), assistant_uuid)
            row = _channel_of(connection, owned)
        if row is None:
            raise NotFound(what="channel")
        return _masked(row)

    def save(
        self,
        *,
        user_id: int,
        assistant_uuid: UUID,
        new_uuid: UUID,
        changes: dict[str, Any],
        check: Callable[[set[str]], None],
    ) -> WhatsAppChannel:
        """The assistant's row is held meanwhile: who saves at the same time comes after."""
        with self.engine.begin() as connection:
            owned = _assistant_id(connection, is_mine(user_id), assistant_uuid, is_held=True)
            there = _channel_of(connection, owned)
            fields = {**(self._fields(there) if there else {}), **changes}
            check(WhatsAppFields.model_fields.keys() - fields.keys())
            values = {
                "phone_number_id": fields["phone_number_id"],
                "sealed": sealed(self.box, fields),
                "last_error": None,
                "updated_at": func.clock_timestamp(),
            }
            new = {"channel_uuid": new_uuid, "user_id": user_id, "assistant_id": owned}
            statement = (
                insert(whatsapp_channels)
                .values({**new, **values})
                .on_conflict_do_update(index_elements=[TABLE.assistant_id], set_=values)
                .returning(*TABLE)
            )
            return _masked(connection.execute(statement).mappings().one())

    def delete(self, *, user_id: int, assistant_uuid: UUID) -> None:
        with self.engine.begin() as connection:
            owned = _assistant_id(connection, is_mine(user_id), assistant_uuid)
            gone = delete(whatsapp_channels).where(TABLE.assistant_id == owned)
            if connection.execute(gone.returning(TABLE.id)).first() is None:
                raise NotFound(what="channel")

    def called(self, channel_uuid: UUID) -> CalledChannel:
        statement = (
            select(TABLE.id, TABLE.phone_number_id, TABLE.sealed)
            .join(assistants, assistants.c.id == TABLE.assistant_id)
            .where(TABLE.channel_uuid == channel_uuid, assistants.c.deleted_at.is_(None))
        )
        with self.engine.connect() as connection:
            row = connection.execute(statement).first()
        if row is None:
            raise NotFound(what="channel")
        secrets = ChannelSecrets(**opened(self.box, row.sealed))
        return CalledChannel(id=row.id, phone_number_id=row.phone_number_id, secrets=secrets)

    def _fields(self, row: Mapping[Any, Any]) -> dict[str, str]:
        return {"phone_number_id": row["phone_number_id"], **opened(self.box, row["sealed"])}


def sealed(box: MultiFernet, fields: Mapping[str, str]) -> str:
    """The secrets among the fields, encrypted."""
    secrets = {name: fields[name] for name in SECRETS}
    return box.encrypt(json.dumps(secrets).encode()).decode()


def opened(box: MultiFernet, text: str) -> dict[str, str]:
    """The secrets."""
    secrets: dict[str, str] = json.loads(box.decrypt(text))
    return secrets


def _masked(row: Mapping[Any, Any]) -> WhatsAppChannel:
    return WhatsAppChannel.model_validate({**row, **dict.fromkeys(SECRETS, MASK)})


def _assistant_id(
    connection: Connection,
    mine: ColumnElement[bool],
    assistant_uuid: UUID,
    *,
    is_held: bool = False,
) -> int:
    found = select(assistants.c.id).where(and_(mine, assistants.c.assistant_uuid == assistant_uuid))
    # `key_share`: conversations with the assistant may begin meanwhile
    held = found.with_for_update(key_share=True) if is_held else found
    assistant_id = connection.execute(held).scalar()
    if assistant_id is None:
        raise NotFound(what="assistant")
    return int(assistant_id)


def _channel_of(connection: Connection, assistant_id: int) -> RowMapping | None:
    statement = select(*TABLE).where(TABLE.assistant_id == assistant_id)
    return connection.execute(statement).mappings().first()
