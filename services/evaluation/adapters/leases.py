"""Renews the leases of the cases that this process works on, in one thread, and tells of lost ones."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.evaluation.adapters.case_desk import PostgresCaseDesk

log = structlog.get_logger(__name__)


class Lease:
    """The port `KeptClaim`."""

    def __init__(self) -> None:
        self._hang_ups: list[Callable[[], object]] = []
        self._is_withdrawn = False
        self._lock = Lock()

    def when_withdrawn(self, hang_up: Callable[[], object]) -> None:
        with self._lock:
            self._hang_ups.append(hang_up)
            is_late = self._is_withdrawn
        if is_late:
            hang_up()

    def withdraw(self) -> None:
        """Nobody wants the verdict any more."""
        with self._lock:
            self._is_withdrawn = True
            hang_ups = tuple(self._hang_ups)
        for hang_up in hang_ups:
            hang_up()


class KeptLeases:
    """The port `Leases`."""

    def __init__(self, desk: PostgresCaseDesk, *, every_s: float, stopping: Event) -> None:
        self._desk = desk
        self._every_s = every_s
        self._stopping = stopping
        self._kept: dict[int, Lease] = {}
        self._lock = Lock()

    def start(self) -> None:
        """Begin to renew."""
        Thread(target=self._beat, name="leases", daemon=True).start()

    @contextmanager
    def kept(self, case_id: int) -> Iterator[Lease]:
        lease = Lease()
        with self._lock:
            self._kept[case_id] = lease
        try:
            yield lease
        finally:
            with self._lock:
                self._kept.pop(case_id, None)

    def _beat(self) -> None:
        while not self._stopping.wait(self._every_s):
            with self._lock:
                kept = dict(self._kept)
            if not kept:
                continue
            try:
                renewed = self._desk.renew(sorted(kept))
            except SQLAlchemyError as error:  # the verdict will notice when it matters
                log.warning("leases_not_renewed", reason=repr(error)[:200])
                continue
            for case_id in kept.keys() - renewed:
                kept[case_id].withdraw()
