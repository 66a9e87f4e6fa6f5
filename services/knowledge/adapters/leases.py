"""Keeps a claim's lease alive in a thread of its own, however long a single step takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.knowledge.domain.index_run import Claim, Interrupted, LeaseLost
from services.knowledge.ports import IndexRuns

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatLeases:
    """The port `Leases`. stopping: set when the process is to end."""

    runs: IndexRuns
    every_s: float
    stopping: Event

    @contextmanager
    def kept(self, claim: Claim) -> Iterator[Callable[[], None]]:
        ended, lost = Event(), Event()

        def check() -> None:
            if lost.is_set():
                raise LeaseLost(f"document {claim.document_id}")
            if self.stopping.is_set():
                raise Interrupted

        beating = Thread(target=self._beat, args=(claim, ended, lost), name="lease", daemon=True)
        beating.start()
        try:
            yield check
        finally:
            ended.set()
            beating.join()

    def _beat(self, claim: Claim, ended: Event, lost: Event) -> None:
        while not ended.wait(self.every_s):
            try:
                self.runs.renew(claim)
            except LeaseLost:
                if not ended.is_set():
                    log.info("lease_lost", document_id=claim.document_id)
                lost.set()
                return
            except SQLAlchemyError as error:  # the work itself will notice when it matters
                log.warning("lease_not_renewed", reason=repr(error)[:200])
