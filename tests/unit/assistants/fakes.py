"""In-memory ports of assistants; they keep the promises that ports.py makes."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from contracts.errors import NotFound, ServiceError
from contracts.rpc.assistants.configurations import Assistant, AssistantFields, AssistantSummary
from services.assistants.domain.answer import Finished, ModelEvent, ModelRequest, StoredAnswer
from services.assistants.domain.citation import Passage
from services.assistants.domain.conversation import OpenedConversation, Turn
from services.assistants.domain.model_card import ModelCard, card_by_name
from services.assistants.domain.tool_use import ToolLimits
from services.assistants.domain.tools import ToolOutcome, ToolSpec
from services.assistants.usecases.offer_tools import OfferTools
from services.assistants.usecases.open_answer import OpenAnswer
from services.assistants.usecases.use_tools import UseTools
from services.assistants.wiring.prompts import answer_prompt

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
ANN = UUID(int=1)
HANDBOOK = UUID(int=2)
TASK = UUID(int=3)


def an_assistant(**fields: Any) -> Assistant:
    """One with the contract's defaults."""
    own = {"id": 1, "assistant_uuid": ANN, "created_at": MOMENT, "updated_at": MOMENT}
    unset = {"knowledge_base": None, "archived_at": None}
    defaults = AssistantFields()
    decided = {name: getattr(defaults, name) for name in AssistantFields.model_fields}
    return Assistant.model_validate({**own, **unset, **decided, **fields})


def a_passage(text: str = "Two years.", **fields: Any) -> Passage:
    values = {
        "document_id": 40,
        "document_name": "Warranty.pdf",
        "kind": "file",
        "url": "",
        "page": 3,
        "heading": "",
        "chunk": 0,
        "score": 0.9,
    }
    return Passage(text=text, **{**values, **fields})


@dataclass
class FakeAssistants:
    """The port `Assistants`."""

    by_owner: dict[tuple[int, UUID], Assistant] = field(default_factory=dict)
    applied: set[UUID] = field(default_factory=set)
    defaults: dict[int, UUID] = field(default_factory=dict)

    def add(self, *, user_id: int, assistant_uuid: UUID, changes: dict[str, Any]) -> Assistant:
        made = an_assistant(assistant_uuid=assistant_uuid, **changes)
        return self.by_owner.setdefault((user_id, assistant_uuid), made)

    def get(self, *, user_id: int, assistant_uuid: UUID) -> Assistant:
        try:
            return self.by_owner[user_id, assistant_uuid]
        except KeyError:
            raise NotFound(what="assistant") from None

    def change(self, *, user_id: int, assistant_uuid: UUID, changes: dict[str, Any]) -> Assistant:
        now = self.get(user_id=user_id, assistant_uuid=assistant_uuid)
        changed = now.model_copy(update=changes)
        self.by_owner[user_id, assistant_uuid] = changed
        return changed

    def default(self, *, user_id: int, new_uuid: UUID) -> Assistant:
        uuid = self.defaults.get(user_id)
        if (user_id, uuid) not in self.by_owner:
            uuid = self.defaults[user_id] = new_uuid
            self.add(user_id=user_id, assistant_uuid=new_uuid, changes={})
        return self.get(user_id=user_id, assistant_uuid=uuid)

    def delete(self, *, user_id: int, assistant_uuid: UUID) -> None:
        self.get(user_id=user_id, assistant_uuid=assistant_uuid)
        del self.by_owner[user_id, assistant_uuid]

    def archive(self, *, user_id: int, assistant_uuid: UUID, is_archived: bool | None) -> Assistant:
        since = self.get(user_id=user_id, assistant_uuid=assistant_uuid).archived_at
        goes_away = since is None if is_archived is None else is_archived
        return self.change(
            user_id=user_id,
            assistant_uuid=assistant_uuid,
            changes={"archived_at": (since or MOMENT) if goes_away else None},
        )

    def ensure_knowledge_base(
        self, *, user_id: int, assistant_uuid: UUID, make: Callable[[Assistant], UUID]
    ) -> UUID:
        assistant = self.get(user_id=user_id, assistant_uuid=assistant_uuid)
        chosen = assistant.knowledge_base or make(assistant)
        self.change(
            user_id=user_id, assistant_uuid=assistant_uuid, changes={"knowledge_base": chosen}
        )
        return chosen

    def summaries(
        self, *, user_id: int, include_archived: bool, after: int | None, limit: int
    ) -> list[tuple[int, AssistantSummary]]:
        mine = [each for (owner, _), each in self.by_owner.items() if owner == user_id]
        mine = [each for each in mine if include_archived or each.archived_at is None]
        behind = [each for each in mine if after is None or each.id < after]
        return [
            (each.id, AssistantSummary.model_validate(each.model_dump()))
            for each in sorted(behind, key=lambda each: -each.id)[:limit]
        ]

    def forget_knowledge_base(
        self, *, knowledge_base: UUID, consumer: str, message_id: UUID
    ) -> int:
        if message_id in self.applied:
            return 0
        self.applied.add(message_id)
        using = [
            key for key, each in self.by_owner.items() if each.knowledge_base == knowledge_base
        ]
        for key in using:
            self.by_owner[key] = self.by_owner[key].model_copy(update={"knowledge_base": None})
        return len(using)


