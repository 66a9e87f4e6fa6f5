"""assistants over RabbitMQ: its own process, a knowledge service that stands in."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from kombu import Connection, Exchange, Producer
from sqlalchemy import Engine, text

from chassis.rpc_client import RpcClient
from contracts.errors import InvalidRequest, NotFound, ServiceError, TooLarge, Unavailable
from contracts.rpc.assistants.configurations import (
    Assistant,
    AssistantFields,
    AssistantOf,
    AssistantSummaries,
    FinalPrompt,
    KnowledgeBaseSet,
    ListConfigurations,
    SaveConfiguration,
    SetKnowledgeBase,
    UpdateConfiguration,
)
from contracts.rpc.knowledge import TaskStarted
from contracts.shapes import Shape
from local.stack import Stack

from .conftest import Chat, process
from .replay import ReplayServer

KNOWN = UUID("11111111-1111-4111-8111-111111111111")
TASK = UUID("22222222-2222-4222-8222-222222222222")
Make = Callable[..., Assistant]


@pytest.fixture(scope="module")
def knowledge(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    log = tmp_path_factory.mktemp("knowledge") / "knowledge.log"
    command = [sys.executable, "-m", "tests.integration.assistants.knowledge_stand_in"]
    with process(command, log, stack.environment):
        yield


class Asked:
    """`await assistants("method", request, Answer)`."""

    def __init__(self, client: RpcClient) -> None:
        self.client = client

    async def __call__(self, method: str, request: Shape, answer: type[Any]) -> Any:
        return await self.client.call(
            "assistants", method, request, answer, capability="The assistants service"
        )

    async def save(self, user_id: int, uuid: UUID | None = None, **fields: Any) -> Assistant:
        request = SaveConfiguration(
            user_id=user_id, assistant_uuid=uuid, fields=AssistantFields.from_wire(fields)
        )
        return await self("save_configuration", request, Assistant)

    async def get(self, assistant: Assistant, user_id: int) -> Assistant:
        request = AssistantOf(user_id=user_id, assistant_uuid=assistant.assistant_uuid)
        return await self("get_configuration", request, Assistant)


@pytest.fixture
def assistants(rpc: RpcClient) -> Asked:
    return Asked(rpc)


async def test_a_configuration_is_saved_read_and_changed_in_part(
    assistants: Asked, user_id: int
) -> None:
    made = await assistants.save(
        user_id,
        agentName="Ann",
        examples=["Q only", {"question": "Q", "answer": "A"}],
        languages=["Swahili"],
        data_to_capture={"email": "their e-mail"},
    )
    changed = await assistants.save(user_id, made.assistant_uuid, goal="Sell.")
    request = UpdateConfiguration(
        user_id=user_id,
        assistant_uuid=made.assistant_uuid,
        fields=AssistantFields(temperature=0.1, examples=[]),
    )
    again = await assistants("update_configuration", request, Assistant)

    assert (made.agent_name, made.assistant_name, made.temperature) == ("Ann", "SupportGPT", 0.7)
    assert [(each.question, each.answer) for each in made.examples] == [("Q only", ""), ("Q", "A")]
    assert changed.goal == "Sell."
    assert again.updated_at > changed.updated_at > made.updated_at
    difference = {"goal": "Sell.", "temperature": 0.1, "examples": []}
    assert again == made.model_copy(update={**difference, "updated_at": again.updated_at})
    assert await assistants.get(made, user_id) == again


async def test_two_saves_make_two_assistants_listed_newest_change_first(
    assistants: Asked, user_id: int, engine: Engine
) -> None:
    made = [await assistants.save(user_id, assistant_name=f"A{n}") for n in range(4)]
    await assistants.save(user_id, made[0].assistant_uuid, goal="x")
    with engine.begin() as connection:
        for column, each in (("archived_at", made[1]), ("deleted_at", made[2])):
            connection.execute(
                text(f"update assistant set {column} = now() where id = :id"), {"id": each.id}
            )

    async def names(**options: bool) -> list[str]:
        request = ListConfigurations(user_id=user_id, **options)
        listed = await assistants("list_configurations", request, AssistantSummaries)
        return [each.assistant_name for each in listed.assistants]

    assert await names() == ["A0", "A3"]
    assert sorted(await names(include_archived=True)) == ["A0", "A1", "A3"]


async def test_a_call_that_is_delivered_again_makes_no_second_assistant(
    assistants: Asked, user_id: int, stack: Stack
) -> None:
    request = SaveConfiguration(user_id=user_id, fields=AssistantFields(goal="Once."))
    with Connection(stack.environment["PARLANCE_AMQP_URL"]) as connection:
        for _ in range(2):
            Producer(connection).publish(
                {"args": [request.to_wire()], "kwargs": {}},
                exchange="nameko-rpc",
                routing_key="assistants.save_configuration",
                serializer="json",
                reply_to=str(uuid4()),
                correlation_id=(call := "one-call"),
                headers={"nameko.call_id_stack": [f"gateway.{call}.{user_id}"]},
            )

    async def listed() -> int:
        request = ListConfigurations(user_id=user_id)
        answer = await assistants("list_configurations", request, AssistantSummaries)
        return len(answer.assistants)

    await asyncio.sleep(0.5)
    assert await listed() == 1


async def test_an_assistant_of_somebody_else_does_not_exist(
    assistants: Asked, user_id: int
) -> None:
    made = await assistants.save(user_id)
    foreign = {"user_id": user_id + 500_000, "assistant_uuid": made.assistant_uuid}
    requests: list[tuple[str, Shape]] = [
        ("get_configuration", AssistantOf(**foreign)),
        ("get_final_prompt", AssistantOf(**foreign)),
        ("start_indexing", AssistantOf(**foreign)),
        ("update_configuration", UpdateConfiguration(**foreign, fields=AssistantFields(goal="x"))),
        ("update_configuration", UpdateConfiguration(**foreign, fields=AssistantFields())),
        ("save_configuration", SaveConfiguration(**foreign, fields=AssistantFields(goal="x"))),
        ("set_knowledge_base", SetKnowledgeBase(**foreign, knowledge_base=None)),
        ("set_knowledge_base", SetKnowledgeBase(**foreign, knowledge_base="7")),
    ]

    for method, request in requests:
        with pytest.raises(NotFound) as caught:
            await assistants(method, request, Assistant)
        assert caught.value.extra == {"what": "assistant"}
    assert (await assistants.get(made, user_id)).goal == ""


async def test_bad_fields_are_named_and_nothing_is_written(assistants: Asked, user_id: int) -> None:
    class Raw(Shape):
        user_id: int
        fields: dict[str, Any]

    bad = {"temperature": 3, "assistant_name": " ", "goal": "x\x00", "max_tokens": "many"}
    with pytest.raises(InvalidRequest):
        await assistants("save_configuration", Raw(user_id=user_id, fields=bad), Assistant)

    listed = await assistants(
        "list_configurations", ListConfigurations(user_id=user_id), AssistantSummaries
    )
    assert listed.assistants == []


async def test_what_looks_like_a_type_of_the_bus_stays_what_the_user_wrote(
    assistants: Asked, user_id: int
) -> None:
    named = [{"__type__": kind, "__value__": "7"} for kind in ("bytes", "decimal", "uuid", "x")]

    made = await assistants.save(user_id, data_to_capture=named)

    assert (await assistants.get(made, user_id)).data_to_capture == named


async def test_an_assistant_may_be_large_but_not_larger_than_a_message(
    assistants: Asked, user_id: int
) -> None:
    made = await assistants.save(user_id, system_instructions="😀" * 100_000, goal="支" * 20_000)
    half = [{"question": "ü" * 5_000, "answer": ""}] * 10
    grown = await assistants.save(user_id, made.assistant_uuid, examples=half)

    with pytest.raises(InvalidRequest) as too_long_a_prompt:
        await assistants.save(user_id, made.assistant_uuid, examples=half * 2)
    with pytest.raises(InvalidRequest) as too_much:
        await assistants.save(
            user_id,
            system_instructions="\x01" * 100_000,  # six bytes each
            examples=[{"question": "\x01" * 20_000}] * 3,
        )
    with pytest.raises(TooLarge):
        await assistants.save(user_id, examples=[{"question": "ü" * 20_000}] * 40)

    assert list(too_long_a_prompt.value.fields) == ["examples"]
    assert list(too_much.value.fields) == ["non_field_errors"]
    assert await assistants.get(made, user_id) == grown
    request = ListConfigurations(user_id=user_id)
    listed = await assistants("list_configurations", request, AssistantSummaries)
    assert len(listed.assistants) == 1


async def test_a_knowledge_base_is_set_by_number_and_cleared(
    assistants: Asked, knowledge: None
) -> None:
    made = await assistants.save(1)
    mine = {"user_id": 1, "assistant_uuid": made.assistant_uuid}

    given = await assistants(
        "set_knowledge_base", SetKnowledgeBase(**mine, knowledge_base="7"), KnowledgeBaseSet
    )
    task = await assistants("start_indexing", AssistantOf(**mine), TaskStarted)
    with pytest.raises(NotFound) as caught:
        await assistants(
            "set_knowledge_base", SetKnowledgeBase(**mine, knowledge_base="9"), KnowledgeBaseSet
        )
    kept = await assistants.get(made, 1)
    cleared = await assistants("set_knowledge_base", SetKnowledgeBase(**mine), KnowledgeBaseSet)
    with pytest.raises(InvalidRequest) as refused:
        await assistants("start_indexing", AssistantOf(**mine), TaskStarted)

    assert given.knowledge_base == kept.knowledge_base == KNOWN
    assert task.task_id == TASK
    assert caught.value.extra == {"what": "knowledge_base"}
    assert cleared.knowledge_base is None
    assert refused.value.fields == {"assistant_id": ["This assistant has no knowledge base."]}


async def test_a_knowledge_service_that_does_not_answer_is_unavailable_in_time(
    assistants: Asked, knowledge: None
) -> None:
    made = await assistants.save(1)
    request = SetKnowledgeBase(user_id=1, assistant_uuid=made.assistant_uuid, knowledge_base="8")
    started = time.monotonic()

    with pytest.raises(Unavailable) as caught:
        await assistants("set_knowledge_base", request, KnowledgeBaseSet)

    assert str(caught.value) == "Knowledge is temporarily unavailable."
    assert time.monotonic() - started < 3


async def test_a_deleted_knowledge_base_is_forgotten_once(
    assistants: Asked, user_id: int, make_assistant: Make, stack: Stack, engine: Engine
) -> None:
    gone, other = str(uuid4()), str(uuid4())
    using = [make_assistant(knowledge_base=gone) for _ in range(2)]
    spared = make_assistant(knowledge_base=other)
    message_id = str(uuid4())

    def announce() -> None:
        event = {
            "id": message_id,
            "type": "knowledge.knowledge_base_deleted.v1",
            "occurred_at": "2026-01-01T00:00:00Z",
            "request_id": "r",
            "data": {"user_id": user_id, "knowledge_base_uuid": gone},
        }
        with Connection(stack.environment["PARLANCE_AMQP_URL"]) as connection:
            Producer(connection, serializer="json").publish(
                event,
                exchange=Exchange("knowledge.events", "topic", durable=True),
                routing_key="knowledge_base_deleted.v1",
                declare=[Exchange("knowledge.events", "topic", durable=True)],
            )

    announce()
    deadline = time.monotonic() + 5
    while (await assistants.get(using[1], user_id)).knowledge_base is not None:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    assert (await assistants.get(using[0], user_id)).knowledge_base is None
    assert (await assistants.get(spared, user_id)).knowledge_base == UUID(other)

    back = make_assistant(knowledge_base=gone)
    announce()
    await asyncio.sleep(0.5)
    assert (await assistants.get(back, user_id)).knowledge_base == UUID(gone)
    with engine.connect() as connection:
        count = text("select count(*) from inbox where message_id = :id")
        assert connection.execute(count, {"id": message_id}).scalar() == 1


async def test_the_final_prompt_is_what_chat_sends(
    assistants: Asked, chat: Chat, replay: ReplayServer, user_id: int
) -> None:
    made = await assistants.save(
        user_id, model_name="cited", goal="Sell {{agent_name}} ---\n---\nwhen: goal", jsonMode=False
    )

    prompt = await assistants(
        "get_final_prompt",
        AssistantOf(user_id=user_id, assistant_uuid=made.assistant_uuid),
        FinalPrompt,
    )
    await chat.ask("Hello?", assistant=made)

    assert prompt.final_prompt == replay.requests[0]["messages"][0]["content"]
    assert "Sell {{agent_name}} ---\n---\nwhen: goal" in prompt.final_prompt


async def test_the_database_away_is_unavailable_and_comes_back(
    assistants: Asked, chat: Chat, user_id: int, stack: Stack, make_assistant: Make
) -> None:
    made = make_assistant(model_name="stop_sequence")
    stack.stop_part("postgres")
    try:
        with pytest.raises(ServiceError) as caught:
            await assistants.get(made, user_id)
        with pytest.raises(Exception, match="The database is temporarily unavailable"):
            await chat.ask("Hello?", assistant=made)
    finally:
        stack.start_part("postgres")

    assert str(caught.value) == "The database is temporarily unavailable."
    assert (await assistants.get(made, user_id)) == made
    assert (await chat.ask("Hello?", assistant=made)).done.finish_reason == "stop_sequence"
