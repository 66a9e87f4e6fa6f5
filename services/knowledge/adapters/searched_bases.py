"""What a search reads of PostgreSQL: one query for the base, one for the documents it found."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.knowledge.adapters.tables import document, knowledge_base, stale_vectors
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.ranking import weights
from services.knowledge.domain.search import FoundDocument, SearchedBase

_BASE, _DOCUMENT = knowledge_base.c, document.c


def _listed(statement: Any, label: str) -> Any:
    return func.array(statement.correlate(knowledge_base).scalar_subquery()).label(label)


_OF_BASE = _DOCUMENT.knowledge_base_id == _BASE.id
_SPACES = (
    select(_DOCUMENT.active_space)
    .where(_OF_BASE, _DOCUMENT.active_space.is_not(None))
    .group_by(_DOCUMENT.active_space)
    .order_by(func.max(_DOCUMENT.active_revision).desc())
)
_BUILDING = select(_DOCUMENT.revision).where(
    _OF_BASE,
    _DOCUMENT.status == "indexing",
    # Those that replace another from the start: their first chunks may come in during this search.
    or_(_DOCUMENT.building_space.is_not(None), _DOCUMENT.active_space.is_not(None)),
)
_REPLACED = select(stale_vectors.c.revision).where(
    stale_vectors.c.knowledge_base_uuid == _BASE.uuid
)
_FIND = select(
    _BASE.uuid,
    _BASE.embedding_model,
    _BASE.embedding_type,
    _BASE.retrieval_method,
    _BASE.sparse_weightage,
    _BASE.top_k,
    _BASE.reranking_enabled,
    _BASE.top_k_after_reranking,
    _listed(_SPACES, "spaces"),
    _listed(_BUILDING, "building"),
    _listed(_REPLACED, "replaced"),
).where(_BASE.user_id == bindparam("user_id"), _BASE.uuid == bindparam("uuid"))
_NAMED = select(*[_DOCUMENT[name] for name in FoundDocument.__slots__])


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresSearchedBases:
    """The port `SearchedBases`."""

    engine: AsyncEngine
    default_model: str

    async def find(self, *, user_id: int, uuid: UUID) -> SearchedBase | None:
        async with self._reading() as connection:
            found = await connection.execute(_FIND, {"user_id": user_id, "uuid": uuid})
            row = found.first()
        if row is None:
            return None
        return SearchedBase(
            uuid=row.uuid,
            embedding_model=row.embedding_model or self.default_model,
            weights=weights(
                embedding_type=row.embedding_type,
                retrieval_method=row.retrieval_method,
                sparse_weightage=row.sparse_weightage,
            ),
            top_k=row.top_k,
            reranking_enabled=row.reranking_enabled,
            top_k_after_reranking=row.top_k_after_reranking,
            spaces=tuple(map(VectorSpace.parse, row.spaces)),
            inactive=tuple(sorted({*row.building, *row.replaced})),
        )

    async def documents(self, document_ids: Iterable[int]) -> dict[int, FoundDocument]:
        statement = _NAMED.where(_DOCUMENT.id.in_(list(document_ids)))
        async with self._reading() as connection:
            rows = (await connection.execute(statement)).mappings()
            return {row["id"]: FoundDocument(**row) for row in rows}

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        """One statement on its own: a transaction would cost two round trips more."""
        async with self.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection
