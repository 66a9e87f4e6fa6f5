"""Start a run: everything that its answers depend on is kept as it is now."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import structlog

from contracts.errors import Conflict, NotFound
from contracts.rpc.assistants.configurations import AssistantFields, PreviewedConfiguration
from contracts.rpc.evaluation import RunStarted, Snapshot, StartRun
from services.evaluation.domain.assertion_rules import check_cases
from services.evaluation.domain.run import NewRun
from services.evaluation.domain.snapshot import cases_hash, configuration_hash
from services.evaluation.ports import Assistants, Knowledge, Runs

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTestRun:
    """Endpoint 24."""

    runs: Runs

    def __call__(
        self, request: StartRun, *, run_id: UUID, assistants: Assistants, knowledge: Knowledge
    ) -> RunStarted:
        """Raises NotFound (assistant, knowledge_base), Conflict, InvalidRequest, Unavailable."""
        check_cases(request.test_cases)
        snapshot = take_snapshot(request, assistants=assistants, knowledge=knowledge)
        self.runs.start(
            NewRun(
                run_id=run_id,
                user_id=request.user_id,
                assistant_uuid=request.assistant_uuid,
                mode=request.mode,
                snapshot=snapshot,
                cases=tuple(request.test_cases),
            )
        )
        log.info("test_run_started", run_id=str(run_id), cases=len(request.test_cases))
        return RunStarted(run_id=run_id)


def take_snapshot(request: StartRun, *, assistants: Assistants, knowledge: Knowledge) -> Snapshot:
    """As the assistant is now, with what `request` changes. Raises as StartTestRun does."""
    preview = assistants.preview(
        user_id=request.user_id,
        assistant_uuid=request.assistant_uuid,
        fields=request.config,
        knowledge_base=request.knowledge_base,
        without_knowledge_base=request.without_knowledge_base,
    )
    assistant, model = preview.configuration, preview.model_name
    if assistant.archived_at is not None:
        raise Conflict("This assistant is archived.")
    hashed = hash_of(preview)
    is_saved = not (
        request.config.changes() or request.knowledge_base or request.without_knowledge_base
    )
    return Snapshot(
        configuration={**assistant.to_wire(), "model_name": model},
        final_prompt=preview.final_prompt,
        model=model,
        configuration_hash=hashed,
        saved_configuration_hash=hashed if is_saved else saved_hash(request, assistants),
        knowledge_base=assistant.knowledge_base,
        knowledge_base_version=version_of(request.user_id, assistant.knowledge_base, knowledge),
        cases_hash=cases_hash(request.test_cases),
    )


class WhichAssistant(Protocol):
    """A run, or the wish for one."""

    @property
    def user_id(self) -> int:
        """Whose it is."""

    @property
    def assistant_uuid(self) -> UUID:
        """Which one is asked."""


def saved_hash(which: WhichAssistant, assistants: Assistants) -> str:
    """That a run would have which overrides nothing. Raises NotFound, Unavailable."""
    preview = assistants.preview(
        user_id=which.user_id,
        assistant_uuid=which.assistant_uuid,
        fields=AssistantFields(),
        knowledge_base=None,
    )
    return hash_of(preview)


def hash_of(preview: PreviewedConfiguration) -> str:
    """Of what answers depend on."""
    return configuration_hash(
        preview.configuration.to_wire(),
        final_prompt=preview.final_prompt,
        model=preview.model_name,
    )


def version_of(user_id: int, knowledge_base: UUID | None, knowledge: Knowledge) -> str | None:
    """None without a knowledge base, or where it was deleted a moment ago. Raises Unavailable."""
    if knowledge_base is None:
        return None
    try:
        sampled = knowledge.sample(user_id=user_id, knowledge_base=knowledge_base, count=0, seed=0)
    except NotFound:
        return None
    return sampled.version