@dataclass
class FakeKnowledgeBases:
    """The port `KnowledgeBases`: user 1 has number 7."""

    error: ServiceError | None = None
    started: list[UUID] = field(default_factory=list)
    created: list[tuple[int, str]] = field(default_factory=list)

    def create(self, *, user_id: int, name: str) -> UUID:
        if self.error:
            raise self.error
        self.created.append((user_id, name))
        return HANDBOOK

    def resolve(self, *, user_id: int, knowledge_base: str) -> UUID:
        if self.error:
            raise self.error
        if (user_id, knowledge_base) != (1, "7"):
            raise NotFound(what="knowledge_base")
        return HANDBOOK

    def start_indexing(self, *, user_id: int, knowledge_base: UUID) -> UUID:
        if self.error:
            raise self.error
        self.started.append(knowledge_base)
        return TASK


@dataclass
class FakeConversations:
    """The port `Conversations`: one assistant for everybody."""

    assistant: Assistant
    history: tuple[Turn, ...] = ()
    error: Exception | None = None
    kept: list[StoredAnswer] = field(default_factory=list)
    may_keep: asyncio.Event | None = None

    async def open(
        self, *, user_id: int, assistant_uuid: UUID | None, conversation_uuid: UUID | None
    ) -> OpenedConversation:
        return OpenedConversation(
            assistant=self.assistant, conversation_uuid=conversation_uuid, history=self.history
        )

    async def keep(self, answer: StoredAnswer) -> int:
        if self.may_keep:
            await self.may_keep.wait()
        if self.error:
            raise self.error
        self.kept.append(answer)
        return len(self.kept)


@dataclass
class FakeSearch:
    """The port `PassageSearch`."""

    found: list[Passage] = field(default_factory=list)
    error: ServiceError | None = None
    queries: list[str] = field(default_factory=list)

    async def passages(self, *, user_id: int, knowledge_base: UUID, query: str) -> list[Passage]:
        self.queries.append(query)
        if self.error:
            raise self.error
        return self.found


@dataclass
class FakeModel:
    """The port `ChatModel`: says its events; an exception among them is raised, an Event waited for."""

    events: list[ModelEvent | Exception | asyncio.Event] = field(
        default_factory=lambda: [Finished(reason="complete")]
    )
    requests: list[ModelRequest] = field(default_factory=list)
    closed: int = 0

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        self.requests.append(request)
        try:
            for event in self.events:
                if isinstance(event, Exception):
                    raise event
                if isinstance(event, asyncio.Event):
                    await event.wait()
                else:
                    yield event
        finally:
            self.closed += 1


class ScriptedModel:
    """The port `ChatModel`: what it says depends on what it is asked."""

    def __init__(self, says: Callable[[ModelRequest], list[ModelEvent]]) -> None:
        self.says = says
        self.requests: list[ModelRequest] = []
        self.closed = 0

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        self.requests.append(request)
        try:
            for event in self.says(request):
                yield event
        finally:
            self.closed += 1


class FakeCards:
    """The port `ModelCards`: by name alone."""

    async def card(self, model: str) -> ModelCard:
        return card_by_name(model)


@dataclass
class FakeTool:
    """The port `Tool`, and a toolbox with this one in it."""

    name: str = "get_weather"
    outcome: ToolOutcome | Exception | asyncio.Event = field(
        default_factory=lambda: ToolOutcome(text='{"degrees": 21}')
    )
    only_reads: bool = False
    called: list[dict[str, Any]] = field(default_factory=list)
    cancelled: int = 0

    @property
    def spec(self) -> ToolSpec:
        return ToolSpec(
            name=self.name,
            description="The weather.",
            parameters={"type": "object"},
            only_reads=self.only_reads,
        )

    async def __call__(self, arguments: dict[str, Any]) -> ToolOutcome:
        self.called.append(arguments)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        if isinstance(self.outcome, asyncio.Event):
            try:
                await self.outcome.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
            return ToolOutcome(text="{}")
        return self.outcome

    async def tools(self, answer: Any) -> "tuple[FakeTool]":
        return (self,)


LIMITS = ToolLimits(rounds=4, calls_per_round=3, call_s=5, total_s=10, result_characters=200)


def open_answer(
    search: FakeSearch,
    model: Any,
    *boxes: Any,
    limits: ToolLimits = LIMITS,
    built_in: tuple[Any, ...] = (),
    **options: Any,
) -> OpenAnswer:
    """The use case on fakes; `boxes` are the tools that users selected."""
    values: dict[str, Any] = {"history_tokens": 1_000, "passage_characters": 5_000, **options}
    return OpenAnswer(
        search=search,
        model=model,
        cards=FakeCards(),
        offer_tools=OfferTools(selected=boxes, built_in=built_in),
        use_tools=UseTools(
            model=model, limits=limits, guide="Use tools.", permission_guide="Who asks?"
        ),
        render_prompt=answer_prompt(),
        **values,
    )
