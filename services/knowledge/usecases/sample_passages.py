"""Show passages from all over a knowledge base, to write questions from."""

from dataclasses import dataclass

from contracts.rpc.knowledge import SampledPassage, SampledPassages, SamplePassages
from services.knowledge.domain.references import parse_reference
from services.knowledge.domain.sampling import ChunkKey, drawn
from services.knowledge.domain.search import StoredChunk
from services.knowledge.ports import ChunkReader, IndexedBases
from services.knowledge.usecases.find_knowledge_base import no_such_base

LONGEST_TEXT = 4_000
MOST_BYTES = 900_000
"""Of all passages as JSON: a message of the bus has a megabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPassages:
    """What searches find, drawn by seed; the version says when that has changed."""

    bases: IndexedBases
    chunks: ChunkReader

    def __call__(self, request: SamplePassages) -> SampledPassages:
        """Raises NotFound, Unavailable. A long text is cut; fewer come where they are too long."""
        reference = parse_reference(request.knowledge_base)
        base = (
            self.bases.find(user_id=request.user_id, reference=reference)
            if reference is not None
            else None
        )
        if base is None:
            raise no_such_base()
        keys = drawn(base.documents, count=request.count, seed=request.seed)
        found = self.chunks.read(base.uuid, keys) if keys else {}
        there = [_told(key, found[key]) for key in keys if key in found]
        return SampledPassages(
            knowledge_base=base.uuid,
            version=base.version,
            documents=len(base.documents),
            chunks=base.chunks,
            passages=_fitting(there),
        )


def _told(key: ChunkKey, chunk: StoredChunk) -> SampledPassage:
    return SampledPassage(
        document_id=key.document.id,
        document_name=key.document.name,
        kind=key.document.kind,
        chunk=chunk.number,
        heading=chunk.heading,
        text=chunk.text[:LONGEST_TEXT],
        page=chunk.page,
    )


def _fitting(passages: list[SampledPassage]) -> list[SampledPassage]:
    room, kept = MOST_BYTES, []
    for each in passages:
        room -= len(each.model_dump_json().encode())
        if room >= 0:
            kept.append(each)
    return kept
