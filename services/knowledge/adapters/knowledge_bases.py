"""Knowledge bases in PostgreSQL, always by owner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.rpc.knowledge import CreateKnowledgeBase, KnowledgeBase
from services.knowledge.adapters.base_removal import remove_bases
from services.knowledge.adapters.tables import document, knowledge_base, link
from services.knowledge.domain.index_settings import IndexSettings
from services.knowledge.ports import Reference

_BASE = knowledge_base.c
_DECIDED = (
    *("name", "description", "update_interval", "embedding_type", "embedding_model"),
    *("chunk_size", "chunk_overlap", "retrieval_method", "reranking_enabled"),
    *("top_k", "top_k_after_reranking", "sparse_weightage"),
)
_COUNTS = ("files_count", "links_count", "excels_count", "data_excels_count")


def owned(user_id: int, reference: Reference) -> ColumnElement[bool]:
    """The condition that every query for one knowledge base starts with."""
    named = _BASE.uuid == reference if isinstance(reference, UUID) else _BASE.id == reference
    return (_BASE.user_id == user_id) & named


def _counted(kind: str, label: str) -> Any:
    counted = select(func.count()).select_from(document)
    return (
        counted.where(document.c.knowledge_base_id == _BASE.id, document.c.kind == kind)
        .scalar_subquery()
        .label(label)
    )


_LINKS = (
    select(func.count())
    .select_from(link)
    .where(link.c.knowledge_base_id == _BASE.id)
    .scalar_subquery()
)


def _described() -> Select[Any]:
    return select(
        knowledge_base,
        _counted("file", "files_count"),
        _counted("excel", "excels_count"),
        _counted("data_excel", "data_excels_count"),
        _LINKS.label("links_count"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresKnowledgeBases:
    """The port `KnowledgeBases`. default_model: of those that name no embedding model."""

    engine: Engine
    default_model: str

    def add(self, request: CreateKnowledgeBase, *, uuid: UUID) -> KnowledgeBase:
        values = {name: getattr(request, name) for name in _DECIDED}
        statement = insert(knowledge_base).values(uuid=uuid, user_id=request.user_id, **values)
        made_before = _described().where(_BASE.uuid == uuid, _BASE.user_id == request.user_id)
        with self.engine.begin() as connection:
            once = statement.on_conflict_do_nothing().returning(knowledge_base)
            if row := connection.execute(once).mappings().first():
                return self._shape({**row, **dict.fromkeys(_COUNTS, 0)})
            return self._shape(connection.execute(made_before).mappings().one())

    def of_user(self, user_id: int, *, after: int | None, limit: int) -> list[KnowledgeBase]:
        newest_first = _described().where(_BASE.user_id == user_id).order_by(_BASE.id.desc())
        if after is not None:
            newest_first = newest_first.where(_BASE.id < after)
        newest_first = newest_first.limit(limit)
        with self.engine.connect() as connection:
            return [self._shape(row) for row in connection.execute(newest_first).mappings()]

    def find(self, *, user_id: int, reference: Reference) -> KnowledgeBase | None:
        statement = _described().where(owned(user_id, reference))
        with self.engine.connect() as connection:
            row = connection.execute(statement).mappings().first()
        return self._shape(row) if row else None

    def change(
        self,
        *,
        user_id: int,
        reference: Reference,
        changes: Mapping[str, Any],
        check: Callable[[KnowledgeBase], None],
    ) -> KnowledgeBase | None:
        mine = owned(user_id, reference)
        with self.engine.begin() as connection:
            locked = _described().where(mine).with_for_update(of=knowledge_base, key_share=True)
            row = connection.execute(locked).mappings().first()
            if row is None:
                return None
            check(self._shape(row))
            if changes:
                fresh = update(knowledge_base).where(mine)
                connection.execute(fresh.values(**changes, updated_at=func.now()))
            changed = connection.execute(_described().where(mine)).mappings().one()
            self._mark(connection, changed)
        return self._shape(changed)

    def _mark(self, connection: Connection, base: Any) -> None:
        """`uploaded` and answering: indexed with other settings than those of now."""
        settings = IndexSettings(
            embedding_model=base["embedding_model"] or self.default_model,
            chunk_size=base["chunk_size"],
            chunk_overlap=base["chunk_overlap"],
        )
        fits = document.c.indexed_with == settings.signature
        answering = (document.c.knowledge_base_id == base["id"]) & document.c.active_space.is_not(
            None
        )
        for condition, status in (
            ((document.c.status == "indexed") & ~fits, "uploaded"),
            ((document.c.status == "uploaded") & fits, "indexed"),
        ):
            marked = update(document).where(answering, condition)
            connection.execute(marked.values(status=status))

    def remove(self, *, user_id: int, reference: Reference) -> UUID | None:
        with self.engine.begin() as connection:
            removed = remove_bases(connection, owned(user_id, reference))
        return removed[0].knowledge_base_uuid if removed else None

    def _shape(self, row: Any) -> KnowledgeBase:
        model = row["embedding_model"] or self.default_model
        return KnowledgeBase.model_validate({**row, "embedding_model": model})
