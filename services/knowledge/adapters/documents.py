"""Documents and the tickets they come from, in PostgreSQL, always by owner."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import Connection, Engine, case, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from contracts.rpc.knowledge import Kind
from services.knowledge.adapters.base_removal import LATE_BYTES
from services.knowledge.adapters.removal import remove_documents
from services.knowledge.adapters.tables import document, knowledge_base, stale_object, upload
from services.knowledge.domain.data_table import KeptTables
from services.knowledge.domain.document import NamedDocument, StoredDocument, Upload

DOCUMENT_COLUMNS = [document.c[name] for name in StoredDocument.__slots__]
_IS_UPLOADED = document.c.kind.in_(get_args(Kind))
"""By its owner, as it is: no page of a link."""
UPLOAD_COLUMNS = [upload.c[name] for name in Upload.__slots__]


@dataclass(frozen=True, slots=True)
class PostgresDocuments:
    """The port `Documents`."""

    engine: Engine

    def of_base(
        self, *, user_id: int, knowledge_base_id: int, kind: Kind, after: int | None, limit: int
    ) -> list[StoredDocument]:
        statement = (
            select(*DOCUMENT_COLUMNS)
            .where(
                document.c.user_id == user_id,
                document.c.knowledge_base_id == knowledge_base_id,
                document.c.kind == kind,
                document.c.id > (after or 0),
            )
            .order_by(document.c.id)
            .limit(limit)
        )
        with self.engine.connect() as connection:
            return [StoredDocument(**row) for row in connection.execute(statement).mappings()]

    def named(
        self, *, user_id: int, name: str, knowledge_base_id: int | None
    ) -> list[NamedDocument]:
        columns = [document.c[each] for each in NamedDocument.__slots__]
        called = (document.c.user_id == user_id) & (document.c.name == name) & _IS_UPLOADED
        if knowledge_base_id is not None:
            called &= document.c.knowledge_base_id == knowledge_base_id
        statement = select(*columns).where(called).order_by(document.c.id.desc())
        with self.engine.connect() as connection:
            return [NamedDocument(**row) for row in connection.execute(statement).mappings()]

    def remove(self, *, user_id: int, document_id: int) -> Kind | None:
        mine = (document.c.user_id == user_id) & (document.c.id == document_id) & _IS_UPLOADED
        with self.engine.begin() as connection:
            kind: Kind | None = connection.execute(select(document.c.kind).where(mine)).scalar()
            return kind if remove_documents(connection, mine) else None


@dataclass(frozen=True, slots=True)
class PostgresUploads:
    """The port `Uploads`."""

    engine: Engine

    def add(self, upload_: Upload) -> bool:
        base = select(knowledge_base.c.id).where(knowledge_base.c.id == upload_.knowledge_base_id)
        with self.engine.begin() as connection:
            kept = connection.execute(base.with_for_update(read=True, key_share=True)).first()
            if kept is not None:
                connection.execute(insert(upload).values(**asdict(upload_)))
            return kept is not None

    def find(self, *, user_id: int, upload_id: UUID) -> Upload | None:
        condition = (upload.c.user_id == user_id) & (upload.c.id == upload_id)
        with self.engine.connect() as connection:
            row = connection.execute(select(*UPLOAD_COLUMNS).where(condition)).mappings().first()
        return Upload(**row) if row else None

    def reserve(self, upload_: Upload, keys: Sequence[str]) -> bool:
        locked = select(upload.c.document_id).where(upload.c.id == upload_.id).with_for_update()
        rows = [{"object_key": key, "since": upload_.expires_at + LATE_BYTES} for key in keys]
        with self.engine.begin() as connection:
            ticket = connection.execute(locked).first()
            if ticket is not None and ticket.document_id is None:
                connection.execute(upsert(stale_object).values(rows).on_conflict_do_nothing())
            return ticket is not None

    def complete(self, upload_: Upload, kept: KeptTables | None) -> StoredDocument | None:
        mine = upload.c.id == upload_.id
        base = select(knowledge_base.c.id).where(knowledge_base.c.id == upload_.knowledge_base_id)
        with self.engine.begin() as connection:
            connection.execute(base.with_for_update(read=True, key_share=True))  # first, as all do
            locked = select(upload.c.document_id).where(mine).with_for_update()
            ticket = connection.execute(locked).first()
            if ticket is None:
                return None
            document_id = ticket.document_id
            if document_id is None:
                values = {**_facts(upload_), **kept_columns(kept)}
                made = insert(document).values(**values).returning(document.c.id)
                document_id = connection.execute(made).scalar_one()
                complete_ticket(connection, upload_, document_id, kept)
            return stored_document(connection, document_id)

    def reject(self, upload_id: UUID, *, reason: str) -> None:
        statement = update(upload).where(upload.c.id == upload_id, upload.c.document_id.is_(None))
        with self.engine.begin() as connection:
            connection.execute(statement.values(rejection=reason))

    def expired(self, *, unused_since: datetime, used_since: datetime, limit: int) -> list[Upload]:
        is_used = upload.c.document_id.is_not(None)
        moment = case((is_used, used_since), else_=unused_since)
        statement = select(*UPLOAD_COLUMNS).where(upload.c.expires_at < moment).limit(limit)
        with self.engine.connect() as connection:
            return [Upload(**row) for row in connection.execute(statement).mappings()]

    def forget(self, upload_id: UUID) -> None:
        with self.engine.begin() as connection:
            connection.execute(delete(upload).where(upload.c.id == upload_id))


def _facts(upload_: Upload) -> dict[str, Any]:
    names = ("user_id", "knowledge_base_id", "kind", "name", "object_key", "size_bytes")
    return {name: getattr(upload_, name) for name in names}


def kept_columns(kept: KeptTables | None) -> dict[str, Any]:
    """The columns of a data Excel's tables; none without them."""
    if kept is None:
        return {}
    return {"summary": kept.summary, "tables": [each.to_json() for each in kept.tables]}


def complete_ticket(
    connection: Connection, upload_: Upload, document_id: int, kept: KeptTables | None
) -> None:
    """What was reserved for it stays from now on."""
    used = update(upload).where(upload.c.id == upload_.id).values(document_id=document_id)
    connection.execute(used)
    if kept is not None:
        keys = [each.key for each in kept.tables]
        connection.execute(delete(stale_object).where(stale_object.c.object_key.in_(keys)))


def stored_document(connection: Connection, document_id: int) -> StoredDocument | None:
    """None where it has gone."""
    found = select(*DOCUMENT_COLUMNS).where(document.c.id == document_id)
    row = connection.execute(found).mappings().first()
    return StoredDocument(**row) if row else None
