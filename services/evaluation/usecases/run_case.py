"""Ask the assistant a case's question, and give the verdict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from contracts.errors import ServiceError, Unavailable
from contracts.rpc.evaluation import CaseResult, SourcePassage
from services.evaluation.domain.asked import Asked, Judgement, Undecided
from services.evaluation.domain.assertions import Evidence
from services.evaluation.domain.case_result import error_result, judged_result
from services.evaluation.domain.likeness import Vectors, texts_to_embed
from services.evaluation.domain.run import Claim, Withdrawn
from services.evaluation.domain.verdict import assertions_of, verdict_on
from services.evaluation.ports import (
    AskedAssistant,
    CaseDesk,
    Embedder,
    Judge,
    KeptClaim,
    Leases,
    Retrieval,
)

log = structlog.get_logger(__name__)
MOST_LOST_WORKERS = 5
ENDS_WORKERS = "The workers that asked this case died with it."
INTERNAL = "The case could not be judged because of an internal error."


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCase:
    """One case. What is away is waited for, `patience_s` from the first try on; then it is an error."""

    desk: CaseDesk
    leases: Leases
    assistant: AskedAssistant
    retrieval: Retrieval
    embedder: Embedder
    judge: Judge
    patience_s: float
    now: Callable[[], datetime]

    def __call__(self, case_id: int) -> None:
        """Raises HeldByAnother, Unavailable: then the case waits for another try."""
        try:
            claim = self.desk.claim(case_id)
        except Withdrawn:
            return
        try:
            with self.leases.kept(case_id) as kept:
                self.desk.finish(claim, self._result(claim, kept))
        except Withdrawn:
            log.info("verdict_not_wanted", case_id=case_id)
        except BaseException:
            self.desk.give_back(case_id)
            raise

    def _result(self, claim: Claim, kept: KeptClaim) -> CaseResult:
        if claim.lost_workers >= MOST_LOST_WORKERS:
            return error_result(claim, ENDS_WORKERS, at=self.now())
        try:
            asked = self._asked(claim, kept)
            if isinstance(asked, Undecided):
                return error_result(claim, asked.reason, at=self.now())
            evidence = self._evidence(claim, asked)
            return judged_result(claim, asked, verdict_on(claim.case, evidence), at=self.now())
        except Withdrawn:
            raise
        except Unavailable as error:
            if self._may_wait(claim):
                raise
            return error_result(claim, error.detail, at=self.now())
        except ServiceError as error:
            return error_result(claim, error.detail, at=self.now())
        except Exception as error:  # a bug must not keep a run from its end
            log.exception("case_not_judged", exc_info=error)
            return error_result(claim, INTERNAL, at=self.now())

    def _may_wait(self, claim: Claim) -> bool:
        return claim.tried_for_s < self.patience_s

    def _asked(self, claim: Claim, kept: KeptClaim) -> Asked | Undecided:
        snapshot = claim.snapshot
        asked = self.assistant.ask(
            user_id=claim.user_id, snapshot=snapshot, question=claim.case.question, kept=kept
        )
        if isinstance(asked, Undecided) or snapshot.knowledge_base is None:
            return asked
        retrieved = tuple(
            self.retrieval.passages(
                user_id=claim.user_id,
                knowledge_base=snapshot.knowledge_base,
                query=claim.case.question,
            )
        )
        citations = tuple(_whole(each, retrieved) for each in asked.citations)
        return replace(asked, retrieved=retrieved, citations=citations)

    def _evidence(self, claim: Claim, asked: Asked) -> Evidence:
        assertions = assertions_of(claim.case)
        expected = [str(each.value) for each in assertions if each.type == "similar"]
        if claim.case.ideal_answer.strip():
            expected.append(claim.case.ideal_answer)
        texts = texts_to_embed(asked.text, expected, asked.cited_texts())
        judgements: dict[str, Judgement | Undecided] = {}
        for rubric in {str(each.value) for each in assertions if each.type == "judge"}:
            judgements[rubric] = self.judge.judge(rubric=rubric, case=claim.case, answer=asked.text)
        return Evidence(asked=asked, vectors=self._vectors(claim, texts), judgements=judgements)

    def _vectors(self, claim: Claim, texts: Sequence[str]) -> Vectors | Undecided:
        """Not every verdict needs them: in the end the case goes without."""
        try:
            return self.embedder.vectors(texts)
        except Unavailable as error:
            if self._may_wait(claim):
                raise
            return Undecided(error.detail)


def _whole(citation: SourcePassage, retrieved: tuple[SourcePassage, ...]) -> SourcePassage:
    """A citation tells a passage shortened; the search has all of it."""
    for passage in retrieved:
        if (passage.document_id, passage.chunk) == (citation.document_id, citation.chunk):
            return passage
    return citation
