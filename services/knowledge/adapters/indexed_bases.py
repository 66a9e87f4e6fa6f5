"""Knowledge bases as searches find them, in PostgreSQL, always by owner."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from services.knowledge.adapters.knowledge_bases import owned
from services.knowledge.adapters.tables import document, knowledge_base
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.sampling import IndexedBase, IndexedDocument
from services.knowledge.ports import Reference

_BASE, _DOCUMENT = knowledge_base.c, document.c
_RANKING = (
    *("embedding_type", "embedding_model", "retrieval_method", "sparse_weightage"),
    *("top_k", "reranking_enabled", "top_k_after_reranking"),
)
_INDEXED = [
    _DOCUMENT[name] for name in ("id", "name", "kind", "active_revision", "active_space", "chunks")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresIndexedBases:
    """The port `IndexedBases`."""

    engine: Engine

    def find(self, *, user_id: int, reference: Reference) -> IndexedBase | None:
        mine = select(_BASE.id, _BASE.uuid, *(_BASE[name] for name in _RANKING))
        answering = select(*_INDEXED).where(
            _DOCUMENT.active_revision.is_not(None), _DOCUMENT.active_space.is_not(None)
        )
        with self.engine.connect() as connection:
            base = connection.execute(mine.where(owned(user_id, reference))).mappings().first()
            if base is None:
                return None
            of_it = answering.where(_DOCUMENT.knowledge_base_id == base["id"])
            rows = connection.execute(of_it.order_by(_DOCUMENT.id)).mappings()
            return IndexedBase(
                uuid=base["uuid"],
                ranking=tuple(str(base[name]) for name in _RANKING),
                documents=tuple(_indexed(row) for row in rows),
            )


def _indexed(row: Any) -> IndexedDocument:
    return IndexedDocument(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        revision=row["active_revision"],
        space=VectorSpace.parse(row["active_space"]),
        chunks=row["chunks"],
    )
