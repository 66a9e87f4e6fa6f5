"""Renews the leases of the cases that this process works on, in one thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.evaluation.adapters.case_desk import PostgresCaseDesk

log = structlog.get_logger(__name__)


class KeptLeases:
    """The port `Leases`."""

    def __init__(self, desk: PostgresCaseDesk, *, every_s: float, stopping: Event) -> None:
        self._desk = desk
        self._every_s = every_s
        self._stopping = stopping
        self._kept: set[int] = set()
        self._lock = Lock()

    def start(self) -> None:
        """Begin to renew."""
        Thread(target=self._beat, name="leases", daemon=True).start()

    @contextmanager
    def kept(self, case_id: int) -> Iterator[None]:
        with self._lock:
            self._kept.add(case_id)
        try:
            yield
        finally:
            with self._lock:
                self._kept.discard(case_id)

    def _beat(self) -> None:
        while not self._stopping.wait(self._every_s):
            with self._lock:
                kept = sorted(self._kept)
            if not kept:
                continue
            try:
                self._desk.renew(kept)
            except SQLAlchemyError as error:  # the verdict will notice when it matters
                log.warning("leases_not_renewed", reason=repr(error)[:200])
