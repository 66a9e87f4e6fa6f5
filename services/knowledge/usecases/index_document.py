"""Index one document: fetch, read, cut, embed, store, switch."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from contracts.errors import Unavailable
from services.knowledge.domain.chunking import Chunk, Tokenizer, chunk
from services.knowledge.domain.data_table import summary_blocks
from services.knowledge.domain.extraction import ExtractedDocument, ExtractionFailed
from services.knowledge.domain.index_run import (
    ATTEMPTS_ALLOWED,
    Claim,
    Interrupted,
    LeaseLost,
    MakesWay,
    ModelRefused,
)
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.link import PageGone, PageUnchanged
from services.knowledge.domain.media_types import UnsupportedDocument, kind_of, reading_name
from services.knowledge.ports import (
    Embedder,
    Extractor,
    IndexRuns,
    Leases,
    LinkedPages,
    ObjectStore,
    VectorIndex,
)
from services.knowledge.usecases.fill_index import FillIndex
from services.knowledge.usecases.stages import Stages

log = structlog.get_logger(__name__)
MISSING_OBJECT = "The stored file is missing."


class IndexIncomplete(Exception):
    """The index does not hold what it was given: it lost something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """Safe to be run again after a crash at any line: what is in stays in, the rest is done."""

    runs: IndexRuns
    leases: Leases
    objects: ObjectStore
    extractor: Extractor
    tokenizer: Tokenizer
    embedder: Embedder
    vectors: VectorIndex
    pages: LinkedPages
    owner: str
    embed_at_once: int = 2
    extract_timeout_s: float = 120
    turn_s: float = 30

    def __call__(self, document_id: int) -> None:
        """Raises HeldByAnother, Interrupted and Unavailable: try again later, nothing is lost."""
        claim = self.runs.claim(document_id, owner=self.owner)
        if claim is None:
            return
        try:
            with self.leases.kept(claim) as check:
                self._end(claim, check)
        except LeaseLost:
            return
        except MakesWay as pause:
            self._make_way(claim, pause.stage)
        except (Interrupted, Unavailable) as error:
            self._wait(claim, error)
            raise

    def _wait(self, claim: Claim, error: Exception) -> None:
        stage = error.detail if isinstance(error, Unavailable) else "The worker restarts."
        try:
            self.runs.wait(claim, f"{claim.name} waits: {stage}")
        except LeaseLost:
            return

    def _make_way(self, claim: Claim, stage: str) -> None:
        try:
            self.runs.make_way(claim, stage)
        except LeaseLost:
            return
        log.info("document_makes_way", stage=stage)

    def _end(self, claim: Claim, check: Callable[[], None]) -> None:
        """A document that cannot be indexed ends in a reason; a part that is away does not."""
        if claim.attempts > ATTEMPTS_ALLOWED:
            reason = f"Indexing this document crashed {ATTEMPTS_ALLOWED} times."
            self.runs.fail(claim, reason=reason)
            return
        try:
            chunks, space = self._index(claim, check)
        except PageUnchanged:
            self.runs.keep(claim)
            log.info("page_unchanged")
        except PageGone as gone:
            self.runs.drop(claim)
            log.info("page_dropped", reason=str(gone))
        except (ExtractionFailed, ModelRefused, UnsupportedDocument) as failure:
            self.runs.fail(claim, reason=failure.reason)
            log.info("document_failed", reason=failure.reason)
        else:
            self.runs.succeed(claim, chunks=chunks, space=space)
            log.info("document_indexed", chunks=chunks)

    def _index(self, claim: Claim, check: Callable[[], None]) -> tuple[int, VectorSpace]:
        with tempfile.TemporaryDirectory(prefix="parlance-") as folder:
            document = self._read(claim, Path(folder), check)
        try:
            return self._filled(claim, document, check)
        except IndexIncomplete:
            self.runs.reach(claim, 0, stage=f"indexing {claim.name} again")
            return self._filled(replace(claim, reached=0), document, check)

    def _read(self, claim: Claim, folder: Path, check: Callable[[], None]) -> ExtractedDocument:
        if claim.page is not None:
            return self.pages(claim, claim.page, folder, check)
        if claim.summary is not None:
            return ExtractedDocument(blocks=summary_blocks(claim.name, claim.summary))
        kind = kind_of(claim.name)
        path = folder / reading_name(kind)
        self.runs.tell(claim, f"reading {claim.so_far}")
        if not self.objects.download(claim.object_key, path):
            raise ExtractionFailed(MISSING_OBJECT)
        check()
        document = self.extractor.extract(path, kind, timeout_s=self.extract_timeout_s)
        check()
        return document

    def _filled(
        self, claim: Claim, document: ExtractedDocument, check: Callable[[], None]
    ) -> tuple[int, VectorSpace]:
        fill = FillIndex(
            claim=claim,
            runs=self.runs,
            embedder=self.embedder,
            vectors=self.vectors,
            embed_at_once=self.embed_at_once,
            check=check,
            turn_s=self.turn_s,
            stages=Stages(
                name=claim.name, characters=sum(len(block.text) + 1 for block in document.blocks)
            ),
        )
        self.runs.tell(claim, f"embedding {claim.so_far}")
        chunks, space = fill(self._chunks(claim, document))
        if space is None:
            raise ExtractionFailed("No text found in the document.")
        check()
        held = self.vectors.seal(
            claim.knowledge_base_uuid,
            space,
            document_id=claim.document_id,
            revision=claim.revision,
            chunks=chunks,
        )
        if held != chunks:
            raise IndexIncomplete(f"{held} of {chunks} chunks")
        return chunks, space

    def _chunks(self, claim: Claim, document: ExtractedDocument) -> Iterator[Chunk]:
        return chunk(
            document.blocks,
            size_tokens=claim.settings.chunk_size,
            overlap_tokens=claim.settings.chunk_overlap,
            tokenizer=self.tokenizer,
        )
