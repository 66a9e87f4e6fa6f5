"""Tell of a run, and whether what it was made with has changed since."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

import structlog

from contracts.errors import NotFound, Unavailable
from contracts.rpc.evaluation import Run
from services.evaluation.domain.run import StoredRun
from services.evaluation.ports import Assistants, Knowledge
from services.evaluation.usecases.start_run import saved_hash, version_of

log = structlog.get_logger(__name__)
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What assistants and knowledge say now; each is asked once. Who is away says nothing (None)."""

    assistants: Assistants
    knowledge: Knowledge
    _hashes: dict[UUID, str | None] = field(default_factory=dict)
    _versions: dict[UUID, str | None] = field(default_factory=dict)

    def configuration_hash(self, run: StoredRun) -> str | None:
        """That a run of the assistant's saved configuration would have."""
        key = run.assistant_uuid
        if key not in self._hashes:
            self._hashes[key] = _unless_away(lambda: saved_hash(run, self.assistants))
        return self._hashes[key]

    def knowledge_base_version(self, run: StoredRun) -> str | None:
        """Of the one that the run asked."""
        base = run.snapshot.knowledge_base
        if base is not None and base not in self._versions:
            self._versions[base] = _unless_away(
                lambda: version_of(run.user_id, base, self.knowledge)
            )
        return self._versions[base] if base else None


def tell_run(run: StoredRun, *, today: Today | None = None) -> Run:
    """Without `today` nothing is said of changes."""
    snapshot = run.snapshot
    return Run(
        id=run.id,
        run_id=run.run_id,
        assistant_uuid=run.assistant_uuid,
        mode=run.mode,
        status=run.status,
        finished=run.status != "running",
        summary=run.summary,
        model=snapshot.model,
        configuration_hash=snapshot.configuration_hash,
        configuration_changed=_differs(
            today.configuration_hash(run) if today else None, snapshot.saved_configuration_hash
        ),
        knowledge_base_changed=_differs(
            today.knowledge_base_version(run) if today else None,
            snapshot.knowledge_base_version,
        ),
        created_at=run.created_at,
        finished_at=run.finished_at,
    )


def _differs(now: str | None, then: str | None) -> bool | None:
    return None if now is None or then is None else now != then


def _unless_away(ask: Callable[[], Said]) -> Said | None:
    try:
        return ask()
    except (Unavailable, NotFound) as error:
        log.info("not_compared_with_today", reason=str(error))
        return None
