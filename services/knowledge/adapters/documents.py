"""Documents and the tickets they come from, in PostgreSQL, always by owner."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, case, delete, insert, select, update

from contracts.rpc.knowledge import Kind
from services.knowledge.adapters.tables import document, upload
from services.knowledge.domain.document import StoredDocument, Upload

DOCUMENT_COLUMNS = [document.c[name] for name in StoredDocument.__slots__]
UPLOAD_COLUMNS = [upload.c[name] for name in Upload.__slots__]


@dataclass(frozen=True, slots=True)
class PostgresDocuments:
    """The port `Documents`."""

    engine: Engine

    def of_base(self, *, user_id: int, knowledge_base_id: int, kind: Kind) -> list[StoredDocument]:
        statement = (
            select(*DOCUMENT_COLUMNS)
            .where(
                document.c.user_id == user_id,
                document.c.knowledge_base_id == knowledge_base_id,
                document.c.kind == kind,
            )
            .order_by(document.c.id)
        )
        with self.engine.connect() as connection:
            return [StoredDocument(**row) for row in connection.execute(statement).mappings()]


@dataclass(frozen=True, slots=True)
class PostgresUploads:
    """The port `Uploads`."""

    engine: Engine

    def add(self, upload_: Upload) -> None:
        with self.engine.begin() as connection:
            connection.execute(insert(upload).values(**asdict(upload_)))

    def find(self, *, user_id: int, upload_id: UUID) -> Upload | None:
        condition = (upload.c.user_id == user_id) & (upload.c.id == upload_id)
        with self.engine.connect() as connection:
            row = connection.execute(select(*UPLOAD_COLUMNS).where(condition)).mappings().first()
        return Upload(**row) if row else None

    def complete(self, upload_: Upload) -> StoredDocument:
        mine = upload.c.id == upload_.id
        locked = select(upload.c.document_id).where(mine).with_for_update()
        with self.engine.begin() as connection:
            document_id = connection.execute(locked).scalar()
            if document_id is None:
                document_id = connection.execute(_new_document(upload_)).scalar_one()
                connection.execute(update(upload).where(mine).values(document_id=document_id))
            found = select(*DOCUMENT_COLUMNS).where(document.c.id == document_id)
            return StoredDocument(**connection.execute(found).mappings().one())

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


def _new_document(upload_: Upload) -> Any:
    return (
        insert(document)
        .values(
            user_id=upload_.user_id,
            knowledge_base_id=upload_.knowledge_base_id,
            kind=upload_.kind,
            name=upload_.name,
            object_key=upload_.object_key,
            size_bytes=upload_.size_bytes,
        )
        .returning(document.c.id)
    )
